"""What is offered at a cursor in a query, which is rarely finished."""

from __future__ import annotations

import pytest

from kql_lint.language.item import ItemKind
from tests.language.asking import items, labels, written

NETWORK = "DeviceNetworkEvents\n| "


def columns(text: str) -> list[str]:
    return [label for label, item in items(text).items() if item.kind is ItemKind.COLUMN]


class TestTables:
    def test_a_query_begins_with_a_table_a_let_or_an_operator_without_input(self) -> None:
        found = items("¦")

        assert found["DeviceNetworkEvents"].detail == "table (Defender XDR and Sentinel)"
        assert found["SigninLogs"].detail == "table (Sentinel)"
        assert {"let", "union", "search", "print", "range", "datatable"} <= set(found)
        assert "where" not in found

    def test_only_tables_of_the_platform_are_offered(self) -> None:
        assert "SigninLogs" not in items("¦", "defender")
        assert "SigninLogs" in items("¦", "sentinel")
        assert "AlertEvidence" in items("¦", "defender")

    def test_a_let_with_a_table_is_one(self) -> None:
        found = items("let Recent = DeviceEvents | take 5;\nRec¦")

        assert found["Recent"].kind is ItemKind.TABLE
        assert found["Recent"].detail == "table, 72 columns"

    @pytest.mark.parametrize(
        "text", ["union ¦", "T | join kind=inner (¦", "T | union ¦", "print toscalar(¦", "find in (¦"]
    )
    def test_a_table_is_offered_where_one_may_stand(self, text: str) -> None:
        assert "DeviceNetworkEvents" in items(text)

    def test_what_a_table_is_stands_in_its_documentation(self) -> None:
        note = items("Device¦")["DeviceNetworkEvents"].documentation()

        assert note.startswith("**DeviceNetworkEvents**: table of Defender XDR and Sentinel\n\n")
        assert "24 kinds of events are known, by `ActionType`." in note


class TestColumns:
    def test_those_in_scope_are_offered_with_type_and_table(self) -> None:
        found = items(f"{NETWORK}where ¦")

        assert found["RemotePort"].detail == "int · DeviceNetworkEvents"
        assert "ProcessCommandLine" not in found

    def test_those_that_the_events_left_never_fill_come_last_and_are_marked(self) -> None:
        found = items(f'{NETWORK}where ActionType == "ListeningConnectionCreated" and Remo¦')

        assert found["RemotePort"].detail == "int, never filled by ListeningConnectionCreated · DeviceNetworkEvents"
        assert found["RemotePort"].deprecated
        assert not found["LocalPort"].deprecated
        order = list(found)
        assert order.index("LocalPort") < order.index("strlen") < order.index("RemotePort")
        assert "Never filled by `ListeningConnectionCreated`" in found["RemotePort"].documentation()

    def test_below_or_nothing_is_ruled_out(self) -> None:
        found = items(f'{NETWORK}where ActionType == "ListeningConnectionCreated" or Remo¦')

        assert not found["RemotePort"].deprecated

    def test_an_aggregation_leaves_its_columns_alone(self) -> None:
        assert columns(f"{NETWORK}summarize Count = count() by DeviceName | where ¦") == ["Count", "DeviceName"]

    def test_what_follows_the_cursor_spoils_nothing(self) -> None:
        assert "RemotePort" in columns(f"{NETWORK}where ¦\n| summarize count() by DeviceName\n| where (((")
        assert "RemotePort" in columns(f"{NETWORK}where RemoteIP has ¦ and and\n;;; let x = ")

    def test_open_brackets_before_the_cursor_spoil_nothing(self) -> None:
        assert "RemotePort" in columns(f"{NETWORK}where (RemoteIP has 'x' or (iff(RemoteUrl == '', ¦")
        assert "ProcessId" in columns(f"{NETWORK}join kind=inner (DeviceProcessEvents | where (¦")

    def test_an_error_before_the_cursor_spoils_nothing(self) -> None:
        assert "RemotePort" in columns(f"{NETWORK}where RemoteIP ==\n| where ¦")

    def test_a_name_that_is_no_word_stands_in_brackets(self) -> None:
        query = "print ['odd name'] = 1 | where "

        assert written(f"{query}¦", "odd name") == f"{query}['odd name']"
        assert written(f"{query}['¦']", "odd name") == f"{query}['odd name']"
        assert written(f'{query}["o¦', "odd name") == f'{query}["odd name"'

    def test_the_word_around_the_cursor_is_replaced(self) -> None:
        assert written(f"{NETWORK}where Remo¦IP == 'x'", "RemoteUrl") == f"{NETWORK}where RemoteUrl == 'x'"

    def test_parameters_of_a_function_and_their_columns_are_known_in_its_body(self) -> None:
        found = items("let f = (T: (Name: string, Size: long), least: long) { T | where Size > ¦")

        assert found["Name"].kind is ItemKind.COLUMN
        assert found["least"].detail == "long"

    def test_project_away_takes_columns_alone(self) -> None:
        assert set(columns(f"{NETWORK}project-away ¦")) == set(items(f"{NETWORK}project-away ¦"))

    def test_names_that_are_given_are_not_offered(self) -> None:
        for text in ("let ¦", "T | as ¦", "T | count as ¦", "T | as hint.materialized=true ¦"):
            assert [label for label in labels(text) if not label.endswith("=")] == []


