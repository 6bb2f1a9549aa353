"""What holes leave of what is known about a query: the columns and their types, the ActionTypes, the names."""

from __future__ import annotations

import pytest

from kql_lint import analyze
from kql_lint.engine import describe
from kql_lint.semantics.placeholders import are_values
from kql_lint.semantics.scopes.scope import Scope
from tests.holes import holes

EVENTS = "DeviceFileEvents | where ActionType == 'FileCreated' "


def result(query: str) -> Scope:
    bound = analyze(query, holes=holes(query)).bound
    assert bound is not None
    assert isinstance(bound.result, Scope)
    return bound.result


def codes(query: str) -> list[str]:
    return [found.code for found in analyze(query, holes=holes(query)).diagnostics]


def possible(query: str) -> set[str] | None:
    """The ActionTypes that the rows of the result can have; None where they are not followed, or can be any."""
    scope = result(query)
    column = scope.columns.get("ActionType")
    states = [scope.states[origin.row].domain("ActionType") for origin in column.origins] if column is not None else []
    return None if not states or states[0].excluding else {str(value) for value in states[0].values}


@pytest.mark.parametrize(
    ("operator", "output"),
    [
        # values in them change no column
        ("where {{p}}", {"X": "string", "N": "long"}),
        ("where N > {{n}} and X == '{{x}}'", {"X": "string", "N": "long"}),
        ("sort by {{c}} | top {{n}} by {{c}} | take {{n}}", {"X": "string", "N": "long"}),
        ("extend Y = '{{y}}', Z = ago({{n}}d)", {"X": "string", "N": "long", "Y": "string", "Z": "datetime"}),
        ("extend Y = {{y}}", {"X": "string", "N": "long", "Y": "unknown"}),
        ("extend Y = strlen({{x}}), Z = iff({{c}}, 1, 2)", {"X": "string", "N": "long", "Y": "long", "Z": "long"}),
        ("extend Y = iff(N > 1, X, {{x}})", {"X": "string", "N": "long", "Y": "unknown"}),
        ("extend Y = bin(now(), {{n}}m)", {"X": "string", "N": "long", "Y": "datetime"}),
        ("extend Y = {{x}} + 1", {"X": "string", "N": "long", "Y": "unknown"}),
        ("summarize Count = count() by X, Bin = bin(N, {{n}})", {"X": "string", "Bin": "unknown", "Count": "long"}),
        ("summarize count() by bin(N, {{n}})", {"N": "unknown", "count_": "long"}),
        ("join kind=inner (print X = '{{x}}') on X", {"X": "string", "N": "long", "X1": "string"}),
        # names in them may be any
        ("project X, {{c}}", None),
        ("project {{c}} = N", None),
        ("project tostring({{c}})", None),
        ("project (A, B) = {{f}}(X)", None),
        ("project-away {{c}}", None),
        ("project-rename Y = {{c}}", None),
        ("distinct {{c}}", None),
        ("extend {{c}}", None),
        ("extend {{c}} = 5", None),
        ("extend Y = 5 {{more}}", None),
        ("extend column_ifexists('{{c}}', '')", None),
        ("summarize {{a}} by X", None),
        ("summarize {{a}} = count() by X", None),
        ("summarize Y = {{a}} by X", None),
        ("summarize arg_max(N, {{c}}) by X", None),
        ("mv-expand {{c}}", None),
        ("parse X with 'a' {{c}} 'b'", None),
        ("make-series count() on N step {{n}}", None),
        ("join {{t}} on X", None),
        ("join kind={{k}} (print X = 'x') on X", None),
        ("union {{t}}", None),
        ("union withsource={{c}} (print X = 'x')", None),
        ("evaluate {{p}}()", None),
        ("invoke {{f}}()", None),
        ("count as {{c}}", None),
        # any operators at all
        ("{{o}}", None),
        ("{{o}} | where X == 'x'", None),
        # until an operator names its columns
        ("{{o}} | summarize Count = count() by X", {"X": "unknown", "Count": "long"}),
    ],
)
def test_columns(operator: str, output: dict[str, str] | None) -> None:
    query = f"datatable(X: string, N: long) ['a', 1] | {operator}"
    analysis = analyze(query, holes=holes(query))
    assert analysis.diagnostics == []
    assert analysis.output_columns == (None if output is None else list(output.items()))


