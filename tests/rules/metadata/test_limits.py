"""KL606 to KL609: limits, required columns, duplicate ids, near-real time."""

from __future__ import annotations

import pytest

from kql_lint.rules.metadata import duplicate_rule_id
from kql_lint.runner import RuleId, Span

from .files import Said, detection, messages, said, scheduled

ASSET = """impactedAssets:
  - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
    identifier: deviceId"""


class TestServiceLimits:
    def test_a_query_of_ten_thousand_characters_and_one_more(self) -> None:
        head, line = "SigninLogs\n", "| where UserId != 'x'\n"
        fits = head + line * 454 + "\n"
        assert len(fits) == 10_000
        assert said(scheduled(fits), "KL606") == []

        # The 10,001st character is the second of its line.
        assert messages(scheduled(head + line * 500), "KL606") == [
            (" where UserId != 'x'", "the query has 11,011 characters; 10,000 are allowed")
        ]

    @pytest.mark.parametrize(
        ("query", "star", "message"),
        [
            ("search *", "*", "an analytics rule can't search all tables"),
            ("union withsource=T *\n| where T has 'x'", "*", "an analytics rule can't union all tables"),
        ],
    )
    def test_all_tables(self, query: str, star: str, message: str) -> None:
        assert messages(scheduled(query), "KL606") == [(star, message)]

    @pytest.mark.parametrize(
        "query",
        ["search in (SigninLogs) *", "union Sec*", "SigninLogs | summarize arg_max(Id, *) by UserId"],
    )
    def test_not_all_tables(self, query: str) -> None:
        assert said(scheduled(query), "KL606") == []

    def test_texts(self) -> None:
        text = scheduled("SigninLogs", f"description: {'d' * 5_001}\n").replace("A rule", "n" * 260)

        assert messages(text, "KL606") == [
            ("nnnn", "the name has 260 characters; 256 are allowed"),
            ("d", "the description has 5,001 characters; 5,000 are allowed"),
        ]

    def test_formats(self) -> None:
        more = (
            f"alertDetailsOverride:\n  alertDisplayNameFormat: {'a' * 257}\n  alertDescriptionFormat: {'b' * 5_001}\n"
        )

        assert messages(scheduled("SigninLogs", more), "KL606") == [
            ("a", "the alertDisplayNameFormat has 257 characters; 256 are allowed"),
            ("b", "the alertDescriptionFormat has 5,001 characters; 5,000 are allowed"),
        ]

    def test_mappings(self) -> None:
        one = "  - {entityType: IP, fieldMappings: [{identifier: Address, columnName: IPAddress}]}\n"

        assert said(scheduled("SigninLogs", f"entityMappings:\n{one * 10}"), "KL606") == []
        assert messages(scheduled("SigninLogs", f"entityMappings:\n{one * 11}"), "KL606") == [
            ("IP", "the rule maps 11 entities; 10 are allowed")
        ]

    def test_details(self) -> None:
        details = "".join(f"  Detail{number}: UserId\n" for number in range(21))

        assert messages(scheduled("SigninLogs", f"customDetails:\n{details}"), "KL606") == [
            ("Detail20", "the rule has 21 custom details; 20 are allowed")
        ]

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("Abcdefghijklmnopqrst", None),
            (
                "Abcdefghijklmnopqrstu",
                'the custom detail "Abcdefghijklmnopqrstu" has 21 characters; 20 are allowed',
            ),
            ("1st", '"1st" can\'t name a custom detail: it takes letters, digits and _, a letter first'),
            ("Größe", '"Größe" can\'t name a custom detail: it takes letters, digits and _, a letter first'),
        ],
    )
    def test_names_of_details(self, name: str, message: str | None) -> None:
        found = messages(scheduled("SigninLogs", f"customDetails:\n  {name}: UserId\n"), "KL606")

        assert found == ([(name, message)] if message else [])

    def test_a_hunting_query_has_none(self) -> None:
        assert said(f"name: {'n' * 300}\ntactics: [Discovery]\nseverity: Low\nquery: search *\n", "KL606") == []


