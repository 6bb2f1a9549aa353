"""Reads ``table.tsv`` and finds functions in it.  A row is parsed when its function is first asked for."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache

from kql_lint.semantics.functions.signature import FunctionSignature, parse_overload

_TABLE = os.path.join(os.path.dirname(__file__), "table.tsv")


def scalar(name: str) -> FunctionSignature | None:
    """The scalar function of this name (case matters, as in KQL), None where there is none."""
    return _find("scalar", name)


def aggregate(name: str) -> FunctionSignature | None:
    """The aggregate of ``summarize`` (and make-series, top-nested ...) of this name."""
    return _find("aggregate", name)


def plugin(name: str) -> FunctionSignature | None:
    """The plugin of ``evaluate`` of this name."""
    return _find("plugin", name)


def source(name: str) -> FunctionSignature | None:
    """What gives a table or the like: ``materialize``, ``toscalar``, ``table``, ``database``, ``cluster`` ..."""
    return _find("source", name)


def names(kind: str) -> Collection[str]:
    """The names of all functions of a kind: scalar, aggregate, plugin or source."""
    return _rows()[kind].keys()


@cache
def _rows() -> dict[str, dict[str, list[str]]]:
    rows: dict[str, dict[str, list[str]]] = {"scalar": {}, "aggregate": {}, "plugin": {}, "source": {}}
    with open(_TABLE, encoding="utf-8") as lines:
        for line in lines:
            if line[0] != "#":
                kind, name, rest = line.split("\t", 2)
                rows[kind].setdefault(name, []).append(rest)
    return rows


@cache
def _find(kind: str, name: str) -> FunctionSignature | None:
    rows = _rows()[kind].get(name)
    if rows is None:
        return None
    fields = [row.rstrip("\n").split("\t") for row in rows]
    overloads = tuple(parse_overload(parameters, returns, columns) for parameters, returns, _, columns, _ in fields)
    return FunctionSignature(name, kind, overloads, naming=fields[0][2], replaced_by=tuple(fields[0][4].split()))