class TestJoins:
    JOIN = "DeviceNetworkEvents | join kind=inner (DeviceProcessEvents) on "

    def test_a_key_is_a_column_of_both_sides(self) -> None:
        found = columns(f"{self.JOIN}¦")

        assert "DeviceId" in found
        assert "RemotePort" not in found
        assert "ProcessCommandLine" not in found

    def test_a_table_that_is_not_known_may_have_each_column_of_the_other_side(self) -> None:
        counts = "let Counts = DeviceEvents | summarize Events = count() by Host = DeviceName;\n"

        assert columns(f"{counts}Hosts | join kind=leftouter Counts on ¦") == ["Events", "Host"]
        assert columns(f"{counts}Counts | join kind=leftouter Hosts on ¦") == ["Events", "Host"]
        assert columns(f"{counts}Counts | join kind=leftouter DeviceInfo on ¦") == []

    def test_each_side_has_its_own_columns(self) -> None:
        assert {"$left", "$right"} <= set(items(f"{self.JOIN}¦"))
        assert "RemotePort" in columns(f"{self.JOIN}$left.¦")
        assert "RemotePort" not in columns(f"{self.JOIN}$left.DeviceId == $right.¦")
        assert "ProcessCommandLine" in columns(f"{self.JOIN}$left.DeviceId == $right.¦")

    def test_the_kinds_of_a_join_are_offered_with_their_meaning(self) -> None:
        found = items("T | join kind=¦")

        assert list(found)[:4] == ["inner", "innerunique", "leftouter", "rightouter"]
        assert found["leftanti"].detail == "The rows of the left side that nothing matches."
        assert labels("T | lookup kind=¦") == ["inner", "leftouter"]


class TestValues:
    def test_action_types_of_the_table_are_offered_in_a_string(self) -> None:
        found = items(f'{NETWORK}where ActionType == "¦"')

        assert list(found)[:2] == ["ConnectionSuccess", "ConnectionFailed"]
        assert found["ConnectionFailed"].detail == "Connection failed"
        assert "ProcessCreated" not in found

    def test_without_a_string_they_come_with_quotes_and_first(self) -> None:
        text = f"{NETWORK}where ActionType == ¦"

        assert labels(text)[0] == '"ConnectionSuccess"'
        assert written(text, '"ConnectionSuccess"') == f'{NETWORK}where ActionType == "ConnectionSuccess"'

    def test_a_string_that_is_not_closed_is_closed(self) -> None:
        text = f"{NETWORK}where ActionType in ('ConnectionSuccess', '¦"

        assert written(text, "ConnectionFailed") == text[:-1] + "ConnectionFailed'"
        assert "ConnectionSuccess" not in items(text)

    def test_the_string_around_the_cursor_is_replaced(self) -> None:
        text = f'{NETWORK}where ActionType != "Conn¦Success" and RemotePort == 1'

        assert (
            written(text, "ConnectionFailed") == f'{NETWORK}where ActionType != "ConnectionFailed" and RemotePort == 1'
        )

    def test_those_that_a_filter_has_ruled_out_come_last(self) -> None:
        text = f'{NETWORK}where ActionType startswith "Listening" | where ActionType == "¦"'
        found = items(text)

        assert next(iter(found)) == "ListeningConnectionCreated"
        assert found["ConnectionSuccess"].deprecated
        assert found["ConnectionSuccess"].detail == "not possible here: ActionType is narrowed before"

    def test_event_ids_are_numbers(self) -> None:
        found = items("SecurityEvent | where EventID == ¦")

        assert found["4624"].text == "4624"
        assert found["4624"].kind is ItemKind.VALUE
        assert "4624" not in items("SecurityEvent | where EventID in (4624, ¦")

    def test_a_number_that_is_begun_is_replaced_by_a_listed_one(self) -> None:
        assert written("SecurityEvent | where EventID == 46¦", "4688") == "SecurityEvent | where EventID == 4688"
        assert written("SecurityEvent | where EventID in (4624, 4¦)", "4625").endswith("(4624, 4625)")
        assert items("SecurityEvent | where Level == 4¦") == {}
        assert items("SecurityEvent | where TimeGenerated > ago(1¦)") == {}
        assert items("SecurityEvent | take 4¦") == {}

    def test_a_string_that_begins_with_a_digit_is_completed(self) -> None:
        text = 'NetworkAccessTraffic | where KerberosMsgType == "1¦"'
        assert written(text, "12") == 'NetworkAccessTraffic | where KerberosMsgType == "12"'

    def test_a_column_under_another_name_has_the_values_of_its_table(self) -> None:
        assert "ConnectionFailed" in items(f'{NETWORK}project What = ActionType | where What =~ "¦"')

    def test_what_is_compared_in_lower_case_is_offered_so(self) -> None:
        assert "connectionfailed" in items(f'{NETWORK}where tolower(ActionType) == "¦"')

    def test_lists_in_dynamic_are_lists(self) -> None:
        assert "ConnectionFailed" in items(f'{NETWORK}where ActionType in (dynamic(["ConnectionSuccess", "¦"]))')

    def test_values_of_other_columns_that_the_catalogue_lists_are_offered(self) -> None:
        assert {"High", "Low"} <= set(items('SecurityAlert | where AlertSeverity == "¦"'))

    def test_a_string_that_is_compared_with_nothing_known_has_no_offers(self) -> None:
        assert labels(f'{NETWORK}extend x = "¦"') == []
        assert labels(f'{NETWORK}where DeviceName == "¦"') == []


