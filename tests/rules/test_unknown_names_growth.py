"""Unknown names cost what they are worth: as many again cost as much again, whatever they are names of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.engine import analyze
from tests.steps import steps


def _each(n: int, part: str, between: str = ", ") -> str:
    return between.join(part.format(number) for number in range(100, 100 + n))


LONG = "a" * 100
QUERIES: dict[str, Callable[[int], str]] = {
    "columns": lambda n: "DeviceEvents" + _each(n, "\n| where DeviceNam{} == 1", ""),
    "computed columns": lambda n: "DeviceEvents" + _each(n, "\n| extend c{0} = Colmn{0}", ""),
    "columns of an open table": lambda n: (
        "Own_CL | extend " + _each(n, "Column{}x = 1") + " | where " + _each(n, "Colum{}x == 1", " or ")
    ),
    "tables": lambda n: "union " + _each(n, "DeviceEvent{}"),
    "functions": lambda n: "DeviceEvents" + _each(n, "\n| extend c{0} = tostrin{0}(1)", ""),
    "ActionTypes": lambda n: "DeviceEvents | where ActionType in (" + _each(n, "'Conection{}'") + ")",
    "patterns": lambda n: "DeviceNetworkEvents | where " + _each(n, "ActionType has 'Conection{}'", " or "),
    "keys of joins": lambda n: "DeviceEvents" + _each(n, "\n| join kind=inner (DeviceInfo) on Devic{}", ""),
    "texts": lambda n: "DeviceEvents | distinct " + _each(n, "'Devic Nam{}'"),
    "long names": lambda n: (
        "DeviceEvents | extend " + _each(n, LONG + "{} = 1") + " | where " + _each(n, LONG + "x{} == 1", " or ")
    ),
}


@pytest.mark.parametrize("make", QUERIES.values(), ids=QUERIES)
def test_as_many_again_cost_as_much_again(make: Callable[[int], str]) -> None:
    analyze(make(3))  # makes what is made once
    few, many = steps(lambda: analyze(make(60))), steps(lambda: analyze(make(240)))
    assert many < 5 * few
