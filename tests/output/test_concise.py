from __future__ import annotations

from collections.abc import Callable

from kql_lint.diagnostic import Severity
from kql_lint.output import Style, create
from kql_lint.runner import FileReport


def test_one_line_a_finding(make_report: Callable[..., FileReport]) -> None:
    report = make_report("T\n| where Odd", "Odd", severity=Severity.ERROR, message="unknown column\nOdd", help="no")

    assert create("concise", Style()).report(report) == "rules/a.kql:2:9: KL999 [error] unknown column\\nOdd\n"
    assert create("concise", Style(colour=True)).report(report) == (
        "\x1b[1mrules/a.kql:2:9:\x1b[0m KL999 \x1b[1;31m[error]\x1b[0m unknown column\\nOdd\n"
    )
