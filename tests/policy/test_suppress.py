"""Suppressions: which findings a comment holds back, and what is said of the comment itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.policy import directive
from kql_lint.policy.registry import known_rules
from kql_lint.policy.select import Layer
from kql_lint.policy.settings import Said
from kql_lint.policy.suppress import BAD, UNUSED, Suppressions
from kql_lint.rules import bad_suppression, unused_suppression
from kql_lint.runner import Comment, FileReport, Finding, span_of
from kql_lint.runner.report import in_order
from kql_lint.source import Source
from tests.steps import steps

Judge = Callable[..., FileReport]
Write = Callable[..., Path]


def brief(report: FileReport) -> list[str]:
    """For each finding its line, its code and the text that it is about."""
    assert report.source is not None
    text = report.source.text
    return [
        f"{finding.span.line} {finding.diagnostic.code} {text[finding.span.start : finding.span.end]}"
        for finding in report.findings
    ]


def messages(report: FileReport) -> list[str]:
    return [finding.diagnostic.message for finding in report.findings]


def fixed(report: FileReport) -> str:
    """The text with all fixes of KL901 applied."""
    assert report.source is not None
    text = report.source.text
    edits = [
        edit
        for finding in report.findings
        if finding.diagnostic.code == "KL901"
        for fix in finding.diagnostic.fixes
        for edit in fix.edits
    ]
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_what_is_reported_is_what_the_rules_say_of_themselves() -> None:
    for said, rule in ((UNUSED, unused_suppression.RULE), (BAD, bad_suppression.RULE)):
        assert said == (rule.code, rule.name, rule.severity)


TABLE = "DeviceNetworkEvents\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("| where Foo == 1 // kql-lint: disable-line=KL201\n| where Bar == 1", ["3 KL201 Bar"]),
        ("| where Foo == 1 // why // kql-lint: disable-line=unknown-column -- new", []),
        ("// kql-lint: disable-next-line=KL201\n| where Foo == 1\n| where Bar == 1", ["4 KL201 Bar"]),
        (
            "// kql-lint: disable-next-line=KL201\n// kql-lint: disable-next-line=KL101 -- both hold\n\n// a word\n"
            '| where Foo == 1 and ActionType == "Nope"\n',
            [],
        ),
        (
            "// kql-lint: disable=KL2\n| where Foo == 1\n// kql-lint: enable=KL201\n| where Bar == 1",
            ["5 KL201 Bar"],
        ),
        (
            "// kql-lint: disable=KL2, KL101\n| where Foo == 1\n// kql-lint: enable=KL201\n"
            '| where Bar == 1 and ActionType == "Nope"\n',
            ["5 KL201 Bar"],
        ),
        ("// kql-lint: disable=ALL\n| where Foo == 1\n// kql-lint: enable=ALL", []),
        ("| where Foo == 1\n// kql-lint: disable-file=KL201", []),
        ("| where Foo == 1 and Bar == 1 //kql-lint:disable-line=KL2", []),
        # A finding is where it begins.
        ("| where Foo == 1 // kql-lint: disable-line=KL201\n  and Bar == 1", ["3 KL201 Bar"]),
        # Text is no comment.
        ('| where RemoteUrl has "// kql-lint: disable-file=KL201" and Foo == 1', ["2 KL201 Foo"]),
    ],
)
def test_what_a_comment_holds_back(judge: Judge, text: str, left: list[str]) -> None:
    assert brief(judge(TABLE + text)) == left


def test_a_syntax_error_is_held_back_at_its_place(judge: Judge) -> None:
    text = (
        "DeviceNetworkEvents\n| where RemotePort == \n| take 5 // kql-lint: disable-line=KL001 -- broken on purpose\n"
    )
    at = brief(judge(text.replace(" // kql-lint: disable-line=KL001 -- broken on purpose", "")))

    line = int(at[0].split()[0])
    lines = text.replace(" // kql-lint: disable-line=KL001 -- broken on purpose", "").splitlines()
    lines[line - 1] += " // kql-lint: disable-line=KL001 -- broken on purpose"

    assert [item.split()[1] for item in at] == ["KL001"]
    assert brief(judge("\n".join(lines))) == []


RULE = """\
# kql-lint: {above}
name: A rule
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
# kql-lint: {before}
query: |
  DeviceNetworkEvents
  | where Foo == 1
  // kql-lint: {inside}
  | where Bar == 1
entityMappings:
  - entityType: Host
    fieldMappings:
      - identifier: HostName
        columnName: Baz  # kql-lint: {beside}
