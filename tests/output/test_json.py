from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from kql_lint.diagnostic import Edit, Fix, Severity
from kql_lint.output import Style, Summary, create
from kql_lint.output.json import VERSION
from kql_lint.runner import FileReport

MakeReport = Callable[..., FileReport]
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))


def written(*reports: FileReport) -> str:
    output = create("json", Style(colour=True))
    return output.begin() + "".join(map(output.report, reports)) + output.end(Summary())


def records(*reports: FileReport) -> list[dict[str, object]]:
    value = json.loads(written(*reports))
    jsonschema.validate(value, SCHEMA)
    assert isinstance(value, list)
    return value


def test_a_record_says_everything_about_a_finding(make_report: MakeReport) -> None:
    query = "T\n| project A\n| where Odd == 'é'"
    report = make_report(
        query,
        "Odd",
        severity=Severity.ERROR,
        help="write A",
        related={"project A": "dropped here"},
        fixes=(Fix("write A", (Edit(22, 25, "A"),), "intent"),),
    )

    assert records(report) == [
        {
            "version": 1,
            "code": "KL999",
            "name": "odd-thing",
            "severity": "error",
            "message": "something is odd here",
            "help": "write A",
            "filename": "rules/a.kql",
            "location": {"row": 3, "column": 9},
            "end_location": {"row": 3, "column": 12},
            "query": None,
            "tables": [],
            "related": [
                {
                    "message": "dropped here",
                    "location": {"row": 2, "column": 3},
                    "end_location": {"row": 2, "column": 12},
                }
            ],
            "fix": {
                "applicability": "unsafe",
                "safety": "intent",
                "message": "write A",
                "edits": [
                    {
                        "content": "A",
                        "location": {"row": 3, "column": 9},
                        "end_location": {"row": 3, "column": 12},
                    }
                ],
            },
            "url": None,
        }
    ]


def test_no_findings_are_an_empty_array(make_report: MakeReport) -> None:
    assert written() == "[]\n"
    assert written(FileReport("clean.kql"), FileReport("clean-too.kql")) == "[]\n"


def test_reports_that_come_one_by_one_are_one_array_with_a_line_for_each_record(make_report: MakeReport) -> None:
    first, second = make_report("T | Odd", "Odd"), make_report("é | Odd", "Odd", path="rules/é.kql")

    text = written(first, FileReport("clean.kql"), second, first)

    assert text.isascii()
    assert len(text.splitlines()) == 5
    assert [record["filename"] for record in records(first, second, first)] == [
        "rules/a.kql",
        "rules/é.kql",
        "rules/a.kql",
    ]


def test_the_schema_is_the_one_of_this_version_and_refuses_what_is_not_a_finding(make_report: MakeReport) -> None:
    record = records(make_report("T | Odd", "Odd"))[0]

    assert SCHEMA["items"]["properties"]["version"] == {"const": VERSION}
    for broken in ({"version": VERSION + 1}, {"severity": "fatal"}, {"location": {"row": 0, "column": 1}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([record | broken], SCHEMA)
