"""Trees of any depth, and trees with damage in them, are bound without an error."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from kql_lint.semantics import Bound
from kql_lint.syntax import parse

Attempt = Callable[[str], Bound]

DEEP = 90


@pytest.mark.parametrize(
    "query",
    [
        "print " + "iff(true, " * DEEP + "1" + ", 2)" * DEEP,
        "print " + "strcat('a', " * DEEP + "'b'" + ")" * DEEP,
        "print " + "toscalar(print " * DEEP + "1" + ")" * DEEP,
        "DeviceInfo" + "| union (DeviceInfo " * DEEP + ")" * DEEP,
        "DeviceInfo" + "| join (DeviceInfo " * DEEP + ") on DeviceId" * DEEP,
        "DeviceInfo | where DeviceId in (" + "(DeviceInfo | where DeviceId in (" * 45 + "'x'" + "))" * 45 + ")",
        "SigninLogs " + "| mv-apply Status on (where true " * DEEP + ")" * DEEP,
        "print " + " + ".join(["1"] * 3000),
        "SigninLogs | extend x = Status" + ".a" * 3000,
        "SigninLogs | where " + " and ".join(f"UserName != 'u{n}'" for n in range(2000)),
        "DeviceInfo " + "| extend x = 1 " * 2000,
        "let f0 = () { print 1 };"
        + "".join(f"let f{n} = () {{ union f{n - 1}(), f{n - 1}() }};" for n in range(1, 40))
        + "f39",
    ],
)
def test_depth_is_no_limit(attempt: Attempt, query: str) -> None:
    limit = sys.getrecursionlimit()
    assert parse(query).diagnostics == []
    assert attempt(query).facts.unknown_columns == []
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    "query",
    [
        "DeviceInfo | extend = DeviceId | where Machine == 'x'",
        "DeviceInfo | extend 'Machine' = DeviceId | where Machine == 'x'",
        "DeviceInfo | project DeviceId, | where OSPlatform == 'x'",
        "DeviceInfo | summarize by )( | where Machine == 'x'",
        "let Machine = ; DeviceInfo | where DeviceId == Machine",
        "let ; let Machine 'x'; DeviceInfo | where DeviceId == Machine",
        "DeviceInfo | mv-expand | where Machine == 'x'",
    ],
)
def test_a_syntax_error_is_not_followed_by_unknown_names(attempt: Attempt, query: str) -> None:
    assert parse(query).diagnostics != []
    assert attempt(query).facts.unknown_columns == []


@pytest.mark.parametrize("query", ["", "// nothing", ".show tables", ";", "|", "let", "print", "set a"])
def test_texts_without_a_query(attempt: Attempt, query: str) -> None:
    assert attempt(query).facts.rows == []
