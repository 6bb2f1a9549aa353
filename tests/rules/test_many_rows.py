"""What rules say of the values of a list costs no more where the column may come from any of hundreds of tables.

Work is counted in lines, so that the figures are the same on every machine.
"""

from __future__ import annotations

import pytest

from kql_lint.engine import Analysis, analyze
from kql_lint.semantics.attribution import Subject
from tests.steps import steps

LISTS = {
    "values of no table": ("ActionType in ({})", "Nothing{}"),
    "values in the wrong case": ("ActionType !in ({})", "fileCreated"),
    "values of another table": ("ActionType in~ ({})", "FileRenamed"),
    "patterns": ("ActionType has_any ({})", "Nothing{}"),
}


def query(doublings: int, condition: str, value: str, values: int) -> str:
    """The union of 2 ** doublings references to a table, and a list of so many values."""
    lets = "".join(f"let T{n + 1} = union T{n}, T{n};\n" for n in range(doublings))
    listed = ", ".join(f'"{value.format(number)}"' for number in range(values))
    return f"let T0 = DeviceProcessEvents | project ActionType;\n{lets}T{doublings}\n| where {condition.format(listed)}"


def lint(text: str) -> Analysis:
    analysis = analyze(text)
    assert analysis.bound is not None
    subject = Subject(analysis.bound.facts)
    for found in analysis.diagnostics:
        assert subject.tables_at(found.start, found.end) == ("DeviceProcessEvents",)
    return analysis


@pytest.mark.parametrize("name", LISTS)
def test_values_times_rows_is_no_work(name: str) -> None:
    condition, value = LISTS[name]
    lint(query(1, condition, value, 2))
    work = {
        (rows, values): steps(lambda: lint(query(rows, condition, value, values)))  # noqa: B023
        for rows in (0, 8)
        for values in (1, 60)
    }

    assert work[8, 60] < 1.2 * (work[8, 1] + work[0, 60])
    found = lint(query(8, condition, value, 60)).diagnostics
    assert "KL007" not in [one.code for one in found]
    assert len(found) == (1 if name == "patterns" else 60)
