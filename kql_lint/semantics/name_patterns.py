"""Names that match a pattern with stars: ``Initiating*``, ``*Hash``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.scopes.name_index import NameIndex
from kql_lint.wildcards import stars

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.semantics.scopes.scope import Column
    from kql_lint.syntax import ast


def columns_like(binder: Context, frame: Frame, pattern: str, node: ast.Node) -> list[Column]:
    """The columns in scope whose names match a pattern, in their order; node is where it stands."""
    columns = frame.columns
    if pattern == "*":
        return list(columns.values()) if binder.affords(len(columns), node) else []
    if frame.names is None:
        frame.names = NameIndex(columns)
    names = frame.names.candidates(pattern)
    if not binder.affords(len(names), node):
        return []
    matches = stars(pattern).matches
    return [columns[name] for name in names if matches(name)]


def tables_like(binder: Context, pattern: str) -> list[str]:
    """The names of the catalogue's tables that match a pattern, sorted."""
    if binder.table_names is None:
        binder.table_names = NameIndex(sorted(binder.catalogue.table_names()))
    return list(filter(stars(pattern).matches, binder.table_names.candidates(pattern)))
