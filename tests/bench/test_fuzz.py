"""Fuzzing: some inputs with each run of the tests, and each of its checks finds what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.runner import FileReport, Finding, Span, run
from kql_lint.source import Source

TEXT = "DeviceEvents\r\n| where Colmn == 1\r| take 1\n"
COLMN = Span(22, 27, 2, 9, 2, 14)


def test_inputs_of_a_fixed_seed_are_all_right(tmp_path: Path, project: Path) -> None:
    from fuzz import Fuzz

    fuzz = Fuzz(seed=20, save=tmp_path / "failures")
    fuzz.run(iter(range(400)))

    assert fuzz.failures == []
    assert fuzz.count == 400


def test_an_input_is_made_again_by_its_number() -> None:
    from fuzzing.inputs import Seeds, made

    seeds = Seeds()

    assert all(len(texts) > 1 for suffix, texts in seeds.by_suffix.items() if suffix != ".jsonc")
    assert [made(seeds, 1, number) for number in range(50)] == [made(Seeds(), 1, number) for number in range(50)]
    assert made(seeds, 1, 7) != made(seeds, 2, 7)


@pytest.fixture
def report() -> Callable[..., FileReport]:
    """The report of TEXT with one finding; what is said of it may be changed."""

    def make(span: Span = COLMN, **changed: object) -> FileReport:
        found = Diagnostic("KL201", "unknown-column", Severity.ERROR, "no column", span.start, span.end)
        made = FileReport("a.kql", Source("a.kql", TEXT))
        made.findings = [Finding(found._replace(**changed), span)]  # type: ignore[arg-type]
        return made

    return make


def fix(*edits: Edit) -> tuple[Fix, ...]:
    return (Fix("replace", edits),)


def test_a_sound_report_has_nothing_wrong(report: Callable[..., FileReport]) -> None:
    from fuzzing.checks import wrong_in

    assert list(wrong_in(report(), TEXT)) == []
    assert list(wrong_in(report(fixes=fix(Edit(22, 27, "Column"), Edit(31, 32, "2"))), TEXT)) == []
    end = len(TEXT)
    assert list(wrong_in(report(Span(end, end, 4, 1, 4, 1)), TEXT)) == []
    assert list(wrong_in(report(Span(13, 15, 1, 14, 2, 2)), TEXT)) == []  # between CR and LF


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"span": Span(22, 99, 2, 9, 2, 14)}, "the finding lies outside of the text"),
        ({"span": Span(27, 22, 2, 14, 2, 9)}, "the finding lies outside of the text"),
        ({"span": Span(22, 27, 3, 9, 3, 14)}, "the finding has the wrong line or column"),
        ({"span": Span(22, 27, 2, 8, 2, 14)}, "the finding has the wrong line or column"),
        ({"start": 23}, "two places"),
        ({"related": (Related(0, 1, "here"),)}, "not as many related places"),
        ({"message": "no\rcolumn"}, "a line end in 'no\\rcolumn'"),
        ({"help": "no\u2028column"}, "a line end in 'no\\u2028column'"),
        ({"message": ""}, "no words"),
        ({"code": "KL999"}, "no rule is called unknown-column"),
        ({"name": "unknown-table"}, "no rule is called unknown-table"),
        ({"fixes": fix()}, "a fix without edits"),
        ({"fixes": fix(Edit(22, 99, "x"))}, "an edit outside of the text"),
        ({"fixes": fix(Edit(22, 27, "x"), Edit(26, 28, "y"))}, "edits in each other's way"),
        ({"fixes": fix(Edit(22, 27, "Colmn"))}, "a fix that changes nothing"),
    ],
)
def test_what_is_wrong_in_a_report_is_found(
    report: Callable[..., FileReport], changed: dict[str, object], said: str
) -> None:
    from fuzzing.checks import wrong_in

    assert said in " ".join(wrong_in(report(**changed), TEXT))


def test_what_was_said_and_what_is_out_of_order_is_found(report: Callable[..., FileReport]) -> None:
    from fuzzing.checks import wrong_in

    two = report()
    two.errors = ["internal error"]
    two.findings.append(report(Span(0, 1, 1, 1, 1, 2)).findings[0])

    first, second = wrong_in(two, TEXT)
    assert first == "said: internal error"
    assert second.startswith("the findings are in no order")


def test_json_that_is_none_or_says_something_else_is_found(report: Callable[..., FileReport]) -> None:
    from fuzzing.checks import wrong_json

    def said(text: str) -> str:
        return " ".join(wrong_json(report(), text))

    record = (
        '{"code": "KL201", "message": "%s", "location": {"row": 2, "column": 9}, '
        '"end_location": {"row": 2, "column": 14}}'
    )
    assert said(f"[{record % 'no column'}]") == ""
    assert "no JSON" in said("[")
    assert "no JSON" in said("[NaN]")
    assert "no JSON" in said(f"[{record % chr(0xD800)}]")
    assert "no JSON" in said(rf"[{record % chr(92)}ud800]".replace(chr(92) + '"', chr(92)))
    assert "0 records for 1 findings" in said("[]")
    assert "JSON says" in said(f"[{record % 'another'}]")


def test_what_is_wrong_with_the_way_of_an_input_is_found(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fuzz
    from fuzzing.inputs import Input

    query = "DeviceEvents | where ActionType == 'x'"
    hosted = Input("a.yaml", f"kind: NRT\nquery: {query}\n".encode(), query)
    assert fuzz.check(hosted, 0) is None
    assert (
        fuzz.check(hosted._replace(query="DeviceEvents"), 0) == f"another query came out: {query!r} of 'DeviceEvents'"
    )
    assert fuzz.check(hosted._replace(data=b"kind: NRT\n"), 0) == "0 queries came out of one"

    answers = iter("ab")
    monkeypatch.setattr(
        fuzz,
        "report_of",
        lambda one: next(run([(f"{next(answers)}.kql", fuzz_options())], read=lambda path: f"T{path}".encode())),
    )
    assert fuzz.check(Input("a.kql", b"T"), 0) == "a second run says something else"


def fuzz_options() -> object:
    from kql_lint.runner import Options

    return Options()


def test_a_fix_that_breaks_a_query_is_found(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fuzz
    from fuzzing import checks
    from fuzzing.inputs import Input

    one = Input("a.kql", b'DeviceProcessEvents | where ActionType == "ProcessCreatd"')
    found = fuzz.report_of(one)
    assert fuzz.fixes_break_nothing(one, found) is None
    monkeypatch.setattr(checks, "fixed", lambda text, fix: text.replace("where", "where ("))
    assert (fuzz.fixes_break_nothing(one, found) or "").startswith("KL101: with 'replace by \"ProcessCreated\"' ")


def test_what_raises_or_never_ends_is_a_failure_and_is_kept(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fuzz

    def endless(one: object, number: int) -> None:
        if number == 1:
            raise LookupError(number)
        while True:
            pass

    monkeypatch.setattr(fuzz, "check", endless)
    monkeypatch.setattr(fuzz, "SLOW_SECONDS", 0.1)
    run = fuzz.Fuzz(seed=5, save=tmp_path / "failures")
    run.run(iter((1, 2)))

    assert run.failures[0].endswith("LookupError: 1\n")
    assert run.failures[1] == "more than 0 s"
    kept = sorted(path.stem for path in (tmp_path / "failures").iterdir())
    assert kept == ["5-1", "5-1", "5-2", "5-2"]