def test_a_column_that_a_hole_may_have_replaced_is_of_any_type() -> None:
    assert result("datatable(X: string) ['a'] | extend {{c}} = 5").columns["X"].type == "unknown"
    assert result("datatable(X: string) ['a'] | project X, {{c}}").columns["X"].type == "string"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (EVENTS + "| where {{p}}", {"FileCreated"}),
        (EVENTS + "and FileSize > {{n}}", {"FileCreated"}),
        (EVENTS + "and ({{p}})", {"FileCreated"}),
        (EVENTS + "| project ActionType, {{c}}", {"FileCreated"}),
        (EVENTS + "| join kind=inner {{t}} on DeviceId", {"FileCreated"}),
        # an `or` may be in the hole
        (EVENTS + "and {{p}}", None),
        (EVENTS + "{{more}}", None),
        ("DeviceFileEvents | where ActionType in ('FileCreated', {{more}})", None),
        ("DeviceFileEvents | where ActionType in ('FileCreated', '{{more}}')", None),
        ("DeviceFileEvents | where ActionType == '{{a}}'", None),
        # other rows may come in, or another column of the name
        (EVENTS + "| {{o}}", None),
        (EVENTS + "| extend {{c}} = 'x'", None),
        (EVENTS + "| union {{t}}", None),
    ],
)
def test_action_types(query: str, expected: set[str] | None) -> None:
    assert possible(query) == expected


def test_a_table_that_is_not_known_may_have_the_column_of_a_join_itself() -> None:
    for table in ("{{table}}", "SomeTable_CL"):
        query = f"{table} | join kind=inner (DeviceFileEvents) on DeviceId | where ActionType == 'LogonSuccess'"
        assert "KL102" not in codes(query)


@pytest.mark.parametrize(
    "query",
    [
        # what a hole may be in
        "let Wanted = dynamic(['RegistryValueSet', 'FileCreated']); {{t}} | where ActionType in (Wanted)"
        " | union (DeviceFileEvents | where ActionType in (Wanted))",
        "let f = (a: string) { DeviceFileEvents | where {{x}} == a or ActionType == a }; f('other')",
        # what it may declare
        "{{lets}}\nDeviceFileEvents | project DeviceId | where DeviceId in (Servers)",
        "let {{name}} = 5; DeviceFileEvents | project FileSize | where FileSize > Limit",
        "{{lets}}; DeviceFileEvents | project FileSize | where FileSize > Limit",
        "DeviceFileEvents | as {{name}} | union (Others | where FileName == 'x')",
        "DeviceFileEvents | partition by {{c}} (summarize count() by FileName | extend Key = SomeColumn)",
        # how many arguments it may be
        "print substring({{x}}), iff({{x}}), strcat({{x}})",
        "let f = (a: int, b: int) { a + b }; print f({{x}})",
        "print replace_regex({{x}}, '(', 'a')",
        # what it may name
        "datatable(a: string, {{c}}) ['x', 'y'] | where b == 'y'",
        "DeviceFileEvents | project-away {{c}} | where Machine == 'x'",
        "DeviceFileEvents | join (DeviceInfo) on $left.{{c}} == $right.{{c}}",
        "DeviceFileEvents | mv-apply {{x}} to typeof(long) on (where DeviceId > 5)",
        "union isfuzzy={{fuzzy}} DeviceFileEvents, NoSuchTable",
        # a slip that it may not be
        "AzureDiagnostics | where CallerIPAdress == 'x' or {{x}} == 'y'",
    ],
)
def test_nothing_is_found_that_a_hole_may_explain(query: str) -> None:
    assert codes(query) == []


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("T | where Time > ago({{n}}d)", True),
        ("T | where Count >= {{n}} | take {{n}} | summarize count() by bin(Time, {{n}})", True),
        ("T | where Name == '{{x}}' // {{x}}", True),
        ("T | where Name == {{x}}", False),
        ("T | where Name in ({{x}})", False),
        ("T | where {{x}}", False),
        ("{{t}} | take {{n}}", False),
    ],
)
def test_holes_that_are_values(query: str, values: bool) -> None:
    bound = analyze(query, holes=holes(query)).bound
    assert bound is not None
    assert are_values(bound.facts) is values


def test_the_text_of_a_let_is_judged_beside_values() -> None:
    query = (
        "let Wanted = dynamic(['FileCreatd']);\n"
        "DeviceFileEvents | where Timestamp > ago({{days}}d) and ActionType in (Wanted)"
    )
    (found,) = analyze(query, holes=holes(query)).diagnostics
    assert (found.code, query[found.start : found.end]) == ("KL101", "'FileCreatd'")


def test_why_the_columns_are_not_known() -> None:
    query = "DeviceFileEvents\n{{filter}}\n| where FileName == 'x'"
    found = describe(query, holes=holes(query))
    assert not found.complete
    assert [(gap.reason, query[: gap.start].count("\n")) for gap in found.gaps] == [("a placeholder", 1)]
    assert [table.name for table in found.tables] == ["DeviceFileEvents"]


def test_a_name_that_is_handed_to_a_plugin_may_be_a_column_of_an_open_table() -> None:
    query = "T | evaluate activity_counts_metrics(Id, Time, ago(1d), now(), 1h, Kind) | where Kind == 'x'"
    assert codes(query) == ["KL202"]
