"""A text is fixed until nothing is left, and nothing that makes it worse is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.fixes import Linting, Outcome, fix_text
from kql_lint.runner import FileReport, in_order
from kql_lint.runner.places import finding_at, span_of
from kql_lint.source import Source

Judge = Callable[[str], list[Diagnostic]]
EVERY = frozenset({"KL101", "KL104", "KL001", "KL005", "KL201"})


def found(code: str, start: int, end: int, new: str | None = None, safety: str = "safe") -> Diagnostic:
    fixes = () if new is None else (Fix("write it", (Edit(start, end, new),), safety),)
    # These are notes: one that appears is no reason against a fix.
    severity = Severity.INFO if code in ("KL209", "KL210") else Severity.WARNING
    return Diagnostic(code, "a-rule", severity, f"{code} is wrong", start, end, None, (), fixes)


def words(code: str, old: str, new: str | None, safety: str = "safe") -> Judge:
    """Finds each of a word, which another one is to stand for."""
    return lambda text: [found(code, *one.span(), new, safety) for one in re.finditer(rf"\b{old}\b", text)]


def run(text: str, *judges: Judge, level: str = "safe", queries: Callable[[str], int] = lambda _: 1) -> Outcome:
    lintings = []

    def lint(source: Source) -> FileReport:
        lintings.append(source.text)
        report = FileReport(source.path, source)
        report.queries = [span_of(source, 0, len(source.text))] * queries(source.text)
        report.findings = in_order(finding_at(source, one, None) for judge in judges for one in judge(source.text))
        return report

    return fix_text(Source("q.kql", text), level, Linting(lint, lambda report: report.findings, EVERY))


def test_everything_is_fixed_and_counted() -> None:
    outcome = run("a b a c", words("KL101", "a", "A"), words("KL104", "c", "C"))

    assert outcome.source.text == "A b A C"
    assert dict(outcome.fixed) == {("KL101", "a-rule"): 2, ("KL104", "a-rule"): 1}
    assert outcome.report.findings == []
    assert outcome.taken_back == ()


def test_what_a_fix_brings_to_be_fixed_is_fixed_in_another_round() -> None:
    outcome = run("a", words("KL101", "a", "b"), words("KL209", "b", "c"))

    assert outcome.source.text == "c"


def test_only_fixes_that_are_safe_enough_are_made() -> None:
    judges = words("KL101", "a", "A"), words("KL101", "b", "B", "intent"), words("KL101", "c", "C", "unsafe")

    assert [run("a b c", *judges, level=level).source.text for level in ("safe", "intent", "unsafe")] == [
        "A b c",
        "A B c",
        "A B C",
    ]


def test_overlapping_fixes_are_made_in_turn() -> None:
    def judge(text: str) -> list[Diagnostic]:
        places = [text.find("("), text.find(")")]
        return [found("KL101", 0, place + 1, text[: place + 1].upper()) for place in places if text != text.upper()]

    assert run("ab(cd)", judge).source.text == "AB(CD)"


def test_a_fix_that_leads_to_a_warning_is_taken_back_and_the_others_stay() -> None:
    outcome = run("a b c d", *(words("KL101", one, one.upper()) for one in "abcd"), words("KL104", "C", None))

    assert outcome.source.text == "A B c D"
    ((finding, why, guess),) = outcome.taken_back
    assert not guess
    assert finding.span[:2] == (4, 5)
    assert why == "KL104 (a-rule) is reported then, at line 1: KL104 is wrong"
    assert dict(outcome.fixed) == {("KL101", "a-rule"): 3}


def test_a_fix_whose_own_finding_comes_back_elsewhere_is_taken_back() -> None:
    outcome = run("a b", words("KL101", "a", "b"), words("KL101", "b", None))

    assert outcome.source.text == "a b"
    assert len(outcome.taken_back) == 1


def test_a_fix_that_makes_the_file_unreadable_is_taken_back() -> None:
    outcome = run("a", words("KL101", "a", "A"), words("KL005", "A", None))

    assert outcome.source.text == "a"
    assert [one.why for one in outcome.taken_back] == ["the file can't be read then: KL005 is wrong"]


def test_a_fix_that_loses_a_query_is_taken_back() -> None:
    outcome = run("a", words("KL101", "a", "A"), queries=lambda text: 2 - ("A" in text))

    assert [one.why for one in outcome.taken_back] == ["1 queries are found then, not 2"]


def test_what_an_unknown_name_has_hidden_is_no_reason_against_its_fix() -> None:
    hidden: Judge = lambda text: [found("KL104", 2, 3)] if "A" in text else []  # noqa: E731

    assert run("a b", words("KL201", "a", "A"), hidden).source.text == "A b"
    assert run("a b", words("KL101", "a", "A"), hidden).source.text == "a b"


def test_of_a_guess_it_is() -> None:
    hidden: Judge = lambda text: [found("KL104", 2, 3)] if "A" in text else []  # noqa: E731

    outcome = run("a b", words("KL201", "a", "A", "unsafe"), hidden, level="unsafe")

    assert outcome.source.text == "a b"
    assert [one.guess for one in outcome.taken_back] == [True]


def test_guesses_are_made_when_nothing_safer_is_left() -> None:
    hidden: Judge = lambda text: [found("KL104", 2, 3)] if "A" in text else []  # noqa: E731

    judges = words("KL201", "a", "A"), words("KL101", "c", "C", "unsafe"), hidden
    outcome = run("a b c", *judges, level="unsafe")

    assert outcome.source.text == "A b C"


def test_but_what_the_fix_itself_has_written_is() -> None:
    outcome = run("a b", words("KL201", "a", "A"), words("KL104", "A", None))

    assert outcome.source.text == "a b"
    assert len(outcome.taken_back) == 1


def test_rules_that_undo_each_other_leave_the_text_alone() -> None:
    outcome = run("x a", words("KL210", "a", "b"), words("KL209", "b", "a"), words("KL201", "x", "y"))

    assert outcome.undoing == ("KL209", "KL210")
    assert outcome.source.text in ("y a", "y b")
    assert outcome.fixed["KL201", "a-rule"] == 1


def test_a_text_that_grows_with_each_round_is_left_in_the_end() -> None:
    def judge(text: str) -> list[Diagnostic]:
        return [found("KL209", 0, len(text), text + "a")]

    outcome = run("a", judge)

    assert outcome.unfinished
    assert len(outcome.source.text) <= 101


def test_many_fixes_of_which_some_are_bad_take_few_lintings() -> None:
    text = " ".join(["a"] * 300 + ["b"] + ["a"] * 300)
    outcome = run(text, words("KL101", "a", "A"), words("KL201", "b", "B"), words("KL104", "B", None))

    assert outcome.source.text == text.replace("a", "A")
    assert not outcome.unfinished
