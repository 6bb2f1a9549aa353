"""KL601 to KL603: columns that a rule names, compared with those that its query returns."""

from __future__ import annotations

import pytest

from .files import Said, detection, messages, said, scheduled

SIGN_INS = "SigninLogs\n| summarize Count = count() by UserPrincipalName, IPAddress"


def mapped(*columns: str, entity: str = "Account") -> str:
    """An entity mapping: identifier=column, each."""
    pairs = (column.split("=") for column in columns)
    fields = "".join(f"      - {{identifier: {name}, columnName: {column}}}\n" for name, column in pairs)
    return f"entityMappings:\n  - entityType: {entity}\n    fieldMappings:\n{fields}"


class TestEntities:
    def test_columns_that_are_there(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("FullName=UserPrincipalName")), "KL601") == []

    def test_a_slip_of_case_is_fixed(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("FullName=userPrincipalname")), "KL601") == [
            Said(
                "userPrincipalname",
                "error",
                'the query returns no column "userPrincipalname" for FullName of Account; '
                'did you mean "UserPrincipalName"?',
                (),
                "UserPrincipalName",
            )
        ]

    def test_a_column_that_was_dropped_shows_where(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("AadUserId=UserId")), "KL601") == [
            Said("UserId", "error", 'the query returns no column "UserId" for AadUserId of Account', ("summarize",))
        ]

    @pytest.mark.parametrize(
        "query",
        [
            "SomethingOfOurs_CL | where a == 1",
            "SigninLogs | evaluate bag_unpack(DeviceDetail)",
            "SomeFunction()",
            "SigninLogs | where (",
            "SigninLogs | project-awa Id | where",
        ],
    )
    def test_silent_where_the_columns_are_not_known(self, query: str) -> None:
        assert said(scheduled(query, mapped("FullName=Whatever")), "KL601") == []

    def test_columns_that_every_row_has_though_no_schema_lists_them(self) -> None:
        query = "SecurityEvent | where EventID == 1102"

        assert said(scheduled(query, mapped("ResourceId=_ResourceId", entity="AzureResource")), "KL601") == []

    @pytest.mark.parametrize("column", ['"{{ column }}"', "${column}", '"[parameters(1)]{{x}}"', "~", "null"])
    def test_silent_where_a_column_is_filled_in_later(self, column: str) -> None:
        assert said(scheduled(SIGN_INS, mapped(f"FullName={column}")), "KL601") == []

    def test_an_unknown_entity(self) -> None:
        assert messages(scheduled(SIGN_INS, mapped("FullName=UserPrincipalName", entity="Acount")), "KL601") == [
            ("Acount", 'Sentinel knows no entity "Acount"; did you mean "Account"?')
        ]

    def test_the_case_of_an_entity_does_not_count(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("Address=IPAddress", entity="Ip")), "KL601") == []

    def test_an_unknown_identifier(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("FullName=UserPrincipalName", "Mail=IPAddress")), "KL601") == [
            Said("Mail", "error", 'Account has no identifier "Mail"')
        ]

    def test_an_identifier_in_another_case_is_a_warning_with_a_fix(self) -> None:
        assert said(scheduled(SIGN_INS, mapped("AADUserId=UserPrincipalName")), "KL601") == [
            Said(
                "AADUserId",
                "warning",
                'Account has no identifier "AADUserId"; did you mean "AadUserId"?',
                (),
                "AadUserId",
            )
        ]

    def test_an_identifier_given_twice(self) -> None:
        assert messages(scheduled(SIGN_INS, mapped("Name=UserPrincipalName", "Name=IPAddress")), "KL601") == [
            ("Name", 'Account is given its identifier "Name" twice')
        ]

    @pytest.mark.parametrize(
        ("entity", "identifiers", "message"),
        [
            ("Account", ["UPNSuffix=IPAddress"], None),
            ("FileHash", ["Value=IPAddress"], "FileHash can't be told by Value alone: map Algorithm with Value"),
            ("FileHash", ["Value=IPAddress", "Algorithm=UserPrincipalName"], ""),
            ("Host", ["DnsDomain=IPAddress", "OSVersion=IPAddress"], None),
            ("URL", ["Url=IPAddress"], ""),
        ],
    )
    def test_an_entity_needs_an_identifier_that_tells_it(
        self, entity: str, identifiers: list[str], message: str | None
    ) -> None:
        wholes = {
            "Account": "Account can't be told by UPNSuffix alone: map FullName, Sid, Name, AadUserId, PUID, ObjectGuid "
            "or CloudAppAccountId",
            "Host": "Host can't be told by DnsDomain and OSVersion alone: map FullName, HostName, NetBiosName, AzureID "
            "or OMSAgentID",
        }
        wanted = wholes.get(entity, "") if message is None else message

        found = said(scheduled(SIGN_INS, mapped(*identifiers, entity=entity)), "KL601")

        assert found == ([Said(entity, "warning", wanted)] if wanted else [])

    def test_sentinel_entities(self) -> None:
        more = "sentinelEntitiesMappings:\n  - columnName: Entitys\n"

        assert messages(scheduled("SecurityAlert | project Entities", more), "KL601") == [
            (
                "Entitys",
                'the query returns no column "Entitys" for sentinelEntitiesMappings; did you mean "Entities"?',
            )
        ]

    def test_a_hunting_query_has_them_too(self) -> None:
        text = f"name: Hunt\nquery: SigninLogs | project UserId\n{mapped('FullName=UserPrincipalName')}"

        assert messages(text, "KL601") == [
            ("UserPrincipalName", 'the query returns no column "UserPrincipalName" for FullName of Account')
        ]

    def test_custom_detections_map_them_in_another_shape(self) -> None:
        template = "entityMappings:\n  accounts:\n    - sidColumn: AccountSID\n      nameColumn: AccountName\n"
        query = "DeviceLogonEvents | project Timestamp, DeviceId, ReportId, AccountSid, AccountName"

        assert messages(detection(query, template=template), "KL601") == [
            (
                "AccountSID",
                'the query returns no column "AccountSID" for sidColumn of accounts; did you mean "AccountSid"?',
            )
        ]


