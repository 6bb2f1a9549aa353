"""A host file open in an editor: which query and which place of it lies at a cursor, and how text is put there."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Edit
from kql_lint.language.file import MARK, OpenFile
from kql_lint.runner import Options
from kql_lint.source import Source

RULE = """\
id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001
name: Outbound SMB
query: |
  DeviceNetworkEvents
  | where RemotePort == 445

  | where {here}
  | project DeviceId
entityMappings: []
"""

HEAD = "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\nname: Outbound SMB\nkind: Scheduled\nseverity: High\n"


def opened(path: str, text: str, options: Options | None = None) -> tuple[OpenFile, int]:
    """The file without the cursor, which ``{here}`` is, and the cursor's place in it."""
    cursor = text.index("{here}")
    return OpenFile(Source(path, text.replace("{here}", "")), options or Options()), cursor


def split_at_cursor(path: str, text: str) -> tuple[str, str]:
    """What the query has before and behind the cursor."""
    file, cursor = opened(path, text)
    place = file.at(cursor)
    assert place is not None
    return place.query.text[: place.offset], place.query.text[place.offset :]


def put(path: str, text: str, new: str) -> str:
    """The file with new written at the cursor."""
    file, cursor = opened(path, text)
    place = file.at(cursor)
    assert place is not None
    edit = place.edit(place.offset, place.offset, new)
    assert edit is not None
    return file.source.text[: edit.start] + edit.text + file.source.text[edit.end :]


class TestPlaces:
    def test_the_whole_of_a_plain_file_is_its_query(self) -> None:
        assert split_at_cursor("a.kql", "SigninLogs\n| where {here}\n") == ("SigninLogs\n| where ", "\n")

    def test_an_empty_file_is_an_empty_query(self) -> None:
        assert split_at_cursor("a.kql", "{here}") == ("", "")

    def test_a_line_of_a_block_scalar(self) -> None:
        before, behind = split_at_cursor("rule.yaml", RULE)

        assert before == "DeviceNetworkEvents\n| where RemotePort == 445\n\n| where "
        assert behind == "\n| project DeviceId\n"

    def test_an_empty_query_of_a_rule_gets_the_word_that_is_written_there(self) -> None:
        assert split_at_cursor("rule.yaml", HEAD + "query: {here}\ntactics: [Execution]\n") == ("", "")
        assert split_at_cursor("rule.yaml", HEAD + "query: |\n  {here}\ntactics: [Execution]\n") == ("", "\n")

    def test_the_blank_end_of_a_block_scalar_is_its_last_line(self) -> None:
        text = HEAD + "query: |\n  SigninLogs\n  {here}\ntactics: [Execution]\n"

        assert split_at_cursor("rule.yaml", text) == ("SigninLogs\n", "\n")

    def test_a_string_of_json_counts_its_escapes_as_one_character(self) -> None:
        rule = {"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"}
        query = 'SigninLogs\n| where ResultType == "0"\n| where {here}'
        text = json.dumps({**rule, "properties": {"query": query}})

        before, behind = split_at_cursor("rule.json", text)

        assert before == 'SigninLogs\n| where ResultType == "0"\n| where '
        assert behind == ""

    def test_the_body_of_a_command_is_a_query(self) -> None:
        command = ".create-or-alter function with (folder = 'x') F(since: timespan) {{\n  SigninLogs\n{0}}}\n"
        text = "// Ours.\n" + command.format("  | where {here}\n") + "\n.create function G() {{\n  F(1d)\n}}\n".format()
        before, behind = split_at_cursor("a.kql", text)

        assert before == "let Zq9body = (since: timespan) {\n  SigninLogs\n  | where "
        assert behind == "\n}"

    def test_a_place_outside_of_every_query_is_none(self) -> None:
        file, cursor = opened("rule.yaml", "id: a\nname: {here}x\nquery: SigninLogs\n")

        assert file.at(cursor) is None

    def test_what_a_query_takes_from_an_earlier_one_is_that_ones(self) -> None:
        file, cursor = opened("a.kql", "let A = {here}SigninLogs;\nA | take 1\n\nA | count\n")
        place = file.at(cursor)

        assert place is not None
        assert place.query is file.queries[0].query
        assert (place.query.text[: place.offset], file.queries[1].hosted.preamble > 0) == ("let A = ", True)


