"""What the platforms' tables, kinds of events and functions are: the one source of such facts for all other rooms."""

from __future__ import annotations

from kql_lint.catalogue.aliases import FieldAlias
from kql_lint.catalogue.catalogue import Catalogue
from kql_lint.catalogue.model import (
    ACTION_TYPE,
    ColumnValues,
    Definition,
    Elsewhere,
    EventKind,
    EventKinds,
    Indicator,
    MixedCase,
    Pattern,
    PlatformFunction,
    Reference,
    Rename,
    Table,
)
from kql_lint.catalogue.problems import CatalogueError, Problem

__all__ = [
    "ACTION_TYPE",
    "Catalogue",
    "CatalogueError",
    "ColumnValues",
    "Definition",
    "Elsewhere",
    "EventKind",
    "EventKinds",
    "FieldAlias",
    "Indicator",
    "MixedCase",
    "Pattern",
    "PlatformFunction",
    "Problem",
    "Reference",
    "Rename",
    "Table",
]
