"""Completion in files: the queries of rules, with the escapes of their hosts, and the settings around them."""

from __future__ import annotations

import json

import pytest

from kql_lint.language.file import OpenFile
from kql_lint.language.hover import hover_in
from kql_lint.language.item import ItemKind
from kql_lint.language.signature_help import signature_help_in
from kql_lint.runner import Options
from kql_lint.source import Source
from tests.language.asking import file_items, file_written

RULE = """\
id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001
name: Outbound SMB
kind: Scheduled
severity: High
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - LateralMovement
relevantTechniques:
  - T1021
query: |
  DeviceNetworkEvents
  | where ActionType == "ConnectionSuccess" and RemotePort == 445
  | project DeviceName, Address = RemoteIP
entityMappings:
  - entityType: Host
    fieldMappings:
      - identifier: HostName
        columnName: DeviceName
customDetails:
  Address: Address
alertDetailsOverride:
  alertDisplayNameFormat: "SMB from {{DeviceName}}"
eventGroupingSettings:
  aggregationKind: SingleAlert
"""

TERRAFORM = """\
resource "azurerm_sentinel_alert_rule_scheduled" "smb" {
  name     = "smb"
  severity = "High"
  query    = <<-QUERY
    DeviceNetworkEvents
    | where ActionType == "ConnectionSuccess"
    | project DeviceName2 = DeviceName
    QUERY
  entity_mapping {
    entity_type = "Host"
    field_mapping {
      identifier  = "HostName"
      column_name = "DeviceName2"
    }
  }
}
"""
BICEP = """\
resource smb 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  kind: 'Scheduled'
  properties: {
    severity: 'High'
    query: '''
DeviceNetworkEvents
| where ActionType == "ConnectionSuccess"
| project DeviceName2 = DeviceName
'''
    entityMappings: [
      {
        entityType: 'Host'
        fieldMappings: [{ identifier: 'HostName', columnName: 'DeviceName2' }]
      }
    ]
  }
}
"""


