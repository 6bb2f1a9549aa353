"""JSON read with its places: the values are those of Python's own reader, and each lies where the text has it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.hosts.json.nodes import DEPTH_LIMIT, place, read_nodes
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence


def plain(node: Node | None) -> object:
    """The value that a node stands for, made as Python's reader makes it."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value if node.style else json.loads(node.value)


def scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Mapping):
        return [found for entry in node.entries for found in scalars(entry.value)]
    if isinstance(node, Sequence):
        return [found for item in node.items for found in scalars(item)]
    return [node] if node is not None else []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_what_python_writes_is_read_as_python_reads_it(
    value: object, ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    reading = read_nodes(text)

    assert (reading.broken, reading.oddities) == (None, [])
    assert plain(reading.root) == json.loads(text)
    for scalar in scalars(reading.root):
        assert json.loads(text[scalar.start : scalar.end]) == (
            scalar.value if scalar.style else json.loads(scalar.value)
        )
        places = place(text, scalar)
        assert places.length == len(scalar.value)
        for at, char in enumerate(scalar.value):
            written = text[slice(*places.span(at, at + 1))]
            assert written == char or json.loads(f'"{written}"') == char


def test_characters_and_escapes_have_their_own_places() -> None:
    text = r'{"q": "a\n\u00e9\ud83d\ude00\ud83d\"é😀\/"}'
    root = read_nodes(text).root
    assert isinstance(root, Mapping)
    scalar = root.get("q")
    assert isinstance(scalar, Scalar)
    places = place(text, scalar)

    written = [text[slice(*places.span(at, at + 1))] for at in range(len(scalar.value))]

    assert written == ["a", r"\n", r"\u00e9", r"\ud83d\ude00", r"\ud83d", r"\"", "é", "😀", r"\/"]
    assert (root.entries[0].start, root.entries[0].end) == (1, 4)


def test_keys_are_kept_as_often_as_they_are_written_and_the_last_counts() -> None:
    root = read_nodes('{"a": 1, "a": 2}').root
    assert isinstance(root, Mapping)

    assert [entry.key for entry in root.entries] == ["a", "a"]
    assert root.text("a") == "2"


def test_what_more_than_json_is_taken_and_noted() -> None:
    text = '// c\n{"a": [1, /* d */ 2,], "b": "x\ny",}'

    reading = read_nodes(text)

    assert reading.broken is None
    assert plain(reading.root) == {"a": [1, 2], "b": "x\ny"}
    assert [(odd.kind, text[odd.start : odd.end]) for odd in reading.oddities] == [
        ("comment", "// c"),
        ("comment", "/* d */"),
        ("comma", ","),
        ("control", "\n"),
        ("comma", ","),
    ]


def test_placeholders_of_templates_are_values_and_statements_are_nothing() -> None:
    text = '{"a": {{ x }}, {% if y %}"b": ${z}, {% endif %}{# c #}"c": #{token}#}'

    reading = read_nodes(text)

    assert (reading.broken, reading.oddities) == (None, [])
    assert [(scalar.value, scalar.hole) for scalar in scalars(reading.root)] == [
        ("{{ x }}", True),
        ("${z}", True),
        ("#{token}#", True),
    ]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ('{"a": 1', 'this "{" is never closed', "{"),
        ("[[1]", 'this "[" is never closed', "["),
        ('{"a": "x', "this text is never closed", '"'),
        ('{"a" 1}', 'a colon is missing after the key "a"', "1"),
        ("{a: 1}", 'a key in double quotes is missing before "a"', "a"),
        ("{", 'this "{" is never closed', "{"),
        ('{"a": 1 "b": 2}', 'a comma or "}" is missing before the quote', '"'),
        ("[1 2]", 'a comma or "]" is missing before "2"', "2"),
        ('{"a":}', 'a value is missing before "}"', "}"),
        ('{"a":', "the file ends where a value is missing", ""),
        ("[,]", 'a value is missing before ","', ","),
        ("[yes]", '"yes" is no value of JSON; is it a text that lacks its quotes?', "y"),
        ("[01]", '"01" is no value of JSON; is it a text that lacks its quotes?', "0"),
        (r'["C:\Windows"]', r'"\W" is no escape of JSON; write \\ for a backslash', r"\W"),
        (r'["\u12"]', r'"\u" is no escape of JSON; write \\ for a backslash', r"\u"),
        ("{} x", 'text after the end: "x"', "x"),
        ("{} /* x", "this comment is never closed", "/"),
        ("", "it is empty", ""),
        ("[" * (DEPTH_LIMIT + 1), "it is nested too deeply", "["),
    ],
)
def test_what_is_broken_is_said_at_its_place(text: str, message: str, marked: str) -> None:
    broken = read_nodes(text).broken
    assert broken is not None

    assert (broken.message, text[broken.start : broken.end]) == (message, marked)


PIECES = st.sampled_from(
    '{ } [ ] , : " \\ \\u \\ud83d \\ude00 \\n // /* */ {{ }} {% %} ${ a 1 -1.5e3 true null "a" "a": \n \t é 😀'.split(
        " "
    )
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_text_raises_and_every_place_lies_in_it(text: str) -> None:
    reading = read_nodes(text)

    places = [(odd.start, odd.end) for odd in reading.oddities]
    places += [(reading.broken.start, reading.broken.end)] if reading.broken else []
    places += [place(text, scalar).span(0, len(scalar.value)) for scalar in scalars(reading.root)]
    assert all(0 <= start <= end <= len(text) for start, end in places)


@pytest.mark.parametrize("piece", ["[", '{"a":', '"', '\\"', "//", "/*", "{%", "{{", "[1,", "\\u", "{}", " "])
def test_long_texts_of_one_piece_are_survived(piece: str) -> None:
    assert read_nodes(piece * 100_000).broken is not None
