"""Which queries a YAML file has, what is known of their rules, and what is said where there is none."""

from __future__ import annotations

import pytest

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.hosts import Extraction, extract
from kql_lint.source import Source

pytestmark = pytest.mark.usefixtures("parser")


def found(text: str, name: str = "rule.yaml") -> Extraction:
    extraction = extract(Source(name, text))
    assert extraction is not None
    return extraction


def rules(text: str) -> list[tuple[str, str, str | None, str | None]]:
    extraction = found(text)
    assert extraction.diagnostics == []
    return [(query.text, query.kind, query.platform, query.label) for query in extraction.queries]


def said(text: str) -> list[tuple[str, str, str]]:
    """The findings about a file: code, the text they are at, and message."""
    return [(item.code, text[item.start : item.end], item.message) for item in found(text).diagnostics]


SCHEDULED = """\
id: 5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11
name: Many failed sign-ins é😀
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
query: |
  SigninLogs
  | where ResultType != 0
entityMappings:
  - entityType: Account
    fieldMappings: [{identifier: Name, columnName: UserPrincipalName}]
"""


class TestRules:
    def test_an_analytics_rule(self) -> None:
        assert rules(SCHEDULED) == [
            ("SigninLogs\n| where ResultType != 0\n", "sentinel-rule", "sentinel", "Many failed sign-ins é😀")
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_the_place_of_a_word(self, end: str) -> None:
        source = Source("rule.yml", SCHEDULED.replace("\n", end))
        extraction = extract(source)
        assert extraction is not None
        (query,) = extraction.queries
        at = query.text.index("ResultType")

        start, stop = query.map.span(at, at + len("ResultType"))

        assert source.text[start:stop] == "ResultType"
        assert source.position(start) == (11, 11)

    def test_a_hunting_query_may_run_on_either_platform(self) -> None:
        text = "id: 1\nname: Hunt\ntactics: [Discovery]\nrelevantTechniques: [T1087]\nquery: DeviceInfo\n"

        assert rules(text) == [("DeviceInfo", "sentinel-rule", None, "Hunt")]

    @pytest.mark.parametrize(
        ("connector", "platform"),
        [("AzureActiveDirectory", "sentinel"), ("MicrosoftThreatProtection", None)],
    )
    def test_its_connectors_say_more(self, connector: str, platform: str | None) -> None:
        text = f"name: Hunt\nrequiredDataConnectors:\n  - connectorId: {connector}\nquery: DeviceInfo\n"

        assert [query.platform for query in found(text).queries] == [platform]

    def test_a_custom_detection(self) -> None:
        text = (
            "displayName: Copies to removable drives\nisEnabled: true\nqueryCondition:\n"
            '  queryText: "DeviceEvents\\n| take 1"\nschedule: {period: 1H}\n'
        )

        assert rules(text) == [("DeviceEvents\n| take 1", "defender-rule", "defender", "Copies to removable drives")]

    def test_rules_below_other_keys_in_lists_and_in_further_documents(self) -> None:
        text = (
            "resources:\n"
            "  - type: rule\n    kind: NRT\n    properties:\n      displayName: First\n      query: A\n"
            "  - kind: Scheduled\n    properties: {displayName: Second, query: B}\n"
            "---\n- name: Third\n  kind: NRT\n  query: >-\n    C\n...\n"
            "---\nplain text\n---\nname: Fourth\nkind: nrt\nquery: D\n"
        )

        assert [(query.text, query.label) for query in found(text).queries] == [
            ("A", "First"), ("B", "Second"), ("C", "Third"), ("D", "Fourth"),
        ]  # fmt: skip

    def test_a_name_and_a_query_are_enough_if_it_reads_like_kql(self) -> None:
        assert rules("name: Mine\nquery: |\n  // all\n  let n = 1;\n  SigninLogs\n  | take n\n") == [
            ("// all\nlet n = 1;\nSigninLogs\n| take n\n", "sentinel-rule", None, "Mine")
        ]

    def test_a_placeholder_may_stand_for_the_table(self) -> None:
        assert [(query.text, query.holes) for query in found("name: Mine\nquery: '{{ t }} | take 5'\n").queries] == [
            ("{{ t }} | take 5", ((0, 7),))
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "name: Rows\nseverity: high\nquery: SELECT a | b FROM c\n",
            "name: EQL\nlanguage: eql\ntactics: [a]\nseverity: high\nquery: process where true | head 1\n",
            "alert: Disk\nquery: sum(rate(disk[5m])) > 1\n",
            "name: Splunk\nquery: index=main sourcetype=x | stats count by host | where count > 1\n",
            "name: CI\non: [push]\njobs: {build: {runs-on: x, steps: [{run: make}]}}\n",
            "kind: Deployment\nmetadata: {name: x}\n",
            "name: Machines without a tag\nquery: |\n  resources\n  | where isnull(tags)\n",
            "name: nightly\nkind: scheduled\nquery: SELECT a FROM b\n",
            "name: nightly\nkind: scheduled\ncommand: backup\n",
            "# nothing but a comment\n",
            "- 1\n- 2\n",
            "just text\n",
        ],
    )
    def test_files_of_other_tools_are_left_alone(self, text: str) -> None:
        assert found(text) == Extraction([], [])

    def test_tags_anchors_aliases_and_merges(self) -> None:
        text = (
            "common: &base\n  kind: Scheduled\n"
            "rules:\n- <<: *base\n  name: One\n  queryPeriod: !Ref Period\n  query: &q !Sub T\n"
            "- <<: *base\n  name: Two\n  queryPeriod: 1d\n  query: *q\n"
        )

        assert [(one.text, one.label, one.preamble) for one in found(text).queries] == [
            ("T", "One", 0),
            ("T", "Two", 1),  # all of it has been linted, but this rule's own keys are to be compared with it
        ]

    def test_aliases_are_not_copied(self) -> None:
        levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

        assert rules(f"a0: &a0 [{{kind: NRT, query: T}}]\n{levels}loop: &l [*l]\n") == [
            ("T", "sentinel-rule", "sentinel", None)
        ]

    def test_half_a_character_is_replaced(self, request: pytest.FixtureRequest) -> None:
        # libyaml rejects it; PyYAML's own parser lets it pass.
        extraction = found("kind: NRT\nquery: \"T | where a == '\\ud83d'\"\n")

        if extraction.queries:
            assert extraction.queries[0].text == "T | where a == '\ufffd'"
        else:
            assert [item.code for item in extraction.diagnostics] == ["KL005"]


