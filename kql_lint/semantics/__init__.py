"""Binding: what each name of a query is, which columns are in scope where, and which ActionTypes a row can have.

``bind`` follows the pipeline operator by operator.  What is not modelled makes a scope open: nothing is said about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.binder import Binder
from kql_lint.semantics.facts import Names
from kql_lint.semantics.scopes.scope import Scope, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.catalogue import Catalogue
    from kql_lint.semantics.again import EarlierFacts
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.watching import Followed, Watched, WatchingBinder
    from kql_lint.syntax import Holes, ast


@dataclass(slots=True)
class Bound:
    """What binding found out.

    output_columns are the names and KQL types of the result's columns, in order; None where they can't be known: the
    last expression of the query is no table, or there may be columns that the text does not tell.  result is what the
    last expression gives, None where there is none.  watched is what is in scope at the place that was asked for.
    """

    facts: Facts
    output_columns: list[tuple[str, str]] | None
    result: Value | Scope | None = None
    watched: Watched | None = None


def bind(
    query: ast.Query,
    text: str,
    catalogue: Catalogue,
    *,
    platform: str = "auto",
    strict_fields: bool = False,
    errors: Sequence[int] = (),
    holes: Holes = (),
    steps: bool = False,
    names: bool = False,
    watch: tuple[int, int] | None = None,
    followed: Followed | None = None,
    earlier: EarlierFacts | None = None,
) -> Bound:
    """Bind a parsed query.

    text is the query's text, which the offsets of facts refer to.  platform is ``defender``, ``sentinel`` or ``auto``:
    the columns of either platform's copy of a table will do.  errors are the places of syntax errors: behind the first
    no name is said to be unknown.  holes are the parser's.  steps: record what is in scope behind each operator
    (``Facts.steps``).  names: record which declaration each use of a name belongs to (``Facts.names``).  watch: a
    stretch of the text, of which ``Bound.watched`` tells what is in scope there; with followed, what was found out of
    the nodes that an earlier text had too is taken from there, and its facts are missing.  earlier is what was found
    out of the text that this one was before an edit, whose nodes it has: no facts are missing.  Never raises on a tree
    that the parser made.
    """
    if earlier is not None and not holes:
        from kql_lint.semantics.again import Given

        found = earlier.bind(query, text, Given(catalogue, platform, strict_fields, steps, names), errors)
        if found is not None:
            return Bound(found[0], _output_columns(query, text, found[1]), found[1])
    watching: WatchingBinder | None = None
    if watch is not None:  # an editor asks: a run over files does without
        from kql_lint.semantics.watching import WatchingBinder

        watching = WatchingBinder(watch, followed, query, text, catalogue, platform, strict_fields, errors, holes=holes)
    binder = watching or Binder(query, text, catalogue, platform, strict_fields, errors, holes=holes)
    binder.facts.steps = [] if steps else None
    binder.facts.names = Names() if names else None
    binder.facts.values = binder.values
    result = binder.run(query.statements)
    columns = _output_columns(query, text, result)
    return Bound(binder.facts, columns, result, watching.told() if watching is not None else None)


def _output_columns(query: ast.Query, text: str, result: Value | Scope | None) -> list[tuple[str, str]] | None:
    if isinstance(result, Scope) and not result.open:
        return [(column.name, column.type) for column in result.columns.values()]
    if not query.statements:
        from kql_lint.semantics import commands

        return commands.output_columns(text)
    return None
