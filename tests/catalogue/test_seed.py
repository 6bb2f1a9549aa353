"""DeviceNetworkEvents carries the whole of the seed: seed.txt is a copy of its tables, without its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, EventKind, EventKinds

LINES = (Path(__file__).parent / "seed.txt").read_text(encoding="utf-8").splitlines()
TITLES = dict(re.findall(r"^\| (\w+) \| (.+) \|$", "\n".join(LINES[3:16]), re.MULTILINE))
TITLES.pop("ActionType", None)
HEADINGS = ("Fields", "Detection Patterns", "Common Indicators", "Detection Rules", "References")


def sections(name: str) -> dict[str, list[str]]:
    """Heading to the lines below it, for one entry of the seed; the lines that make a table of a table left out."""
    start = LINES.index(f"{name}: {TITLES[name]}") + 1
    end = LINES.index("", start) if "" in LINES[start:] else len(LINES)
    found: dict[str, list[str]] = {}
    for line in LINES[start:end]:
        if line.removesuffix(" #") in HEADINGS:
            current = found.setdefault(line.removesuffix(" #"), [])
        elif not re.match(r"\| (Name|Field) \||\|---", line):
            current.append(line)
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def count(text: str) -> int | None:
    found = re.match(r"(\d+) (?:detection )?rules?$", text)
    return int(found[1]) if found else None


def known() -> EventKinds:
    (table,) = Catalogue.default().tables("DeviceNetworkEvents", "defender")
    assert table.events is not None
    return table.events


def entry(name: str) -> EventKind:
    found = known().any_entry if name == "any" else known().values[name]
    assert found is not None
    return found


def test_the_copy_has_all_eleven_entries() -> None:
    assert len(TITLES) == 11
    assert next(iter(TITLES)) == "any"
    assert sum(len(sections(name)["Fields"]) for name in TITLES) == 71
    assert sum(len(sections(name).get("Common Indicators", ())) for name in TITLES) == 40


def test_the_order_of_the_seed_comes_first() -> None:
    assert list(known().values)[:10] == list(TITLES)[1:]


@pytest.mark.parametrize("name", TITLES)
def test_title(name: str) -> None:
    assert entry(name).title == TITLES[name]


@pytest.mark.parametrize("name", TITLES)
def test_fields_in_their_order(name: str) -> None:
    rows = [cells(line) for line in sections(name)["Fields"]]
    assert entry(name).columns == tuple(row[0] for row in rows)
    counts = {row[0]: count(row[1]) for row in rows if count(row[1]) is not None}
    assert dict(entry(name).field_rules) == counts


def test_the_fields_of_any_are_those_without_a_filter() -> None:
    assert known().any == tuple(cells(line)[0] for line in sections("any")["Fields"])


@pytest.mark.parametrize("name", TITLES)
def test_patterns(name: str) -> None:
    expected: list[tuple[str, int | None]] = []
    for line in sections(name).get("Detection Patterns", ()):
        if count(line) is None:
            expected.append((line, None))
        else:
            expected[-1] = (expected[-1][0], count(line))
    assert [(pattern.name, pattern.rules) for pattern in entry(name).patterns] == expected


@pytest.mark.parametrize("name", TITLES)
def test_indicators_row_by_row(name: str) -> None:
    rows = [cells(line)[:5] for line in sections(name).get("Common Indicators", ())]
    found = [
        [item.field, item.kind, item.value, f"{item.rules} rule{'s' * (item.rules != 1)}", ", ".join(item.vendors)]
        for item in entry(name).indicators
    ]
    assert found == rows


@pytest.mark.parametrize("name", TITLES)
def test_count_of_rules(name: str) -> None:
    totals = re.findall(r"\((\d+) total\)", " ".join(sections(name).get("Detection Rules", ())))
    assert entry(name).detection_rules == (int(totals[0]) if totals else None)


@pytest.mark.parametrize("name", TITLES)
def test_references(name: str) -> None:
    expected = sections(name)["References"]
    assert [f"- {item.title} {item.url}" for item in entry(name).references] == expected


@pytest.mark.parametrize("name", TITLES)
def test_the_seed_is_named_as_a_source_and_everything_is_described(name: str) -> None:
    assert "seed" in entry(name).sources
    assert entry(name).description


def entries_with_patterns() -> Iterator[str]:
    return (name for name in TITLES if entry(name).patterns)


def test_which_entries_have_patterns() -> None:
    assert list(entries_with_patterns()) == ["any", "InboundConnectionAccepted"]