class TestEdits:
    def test_a_quote_is_escaped_as_json_wants_it(self) -> None:
        rule = {"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"}
        text = json.dumps({**rule, "properties": {"query": "SigninLogs | where ResultType == {here}"}})

        written = put("rule.json", text, '"50126"')

        assert json.loads(written)["properties"]["query"] == 'SigninLogs | where ResultType == "50126"'

    def test_an_empty_query_gets_its_first_word(self) -> None:
        text = HEAD + "query: |\n  {here}\ntactics: [Execution]\n"

        assert put("rule.yaml", text, "SigninLogs") == HEAD + "query: |\n  SigninLogs\ntactics: [Execution]\n"

    def test_the_word_before_the_cursor_is_replaced(self) -> None:
        file, cursor = opened("rule.yaml", RULE.replace("{here}", "Remo{here}"))
        place = file.at(cursor)
        assert place is not None

        edit = place.edit(place.offset - 4, place.offset, "RemoteUrl")

        assert edit == Edit(cursor - 4, cursor, "RemoteUrl")

    def test_at_the_end_of_a_line_text_goes_to_the_cursor(self) -> None:
        assert "  | where RemoteUrl\n  | project DeviceId\n" in put("rule.yaml", RULE, "RemoteUrl")


class TestUpdates:
    def test_what_was_found_out_of_the_other_queries_is_kept(self) -> None:
        text = "```kql\nSigninLogs | take 1\n```\n\n```kql\nSigninLogs | count\n```\n"
        file = OpenFile(Source("notes.md", text), Options())
        first, second = (found.query for found in file.queries)
        analysis = second.analysis

        file.update(Source("notes.md", text.replace("take 1", "take 10")))

        assert file.queries[0].query is not first
        assert file.queries[1].query is second
        assert file.queries[1].query.analysis is analysis
        assert file.queries[1].span(0, 10) == (
            text.index("SigninLogs | count") + 1,
            text.index("SigninLogs | count") + 11,
        )

    def test_functions_of_the_file_that_change_are_taken_anew(self) -> None:
        def template(column: str) -> str:
            search = {
                "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
                "properties": {
                    "category": "F",
                    "displayName": "F",
                    "query": f"print {column} = 1",
                    "functionAlias": "Fn",
                },
            }
            rule = {
                "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
                "kind": "Scheduled",
                "properties": {"query": "Fn | where A == 1"},
            }
            schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
            return json.dumps({"$schema": schema, "resources": [search, rule]})

        file = OpenFile(Source("a.json", template("A")), Options())
        assert file.queries[1].query.analysis.output_columns == [("A", "long")]

        file.update(Source("a.json", template("B")))

        assert file.queries[1].query.analysis.output_columns == [("B", "long")]


class TestAnyText:
    @settings(max_examples=40, deadline=None)
    @given(
        st.text(alphabet='id: \n|-"\\{}[]T', max_size=60),
        st.integers(0, 60),
        st.sampled_from(["yaml", "json", "md", "kql"]),
    )
    def test_no_text_raises_and_places_lie_inside(self, text: str, cursor: int, ending: str) -> None:
        cursor = min(cursor, len(text))
        place = OpenFile(Source(f"a.{ending}", text), Options()).at(cursor)

        if place is not None:
            assert 0 <= place.offset <= len(place.query.text)
            assert MARK not in place.query.text
            edit = place.edit(place.offset, place.offset, "x")
            assert edit is None or edit.start == edit.end == cursor
