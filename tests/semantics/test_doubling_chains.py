"""However the statements of a query refer to each other, work grows with its length and no faster.

Work is counted in calls of functions, so that the figures are the same on every machine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from cProfile import Profile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kql_lint import budget
from kql_lint.catalogue import Catalogue
from kql_lint.diagnostic import Diagnostic
from kql_lint.engine import Analysis, analyze
from kql_lint.semantics.attribution import Subject
from kql_lint.semantics.description import describe
from kql_lint.semantics.scopes.scope import Constant
from tests.semantics.chains import LINKS, STORED, Link, query, repository

# Where a chain ends that is to be compared with one eight times as long.
FEW, MANY = 6, 48
# So many calls a character are what reading a statement takes; what is less is not compared.
CALLS = 60
# The characters that strings may have in all for each character of the query.
FOLDED = 2


@pytest.fixture(autouse=True, scope="module")
def small_budget() -> Iterator[None]:
    """A small budget, which short chains use up: what is not counted in steps shows the sooner."""
    with pytest.MonkeyPatch.context() as patch:
        limited(patch, 1_000, FOLDED)
        yield


def limited(patch: pytest.MonkeyPatch, least: int, a_character: int) -> None:
    for name in ("STEPS", "CHARACTERS"):
        patch.setattr(budget, name, least)
        patch.setattr(budget, f"{name}_PER_CHARACTER", a_character)
    patch.setattr(budget, "STEPS_PER_CHARACTER_FOLLOWED", 4 * a_character)


class Lint:
    """A query that is linted and described: the calls that it takes, and the characters of constants that are made."""

    def __init__(self, text: str, functions: dict[str, str] | None = None) -> None:
        self.length = len(text) + sum(map(len, (functions or {}).values()))
        self.calls = self.folded = 0
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (functions or {}).items():
                Path(folder, f"{name}.kql").write_text(content, encoding="utf-8")
            catalogue = Catalogue.with_overlays([], [f"{folder}/*.kql"]) if functions else Catalogue.default()
            analyze("DeviceEvents | where ActionType == 'x'", catalogue=catalogue)  # loads what is loaded once
            self.analysis = self._counted(lambda: self._work(text, catalogue))
            assert catalogue.problems == []

    def _work(self, text: str, catalogue: Catalogue) -> Analysis:
        analysis = analyze(text, catalogue=catalogue)
        assert analysis.bound is not None
        subject = Subject(analysis.bound.facts)
        for found in analysis.diagnostics:
            subject.tables_at(found.start, found.end)
        describe(analysis.bound)
        return analysis

    def _counted(self, work: Callable[[], Analysis]) -> Analysis:
        made = Constant.__init__

        def make(constant: Constant, value: object, node: object) -> None:
            self.folded += len(value) if isinstance(value, str) else 1
            made(constant, value, node)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Constant, "__init__", make)
            profile = Profile()
            found: Analysis = profile.runcall(work)
        self.calls = sum(entry.callcount for entry in profile.getstats())
        return found

    def codes(self) -> list[str]:
        return [found.code for found in self.analysis.diagnostics]


def assert_grows_with_its_length(few: Lint, many: Lint) -> None:
    longer = 1.2 * many.length / few.length  # and a logarithm
    assert many.calls < longer * max(few.calls, CALLS * few.length)
    assert many.folded < longer * max(few.folded, FOLDED * few.length)
    for one in (few, many):
        assert one.codes().count("KL007") <= 1
        assert "KL001" not in one.codes()


@pytest.mark.parametrize("name", LINKS)
def test_a_chain_of_one_construct(name: str) -> None:
    assert_grows_with_its_length(*(Lint(query([LINKS[name]], length)) for length in (FEW, MANY)))


some_links = st.lists(st.sampled_from(list(LINKS.values())), min_size=2, max_size=6)


@settings(max_examples=10, deadline=None)
@given(some_links)
@example([LINKS["strcat_delim"], LINKS["array_concat"]])  # a list that has one string many times
@example([LINKS["iff"], LINKS["make_set"]])  # a scalar that leads to the same call of toscalar() in many ways
def test_a_chain_of_several_constructs(links: list[Link]) -> None:
    assert_grows_with_its_length(*(Lint(query(links, length)) for length in (FEW, MANY)))


@pytest.mark.parametrize("kind", STORED)
@settings(max_examples=2, deadline=None)
@given(links=st.lists(st.sampled_from(list(LINKS.values())), min_size=1, max_size=2))
def test_a_chain_of_functions_of_a_repository(kind: str, links: list[Link]) -> None:
    # A function is followed through some twenty others: only then do longer chains cost no more for their length.
    assert_grows_with_its_length(*(Lint(*repository(links, length, kind)) for length in (24, 72)))


@settings(max_examples=60, deadline=None)
@given(some_links, st.integers(2, 8), st.sampled_from([0, 30, 100, 300, 1_000, 3_000, 10_000]), st.integers(0, 4))
def test_what_the_budget_cuts_off_is_unknown(links: list[Link], length: int, least: int, a_character: int) -> None:
    end = "\n| where FileName == 'x' and LocalPort == 4 and ActionType == 'FileCreated' and Odd == 1"
    text = query(links, length) + end
    with pytest.MonkeyPatch.context() as patch:
        limited(patch, 10**9, 0)
        whole = analyze(text)
        limited(patch, least, a_character)
        some = analyze(text)

    cut = [found for found in some.diagnostics if found.code == "KL007"]
    others = [found for found in some.diagnostics if found.code != "KL007"]
    assert len(cut) <= 1
    assert set(map(_said, others)) <= set(map(_said, whole.diagnostics))
    assert some.output_columns in (None, whole.output_columns)
    if not cut:
        assert (some.diagnostics, some.output_columns) == (whole.diagnostics, whole.output_columns)


def _said(found: Diagnostic) -> tuple[str, int, int, str]:
    return found.code, found.start, found.end, found.message
