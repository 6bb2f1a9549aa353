"""KL504 and KL509: rows that are left out of a rule's result by chance, or because they arrive late."""

from __future__ import annotations

import pytest

from .files import Said, detection, said, scheduled

TAKE = "{} keeps some rows, and it is not defined which: the rule misses the others"
LATE = "this filter drops events that arrive late; the detection reads its lookback period anyway"


class TestTake:
    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ("SigninLogs | where ResultType != 0 | take 10", "take"),
            ("SigninLogs | limit 100 | project Identity", "limit"),
            ("SigninLogs | sample 10", "sample"),
            ("SigninLogs | sample-distinct 5 of Identity", "sample-distinct"),
            ("SigninLogs | sort by TimeGenerated | summarize count() by Identity | take 3", "take"),
            ("let Some = SigninLogs | take 5; AuditLogs | where Identity in (Some)", "take"),
            ("AuditLogs | join kind=inner (SigninLogs | take 5) on Identity", "take"),
            ("let F = (N: long) { SigninLogs | take N }; F(5)", "take"),
            ("union (SigninLogs | distinct Identity | take 1), AuditLogs", "take"),
        ],
    )
    def test_rows_that_are_left_out_by_chance(self, query: str, word: str) -> None:
        assert said(scheduled(query), "KL504") == [Said(word, "warning", TAKE.format(word))]

    @pytest.mark.parametrize(
        "query",
        [
            "SigninLogs | top 10 by TimeGenerated",
            "SigninLogs | sort by TimeGenerated desc | take 10",
            "SigninLogs | order by TimeGenerated | where ResultType != 0 | extend A = 1 | project Identity | limit 5",
            "SigninLogs | summarize count() | take 1",
            "SigninLogs | count | take 5",
            "SigninLogs | take 1 | count",
            "print a = 1 | take 1",
            "SigninLogs | summarize take_any(Identity), make_set(AppId, 10) by IPAddress",
        ],
    )
    def test_order_and_single_rows(self, query: str) -> None:
        assert said(scheduled(query), "KL504") == []

    def test_in_other_rules_and_not_in_hunting_queries(self) -> None:
        query = "DeviceEvents | take 5 | project Timestamp, DeviceId, ReportId"
        assert said(detection(query), "KL504") == [Said("take", "warning", TAKE.format("take"))]
        assert said(scheduled(query, kind="NRT"), "KL504") == [Said("take", "warning", TAKE.format("take"))]
        assert said(f"id: a\nname: A query\ntactics: [Execution]\nquery: {query}\n", "KL504") == []


class TestTimeFilter:
    @pytest.mark.parametrize(
        ("filter_", "place"),
        [
            ("Timestamp > ago(1h)", "Timestamp > ago(1h)"),
            ("Timestamp >= ago(1d) and FileName == 'a'", "Timestamp >= ago(1d)"),
            ("ago(1h) < Timestamp", "ago(1h) < Timestamp"),
            ("Timestamp > now() - 1h", "Timestamp > now() - 1h"),
            ("Timestamp > startofday(ago(1d))", "Timestamp > startofday(ago(1d))"),
        ],
    )
    def test_events_that_arrive_late_are_dropped(self, filter_: str, place: str) -> None:
        query = f"DeviceProcessEvents | where {filter_} | project Timestamp, DeviceId, ReportId"
        assert said(detection(query), "KL509") == [Said(place, "warning", LATE)]

    def test_through_lets_functions_and_joins(self) -> None:
        query = (
            "let Window = 1h;\n"
            "let Recent = (T: (Timestamp: datetime)) { T | where Timestamp > ago(Window) };\n"
            "DeviceProcessEvents | where Timestamp > ago(Window)\n"
            "| join kind=inner (DeviceEvents | where Timestamp > ago(Window)) on DeviceId\n"
            "| project Timestamp, DeviceId, ReportId"
        )
        assert [one.text for one in said(detection(query), "KL509")] == ["Timestamp > ago(Window)"] * 2

    @pytest.mark.parametrize(
        "filter_",
        [
            "ingestion_time() > ago(1h)",
            "Timestamp between (ago(2h) .. ago(1h))",
            "Timestamp > ago(2h) and Timestamp < ago(1h)",
            "ProcessCreationTime > ago(1h)",
            "isnotempty(Timestamp)",
            "Timestamp > ago(30d)",
        ],
    )
    def test_other_filters_on_times(self, filter_: str) -> None:
        query = f"DeviceProcessEvents | where {filter_} | project Timestamp, DeviceId, ReportId"
        assert said(detection(query), "KL509") == []

    def test_a_baseline_and_what_is_compared_with_it(self) -> None:
        query = (
            "let Known = DeviceProcessEvents | where Timestamp > ago(7d) | distinct SHA1;\n"
            "DeviceProcessEvents | where Timestamp > ago(1h) and SHA1 !in (Known)\n"
            "| project Timestamp, DeviceId, ReportId"
        )
        assert said(detection(query), "KL509") == []

    def test_analytics_rules_have_a_period_by_that_time(self) -> None:
        assert said(scheduled("SigninLogs | where TimeGenerated > ago(1h)"), "KL509") == []
