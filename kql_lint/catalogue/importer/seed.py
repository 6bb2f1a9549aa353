"""Reads the text that DeviceNetworkEvents' ActionTypes began with: headings, and tables with bars between the cells.

Taken over: titles, fields in their order, patterns, indicators, counts of rules, references.  Not its sentences: what
the catalogue describes, it describes in its own words, by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kql_lint.catalogue.problems import CatalogueError, Problem

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, ReferenceData, TableData

ANY = "any"
_TITLE = re.compile(r"Defender-(\w+)")
_COUNT = re.compile(r"(\d+) (?:detection )?rules?")
_TOTAL = re.compile(r"\((\d+) total\)")
_REFERENCE = re.compile(r"- (.+?) (https?://\S+)")
_HEADINGS = {
    "Description": "description",
    "Fields": "fields",
    "Detection Patterns": "patterns",
    "Common Indicators": "indicators",
    "Detection Rules": "rules",
    "References": "references",
}


def is_seed(text: str) -> bool:
    """Whether a text is of this kind."""
    return _TITLE.match(text) is not None


def read_seed(path: str, text: str) -> TableData:
    """The table with its ActionTypes; the references, which are the same for all of them, are the table's."""
    lines = text.splitlines()
    title = _TITLE.match(text)
    entries = _titles(lines)
    if title is None or not entries:
        raise CatalogueError([Problem(path, 1, 1, "not a seed: no list of ActionTypes")])
    references: list[ReferenceData] = []
    for name, data in entries.items():
        for heading, line in _sections(lines, f"{name}: {data['title']}", entries):
            if heading == "references":
                _reference(references, line)
            elif heading in _READERS:
                _READERS[heading](data, line)
    values = {name: data for name, data in entries.items() if name != ANY}
    table: TableData = {"table": title[1], "references": references, "events": {"values": values}}
    if ANY in entries:
        table["events"]["any"] = entries[ANY]
    return table


def _titles(lines: list[str]) -> dict[str, EventKindData]:
    """The list at the beginning."""
    found: dict[str, EventKindData] = {}
    for line in lines[2:]:
        cells = _cells(line)
        if len(cells) != 2:
            break
        if cells[0] not in ("ActionType", "---"):
            found[cells[0]] = {"title": cells[1], "sources": ["seed"]}
    return found


def _sections(lines: list[str], first: str, entries: dict[str, EventKindData]) -> Iterator[tuple[str, str]]:
    """The lines of one ActionType with the heading each stands under."""
    starts = {f"{name}: {data['title']}" for name, data in entries.items()}
    heading = ""
    for line in lines[lines.index(first) + 1 :]:
        if line in starts:
            return
        name = line.rstrip("# ").lstrip("# ") if "#" in line else line
        if name in _HEADINGS and "#" in line:
            heading = _HEADINGS[name]
        elif line.startswith("Detection Rules #"):
            heading = "rules"
        else:
            yield heading, line


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []


def _field(data: EventKindData, line: str) -> None:
    cells = _cells(line)
    if not cells or cells[0] in ("Name", "---"):
        return
    data.setdefault("columns", []).append(cells[0])
    count = _COUNT.search(line)
    if count:
        data.setdefault("field_rules", {})[cells[0]] = int(count[1])


def _pattern(data: EventKindData, line: str) -> None:
    count = _COUNT.fullmatch(line.strip())
    if count:
        data["patterns"][-1]["rules"] = int(count[1])
    elif line.strip():
        data.setdefault("patterns", []).append({"name": line.strip()})


def _indicator(data: EventKindData, line: str) -> None:
    cells = _cells(line)
    if len(cells) != 5 or cells[0] in ("Field", "---"):
        return
    count = _COUNT.fullmatch(cells[3])
    data.setdefault("indicators", []).append(
        {
            "field": cells[0],
            "kind": cells[1],
            "value": cells[2],
            "rules": int(count[1]) if count else 0,
            "vendors": [vendor.strip() for vendor in cells[4].split(",")],
        }
    )


def _rules(data: EventKindData, line: str) -> None:
    total = _TOTAL.search(line)
    if total:
        data["detection_rules"] = int(total[1])


def _reference(references: list[ReferenceData], line: str) -> None:
    found = _REFERENCE.fullmatch(line.strip())
    if found:
        reference: ReferenceData = {"title": found[1], "url": found[2]}
        if reference not in references:
            references.append(reference)


_READERS: dict[str, Callable[[EventKindData, str], None]] = {
    "fields": _field,
    "patterns": _pattern,
    "indicators": _indicator,
    "rules": _rules,
}
