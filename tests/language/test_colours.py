"""What each word of a file is: colours, links, and the names that a workspace has."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.language.colours import MODIFIERS, TYPES, colours
from kql_lint.language.links import Link, links
from kql_lint.language.navigation import StoredTarget
from kql_lint.language.workspace import RuleName, functions_of, is_match, rules_of
from kql_lint.runner import Options
from tests.marks import opened


def coloured(text: str, path: str = "query.kql") -> list[str]:
    """The words with what they are."""
    return [
        " ".join((text[one.start : one.end], one.kind, *one.modifiers)).strip() for one in colours(opened(path, text))
    ]


class TestColours:
    def test_what_a_query_declares_and_uses(self) -> None:
        text = "let since = 1d;\nSigninLogs // all\n| extend Day = bin(TimeGenerated, since)\n"
        text += "| where Day has_cs 'x' and true"
        assert coloured(text) == [
            *("let keyword", "since variable declaration", "1d number"),
            *("SigninLogs table", "// all comment"),
            *("extend keyword", "Day column declaration", "bin function defaultLibrary", "TimeGenerated column"),
            "since variable",
            *("where keyword", "Day column", "has_cs operator", "'x' string", "and operator", "true number"),
        ]

    def test_functions_and_their_parameters(self) -> None:
        text = "let f = (days:int) { SigninLogs | where TimeGenerated > ago(days * 1d) };\nf(3)"
        assert coloured(text) == [
            *("let keyword", "f function declaration", "days parameter declaration", "int type", "SigninLogs table"),
            *("where keyword", "TimeGenerated column", "ago function defaultLibrary", "days parameter", "1d number"),
            *("f function", "3 number"),
        ]

    def test_operators_with_parameters_and_sides(self) -> None:
        text = (
            "SigninLogs | join kind=inner (AuditLogs) on $left.UserId == $right.Identity | extend x = DeviceDetail.key"
        )
        assert coloured(text) == [
            *("SigninLogs table", "join keyword", "kind keyword", "inner keyword", "AuditLogs table", "on keyword"),
            *("$left keyword", "UserId column", "$right keyword", "Identity column"),
            *("extend keyword", "x column declaration", "DeviceDetail column", "key key"),
        ]

    def test_in_compares_but_behind_search_it_names_tables(self) -> None:
        text = "search in (SigninLogs) 'x' | where UserId in ('a') and Identity !in ('b')"
        assert coloured(text) == [
            *("search keyword", "in keyword", "SigninLogs table", "'x' string"),
            *("where keyword", "UserId column", "in operator", "'a' string", "and operator"),
            *("Identity column", "!in operator", "'b' string"),
        ]

    def test_a_name_in_brackets_is_one_word(self) -> None:
        assert coloured("SigninLogs | extend ['odd name'] = 1 | where ['odd name'] == 1") == [
            *("SigninLogs table", "extend keyword", "['odd name'] column declaration", "1 number"),
            *("where keyword", "['odd name'] column", "1 number"),
        ]

    def test_an_old_name_is_deprecated(self) -> None:
        assert "AADSignInEventsBeta table deprecated" in coloured("AADSignInEventsBeta | take 1")

    def test_a_string_of_several_lines_is_coloured_line_by_line(self) -> None:
        text = "- kind: Scheduled\n  query: |\n    print x = ```a\n    b```\n"
        assert coloured(text, "rules.yaml")[-2:] == ["```a string", "b``` string"]

    def test_a_template_with_escapes(self) -> None:
        rule = {"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"}
        text = json.dumps({**rule, "properties": {"query": 'SigninLogs\n| where UserId == "a\\\\b"'}})
        assert coloured(text, "template.json") == [
            *("SigninLogs table", "where keyword", "UserId column", '\\"a\\\\\\\\b\\" string'),
        ]

    def test_only_a_stretch(self) -> None:
        text = "SigninLogs | take 1 | where UserId == ''"
        assert [text[one.start : one.end] for one in colours(opened("q.kql", text), 13, 19)] == ["take", "1"]


class TestLinks:
    def test_rules_in_suppressions_of_queries_and_of_the_file(self) -> None:
        text = (
            "# kql-lint: disable-file=KL101\nname: x\nkind: Scheduled\nquery: |\n"
            "  SigninLogs // kql-lint: disable-line=unknown-column,KL2 -- why\n"
        )
        found = [one for one in links(opened("rule.yaml", text)) if one.rule is not None]
        assert [(text[one.start : one.end], one.rule, one.title) for one in found] == [
            ("KL101", "KL101", "KL101 unknown-action-type"),
            ("unknown-column", "KL201", "KL201 unknown-column"),
        ]

    def test_a_table_that_has_a_page(self) -> None:
        found = links(opened("q.kql", "DeviceNetworkEvents | union SigninLogs, AADSignInEventsBeta"))
        url = "https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-"
        assert found == [
            Link(
                0, 19, "Microsoft Defender XDR: advanced hunting reference", url=f"{url}devicenetworkevents-table"
            ),
            Link(
                28,
                38,
                "SigninLogs in Sentinel's reference",
                url="https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/signinlogs",
            ),
            Link(40, 59, "About AADSignInEventsBeta", url=f"{url}aadsignineventsbeta-table"),
        ]  # fmt: skip

    def test_a_table_leads_to_the_reference_of_the_platform_that_its_rule_is_for(self) -> None:
        head = "name: x\nkind: Scheduled\nquery: |\n  "
        sentinel = links(opened("rule.yaml", head + "DeviceEvents\n"))
        defender = links(opened("q.kql", "DeviceTvmInfoGatheringKB"))

        assert [(one.title, one.url) for one in (*sentinel, *defender)] == [
            (
                "DeviceEvents in Sentinel's reference",
                "https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/deviceevents",
            ),
            (
                "DeviceTvmInfoGatheringKB in Defender XDR's reference",
                "https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-devicetvminfogatheringkb-table",
            ),
        ]

    def test_a_table_of_ones_own_leads_nowhere(self, project: Path) -> None:
        (project / "own.yaml").write_text("table: OwnEvents\nplatform: sentinel\ncolumns: {A: string}\n", "utf-8")
        options = Options(catalog=("own.yaml",))

        assert links(opened("q.kql", "OwnEvents | union Mine_CL, ABAPAuditLog_CL, Nowhere", options)) == []


class TestWorkspace:
    def test_rules_by_name_and_id(self) -> None:
        text = "id: 2c5d4f1e\nname: Sign-ins\nkind: Scheduled\nquery: SigninLogs\n"
        assert rules_of(opened("rule.yaml", text)) == [
            RuleName("2c5d4f1e", 4, 12, "Sign-ins"),
            RuleName("Sign-ins", 19, 27),
        ]

    def test_functions_of_files(self, project: Path) -> None:
        (project / "f.kql").write_text("let A = () { SigninLogs };\nlet B = (x:int) { print x };\n", encoding="utf-8")
        catalogue = opened("q.kql", "print 1", Options(functions=("f.kql",))).catalogue
        assert list(functions_of(catalogue)) == [StoredTarget("f.kql", 1, 5, "A"), StoredTarget("f.kql", 2, 5, "B")]

    def test_names_are_found_by_their_letters_in_order(self) -> None:
        assert is_match("sgn", "SiGn-ins")
        assert is_match("", "x")
        assert not is_match("ngs", "Signs")


PARTS = (
    "let f = (a:long) { T | extend Y = (a) };",
    "T\n| where ['X y'] == 1\n and [",
    "// c\n",
    "'",
    "```a\n b```",
    ";\n",
)


@settings(max_examples=80)
@given(st.lists(st.sampled_from(PARTS), max_size=6), st.sampled_from(("q.kql", "q.md", "q.yaml")))
def test_colours_lie_on_one_line_in_order_and_none_on_another(parts: list[str], path: str) -> None:
    query = "".join(parts)
    head = {"q.md": "```kql\n", "q.yaml": "name: x\nkind: Scheduled\nquery: |\n  "}.get(path, "")
    text = head + (query.replace("\n", "\n  ") if path == "q.yaml" else query)
    end = 0
    for one in colours(opened(path, text)):
        assert end <= one.start < one.end <= len(text)
        assert "\n" not in text[one.start : one.end]
        assert one.kind in TYPES
        assert set(one.modifiers) <= set(MODIFIERS)
        end = one.end
    assert all(0 <= one.start < one.end <= len(text) for one in links(opened(path, text)))
