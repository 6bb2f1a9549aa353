"""What goes into a function that a file defines, and what comes out: texts, tables, columns and ActionTypes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint import analyze, describe
from kql_lint.catalogue import Catalogue

Write = Callable[..., Path]

FILES = {
    "Connections.kql": (
        "let Connections = (wanted:dynamic = dynamic([]), since:timespan = 1d) {\n"
        "    DeviceNetworkEvents\n"
        "    | where Timestamp > ago(since)\n"
        "    | where array_length(wanted) == 0 or ActionType in (wanted)\n"
        "};\n"
    ),
    "Listening.kql": (
        "DeviceNetworkEvents\n"
        "| where ActionType == 'ListeningConnectionCreated'\n"
        "| project Timestamp, DeviceId, Kind = ActionType, LocalPort, RemotePort\n"
    ),
    "OfKind.kql": "let OfKind = (T:(ActionType:string), x:string) { T | where x == '*' or ActionType =~ x };\n",
    "Created.kql": "let Created = (T:(ActionType:string)) { T | where ActionType == 'FileCreated' };\n",
    "Outer.kql": "let Outer = (kind:string) { DeviceFileEvents | invoke OfKind(kind) };\n",
    "Anywhere.kql": (
        "let Anywhere = (term:string) { DeviceEvents | where ActionType has term or FileName has term };\n"
    ),
    "Written.kql": "let Written = () { DeviceEvents | where ActionType == 'NoSuchThing' };\n",
    "Tagged.kql": "let Tagged = (kind:string) { DeviceEvents | where ActionType == kind | extend Tag = kind };\n",
    "Beside.kql": "let Beside = (kind:string) { DeviceEvents | extend Tag = kind | union DeviceEvents };\n",
    "ProcessLinux.kql": "Syslog | project TimeGenerated, Process = ProcessName\n",
    "ProcessCloud.kql": "AuditLogs | project TimeGenerated, Process = TargetResources\n",
    "AllProcesses.kql": "union isfuzzy=true ProcessLinux, ProcessLinux(), ProcessCloud\n",
    "Plain.kql": "let Plain = (name:string) { trim(' ', name) };\n",
    "Broken.kql": "DeviceEvents | where ActionType == 'BrowserLaunchedToOpenUrl' | where (\n",
}


@pytest.fixture
def catalogue(project: Path, write: Write) -> Catalogue:
    for name, text in FILES.items():
        write(f"functions/{name}", text)
    return Catalogue.with_overlays([], ["functions/*"])


def findings(query: str, catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """The code, the text and the message of each finding."""
    found = analyze(query, catalogue=catalogue).diagnostics
    return [(one.code, query[one.start : one.end], one.message) for one in found]


def test_a_column_that_some_rows_of_a_function_lack_has_no_constant(catalogue: Catalogue) -> None:
    """Tagged gives all its rows the kind that is handed over; of Beside's rows half have no Tag."""
    query = "{}('AntivirusDetection') | where ActionType != Tag | where ActionType == 'AntivirusDetection'"

    assert findings(query.format("Beside"), catalogue) == []
    (found,) = findings(query.format("Tagged"), catalogue)
    assert found == (
        "KL107", "ActionType != Tag", 'ActionType can only be "AntivirusDetection" here, so no row passes this filter'
    )  # fmt: skip


def test_a_text_that_a_call_hands_over_is_judged_at_the_call(catalogue: Catalogue) -> None:
    query = 'Connections(dynamic(["ConnectionSuccess", "ConnectionSucess"]), 7d)\n| where RemotePort == 445'

    (found,) = analyze(query, catalogue=catalogue).diagnostics

    assert (found.code, query[found.start : found.end]) == ("KL101", '"ConnectionSucess"')
    assert found.message == (
        'unknown ActionType "ConnectionSucess" for DeviceNetworkEvents, so this item never matches; '
        'did you mean "ConnectionSuccess"?'
    )
    (place,) = found.related
    assert query[place.start : place.end] == "Connections"
    assert place.message == "compared with ActionType in Connections (functions/Connections.kql:4:42)"
    (fix,) = found.fixes
    assert fix.title == 'replace by "ConnectionSuccess"'


