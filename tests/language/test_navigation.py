"""Where the name at a cursor is declared, and where else it stands.

In the texts ``§`` is the cursor, and ``«x»`` is what has to be found.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.language.navigation import StoredTarget, Target, definitions, references
from kql_lint.runner import Options
from tests.marks import marked, opened, with_marks


def defined(text: str, path: str = "query.kql") -> None:
    """Check that the definitions of what stands at the cursor are the places that are marked."""
    plain, cursor, places = marked(text)
    found = definitions(opened(path, plain), cursor)
    targets = [] if found is None else [one for one in found.targets if isinstance(one, Target)]
    spans = [(one.start, one.end) for one in targets]
    assert with_marks(plain, spans, cursor) == with_marks(plain, places, cursor)


def referred(text: str, path: str = "query.kql") -> None:
    """Check that all references, with the declarations, are the places that are marked."""
    plain, cursor, places = marked(text)
    found = references(opened(path, plain), cursor)
    assert with_marks(plain, [one[:2] for one in found], cursor) == with_marks(plain, places, cursor)


class TestLets:
    def test_a_scalar_is_defined_by_its_let(self) -> None:
        defined("let «since» = 1d;\nSigninLogs\n| where TimeGenerated > ago(si§nce)")

    def test_the_cursor_may_stand_behind_the_name(self) -> None:
        defined("let «since» = 1d;\nSigninLogs\n| where TimeGenerated > ago(since§)")

    def test_a_table_in_table_position_and_in_a_join(self) -> None:
        referred(
            "let «§Failed» = SigninLogs | where ResultType != '0';\n"
            "«Failed»\n| join kind=inner («Failed» | project UserId) on UserId\n| union «Failed»"
        )

    def test_a_table_in_an_in_list_and_in_toscalar(self) -> None:
        referred(
            "let «Bad» = materialize(SigninLogs | distinct UserId);\n"
            "AuditLogs | where Identity in («Bad§») and 5 < toscalar(«Bad» | count)"
        )

    def test_a_table_named_in_the_string_of_table(self) -> None:
        referred("let «§T» = SigninLogs;\ntable(«'T'»)\n| take 5")

    def test_a_function_its_calls_and_its_parameters(self) -> None:
        defined("let «f» = (days:int) { SigninLogs | where TimeGenerated > ago(days * 1d) };\nf§(3)")
        defined("let f = («days»:int) { SigninLogs | where TimeGenerated > ago(days§ * 1d) };\nf(3)")
        defined("let f = («T»:(UserId:string)) { T§ | where UserId == 'x' };\nf(SigninLogs)")

    def test_an_argument_by_name_is_the_parameter(self) -> None:
        referred("let f = («days§»:int = 3) { SigninLogs | where TimeGenerated > ago(«days» * 1d) };\nf(«days» = 7)")

    def test_a_let_in_a_function_hides_the_one_outside(self) -> None:
        defined("let limit = 5;\nlet f = () { let «limit» = 10; SigninLogs | where RiskScore > l§imit };\nf()")
        defined("let «limit» = 5;\nlet f = () { let limit = 10; SigninLogs };\nf() | where RiskScore > l§imit")

    def test_a_parameter_hides_a_let(self) -> None:
        defined("let days = 5;\nlet f = («days»:int) { ago(d§ays * 1d) };\nprint f(days)")

    def test_what_as_names(self) -> None:
        referred(
            "SigninLogs\n| where ResultType == '0'\n| as «Good»\n| union (AuditLogs | where Identity in («Goo§d»))"
        )

    def test_query_parameters_and_patterns(self) -> None:
        defined("declare query_parameters(«user»:string = 'x');\nSigninLogs | where UserId == u§ser")

    def test_the_steps_of_scan(self) -> None:
        referred(
            "SigninLogs | sort by TimeGenerated asc\n"
            "| scan declare (n:long = 0) with\n"
            "(step «first§»: true => n = 1; step s: «first».n > 0 => n = «first».n + 1;)"
        )

    def test_the_elements_of_a_graph(self) -> None:
        referred(
            "SigninLogs | make-graph UserId --> AppId with_node_id=id\n"
            "| graph-match («§user»)-[e]->(app) where «user».id == 'x' project who = «user».id, app.id"
        )

    def test_a_word_of_kql_is_no_name(self) -> None:
        defined("SigninLogs\n| wh§ere UserId == 'x'")
        defined("SigninLogs§")


class TestColumns:
    def test_extend_project_and_summarize(self) -> None:
        defined("SigninLogs | extend «Day» = bin(TimeGenerated, 1d) | where D§ay > ago(7d)")
        defined("SigninLogs | project «Who» = UserId | where W§ho == 'x'")
        defined("SigninLogs | summarize «Total» = count() by UserId | where T§otal > 5")
        defined("SigninLogs | summarize count() by «Who» = UserId | where W§ho == 'x'")

    def test_a_column_without_a_name_of_its_own_is_made_by_its_expression(self) -> None:
        defined("SigninLogs | summarize «count()» by UserId | where count§_ > 5")
        defined("SigninLogs | summarize «dcount(AppId)» by UserId | where dcount§_AppId > 5")

    def test_parse_and_its_kin(self) -> None:
        defined("SigninLogs | parse UserAgent with * 'Windows ' «Version»:long ';' Rest | where V§ersion > 9")
        defined("SigninLogs | parse UserAgent with * 'Windows ' Version:long ';' «Rest» | where R§est == ''")
        defined("SigninLogs | parse-kv UserAgent as («Os»:string, V:long) | where O§s == 'x'")

    def test_literal_and_external_tables(self) -> None:
        defined("datatable(Ip:string, «Port»:long) ['1.1.1.1', 53] | where P§ort == 53")
        defined("externaldata(«Ip»:string) ['https://example.com/a.csv'] | where I§p == ''")

    def test_what_expands_a_column_keeps_its_name(self) -> None:
        defined("SigninLogs | extend «Parts» = split(UserId, '@') | mv-expand Parts | where Par§ts == 'x'")
        defined("SigninLogs | mv-expand «Part» = split(UserId, '@') to typeof(string) | where Par§t == 'x'")

    def test_the_last_declaration_of_a_column_that_is_replaced_counts(self) -> None:
        defined("SigninLogs | extend X = 1 | extend «X» = 2 | where X§ == 2")

    def test_a_column_that_is_replaced_is_the_same_column_still(self) -> None:
        referred("SigninLogs | extend «X» = UserId | extend «X» = tolower(«X») | where «X§» == 'x'")

    def test_what_project_makes_of_a_column_is_another_one(self) -> None:
        referred("SigninLogs | extend X = UserId | project «X» = tolower(X) | where «X§» == 'x'")

    def test_project_rename(self) -> None:
        defined("SigninLogs | extend Old = 1 | project-rename «New» = Old | where N§ew == 1")
        referred("SigninLogs | extend «Old§» = 1 | project-rename New = «Old» | where New == 1")

    def test_names_that_operators_choose_by(self) -> None:
        referred(
            "SigninLogs | extend «X§» = 1, Y = 2 | project-reorder «X», Y | project-keep «X», Y | sort by «X»\n"
            "| distinct «X», Y | summarize hint.shufflekey=«X» max(Y) by «X» | project-away «X»"
        )

    def test_an_aggregate_that_hands_columns_on(self) -> None:
        referred(
            "SigninLogs | extend «Host§» = UserId\n"
            "| summarize arg_max(TimeGenerated, «Host»), count() by AppId | where «Host» == 'x'"
        )
        referred(
            "SigninLogs | extend «Host§» = UserId | summarize arg_max(TimeGenerated, *) by AppId | where «Host» == 'x'"
        )

    def test_a_key_that_is_rounded_keeps_its_name(self) -> None:
        referred("SigninLogs | extend «T» = TimeGenerated | summarize count() by bin(«T», 1h) | where «T§» > ago(1d)")

    def test_strings_that_name_a_column(self) -> None:
        referred("SigninLogs | extend «X§» = 1 | extend Y = column_ifexists(«'X'», 0) | project-by-names «\"X\"», 'Y'")

    def test_the_axes_of_a_chart(self) -> None:
        referred(
            "SigninLogs | summarize «A§» = count(), B = dcount(AppId) by bin(TimeGenerated, 1h)\n"
            "| render timechart with (xcolumn=TimeGenerated, ycolumns=B, «A»)"
        )

    def test_a_name_in_brackets(self) -> None:
        referred("SigninLogs | extend «['odd name']» = 1 | where «[\"odd name\"]§» == 1")

    def test_a_column_of_a_table_is_declared_nowhere_but_has_references(self) -> None:
        defined("SigninLogs | where User§Id == 'x'")
        referred("SigninLogs | where «User§Id» == 'x' | project «UserId» | join (AuditLogs | extend UserId = 1) on Id")

    def test_a_key_of_a_bag_is_no_column(self) -> None:
        referred("SigninLogs | extend «D§» = parse_json(UserAgent) | where «D».D == 1")


class TestSeveralTables:
    def test_both_sides_of_a_join_may_have_the_name(self) -> None:
        referred(
            "SigninLogs | extend «K» = UserId\n| join kind=inner (AuditLogs | project «K» = Identity, Z = 1) on «K§»"
        )

    def test_left_and_right_are_told_apart(self) -> None:
        text = (
            "SigninLogs | extend {} = UserId\n"
            "| join (AuditLogs | project {} = Identity) on $left.{} == $right.{} | where {} == ''"
        )
        referred(text.format("«K§»", "R", "«K»", "R", "«K»"))
        referred(text.format("K", "«R§»", "K", "«R»", "K"))

    def test_a_name_that_gave_way_is_declared_by_the_right_side(self) -> None:
        defined(
            "SigninLogs | extend X = 1 | join kind=inner (AuditLogs | extend «X = 2», Id = '') on Id | where X1§ == 2"
        )

    def test_a_union_has_a_column_of_all_its_tables(self) -> None:
        text = "union (SigninLogs | extend {} = 1), (AuditLogs | extend {} = 2)\n| where {} == 1"
        defined(text.format("«X»", "«X»", "X§"))
        referred(text.format("«X»", "«X§»", "«X»"))

    def test_a_column_through_a_let(self) -> None:
        referred("let T = SigninLogs | extend «X» = 1;\nT | where «X§» == 1 | union (T | where «X» == 2)")

    def test_a_column_that_is_handed_to_a_function(self) -> None:
        referred(
            "let f = (T:(«Who»:string)) { T | where «Who» == 'x' };\n"
            "SigninLogs | extend «Who» = UserId | invoke f() | where «Who§» != ''"
        )


FIRST = "let «since» = 1d;\nlet unused = 2;\nSigninLogs\n| where TimeGenerated > ago(«since»)\n\n"


class TestFiles:
    def test_blocks_of_a_file_share_their_lets(self) -> None:
        referred(FIRST + "AuditLogs\n| where TimeGenerated > ago(«sin§ce»)\n")
        defined(FIRST.replace("(«since»)", "(since)") + "AuditLogs\n| where TimeGenerated > ago(sin§ce)\n")

    def test_a_rule_in_yaml_with_its_metadata(self) -> None:
        referred(
            "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\nname: Sign-ins\nkind: Scheduled\nseverity: High\nquery: |\n"
            "  SigninLogs\n  | summarize Total = count() by «Who§» = UserId\n  | where Total > 5\n"
            "entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: Name\n"
            "        columnName: «Who»\n"
            "customDetails:\n  Count: Total\n"
            "alertDetailsOverride:\n  alertDisplayNameFormat: 'Sign-ins of {{«Who»}}: {{Total}}'\n",
            "rule.yaml",
        )

    def test_a_column_in_the_metadata_is_defined_in_the_query(self) -> None:
        defined(
            "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\nname: Sign-ins\nkind: Scheduled\nseverity: High\nquery: |\n"
            "  SigninLogs\n  | summarize «Total» = count() by UserId\n"
            "customDetails:\n  Count: To§tal\n",
            "rule.yaml",
        )

    def test_a_template_with_escapes(self) -> None:
        query = 'let name = "a\\\\b";\nSigninLogs\n| extend «W§ho» = UserId\n| where «Who» == name and «Who» != "\\t"'
        plain = json.dumps({"query": query}, ensure_ascii=False)
        rule = '{"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"'
        referred(f'{rule}, "properties": {plain}}}', "template.json")

    def test_a_fence_of_markdown(self) -> None:
        referred("# Hunt\n\n> ```kql\n> let «x» = 5;\n> SigninLogs\n> | take «x§»\n> ```\n", "hunt.md")

    def test_a_function_of_another_file(self, project: Path) -> None:
        (project / "stored.kql").write_text("let Base = 1;\nlet Failed = (d:int) { SigninLogs };\n", encoding="utf-8")
        text = "Failed(1)\n| union (Failed(2))\n"
        file = opened("query.kql", text, Options(functions=("stored.kql",)))

        found = definitions(file, 3)

        assert found is not None
        assert found == (0, 6, (StoredTarget("stored.kql", 2, 5, "Failed"),))
        assert [one[:2] for one in references(file, 3)] == [(0, 6), (19, 25)]


QUERIES = (
    "let x = 5; let f = (a:long, T:(X:string)) { T | extend Y = x }; SigninLogs | extend X = '' | invoke f(1)",
    "union (T | extend A = 1), (U | extend A = '') | summarize arg_max(A, *), max(B) by bin(C, 1) | project-away A*",
    "T | parse X with * 'a' b:long | mv-expand c = b | join (T | extend c = 1) on c, $left.a == $right.b | project c1",
    "T | make-graph a --> b with_node_id=id | graph-match (n)-[e*1..3]->(m) where all(e, x == 1) project n.id, m",
    "T | scan declare (n:long) with (step s: true => n = s.n;) | render timechart with (ycolumns=n, m)",
)


class TestAnyText:
    @pytest.mark.parametrize("query", QUERIES)
    def test_each_place_of_a_name_finds_the_same_places(self, query: str) -> None:
        file = opened("query.kql", query)
        for place in range(len(query) + 1):
            found = references(file, place)
            for one in found:
                assert found == references(file, one.start)

    @settings(max_examples=80)
    @given(st.sampled_from(QUERIES), st.data())
    def test_no_text_and_no_place_raises_and_all_lies_in_the_text(self, query: str, data: st.DataObject) -> None:
        first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(query))] * 2)))
        text = query[:first] + data.draw(st.sampled_from(("", "|", "(", "let x = ", "'", "['", ";"))) + query[last:]
        file = opened("query.kql", text)
        for place in range(len(text) + 1):
            found = definitions(file, place)
            spans = [one[:2] for one in references(file, place)]
            if found is not None:
                assert found.start <= place <= found.end
                spans += [one[:2] for one in found.targets if isinstance(one, Target)]
            assert all(0 <= start < end <= len(text) for start, end in spans)
