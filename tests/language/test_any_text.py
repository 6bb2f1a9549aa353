"""Whatever the text: nothing raises, what is offered lies inside, and typing gives what reading anew does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.catalogue import Catalogue
from kql_lint.language.completion import Item, complete
from kql_lint.language.completion.places import complete_in
from kql_lint.language.file import MARK, OpenFile
from kql_lint.language.hover import hover
from kql_lint.language.query import OpenQuery
from kql_lint.language.signature_help import signature_help
from kql_lint.runner import Options
from kql_lint.source import Source
from kql_lint.syntax.cut import parse_cut

CATALOGUE = Catalogue.default()
PIECES = (
    "DeviceNetworkEvents",
    "SecurityEvent",
    "let A = ",
    "A",
    "let f = (T: (x: long), n: long) { T | take n }",
    "| where ",
    "| summarize count() by ",
    "| extend x = ",
    "| join kind=inner (",
    "| project ",
    "| mv-expand ",
    "| evaluate bag_unpack(",
    "| parse x with ",
    "| make-series avg(RemotePort) on Timestamp ",
    'ActionType == "ConnectionSuccess"',
    "ActionType == ",
    "EventID in (",
    "AdditionalFields.",
    "strcat(",
    "f(",
    '"',
    "'",
    "@'",
    "['",
    "```",
    "//",
    "/*",
    ")",
    "]",
    "}",
    "{",
    ";",
    ",",
    ".",
    "=",
    "|",
    " ",
    "\n",
    "x",
    "5",
    "$left.",
    "😀",
    "\ufdd0",
    "\x00",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def same(item: Item) -> tuple[object, ...]:
    return item.label, item.kind, item.text, item.start, item.end, item.detail, item.sort, item.deprecated


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(0, 200))
def test_nothing_raises_and_stretches_lie_around_the_cursor(text: str, offset: int) -> None:
    query = OpenQuery(text, CATALOGUE)
    offset = min(offset, len(text))

    for item in complete(query, offset, snippets=True):
        assert 0 <= item.start <= offset <= item.end <= len(text)
        assert MARK not in item.label + item.text + item.detail
    found = hover(query, offset)
    assert found is None or 0 <= found.start <= offset <= found.end <= len(text)
    helped = signature_help(query, offset)
    for signature in helped.signatures if helped is not None else ():
        assert all(0 <= start <= end <= len(signature.label) for start, end in signature.parameters)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=12))
def test_while_a_text_is_written_the_answers_are_those_of_the_text_alone(pieces: list[str]) -> None:
    text, before = "", OpenQuery("", CATALOGUE)
    for piece in pieces:
        text += piece
        query = OpenQuery(text, CATALOGUE)
        query.follow(before)
        before = query

        assert [same(item) for item in complete(query, len(text))] == [
            same(item) for item in complete(OpenQuery(text, CATALOGUE), len(text))
        ]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=4, max_size=16), st.lists(st.integers(0, 15), max_size=6), st.data())
def test_wherever_a_text_is_changed_the_answers_are_those_of_the_text_alone(
    pieces: list[str], places: list[int], data: st.DataObject
) -> None:
    before = OpenQuery("".join(pieces), CATALOGUE)
    complete(before, len(before.text))
    for place in places:
        pieces[place % len(pieces)] = data.draw(st.sampled_from(PIECES))
        text = "".join(pieces)
        offset = len("".join(pieces[: data.draw(st.integers(0, len(pieces)))]))
        query = OpenQuery(text, CATALOGUE)
        query.follow(before)
        before = query

        assert [same(item) for item in complete(query, offset)] == [
            same(item) for item in complete(OpenQuery(text, CATALOGUE), offset)
        ]


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(0, 200))
def test_what_stands_behind_the_cursor_changes_nothing_that_is_read(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    whole, alone = parse_cut(text, offset, MARK), parse_cut(text[:offset], offset, MARK)

    assert whole.expected == alone.expected
    assert repr(whole.query) == repr(alone.query)


@settings(max_examples=25, deadline=None)
@given(TEXTS, st.integers(0, 260), st.sampled_from(["rule.yaml", "notes.md", "query.kql"]))
def test_in_files_stretches_lie_around_the_cursor_too(text: str, place: int, path: str) -> None:
    body = text.replace("\x00", "")
    if path == "rule.yaml":
        body = "name: x\nkind: Scheduled\nseverity: High\nquery: |\n" + "".join(
            f"  {line}\n" for line in body.split("\n")
        )
    elif path == "notes.md":
        body = f"# Notes\n\n```kql\n{body}\n```\n"
    place = min(place, len(body))

    for item in complete_in(OpenFile(Source(path, body), Options()), place):
        assert 0 <= item.start <= place <= item.end <= len(body)
        assert MARK not in item.text


def test_pipes_that_have_been_read_are_not_read_again() -> None:
    text = (
        "DeviceNetworkEvents\n"
        + '| where RemoteUrl has "example.org" and RemotePort == 443 and DeviceName != ""\n' * 60
    )
    query = OpenQuery(text + "| where Remo", CATALOGUE)
    complete(query, len(query.text))
    later = OpenQuery(text + "| where RemotePort == 5 and Dev", CATALOGUE)
    later.follow(query)

    marks = len(query.written.known.marks)
    complete(later, len(later.text))

    assert marks >= 20
    assert len(later.written.known.marks) == marks
    assert len(later.written.followed.operators) >= 59
