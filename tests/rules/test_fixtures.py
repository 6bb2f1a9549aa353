"""Runs every case of fixtures/: what is reported, where, and in which words.  A .yaml beside one is its overlay."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint import analyze
from kql_lint.catalogue import Catalogue

from . import marked

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.kql"))
CASES = [
    pytest.param(case, path.with_suffix(".yaml"), id=f"{path.stem}: {case.title}")
    for path in FIXTURES
    for case in marked.cases(path)
]


@pytest.mark.parametrize(("case", "overlay"), CASES)
def test_case(case: marked.Case, overlay: Path) -> None:
    catalogue = Catalogue.with_overlays([str(overlay)]) if overlay.exists() else None
    analysis = analyze(case.query, strict_fields=case.strict, platform=case.platform, catalogue=catalogue)
    assert marked.actual(case.query, analysis.diagnostics) == case.expected
