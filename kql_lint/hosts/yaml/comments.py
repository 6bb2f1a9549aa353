"""Comments of a YAML file that talk to kql-lint: ``# kql-lint: disable=unknown-column``.

The parser drops comments, but tells where the scalars are.  A ``#`` between them, at a line's begin or behind white
space, begins a comment; only the head of a block scalar (``query: |  # kql-lint: ...``) has one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kql_lint.hosts.hosted import HostComment
from kql_lint.hosts.yaml.scalars import block_start

_BREAKS = "\r\n\x85\u2028\u2029"
_COMMENT = re.compile(rf"(?<![^\s\ufeff])#([^{_BREAKS}]*)")
_OURS = re.compile(r"\s*kql-lint\s*:\s*(.*)", re.DOTALL)


def comments(text: str, extents: Iterable[tuple[int, int]], end: int) -> Iterator[HostComment]:
    """Those of the text up to end that are for kql-lint; extents are the places of its scalars, in order."""
    if "kql-lint" not in text:
        return
    place = 0
    for start, stop in [*extents, (end, end)]:
        yield from _between(text, place, start)
        block = block_start(text, start, stop)
        if block is not None:
            yield from _between(text, start, block)
        place = max(place, stop)


def _between(text: str, start: int, end: int) -> Iterator[HostComment]:
    place = start
    while found := _COMMENT.search(text, place, end):
        # A comment may go on past `end`: what looks like a scalar there is none.
        ours = _OURS.match(found[1])
        if ours is not None:
            yield HostComment(ours[1].rstrip(), found.start(), found.start() + len(found[0].rstrip()))
        place = found.end()
