"""Symbols: what is recorded for them, and how the work for them grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint import analyze
from kql_lint.semantics.symbols import symbols
from tests.steps import steps


def test_nothing_is_recorded_unless_somebody_asks() -> None:
    bound = analyze("let x = 1; SigninLogs | extend Y = x | where Y == 1").bound
    assert bound is not None
    assert bound.facts.names is None
    assert bound.facts.steps is None


GROWING: dict[str, Callable[[int], str]] = {
    "lets": lambda n: "".join(f"let a{i} = a{i - 1};" if i else "let a0 = 1;" for i in range(n)) + f"print a{n - 1}",
    "columns": lambda n: "T" + "".join(f"| extend c{i} = 1 | where c{i} == 1" for i in range(n)),
    "one column again and again": lambda n: "T | extend c = 1" + "| extend c = c + 1" * n,
    "names that are handed on": lambda n: "T | extend c = 1" + "| summarize arg_max(c, *) by d" * n,
    "unions": lambda n: "union " + ", ".join(f"(T | extend c = {i})" for i in range(n)) + " | where c == 1",
    "renames": lambda n: "T | extend c0 = 1" + "".join(f"| project-rename c{i + 1} = c{i}" for i in range(n)),
    "calls": lambda n: "let f = (T:(c:long)) { T | where c == 1 }; T | extend c = 1" + "| invoke f()" * n,
}


@pytest.mark.parametrize("construct", GROWING)
def test_work_grows_no_faster_than_the_text(construct: str) -> None:
    def work(n: int) -> int:
        bound = analyze(GROWING[construct](n), steps=True, names=True).bound
        assert bound is not None
        return steps(lambda: symbols(bound))

    assert work(80) < 2.8 * work(40)
