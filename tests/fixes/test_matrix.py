"""Every rule with a fix for a query, in every kind of file: the fix is the same there, and nothing else changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kql_lint.fixes import Linting, Outcome, fix_text
from kql_lint.hosts import extract
from kql_lint.policy.registry import known_rules
from kql_lint.rules import RULES
from kql_lint.rules.rule import Rule
from kql_lint.runner import FileReport, Options, lint_file
from kql_lint.source import Source
from tests.layouts import LAYOUTS

EXAMPLES = Path(__file__).parents[2] / "rules_examples"
ON = frozenset(rule.code for rule in known_rules() if rule.enabled)
# In these a line end that a fix takes out, or puts in, is another one than the query's.
FOLDING = ("yaml >", "yaml '")


def example(rule: Rule) -> str | None:
    """A query with a mistake that the rule has a fix for, without its last line end."""
    for name in ("fix.kql", "bad.kql"):
        path = EXAMPLES / rule.name / name
        if path.exists():
            return path.read_text(encoding="utf-8").rstrip("\n")
    return None


CASES = [
    (rule, layout)
    for rule in RULES
    if rule.fix is not None and rule.code not in ("KL006", "KL901") and example(rule) is not None
    for layout in LAYOUTS
]


def fixed(rule: Rule, name: str, text: str) -> tuple[FileReport, Outcome]:
    """The findings of a rule in a text, and what its fixes of all safeties make of that."""
    folder = EXAMPLES / rule.name / "catalog"
    catalog = (str(folder),) if folder.exists() else ()
    options = Options(catalog=catalog, platform="defender", extend_select=(rule.code,))

    def lint(source: Source) -> FileReport:
        return lint_file(name, options, lambda _: source)

    def of_the_rule(report: FileReport) -> list:  # type: ignore[type-arg]
        return [one for one in report.findings if one.diagnostic.code == rule.code]

    source = Source(name, text)
    return lint(source), fix_text(source, "unsafe", Linting(lint, of_the_rule, ON | {rule.code}))


@cache
def expected(rule: Rule) -> str:
    """The example with its fix, as plain KQL."""
    query = example(rule)
    assert query is not None
    _, outcome = fixed(rule, "q.kql", query)
    assert outcome.taken_back == ()
    assert outcome.source.text != query
    return outcome.source.text


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_matrix_is_large() -> None:
    assert len({rule.code for rule, _ in CASES}) >= 20
    assert len(CASES) >= 600


@pytest.mark.parametrize(("rule", "layout"), CASES, ids=lambda one: one.code if isinstance(one, Rule) else one)
def test_a_fix_in_a_file(rule: Rule, layout: str) -> None:
    query = example(rule)
    assert query is not None
    name, lay_out = LAYOUTS[layout]
    text = lay_out(query)

    before, outcome = fixed(rule, name, text)

    assert before.errors == []
    offered = [one for one in before.findings if one.diagnostic.code == rule.code and one.diagnostic.fixes]
    assert offered, "the rule has a fix here too"
    assert outcome.taken_back == ()
    assert not outcome.unfinished
    extraction = extract(Source(name, outcome.source.text))
    assert extraction is not None
    (read,) = extraction.queries
    assert words(read.text) == words(expected(rule)), outcome.source.text
    # Outside of the query the file is what it was, and a second run has nothing to do.
    start = before.queries[0].start
    behind = len(text) - before.queries[0].end
    assert outcome.source.text[:start] == text[:start] or start == 0
    assert outcome.source.text[len(outcome.source.text) - behind :] == text[len(text) - behind :]
    assert fixed(rule, name, outcome.source.text)[1].source.text == outcome.source.text


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout not in FOLDING])
def test_a_comment_holds_back_a_finding_in_every_kind_of_file(layout: str) -> None:
    from kql_lint.config import Configurations
    from kql_lint.fixes.suppressing import suppress
    from kql_lint.policy.apply import Policy
    from kql_lint.policy.settings import AllSettings

    name, lay_out = LAYOUTS[layout]
    source = Source(name, lay_out('let Unused = 5;\nSigninLogs // all\n| where AppDisplayNam == "x"\n| take 5'))
    policy = Policy(AllSettings(Configurations(isolated=True)))

    def lint(text: Source) -> FileReport:
        return lint_file(name, Options(), lambda _: text)

    def reported(report: FileReport) -> list:  # type: ignore[type-arg]
        return [one for one in policy.reported(report) if one.diagnostic.code in ("KL201", "KL209")]

    def queries(text: Source) -> list:  # type: ignore[type-arg]
        found = extract(text)
        return [] if found is None else found.queries

    assert len(reported(lint(source))) == 2
    outcome = suppress(source, Linting(lint, reported, ON), queries, "it's old")

    assert reported(outcome.report) == []
    (query,) = queries(outcome.source)
    assert [line for line in query.text.splitlines() if line] == [
        "let Unused = 5; // kql-lint: disable-line=KL209 -- it's old",
        "SigninLogs // all",
        '| where AppDisplayNam == "x" // kql-lint: disable-line=KL201 -- it\'s old',
        "| take 5",
    ]
    assert outcome.taken_back == ()
    assert suppress(outcome.source, Linting(lint, reported, ON), queries).source.text == outcome.source.text
