"""summarize and its like: keys, aggregates and their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Columns = Callable[..., list[str] | None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SigninLogs | summarize count(), Users = dcount(UserName), make_set(Code) by bin(TimeGenerated, 1h)",
            ["TimeGenerated: datetime", "count_: long", "Users: long", "set_Code: dynamic"],
        ),
        (
            "SigninLogs | summarize max(Code), avg(Code), countif(Code == 0) by Who = tolower(UserName)",
            ["Who: string", "max_Code: int", "avg_Code: real", "countif_: long"],
        ),
        ("SigninLogs | summarize by UserName, Code / 2", ["UserName: string", "Column1: long"]),
        (
            "SigninLogs | summarize arg_max(TimeGenerated, *) by UserName",
            ["UserName: string", "TimeGenerated: datetime", "Status: dynamic", "Code: int"],
        ),
        (
            "SigninLogs | summarize (Last, Result) = arg_max(TimeGenerated, Code) by UserName",
            ["UserName: string", "Last: datetime", "Result: int"],
        ),
        (
            "SigninLogs | summarize arg_max(Code, UserName) by UserName",
            ["UserName: string", "Code: int", "UserName1: string"],
        ),
        (
            "SigninLogs | summarize percentiles(Code, 50, 99.9)",
            ["percentile_Code_50: long", "percentile_Code_99_9: long"],
        ),
        ("SigninLogs | project Code, UserName | summarize take_any(*) by UserName", ["UserName: string", "Code: int"]),
        ("SigninLogs | count", ["Count: long"]),
        ("SigninLogs | count as Total", ["Total: long"]),
        (
            "SigninLogs | make-series Failures = countif(Code != 0), dcount(UserName) on TimeGenerated step 1h by Code",
            ["Code: int", "Failures: dynamic", "dcount_UserName: dynamic", "TimeGenerated: dynamic"],
        ),
        (
            "SigninLogs | top-nested 3 of UserName by count(), top-nested of Code by Latest = max(TimeGenerated)",
            ["UserName: string", "aggregated_UserName: long", "Code: int", "Latest: datetime"],
        ),
        ("SigninLogs | top-hitters 5 of UserName", ["UserName: string", "approximate_count_UserName: long"]),
        ("SigninLogs | sample-distinct 5 of UserName", ["UserName: string"]),
        ("SigninLogs | reduce by UserName", ["Pattern: string", "Count: long", "Representative: string"]),
    ],
)
def test_columns_of(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


def test_aggregating_closes_an_open_scope(columns: Columns) -> None:
    assert columns("OurTable_CL | summarize Hits = count() by Host_s") == ["Host_s: unknown", "Hits: long"]
    assert columns("OurTable_CL | summarize arg_max(TimeGenerated, *) by Host_s") is None
