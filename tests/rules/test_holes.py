"""Queries of templates: what is still found in them, and that nothing is found that depends on a placeholder."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint import analyze
from tests.holes import holes

from . import marked

CASES = marked.cases(Path(__file__).parent / "holes.kql")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_case(case: marked.Case) -> None:
    stretches = holes(case.query)
    assert stretches
    assert marked.actual(case.query, analyze(case.query, holes=stretches).diagnostics) == case.expected


def test_names_that_a_deployment_puts_together_are_not_compared() -> None:
    text = (
        "let Window@@ = 1d;\nlet Window@@ = 2d;\nlet Day = 1d;\nlet Day = 2d;\nDeviceInfo | where Timestamp > ago(Day)"
    )
    holes = [(place, place + 2) for place in (text.index("@@"), text.rindex("@@"))]

    found = analyze(text, holes=holes).diagnostics

    assert [(item.code, text[item.start : item.end]) for item in found if item.code == "KL212"] == [("KL212", "Day")]
