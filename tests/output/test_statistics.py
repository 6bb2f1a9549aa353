from __future__ import annotations

import json

from kql_lint.diagnostic import Severity
from kql_lint.output import Style, create

from .example import one, reports, written


def test_counts_of_the_rules() -> None:
    those = [*reports(), *[one("T | Odd", "Odd", severity=severity) for severity in [Severity.WARNING] * 11]]

    assert written(create("text", Style(), statistics=True), those) == (
        "11  warning  KL201  unknown-column\n"
        " 1  error    KL005  unreadable-file\n"
        " 1  info     KL006  several-queries\n"
        " 1  error    KL101  unknown-action-type       1 with a fix\n"
        " 1  error    KL104  field-not-in-action-type\n"
        " 1  warning  KL305  isnull-on-string\n"
        "\n"
        "Found 3 errors, 12 warnings and 1 note in 14 of 16 files (3 queries). 1 file could not be linted.\n"
    )


def test_counts_for_programs() -> None:
    text = written(create("json", Style(), statistics=True), reports())

    assert json.loads(text)[2] == {
        "code": "KL101",
        "name": "unknown-action-type",
        "severity": "error",
        "count": 1,
        "with_fix": 1,
    }
    assert len(text.splitlines()) == 7


def test_nothing_to_count() -> None:
    assert written(create("text", Style(), statistics=True), []) == "No findings in 0 files (0 queries).\n"
    assert written(create("text", Style(quiet=True), statistics=True), []) == ""
    assert written(create("json", Style(), statistics=True), []) == "[]\n"
