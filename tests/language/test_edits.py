"""The versions of a text that is edited: each is analyzed as if it were the only one, and takes over what it can."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.catalogue import Catalogue
from kql_lint.language.file import OpenFile
from kql_lint.language.query import OpenQuery
from kql_lint.runner import Options
from kql_lint.source import Source

CATALOGUE = Catalogue.default()
TEXT = (
    "let Parts = DeviceProcessEvents | where ActionType == 'ProcessCreated' | project DeviceId, FileName;\n"
    "let Files = DeviceFileEvents | where Nope == 1;\n"
    "Parts | join kind=inner Files on DeviceId | where FileName has 'x'"
)


def told(query: OpenQuery) -> tuple[object, ...]:
    names = [(one.name, one.kind, one.places) for one in query.symbols.all]
    return query.analysis.diagnostics, query.analysis.output_columns, repr(query.parsed.query), query.trace, names


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["a", ";", "| ", "'", "", "let x = 1;", "("]))))
def test_a_version_may_be_skipped_and_an_earlier_one_asked_again(edits: list[tuple[int, str]]) -> None:
    queries, text = [OpenQuery(TEXT, CATALOGUE)], TEXT
    for number, (place, new) in enumerate(edits):
        text = text[:place] + new + text[place + (not new) :]
        query = OpenQuery(text, CATALOGUE)
        query.follow(queries[-1])
        queries.append(query)
        if number % 3:
            assert told(query) == told(OpenQuery(text, CATALOGUE))

    for query in reversed(queries):
        assert told(query) == told(OpenQuery(query.text, CATALOGUE))


def rules(*queries: str) -> str:
    return "".join(
        f"---\nid: {number}\nname: x\nkind: Scheduled\nquery: |\n" + "".join(f"  {line}\n" for line in text.split("\n"))
        for number, text in enumerate(queries)
    )


def test_a_query_that_stays_keeps_its_analysis_where_others_of_the_file_come_and_go() -> None:
    file = OpenFile(Source("rules.yaml", rules("DeviceEvents | take 1", TEXT)), Options())
    first, second = [found.query for found in file.queries]
    known = first.analysis, second.analysis

    file.update(Source("rules.yaml", rules("SigninLogs | take 5", "DeviceEvents | take 1", TEXT)))
    added, *stayed = [found.query for found in file.queries]

    assert added.analysis.diagnostics == OpenQuery(added.text, CATALOGUE, added.platform).analysis.diagnostics
    assert stayed == [first, second]
    assert (first.analysis, second.analysis) == known
    assert first.analysis is known[0]


def test_a_query_that_changes_takes_over_what_the_one_in_its_place_was_made_of() -> None:
    file = OpenFile(Source("rules.yaml", rules("DeviceEvents | take 1", TEXT)), Options())
    before = file.queries[1].query.parsed.query.statements

    file.update(Source("rules.yaml", rules("DeviceEvents | take 1", TEXT.replace("has 'x'", "has 'xy'"))))

    after = file.queries[1].query.parsed.query.statements
    assert after[:2] == before[:2]
    assert after[2] is not before[2]


def test_a_new_line_that_is_not_indented_yet_costs_nothing_that_is_known() -> None:
    text = rules("DeviceEvents | take 1", TEXT)
    file = OpenFile(Source("rules.yaml", text), Options())
    first, second = [found.query for found in file.queries]
    before = second.parsed.query.statements
    place = text.index("let Files")

    file.update(Source("rules.yaml", f"{text[:place]}\n{text[place:]}"))
    assert second not in [found.query for found in file.queries]
    file.update(Source("rules.yaml", f"{text[:place]}\n  {text[place:]}"))

    assert file.queries[0].query is first
    assert file.queries[1].query.parsed.query.statements[:2] == before[:2]


def test_queries_that_are_gone_are_not_remembered_for_ever() -> None:
    file = OpenFile(Source("rules.yaml", rules(*(f"T | take {n}" for n in range(30)))), Options())
    gone = [found.query for found in file.queries]

    file.update(Source("rules.yaml", "x: ["))
    file.update(Source("rules.yaml", rules(*(f"T | take {n}" for n in range(30)))))

    assert [found.query in gone for found in file.queries] == [True] * 20 + [False] * 10
