"""Where each character of a YAML scalar stands, in every style: by hand, and against the parser's own values."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kql_lint.hosts.nodes import Mapping, Scalar
from kql_lint.hosts.yaml.nodes import read_nodes
from kql_lint.hosts.yaml.problems import explain
from kql_lint.hosts.yaml.scalars import place

pytestmark = pytest.mark.usefixtures("parser")


def scalar_of(text: str) -> Scalar:
    """The value of ``query`` in the first document."""
    roots, broken = read_nodes(text, {"query"})
    assert broken is None
    assert isinstance(roots[0], Mapping)
    value = roots[0].get("query")
    assert isinstance(value, Scalar)
    return value


def sources(text: str) -> list[tuple[str, str]]:
    """Each character of the query with the text of the file that it is mapped to."""
    scalar = scalar_of(text)
    places = place(text, scalar)
    assert places.length == len(scalar.value)
    return [(char, text[slice(*places.span(at, at + 1))]) for at, char in enumerate(scalar.value)]


def changed(text: str) -> list[tuple[str, str]]:
    """The characters that stand otherwise in the file."""
    return [(char, source) for char, source in sources(text) if char != source]


def value(text: str) -> str:
    return "".join(char for char, _ in sources(text))


@pytest.mark.parametrize(
    ("text", "expected", "differing"),
    [
        ("query: |\n  T\n    | take 1\n\n  | count\n", "T\n  | take 1\n\n| count\n", []),
        ("query: |-\n\n  T\n\n\n", "\nT", []),
        ("query: |+\n  T\n\n\n", "T\n\n\n", []),
        ("query: | # the query\n  T\n", "T\n", []),
        ("query: |2\n    T\n   | x\n", "  T\n | x\n", []),
        ("- a:\n  query: 1\n", None, []),
        ("query: |+2\n    T\n", "  T\n", []),
        ("query: |\r\n  T\r\n\r\n  | x\r\n", "T\n\n| x\n", [("\n", "\r\n")] * 3),
        ("query: |\n  a\u2028  b\n", "a\u2028b\n", []),
        ("query: |\n  T \t\n  | x\t\n", "T \t\n| x\t\n", []),
        ("query: |\n  é😀\n  | x", "é😀\n| x", []),
        ("query: !!str &q |\n  T\n", "T\n", []),
        ("query: >\n  T\n  | a\n\n  | b\n", "T | a\n| b\n", [(" ", "\n  ")]),
        ("query: >-\n  T\n    | a\n  | b\n", "T\n  | a\n| b", []),
        ("query: >-\r\n  T\r\n  | a\r\n", "T | a", [(" ", "\r\n  ")]),
        ('query: "T\\n| a \\"b\\" \\\\ \\u00e9 \\x41 \\U0001F600"\n', 'T\n| a "b" \\ é A 😀', [
            ("\n", "\\n"), ('"', '\\"'), ('"', '\\"'), ("\\", "\\\\"),
            ("é", "\\u00e9"), ("A", "\\x41"), ("😀", "\\U0001F600"),
        ]),
        ('query: "T  \n   | a\n\n\n  | b"\n', "T | a\n\n| b", [(" ", "  \n   ")]),
        ('query: "T \\\n   | a\\\n\n  | b"\n', "T | a\n| b", []),
        ('query: "T\\t|\ta"\n', "T\t|\ta", [("\t", "\\t")]),
        ("query: 'T | where a == ''b'''\n", "T | where a == 'b'", [("'", "''")] * 2),
        ("query: 'T\n  | a\n\n  | b'\n", "T | a\n| b", [(" ", "\n  ")]),
        ("query: T | take 1 # few\n", "T | take 1", []),
        ("query: T\n  | a\n\n  | b  \n", "T | a\n| b", [(" ", "\n  ")]),
        ("{query: T | take 1, b: 2}\n", "T | take 1", []),
        ("query:\n  # on its own line\n  T | take 1\n", "T | take 1", []),
        ("query: &q # anchored\n  T | take 1\n", "T | take 1", []),
        ("\ufeffquery: |\n  T\n", "T\n", []),
    ],
)  # fmt: skip
def test_each_character_has_its_place(text: str, expected: str | None, differing: list[tuple[str, str]]) -> None:
    if expected is None:
        roots, _ = read_nodes(text, {"query"})
        assert len(roots) == 1
        return
    assert value(text) == expected
    assert changed(text) == differing


def test_characters_that_are_copied_are_those_of_their_own_line() -> None:
    text = "# é😀\r\nquery: >-\r\n  aa\r\n  aa\r\n"

    places = place(text, scalar_of(text))

    assert [places.span(at, at + 1)[0] for at in (0, 1, 3, 4)] == [19, 20, 25, 26]


# Characters that matter somewhere in YAML, and some that do not.
CHARACTERS = "ab |#:-'\"\\&*!%,[]{}?>\t\né😀\u2028\x85"
LINES = st.lists(st.text(alphabet="ab |#:-'\"\\é😀\t\u2028", max_size=8), max_size=6)


def agrees(text: str) -> None:
    """What the walk over the file gives is what the parser gives, and nothing had to be given up."""
    try:
        node = yaml.compose(text, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    except yaml.YAMLError:
        return
    if not isinstance(node, yaml.MappingNode) or not isinstance(node.value[0][1], yaml.ScalarNode):
        return
    scalar = scalar_of(text)
    places = place(text, scalar)
    assert places.length == len(scalar.value)
    spans = [places.span(at, at + 1) for at in range(len(scalar.value))]
    assert all(start <= end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), "in order, none twice"
    for (start, end), char in zip(spans, scalar.value, strict=True):
        # A character that is none of white space and no escape stands for itself.
        if char not in " \t\n\u2028\x85" and text[start] not in "\\'":
            assert text[start:end] == char


SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)


@SETTINGS
@given(
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+"]),
    st.integers(0, 3),
    st.integers(1, 3),
    LINES,
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_blocks(style: str, chomping: str, more: int, indent: int, lines: list[str], end: str) -> None:
    indicator = str(indent) if more else ""
    body = end.join(" " * indent + " " * (more if at % 2 else 0) + line for at, line in enumerate(lines))
    agrees(f"query: {style}{chomping}{indicator}{end}{body}{end}")


@SETTINGS
@given(st.sampled_from(["'", '"', ""]), st.text(alphabet=CHARACTERS, max_size=25))
@example('"', "a\\\n  b \\t\\x41\\u00e9")
@example("", "a\n \n\tb")
def test_quoted_and_plain(quote: str, text: str) -> None:
    agrees(f"query: {quote}{text}{quote}\n")


@SETTINGS
@given(st.text(alphabet=CHARACTERS, max_size=25), st.sampled_from(["'", '"', "|", ">", None]), st.integers(5, 40))
def test_what_pyyaml_writes(text: str, style: str | None, width: int) -> None:
    written = yaml.safe_dump({"query": text}, default_style=style, width=width, allow_unicode=len(text) % 2 == 0)
    # The writer puts keys in the same style; that they are quoted does not matter.
    assert scalar_of(written).value == yaml.safe_load(written)["query"]
    agrees(written)


@pytest.mark.parametrize(
    ("text", "expected", "differing"),
    [
        ('query: "T \\ud83d\\ude00 U"', "T 😀 U", [("😀", "\\ud83d\\ude00")]),
        ('query: "\\uD83D\\uDE00\\uD83D\\uDE01x"', "😀😁x", [("😀", "\\uD83D\\uDE00"), ("😁", "\\uD83D\\uDE01")]),
        ('query: "\\U0001f600\\ud83d\\ude00"', "😀😀", [("😀", "\\U0001f600"), ("😀", "\\ud83d\\ude00")]),
        ('query: "\\\\ud83d"', "\\ud83d", [("\\", "\\\\")]),  # a backslash, and no half
        ("query: '\\ud83d\\ude00'", "\\ud83d\\ude00", []),  # only double quotes have escapes
        ("query: |\n  \\ud83d\\ude00\n", "\\ud83d\\ude00\n", []),
        ('{"name": "\\ud83d\\ude00", "query": "T"}', "T", []),
    ],
)
def test_both_halves_of_a_character_are_one(text: str, expected: str, differing: list[tuple[str, str]]) -> None:
    assert value(text) == expected
    assert changed(text) == differing


@pytest.mark.parametrize(
    ("text", "place_of_it"),
    [
        ('query: "T \\ud83d U"', "\\ud83d U"),
        ('query: "T \\ude00\\ud83d"', "\\ude00\\ud83d"),
        ('query: "\\ud83d\\ude00 \\ud83d U"', "\\ud83d U"),
        ('query: "\\ud83d\\ud83d\\ude00"', "\\ud83d\\ud83d"),
        ('query: "\\\\ud83d\\ude00"', "\\ude00"),
        ('query: "\\ud83d\\ude00 \\UFFFFFFFF"', "\\UFFFFFFFF"),
    ],
)
def test_half_of_a_character_is_an_error_at_its_place(text: str, place_of_it: str) -> None:
    roots, broken = read_nodes(text, {"query"})
    assert roots == []
    assert broken is not None
    start, message = explain(text, broken)
    assert text[start:].startswith(place_of_it)
    assert message == "this escape is no character: half of one without the other, or beyond the last"
