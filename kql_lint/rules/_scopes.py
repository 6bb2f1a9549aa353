"""What a scope's columns come from, and which of its names another resembles: made once, however often it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from kql_lint.budget import Budget
from kql_lint.suggest import Candidates, Scored

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Row, Scope

Present = Mapping["Row", Mapping[str, str]]
# LIMIT: of what is in scope behind hundreds of joins nothing is known but the names.
UNSEEN: Present = MappingProxyType({})


def present(facts: Facts, scope: Scope) -> Present:
    """The rows whose columns are in scope, each with those of its columns that are and the names that they have there.

    A column that is in scope under two names has the first.  UNSEEN where the columns of the scopes before were so many
    that these are not looked at.
    """
    # The columns are kept beside what is made of them, so that no other map gets their id.
    return facts.memory.get(("present", id(scope.columns)), lambda: (_present(facts, scope), scope.columns))[0]


def affords(facts: Facts, scope: Scope) -> bool:
    """Whether all columns of a scope may be looked at: a query of many joins has many scopes of many columns."""
    return facts.memory.get("columns to look at", lambda: Budget(len(facts.text))).spend(len(scope.columns))


def _present(facts: Facts, scope: Scope) -> Present:
    from kql_lint.semantics.scopes.scope import traced

    if not affords(facts, scope):
        return UNSEEN
    found: dict[Row, dict[str, str]] = {}
    for name, column in traced(scope.columns):
        for origin in column.origins:
            found.setdefault(origin.row, {}).setdefault(origin.column, name)
    return found


def tables(facts: Facts, scope: Scope) -> Collection[str]:
    """The names of the tables whose columns are in scope."""
    return {row.name for row in present(facts, scope)}


def variables(facts: Facts) -> Mapping[str, int]:
    """The names of the query's lets, each with the place from which on it can be used."""
    return facts.memory.get("variables", lambda: _variables(facts))


def _variables(facts: Facts) -> dict[str, int]:
    from kql_lint.rules._names import let_statements

    found: dict[str, int] = {}
    for let in let_statements(facts):
        found[let.name.name] = min(let.end, found.get(let.name.name, let.end))
    return found


def alike(facts: Facts, name: str, known: Callable[[str], bool]) -> list[Scored]:
    """The columns, variables and old names of columns close to name which are known, the best first."""
    names = facts.memory.get("names of columns", lambda: Candidates(_names(facts)))
    return [scored for scored in names.ranked(name) if known(scored[1])]


def _names(facts: Facts) -> dict[str, None]:
    """All names that any of the scopes has where a name is missing: one index serves them all.

    What changes from one large scope to the next is put in alone.
    """
    from kql_lint.semantics.persistent import Shared

    found = dict.fromkeys([*variables(facts), *facts.catalogue.renames("column")])
    scopes = [one.scope for one in (*facts.unknown_columns, *facts.unlisted_columns)]
    scopes += [one.scope for one in facts.missing_keys] + [one.scope for one in facts.text_columns]
    parts: dict[int, Collection[str]] = {}
    for columns in (scope.columns for scope in scopes):
        whole = columns.parts() if isinstance(columns, Shared) else (columns,)
        parts.update((id(part), part) for part in whole)
    for part in parts.values():
        found.update(dict.fromkeys(part))
    return found
