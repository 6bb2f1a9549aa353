"""Runs every case of fixtures/: what is reported, where, and in which words.  A .yaml beside one is its overlay.

A fixture is named by its rule, which is on there, even where it is off by default.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint import analyze
from kql_lint.catalogue import Catalogue
from kql_lint.rules import find

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
    own = find(overlay.stem)
    analysis = analyze(
        case.query,
        strict_fields=case.strict,
        platform=case.platform,
        catalogue=catalogue,
        extend_select=[*case.selected, *([own.code] if own else [])],
    )
    assert marked.actual(case.query, analysis.diagnostics) == case.expected