def test_through_a_let_a_named_argument_and_another_function(catalogue: Catalogue) -> None:
    in_let = 'let Kinds = dynamic(["FileCreated"]);\nConnections(wanted=Kinds)'
    assert findings(in_let, catalogue) == [
        (
            "KL102",
            '"FileCreated"',
            'ActionType "FileCreated" is not in DeviceNetworkEvents but in DeviceFileEvents',
        )
    ]
    (found,) = analyze('Outer("FileCreatd")', catalogue=catalogue).diagnostics
    assert found.code == "KL101"
    assert found.related[0].message == "compared with ActionType in OfKind (functions/OfKind.kql:1:72)"


@pytest.mark.parametrize(
    "query",
    [
        'Connections(dynamic(["ConnectionSuccess"]))',
        "Connections()",
        'DeviceFileEvents | invoke OfKind("*")',  # the body asks for it
        'Outer("filecreated")',  # =~
        'Anywhere("powershell")',  # it is looked for elsewhere too
        'Tagged("ours")',  # it comes out again
        "Written()",  # of the function's own text nothing is said here
    ],
)
def test_what_may_be_meant_is_not_reported(catalogue: Catalogue, query: str) -> None:
    assert findings(query, catalogue) == []


def test_a_table_that_is_handed_over_keeps_its_rows(catalogue: Catalogue) -> None:
    query = 'DeviceFileEvents\n| invoke Created()\n| where ActionType == "FileDeleted"'
    assert findings(query, catalogue) == [
        (
            "KL107",
            'ActionType == "FileDeleted"',
            'ActionType can only be "FileCreated" here, so no row passes this filter',
        )
    ]


def test_columns_and_action_types_come_out(catalogue: Catalogue) -> None:
    query = 'Listening\n| where Kind == "ListeningConectionCreated"\n| where RemotePort == 80'
    assert findings(query, catalogue) == [
        (
            "KL101",
            '"ListeningConectionCreated"',
            'unknown ActionType "ListeningConectionCreated" for DeviceNetworkEvents;'
            ' did you mean "ListeningConnectionCreated"?',
        )
    ]
    assert [code for code, _, _ in findings('Listening | where Kind == "ConnectionSuccess"', catalogue)] == ["KL107"]


def test_a_column_that_the_function_leaves_empty(catalogue: Catalogue) -> None:
    query = "Listening\n| where RemotePort == 80"

    (found,) = analyze(query, catalogue=catalogue).diagnostics

    assert (found.code, query[found.start : found.end]) == ("KL104", "RemotePort")
    (place,) = found.related
    assert (query[place.start : place.end], place.message) == ("Listening", "ActionType is narrowed here")


def test_each_call_has_rows_of_its_own(catalogue: Catalogue) -> None:
    query = (
        "let All = Connections();\n"
        'union (All | where ActionType == "ConnectionSuccess"), (All | where ActionType == "ConnectionFailed")\n'
    )
    assert findings(query, catalogue) == []
    # The tables that a function reads are not tables of the query.
    assert describe(query, catalogue=catalogue).tables == []


def test_a_scalar_function_keeps_what_its_value_is(catalogue: Catalogue) -> None:
    query = 'DeviceProcessEvents | where Plain(ActionType) == "ProcessCreatd"'
    assert [(code, text) for code, text, _ in findings(query, catalogue)] == [("KL101", '"ProcessCreatd"')]


def test_of_a_text_with_a_syntax_error_nothing_comes_out(catalogue: Catalogue) -> None:
    assert findings('Broken | where ActionType == "Nope" and Nothing == 1', catalogue) == []


def test_a_column_that_a_union_in_a_function_splits_is_explained_with_the_function_at_fault(
    catalogue: Catalogue,
) -> None:
    query = "AllProcesses\n| where TimeGenerated > ago(1d)\n| where Process has 'curl'"
    assert findings(query, catalogue) == [
        (
            "KL201",
            "Process",
            'no column "Process" here: the union splits it into "Process_string" and "Process_dynamic", '
            "since it is dynamic in ProcessCloud and string elsewhere",
        )
    ]
