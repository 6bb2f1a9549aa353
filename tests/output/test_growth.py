"""What an output costs grows with the text and the number of findings, not with their product: counted, not timed."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.output import FORMATS, Style, Summary, create
from kql_lint.policy.baseline import Baseline, Writer
from kql_lint.runner import FileReport
from kql_lint.runner.places import finding_at
from kql_lint.source import Source

# Each text is a piece, again and again; there is a finding at each Odd.  The first is a file of a single line.
TEXTS = {
    "JSON on one line": '{"name":"r","query":"T | where Odd == 1 | project A"},',
    "a query in one JSON string": "| where A in (1, 2, 3) and Odd == 1 and B != 2\\\\n",
    "wide characters": " | where 日本 == '😀é' and A in (1, 2, 3) and Odd == 1",
    "combining characters": "Odd" + "e\u0301\u0302\u0303" * 20,
    "nothing but combining characters": "Odd" + "\u0301" * 80,
    "tabs": "\t|\twhere\tOdd\t==\t1\tand\tA\tin\t(1,\t2,\t3)",
    "blanks": "Odd" + " " * 80,
    "control characters": "Odd == 1 and B != 2 and A in (1)\x1b[2J\u202e\x85\u2028##vso[a]",
    "many lines": "| where A in (1, 2, 3) and Odd == 1 and B != 2\n",
    "lines of all kinds": "| where A in (1, 2, 3) and Odd == 1 and B != 2\r\r\n",
}
OUTPUTS = (*FORMATS, "statistics", "baseline")
SMALL, LARGE = 4_000, 16_000  # what is looked at around a place is shorter than either
MOST = 1.15


class Counted(str):
    """A text that counts the characters that are copied out of it."""

    copied = 0

    def __getitem__(self, key: object) -> str:
        part = super().__getitem__(key)  # type: ignore[index]
        Counted.copied += len(part)
        return part


def report_of(text: str, path: str = "rules/a.json") -> FileReport:
    """Two findings at each Odd: one with a related place where the text begins, one that goes on to the end of it."""
    source = Source(path, Counted(text))
    report = FileReport(path, source)
    for found in re.finditer("Odd", text):
        short = diagnostic(found.start(), found.end(), (Related(0, 3, "here"),))
        report.findings.append(finding_at(source, short, "r"))
        report.findings.append(finding_at(source, diagnostic(found.start(), len(text)), None))
    return report


def diagnostic(start: int, end: int, related: tuple[Related, ...] = ()) -> Diagnostic:
    return Diagnostic("KL201", "unknown-column", Severity.ERROR, 'unknown column "Odd"', start, end, "help", related)


def print_as(name: str, reports: list[FileReport], folder: Path) -> None:
    if name == "baseline":
        baseline = folder / "baseline.json"
        writer = Writer(str(baseline))
        for report in reports:
            writer.add(report, report.findings, frozenset())
        writer.write()
        known = Baseline(str(baseline))
        assert not any(known.left(report, report.findings, frozenset(["KL201"])) for report in reports)
        assert known.stale().findings == []
        baseline.unlink()
        return
    counts = name == "statistics"
    output, summary = create("json" if counts else name, Style(), statistics=counts), Summary()
    output.begin()
    for report in reports:
        summary.add(report)
        output.report(report)
    output.end(summary)


def work(name: str, reports: list[FileReport], folder: Path) -> tuple[int, int]:
    """How many functions are called to print the reports, and how many characters of the text are copied."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    Counted.copied = 0
    sys.setprofile(count)
    try:
        print_as(name, reports, folder)
    finally:
        sys.setprofile(None)
    return calls, Counted.copied


def assert_linear(name: str, make: Callable[[int], list[FileReport]], folder: Path) -> None:
    print_as(name, make(200), folder)  # what is loaded once
    small, large = (work(name, make(size), folder) for size in (SMALL, LARGE))
    ratios = [max(after, 1) / max(before, 1) for before, after in zip(small, large, strict=True)]
    slopes = [math.log(ratio, LARGE / SMALL) for ratio in ratios]
    assert max(slopes) <= MOST, (slopes, small, large)


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("text", TEXTS)
def test_long_lines_and_many_findings(project: Path, text: str, name: str) -> None:
    assert_linear(name, lambda size: [report_of(TEXTS[text] * (size // len(TEXTS[text]) + 1))], project)


@pytest.mark.parametrize("name", OUTPUTS)
def test_many_files(project: Path, name: str) -> None:
    assert_linear(name, lambda size: [report_of("T | where Odd", f"{n}.kql") for n in range(size // 100)], project)


def test_copying_the_line_for_each_finding_is_found_out() -> None:
    def copied(size: int) -> int:
        report, Counted.copied = report_of("T | where Odd " * size), 0
        assert report.source is not None
        for finding in report.findings:
            report.source.line(finding.span.line)
        return Counted.copied

    assert copied(40) > 15 * copied(10)