class TestNoQuery:
    @pytest.mark.parametrize(
        ("text", "at", "message"),
        [
            ("id: 1\nname: Lost\nkind: Scheduled\n# query: T\n", "id", 'in the rule "Lost": it has no query'),
            (
                "- name: Lost\n  tactics: [a]\n  requiredDataConnectors: []\n",
                "name",
                'in the rule "Lost": it has no query',
            ),
            ("name: Lost\nkind: NRT\nquery:\nversion: 1\n", "query", 'in the rule "Lost": its query is empty'),
            ("kind: NRT\nquery: '  '\n", "query", "in this rule: its query is empty"),
            ("kind: NRT\nquery: null\n", "query", "in this rule: its query is empty"),
            ("kind: NRT\nquery: |\n  // soon\n", "query", "in this rule: its query has comments only"),
            ("kind: NRT\nquery: {a: T}\n", "query", "in this rule: its query is not a text"),
            ("kind: NRT\nquery: *nothing\n", "query", "in this rule: its query is not a text"),
            ("displayName: D\nqueryCondition: {}\n", "displayName", 'in the rule "D": it has no query'),
            (
                "displayName: D\nqueryCondition:\n  queryText: ''\n",
                "queryText",
                'in the rule "D": its queryText is empty',
            ),
        ],
    )
    def test_is_said(self, text: str, at: str, message: str) -> None:
        assert said(text) == [("KL004", at, f"no query found {message}")]

    @pytest.mark.parametrize("text", ["", "\n \n"])
    def test_an_empty_file(self, text: str) -> None:
        assert said(text) == [("KL004", "", "no query found in this file: it is empty")]
        assert found(text).diagnostics[0].severity is Severity.INFO

    @pytest.mark.parametrize(
        "text",
        [
            "id: 1\nname: Fusion\nkind: Fusion\nseverity: High\ntactics: [a]\n",
            "id: 1\nname: P\nFunctionName: P\nFunctionQuery: T\nrequiredDataConnectors: []\ntactics: [a]\n",
            "base: &b {query: T, kind: NRT}\nname: x\n---\nname: Merged\nkind: NRT\n<<: {a: 1}\n",
        ],
    )
    def test_is_no_matter_where_there_need_be_none(self, text: str) -> None:
        assert said(text) == []


