"""analyze(): what a caller gets, and that it gets it for any text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kql_lint
from kql_lint import Analysis, analyze
from kql_lint.diagnostic import Severity
from tests.syntax.grammar_queries import queries

RULE = """\
let Lookback = 7d;
let Names = dynamic(["ProcessCreated", "LogonSuccess"]);
DeviceProcessEvents
| where Timestamp > ago(Lookback)
| where ActionType in (Names) and not(InitiatingProcessFileName in~ ("svchost.exe", "wmiprvse.exe"))
| extend Parent = tolower(InitiatingProcessFileName), Depth = array_length(split(FolderPath, @"\\"))
| join kind=leftouter (DeviceInfo | summarize arg_max(Timestamp, OSPlatform) by DeviceId) on DeviceId
| mv-expand Part = split(ProcessCommandLine, " ") to typeof(string) limit 10
| summarize Count = count(), Parts = make_set(Part) by Parent, DeviceName, OSPlatform, bin(Timestamp, 1h)
| where Count > 3 and Depth > 2
| project-away Parts
"""


def check(text: str) -> Analysis:
    analysis = analyze(text)
    for found in analysis.diagnostics:
        places = [(found.start, found.end), *((r.start, r.end) for r in found.related)]
        places += [(edit.start, edit.end) for fix in found.fixes for edit in fix.edits]
        assert all(0 <= start <= end <= len(text) for start, end in places)
    assert [found.start for found in analysis.diagnostics] == sorted(found.start for found in analysis.diagnostics)
    again = analyze(text)
    assert (again.diagnostics, again.output_columns) == (analysis.diagnostics, analysis.output_columns)
    return analysis


def test_a_rule_with_one_mistake_in_each_room() -> None:
    found = [(d.code, d.severity, RULE[d.start : d.end], d.message) for d in check(RULE).diagnostics]
    assert found == [
        (
            "KL102",
            Severity.WARNING,
            '"LogonSuccess"',
            'ActionType "LogonSuccess" is not in DeviceProcessEvents but in DeviceLogonEvents and IdentityLogonEvents, '
            "so this item never matches",
        ),
        ("KL201", Severity.ERROR, "Depth", 'no column "Depth" here: summarize has dropped it'),
    ]


def test_the_output_columns_come_with_their_types() -> None:
    text = """
        DeviceNetworkEvents
        | summarize Hosts = dcount(DeviceId), take_any(RemotePort) by RemoteIP, Day = bin(Timestamp, 1d)
    """
    assert analyze(text).output_columns == [
        ("RemoteIP", "string"),
        ("Day", "datetime"),
        ("Hosts", "long"),
        ("RemotePort", "int"),
    ]


@pytest.mark.parametrize("text", ["", "  \n", "// a note", "SomeTable_CL | take 5", "T | evaluate bag_unpack(d)"])
def test_output_columns_that_cannot_be_known_are_none(text: str) -> None:
    assert analyze(text).output_columns is None


def test_the_package_offers_what_the_readme_names() -> None:
    assert kql_lint.analyze is analyze


@given(
    st.integers(0, len(RULE)),
    st.integers(0, 30),
    st.sampled_from(["", "|", "(", ")", '"', " x ", "=", ",", "\n\n", "[", "\x00"]),
)
@settings(max_examples=150, deadline=None)
def test_a_rule_with_a_piece_replaced(start: int, length: int, piece: str) -> None:
    check(RULE[:start] + piece + RULE[start + length :])


@given(queries())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_queries_built_from_the_grammar(text: str) -> None:
    check(text)


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "print 1" + " + 1" * 5_000,
        "T | where a" + ".b" * 5_000,
        "T | where a" + "[0]" * 5_000,
        "T | extend a = " + "case(a, b, " * 90 + "1" + ")" * 90,
        "T" + " | join (T" * 90 + ")" * 90,
        "let f0 = () { T }; " + "".join(f"let f{n + 1} = () {{ union f{n}, f{n} }}; " for n in range(25)) + "f25",
        "let f = () { f }; f",
        "DeviceEvents | where ActionType in (" + ", ".join(f'"Value{n}"' for n in range(2_000)) + ")",
        "DeviceEvents" + ' | where ActionType != "AntivirusReport"' * 500,
    ],
    ids=lambda text: text[:24],
)
def test_monsters(text: str) -> None:
    check(text)