class TestBags:
    def test_keys_stand_behind_a_dot(self) -> None:
        found = items("DeviceEvents | where AdditionalFields.¦")

        assert found["TaskName"].kind is ItemKind.KEY
        assert (
            written("DeviceEvents | where AdditionalFields.Task¦", "TaskName")
            == "DeviceEvents | where AdditionalFields.TaskName"
        )

    def test_keys_of_what_is_parsed_are_those_of_its_column(self) -> None:
        assert "TaskName" in items('DeviceEvents | extend F = parse_json(AdditionalFields) | where F["¦"] == 1')

    def test_those_of_other_events_come_last(self) -> None:
        found = items('DeviceEvents | where ActionType == "ScheduledTaskCreated" and AdditionalFields.¦')

        assert not found["TaskName"].deprecated
        assert found["WasRemediated"].deprecated
        assert list(found).index("TaskName") < list(found).index("WasRemediated")

    def test_those_of_a_provider_are_told_by_its_name_and_the_event(self) -> None:
        found = items('Event | where Source == "Microsoft-Windows-Sysmon" and EventID == 1 | where EventData.¦')

        assert not found["CommandLine"].deprecated
        assert found["TargetFilename"].deprecated


class TestWords:
    def test_operators_stand_behind_a_pipe(self) -> None:
        found = labels("T | ¦")

        assert found[:4] == ["where", "extend", "project", "summarize"]
        assert "let" not in found
        assert found[-1] == "filter"

    def test_an_operator_with_a_hyphen_is_replaced_whole(self) -> None:
        assert written("T | project-aw¦", "project-away") == "T | project-away"

    def test_what_an_operator_lacks_comes_first(self) -> None:
        assert labels("T | summarize count() ¦")[0] == "by"
        assert labels("T | sort by a ¦")[:2] == ["asc", "desc"]
        assert labels("T | top 5 ¦")[0] == "by"
        assert labels("T | lookup (U) ¦")[:1] == ["on"]

    def test_the_operators_of_expressions_follow_an_operand(self) -> None:
        found = labels("T | where Name ¦")

        assert found[:2] == ["==", "!="]
        assert {"has", "!has", "in~", "matches regex", "between", "and"} <= set(found)

    def test_an_operator_with_an_exclamation_mark_is_replaced_whole(self) -> None:
        assert written("T | where Name !ha¦", "!has") == "T | where Name !has"

    def test_parameters_come_with_what_they_take_and_once(self) -> None:
        found = items("T | union ¦ U")

        assert found["isfuzzy="].detail.endswith("true | false")
        assert "kind=" in items("T | join ¦")
        assert "kind=" not in items("T | join kind=inner ¦")
        assert labels("T | union isfuzzy=¦") == ["true", "false"]

    def test_properties_stand_in_brackets_behind_with(self) -> None:
        assert "title=" in items("T | render timechart with (¦")
        assert "kv_delimiter=" in items("T | parse-kv X as (a: string) with (¦")
        assert "timechart" in items("T | render ¦")

    def test_types_follow_a_colon(self) -> None:
        assert (
            set(labels("let f = (a: ¦")) == set(labels("datatable(a: ¦")) >= {"string", "long", "datetime", "dynamic"}
        )


