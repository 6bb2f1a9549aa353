"""Runs every case of fixtures/: what is reported, where, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint import analyze

from . import marked

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.kql"))
CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FIXTURES for case in marked.cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_case(case: marked.Case) -> None:
    analysis = analyze(case.query, strict_fields=case.strict, platform=case.platform)
    assert marked.actual(case.query, analysis.diagnostics) == case.expected
