"""Reading and decoding, lines and columns, and maps from a query into its file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.reading import Unreadable
from kql_lint.source import PositionMap, Source, read_source


def unreadable(path: Path | str, data: bytes | None = None) -> tuple[str, int | None, int | None]:
    with pytest.raises(Unreadable) as caught:
        read_source(str(path), data)
    return caught.value.message, caught.value.line, caught.value.column


class TestPositions:
    def test_each_kind_of_line_end_starts_a_line(self) -> None:
        source = Source("a.kql", "T\n| take 1\r\n| count\r| x")

        assert [source.line(number) for number in range(6)] == ["", "T", "| take 1", "| count", "| x", ""]
        assert source.line_count() == 4
        assert source.position(source.text.index("take")) == (2, 3)
        assert source.position(source.text.index("count")) == (3, 3)
        assert source.position(source.text.index("x")) == (4, 3)

    def test_columns_count_code_points_and_utf16_on_demand(self) -> None:
        source = Source("a.kql", "// ok\nT | where a == '😀é' and b")

        b = source.text.rindex("b")
        assert source.position(b) == (2, 25)
        assert source.utf16_column(b) == 26

    def test_no_line_begins_at_a_separator_that_editors_ignore(self) -> None:
        assert Source("a.kql", "a\u2028b\x85c\x0bd").line_count() == 1

    def test_offsets_outside_are_clamped(self) -> None:
        source = Source("a.kql", "ab\nc")

        assert source.position(-5) == (1, 1)
        assert source.position(99) == (2, 2)
        assert source.offset(1, 99) == 2
        assert source.offset(9, 1) == 4

    @given(st.text(alphabet="ab\r\n😀"), st.integers(0, 50))
    def test_line_and_column_lead_back(self, text: str, offset: int) -> None:
        source = Source("a.kql", text)
        offset = min(offset, len(text))
        line, column = source.position(offset)

        if column <= len(source.line(line)) + 1:  # not between the two characters of one line end
            assert source.offset(line, column) == offset


class TestDecoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
    def test_what_is_read_and_written_back(self, tmp_path: Path, encoding: str) -> None:
        mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
        path = tmp_path / "a.kql"
        path.write_bytes(mark + "T\r\n| where a == 'é😀'\n".encode(encoding))

        source = read_source(str(path))

        assert source.text == "T\r\n| where a == 'é😀'\n"
        assert mark + source.text.encode(source.encoding) == path.read_bytes()

    def test_a_byte_that_is_no_utf8(self) -> None:
        assert unreadable("a.kql", "T\n| where a == 'é".encode() + b"\x96'") == (
            "is not UTF-8: byte 0x96 here can't be decoded (invalid start byte); save it as UTF-8",
            2,
            16,
        )

    def test_utf16_without_its_mark(self) -> None:
        assert unreadable("a.kql", "Tableé | take 1".encode("utf-16-le"))[0] == (
            "looks like UTF-16 (little endian) without a byte order mark; save it as UTF-8"
        )
        assert unreadable("a.kql", "Table | take 1".encode("utf-16-be"))[0] == (
            "looks like UTF-16 (big endian) without a byte order mark; save it as UTF-8"
        )

    def test_half_a_utf16_character(self) -> None:
        message, line, column = unreadable("a.kql", b"\xff\xfe" + "a\nbc".encode("utf-16-le") + b"\x41")

        assert message.startswith("is not valid UTF-16, though it begins with its byte order mark: ")
        assert (line, column) == (2, 3)

    def test_utf32(self) -> None:
        assert unreadable("a.kql", "T".encode("utf-32")) == ("is UTF-32; save it as UTF-8", 1, 1)

    def test_nul(self) -> None:
        assert unreadable("a.kql", b"Table\n| take 1\0\n// and more text after it") == (
            "is not a text file: it has a NUL character here",
            2,
            9,
        )

    @given(st.binary(max_size=80))
    def test_any_bytes_are_text_or_unreadable(self, data: bytes) -> None:
        with contextlib.suppress(Unreadable):
            assert "\0" not in read_source("a.kql", data).text


class TestPositionMap:
    # The file has `"a\tb` + fold + `c"`: an escape of two characters, then a fold of four, stand for one each.
    TEXT = '"a\\tb\n   c"'

    @pytest.fixture
    def places(self) -> PositionMap:
        built = PositionMap()
        built.copy(1, 1)
        built.stand(1, 2, 4)
        built.copy(4, 1)
        built.stand(1, 5, 9)
        built.copy(9, 1)
        return built

    def test_an_escape_is_its_whole_sequence(self, places: PositionMap) -> None:
        assert self.TEXT[slice(*places.span(1, 2))] == "\\t"
        assert self.TEXT[slice(*places.span(0, 2))] == "a\\t"
        assert self.TEXT[slice(*places.span(2, 5))] == "b\n   c"

    def test_an_empty_span_stands_before_its_character_or_at_the_end(self, places: PositionMap) -> None:
        assert [places.span(offset, offset) for offset in range(7)] == [
            (1, 1), (2, 2), (4, 4), (5, 5), (9, 9), (10, 10), (10, 10),
        ]  # fmt: skip

    def test_only_an_unbroken_copy_can_be_edited(self, places: PositionMap) -> None:
        assert places.is_verbatim(0, 1)
        assert not places.is_verbatim(1, 2)
        assert not places.is_verbatim(0, 3)

    def test_pieces_that_follow_each_other_are_one(self) -> None:
        built = PositionMap.verbatim(3, 4)
        built.copy(7, 2)

        assert built.is_verbatim(0, 6)
        assert built.span(3, 5) == (6, 8)

    def test_a_part(self, places: PositionMap) -> None:
        assert self.TEXT[slice(*places.part(1, 3).span(0, 2))] == "\\tb"

    def test_a_stretch_ends_where_the_text_goes_on_elsewhere(self) -> None:
        places = PositionMap()
        places.copy(50, 3)
        places.jump()
        places.copy(10, 3)
        places.jump()
        places.stand(1, 20, 24)

        assert [places.span(0, 7), places.span(1, 4), places.span(3, 7), places.span(2, 3), places.span(6, 7)] == [
            (50, 53),
            (51, 53),
            (10, 13),
            (52, 53),
            (20, 24),
        ]
        # The jumps stay in what is made of the map.
        assert places.part(2, 7).span(0, 3) == (52, 53)
        whole = PositionMap.verbatim(0, 2)
        whole.extend(places)
        assert whole.span(2, 6) == (50, 53)
        assert places.then(PositionMap.verbatim(100, 60)).span(0, 7) == (150, 153)
        assert PositionMap.verbatim(1, 4).then(places).span(0, 4) == (51, 53)

    def test_nothing_at_all(self) -> None:
        assert PositionMap().span(0, 5) == (0, 0)
        assert not PositionMap().is_verbatim(0, 0)

    @given(st.data())
    def test_a_text_in_a_text_in_a_file(self, data: st.DataObject) -> None:
        outer = data.draw(maps(60))
        inner = data.draw(maps(outer.length))
        both = inner.then(outer)

        assert both.length == inner.length
        for start in range(inner.length):
            for end in range(start + 1, inner.length + 1):
                assert both.span(start, end) == outer.span(*inner.span(start, end))


@st.composite
def maps(draw: st.DrawFn, room: int) -> PositionMap:
    """A map whose pieces lie in order in a text of so many characters."""
    built, place = PositionMap(), 0
    for length, skipped, copied in draw(
        st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), st.booleans()), max_size=8)
    ):
        place += skipped
        if place + length > room:
            break
        if copied:
            built.copy(place, length)
        else:
            built.stand(draw(st.integers(1, 2)), place, place + length)
        place += length
    return built


def pieces() -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    """Pieces of a map in the order of the file: copied or standing for a stretch, and what the query has none of."""
    kinds = st.sampled_from(["copy", "stand", "gap"])
    return st.lists(st.tuples(kinds, st.integers(1, 5), st.integers(1, 6), st.integers(0, 1)), max_size=12)


class TestInverse:
    def test_a_copy_leads_back_to_each_place_and_its_end(self) -> None:
        places = PositionMap.verbatim(10, 3)

        assert [places.offset(at) for at in range(9, 15)] == [None, 0, 1, 2, 3, None]

    def test_a_place_within_an_escape_is_where_its_character_begins(self) -> None:
        places = PositionMap()  # a\nb in JSON: the file has a, \, n, b
        places.copy(1, 1)
        places.stand(1, 2, 4)
        places.copy(4, 1)

        assert [places.offset(at) for at in range(6)] == [None, 0, 1, 1, 2, 3]

    def test_indentation_belongs_to_no_place_of_the_query(self) -> None:
        places = PositionMap()  # two lines of a block scalar, each behind four blanks
        places.copy(4, 2)  # "T" and its line end
        places.copy(10, 4)

        assert [places.offset(at) for at in (3, 4, 5, 6, 7, 9, 10, 14)] == [None, 0, 1, 2, None, None, 2, 6]

    def test_the_end_of_a_piece_is_a_place_only_where_no_other_begins(self) -> None:
        places = PositionMap()  # put together: the second half stands before the first in the file
        places.copy(10, 2)
        places.jump()
        places.copy(5, 5)

        assert places.offset(10) == 0
        assert places.offset(12) == 2
        assert places.offset(5) == 2

    def test_what_comes_first_in_the_query_can_be_left_out(self) -> None:
        places = PositionMap()  # a text that the query has twice
        places.copy(20, 4)
        places.copy(20, 4)

        assert places.offset(21) == 1
        assert places.offset(21, first=4) == 5
        assert places.offset(21, first=8) is None

    def test_an_empty_map_has_no_places(self) -> None:
        assert PositionMap().offset(0) is None

    def test_pieces_that_are_added_later_are_found(self) -> None:
        places = PositionMap.verbatim(0, 2)
        assert places.offset(7) is None

        places.copy(5, 3)

        assert places.offset(7) == 4

    @given(pieces(), st.integers(0, 80))
    def test_each_character_is_found_where_it_stands(
        self, parts: list[tuple[str, int, int, int]], any_place: int
    ) -> None:
        places, host = PositionMap(), 0
        for kind, length, wide, apart in parts:
            host += apart
            if kind == "copy":
                places.copy(host, length)
                host += length
            elif kind == "stand":
                places.stand(length, host, host + wide)
                host += wide
            else:
                host += wide

        for offset in range(places.length):
            start, _ = places.span(offset, offset + 1)
            found = places.offset(start)
            assert found is not None
            assert places.span(found, found + 1)[0] == start
            assert found <= offset
        somewhere = places.offset(any_place)
        assert somewhere is None or 0 <= somewhere <= places.length
