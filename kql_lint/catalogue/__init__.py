"""What the platforms' tables, ActionTypes and functions are: the one source of such facts for all other rooms."""

from __future__ import annotations

from kql_lint.catalogue.catalogue import Catalogue
from kql_lint.catalogue.model import (
    ActionType,
    ActionTypes,
    Definition,
    Indicator,
    Pattern,
    PlatformFunction,
    Reference,
    Rename,
    Table,
)
from kql_lint.catalogue.problems import CatalogueError, Problem

__all__ = [
    "ActionType",
    "ActionTypes",
    "Catalogue",
    "CatalogueError",
    "Definition",
    "Indicator",
    "Pattern",
    "PlatformFunction",
    "Problem",
    "Reference",
    "Rename",
    "Table",
]
