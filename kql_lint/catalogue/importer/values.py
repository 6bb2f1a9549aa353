"""Imports what a column can hold: ``table column value sureness source``.

A list is taken whole where all its values are documented or enumerated; of any other, only what resembles one of its
values can be told.  How a value is written is certain where queries of several people write it so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from kql_lint.catalogue.importer.facts import add

if TYPE_CHECKING:
    from kql_lint.catalogue.data import ColumnValuesData, TableData
    from kql_lint.catalogue.importer.rows import Rows

_WHOLE = frozenset({"documented", "enumerated by the schema tester"})
_DOUBT = "queries also use"
_AGREED = ("queries agree", "queries of several")
_MONTH = re.compile(r"\d{4}-\d{2}\b")
_EVENT_LOGS = frozenset({"Authentication", "FileEvent", "ProcessEvent", "RegistryEvent"})


def is_values(rows: Rows) -> bool:
    """Whether a file has values of columns."""
    return {"table", "column", "value", "sureness", "source"} <= set(rows.head)


def values(rows: Rows, tables: dict[str, TableData]) -> None:
    """Enter the lists; each is as sure as the least sure of its values."""
    for row in rows.rows:
        lists = tables.setdefault(_table(row.get("table")), {}).setdefault("column_values", {})
        known = lists.setdefault(row.get("column"), {"closed": True, "cased": True, "as_of": "", "values": []})
        add(known["values"], row.values["value"])
        sure, source = row.get("sureness"), row.get("source")
        known["closed"] = known["closed"] and sure in _WHOLE and _DOUBT not in source
        known["cased"] = known["cased"] and any(word in f"{sure}; {source}" for word in _AGREED)
        dated = _MONTH.search(source)
        known["as_of"] = dated[0] if dated else known["as_of"]
    for table in tables.values():
        for column, known in table.get("column_values", {}).items():
            told = {key: value for key, value in known.items() if value}
            table["column_values"][column] = cast("ColumnValuesData", told)


def _table(name: str) -> str:
    """The table that has the events of an ASIM schema."""
    schema, _, kind = name.partition(" ")
    if schema != "ASIM":
        return name
    event = kind.removesuffix("Event")
    if kind in _EVENT_LOGS:
        return f"ASim{event}EventLogs"
    return "ASimDnsActivityLogs" if kind == "Dns" else f"ASim{kind}Logs"