class TestCustomDetails:
    def test_columns(self) -> None:
        more = "customDetails:\n  Address: IPAddress\n  'User': \"Userprincipalname\"\n"

        assert said(scheduled(SIGN_INS, more), "KL602") == [
            Said(
                "Userprincipalname",
                "error",
                'the query returns no column "Userprincipalname" for the custom detail "User"; '
                'did you mean "UserPrincipalName"?',
                (),
                "UserPrincipalName",
            )
        ]

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Address", []),
            (
                "address",
                [
                    Said(
                        "address",
                        "warning",
                        'incidents are grouped by "address", which is no custom detail; did you mean "Address"?',
                        (),
                        "Address",
                    )
                ],
            ),
            ("Country", [Said("Country", "error", 'incidents are grouped by "Country", which is no custom detail')]),
        ],
    )
    def test_grouping_names_details(self, name: str, expected: list[Said]) -> None:
        grouping = f"incidentConfiguration:\n  groupingConfiguration:\n    groupByCustomDetails:\n    - {name}\n"

        assert said(scheduled(SIGN_INS, f"customDetails: {{Address: IPAddress}}\n{grouping}"), "KL602") == expected


def override(name: str = "x", description: str = "x", more: str = "") -> str:
    formats = f"  alertDisplayNameFormat: '{name}'\n  alertDescriptionFormat: '{description}'\n"
    return f"alertDetailsOverride:\n{formats}{more}"


