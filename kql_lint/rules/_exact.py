"""Comparisons by ``==`` or ``in`` of columns with strings from the text: shared by rules about their case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Edit, Fix
from kql_lint.rules._expressions import of_kind, value_of
from kql_lint.rules._literals import is_placeholder
from kql_lint.wording import quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Constant, Origin
    from kql_lint.syntax import ast

FOLDING = {"==": "=~", "!=": "!~", "<>": "!~", "in": "in~", "!in": "!in~"}
"""The operators that count case, each with the one that does not."""


class Exact(NamedTuple):
    """A comparison that counts case, of a column of these origins, with strings that the text tells."""

    node: ast.Binary | ast.In
    origins: tuple[Origin, ...]
    strings: tuple[Constant, ...]

    @property
    def column(self) -> str:
        """The column's name in its table."""
        return self.origins[0].column

    @property
    def negated(self) -> bool:
        """Whether rows with the strings are excluded."""
        return self.node.op in ("!=", "<>", "!in")

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The operator that ignores case."""
        operator = FOLDING[self.node.op]
        edit = Edit(self.node.op_start, self.node.op_end, operator)
        return (Fix(f"use {operator}", (edit,), "intent"),)

    @property
    def advice(self) -> str:
        """What a message's help says."""
        return f"use {FOLDING[self.node.op]}, which ignores case"


def shown(strings: Sequence[Constant]) -> str:
    """The first of some strings, and how many more there are."""
    (first,) = quoted([str(strings[0].value)])
    return first if len(strings) == 1 else f"{first} and {len(strings) - 1} more"


def exact_comparisons(facts: Facts) -> list[Exact]:
    """The comparisons of columns of tables, as they are, with strings in which case can make a difference.

    A string that is compared in another spelling too is left out: who does that knows of the case.
    """
    return facts.memory.get("exact comparisons", lambda: list(_spelled_once(_exact(facts))))


def _exact(facts: Facts) -> Iterator[Exact]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Binary):
        if node.op in FOLDING:
            for side, other in ((node.left, node.right), (node.right, node.left)):
                yield from _compared(facts, node, side, [other])
    for found in of_kind(facts, ast.In):
        if found.op in FOLDING:
            yield from _compared(facts, found, found.left, found.items)


def _compared(
    facts: Facts, node: ast.Binary | ast.In, side: ast.Expression, others: Sequence[ast.Expression]
) -> Iterator[Exact]:
    value = value_of(facts, side)
    if not value.origins or value.folded is not None or len({origin.column for origin in value.origins}) > 1:
        return
    constants = [constant for other in others for constant in value_of(facts, other).constants or ()]
    strings = tuple(one for one in constants if isinstance(one.value, str) and _has_case(one.value))
    if strings:
        yield Exact(node, value.origins, strings)


def _has_case(text: str) -> bool:
    """Whether there are letters whose case counts; the x of a hexadecimal number is always a small one."""
    text = text.removeprefix("0x")
    return text.lower() != text.upper() and not is_placeholder(text)


def _spelled_once(found: Iterator[Exact]) -> Iterator[Exact]:
    every = list(found)
    spellings: dict[tuple[str, str], set[str]] = {}
    for one in every:
        for constant in one.strings:
            text = str(constant.value)
            spellings.setdefault((one.column, text.casefold()), set()).add(text)
    for one in every:
        strings = tuple(
            constant for constant in one.strings if len(spellings[one.column, str(constant.value).casefold()]) == 1
        )
        if strings:
            yield one._replace(strings=strings)
