"""What a YAML file says of the rule around a query, its comments for kql-lint, and parsers with their parameters."""

from __future__ import annotations

import pytest

from kql_lint.hosts import Extraction, HostedQuery, extract
from kql_lint.hosts.detection import DetectionRule, Text
from kql_lint.runner import Options, lint_file
from kql_lint.source import Source, read_source

pytestmark = pytest.mark.usefixtures("parser")


def found(text: str) -> Extraction:
    extraction = extract(Source("rule.yaml", text))
    assert extraction is not None
    return extraction


def only(text: str) -> HostedQuery:
    (query,) = found(text).queries
    return query


def rule_of(text: str) -> DetectionRule:
    rule = only(text).rule
    assert rule is not None
    return rule


RULE = """\
id: 5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11
name: >-
  Many failed
  sign-ins é😀
description: |
  First line
  second line
kind: Scheduled
severity: High
queryFrequency: 1h
queryPeriod: "1d"
triggerOperator: gt
triggerThreshold: 0
suppressionEnabled: false
suppressionDuration: 5h
eventGroupingSettings: {aggregationKind: AlertPerResult}
query: SigninLogs
entityMappings:
  - entityType: Account
    fieldMappings:
      - {identifier: Name, columnName: "User\\u0050rincipalName"}
      - identifier: Sid
        columnName: ${sid}
sentinelEntitiesMappings: [{columnName: Entities}]
customDetails:
  Where: Location
  "From": 'IPAddress'
incidentConfiguration: {groupingConfiguration: {groupByCustomDetails: [Where, From]}}
alertDetailsOverride:
  alertDisplayNameFormat: Sign-ins of {{UserPrincipalName}}
  alertDescriptionFormat: null
  alertTacticsColumnName: Tactics
  alertDynamicProperties: [{alertProperty: AlertLink, value: Link}]
"""


