from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.config.schema import as_text
from kql_lint.rules import RULES

Call = Callable[..., Result]
Write = Callable[..., Path]

CONFIGURATION = """\
ignore: [KL105, KL3]
severity: {KL104: error, unknown-table: warning}
exclude: [archive/]
per-path:
  - paths: ["hunting/**"]
    severity: {KL104: info}
    platform: defender
    extend-select: [KL301]
  - paths: [drafts/]
    ignore: [KL001]
"""


def line_with(start: str, text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.strip().startswith(start)]
    return " ".join(line.split())


def test_what_holds_for_a_file_is_shown_with_its_places(kql_lint: Call, write: Write) -> None:
    write(".kql-lint.yaml", CONFIGURATION)

    result = kql_lint("config", "hunting/a.kql")

    text = result.stdout
    assert (result.exit_code, result.stderr) == (0, "")
    assert text.startswith("hunting/a.kql is governed by .kql-lint.yaml.\n\n")
    assert line_with("ignore", text.split("per-path")[0]) == 'ignore ["KL105", "KL3"] .kql-lint.yaml:1:1'
    assert line_with("platform", text.split("per-path")[0]) == 'platform "defender" .kql-lint.yaml:7:5'
    assert line_with("baseline", text) == "baseline none default"
    assert 'per-path, holds for it: "hunting/**" (.kql-lint.yaml:5:5)\n' in text
    assert 'per-path, for other files: "drafts/" (.kql-lint.yaml:9:5)\n' in text
    on, off = text.split("Rules that hold:\n")[1].split("\nRules that do not:\n")
    assert line_with("KL001", on) == "KL001 syntax-error error default"
    assert line_with("KL104", on) == "KL104 field-not-in-action-type info default, severity .kql-lint.yaml:6:16"
    assert line_with("KL202", on) == "KL202 unknown-table warning default, severity .kql-lint.yaml:2:26"
    assert line_with("KL301", on) == "KL301 operator-type-mismatch error .kql-lint.yaml:8:21"
    assert line_with("KL105", off) == "KL105 field-not-listed info .kql-lint.yaml:1:10"
    assert line_with("KL303", off) == "KL303 argument-count error .kql-lint.yaml:1:17"
    assert len(on.splitlines()) + len(off.splitlines()) == len(RULES)


def test_a_file_that_is_left_out_is_named_so(kql_lint: Call, write: Write) -> None:
    write(".kql-lint.yaml", CONFIGURATION)

    result = kql_lint("config", "archive/a.kql")

    assert result.stdout.startswith(
        "archive/a.kql is governed by .kql-lint.yaml.\nLeft out where a folder is searched, by .kql-lint.yaml:3:1.\n\n"
    )


def test_without_a_configuration_the_defaults_hold(kql_lint: Call, write: Write) -> None:
    result = kql_lint("config")

    assert result.stdout.startswith("Files here are governed by no configuration: the defaults hold.\n\n")
    off = result.stdout.split("\nRules that do not:\n")[1].splitlines()
    assert [line.split() for line in off] == [
        [rule.code, rule.name, rule.severity.label, "default"] for rule in RULES if not rule.enabled
    ]
    assert {line.split()[-1] for line in result.stdout.splitlines() if line.startswith("  ")} == {"default"}


def test_json_has_all_of_it(kql_lint: Call, write: Write) -> None:
    write(".kql-lint.yaml", CONFIGURATION)

    record = json.loads(kql_lint("config", "hunting/a.kql", "--output-format", "json").stdout)

    assert (record["filename"], record["configuration"], record["excluded"]) == (
        "hunting/a.kql",
        ".kql-lint.yaml",
        None,
    )
    assert record["values"]["platform"] == {
        "value": "defender",
        "origin": {"filename": ".kql-lint.yaml", "row": 7, "column": 5},
    }
    assert record["values"]["jobs"] == {"value": "auto", "origin": None}
    assert [(entry["paths"], entry["applies"]) for entry in record["per_path"]] == [
        (["hunting/**"], True),
        (["drafts/"], False),
    ]
    (rule,) = [rule for rule in record["rules"] if rule["code"] == "KL104"]
    assert rule == {
        "code": "KL104",
        "name": "field-not-in-action-type",
        "holds": True,
        "default": True,
        "severity": "info",
        "origin": None,
        "severity_origin": {"filename": ".kql-lint.yaml", "row": 6, "column": 16},
    }


def test_the_schema_is_printed(kql_lint: Call) -> None:
    assert kql_lint("config", "--schema").stdout == as_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignored: [KL1]\n", '1:1: unknown key "ignored" in .kql-lint.yaml; did you mean "ignore"?'),
        (
            "per-path:\n  - paths: [a/]\n    severity: {unkown-table: info}\n",
            '3:16: there is no rule "unkown-table"; did you mean "unknown-table"? (kql-lint rules lists them all)',
        ),
    ],
)
def test_a_mistake_ends_it_with_2(kql_lint: Call, write: Write, text: str, message: str) -> None:
    path = write(".kql-lint.yaml", text)

    for words in (["config"], ["check"], ["schema"]):
        result = kql_lint(*words)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"kql-lint: {path}:{message}\n")
