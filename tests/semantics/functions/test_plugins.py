"""What the plugins of evaluate put out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kql_lint.semantics.functions import Argument, ColumnType, PluginOutput, plugin_output
from kql_lint.syntax import ast

ParseCall = Callable[[str], ast.Call]

EVENTS = [("Timestamp", "datetime"), ("DeviceId", "string"), ("Port", "int"), ("Fields", "dynamic"), ("Remote", "bool")]
RANGES = [("Network", "string"), ("DeviceId", "string"), ("Site", "string")]
AREAS = [("Shape", "dynamic"), ("Site", "string")]


def _run(call: ast.Call, table: Sequence[ColumnType] = (), open_input: bool = False) -> PluginOutput:
    arguments = [_argument(node, table) for node in call.arguments]
    return plugin_output(call, arguments, EVENTS, open_input)


def _argument(node: ast.Expression, table: Sequence[ColumnType]) -> Argument:
    if isinstance(node, ast.Name) and node.name in dict(EVENTS):
        return Argument(node, dict(EVENTS)[node.name])
    if isinstance(node, ast.Name) and node.name == "Table":
        return Argument(node, columns=table)
    return Argument(node)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("narrow()", "Row:long Column:string Value:string"),
        ("session_count(DeviceId, Timestamp, ago(7d), now(), 1d, 7d)", "Timestamp:datetime count_sessions:long"),
        (
            "sliding_window_counts(DeviceId, Timestamp, ago(7d), now(), 7d, 1d, Port, Remote)",
            "Timestamp:datetime Port:int Remote:bool Count:long Dcount:long",
        ),
        (
            "active_users_count(DeviceId, Timestamp, ago(7d), now(), 7d, 1d, 2, 1d, Port)",
            "Timestamp:datetime Port:int dcount:long",
        ),
        (
            "activity_counts_metrics(DeviceId, Timestamp, ago(7d), now(), 1d)",
            "Timestamp:datetime count:long dcount:long new_dcount:long aggregated_dcount:long",
        ),
        (
            "activity_engagement(DeviceId, Timestamp, 1d, 7d)",
            "Timestamp:datetime dcount_activities_inner:long dcount_activities_outer:long activity_ratio:real",
        ),
        (
            "activity_engagement(DeviceId, Timestamp, ago(7d), now(), 1d, 7d, Port)",
            "Timestamp:datetime Port:int dcount_activities_inner:long dcount_activities_outer:long activity_ratio:real",
        ),
        (
            "activity_metrics(DeviceId, Timestamp, ago(7d), now(), 1d, Port)",
            "Timestamp:datetime Port:int dcount_values:long dcount_newvalues:long retention_rate:real churn_rate:real",
        ),
        (
            "new_activity_metrics(DeviceId, Timestamp, ago(7d), now(), 1d, ago(3d), Port)",
            "from_Timestamp:datetime to_Timestamp:datetime Port:int dcount_new_values:long "
            "dcount_retained_values:long dcount_churn_values:long retention_rate:real churn_rate:real",
        ),
        (
            "sequence_detect(Timestamp, 5m, 1h, First = Port == 22, Then = Port == 3389, DeviceId, Remote)",
            "DeviceId:string Remote:bool First_Timestamp:datetime Then_Timestamp:datetime Duration:timespan",
        ),
        (
            "funnel_sequence(DeviceId, Timestamp, ago(7d), now(), 1h, 1d, Port, dynamic(['a']))",
            "Timestamp:datetime prev:int next:int dcount:long samples:dynamic",
        ),
        (
            "funnel_sequence_completion(DeviceId, Timestamp, ago(7d), now(), 1d, Port, dynamic(['a']), dynamic([1d]))",
            "Timestamp:datetime Port:string Period:timespan dcount:long",
        ),
        (
            "rolling_percentile(Port, 50, Timestamp, 1d, 5, DeviceId)",
            "Timestamp:datetime DeviceId:string rolling_5_percentile_Port_50:int",
        ),
        ("python(typeof(Score: real), 'result = df')", "Score:real"),
        ("http_request('https://example.com')", "ResponseHeaders:dynamic ResponseBody:dynamic"),
        ("infer_storage_schema(dynamic({}))", "CslSchema:string"),
    ],
)
def test_plugins_that_put_out_columns_of_their_own(plugin_call: ParseCall, text: str, added: str) -> None:
    output = _run(plugin_call(text))
    assert [f"{column.name}:{column.type}" for column in output.columns] == added.split()
    assert not output.open


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("identity()", "", ""),
        ("rows_near(Port == 22, 3)", "", ""),
        ("autocluster()", "SegmentId:long Count:long Percent:real", ""),
        ("basket(0.1)", "SegmentId:long Count:long Percent:real", ""),
        (
            "diffpatterns(DeviceId, 'a', 'b')",
            "SegmentId:long CountA:long CountB:long PercentA:real PercentB:real PercentDiffAB:real",
            "",
        ),
        ("dcount_intersect(Fields, Fields)", "", "s0:long s1:long"),
        ("python(typeof(*, Score: real), 'result = df')", "", "Score:real"),
        ("ai_embeddings(DeviceId, 'endpoint')", "", "DeviceId_embeddings:dynamic"),
        (
            "ai_embeddings(DeviceId, 'endpoint', dynamic({}), true)",
            "",
            "DeviceId_embeddings:dynamic DeviceId_embeddings_error:string",
        ),
    ],
)
def test_plugins_that_keep_the_input(plugin_call: ParseCall, text: str, before: str, after: str) -> None:
    output = _run(plugin_call(text))
    whole = [*before.split(), *(f"{name}:{kind}" for name, kind in EVENTS), *after.split()]
    assert [f"{column.name}:{column.type}" for column in output.columns] == whole
    assert [column.source for column in output.columns if column.source] == [name for name, _ in EVENTS]
    assert not output.open
    assert _run(plugin_call(text), open_input=True).open


@pytest.mark.parametrize(
    ("text", "table", "added"),
    [
        ("ipv4_lookup(Table, DeviceId, Network)", RANGES, "Network DeviceId1 Site"),
        ("ipv4_lookup(Table, DeviceId, Network, return_unmatched = true)", RANGES, "Network DeviceId1 Site"),
        ("ipv4_lookup(Table, DeviceId, Network, DeviceId)", RANGES, "Network Site"),
        ("ipv6_lookup(Table, DeviceId, Network)", RANGES, "Network DeviceId1 Site"),
        ("geo_polygon_lookup(Table, Shape, Port, Port)", AREAS, "Site"),
        ("geo_polygon_lookup(Table, Shape, Port, Port, return_lookup_key = true)", AREAS, "Shape Site"),
        ("geo_line_lookup(Table, Shape, Port, Port, 100)", AREAS, "Site"),
    ],
)
def test_lookups_add_the_columns_of_a_table(
    plugin_call: ParseCall, text: str, table: list[ColumnType], added: str
) -> None:
    output = _run(plugin_call(text), table)
    assert [column.name for column in output.columns] == [*(name for name, _ in EVENTS), *added.split()]
    assert not output.open


def test_a_lookup_in_a_table_that_is_not_known_is_open(plugin_call: ParseCall) -> None:
    call = plugin_call("ipv4_lookup(Table, DeviceId, Network)")
    table, *rest = (Argument(node) for node in call.arguments)
    output = plugin_output(call, [Argument(table.node, columns=(), open=True), *rest], EVENTS)
    assert [column.name for column in output.columns] == [name for name, _ in EVENTS]
    assert output.open


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("bag_unpack(Fields)", "Timestamp DeviceId Port Remote"),
        ("bag_unpack(Fields, 'Field_')", "Timestamp DeviceId Port Remote"),
        ("pivot(DeviceId)", "Timestamp Port Fields Remote"),
        ("pivot(DeviceId, sum(Port))", "Timestamp Fields Remote"),
        ("pivot(DeviceId, sum(Port), Timestamp)", "Timestamp"),
        ("schema_merge()", ""),
        ("sql_request('connection', 'select 1')", ""),
        ("no_such_plugin(Fields)", ""),
    ],
)
def test_plugins_whose_columns_depend_on_the_data_are_open(plugin_call: ParseCall, text: str, kept: str) -> None:
    output = _run(plugin_call(text))
    assert [column.name for column in output.columns] == kept.split()
    assert output.open