class TestOutputColumns:
    @pytest.mark.parametrize(
        "query",
        [
            "DeviceEvents | where ActionType == 'UsbDriveMounted'",
            "DeviceEvents | summarize arg_max(Timestamp, ReportId) by DeviceId",
            "EmailEvents | project Timestamp, ReportId, RecipientEmailAddress, DeviceId = ''",
            "AlertEvidence | project TimeGenerated = Timestamp, DeviceId",
            "CommonSecurityLog | project TimeGenerated, DeviceId = Computer",
            "DeviceEvents | evaluate bag_unpack(AdditionalFields) | project-away Timestamp",
            "Ours_CL | where Field == 1",
        ],
    )
    def test_all_that_is_needed_or_nothing_known(self, query: str) -> None:
        assert said(detection(query, template=ASSET), "KL607") == []

    @pytest.mark.parametrize(
        "query", ["Ours_CL | project DeviceId", "SecurityEvent | summarize Failed = count() by DeviceId = Computer"]
    )
    def test_what_is_no_data_of_defenders_may_need_the_time(self, query: str) -> None:
        assert said(detection(query, template=ASSET), "KL607") == [
            Said("displayName", "warning", "the query returns neither Timestamp nor TimeGenerated, the alert's time")
        ]

    def test_the_time_and_the_event(self) -> None:
        assert said(detection("DeviceEvents | summarize Count = count() by DeviceId", template=ASSET), "KL607") == [
            Said("summarize", "error", "the query does not return ReportId, which leads back to the event"),
            Said("summarize", "error", "the query returns neither Timestamp nor TimeGenerated, the alert's time"),
        ]

    def test_the_device_of_the_event(self) -> None:
        query = "DeviceEvents | project Timestamp, ReportId, DeviceName"

        assert messages(detection(query, template=ASSET), "KL607") == [
            ("project", "the query does not return DeviceId, which tells the event's device")
        ]

    def test_a_table_without_events_asks_for_none(self) -> None:
        query = "DeviceTvmSoftwareVulnerabilities | project Timestamp = now(), DeviceId"

        assert said(detection(query, template=ASSET), "KL607") == []

    def test_assets_and_actions(self) -> None:
        actions = (
            "  responseActions:\n"
            '    - "@odata.type": "#microsoft.graph.security.stopAndQuarantineFileResponseAction"\n'
            "      identifier: sha1,deviceId\n"
            '    - "@odata.type": "#microsoft.graph.security.softDeleteResponseAction"\n'
            "      identifier: ${identifier}\n"
        )
        query = "DeviceFileEvents | project Timestamp, ReportId, DeviceId"

        assert said(detection(query, actions, template=ASSET), "KL607") == [
            Said("sha1", "error", "the query does not return SHA1, from which sha1 is read", ("project",)),
            Said(
                "#microsoft.graph.security.softDeleteResponseAction",
                "error",
                "an action on emails needs NetworkMessageId and RecipientEmailAddress; "
                "the query lacks NetworkMessageId and RecipientEmailAddress",
            ),
        ]

    def test_no_asset_at_all(self) -> None:
        query = "IdentityQueryEvents | project Timestamp, ReportId, Query"

        assert said(detection(query), "KL607") == [
            Said(
                "displayName",
                "warning",
                "the query returns no column that tells the device, account or mailbox that is hit",
            )
        ]

    def test_sentinels_rules_need_none(self) -> None:
        assert said(scheduled("DeviceEvents | count"), "KL607") == []


def _id(value: str, start: int, end: int, content: str = "") -> RuleId:
    return RuleId(value, Span(start, end, 1, start + 1, 1, end + 1), "analytic", content)


