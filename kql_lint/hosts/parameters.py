"""A function's parameters as Log Analytics keeps them (``from:datetime = datetime(null), T:(*)``), declared in KQL."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"\s*([^\W\d]\w*)\s*:\s*(.*)\Z", re.DOTALL)
_STRING = re.compile(r"""@?"(?:[^"\\]|\\.)*"|@?'(?:[^'\\]|\\.)*'""", re.DOTALL)


def declarations(listed: str) -> str:
    """KQL that declares the parameters, on one line; empty where there are none.

    A tabular parameter becomes a table variable; one whose columns are not told is that of a table nobody knows.
    """
    scalars, tables = [], []
    for parameter in _split(" ".join(listed.split())):
        found = _PARAMETER.match(parameter)
        if found is None:
            continue
        name, kind = found[1], found[2].strip()
        if not kind.startswith("("):
            scalars.append(f"{name}: {kind}")
        elif "*" in kind or not kind.strip("( )"):
            tables.append(f"let {name} = table('{name}'); ")
        else:
            tables.append(f"let {name} = datatable{kind}[]; ")
    declared = f"declare query_parameters({', '.join(scalars)}); " if scalars else ""
    return declared + "".join(tables)


def _split(listed: str) -> list[str]:
    """What stands between commas that are in no brackets and no strings."""
    parts, start, depth, place = [], 0, 0, 0
    while place < len(listed):
        if text := _STRING.match(listed, place):
            place = text.end()
            continue
        char = listed[place]
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth <= 0:
            parts.append(listed[start:place])
            start = place + 1
        place += 1
    return [*parts, listed[start:]]