class TestFunctions:
    def test_aggregates_stand_in_summarize_alone(self) -> None:
        found = items(f"{NETWORK}summarize ¦")

        assert list(found)[:3] == ["count", "dcount", "countif"]
        assert found["dcount"].detail == "dcount(expr, [accuracy: static]): long"
        assert "dcount" not in items(f"{NETWORK}where ¦")
        assert "dcount" not in items(f"{NETWORK}summarize dcount(¦")
        assert "dcount" not in items(f"{NETWORK}summarize count() by ¦")

    def test_columns_stand_inside_of_an_aggregate(self) -> None:
        assert columns(f"{NETWORK}summarize ¦") == []
        assert "RemoteIP" in columns(f"{NETWORK}summarize dcount(¦")
        assert "RemoteIP" in columns(f"{NETWORK}summarize count() by ¦")

    def test_plugins_stand_behind_evaluate(self) -> None:
        assert items("T | evaluate ¦")["bag_unpack"].kind is ItemKind.PLUGIN
        assert "strlen" not in items("T | evaluate ¦")

    def test_functions_that_are_outdated_say_what_to_use(self) -> None:
        found = items("T | where ¦")

        assert found["parsejson"].deprecated
        assert found["parsejson"].detail.endswith("; use parse_json")

    def test_a_call_is_opened_and_one_without_arguments_closed(self) -> None:
        assert written("T | where strl¦", "strlen") == "T | where strlen("
        assert written("T | where Time > no¦", "now") == "T | where Time > now("
        assert written("T | where strl¦(x)", "strlen") == "T | where strlen(x)"

    def test_an_editor_with_snippets_gets_the_place_of_the_arguments(self) -> None:
        assert items("T | where ¦", snippets=True)["strlen"].snippet == "strlen($0)"
        assert items("T | where ¦")["strlen"].snippet is None

    def test_functions_of_the_query_come_with_their_parameters(self) -> None:
        found = items("let near = (a: long, b: long = 5) { a - b };\nprint ¦")

        assert found["near"].detail == "near(a:long, b:long = ...)"
        assert found["near"].text == "near("

    def test_functions_of_the_platforms_are_offered(self) -> None:
        assert "_GetWatchlist" in items("¦")
        assert "FileProfile" in items("T | invoke ¦")


class TestComments:
    def test_what_a_comment_may_tell_kql_lint(self) -> None:
        assert labels("T // kql-lint: ¦")[:3] == ["disable-line=", "disable-next-line=", "disable="]
        assert written("T // kql-lint: dis¦", "disable-line=") == "T // kql-lint: disable-line="

    def test_the_rules_that_it_may_name(self) -> None:
        found = items("T // kql-lint: disable-line=unknown-table, field¦")

        assert found["field-not-in-action-type"].detail.startswith("KL104: ")
        assert found["field-not-in-action-type"].documentation().startswith("**KL104 field-not-in-action-type**")
        text = "T // kql-lint: disable-line=field¦-not -- why\n| take 5"
        assert written(text, "unknown-table") == "T // kql-lint: disable-line=unknown-table -- why\n| take 5"
        assert labels("T // see kql-lint: disable-line=x -- ¦") == []


class TestElsewhere:
    @pytest.mark.parametrize("text", ["T // ¦", "T | where x /* ¦ */", "T | take 5¦", "T | where x > ago(1d¦"])
    def test_nothing_is_offered_in_comments_and_numbers(self, text: str) -> None:
        assert labels(text) == []

    def test_a_placeholder_is_the_deployments(self) -> None:
        from kql_lint.catalogue import Catalogue
        from kql_lint.language.completion import complete
        from kql_lint.language.query import OpenQuery

        query = OpenQuery("T | where x == {{abc}}", Catalogue.default(), holes=((15, 22),))
        assert complete(query, 18) == []
        assert "TaskName" in {
            item.label
            for item in complete(
                OpenQuery(
                    "DeviceEvents | where T > {{a}} and AdditionalFields.", Catalogue.default(), holes=((25, 30),)
                ),
                53,
            )
        }