def rule(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


def template(**properties: object) -> str:
    """An ARM template with a rule that has these properties."""
    kind = "Microsoft.OperationalInsights/workspaces/providers/alertRules"
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    content = {"$schema": schema, "resources": [{"type": kind, "kind": "Scheduled", "properties": properties}]}
    return json.dumps(content, indent=2, ensure_ascii=False)


class TestQueries:
    def test_a_value_in_a_query_of_yaml(self) -> None:
        text = rule('"ConnectionSuccess"', '"¦"')

        assert file_written("rule.yaml", text, "ConnectionFailed") == rule('"ConnectionSuccess"', '"ConnectionFailed"')

    def test_a_new_line_of_a_query_of_yaml(self) -> None:
        text = rule("  | project DeviceName, Address = RemoteIP\n", "  | ¦\n")

        written = file_written("rule.yaml", text, "where")

        assert written == rule("  | project DeviceName, Address = RemoteIP\n", "  | where\n")

    def test_an_empty_query_of_yaml(self) -> None:
        head, _, rest = RULE.partition("query: |\n")
        behind = rest[rest.index("entityMappings") :]

        written = file_written("rule.yaml", f"{head}query: |\n  ¦\n{behind}", "SigninLogs")

        assert written == f"{head}query: |\n  SigninLogs\n{behind}"

    def test_quotes_in_json_get_their_backslash(self) -> None:
        text = template(query="DeviceNetworkEvents\n| where ActionType == ¦")

        written = file_written("rule.json", text, '"ConnectionFailed"')

        assert '| where ActionType == \\"ConnectionFailed\\""' in written
        query = json.loads(written)["resources"][0]["properties"]["query"]
        assert query == 'DeviceNetworkEvents\n| where ActionType == "ConnectionFailed"'

    def test_a_string_in_a_string_of_json_is_replaced_whole(self) -> None:
        text = template(
            query='DeviceNetworkEvents | where ActionType in ("ConnectionSuccess", "Con¦") and RemotePort == 1'
        )

        written = file_written("rule.json", text, "ConnectionFailed")

        query = json.loads(written)["resources"][0]["properties"]["query"]
        assert query == (
            'DeviceNetworkEvents | where ActionType in ("ConnectionSuccess", "ConnectionFailed") and RemotePort == 1'
        )

    def test_each_block_of_markdown_knows_its_own_columns(self) -> None:
        text = "# Notes\n\n```kql\nSigninLogs | where ¦\n```\n\n```kql\nDeviceEvents | take 5\n```\n"
        plain, found = file_items("notes.md", text)

        assert found["ResultType"].kind is ItemKind.COLUMN
        assert "DeviceName" not in found
        assert found["ResultType"].start == found["ResultType"].end == plain.index("\n```\n")

    def test_outside_of_blocks_markdown_has_none(self) -> None:
        assert file_items("notes.md", "# Not¦es\n\n```kql\nSigninLogs\n```\n")[1] == {}


class TestHoverAndSignatures:
    def test_a_hover_marks_the_stretch_of_the_file(self) -> None:
        text = template(query='DeviceNetworkEvents\n| where ActionType == "ConnectionSuccess"')
        file = OpenFile(Source("rule.json", text), Options())

        found = hover_in(file, text.index("ConnectionSuccess") + 3)

        assert found is not None
        assert text[found.start : found.end] == '\\"ConnectionSuccess\\"'
        assert found.text.startswith("**ConnectionSuccess**: `ActionType` of `DeviceNetworkEvents`")
        assert hover_in(file, text.index("Scheduled")) is None

    def test_signatures_in_a_rule(self) -> None:
        text = rule("RemotePort == 445", "strlen(")
        file = OpenFile(Source("rule.yaml", text), Options())

        found = signature_help_in(file, text.index("strlen(") + 7)

        assert found is not None
        assert [one.label for one in found.signatures] == ["strlen(string: text): long"]
        assert signature_help_in(file, 3) is None


class TestSettings:
    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("severity: High", "severity: ¦", ["High", "Medium", "Low", "Informational"]),
            ("triggerOperator: gt", "triggerOperator: ¦", ["gt", "lt", "eq", "ne"]),
            ("aggregationKind: SingleAlert", "aggregationKind: ¦", ["SingleAlert", "AlertPerResult"]),
            ("columnName: DeviceName", "columnName: ¦", ["Address", "DeviceName"]),
            ("  Address: Address", "  Address: ¦", ["Address", "DeviceName"]),
            ("from {{DeviceName}}", "from {{¦}}", ["Address", "DeviceName"]),
        ],
    )
    def test_what_a_setting_takes(self, old: str, new: str, expected: list[str]) -> None:
        assert list(file_items("rule.yaml", rule(old, new))[1]) == expected

    def test_the_columns_come_with_their_types(self) -> None:
        found = file_items("rule.yaml", rule("columnName: DeviceName", "columnName: ¦"))[1]

        assert found["Address"].detail == "string"
        assert "`RemoteIP` of `DeviceNetworkEvents`" in found["Address"].documentation()

    def test_a_word_is_replaced_whole(self) -> None:
        text = rule("columnName: DeviceName", "columnName: Dev¦ice")

        assert file_written("rule.yaml", text, "Address") == rule("columnName: DeviceName", "columnName: Address")

    def test_a_placeholder_that_is_not_closed_is_closed(self) -> None:
        text = rule("from {{DeviceName}}", "from {{Dev¦")

        assert file_written("rule.yaml", text, "Address") == rule("{{DeviceName}}", "{{Address}}")

    def test_entities_and_the_identifiers_that_they_have_left(self) -> None:
        entities = file_items("rule.yaml", rule("entityType: Host", "entityType: ¦"))[1]
        identifiers = file_items("rule.yaml", rule("identifier: HostName", "identifier: ¦"))[1]

        assert {"Account", "Host", "IP"} <= set(entities)
        assert entities["IP"].detail == "Address, AddressScope"
        assert identifiers["HostName"].detail == "identifies it"
        assert "Address" not in identifiers

    def test_tactics_and_their_techniques(self) -> None:
        tactics = file_items("rule.yaml", rule("  - LateralMovement\n", "  - LateralMovement\n  - ¦\n"))[1]
        techniques = file_items("rule.yaml", rule("  - T1021\n", "  - ¦\n"))[1]

        assert "Execution" in tactics
        assert "LateralMovement" not in tactics
        assert techniques["T1021"].detail == "LateralMovement"
        assert "T1595" not in techniques  # reconnaissance

    def test_a_template_of_arm(self) -> None:
        query = "SigninLogs | project UserPrincipalName, IPAddress"
        mapping = {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "¦"}]}

        found = file_items("rule.json", template(query=query, entityMappings=[mapping]))[1]

        assert list(found) == ["IPAddress", "UserPrincipalName"]
        severities = file_items("rule.json", template(query=query, severity="¦"))[1]
        assert list(severities) == ["High", "Medium", "Low", "Informational"]

    @pytest.mark.parametrize(("path", "text"), [("rule.tf", TERRAFORM), ("rule.bicep", BICEP)])
    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("High", ["High", "Medium", "Low", "Informational"]),
            ("DeviceName2", ["DeviceName2"]),
            ("ConnectionSuccess", ["ConnectionSuccess", "ConnectionFailed"]),
            ("Host", ["Account", "AzureResource"]),
        ],
    )
    def test_infrastructure_as_code(self, path: str, text: str, word: str, expected: list[str]) -> None:
        before, _, behind = text.rpartition(word) if word == "DeviceName2" else text.partition(word)

        found = file_items(path, f"{before}\u00a6{behind}")[1]

        assert list(found)[: len(expected)] == expected
        assert all(found[label].text == label for label in expected)

    def test_what_is_free_to_choose_has_no_offers(self) -> None:
        assert file_items("rule.yaml", rule("name: Outbound SMB", "name: Out¦"))[1] == {}
