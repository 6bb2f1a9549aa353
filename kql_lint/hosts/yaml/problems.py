"""What is wrong with broken YAML, said so that the author of a rule can mend it.

The parser's words come from two parsers, libyaml and PyYAML's own, which differ; each pattern fits both.
"""

from __future__ import annotations

import re

from kql_lint.hosts.yaml.nodes import Broken

_TAB = "a tab can't indent a line; use spaces"
_OUTSIDE = "this line is no longer part of the text above; is it indented too little?"
_NO_KEY = 'neither "key: value" nor part of the lines above; is it indented too little?'
_HALF = "this escape is no character: half of one without the other, or beyond the last"
_INDENTATION = "the indentation is wrong here, or a line above lacks something"

# (what the parser says, what it means, whether the place is where the broken part begins rather than where it ended)
_MEANINGS = (
    (r"mapping values are not allowed", 'a ":" can\'t stand here; put a value that has one in quotes', False),
    (r"found a tab character", _TAB, False),
    (r"unexpected end of stream|unexpected document separator", "this quoted text is never closed", True),
    (r"expected ',' or '[\]}]'", "this bracket is never closed", True),
    (r"expected the node content|did not find expected node content", "a value is missing here", False),
    (r"comment or (?:a )?line break", _OUTSIDE, True),
    (r"could not find expected ':'", _NO_KEY, True),
    (r"did not find expected key|expected <block end>|expected '-' indicator", _INDENTATION, False),
    (r"unknown escape character|expected escape sequence|did not find expected hexdecimal", "", False),
    (r"(?:special|control) characters are not allowed", "this character is not allowed in YAML", False),
    (r"exceeded maximum nesting depth", "it is nested too deeply", False),
    (r"invalid Unicode character escape code", _HALF, False),
    (r"undefined tag handle", "this tag has a prefix that is not declared", False),
    (r"indentation", _INDENTATION, False),
)
_ESCAPE = "an unknown escape in a double-quoted text; write \\\\ for a backslash, or use a block (|)"


def explain(text: str, broken: Broken) -> tuple[int, str]:
    """Where to point, as an offset of the text, and what to say."""
    if "cannot start any token" in broken.problem:
        return broken.offset, _cannot_start(text[broken.offset : broken.offset + 1])
    for pattern, meaning, at_its_begin in _MEANINGS:
        if re.search(pattern, broken.problem):
            begin = broken.context_offset if at_its_begin and broken.context_offset >= 0 else broken.offset
            if meaning == _HALF:  # one parser points at the digits
                begin = max(text.rfind("\\", 0, begin + 1), 0)
            return begin, meaning or _ESCAPE
    return broken.offset, broken.problem


def _cannot_start(char: str) -> str:
    if char == "\t":
        return _TAB
    return f'a value can\'t begin with "{char}"; put it in quotes'
