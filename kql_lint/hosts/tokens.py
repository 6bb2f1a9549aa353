"""A rough scanner of KQL: enough to know strings and comments from code, and where brackets open and close.

Hosts come before the parser, which wants one query at a time; this is what finds out where one ends.
"""

from __future__ import annotations

import re

# Characters that show nothing and mean nothing, besides white space: pasted from web pages.
_INVISIBLE = "\u200b\u2060\ufeff"

# Strings end at the end of their line unless they are multi-line ones; an open multi-line one runs to the end.
_STRING = r"""
    [hH]?(?: ```.*?(?:```|\Z) | ~~~.*?(?:~~~|\Z)
           | @"[^"\r\n]*(?:""[^"\r\n]*)*"? | @'[^'\r\n]*(?:''[^'\r\n]*)*'?
           | "[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"? | '[^'\\\r\n]*(?:\\[^\r\n][^'\\\r\n]*)*'? )
"""
TOKEN = re.compile(
    rf"""
      (?P<comment> //[^\r\n]* | (?<![^\r\n])[ \t]*\#[^\r\n]* )
    | (?P<string> {_STRING} )
    | (?P<open> [(\[{{] )
    | (?P<close> [)\]}}] )
    | (?P<word> (?:project|mv|make|parse|sample|top|graph)-[a-z]+(?:-[a-z]+)?\b | [^\W\d][\w$]* | \$\w+ )
    | (?P<number> \d[\w.]* )
    | (?P<sign> ![A-Za-z_]+~? | [=!<>]= | [=!]~ | \.\. | [^\s{_INVISIBLE}] )
    """,
    re.VERBOSE | re.DOTALL,
)

# A line with nothing on it, from the end of the line before.
BLANK_LINE = re.compile(rf"(?:\r\n?|\n)(?:(?![\r\n])[\s{_INVISIBLE}])*(?=[\r\n])")

WORD = re.compile(r"[^\W\d]\w*")


def has_code(text: str) -> bool:
    """Whether there is anything but white space and comments."""
    return any(token.lastgroup != "comment" for token in TOKEN.finditer(text))