class TestRules:
    def shown(self, text: Text | None) -> tuple[str, str] | None:
        """A text's value, and the characters that the file has there."""
        return None if text is None else (text.value, RULE[slice(*text.span)])

    def test_all_of_a_scheduled_rule(self) -> None:
        rule = rule_of(RULE)

        assert (rule.kind, rule.is_template, rule.is_whole) == ("scheduled", True, True)
        assert RULE[rule.start : rule.end] == "id"
        assert self.shown(rule.id) == ("5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11", "5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11")
        assert self.shown(rule.name) == ("Many failed sign-ins é😀", "Many failed\n  sign-ins é😀")
        assert self.shown(rule.description) == ("First line\nsecond line\n", "First line\n  second line\n")
        assert self.shown(rule.severity) == ("High", "High")
        assert self.shown(rule.frequency) == ("1h", "1h")
        assert self.shown(rule.period) == ("1d", "1d")
        assert self.shown(rule.trigger_operator) == ("gt", "gt")
        assert self.shown(rule.trigger_threshold) == ("0", "0")
        assert self.shown(rule.suppression_enabled) == ("false", "false")
        assert self.shown(rule.suppression_duration) == ("5h", "5h")
        assert self.shown(rule.event_grouping) == ("AlertPerResult", "AlertPerResult")

    def test_its_mappings(self) -> None:
        (mapping,) = rule_of(RULE).entity_mappings

        assert self.shown(mapping.entity) == ("Account", "Account")
        assert RULE[mapping.start : mapping.end] == "Account"
        assert [(self.shown(field.identifier), self.shown(field.column)) for field in mapping.fields] == [
            (("Name", "Name"), ("UserPrincipalName", "User\\u0050rincipalName")),
            (("Sid", "Sid"), ("${sid}", "${sid}")),
        ]
        assert [field.column.hole for field in mapping.fields] == [False, True]
        assert [self.shown(column) for column in rule_of(RULE).sentinel_entities] == [("Entities", "Entities")]

    def test_its_details_and_override(self) -> None:
        rule = rule_of(RULE)

        assert [(self.shown(name), self.shown(column)) for name, column in rule.custom_details] == [
            (("Where", "Where"), ("Location", "Location")),
            (("From", "From"), ("IPAddress", "IPAddress")),
        ]
        assert [self.shown(name) for name in rule.group_by_details] == [("Where", "Where"), ("From", "From")]
        assert [(key, text.value, text.hole) for key, text in rule.alert_formats] == [
            ("alertDisplayNameFormat", "Sign-ins of {{UserPrincipalName}}", False)
        ]
        assert [(key, text.value) for key, text in rule.alert_columns] == [("alertTacticsColumnName", "Tactics")]
        assert [(name.value if name else None, text.value) for name, text in rule.alert_properties] == [
            ("AlertLink", "Link")
        ]

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("kind: NRT\nquery: T\n", "nrt"),
            ("kind: nrt\nqueryFrequency: 1h\nquery: T\n", "nrt"),
            ("queryPeriod: 1h\nquery: T\n", "scheduled"),
            ("tactics: [a]\nrelevantTechniques: [b]\nquery: T\n", "hunting"),
            ("kind: NRT\nproperties: {query: T}\n", "nrt"),
        ],
    )
    def test_kinds(self, text: str, kind: str) -> None:
        assert rule_of(text).kind == kind

    def test_a_query_that_only_reads_like_kql_has_no_rule(self) -> None:
        assert only("id: 1\nname: Mine\nquery: SigninLogs | take 1\n").rule is None

    def test_what_is_merged_counts_behind_what_is_there(self) -> None:
        text = (
            "one: &one {queryFrequency: 1h, queryPeriod: 1h, kind: Scheduled}\n"
            "two: &two {<<: *one, queryPeriod: 2h, severity: Low}\n"
            "rule: {<<: [*two, *one], queryFrequency: 3h, name: N, query: T}\n"
        )
        rule = rule_of(text)

        texts = (rule.frequency, rule.period, rule.severity)
        assert [text.value if text is not None else None for text in texts] == ["3h", "2h", "Low"]
        assert rule.kind == "scheduled"

    def test_a_mapping_that_merges_itself(self) -> None:
        assert only("a: &a\n  kind: NRT\n  name: N\n  query: T\n  <<: *a\n").text == "T"

    @pytest.mark.parametrize(
        "more",
        [
            "entityMappings: text\n",
            "entityMappings: [1, [2], {}, {fieldMappings: 3}, {fieldMappings: [{}, {columnName: [x]}]}]\n",
            "customDetails: [a]\nalertDetailsOverride: []\nincidentConfiguration: x\n",
            "customDetails: {a: [b], c: {d: e}}\n",
            "alertDetailsOverride: {alertDisplayNameFormat: [x], alertDynamicProperties: {a: b}}\n",
            "eventGroupingSettings:\nsentinelEntitiesMappings: {columnName: x}\nschedule: 1\n",
        ],
    )
    def test_other_shapes_are_left_out(self, more: str) -> None:
        rule = rule_of(f"name: N\nkind: NRT\nquery: T\n{more}")

        assert [field for mapping in rule.entity_mappings for field in mapping.fields] == []
        assert (rule.custom_details, rule.group_by_details, rule.sentinel_entities) == ((), (), ())
        assert (rule.alert_formats, rule.alert_columns, rule.alert_properties) == ((), (), ())
        assert rule.event_grouping is None

    def test_a_custom_detection_of_the_older_shape(self) -> None:
        text = (
            "id: '7'\ndisplayName: D\nqueryCondition: {queryText: DeviceEvents}\nschedule: {period: 12H}\n"
            "detectionAction:\n  alertTemplate:\n    title: About {{DeviceName}}\n    severity: high\n"
            "    impactedAssets:\n      - '@odata.type': '#microsoft.graph.security.impactedDeviceAsset'\n"
            "        identifier: deviceId\n"
            "  responseActions: [{identifier: 'deviceId,sha1'}]\n"
        )
        rule = rule_of(text)

        assert (rule.kind, rule.is_template) == ("custom-detection", False)
        assert rule.frequency is not None
        assert (rule.frequency.value, text[slice(*rule.frequency.span)]) == ("12H", "12H")
        assert [(key, value.value) for key, value in rule.alert_formats] == [("title", "About {{DeviceName}}")]
        (asset,) = rule.impacted_assets
        assert asset.type is not None
        assert asset.type.value == "#microsoft.graph.security.impactedDeviceAsset"
        assert asset.identifier.value == "deviceId"
        assert [(action.type, action.identifier.value) for action in rule.response_actions] == [(None, "deviceId,sha1")]

    def test_a_custom_detection_of_the_newer_shape(self) -> None:
        rule = rule_of(
            "queryCondition: {queryText: DeviceEvents}\nschedule: {frequency: PT1H}\ndetectionAction:\n"
            "  alertTemplate:\n    customDetails: {Name: DeviceName}\n    entityMappings:\n"
            "      hosts: [{deviceIdColumn: DeviceId, nameColumn: DeviceName, kind: x}]\n      files: x\n"
        )

        assert rule.frequency is not None
        assert rule.frequency.value == "PT1H"
        (mapping,) = rule.entity_mappings
        assert mapping.entity is not None
        assert mapping.entity.value == "hosts"
        assert [field.identifier.value for field in mapping.fields if field.identifier is not None] == [
            "deviceIdColumn",
            "nameColumn",
        ]
        assert [field.column.value for field in mapping.fields] == ["DeviceId", "DeviceName"]
        assert [(name.value, column.value) for name, column in rule.custom_details] == [("Name", "DeviceName")]

    def test_holes_of_the_query(self) -> None:
        query = only("kind: NRT\nquery: \"T | where a == {{ b }} and c == '${d}'\"\n")

        assert [query.text[start:end] for start, end in query.holes] == ["{{ b }}", "${d}"]


