"""Where the holes of a test's query are, and its tokens, each of which a hole may stand for."""

from __future__ import annotations

import re

_HOLE = re.compile(r"\{\{.*?\}\}|[$@]\{[^}]*\}", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<comment>//[^\r\n]*) | @"[^"]*" | @'[^']*' | ```[\s\S]*?``` | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
      | [$A-Za-z_0-9]+ | ==|!=|<>|=~|!~|<=|>=|\.\.|=> | [^\sA-Za-z0-9_]""",
    re.VERBOSE,
)
Span = tuple[int, int]


def holes(text: str) -> tuple[Span, ...]:
    """The stretches of ``{{name}}``, ``${name}`` and ``@{name}``."""
    return tuple(found.span() for found in _HOLE.finditer(text))


def each_token_a_hole(text: str) -> list[tuple[str, Span, Span]]:
    """The text with one token after the other replaced by ``{{h}}``: the new text, the hole, and the token's place."""
    spans = [found.span() for found in _TOKEN.finditer(text) if not found["comment"]]
    return [(f"{text[:start]}{{{{h}}}}{text[end:]}", (start, start + 5), (start, end)) for start, end in spans]
