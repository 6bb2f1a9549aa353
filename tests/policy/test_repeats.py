"""A name that is read several times is one finding, whatever comments and baselines say of its places."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from click.testing import Result

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.policy.registry import ONCE_A_QUERY
from kql_lint.policy.repeats import united
from kql_lint.rules import RULES
from kql_lint.runner import FileReport, span_of
from kql_lint.runner.places import finding_at
from kql_lint.source import Source

Call = Callable[..., Result]
Judge = Callable[..., FileReport]
Write = Callable[..., Path]

TWICE = 'DeviceProcessEvents\n| where CommandLine has "x"\n| extend A = CommandLine\n'


def brief(report: FileReport) -> list[str]:
    """Each finding as its line, code and text, with the lines of its related places."""
    assert report.source is not None
    text = report.source.text
    return [
        " ".join(
            [
                f"{one.span.line} {one.diagnostic.code} {text[one.span.start : one.span.end]}",
                *(
                    f"{item.message}:{span.line}"
                    for item, span in zip(one.diagnostic.related, one.related, strict=True)
                ),
            ]
        )
        for one in report.findings
    ]


def test_the_codes_are_those_of_rules() -> None:
    assert {rule.code for rule in RULES} >= ONCE_A_QUERY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DeviceEvents\n| where Foo == 1\n| extend A = Foo\n| where Foo > 2\n",
            ["2 KL201 Foo also here:3 also here:4"],
        ),
        # Whatever it resembles at each place.
        (
            "DeviceEvents\n| where DeviceNme == ''\n| project A = DeviceNme\n| where DeviceNme == ''\n",
            ["2 KL201 DeviceNme also here:3 also here:4"],
        ),
        # Two operators that drop it are two causes.
        (
            "DeviceEvents\n| project FileName\n| where DeviceId == ''\n| extend DeviceId = ''\n| project FileName\n"
            "| where DeviceId == ''\n| where DeviceId != ''\n",
            [
                '3 KL201 DeviceId "DeviceId" is dropped here:2',
                '6 KL201 DeviceId "DeviceId" is dropped here:5 also here:7',
            ],
        ),
        ("union Foo_CL, (Foo_CL | take 1)\n| union Bar_CL\n", ["1 KL202 Foo_CL also here:1", "2 KL202 Bar_CL"]),
        ("print A = Foo(1)\n| extend B = Foo(2)\n", ["1 KL203 Foo also here:2"]),
        # Each query has its own.
        ("DeviceEvents | where Foo == 1;\n", ["1 KL201 Foo"]),
        (
            "DeviceEvents\n| where Foo == 1\n\nDeviceEvents\n| where Foo == 1\n",
            ["2 KL201 Foo", "4 KL006 DeviceEvents", "5 KL201 Foo"],
        ),
    ],
)
def test_a_name_is_one_finding_of_its_query(judge: Judge, text: str, expected: list[str]) -> None:
    assert brief(judge(text)) == expected


def test_of_many_places_some_are_shown(judge: Judge) -> None:
    (finding,) = judge("DeviceEvents\n" + "| where Foo == 1\n" * 9).findings
    related = finding.diagnostic.related
    assert [item.message for item in related] == ["also here"] * 4 + ["also here, and in 3 more places"]
    assert [span.line for span in finding.related] == [3, 4, 5, 6, 7]
    assert related[0] == Related(38, 41, "also here")


def test_the_fix_changes_all_places(judge: Judge) -> None:
    (finding,) = judge("DeviceEvents\n| where deviceid == 'x'\n| extend A = deviceid\n").findings
    (fix,) = finding.diagnostic.fixes
    assert (fix.title, fix.safety) == ("write DeviceId", "safe")
    assert [(edit.start, edit.text) for edit in fix.edits] == [(21, "DeviceId"), (50, "DeviceId")]


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        (("", ""), ["2 KL208 CommandLine also here:3"]),
        # At the first place: the finding is held back.
        (("// kql-lint: disable-line=KL208", ""), []),
        (("// kql-lint: disable-line=KL208", "// kql-lint: disable-line=KL208"), []),
        # At a later one: that place goes off the list, and the comment is of use.
        (("", "// kql-lint: disable-line=KL208"), ["2 KL208 CommandLine"]),
        (("// kql-lint: disable=KL208", "// kql-lint: enable=KL208"), ["2 KL208 CommandLine"]),
        # One for another rule is of none.
        (
            ("", "// kql-lint: disable-line=KL201"),
            ["2 KL208 CommandLine also here:3", "3 KL901 // kql-lint: disable-line=KL201"],
        ),
    ],
)
def test_comments_at_one_of_the_places(judge: Judge, comments: tuple[str, str], expected: list[str]) -> None:
    first, second = comments
    text = f'DeviceProcessEvents\n| where CommandLine has "x" {first}\n| extend A = CommandLine {second}\n'
    assert brief(judge(text)) == expected


def test_a_baseline_knows_each_place(kql_lint: Call, write: Write) -> None:
    def check(text: str, *arguments: str) -> list[str]:
        path = write("a.kql", text)
        result = kql_lint("check", "--output-format", "json", "-q", *arguments, str(path))
        return [
            f"{one['location']['row']} {one['code']} {len(one['related'])}" for one in json.loads(result.stdout or "[]")
        ]

    check(TWICE, "--write-baseline", "b.json")
    assert check(TWICE, "--baseline", "b.json") == []
    # A third place is new, and it is all that is said.
    assert check(TWICE + "| extend B = CommandLine\n", "--baseline", "b.json") == ["4 KL208 0"]
    # With the first one gone the other is still known; the entry of the first is stale.
    gone = "DeviceProcessEvents\n| extend A = CommandLine\n"
    assert check(gone, "--baseline", "b.json") == ["5 KL903 0"]


def test_the_query_of_a_place_costs_the_same_in_a_file_of_many() -> None:
    def lines_run(queries: int) -> int:
        text, run = "T | where Odd\n" * queries, 0
        report = FileReport("a.kql", Source("a.kql", text))
        assert report.source is not None
        for start in range(0, len(text), 14):
            report.queries.append(span_of(report.source, start, start + 13))
            found = Diagnostic(
                "KL201", "unknown-column", Severity.ERROR, 'unknown column "Odd"', start + 10, start + 13
            )
            report.findings.append(finding_at(report.source, found, None))

        def trace(_frame: FrameType, event: str, _argument: object) -> Callable[..., object]:
            nonlocal run
            run += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            assert len(united(report, report.findings)) == queries
        finally:
            sys.settrace(before)
        return run

    assert lines_run(400) < 4.2 * lines_run(100)
