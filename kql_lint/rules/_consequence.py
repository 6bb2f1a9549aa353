"""What a constant that matches nothing does to its query, and how bad that is: shared by all rules on compared values.

An error is said only where no row passes a filter.  Where a dead constant is excluded, counted, one side of an ``or``
or one item among live ones, the query gives something else than was meant: a warning that says what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Severity

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Constant
    from kql_lint.syntax.ast import Node

IsDead = Callable[["Constant"], bool]

NEVER = "never matches"
EXCLUDES_NOTHING = "excludes nothing"
ITEM = "this item never matches"


class Consequence(NamedTuple):
    """The severity that it deserves, and one of the three effects."""

    severity: Severity
    effect: str

    @property
    def clause(self) -> str:
        """What a message says of it at its end; nothing where that is plain."""
        return {EXCLUDES_NOTHING: ", so this excludes nothing", ITEM: f", so {ITEM}"}.get(self.effect, "")

    @property
    def of_case(self) -> str:
        """How a message goes on that says of an operator that it is case-sensitive."""
        return f", so {ITEM}" if self.effect == ITEM else f" and {self.effect}"


def consequence(facts: Facts, comparisons: Sequence[Comparison], is_dead: IsDead) -> Consequence:
    """What a dead constant does in all the comparisons that use it; is_dead is asked of those beside it."""
    positive = [found for found in comparisons if not excludes(facts, found)]
    if not positive:
        return Consequence(Severity.WARNING, EXCLUDES_NOTHING)
    never = [found for found in positive if _matches_nothing(found, is_dead)]
    if not never:
        return Consequence(Severity.WARNING, ITEM)
    return Consequence(Severity.ERROR if any(found.filters for found in never) else Severity.WARNING, NEVER)


def excludes(facts: Facts, comparison: Comparison) -> bool:
    """Whether it keeps what does not match: ``!=`` and its like, or a test under ``not()``."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    below: frozenset[Node] = facts.memory.get("tests under not", lambda: frozenset(_under_not(facts)))
    return OPERATORS[comparison.op].negated != (comparison.node in below)


def _matches_nothing(comparison: Comparison, is_dead: IsDead) -> bool:
    """Whether the whole comparison fails for every row, one of its constants being dead."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    if OPERATORS[comparison.op].all_of:
        return True
    return comparison.complete and all(map(is_dead, comparison.constants))


def _under_not(facts: Facts) -> Iterator[Node]:
    """The tests that an odd number of ``not()`` stand around, ``and`` and ``or`` between them or not."""
    from kql_lint.syntax import ast

    met: set[Node] = set()
    for outer in facts.nodes:
        if outer in met or not _is_negation(outer):
            continue
        waiting: list[tuple[Node, bool]] = [(outer, False)]
        while waiting:
            node, negated = waiting.pop()
            met.add(node)
            inner = _negated(node)
            if inner is not None:
                waiting.append((inner, not negated))
            elif isinstance(node, ast.Logical):
                waiting += [(operand, negated) for operand in node.operands]
            elif negated:
                yield node


def _is_negation(node: Node) -> bool:
    return _negated(node) is not None


def _negated(node: Node) -> Node | None:
    """What ``not(p)`` or ``p == false`` negates; None of anything else."""
    from kql_lint.syntax import ast

    if isinstance(node, ast.Call) and node.name.name == "not" and len(node.arguments) == 1:
        return node.arguments[0]
    if isinstance(node, ast.Binary) and node.op == "==" and isinstance(node.right, ast.Literal):
        return node.left if node.right.value is False else None
    return None
