"""Fixtures that hold their own expectation.

A fixture is a .kql file of cases, each under a line ``// === what it shows``.  A comment line whose first mark is ``^``
says what is reported for the line above it, at the place it underlines: ``//    ^^^^ error KL101 message``.  ``~~~~``
underlines a related place: ``//    ~~~~ compared with ActionType here``.  A place that goes on past its line is
underlined to the end of the line.  A case without marks has to stay silent.  The marks are no part of the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kql_lint.diagnostic import Diagnostic

_MARK = re.compile(r"//\s*(\^+|~+) (.*)$")


@dataclass(frozen=True)
class Case:
    title: str
    query: str
    expected: list[str]

    @property
    def strict(self) -> bool:
        return "--strict-fields" in self.title

    @property
    def platform(self) -> str:
        """That of ``--platform`` in the title."""
        found = re.search(r"--platform (\w+)", self.title)
        return found[1] if found else "auto"

    @property
    def selected(self) -> list[str]:
        """The rules that are on beside the defaults: those of ``--extend-select`` in the title."""
        return re.findall(r"--extend-select (\w+)", self.title)


def cases(path: Path) -> list[Case]:
    found = []
    for block in path.read_text(encoding="utf-8").split("// === ")[1:]:
        title, _, text = block.partition("\n")
        found.append(Case(title, *_read(text)))
    return found


def _read(text: str) -> tuple[str, list[str]]:
    """The query without the marks, and what they say."""
    lines: list[str] = []
    expected = []
    for line in text.split("\n"):
        mark = _MARK.match(line)
        if mark is None:
            lines.append(line)
        else:
            kind = "related " if mark[1].startswith("~") else ""
            expected.append(f"{len(lines)}:{mark.start(1) + 1}-{mark.end(1) + 1} {kind}{mark[2]}")
    return "\n".join(lines), sorted(expected)


def actual(query: str, diagnostics: list[Diagnostic]) -> list[str]:
    lines = []
    for diagnostic in diagnostics:
        place = _place(query, diagnostic.start, diagnostic.end)
        lines.append(f"{place} {diagnostic.severity.label} {diagnostic.code} {diagnostic.message}")
        lines += [f"{_place(query, place.start, place.end)} related {place.message}" for place in diagnostic.related]
    return sorted(lines)


def _place(query: str, start: int, end: int) -> str:
    line_start = query.rfind("\n", 0, start) + 1
    line_end = query.find("\n", start)
    if 0 <= line_end < end:
        end = line_end
    return f"{query.count(chr(10), 0, start) + 1}:{start - line_start + 1}-{end - line_start + 1}"
