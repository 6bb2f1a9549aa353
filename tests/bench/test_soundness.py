"""The brute-force test of what is said of ActionTypes: random queries of a fixed seed, and faults that it finds."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kql_lint.semantics import context
from kql_lint.semantics.calls import dispatch
from kql_lint.semantics.domains.domain import NOTHING
from kql_lint.semantics.events import narrowing
from kql_lint.semantics.events.comparisons import Compared
from kql_lint.semantics.events.outcomes import outcome
from kql_lint.semantics.operators import scanning
from kql_lint.semantics.scopes.scope import Origin, Scope
from kql_lint.semantics.scopes.state import State

SEED = 7


def test_random_queries_do_what_is_said_of_them(tmp_path: Path) -> None:
    from soundness import run

    tried, narrowed, survivors, codes = 0, 0, 0, set[str]()
    for number, text, wrong, spoke in run(SEED, range(1000), tmp_path):
        assert wrong == [], f"bench/soundness.py --seed {SEED} --first {number} --count 1\n{text}"
        tried += 1
        narrowed += spoke.pop("narrowed") > 0
        survivors += spoke.pop("survivors")
        codes |= spoke.keys()

    # It is no test where nothing is ruled out, nothing comes through, or nothing is said.
    assert tried > 980
    assert narrowed > 400
    assert survivors > 2000
    assert codes >= {"KL101", "KL102", "KL103", "KL104", "KL107", "KL108"}


def _nothing(found: object, origin: Origin, *_: object) -> tuple[State, State]:
    return State({origin.column: NOTHING}), State({origin.column: NOTHING})


def _never_fails(found: Compared, origin: Origin, *more: Any) -> tuple[State, State] | None:
    pair = outcome(found, origin, *more)
    return None if pair is None else (pair[0], State({origin.column: NOTHING}))


# Faults, each with a query that shows it: what is put in the place of a function, and what is said wrongly then.
FAULTS = {
    "no ActionType is left by what is understood": (narrowing, "outcome", _nothing, 0),
    "a test fails for nothing": (narrowing, "outcome", _never_fails, 39),
    "whatever trim takes away leaves the name": (dispatch, "_trims_white_space", lambda _: True, 1716),
    "a list that is filtered is still whole": (Scope, "fewer", lambda scope: scope, 578),
    "no column is empty behind a union or an outer join": (Scope, "is_partial", lambda *_: False, 118),
    "only rows of the narrowed table are in a union": (context, "keeps_others", lambda *_: False, 6595),
    "what a step of scan assigns to is the table's": (scanning, "_assigned", lambda *_: {}, 3671),
}


@pytest.mark.parametrize(("owner", "name", "fault", "number"), FAULTS.values(), ids=FAULTS)
def test_faults_are_found(
    owner: object, name: str, fault: object, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from soundness import run

    assert [wrong for _, _, wrong, _ in run(SEED, range(number, number + 1), tmp_path)] == [[]]
    monkeypatch.setattr(owner, name, fault)
    ((_, _, wrong, _),) = run(SEED, range(number, number + 1), tmp_path)
    assert wrong, "another query may show it: bench/soundness.py finds one where the fault is in the code"


@pytest.mark.parametrize(
    ("operator", "value", "other", "expected"),
    [
        ("==", "ProcessCreated", "ProcessCreated", True),
        ("==", "ProcessCreated", "processcreated", False),
        ("=~", "ProcessCreated", "processcreated", True),
        ("!=", "a", "a", True),  # the positive test: what it means for the row is for the caller to say
        ("has", "ProcessCreated", "process", False),
        ("has", "cmd.exe", "EXE", True),
        ("has_cs", "cmd.exe", "EXE", False),
        ("hasprefix", "ProcessCreated", "process", True),
        ("!hassuffix", "ProcessCreated", "created", True),
        ("contains", "ProcessCreated", "sscr", True),
        ("!contains_cs", "ProcessCreated", "sscr", False),
        ("startswith_cs", "ProcessCreated", "Process", True),
        ("endswith", "ProcessCreated", "CREATED", True),
        ("has", "cmd.exe", ".exe", True),
        ("hasprefix", "cmd.exe", "ex", True),
    ],
)
def test_the_evaluator_knows_the_operators(operator: str, value: str, other: str, expected: bool) -> None:
    from reasoning.conditions import matches

    assert matches(operator, value, other, second=False) is expected


def test_places_are_found_in_the_text() -> None:
    from reasoning.trace import Trace, unmarked

    trace = Trace()
    inner, marked = trace.mark("b")
    outer, marked = trace.mark(f"(a {marked})")

    assert unmarked(f"x {marked} y") == ("x (a b) y", {outer: (2, 7), inner: (5, 6)})


def test_joins_and_unions_are_evaluated_row_by_row() -> None:
    from reasoning.making import Making
    from reasoning.model import Row, Text
    from reasoning.pairs import both_sides, right_names, united
    from reasoning.tables import Table

    making = Making(random.Random(1))
    left = Table("", {"DeviceId": "string", "n1": "long"}, lambda: [Row({"DeviceId": Text("a"), "n1": 1})])
    right = Table(
        "", {"DeviceId": "string", "s2": "string"},
        lambda: [Row({"DeviceId": Text(device), "s2": Text("x")}) for device in "ab"],
    )  # fmt: skip
    names = right_names(left.columns, right.columns, ())
    assert names == {"DeviceId": "DeviceId1", "s2": "s2"}

    def joined(kind: str) -> list[dict[str, object]]:
        return [dict(row) for row in both_sides(making, left, right, kind, names, [("DeviceId", "DeviceId")])]

    both = {"DeviceId": "a", "n1": 1, "DeviceId1": "a", "s2": "x"}
    assert joined("inner") == [both]
    assert joined("leftouter") == [both]
    assert joined("fullouter") == [both, {"DeviceId": "", "n1": None, "DeviceId1": "b", "s2": "x"}]
    columns, rows = united([left, right], inner=False)
    assert columns == {"DeviceId": "string", "n1": "long", "s2": "string"}
    assert [dict(row) for row in rows()][:2] == [
        {"DeviceId": "a", "n1": 1, "s2": ""},
        {"DeviceId": "a", "n1": None, "s2": "x"},
    ]
