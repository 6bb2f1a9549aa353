"""KL604 and KL605: how often a rule runs, how far back it looks, and how far back its query asks."""

from __future__ import annotations

import pytest

from kql_lint.rules.metadata import _durations

from .files import Said, detection, messages, said, scheduled


class TestLookback:
    @pytest.mark.parametrize(
        ("filter_", "place", "message"),
        [
            ("TimeGenerated > ago(14d)", "ago(14d)", "rows 14 days back"),
            ("TimeGenerated >= ago(25h)", "ago(25h)", "rows 25 hours back"),
            ("ago(2d) < TimeGenerated", "ago(2d)", "rows 2 days back"),
            ("TimeGenerated between (ago(7d) .. ago(1h))", "ago(7d)", "rows 7 days back"),
            ("TimeGenerated between (ago(7d) .. 1h)", "ago(7d)", "rows 7 days back"),
            ("TimeGenerated > now() - 3d", "now() - 3d", "rows 3 days back"),
            ("TimeGenerated > now(-3d)", "now(-3d)", "rows 3 days back"),
            ("TimeGenerated > startofday(ago(3d))", "startofday(ago(3d))", "rows 3 days back"),
            ("TimeGenerated > bin(ago(3d), 1h)", "bin(ago(3d), 1h)", "rows 3 days back"),
            ("TimeGenerated > ago(2 * 7d)", "ago(2 * 7d)", "rows 14 days back"),
            ("TimeGenerated > ago(1.5d)", "ago(1.5d)", "rows 36 hours back"),
            ("TimeGenerated > ago(5d + 1h)", "ago(5d + 1h)", "rows 121 hours back"),
            ("TimeGenerated > ago(3d - 12h)", "ago(3d - 12h)", "rows 60 hours back"),
            ('TimeGenerated > ago(totimespan("5d"))', 'ago(totimespan("5d"))', "rows 5 days back"),
            ("TimeGenerated < ago(1d)", "ago(1d)", "rows older"),
            ("UserId == '' and not(TimeGenerated > ago(2d))", "ago(2d)", "rows 2 days back"),
        ],
    )
    def test_past_the_period(self, filter_: str, place: str, message: str) -> None:
        text = scheduled(f"SigninLogs | where {filter_}", period="1d")

        assert said(text, "KL604") == [
            Said(place, "warning", f"the rule sees 1 day of data, and this asks for {message}", ("1d",))
        ]

    @pytest.mark.parametrize(
        "query",
        [
            "SigninLogs | where TimeGenerated > ago(1d)",
            "SigninLogs | where TimeGenerated > ago(24h)",
            "SigninLogs | where TimeGenerated < ago(23h)",
            "SigninLogs | where TimeGenerated !between (ago(14d) .. ago(2d))",
            "SigninLogs | where CreatedDateTime > ago(30d)",
            "SigninLogs | extend Old = TimeGenerated > ago(30d)",
            "SigninLogs | summarize countif(TimeGenerated > ago(30d)) by UserId",
            "SigninLogs | where TimeGenerated > datetime(2020-01-01)",
            "SigninLogs | where TimeGenerated > ago(Unknown)",
            "SigninLogs | summarize Seen = max(TimeGenerated) by UserId | where Seen > ago(30d)",
            "Ours_CL | where TimeGenerated > ago(30d)",
        ],
    )
    def test_within_it_or_not_known(self, query: str) -> None:
        assert said(scheduled(query, period="1d"), "KL604") == []

    def test_through_lets(self) -> None:
        query = (
            "let days = 14d;\nlet start = ago(days);\nlet known = SigninLogs | where TimeGenerated > start;\n"
            "SigninLogs | where TimeGenerated > ago(1h) | join kind=leftanti known on UserId"
        )

        assert messages(scheduled(query, period="1d"), "KL604") == [
            ("start", "the rule sees 1 day of data, and this asks for rows 14 days back")
        ]

    def test_a_rule_has_one_finding_at_the_place_that_goes_back_furthest(self) -> None:
        query = (
            "let A = 5d; let B = 1h; let Start = ago(A + B);\n"
            "SigninLogs | where TimeGenerated between (Start .. ago(2d)) | where TimeGenerated > ago(7d)"
        )
        assert said(scheduled(query, period="1d"), "KL604") == [
            Said(
                "ago(7d)", "warning", "the rule sees 1 day of data, and this asks for rows 7 days back", ("1d", "Start")
            )
        ]

    def test_where_a_series_begins(self) -> None:
        query = (
            "let starttime = 14d;\nSigninLogs | make-series Count = count() on TimeGenerated"
            " from startofday(ago(starttime)) to startofday(now()) step 1h by UserId"
        )
        assert messages(scheduled(query, period="1d"), "KL604") == [
            ("startofday(ago(starttime))", "the rule sees 1 day of data, and this asks for rows 14 days back")
        ]
        other = query.replace("on TimeGenerated", "on CreatedDateTime")
        assert said(scheduled(other, period="1d"), "KL604") == []

    def test_through_the_parameters_of_a_function(self) -> None:
        query = (
            "let Recent = (lookback: timespan, T: (TimeGenerated: datetime)) { SigninLogs"
            " | where TimeGenerated > ago(lookback) };\n"
            "union (Recent(2h, SigninLogs)), (Recent(14d, SigninLogs))"
        )
        assert messages(scheduled(query, period="1d"), "KL604") == [
            ("ago(lookback)", "the rule sees 1 day of data, and this asks for rows 14 days back")
        ]
        assert said(scheduled(query.replace("14d", "Unknown"), period="1d"), "KL604") == []

    def test_a_let_that_names_itself_or_is_there_twice(self) -> None:
        query = "let a = a;\nlet b = 1d;\nlet b = 30d;\nSigninLogs | where TimeGenerated > a and TimeGenerated > ago(b)"

        assert said(scheduled(query, period="1d"), "KL604") == []

    @pytest.mark.parametrize("period", ["soon", '"{{ period }}"', "30d"])
    def test_a_period_that_is_not_known_or_longer(self, period: str) -> None:
        assert said(scheduled("SigninLogs | where TimeGenerated > ago(14d)", period=period), "KL604") == []

    @pytest.mark.parametrize(
        ("period", "sees"),
        [("1H", "4 hours"), ("3h", "12 hours"), ("12H", "2 days"), ("PT1H", "4 hours"), ("24H", None), ("0", None)],
    )
    def test_of_custom_detections(self, period: str, sees: str | None) -> None:
        found = said(detection("DeviceEvents | where Timestamp > ago(7d)", period=f'"{period}"'), "KL604")

        expected = f"the rule sees {sees} of data, and this asks for rows 7 days back"
        assert found == ([Said("ago(7d)", "warning", expected, (period,))] if sees else [])

    def test_a_custom_detection_over_sentinels_tables_has_a_lookback_of_its_own(self) -> None:
        query = "CommonSecurityLog | where TimeGenerated > ago(7d)"

        assert said(detection(query, period="1H"), "KL604") == []

    @pytest.mark.parametrize(
        ("lookback", "query", "sees"),
        [
            ("P30D", "DeviceEvents | where Timestamp > ago(30d)", None),
            ("P1D", "DeviceEvents | where Timestamp > ago(30d)", "1 day"),
            ("PT4H", "CommonSecurityLog | where TimeGenerated > ago(30d)", "4 hours"),
            ("soon", "DeviceEvents | where Timestamp > ago(30d)", None),
        ],
    )
    def test_a_lookback_that_a_custom_detection_names(self, lookback: str, query: str, sees: str | None) -> None:
        text = detection(query, period=f"PT1H, lookback: {lookback}")
        message = f"the rule sees {sees} of data, and this asks for rows 30 days back"
        assert [(one.message, one.related) for one in said(text, "KL604")] == ([(message, (lookback,))] if sees else [])


