"""Transformations of data collection rules (``transformKql``): queries of ``source``, the table that a stream gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# A stream of the rule's own has declared columns; others are those of a table of Azure Monitor's.
_BUILTIN = re.compile(r"Microsoft-(?:Table-)?([^\W\d]\w*)\Z")
_TYPES = frozenset("string int long real boolean bool dynamic datetime guid".split())
_NAME = re.compile(r"[^'\\\x00-\x1f]+\Z")


def source(streams: Iterable[str], declared: Mapping[str, list[tuple[str, str]] | None]) -> str:
    """KQL that declares ``source``, on one line.

    streams are the names of those that a flow takes, declared the columns of the rule's own, each with name and type;
    None where they are not known.  Where several flow together, or nothing is known, it is a table that nobody knows.
    """
    names = list(streams)
    columns = declared.get(names[0]) if len(names) == 1 else None
    if columns and all(kind in _TYPES and _NAME.match(name) for name, kind in columns):
        written = ", ".join(f"['{name}']: {_type(kind)}" for name, kind in columns)
        return f"let source = datatable({written})[]; "
    builtin = _BUILTIN.match(names[0]) if len(names) == 1 and names[0] not in declared else None
    return f"let source = {builtin[1]}; " if builtin else "let source = table('source'); "


def _type(kind: str) -> str:
    return "bool" if kind == "boolean" else kind
