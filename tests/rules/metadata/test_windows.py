"""KL604: a window between two rows that is wider than the data of a rule."""

from __future__ import annotations

import pytest

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

RULE = """\
id: 7b1f0e3a-1111-4222-8333-0a0b0c0d1031
name: Blobs are listed and read
kind: Scheduled
queryFrequency: 10m
queryPeriod: 12m
triggerOperator: gt
triggerThreshold: 0
query: |
  let Window = 15m;
  StorageBlobLogs
  | where OperationName == "ListBlobs"
  | project Listed = TimeGenerated, CallerIpAddress, Requested = todatetime(Uri)
  | join kind=inner (
      StorageBlobLogs
      | where OperationName == "GetBlob"
      | project Read = TimeGenerated, CallerIpAddress
    ) on CallerIpAddress
  | where FILTER
"""
SEES = "the rule sees 12 minutes of data, and this asks for rows"


def said(condition: str, rule: str = RULE) -> list[tuple[str, str]]:
    text = rule.replace("FILTER", condition)
    report = lint_file("rule.yaml", Options(), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    return [
        (text[one.span.start : one.span.end], one.diagnostic.message)
        for one in report.findings
        if one.diagnostic.code == "KL604"
    ]


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ("Read between (Listed .. (Listed + Window))", "(Listed + Window)"),
        ("Read between (Listed .. Listed + 15m)", "Listed + 15m"),
        ("Listed between (Read - 15m .. Read)", "Read - 15m"),
        ("Read - Listed between (0s .. 15m)", "15m"),
        ("Read <= Listed + Window", ""),
        ("Listed + 15m > Read", ""),
        ("Listed >= Read - 15m", ""),
        ("Read - Listed < 3 * 5m", ""),
        ("15m >= Read - Listed", ""),
    ],
)
def test_a_window_that_is_wider_than_the_data(condition: str, place: str) -> None:
    ((found, message),) = said(condition)
    assert message == f"{SEES} up to 15 minutes apart"
    assert found.strip("()") == (place or condition).strip("()")


@pytest.mark.parametrize(
    "condition",
    ["Read - Listed > 15m", "Read > Listed + 15m", "Listed < Read - 15m", "15m <= Read - Listed"],
)
def test_rows_that_are_too_far_apart(condition: str) -> None:
    assert said(condition) == [(condition, f"{SEES} at least 15 minutes apart")]


@pytest.mark.parametrize(
    "condition",
    [
        "Read between (Listed .. Listed + 12m)",
        "Read between (Listed .. Listed + 5m)",
        "Read - Listed between (-5m .. 5m)",
        "Read !between (Listed .. Listed + 15m)",
        "Read between (Requested .. Requested + 15m)",
        "Read - Requested < 15m",
        "Read < Listed - -15m",
        "Read > Listed",
        "Read - Listed < totimespan(CallerIpAddress)",
    ],
)
def test_nothing_is_said_of(condition: str) -> None:
    assert said(condition) == []


def test_a_longer_period_sees_both() -> None:
    assert said("Read < Listed + 15m", RULE.replace("queryPeriod: 12m", "queryPeriod: 15m")) == []


def test_rows_that_are_too_old_come_first() -> None:
    rule = RULE.replace('"GetBlob"', '"GetBlob" and TimeGenerated > ago(1h)')
    assert said("Read < Listed + 15m", rule) == [
        ("ago(1h)", "the rule sees 12 minutes of data, and this asks for rows 1 hour back")
    ]