class TestSchedule:
    def schedule(self, frequency: str, period: str) -> list[tuple[str, str]]:
        return messages(scheduled("SigninLogs", frequency=frequency, period=period), "KL605")

    @pytest.mark.parametrize(
        ("frequency", "period"),
        [
            ("5m", "5m"),
            ("1h", "14d"),
            ("14d", "14d"),
            ("1d", "1d"),
            ("PT1H", "P14D"),
            ("01:00:00", "2.00:00:00"),
            ("59m", "47h"),
            ('"{{ f }}"', "${p}"),
        ],
    )
    def test_schedules_that_are_fine(self, frequency: str, period: str) -> None:
        assert self.schedule(frequency, period) == []

    def test_gaps(self) -> None:
        assert said(scheduled("SigninLogs", frequency="1d", period="1h"), "KL605") == [
            Said(
                "1d",
                "error",
                "the rule runs every 1 day and looks back 1 hour: 23 hours are never looked at",
                ("1h",),
            )
        ]

    def test_too_short_and_too_long(self) -> None:
        allowed = "allowed are 5 minutes to 14 days"

        assert self.schedule("1m", "15d") == [
            ("1m", f"queryFrequency is 1 minute; {allowed}"),
            ("15d", f"queryPeriod is 15 days; {allowed}"),
        ]

    def test_a_long_period_and_a_short_frequency(self) -> None:
        assert said(scheduled("SigninLogs", frequency="59m", period="2d"), "KL605") == [
            Said("59m", "error", "with a period of 2 days or more the frequency is 1 hour at least", ("2d",))
        ]

    @pytest.mark.parametrize("wrong", ["1 hour", "h", "PT", "P1M", "1w", "0.5h", "60"])
    def test_no_length_of_time(self, wrong: str) -> None:
        assert self.schedule(wrong, "1d") == [
            (wrong, f'queryFrequency "{wrong}" is no length of time; write it as 1h, 30m or 14d')
        ]

    def test_what_is_missing_of_a_schedule(self) -> None:
        text = "name: Half\nkind: Scheduled\nqueryFrequency: 1h\ntriggerOperator: gt\nquery: SigninLogs\n"

        assert messages(text, "KL605") == [("name", "the schedule lacks queryPeriod and triggerThreshold")]
        assert messages("name: None\nkind: Scheduled\nquery: SigninLogs\n", "KL605") == []

    @pytest.mark.parametrize("operator", ["gt", "lt", "eq", "ne", "GreaterThan", "greaterthan", "NotEqual"])
    def test_operators(self, operator: str) -> None:
        text = scheduled("SigninLogs").replace("triggerOperator: gt", f"triggerOperator: {operator}")

        assert said(text, "KL605") == []

    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            ("triggerOperator: gt", "ge", 'triggerOperator can\'t be "ge"; write gt, lt, eq or ne'),
            (
                "triggerThreshold: 0",
                "10001",
                'triggerThreshold can\'t be "10001"; it is a whole number from 0 to 10,000',
            ),
            ("triggerThreshold: 0", "-1", 'triggerThreshold can\'t be "-1"; it is a whole number from 0 to 10,000'),
            ("triggerThreshold: 0", "few", 'triggerThreshold can\'t be "few"; it is a whole number from 0 to 10,000'),
        ],
    )
    def test_triggers_that_are_wrong(self, key: str, value: str, message: str) -> None:
        text = scheduled("SigninLogs").replace(key, f"{key.split()[0]} {value}")

        assert messages(text, "KL605") == [(value, message)]

    @pytest.mark.parametrize("period", ["0", "1H", "3H", "12H", "24H", "1h", "PT5M", "P14D", "PT0S"])
    def test_periods_of_custom_detections(self, period: str) -> None:
        assert said(detection("DeviceEvents", period=f'"{period}"'), "KL605") == []

    @pytest.mark.parametrize(
        ("period", "message"),
        [
            ("6H", 'a detection can\'t run every "6H"; write 0, 1H, 3H, 12H or 24H, or as PT1H'),
            ("PT1M", "the detection runs every 1 minute; allowed are 5 minutes to 14 days"),
            ("P15D", "the detection runs every 15 days; allowed are 5 minutes to 14 days"),
        ],
    )
    def test_periods_that_are_wrong(self, period: str, message: str) -> None:
        assert messages(detection("DeviceEvents", period=period), "KL605") == [(period, message)]


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("PT5M", 300),
            ("P1DT12H", 129_600),
            ("P2W", 1_209_600),
            ("pt1h30m", 5_400),
            ("PT0S", 0),
            ("P1Y", None),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("1h", None),
            ("", None),
        ],
    )
    def test_iso(self, text: str, seconds: int | None) -> None:
        assert _durations.iso(text) == seconds

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("14d", 1_209_600), ("5H", 18_000), ("30M", 1_800), ("01:30:00", 5_400), ("1.5h", None), ("PT1H", None)],
    )
    def test_template(self, text: str, seconds: int | None) -> None:
        assert _durations.template(text) == seconds

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("14d", 1_209_600), ("1.5h", 5_400), ("2 hours", 7_200), ("1.02:00:00", 93_600), ("5ms", None), ("x", None)],
    )
    def test_kql(self, text: str, seconds: float | None) -> None:
        assert _durations.kql(text) == seconds

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(60, "1 minute"), (5_400, "90 minutes"), (172_800, "2 days"), (90, "90 seconds"), (1, "1 second")],
    )
    def test_shown(self, seconds: float, text: str) -> None:
        assert _durations.shown(seconds) == text
