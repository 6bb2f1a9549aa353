from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Severity
from kql_lint.output import sarif
from kql_lint.output.paths import Paths
from kql_lint.output.sarif import Sarif
from kql_lint.printable import escaped
from kql_lint.rules import RULES
from kql_lint.runner import FileReport, Finding
from kql_lint.source import Source

from .example import LISTENER, TYPO, one, reports, written, written_with

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"


@cache
def validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def run_of(text: str, *, with_rules: bool = True) -> dict[str, Any]:
    """The one run of a log, which is valid SARIF.  Looking at the rules too takes long."""
    log = json.loads(text)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    if not with_rules:
        run["tool"]["driver"]["rules"] = []
    validator().validate(log)
    return run


def log_of(*those: FileReport) -> dict[str, Any]:
    return run_of(written(Sarif(Paths("/repo")), list(those)), with_rules=False)


def slice_of(text: str, region: dict[str, int]) -> str:
    """What a region means, worked out from the standard: lines, and columns in UTF-16 code units."""
    lines = text.replace("\r\n", "\n").split("\n")
    begin, end = region["startLine"] - 1, region["endLine"] - 1
    units = [line.encode("utf-16-le") for line in lines]
    if begin == end:
        return units[begin][2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le")
    first, last = units[begin][2 * region["startColumn"] - 2 :], units[end][: 2 * region["endColumn"] - 2]
    return "\n".join(part.decode("utf-16-le") for part in [first, *units[begin + 1 : end], last])


def test_a_run_is_valid_and_says_how_it_went(project: Path) -> None:
    run = run_of(written(Sarif(), reports(), ("rules/gone: no such file or directory",)))

    assert run["columnKind"] == "utf16CodeUnits"
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"description": {"text": "The top of the repository."}}}
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "internal error: ValueError: x: y, 10% at kql_lint.a:1 (b)"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "rules/failed.kql", "uriBaseId": "%SRCROOT%"}
                            }
                        }
                    ],
                },
                {"level": "error", "message": {"text": "rules/gone: no such file or directory"}},
            ],
        }
    ]
    # The note comes last: notes are what is left out where there are too many results.
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("KL104", "error"),
        ("KL101", "error"),
        ("KL305", "warning"),
        ("KL005", "error"),
        ("KL006", "note"),
    ]
    assert str(project) not in json.dumps(run)