"""


def rule(**comments: str) -> str:
    filled = {"above": "", "before": "", "inside": "", "beside": ""} | comments
    return re.sub(r"(?m)^\s*(?:#|//) kql-lint: $\n|  # kql-lint: $", "", RULE.format(**filled))


@pytest.mark.parametrize(
    ("comments", "left"),
    [
        ({}, ["KL201 Foo", "KL201 Bar", "KL601 Baz"]),
        ({"before": "disable-next-line=unknown-column -- the collector adds them"}, ["KL601 Baz"]),
        ({"above": "disable-file=KL201,KL601"}, []),
        ({"above": "disable=KL201"}, ["KL601 Baz"]),
        ({"inside": "disable=ALL"}, ["KL201 Foo", "KL601 Baz"]),
        ({"above": "disable=KL201", "inside": "enable=KL201"}, ["KL201 Bar", "KL601 Baz"]),
        ({"beside": "disable-line=KL601"}, ["KL201 Foo", "KL201 Bar"]),
    ],
)
def test_comments_of_yaml_around_a_query(judge: Judge, comments: dict[str, str], left: list[str]) -> None:
    assert [item.partition(" ")[2] for item in brief(judge(rule(**comments), "rule.yaml"))] == left


def test_a_range_ends_with_its_query_where_a_file_has_several(judge: Judge) -> None:
    query = "query: |\n  DeviceNetworkEvents\n{}  | where Foo == 1\n"
    text = "kind: Scheduled\nname: One\n" + query.format("  // kql-lint: disable=KL201\n")
    text += "---\nkind: Scheduled\nname: Two\n" + query.format("")

    assert [item for item in brief(judge(text, "rules.yaml")) if "KL201" in item] == ["12 KL201 Foo"]


def test_a_range_goes_on_over_the_queries_of_a_kql_file(judge: Judge) -> None:
    text = (
        "// kql-lint: disable=KL201, KL006\nDeviceNetworkEvents\n| where Foo == 1\n\nDeviceEvents\n| where Bar == 1\n"
    )

    assert brief(judge(text)) == []


def test_the_lines_of_a_query_count_where_the_file_has_one_line(judge: Judge) -> None:
    text = (
        "kind: Scheduled\nname: One\n"
        'query: "DeviceNetworkEvents\\n| where Foo == 1 // kql-lint: disable-line=KL201\\n'
        '// kql-lint: disable-next-line=KL201\\n| where Bar == 1\\n| where Baz == 1"\n'
    )

    assert brief(judge(text, "rule.yaml")) == ["3 KL201 Baz"]


def test_a_file_without_a_query_can_say_that_it_is_meant_so(judge: Judge) -> None:
    assert brief(judge("// nothing yet\n// kql-lint: disable-file=KL004 -- to be written\n")) == []


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2027, 1, 31), []),
        (
            date(2027, 2, 1),
            ["2 KL201 Foo", "2 KL901 // kql-lint: disable-line=KL201 until=2027-01-31 -- new sensor"],
        ),
    ],
)
def test_a_suppression_ends_with_its_day(judge: Judge, today: date, left: list[str]) -> None:
    text = TABLE + "| where Foo == 1 // kql-lint: disable-line=KL201 until=2027-01-31 -- new sensor\n"

    report = judge(text, today=today)

    assert brief(report) == left
    if left:
        assert messages(report)[1] == "this suppression ended on 2027-01-31 and suppresses nothing any more"
        assert fixed(report) == TABLE + "| where Foo == 1\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "without"),
    [
        (
            "| take 5 // kql-lint: disable-line=KL201 -- old\n",
            "// kql-lint: disable-line=KL201 -- old",
            '"KL201" suppresses nothing on this line',
            "| take 5\n",
        ),
        (
            "  // kql-lint: disable-next-line=KL201, unknown-table\r\n| take 5\r\n",
            "// kql-lint: disable-next-line=KL201, unknown-table",
            '"KL201" and "unknown-table" suppress nothing on the next line',
            "| take 5\r\n",
        ),
        (
            "| where Foo == 1 // kql-lint: disable-line=KL101, KL201,KL3, KL2 -- some\n",
            "KL101",
            '"KL101" and "KL3" suppress nothing on this line',
            "| where Foo == 1 // kql-lint: disable-line=KL201,KL2 -- some\n",
        ),
        (
            "// kql-lint: disable=KL201\n| take 5\n",
            "// kql-lint: disable=KL201",
            '"KL201" suppresses nothing from here on',
            "| take 5\n",
        ),
        (
            "| take 5 // a word // kql-lint: disable-file=ALL",
            "// kql-lint: disable-file=ALL",
            '"ALL" suppresses nothing in this file',
            "| take 5 // a word",
        ),
        (
            "// kql-lint: enable=KL201\n| take 5\n",
            "// kql-lint: enable=KL201",
            '"KL201" is not disabled here, so that there is nothing to enable',
            "| take 5\n",
        ),
    ],
)
def test_a_comment_without_effect_is_reported_and_can_be_removed(
    judge: Judge, text: str, place: str, message: str, without: str
) -> None:
    report = judge(TABLE + text)

    (finding,) = report.findings
    assert (finding.diagnostic.code, messages(report)) == ("KL901", [message])
    assert brief(report)[0].split(" KL901 ")[1] == place
    assert [fix.safety for fix in finding.diagnostic.fixes] == ["safe"]
    assert fixed(report) == TABLE + without
    assert judge(fixed(report)).findings == []


@pytest.mark.parametrize(
    "text",
    [
        # A rule that could not run knows nothing of what it would have found.
        "| where Foo ==== 1 // kql-lint: disable-line=KL201\n",
        # Nor does one that was cut short: this may be a column or not.
        '| take 5;\nlet A = "0123456789ABCDEF";\n'
        + "".join(f"let {new} = strcat({', '.join([old] * 16)});\n" for old, new in ("AB", "BC", "CD", "DE"))
        + "DeviceEvents | where FileName == E // kql-lint: disable-line=KL201\n",
        # The word covers a rule that is not selected; what it holds back is there all the same.
        "| where Foo == 1 // kql-lint: disable-line=KL201\n",
    ],
)
def test_what_can_not_be_known_is_not_called_unused(judge: Judge, text: str) -> None:
    report = judge(TABLE + text, said=Said(Layer(ignore=("KL001", "KL002"))))

    assert [finding.diagnostic.code for finding in report.findings if finding.diagnostic.code == "KL901"] == []


def test_rules_that_are_not_selected_are_not_judged(judge: Judge) -> None:
    text = TABLE + "| take 5 // kql-lint: disable-line=KL201,KL101\n"

    assert messages(judge(text, said=Said(Layer(ignore=("KL201",))))) == ['"KL101" suppresses nothing on this line']
    assert messages(judge(text, said=Said(Layer(select=("KL3", "KL901"))))) == []
    assert messages(judge(text, said=Said(Layer(ignore=("KL901",))))) == []


def test_a_duplicate_id_may_be_in_a_file_that_is_not_linted(judge: Judge) -> None:
    text = "# kql-lint: disable-next-line=KL608\nid: 1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11\n" + rule()

    assert [item for item in brief(judge(text, "rule.yaml")) if "KL9" in item] == []


def test_what_is_said_of_comments_can_be_suppressed(judge: Judge) -> None:
    text = TABLE + "// kql-lint: disable-file=KL9 -- kept for two platforms\n| take 5 // kql-lint: disable-line=KL201\n"

    assert brief(judge(text)) == []
    assert brief(judge(text.replace("disable-line=KL201", "dis=able"))) == []
    # but none of these hides itself
    assert messages(judge(TABLE + "| take 5 // kql-lint: disable-file=ALL")) == [
        '"ALL" suppresses nothing in this file'
    ]


def test_a_reason_can_be_required(judge: Judge, write: Write) -> None:
    write(".kql-lint.toml", "require-reason = true\n")
    text = (
        TABLE + "// kql-lint: disable=KL2\n| where Foo == 1\n// kql-lint: enable=KL2\n"
        "| where Bar == 1 // kql-lint: disable-line=KL2 -- the parser adds it\n"
    )

    report = judge(text)

    assert brief(report) == ["2 KL902 // kql-lint: disable=KL2"]
    assert messages(report) == ["this suppression gives no reason"]


def test_comments_that_cannot_be_followed_hold_nothing_back(judge: Judge) -> None:
    report = judge(TABLE + "| where Foo == 1 // kql-lint: disable-line=KL201 it is new\n")

    assert brief(report) == ["2 KL201 Foo", "2 KL902 it is new"]


def test_a_comment_with_escapes_is_reported_as_a_whole_and_not_edited(judge: Judge) -> None:
    text = (
        "kind: Scheduled\nname: One\n"
        'query: "DeviceNetworkEvents // kql-lint: disable-line=KL201 -- \\"x\\"\\n| take 5"\n'
    )

    report = judge(text, "rule.yaml")

    assert brief(report) == ['3 KL901 // kql-lint: disable-line=KL201 -- \\"x\\"']
    assert report.findings[0].diagnostic.fixes == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("| where Foo == 1", "| take 5", "", "// note", "// kql-lint: ", "disable", "-line", "-next-line"),
                *("enable", "=KL201", "=KL2,KL901", "=ALL", " until=2020-01-01", " -- why", "\n", "\r\n", "\t"),
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_whatever_comments_say_fixes_leave_no_comment_without_effect(judge: Judge, text: str) -> None:
    report = judge(TABLE + text)

    assert report.errors == []
    spans = [(finding.span.start, finding.span.end) for finding in report.findings]
    assert spans == sorted(spans)
    # One round of fixes may leave an "enable" of a "disable" that was removed.
    for _ in range(4):
        report = judge(fixed(report))
    assert [
        item for item in messages(report) if "suppress" in item and "ended" not in item and "reason" not in item
    ] == []


RULE_CODES = ("KL101", "KL104", "KL201", "KL301")
SAID = [
    "disable=KL101",
    "disable=KL1",
    "disable=KL104",
    "disable=ALL",
    "enable=KL1",
    "enable=KL201",
    "disable-line=KL101",
    "disable-next-line=KL2",
    "disable-file=KL301",
    "disable=KL301 until=2020-01-01",
]


def report_of(said: list[str | None], found: list[tuple[int, str]]) -> FileReport:
    """A file whose lines have these comments, and findings at these lines, behind the comments."""
    lines = [f"x // kql-lint: {text}\n" if text else "x\n" for text in said]
    source = Source("a.kql", "".join(lines))
    report = FileReport("a.kql", source)
    starts = list(accumulate([0, *map(len, lines)]))
    for number, text in enumerate(said):
        if text:
            span = span_of(source, starts[number] + 2, starts[number + 1] - 1)
            following = (starts[number + 1], starts[number + 2]) if number + 2 < len(starts) else (0, 0)
            stretch = (starts[number], starts[number + 1])
            report.comments.append(Comment(text, span, None, stretch, following, (0, len(source.text) + 1)))
    for number, code in found:
        place = starts[number % len(said)]
        report.findings.append(
            Finding(
                Diagnostic(code, "x", Severity.ERROR, f"about {place}", place, place), span_of(source, place, place)
            )
        )
    report.findings = in_order(report.findings)
    return report


def told(report: FileReport) -> tuple[list[tuple[str, int]], set[int]]:
    """What is left, and the lines whose comments hold something back or end something, by looking at every pair."""
    live: list[tuple[Comment, str, set[str], int, int]] = []
    rules = known_rules()
    used: set[int] = set()
    for comment in report.comments:
        said = directive.parse(comment.text, rules)
        kind = said.kind or ""
        for word in said.words:
            if kind == "enable":
                for number, (_, other, codes, start, end) in enumerate(live):
                    if other == "disable" and codes & word.codes and start <= comment.span.start < end:
                        both = codes & word.codes
                        used.add(comment.span.line)
                        live[number] = (live[number][0], other, codes - both, start, end)
                        live.append((live[number][0], "ended", set(both), start, comment.span.start))
                continue
            start, end = {"disable-line": comment.line, "disable-next-line": comment.next}.get(
                kind, (comment.span.start, 1 << 62)
            )
            start = 0 if kind == "disable-file" else start
            if said.until is None:
                live.append((comment, kind, set(word.codes), start, end))
            elif kind == "disable":
                live.append((comment, kind, set(word.codes), start, start))
    left = []
    for finding in report.findings:
        code, place = finding.diagnostic.code, finding.span.start
        holding = [one for one in live if code in one[2] and one[3] <= place < one[4]]
        used |= {one[0].span.line for one in holding}
        left += [] if holding else [(code, finding.span.line)]
    return left, used


@given(
    st.lists(st.none() | st.sampled_from(SAID), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(RULE_CODES)), max_size=9),
)
@settings(max_examples=300, deadline=None)
def test_what_holds_is_what_looking_at_every_comment_says(said: list[str | None], found: list[tuple[int, str]]) -> None:
    report = report_of(said, found)
    expected, used = told(report)

    suppressions = Suppressions(report, date(2026, 1, 1))
    left = suppressions.apply(report.findings)
    assert [(one.diagnostic.code, one.span.line) for one in left] == expected
    idle = {one.span.line for one in suppressions.unused(frozenset(RULE_CODES))}
    assert not idle & used


def test_the_work_grows_no_faster_than_comments_and_findings() -> None:
    def judge(size: int) -> int:
        said = [SAID[number % len(SAID)] for number in range(size)]
        report = report_of(said, [(number, RULE_CODES[number % 4]) for number in range(size)])
        suppressions = Suppressions(report, date(2026, 1, 1))

        def work() -> None:
            suppressions.apply(report.findings)
            suppressions.unused(frozenset(RULE_CODES))

        return steps(lambda: Suppressions(report, date(2026, 1, 1))) + steps(work)

    small, large = judge(50), judge(400)
    assert large <= 9 * small