class TestDuplicateIds:
    def test_in_two_files(self) -> None:
        seen = duplicate_rule_id.seen()
        assert seen.check("a/one.yaml", [_id("5F0C", 4, 8)]) == []

        (found,) = seen.check("b/two.yml", [_id("5f0c", 10, 14, "another rule"), _id("5f0d", 20, 24)])

        assert (found.code, found.start, found.end) == ("KL608", 10, 14)
        assert found.message == "the id 5f0c is also that of a rule in a/one.yaml"

    def test_every_further_file_names_the_first(self) -> None:
        seen = duplicate_rule_id.seen()
        said_of = [seen.check(f"{name}.json", [_id("x", 0, 1, name)]) for name in "abc"]

        assert [[item.message for item in found] for found in said_of] == [
            [],
            ["the id x is also that of a rule in a.json"],
            ["the id x is also that of a rule in a.json"],
        ]

    def test_twice_in_one_file(self) -> None:
        (found,) = duplicate_rule_id.seen().check("a.yaml", [_id("x", 0, 1), _id(" X ", 5, 8)])

        assert (found.start, found.end, found.message) == (5, 8, "the id  X  is that of an earlier rule in this file")
        assert [(item.start, item.end) for item in found.related] == [(0, 1)]

    def test_a_template_made_from_a_rule_is_none(self) -> None:
        seen = duplicate_rule_id.seen()

        assert seen.check("rule.yaml", [_id("x", 0, 1)]) == seen.check("azuredeploy.json", [_id("x", 0, 1)]) == []

    def test_empty_ids_are_none(self) -> None:
        assert duplicate_rule_id.seen().check("a.yaml", [_id("", 0, 0), _id(" ", 3, 4)]) == []


class TestNearRealTime:
    def test_what_has_no_effect(self) -> None:
        found = said(scheduled("SigninLogs", kind="NRT"), "KL609")

        assert [(item.text, item.severity) for item in found] == [
            ("1h", "warning"), ("1h", "warning"), ("gt", "warning"), ("0", "warning"),
        ]  # fmt: skip
        assert found[0].message == (
            "queryFrequency has no effect in an NRT rule, which runs every minute and reports each result"
        )

    def test_several_tables_are_fine_in_sentinel(self) -> None:
        query = "union SigninLogs, AuditLogs | join kind=inner (IdentityInfo) on $left.UserId == $right.AccountObjectId"

        assert said(f"name: N\nkind: NRT\nquery: {query}\n", "KL609") == []

    @pytest.mark.parametrize("period", ['"0"', "PT0S"])
    def test_what_a_continuous_detection_cant_have(self, period: str) -> None:
        query = (
            "DeviceEvents // all\n// of it\n| lookup (DeviceInfo | filter IsInternetFacing) on DeviceId\n"
            "| union DeviceTvmSoftwareInventory\n| join kind=inner (externaldata(DeviceId: string)['https://a/b']) "
            "on DeviceId"
        )

        assert messages(detection(query, period=period), "KL609") == [
            ("// all", "a detection that runs continuously can't have comments in its query"),
            ("lookup", "lookup can't be used in a detection that runs continuously"),
            ("DeviceInfo", "a detection that runs continuously has one table: DeviceEvents or DeviceInfo"),
            ("union", "union can't be used in a detection that runs continuously"),
            (
                "DeviceTvmSoftwareInventory",
                "a detection can't run continuously on DeviceTvmSoftwareInventory",
            ),
            ("join", "join can't be used in a detection that runs continuously"),
            ("externaldata", "externaldata can't be used in a detection that runs continuously"),
        ]

    def test_what_it_can(self) -> None:
        query = (
            "let names = dynamic(['a']);\nDeviceEvents\n| where FileName in (names)\n| extend A = 'http://x'\n"
            "| parse FolderPath with 'C:' Rest\n| project-away Rest\n| project-rename B = A\n"
        )

        assert said(detection(query, period='"0"'), "KL609") == []

    def test_a_detection_with_a_schedule_can_have_all(self) -> None:
        assert said(detection("DeviceEvents // all\n| summarize count() by DeviceId", period="1H"), "KL609") == []
