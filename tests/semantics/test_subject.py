"""Which tables a finding is about, through the whole pipeline."""

from __future__ import annotations

import pytest

from kql_lint.runner import Options, run


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
