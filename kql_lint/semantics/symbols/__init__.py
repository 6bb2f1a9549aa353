"""Declarations: what each name of a query was declared by, and which names are one and the same.

``symbols`` takes a query that was bound with ``steps`` and ``names``.  All places are half-open offsets in code points
of the query.
"""

from __future__ import annotations

from kql_lint.semantics.symbols.collect import symbols
from kql_lint.semantics.symbols.model import Declaration, Kind, Symbol, Symbols, Use

__all__ = ["Declaration", "Kind", "Symbol", "Symbols", "Use", "symbols"]