class TestComments:
    def comments(self, text: str) -> list[tuple[str, str]]:
        return [(item.text, text[item.start : item.end]) for item in found(text).comments]

    def test_where_they_stand(self) -> None:
        text = (
            "# kql-lint: disable-file=KL101 \n"
            "name: 'a # kql-lint: not this'  #kql-lint:disable-line\n"
            "kind: NRT # other\n"
            "query: | # kql-lint: disable-next-line=unknown-column -- reason # more\n"
            "  T # kql-lint: not this either\n"
            "  # kql-lint: nor this\n"
            "# kql-lint: enable\n"
            "tactics: [a, # kql-lint: b\n  'c#kql-lint: d', e#kql-lint: f]\n"
            "---\n# kql-lint: last"
        )

        assert self.comments(text) == [
            ("disable-file=KL101", "# kql-lint: disable-file=KL101"),
            ("disable-line", "#kql-lint:disable-line"),
            ("disable-next-line=unknown-column -- reason # more",
             "# kql-lint: disable-next-line=unknown-column -- reason # more"),
            ("enable", "# kql-lint: enable"),
            ("b", "# kql-lint: b"),
            ("last", "# kql-lint: last"),
        ]  # fmt: skip

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("query", ["|\n  T\n", ">-\n  T\n", "'T\n  U'\n", '"T"\n', "T\n  U\n"])
    def test_after_each_kind_of_scalar(self, query: str, end: str) -> None:
        text = f"kind: NRT\nquery: {query}# kql-lint: x\n".replace("\n", end)

        assert self.comments(text) == [("x", "# kql-lint: x")]

    def test_nothing_is_read_past_what_is_broken(self) -> None:
        text = "# kql-lint: a\nkind: NRT\nquery: [\n# kql-lint: b\n}\n# kql-lint: c\n"

        assert self.comments(text)[:1] == [("a", "# kql-lint: a")]
        assert ("c", "# kql-lint: c") not in self.comments(text)

    def test_a_byte_order_mark(self) -> None:
        assert self.comments("\ufeff# kql-lint: a\nkind: NRT\nquery: T\n") == [("a", "# kql-lint: a")]


def lint(text: str) -> list[tuple[str, str, str]]:
    report = lint_file("parser.yaml", Options(), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    return [
        (item.diagnostic.code, text[item.span.start : item.span.end], item.diagnostic.message)
        for item in report.findings
    ]


class TestParsers:
    def test_its_parameters_are_declared(self) -> None:
        text = (
            "Parser: {Title: DNS of ours}\nParserName: vimDns\nParserParams:\n"
            "  - {Name: starttime, Type: datetime, Default: datetime(null)}\n  - {Name: names, Type: dynamic}\n"
            "  - {name: disabled, type: Bool, default: false}\n  - {Name: Lines, Type: 'table:(Line: string)'}\n"
            "  - {Name: Any, Type: 'table:(*)'}\n  - {Name: odd, Type: thing}\n"
            "ParserQuery: |\n  union (Syslog | where not(disabled) and TimeGenerated > starttime),\n"
            "    (Lines | where Line == odd), (Any | project Whatever)\n  | where HostName in (names)\n"
        )
        query = only(text)

        assert (query.kind, query.platform, query.label) == ("sentinel-parser", "sentinel", "vimDns")
        assert query.text[: query.preamble] == (
            "declare query_parameters(starttime: datetime, names: dynamic, disabled: bool, odd: dynamic); "
            "let Lines = datatable(Line: string)[]; let Any = table('Any'); "
        )
        assert query.text[query.preamble :].startswith("union (Syslog")
        start, end = query.map.span(query.preamble, query.preamble + 5)
        assert text[start:end] == "union"

    def test_columns_of_a_table_parameter_keep_their_case(self) -> None:
        parameters = "FunctionParams:\n- {Name: T, Type: 'table:(Line: string)'}\n"
        text = f"FunctionName: F\n{parameters}FunctionQuery: T | where Lin == ''\n"

        assert lint(text) == [("KL201", "Lin", 'unknown column "Lin"; did you mean "Line"?')]

    def test_parameters_as_kql_has_them(self) -> None:
        text = (
            "FunctionName: Mine\nFunctionAlias: MineAlias\n"
            "FunctionParams: 'start: datetime = datetime(null),\n  n: long'\n"
            "FunctionQuery: 'Syslog | where TimeGenerated > start and n > 2 and Nam == 1'\n"
        )

        assert only(text).label == "MineAlias"
        assert lint(text) == [("KL201", "Nam", 'unknown column "Nam": Syslog has no such column as of 2026-08')]

    def test_without_parameters(self) -> None:
        query = only("FunctionName: F\nFunctionQuery: Syslog\n")

        assert (query.text, query.preamble, query.rule) == ("Syslog", 0, None)

    def test_an_empty_one(self) -> None:
        assert lint("FunctionName: F\nFunctionQuery: ''\n") == [
            ("KL004", "FunctionQuery", 'no query found in the rule "F": its FunctionQuery is empty')
        ]

    def test_holes_move_with_the_text(self) -> None:
        query = only("FunctionName: F\nFunctionParams: 'n: int'\nFunctionQuery: Syslog | where a == {{ b }}\n")

        assert [query.text[start:end] for start, end in query.holes] == ["{{ b }}"]
