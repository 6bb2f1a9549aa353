"""The columns of aggregates and functions that give several."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.semantics.functions import OutputColumn, aggregate_columns, scalar, scalar_columns
from kql_lint.syntax import ast

Parse = Callable[[str], ast.Expression]

EVENTS = [
    ("Timestamp", "datetime"),
    ("DeviceId", "string"),
    ("Port", "int"),
    ("Fields", "dynamic"),
    ("Score", "decimal"),
]


def _types(call: ast.Call) -> list[str]:
    return [_type(argument) for argument in call.arguments]


def _type(argument: ast.Expression) -> str:
    if isinstance(argument, ast.NamedExpression):
        return _type(argument.value)
    if isinstance(argument, ast.Name):
        return dict(EVENTS)[argument.name]
    if isinstance(argument, ast.Literal):
        return argument.type
    if isinstance(argument, ast.Call):
        function = scalar(argument.name.name)
        assert function is not None
        return function.return_type(_types(argument))
    return "dynamic"


def _aggregate(expression: ast.Expression, by: set[str] | None = None) -> list[OutputColumn] | None:
    assert isinstance(expression, ast.Call)
    return aggregate_columns(expression, _types(expression), EVENTS, by or set())


def _pairs(columns: list[OutputColumn] | None) -> list[tuple[str, str]]:
    assert columns is not None
    return [(column.name, column.type) for column in columns]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("arg_max(Timestamp, DeviceId)", [("Timestamp", "datetime"), ("DeviceId", "string")]),
        ("arg_max(Timestamp)", [("Timestamp", "datetime")]),
        ("arg_min(Timestamp, *)", EVENTS),
        ("arg_max(Timestamp, Port, *)", [EVENTS[0], EVENTS[2], EVENTS[1], EVENTS[3], EVENTS[4]]),
        ("arg_max(Port, *)", [EVENTS[2], EVENTS[0], EVENTS[1], EVENTS[3], EVENTS[4]]),
        ("arg_max(Port, Port)", [("Port", "int"), ("Port", "int")]),
        (
            "arg_max(Timestamp, Fields.Name, tostring(Fields.Id), strcat(DeviceId, '!'), Port + 1)",
            [
                ("Timestamp", "datetime"),
                ("Fields_Name", "dynamic"),
                ("Fields_Id", "string"),
                ("max_Timestamp_arg3", "string"),
                ("max_Timestamp_arg4", "dynamic"),
            ],
        ),
        ("arg_min(Port + 1, DeviceId)", [("min_", "dynamic"), ("DeviceId", "string")]),
        ("arg_max(todatetime(Timestamp), *)", EVENTS),  # it is a datetime already
        ("arg_max(Timestamp, Last = Port)", [("Timestamp", "datetime"), ("Last", "int")]),
        ("argmax(Timestamp, DeviceId)", [("max_Timestamp", "datetime"), ("max_Timestamp_DeviceId", "string")]),
        ("take_any(DeviceId)", [("DeviceId", "string")]),
        ("take_any(DeviceId, Port)", [("DeviceId", "string"), ("Port", "int")]),
        ("take_any(*)", EVENTS),
        ("take_any(tolower(DeviceId))", [("any_arg0", "string")]),
        ("any(DeviceId)", [("any_DeviceId", "string")]),
        ("any(DeviceId, Port)", [("any_DeviceId", "string"), ("any_Port", "int")]),
        ("any(Port + 1)", [("any_", "dynamic")]),
        ("percentile(Port, 95)", [("percentile_Port_95", "long")]),
        ("percentile(Timestamp, 99.9)", [("percentile_Timestamp_99_9", "datetime")]),
        ("percentiles(Score, 5, 50.0)", [("percentile_Score_5", "real"), ("percentile_Score_50", "real")]),
        ("percentilesw(Port, Port, 5, 50)", [("percentile_Port_5", "long"), ("percentile_Port_50", "long")]),
        ("percentile(Port + 1, 95)", [("percentile__95", "dynamic")]),
        ("percentiles_array(Port, 5, 50)", [("percentiles_Port", "dynamic")]),
    ],
)
def test_columns_of_aggregates(aggregate_expression: Parse, text: str, columns: list[tuple[str, str]]) -> None:
    assert _pairs(_aggregate(aggregate_expression(text))) == columns


@pytest.mark.parametrize(
    "text", ["count()", "dcount(DeviceId)", "make_set(Port)", "take_anyif(Port, true)", "max(Port)"]
)
def test_aggregates_of_one_value_leave_the_name_to_others(aggregate_expression: Parse, text: str) -> None:
    assert _aggregate(aggregate_expression(text)) is None


def test_a_star_leaves_out_what_the_rows_are_grouped_by(aggregate_expression: Parse) -> None:
    latest = _pairs(_aggregate(aggregate_expression("arg_max(Timestamp, *)"), by={"DeviceId", "Port"}))
    assert [name for name, _ in latest] == ["Timestamp", "Fields", "Score"]
    some = _pairs(_aggregate(aggregate_expression("take_any(*)"), by={"Timestamp"}))
    assert [name for name, _ in some] == ["DeviceId", "Port", "Fields", "Score"]


def test_the_leading_argument_comes_out_even_where_the_rows_are_grouped_by_it(aggregate_expression: Parse) -> None:
    latest = _pairs(_aggregate(aggregate_expression("arg_max(Timestamp, *)"), by={"Timestamp"}))
    assert [name for name, _ in latest] == ["Timestamp", "DeviceId", "Port", "Fields", "Score"]


def test_columns_that_are_the_inputs_say_so(aggregate_expression: Parse) -> None:
    columns = _aggregate(aggregate_expression("arg_max(Timestamp, Last = DeviceId, Fields.Name)"))
    assert columns is not None
    assert [column.source for column in columns] == ["Timestamp", "DeviceId", None]


def test_a_percentile_that_a_let_names(aggregate_expression: Parse) -> None:
    call = aggregate_expression("percentile(Port, Limit)")
    assert isinstance(call, ast.Call)
    named = aggregate_columns(call, ["int", "long"], EVENTS, literals=[None, 90])
    assert _pairs(named) == [("percentile_Port_90", "long")]
    unknown = aggregate_columns(call, ["int", "long"], EVENTS)
    assert _pairs(unknown) == [("percentile_Port_", "long")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "series_fit_line(Fields)",
            [
                ("series_fit_line_Fields_rsquare", "real"),
                ("series_fit_line_Fields_slope", "real"),
                ("series_fit_line_Fields_variance", "real"),
                ("series_fit_line_Fields_rvariance", "real"),
                ("series_fit_line_Fields_interception", "real"),
                ("series_fit_line_Fields_line_fit", "dynamic"),
            ],
        ),
        (
            "series_decompose_anomalies(Fields.Counts, 1.5)",
            [
                ("series_decompose_anomalies_Fields_Counts_ad_flag", "dynamic"),
                ("series_decompose_anomalies_Fields_Counts_ad_score", "dynamic"),
                ("series_decompose_anomalies_Fields_Counts_baseline", "dynamic"),
            ],
        ),
        (
            "series_periods_detect(pack_array(1, 2), 4, 14, 2)",
            [("series_periods_detect__periods", "dynamic"), ("series_periods_detect__scores", "dynamic")],
        ),
        ("array_sort_asc(Fields)", [("Fields_sorted", "dynamic")]),
        ("array_sort_desc(Fields.A, Fields['B'])", [("Fields_A_sorted", "dynamic"), ("Fields_B_sorted", "dynamic")]),
        ("array_sort_asc(dynamic([2, 1]), false)", [("array0_sorted", "dynamic")]),
    ],
)
def test_columns_of_scalar_functions(scalar_expression: Parse, text: str, columns: list[tuple[str, str]]) -> None:
    call = scalar_expression(text)
    assert isinstance(call, ast.Call)
    assert _pairs(scalar_columns(call, _types(call))) == columns


@pytest.mark.parametrize("text", ["strlen(DeviceId)", "series_fit_line_dynamic(Fields)", "no_such_function(Port)"])
def test_scalar_functions_of_one_value(scalar_expression: Parse, text: str) -> None:
    call = scalar_expression(text)
    assert isinstance(call, ast.Call)
    assert scalar_columns(call, ["dynamic"]) is None
