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
