"""The names of columns for which the query gives none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.semantics.functions import UniqueNames, graph_name, implicit_name, kept_column
from kql_lint.syntax import ast

Parse = Callable[[str], ast.Expression]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DeviceName", "DeviceName"),
        ("['Device name']", "Device name"),
        ("(DeviceName)", "DeviceName"),
        ("AdditionalFields.Process", "AdditionalFields_Process"),
        ("AdditionalFields.Process.Id", "AdditionalFields_Process_Id"),
        ('AdditionalFields["Process"]', "AdditionalFields_Process"),
        ('AdditionalFields["Process name"].Id', "AdditionalFields_Process name_Id"),
        ("AdditionalFields.['Process name']", "AdditionalFields_Process name"),
        ("Hops[0]", "Hops_0"),
        ("Hops[0].Ip", "Hops_0_Ip"),
        ("Hops[-1]", "Hops_"),
        ("Hops[Index]", "Hops_"),
        ("tostring(AdditionalFields.Process)", "AdditionalFields_Process"),
        ("tostring(parse_json(AdditionalFields).Process)", "AdditionalFields_Process"),
        ("toint(Port)", "Port"),
        ("bin(Timestamp, 1h)", "Timestamp"),
        ("bin(Timestamp + 1h, 1h)", None),
        ("startofday(Timestamp)", "Timestamp"),
        ("format_datetime(Timestamp, 'yyyy')", "Timestamp"),
        ("round(Score, 2)", "Score"),
        ("split(FolderPath, '/')", "FolderPath"),
        ("split(FolderPath, '/')[0]", "FolderPath_0"),
        ("parse_url(RemoteUrl).Host", "Host"),
        ("bag_keys(AdditionalFields)[0]", "0"),
        ("strlen(ProcessCommandLine)", "strlen_ProcessCommandLine"),
        ("strlen(tostring(Fields.Name))", "strlen_Fields_Name"),
        ("strlen(strcat(A, B))", "strlen_"),
        ("gettype(A)", "type_A"),
        ("make_datetime(A)", "A"),
        ("make_datetime(2024, 1, 1)", None),
        ("ingestion_time()", "$IngestionTime"),
        ("tolower(DeviceName)", None),
        ("strcat(A, B)", None),
        ("iff(A, B, C)", None),
        ("hourofday(Timestamp)", None),
        ("array_length(Hops)", None),
        ("A + 1", None),
        ("-A", None),
        ("'text'", None),
        ("1", None),
        ("A == B", None),
        ("tostring(A + 1)", None),
        ("toscalar(T | count)", None),
        ("$left.DeviceId", "DeviceId"),
    ],
)
def test_scalar_expressions(scalar_expression: Parse, text: str, name: str | None) -> None:
    assert implicit_name(scalar_expression(text)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("count()", "count_"),
        ("countif(Port == 443)", "countif_"),
        ("countif(IsLocal)", "countif_IsLocal"),
        ("dcount(DeviceId)", "dcount_DeviceId"),
        ("dcount(tolower(DeviceId))", "dcount_"),
        ("sum(BytesSent)", "sum_BytesSent"),
        ("sum(BytesSent + 1)", "sum_"),
        ("avg(tolong(Fields.Size))", "avg_Fields_Size"),
        ("max(Timestamp)", "max_Timestamp"),
        ("max(strlen(FileName))", "max_strlen_FileName"),
        ("make_set(RemoteIP, 100)", "set_RemoteIP"),
        ("make_list(Fields.Name)", "list_Fields_Name"),
        ("make_list_with_nulls(A)", "list_A"),
        ("make_bag(A)", "bag_A"),
        ("make_bag(bag_pack(A, B))", "bag_"),
        ("buildschema(A)", "schema_A"),
        ("count_distinct(A)", "count_distinct_A"),
        ("hll_merge(A)", "hll_merge_A"),  # in extend it is hll_merged_result
        ("take_anyif(A, B)", "A"),
        ("binary_all_or(A)", "A"),
        ("sum(A) + 1", None),
        ("toint(count())", "count_"),
        ("round(avg(A), 2)", "avg_A"),
        ("strcat(max(A), 'x')", None),
        ("make_set(column_ifexists('A', ''))", "set_"),
    ],
)
def test_aggregates(aggregate_expression: Parse, text: str, name: str | None) -> None:
    assert implicit_name(aggregate_expression(text), aggregates=True, columns={"A", "B"}) == name


def test_hll_merge_is_named_otherwise_as_a_scalar_function(scalar_expression: Parse) -> None:
    assert implicit_name(scalar_expression("hll_merge(A, B)")) == "hll_merged_result"


def test_column_ifexists_takes_the_name_of_a_column_that_exists(scalar_expression: Parse) -> None:
    expression = scalar_expression("column_ifexists('DeviceName', '')")
    assert implicit_name(expression, columns={"DeviceName"}) == "DeviceName"
    assert implicit_name(expression, columns={"DeviceId"}) is None


def test_a_function_of_the_query_hides_the_one_of_the_language(scalar_expression: Parse) -> None:
    expression = scalar_expression("strlen(A)")
    assert implicit_name(expression, user_functions={"strlen"}) is None


def test_members_of_rows_are_columns(scalar_expression: Parse) -> None:
    assert implicit_name(scalar_expression("step1.Timestamp"), rows={"step1"}) == "Timestamp"
    assert implicit_name(scalar_expression("step1.Fields.Name"), rows={"step1"}) == "Fields_Name"


def test_graph_projections_keep_the_name_of_the_node(scalar_expression: Parse) -> None:
    assert graph_name(scalar_expression("user.Name")) == "user_Name"
    assert graph_name(scalar_expression("tostring(user.Name)")) == "Name"
    assert graph_name(scalar_expression("strcat(user.Name, 'x')")) is None


def test_a_path_as_long_as_one_likes() -> None:
    path: ast.Expression = ast.Name(0, 1, "a")
    for _ in range(20_000):
        path = ast.Member(0, 1, path, ast.Name(0, 1, "b"))
    assert implicit_name(path) == "a" + "_b" * 20_000


@pytest.mark.parametrize(
    ("text", "type_of_argument", "column"),
    [
        ("A", "", "A"),
        ("tostring(A)", "string", "A"),
        ("todouble(A)", "real", "A"),
        ("tostring(A)", "dynamic", None),
        ("tolower(A)", "string", None),
        ("tostring(A.b)", "string", None),
        ("A + 1", "", None),
    ],
)
def test_conversions_that_change_nothing(
    scalar_expression: Parse, text: str, type_of_argument: str, column: str | None
) -> None:
    assert kept_column(scalar_expression(text), type_of_argument) == column


def test_names_that_come_again_are_numbered() -> None:
    names = UniqueNames(["A", "A1"])
    assert names.add("B") == "B"
    assert names.add("B") == "B1"
    assert names.add("B") == "B2"
    assert names.add("A") == "A2"
    assert names.add("A1") == "A11"
    assert names.add("A", base="Column") == "Column3"
    assert "A2" in names
    assert "C" not in names
