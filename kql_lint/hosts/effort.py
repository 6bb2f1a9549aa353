"""What following the names of one file may cost: texts that are put together, and nodes that are made of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.budget import Budget
from kql_lint.hosts.findings import analysis_limit
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence

_HEAD = re.compile(r"[^\r\n]{1,40}")

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.hosts.texts import PlacedText

# Steps for a text that is put into another one, and for each piece of its map: a piece is copied in some microseconds.
_TEXT = 10
_PIECE = 4
# Steps for a node that a rule has, and how deep those lie that are read: entityMappings, one of them, its fields.
_NODE = 20
_RULE_DEPTH = 4


class Effort:
    """The budget of a file with this text, and the first place where it ran out.

    What is not to be had any more is left unknown: a hole in a query, a key of a rule that is missing.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._budget = Budget(len(text))
        self._cut: tuple[int, int] | None = None

    def builds(self, text: PlacedText, start: int, end: int) -> bool:
        """Whether a text may be put into another one; start and end are the place in the file that asks for it."""
        enough = self._budget.spend(_TEXT + _PIECE * text.map.pieces) and self._budget.build(text.map.length)
        return enough or self.cut(start, end)

    def affords(self, steps: int, start: int, end: int) -> bool:
        """Whether there are so many steps left, which are then used up, for what stands at that place of the file."""
        return self._budget.spend(steps) or self.cut(start, end)

    def follow(self, path: str, length: int) -> None:
        """Adds what a further file of this length may cost, which the first one loads; only once for each."""
        self._budget.follow(path, length)

    def affords_rule(self, node: Mapping, start: int, end: int) -> bool:
        """Whether all may be read that a rule's mapping has: many rules can share, say, their custom details."""
        waiting: list[tuple[Node, int]] = [(node, 0)]
        while waiting:
            one, depth = waiting.pop()
            if isinstance(one, Scalar) or depth > _RULE_DEPTH:
                continue
            below = one.items if isinstance(one, Sequence) else [entry.value for entry in one.entries if entry.value]
            if not self.affords(_NODE * len(below), start, end):
                return False
            waiting += [(item, depth + 1) for item in below]
        return True

    def cut(self, start: int, end: int) -> bool:
        """Remembers a place, if it is the first one, at which something is not followed any further; always False."""
        if self._cut is None:
            self._cut = start, end
        return False

    def diagnostics(self) -> list[Diagnostic]:
        """KL007 where something was left unknown."""
        if self._cut is None:
            return []
        start, end = self._cut
        head = _HEAD.match(self._text, start, end)  # an expression may go on for many lines
        return [analysis_limit(start, head.end() if head else end, "expression")]