def test_a_result_has_all_that_code_scanning_shows(project: Path) -> None:
    first, second, *_, note = run_of(written(Sarif(), reports()))["results"]

    assert RULES[first["ruleIndex"]].code == "KL104"
    assert first["message"]["text"] == (
        "RemotePort is not recorded for ListeningConnectionCreated, so no row passes this filter\n\n"
        "it is recorded for ConnectionSuccess and ConnectionFailed\n\n"
        "[ActionType is narrowed here](1)"
    )
    (place,) = first["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "rules/listener.kql", "uriBaseId": "%SRCROOT%"},
        # The smiley before it counts twice.
        "region": {"startLine": 4, "startColumn": 32, "endLine": 4, "endColumn": 42},
    }
    (related,) = first["relatedLocations"]
    assert related["id"] == 1
    assert related["message"] == {"text": "ActionType is narrowed here"}
    assert slice_of(LISTENER, related["physicalLocation"]["region"]) == 'ActionType == "ListeningConnectionCreated"'
    location = second["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "rules/L%C3%B6schen%20&%20mehr/typo.yaml"
    assert location["logicalLocations"] == [{"name": "Typo, 100% | <b>"}]
    (fix,) = second["fixes"]
    assert fix["description"] == {"text": 'replace by "ProcessCreated"'}
    assert fix["properties"] == {"safety": "intent"}
    (replacement,) = fix["artifactChanges"][0]["replacements"]
    assert slice_of(TYPO, replacement["deletedRegion"]) == "ProcessCreatd"
    assert replacement["insertedContent"] == {"text": "ProcessCreated"}
    assert note["message"]["text"] == "a note: \\[a](b) `c` 50%"  # no link to a related location


def test_the_rules_are_described_for_code_scanning() -> None:
    rules = run_of(written(Sarif(Paths("/repo")), []))["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for rule, described in zip(RULES, rules, strict=True):
        assert described["name"] == rule.name
        assert 0 < len(described["shortDescription"]["text"]) <= 1024
        assert 0 < len(described["fullDescription"]["text"]) <= 1024
        assert "## Good" in described["help"]["markdown"]
        assert described["help"]["text"] in described["help"]["markdown"]
        properties = described["properties"]
        assert len(properties["tags"]) == len(set(properties["tags"])) <= 10
        assert properties["precision"] in ("very-high", "high", "medium")
        # GitHub takes a rule for one about security if it has both.
        assert ("security" in properties["tags"]) == ("security-severity" in properties)
    by_code = {rule["id"]: rule for rule in rules}
    assert by_code["KL101"]["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert by_code["KL101"]["properties"] == {
        "tags": ["kql", "action-type", "security"],
        "precision": "very-high",
        "problem.severity": "error",
        "security-severity": "7.0",
    }
    assert by_code["KL201"]["properties"]["tags"] == ["kql", "names"]
    assert by_code["KL209"]["defaultConfiguration"]["level"] == "note"


def fingerprints(report: FileReport) -> list[dict[str, str]]:
    return [result["partialFingerprints"] for result in log_of(report)["results"]]


def test_a_finding_keeps_its_fingerprints_when_its_line_moves() -> None:
    query = "DeviceInfo\n| where Odd == 1\n| project DeviceName\n"
    moved = "// new\n\n" + query.replace("| where Odd", "  |  where Odd")

    assert fingerprints(one(query, "Odd")) == fingerprints(one(moved, "Odd"))
    assert fingerprints(one(query, "Odd")) != fingerprints(one(query.replace("1", "2"), "Odd"))


def test_findings_on_lines_that_read_the_same_are_told_apart() -> None:
    source = Source("a.kql", "T | where Odd\n" * 3 + "T | take 1\n" * 20)
    report = FileReport("a.kql", source)
    for line in range(3):
        (finding,) = one(source.text[14 * line :], "Odd").findings
        span = finding.span._replace(start=finding.span.start + 14 * line, line=line + 1, end_line=line + 1)
        report.findings.append(Finding(finding.diagnostic, span))

    found = fingerprints(report)

    assert len({each["kqlLint/v1"] for each in found}) == 3
    assert len({each["primaryLocationLineHash"] for each in found}) == 3


def test_a_run_has_no_more_results_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 3)
    severities = [Severity.INFO, Severity.WARNING, Severity.INFO, Severity.INFO, Severity.ERROR]
    those = [one("T | Odd", "Odd", f"{number}", severity=severity) for number, severity in enumerate(severities)]

    text, summary = written_with(Sarif(Paths("/repo")), those)

    run = run_of(text, with_rules=False)
    said = "2 results are left out: code scanning takes 3 a run"
    assert [result["message"]["text"] for result in run["results"]] == ["1", "4", "0"]
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [{"level": "warning", "message": {"text": said}}],
        }
    ]
    assert summary.notices == [f"sarif: {said}"]


def test_errors_past_the_limit_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 2)
    those = [one("T | Odd", "Odd", severity=severity) for severity in (Severity.INFO, *[Severity.ERROR] * 4)]

    text, summary = written_with(Sarif(Paths("/repo")), those)

    assert [result["level"] for result in run_of(text, with_rules=False)["results"]] == ["error", "error"]
    assert summary.notices == ["sarif: 3 results are left out: code scanning takes 2 a run"]


def test_a_run_without_findings_is_a_whole_log() -> None:
    run = log_of(FileReport("clean.kql"))

    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


@settings(max_examples=60, deadline=None)
@given(
    before=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    odd=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5),
    message=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=10),
)
def test_whatever_a_file_and_a_message_hold_the_log_leads_back_to_it(
    before: str, odd: str, message: str, name: str
) -> None:
    text = before.replace("\r", "\n") + "\n" + odd
    path = f"/repo/rules/{name}.kql"

    run = log_of(one(text, odd, message, path=path))

    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert slice_of(text, place["region"]) == odd
    uri = urlsplit(place["artifactLocation"]["uri"])
    assert (uri.scheme, uri.netloc, uri.query, uri.fragment) == ("", "", "", "")
    assert unquote(uri.path) == f"rules/{name}.kql"
    assert result["message"]["text"].replace("\\[", "[") == escaped(message).replace("\\[", "[")


def test_a_lone_surrogate_of_an_escape_is_no_text() -> None:
    (result,) = log_of(one("T | Odd", "Odd", "unknown \ud800 😀"))["results"]

    assert result["message"]["text"] == "unknown \\ud800 😀"
