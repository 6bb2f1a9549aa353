"""A rough scanner of KQL: enough to know strings and comments from code, and where brackets open and close.

Hosts come before the parser, which wants one query at a time; this is what finds out where one ends.
"""

from __future__ import annotations

import re

from kql_lint.hosts.code import INVISIBLE

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
    | (?P<sign> ![A-Za-z_]+~? | [=!<>]= | [=!]~ | \.\. | [^\s{INVISIBLE}] )
    """,
    re.VERBOSE | re.DOTALL,
)
