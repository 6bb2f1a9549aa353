from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.positions import UTF8, UTF16, UTF32, Encoding, Positions
from kql_lint.source import Source

ENCODINGS: tuple[Encoding, ...] = (UTF8, UTF16, UTF32)
# What is one, two, three and four bytes, one and two units, and all that may end a line somewhere.
TEXTS = st.text(alphabet="ab \t\r\n\x0b\x0c\x85\u2028éß€漢\ufeff😀𝒳\U0010ffff", max_size=40)


def units(text: str, encoding: Encoding) -> int:
    """How long a text is, as Python's own codecs have it."""
    width = {UTF8: 1, UTF16: 2, UTF32: 4}[encoding]
    return len(text.encode({UTF8: "utf-8", UTF16: "utf-16-le", UTF32: "utf-32-le"}[encoding])) // width


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, data=st.data())
def test_an_offset_is_found_again_at_its_position(encoding: Encoding, text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    positions = Positions(Source("a", text), encoding)
    before = text[:offset]
    lines = re.split(
        r"\r\n|\r(?!\n)|\n", before + ("\n" if before.endswith("\r") and text[offset:][:1] == "\n" else "")
    )
    if before.endswith("\r") and text[offset:].startswith("\n"):
        return  # in the middle of a line end there is no position

    line, column = positions.position(offset)

    assert (line, column) == (len(lines) - 1, units(lines[-1], encoding))
    assert positions.offset(line, column) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS, line=st.integers(-1, 12), column=st.integers(-1, 60))
def test_any_position_is_a_place_of_the_text(encoding: Encoding, text: str, line: int, column: int) -> None:
    positions = Positions(Source("a", text), encoding)

    offset = positions.offset(line, column)

    assert 0 <= offset <= len(text)
    found = positions.position(offset)
    wanted = max(line, 0), max(column, 0)
    assert found <= wanted
    # What is nearer does not exist: the line or the text ends there, or the next character begins behind it.
    following = positions.position(offset + 1)
    assert offset == len(text) or text[offset] in "\r\n" or following > wanted


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_column_in_the_middle_of_a_character_is_its_beginning(encoding: Encoding) -> None:
    positions = Positions(Source("a", "a😀b"), encoding)
    width = {UTF8: 4, UTF16: 2, UTF32: 1}[encoding]

    assert [positions.offset(0, 1 + number) for number in range(width + 1)] == [1] * width + [2]


def test_columns_are_counted_as_the_encoding_has_them() -> None:
    source = Source("a", "é€😀x\r\n𝒳y")

    assert [Positions(source, encoding).position(3) for encoding in ENCODINGS] == [(0, 9), (0, 4), (0, 3)]
    assert [Positions(source, encoding).position(7) for encoding in ENCODINGS] == [(1, 4), (1, 2), (1, 1)]
