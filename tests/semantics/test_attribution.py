"""Which tables a finding is about, through the whole pipeline."""

from __future__ import annotations

import pytest

from kql_lint.engine import analyze
from kql_lint.runner import Options, run
from kql_lint.semantics.attribution import Subject
from tests.steps import steps


def tables(query: str) -> dict[str, tuple[str, ...]]:
    """The tables of the findings of a query, by the finding's text."""
    (report,) = run([("a", Options(unnamed="plain"))], read=lambda _path: query.encode())
    return {query[found.diagnostic.start : found.diagnostic.end]: found.tables for found in report.findings}


@pytest.mark.parametrize(
    ("query", "about", "expected"),
    [
        ('DeviceNetworkEvents | where ActionType == "Nope"', '"Nope"', ("DeviceNetworkEvents",)),
        (
            'DeviceNetworkEvents | where ActionType == "ListeningConnectionCreated" | where RemotePort == 443',
            "RemotePort",
            ("DeviceNetworkEvents",),
        ),
        # Though the other side of the join is named later.
        (
            'DeviceNetworkEvents | join (DeviceInfo) on DeviceId | where ActionType == "Nope"',
            '"Nope"',
            ("DeviceNetworkEvents",),
        ),
        (
            "DeviceInfo | join (DeviceLogonEvents) on DeviceId | where Bogus",
            "Bogus",
            ("DeviceInfo", "DeviceLogonEvents"),
        ),
        ("let a = SigninLogs | where Bogus == 1; MyLogs_CL | join a on X", "Bogus", ("SigninLogs",)),
        ("let a = SigninLogs | where Bogus == 1; MyLogs_CL | join a on X", "MyLogs_CL", ("MyLogs_CL",)),
        ("DeviceInfo | count | where DeviceName == 'x'", "DeviceName", ("DeviceInfo",)),
        ("print x = 1 | where y == 1", "y", ()),
    ],
)
def test_a_finding_knows_the_tables_it_is_about(query: str, about: str, expected: tuple[str, ...]) -> None:
    assert tables(query)[about] == expected


def test_a_function_that_is_called_often_is_no_more_work_for_each_call() -> None:
    def work(calls: int) -> int:
        lets = "".join(f"let T{number} = f('x{number}');\n" for number in range(calls))
        analysis = analyze(f"let f = (x:string) {{ DeviceEvents | where ActionType == x }};\n{lets}T0")
        assert analysis.bound is not None
        subject = Subject(analysis.bound.facts)
        asked = [(found.start, found.end) for found in analysis.diagnostics if found.code == "KL101"]
        assert len(asked) == calls
        return steps(lambda: [subject.tables_at(*place) for place in asked])

    assert work(400) < 1.2 * 4 * work(100)