class TestBroken:
    @pytest.mark.parametrize(
        ("text", "place", "message"),
        [
            ('name: "Lost\nquery: |\n  T\n', (1, 7), "this quoted text is never closed"),
            (
                "name: Sign-ins: many\nquery: T\n",
                (1, 15),
                'a ":" can\'t stand here; put a value that has one in quotes',
            ),
            ("tactics: [a\nquery: T\n", (1, 10), "this bracket is never closed"),
            ("query: |\n\tT\n", (2, 1), "a tab can't indent a line; use spaces"),
            ("name: @rule\nquery: T\n", (1, 7), 'a value can\'t begin with "@"; put it in quotes'),
            ("name: é\x01\nquery: T\n", (1, 8), "this character is not allowed in YAML"),
            (
                "kind: NRT\nquery: |\n  T\n| take 1\n",
                (4, 1),
                "this line is no longer part of the text above; is it indented too little?",
            ),
            (
                "kind: NRT\nquery: |\nT\n// first\nversion: 1\n",
                (3, 1),
                'neither "key: value" nor part of the lines above; is it indented too little?',
            ),
        ],
    )
    def test_where_and_why(self, text: str, place: tuple[int, int], message: str) -> None:
        source = Source("rule.yaml", text)

        (diagnostic,) = found(text).diagnostics

        assert (diagnostic.code, diagnostic.severity) == ("KL005", Severity.ERROR)
        assert (source.position(diagnostic.start), diagnostic.message) == (place, f"broken YAML: {message}")
        assert diagnostic.help is not None
        assert diagnostic.help.startswith("the YAML parser says: ")

    def test_an_unknown_escape(self) -> None:
        (diagnostic,) = found("kind: NRT\nquery: \"T | where a == 'C:\\Windows'\"\n").diagnostics

        assert diagnostic.message == (
            "broken YAML: an unknown escape in a double-quoted text; write \\\\ for a backslash, or use a block (|)"
        )

    def test_the_documents_before_it_are_still_read(self) -> None:
        extraction = found("kind: NRT\nquery: A\n---\nkind: NRT\nquery: [B\n---\nkind: NRT\nquery: C\n")

        assert [query.text for query in extraction.queries] == ["A"]
        assert [item.code for item in extraction.diagnostics] == ["KL005"]

    @pytest.mark.parametrize(
        "text", ["[" * 5000, "kind: NRT\na: " + "[a, " * 5000, "a:\n" + "".join(f"{' ' * n}- \n" for n in range(2000))]
    )
    def test_nesting_without_end(self, text: str) -> None:
        (diagnostic,) = found(text).diagnostics

        assert diagnostic.code == "KL005"
        assert diagnostic.message in (
            "broken YAML: it is nested too deeply",
            "broken YAML: this bracket is never closed",
        )

    @pytest.mark.parametrize(
        ("text", "severity"),
        [
            ("on: [push\njobs:\n  a: 1\n", Severity.INFO),
            ("a: 'x\n# query is a word here, and no key\n", Severity.INFO),
            ("- name: x\n  query: [push\n", Severity.ERROR),
            ("Parser: {Title: A\nParserQuery: |\n  T\n", Severity.ERROR),
        ],
    )
    def test_what_has_no_key_of_a_rule_is_a_note(self, text: str, severity: Severity) -> None:
        assert [(one.code, one.severity) for one in found(text).diagnostics] == [("KL005", severity)]

    def test_a_template_of_yaml_is_no_yaml(self) -> None:
        assert said("{{- if .Values.on }}\nname: x\n{{- end }}\n") == []
        assert [code for code, _, _ in said("{{- if .Values.on }}\nname: x\nquery: T\n{{- end }}\n")] == ["KL005"]


def test_what_is_said_is_a_diagnostic_like_any_other() -> None:
    assert found("kind: NRT\nquery:\n").diagnostics == [
        Diagnostic(
            "KL004", "no-query-found", Severity.WARNING, "no query found in this rule: its query is empty", 10, 15
        )
    ]