class TestPlaceholders:
    def test_columns_that_are_there(self) -> None:
        more = override("{{Count}} of {{UserPrincipalName}}", "from {{ IPAddress }}, {not this}, {}, {Other}")

        assert said(scheduled(SIGN_INS, more), "KL603") == []

    def test_a_column_that_is_not(self) -> None:
        assert said(scheduled(SIGN_INS, override("{{count}} of {{ User }}")), "KL603") == [
            Said(
                "count",
                "error",
                'the query returns no column "count" for {{count}} in alertDisplayNameFormat; did you mean "Count"?',
                (),
                "Count",
            ),
            Said("User", "error", 'the query returns no column "User" for {{User}} in alertDisplayNameFormat'),
        ]

    def test_none_at_all(self) -> None:
        assert messages(scheduled(SIGN_INS, override(description="a {{}} and a {{ }}")), "KL603") == [
            ("{{}}", "this placeholder of alertDescriptionFormat names no column"),
            ("{{ }}", "this placeholder of alertDescriptionFormat names no column"),
        ]

    @pytest.mark.parametrize("braces", ["{{Count}", "{{Count", "{Count}}", "Count}}"])
    def test_braces_that_do_not_match(self, braces: str) -> None:
        assert messages(scheduled(SIGN_INS, override(f"about {braces} times")), "KL603") == [
            (braces, f'"{braces}" is no placeholder: its braces do not match; write {{{{Count}}}}')
        ]

    def test_single_braces_around_a_column(self) -> None:
        assert said(scheduled(SIGN_INS, override("{Count} of {other}")), "KL603") == [
            Said(
                "{Count}",
                "warning",
                '"{Count}" is shown as it is written; a placeholder has two braces: {{Count}}',
                (),
                "{{Count}}",
            )
        ]

    def test_more_than_three(self) -> None:
        four = "{{Count}} {{Count}} {{IPAddress}} {{UserPrincipalName}}"

        assert messages(scheduled(SIGN_INS, override(four)), "KL603") == [
            ("{{UserPrincipalName}}", "alertDisplayNameFormat takes 3 placeholders, and this is one more")
        ]

    def test_columns_of_the_override(self) -> None:
        more = (
            "  alertSeverityColumnName: Severity\n  alertTacticsColumnName: Count\n  alertDynamicProperties:\n"
            "    - {alertProperty: AlertLink, value: Link}\n    - {alertProperty: ProductName, value: Count}\n"
        )

        assert messages(scheduled(SIGN_INS, override(more=more)), "KL603") == [
            ("Severity", 'the query returns no column "Severity" for alertSeverityColumnName'),
            ("Link", 'the query returns no column "Link" for the alert\'s AlertLink'),
        ]

    @pytest.mark.parametrize(
        ("prop", "advice"),
        [
            ("AlertLink", None),
            ("productname", None),
            ("RemediationStep", 'did you mean "RemediationSteps"?'),
            ("Tactics", "alertTacticsColumnName sets it"),
            (
                "Vendor",
                "there are AlertLink, ConfidenceLevel, ConfidenceScore, ExtendedLinks, ProductComponentName, "
                "ProductName, ProviderName, RemediationSteps, SubTechniques and Techniques",
            ),
        ],
    )
    def test_properties_of_an_alert(self, prop: str, advice: str | None) -> None:
        more = f"  alertDynamicProperties:\n    - {{alertProperty: {prop}, value: Count}}\n"

        found = said(scheduled(SIGN_INS, override(more=more)), "KL603")

        message = f'no property "{prop}" of an alert can be set here; {advice}'
        fixed = "RemediationSteps" if advice and "did you mean" in advice else ""
        assert found == ([] if advice is None else [Said(prop, "error", message, fixed=fixed)])

    def test_silent_where_the_columns_are_not_known(self) -> None:
        assert said(scheduled("Ours_CL", override("{{Anything}} {Count}")), "KL603") == []

    def test_of_a_custom_detection(self) -> None:
        query = "DeviceEvents | project Timestamp, DeviceId, ReportId"

        assert messages(detection(query, template='description: "on {{DeviceName}}"'), "KL603") == [
            ("DeviceName", 'the query returns no column "DeviceName" for {{DeviceName}} in description')
        ]
