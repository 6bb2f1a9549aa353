"""analyze() with holes: whatever they stand for, they bring no finding that the whole query does not have."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint import analyze
from tests.holes import each_token_a_hole, holes
from tests.syntax.grammar_queries import queries

EXAMPLES = sorted((Path(__file__).parents[1] / "rules_examples").glob("*/*.kql"))


# What these show is that they are no KQL, or not one query.
UNREADABLE = {"syntax-error/bad", "syntax-error/fix", "confusable-character/bad", "several-queries/bad"}
READABLE = [path for path in EXAMPLES if f"{path.parent.name}/{path.stem}" not in UNREADABLE]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_hole_for_any_token_brings_nothing_new(path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    whole = analyze(query).diagnostics
    assert not any(found.code in ("KL001", "KL002") for found in whole)
    places = {found.start for found in whole}
    for text, hole, (start, end) in each_token_a_hole(query):
        for found in analyze(text, holes=[hole]).diagnostics:
            place = found.start if found.start <= start else found.start + (end - start) - (hole[1] - hole[0])
            assert place in places, f"{found.code} {found.message}\n{text}"


@pytest.mark.parametrize(
    ("query", "finding", "fixes"),
    [
        ("DeviceFileEvents | where FileNam == '{{x}}' // {{y}}", "KL201 FileNam", ["FileName"]),
        ("DeviceFileEvents | where filename == '{{x}}'", "KL201 filename", ["FileName"]),
        ("DeviceFileEvents | where filename=={{x}}", "KL201 filename", ["FileName"]),
        ("DeviceFileEvents | where ActionType == 'FileCreatd' and {{x}}", "KL101 'FileCreatd'", ["FileCreated"]),
        # beside a hole the name may go on in it
        ("DeviceFileEvents | where {{x}}== ''and filename=={{x}}", "KL201 filename", ["FileName"]),
        # the statement to take out has a hole in it
        ("let Unused = 'a {{x}}'; DeviceFileEvents", "KL209 Unused", []),
    ],
)
def test_fixes(query: str, finding: str, fixes: list[str]) -> None:
    (found,) = analyze(query, holes=holes(query)).diagnostics
    assert f"{found.code} {query[found.start : found.end]}" == finding
    assert [edit.text for fix in found.fixes for edit in fix.edits] == fixes


def test_a_confusable_character_beside_a_hole_is_put_right_by_hand() -> None:
    query = "print {{x}}\u00a6 take 5"
    assert [(found.code, found.fixes) for found in analyze(query, holes=holes(query)).diagnostics] == [("KL002", ())]


@given(queries(holes=True))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_queries_built_from_the_grammar(text: str) -> None:
    check(text, holes(text))


@given(queries(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_holes_anywhere(text: str, places: list[tuple[int, int]]) -> None:
    check(text, tuple((start, start + length) for start, length in places))


def check(text: str, stretches: tuple[tuple[int, int], ...]) -> None:
    for found in analyze(text, holes=stretches).diagnostics:
        assert 0 <= found.start <= found.end <= len(text)
        for start, end in stretches:
            assert start >= end or found.end <= start or end <= found.start
            edits = [edit for fix in found.fixes for edit in fix.edits]
            assert all(start >= end or edit.end < start or end < edit.start for edit in edits)
        assert "\ufdd0" not in found.message


def test_no_holes_are_no_holes() -> None:
    for path in EXAMPLES:
        query = path.read_text(encoding="utf-8")
        assert analyze(query, holes=()).diagnostics == analyze(query).diagnostics
