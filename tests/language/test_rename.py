"""Rename: what a file looks like with another name, and what is refused.

``§`` is the cursor in the texts, ``«x»`` what has to become the new name.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.language.rename import Refusal, RenamePlace, prepare, put_in, rename
from kql_lint.runner import Options
from tests.marks import marked, opened


def renamed(text: str, new: str, path: str = "query.kql", written: str | None = None) -> None:
    """Check that a rename writes the new name (written, where that looks otherwise) at the marked places alone."""
    plain, cursor, places = marked(text)
    edits = rename(opened(path, plain), cursor, new)
    assert not isinstance(edits, Refusal), edits.reason
    wanted = plain
    for start, end in sorted(places, reverse=True):
        wanted = wanted[:start] + (new if written is None else written) + wanted[end:]
    assert put_in(plain, edits) == wanted


def refused(text: str, new: str, path: str = "query.kql") -> str:
    plain, cursor, _ = marked(text)
    edits = rename(opened(path, plain), cursor, new)
    assert isinstance(edits, Refusal), put_in(plain, edits)
    return edits.reason


class TestNames:
    def test_a_let_at_each_of_its_uses(self) -> None:
        renamed("let «since§» = 1d;\nSigninLogs\n| where TimeGenerated > ago(«since»)", "period")

    def test_a_column_is_renamed_where_it_is_replaced_too(self) -> None:
        renamed("SigninLogs | extend «Who» = UserId | extend «Who» = tolower(«Who») | project «W§ho»", "Account")

    def test_a_name_that_is_no_plain_word_is_written_in_brackets(self) -> None:
        renamed("SigninLogs | extend «X§» = 1 | where «X» == 1", "my column", written="['my column']")
        renamed("SigninLogs | extend «X§» = 1 | where «X» == 1", "project", written="['project']")
        renamed("SigninLogs | extend «X§» = 1 | where «X» == 1", "it's", written='["it\'s"]')

    def test_brackets_that_are_not_needed_any_more_go(self) -> None:
        renamed("SigninLogs | extend «['my column']§» = 1 | where «[\"my column\"]» == 1", "X")

    def test_strings_that_name_the_column_keep_their_quotes(self) -> None:
        text = "SigninLogs | extend {} = 1 | extend Y = column_ifexists({}, 0)"
        renamed(text.format("«X§»", "'«X»'"), "Z")
        renamed(text.format("«X§»", '"«X»"'), "Z")

    def test_blocks_that_share_a_let(self) -> None:
        first = "let «§since» = 1d;\nSigninLogs\n| where TimeGenerated > ago(«since»)\n\n"
        renamed(first + "AuditLogs\n| where TimeGenerated > ago(«since»)\n", "period")

    def test_a_parameter_with_the_arguments_that_name_it(self) -> None:
        renamed("let f = («d§»:int = 3) { SigninLogs | where TimeGenerated > ago(«d» * 1d) };\nf(«d» = 7)", "days")

    def test_columns_that_a_union_makes_one_of(self) -> None:
        renamed("union (SigninLogs | extend «X» = 1), (AuditLogs | extend «X» = 2)\n| where «X§» == 1", "Y")

    def test_the_same_name_changes_nothing(self) -> None:
        plain, cursor, _ = marked("SigninLogs | extend X§ = 1")
        assert rename(opened("query.kql", plain), cursor, "X") == ()

    def test_a_column_without_a_name_of_its_own_gets_one(self) -> None:
        plain, cursor, _ = marked(
            "SigninLogs | summarize count(), (1 + max(RiskScore)) by bin(RiskScore, 5) | where count_§ > 1"
        )
        edits = rename(opened("query.kql", plain), cursor, "Total")
        assert not isinstance(edits, Refusal), edits.reason
        assert put_in(plain, edits) == (
            "SigninLogs | summarize Total = count(), (1 + max(RiskScore)) by bin(RiskScore, 5) | where Total > 1"
        )

    def test_brackets_around_it_stay_around_it(self) -> None:
        plain, cursor, _ = marked("SigninLogs | summarize (dcount(AppId)) by UserId | where dcount_AppId§ > 1")
        edits = rename(opened("query.kql", plain), cursor, "Apps")
        assert not isinstance(edits, Refusal), edits.reason
        assert put_in(plain, edits) == "SigninLogs | summarize Apps = (dcount(AppId)) by UserId | where Apps > 1"

    def test_where_the_next_expression_begins_with_it(self) -> None:
        plain, cursor, _ = marked("SigninLogs | extend DeviceDetail.os | extend DeviceDetail_os§[0]")
        edits = rename(opened("query.kql", plain), cursor, "Os")
        assert edits == Refusal(
            "the column DeviceDetail_os_0 has its name from DeviceDetail_os and would be called otherwise"
        )

    def test_the_place_that_an_editor_shows(self) -> None:
        text = "SigninLogs | extend ['my column'] = 1"
        assert prepare(opened("query.kql", text), 25) == RenamePlace(20, 33, "my column")


HEAD = "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\nname: Sign-ins\nkind: Scheduled\nseverity: High\n"


class TestFiles:
    def test_a_column_that_the_rule_reads_is_renamed_there_too(self) -> None:
        renamed(
            HEAD
            + "query: |\n  SigninLogs\n  | summarize «Total» = count() by «§Who» = UserId\n".replace("«Total»", "Total")
            + "entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: Name\n"
            "        columnName: «Who»\n"
            "customDetails:\n  Actor: «Who»\n"
            "alertDetailsOverride:\n  alertDisplayNameFormat: 'Sign-ins of {{«Who»}}: {{Total}}'\n",
            "Account",
            "rule.yaml",
        )

    def test_from_the_metadata(self) -> None:
        text = HEAD + "query: |\n  SigninLogs\n  | extend «Who» = UserId\ncustomDetails:\n  Actor: «W§ho»\n"
        renamed(text, "Account", "rule.yaml")

    def test_a_column_that_is_projected_away_leaves_the_metadata_alone(self) -> None:
        renamed(
            HEAD
            + "query: |\n  SigninLogs\n  | extend «X§» = UserId\n  | project Who = «X»\ncustomDetails:\n  Actor: Who\n",
            "Y",
            "rule.yaml",
        )

    def test_a_string_of_json_has_its_escapes(self) -> None:
        query = "SigninLogs\n| extend {0} = UserId\n| where {0} != \"\\t\" and {0} != 'a'"
        rule = {"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"}

        def file(name: str) -> str:
            return json.dumps({**rule, "properties": {"query": query.format(name)}}, ensure_ascii=False)

        before = file("Who")
        edits = rename(opened("template.json", before), before.index("Who") + 1, "the 'user'")

        assert not isinstance(edits, Refusal), edits.reason
        assert put_in(before, edits) == file("[\"the 'user'\"]")

    def test_a_quoted_fence_of_markdown(self) -> None:
        renamed("> ```kql\n> let «x» = 5;\n> SigninLogs\n> | take «x§»\n> ```\n", "most", "hunt.md")

    def test_a_column_of_a_function_that_a_command_creates(self, project: Path) -> None:
        text = ".create function Failed(d: int) {\n  SigninLogs | extend Who§ = d\n}\n"
        plain, cursor, _ = marked(text)
        (project / "command.kql").write_text(plain, encoding="utf-8")

        shared = rename(opened("command.kql", plain, Options(functions=("command.kql",))), cursor, "X")

        assert shared == Refusal("Who may be a column that the function gives to queries of other files")
        renamed(text.replace("Who§", "«Who§»"), "X")
        renamed(".create function Failed(«§d»: int) {\n  SigninLogs | extend Who = «d»\n}\n", "days")

    def test_a_function_of_the_repository_is_renamed_nowhere(self, project: Path) -> None:
        text = "let Failed = (d:int) { SigninLogs | extend X = d };\n"
        (project / "functions.kql").write_text(text, encoding="utf-8")
        options = Options(functions=("functions.kql",))

        caller = rename(opened("query.kql", "Failed(1)", options), 2, "Bad")
        own = rename(opened("functions.kql", text, options), 5, "Bad")
        column = rename(opened("functions.kql", text, options), text.index("X ="), "Y")
        parameter = rename(opened("functions.kql", text, options), text.index("d:"), "days")

        assert caller == Refusal("Failed is a function of functions.kql, which other files may call")
        assert own == Refusal("Failed is a function that queries of other files may call")
        assert column == Refusal("X may be a column that Failed gives to queries of other files")
        assert not isinstance(parameter, Refusal)


@pytest.mark.parametrize(
    ("text", "new", "reason"),
    [
        (
            "SigninLogs | where User§Id == ''",
            "X",
            "UserId is a column of SigninLogs, whose names are not the query's to choose",
        ),
        ("Signin§Logs | take 1", "X", "SigninLogs is not declared in this file"),
        ("SigninLogs | wh§ere true", "X", "there is no name here that the file declares"),
        ("SigninLogs | reduce by UserId | where Count§ > 1", "X", "Count is what the operator calls the column"),
        (
            "SigninLogs | extend X = 1 | join kind=inner (AuditLogs | extend X = 2) on Id | where X1§ == 1",
            "Y",
            "the name X1 is made of X; give the column a name of its own first",
        ),
        (
            "SigninLogs | extend X = 1 | join kind=inner (AuditLogs | extend X§ = 2) on Id | where X1 == 1",
            "Y",
            "the column X1 has its name from X and would be called otherwise",
        ),
        (
            "SigninLogs | extend X§ = 1 | join kind=inner (AuditLogs | extend X = 2) on Id | where X1 == 1",
            "Y",
            "the column X1 would be called X",
        ),
        (
            "SigninLogs | extend X§ = 1 | summarize max(X) by UserId",
            "Y",
            "the column max_X has its name from X and would be called otherwise",
        ),
        ("SigninLogs | extend Abc§ = 1 | project-away A*", "B", "A* would no longer stand for it"),
        ("SigninLogs | extend Xyz§ = 1 | project-away A*", "Ab", "A* would stand for it"),
        (
            "SigninLogs | extend UserId§ = tolower(UserId)",
            "X",
            "the column UserId, whose place UserId takes, would be there too",
        ),
        (
            "union (SigninLogs | extend InitiatedBy = dynamic({})), AuditLogs | where InitiatedBy§.x == 1",
            "X",
            "InitiatedBy is a column of AuditLogs, whose names are not the query's to choose",
        ),
        ("SigninLogs | extend X§ = 1 | where X == 2", "UserId", "there is a column UserId already where X is"),
        ("let y = 1; SigninLogs | extend X§ = y", "y", "y is declared in the query already"),
        ("let x§ = 1; print x", "SigninLogs", "SigninLogs is a table, which would be hidden"),
        ("let x§ = 1; print x", "strlen", "strlen is a function, which would be hidden"),
        ("let x§ = 1; SigninLogs | where RiskScore > x", "UserId", "UserId is a column where x is used"),
        ("SigninLogs | extend X§ = 1 | extend Y = pack_all()", "Z", "pack_all() puts the name X into its value"),
        ("SigninLogs | extend X§ = 1 | getschema", "Z", "getschema returns the name X as a value"),
        ("SigninLogs | parse-kv UserAgent as (os§:string)", "Z", "os is a key of the text that parse-kv reads"),
        (
            "externaldata(ip§:string) ['https://example.com/a.json']",
            "Z",
            "ip may be the name that the external data has",
        ),
        ("declare query_parameters(user§:string); print user", "Z", "user is set from outside under this name"),
        (
            "let f = (T:(Who§:string)) { T | where Who == '' }; f(OtherTable)",
            "Z",
            "Who is a column that the table handed to T has to have",
        ),
        (
            "OtherTable | where X == 1 | extend X§ = 2 | where X == 3",
            "Z",
            "X is also read where it is not known which columns there are",
        ),
        ("SigninLogs | extend X§ = 1 | where X ==", "Y", "the query has a syntax error"),
        (
            "SigninLogs | extend X§ = 1 | extend Y = column_ifexists('X', 0)",
            "it's",
            "the file can't have it's at each place of X",
        ),
        (
            "SigninLogs | extend X§ = 1",
            "a\nb",
            "a name needs at least one character, and can't have control characters or both kinds of quotes",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(text: str, new: str, reason: str) -> None:
    assert refused(text, new) == reason


def test_a_name_that_the_rule_cannot_use_is_refused() -> None:
    text = HEAD + "query: |\n  SigninLogs\n  | extend W§ho = UserId\ncustomDetails:\n  Actor: Who\n"
    assert refused(text, "the user", "rule.yaml").startswith("there would be a finding: ")


def test_csv_has_its_columns_by_their_order() -> None:
    renamed("externaldata(«ip§»:string) ['https://example.com/a.csv'] | where «ip» == ''", "Z")


def test_an_asset_in_the_words_of_the_service_is_refused() -> None:
    text = (
        "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\ndisplayName: D\nqueryCondition:\n"
        "  queryText: |\n    DeviceEvents\n    | project DeviceId§ = strcat(DeviceName, 'x'), Timestamp, ReportId\n"
        "schedule:\n  period: 1H\n"
        "detectionAction:\n  alertTemplate:\n    title: T\n    severity: low\n    impactedAssets:\n"
        "      - '@odata.type': '#microsoft.graph.security.impactedDeviceAsset'\n        identifier: deviceId\n"
    )
    assert refused(text, "Machine", "d.yaml") == (
        "DeviceId is a column that the rule's settings name in words of the service"
    )


EXAMPLES = sorted(Path("rules_examples").rglob("good.*"))


@pytest.mark.parametrize("number", range(0, len(EXAMPLES), 3))
def test_each_name_of_an_example_is_renamed_and_renamed_back(number: int) -> None:
    path = EXAMPLES[number]
    text = path.read_text(encoding="utf-8")
    file = opened(str(path), text)
    for found in file.queries:
        for symbol in found.query.symbols.all:
            for one in [one for one in symbol.declarations if one.written]:
                start = found.span(one.start, one.end)[0]
                edits = rename(file, start, "Zq7Fresh")
                if isinstance(edits, Refusal):
                    continue
                after = opened(str(path), put_in(text, edits))
                moved = start + sum(len(edit.text) - (edit.end - edit.start) for edit in edits if edit.end <= start)
                back = rename(after, moved, symbol.name)
                assert not isinstance(back, Refusal), back.reason
                assert put_in(after.source.text, back) == text


@settings(max_examples=60)
@given(st.data())
def test_no_text_place_or_name_raises(data: st.DataObject) -> None:
    query = data.draw(
        st.sampled_from(
            (
                "let x = 5; let f = (a:long) { T | extend Y = x }; SigninLogs | extend X = '' | union (f(1))",
                "SigninLogs | parse X with * 'a' b:long | mv-expand c = b | join (T | extend c = 1) on c | project c1",
                "T | scan declare (n:long) with (step s: true => n = s.n;) | render timechart with (ycolumns=n, m)",
            )
        )
    )
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(query))] * 2)))
    text = query[:first] + data.draw(st.sampled_from(("", "|", "(", "let x = ", "'", "['", ";"))) + query[last:]
    new = data.draw(st.one_of(st.sampled_from(("Y", "x", "SigninLogs", "has", "a b")), st.text(max_size=4)))
    file = opened("query.kql", text)
    for place in range(0, len(text) + 1, 3):
        edits = rename(file, place, new)
        if not isinstance(edits, Refusal):
            assert all(0 <= edit.start < edit.end <= len(text) for edit in edits)
