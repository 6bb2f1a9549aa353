from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Severity
from kql_lint.output import markdown
from kql_lint.output.markdown import LIMIT, Markdown, escape
from kql_lint.output.paths import Paths
from kql_lint.runner import FileReport

from .example import one, reports, written, written_with

REPO = Paths("/repo")


def test_a_summary_of_a_run(project: Path) -> None:
    assert written(Markdown(), reports(), ("rules/gone is not there",)) == (
        "## kql-lint\n\n"
        "Found 3 errors, 1 warning and 1 note in 3 of 5 files (3 queries). 1 file could not be linted.\n\n"
        "### Not linted\n\n"
        "- rules/failed.kql&#58; internal error&#58; ValueError&#58; x&#58; y, 10% at kql&#95;lint.a&#58;1 (b)\n"
        "- rules/gone is not there\n\n"
        "| findings | severity | rule |\n|---:|---|---|\n"
        "| 1 | error | KL005 unreadable-file |\n"
        "| 1 | info | KL006 several-queries |\n"
        "| 1 | error | KL101 unknown-action-type |\n"
        "| 1 | error | KL104 field-not-in-action-type |\n"
        "| 1 | warning | KL305 isnull-on-string |\n\n"
        "### Errors (3)\n\n"
        "| place | rule | message |\n|---|---|---|\n"
        "| rules/listener.kql&#58;4&#58;31 | KL104 field-not-in-action-type | RemotePort is not recorded for "
        "ListeningConnectionCreated, so no row passes this filter<br>it is recorded for ConnectionSuccess and "
        "ConnectionFailed |\n"
        "| rules/Löschen &#38; mehr/typo.yaml&#58;4&#58;25 | KL101 unknown-action-type | unknown ActionType "
        '"ProcessCreatd" for DeviceProcessEvents; did you mean "ProcessCreated"? |\n'
        "| rules/broken.kql&#58;3&#58;7 | KL005 unreadable-file | is not UTF-8 |\n\n"
        "### Warnings (1)\n\n"
        "| place | rule | message |\n|---|---|---|\n"
        "| rules/Löschen &#38; mehr/typo.yaml&#58;5&#58;31 | KL305 isnull-on-string | isnotnull() is always true for a "
        "string; write isnotempty() |\n\n"
        "<details><summary>Notes (1)</summary>\n\n"
        "| place | rule | message |\n|---|---|---|\n"
        "| rules/Löschen &#38; mehr/typo.yaml&#58;1&#58;1 | KL006 several-queries | a note&#58; &#91;a&#93;(b) "
        "&#96;c&#96; 50% |\n\n"
        "</details>\n"
    )


def test_a_clean_run() -> None:
    assert written(Markdown(paths=REPO), [FileReport("a.kql")]) == (
        "## kql-lint\n\nNo findings in 1 file (0 queries).\n\n"
    )


def test_places_are_links_where_the_repository_has_an_address() -> None:
    report = one("T |\n| Odd\nx", "Odd\nx", path="/repo/a (b)|.kql")

    text = written(Markdown("https://git.example/o/r/blob/abc", REPO), [report])

    assert "| [a (b)&#124;.kql&#58;2&#58;3](https://git.example/o/r/blob/abc/a%20%28b%29%7C.kql#L2-L3) |" in text


@pytest.mark.parametrize(
    "text",
    ["a | b", "<script>", "**bold** _x_ ~~y~~", "[a](b)", "@someone #12 :tada: $x$", "https://a.example www.a.example"],
)
def test_nothing_is_markup(text: str) -> None:
    escaped = escape(text)

    assert html.unescape(escaped) == text
    assert not re.search(r"[|<>*_~\[\]`@#$]|:/|www\.", re.sub(r"&#\d+;", "", escaped))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_a_message_stays_in_its_cell(message: str) -> None:
    text = written(Markdown(paths=REPO), [one("T | Odd", "Odd", message, path="/repo/a.kql")])

    (row,) = (line for line in text.split("\n") if line.startswith("| a.kql"))
    assert row.count("|") == 4
    assert not re.search(r"<(?!br>)", row)


def test_the_most_severe_findings_fit_where_not_all_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_ROOM", 600)
    those = [one("T | Odd", "Odd", f"n{number}", severity=Severity.INFO, path="/repo/a.kql") for number in range(9)]
    those += [one("T | Odd", "Odd", f"e{number}", path="/repo/a.kql") for number in range(10)]

    text, summary = written_with(Markdown(paths=REPO), those)

    kept = re.findall(r"\| ([en]\d) \|", text)
    assert kept == [f"e{number}" for number in range(len(kept))]
    assert 5 < len(kept) < 10
    said = f"{19 - len(kept)} findings are left out: GitHub takes 1 MiB of Markdown a step"
    assert text.endswith(f"\n{said}.\n")
    assert "### Errors (10)" in text
    assert summary.notices == [f"markdown: {said}"]


def test_a_large_run_stays_below_the_limit() -> None:
    report = one("T | Odd", "Odd", "ü" * 500, path="/repo/a.kql")
    report.findings *= 1600

    text, summary = written_with(Markdown(paths=REPO), [report, *many_failures()])

    assert LIMIT - 50_000 < len(text.encode()) < LIMIT
    assert len(summary.notices) == 1
    assert "- and 50 more\n" in text


def many_failures() -> list[FileReport]:
    failed = FileReport("/repo/failed.kql")
    failed.errors += ["broken"] * 150
    return [failed]
