"""Fixes put into a text: the first come first, whole or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kql_lint.diagnostic import Edit, Fix
from kql_lint.fixes import apply


def fix(*edits: tuple[int, int, str]) -> Fix:
    return Fix("change it", tuple(Edit(*edit) for edit in edits), "safe")


def test_edits_of_several_fixes_are_made_in_one_go() -> None:
    applied = apply("abcdef", [fix((4, 5, "E")), fix((0, 1, ""), (2, 3, "CC"))])

    assert applied == ("bCCdEf", (0, 1), ((0, 1), (2, 3), (4, 5)), ((0, 0), (1, 3), (4, 5)))


def test_a_fix_that_overlaps_an_earlier_one_is_left_out_whole() -> None:
    applied = apply("abcdef", [fix((2, 4, "X")), fix((0, 1, "A"), (3, 5, "Y")), fix((4, 5, "E"))])

    assert (applied.text, applied.taken) == ("abXEf", (0, 2))


def test_two_insertions_at_one_place_come_in_turn() -> None:
    applied = apply("ab", [fix((1, 1, "X")), fix((1, 1, "Y"))])

    assert (applied.text, applied.taken) == ("aXb", (0,))


EDITS = st.tuples(st.integers(0, 12), st.integers(0, 4), st.text("xyz", max_size=3))


@given(st.lists(EDITS, max_size=6))
def test_what_no_edit_names_stays_as_it_is(edits: list[tuple[int, int, str]]) -> None:
    text = "0123456789abcdefgh"

    applied = apply(text, [fix((start, start + length, new)) for start, length, new in edits])

    kept, place = "", 0
    for start, end in applied.before:
        assert place <= start
        kept += text[place:start]
        place = end
    kept += text[place:]
    rest, place = "", 0
    for start, end in applied.after:
        rest += applied.text[place:start]
        place = end
    assert rest + applied.text[place:] == kept
    assert [applied.text[start:end] for start, end in applied.after] == [
        edits[number][2] for number in sorted(applied.taken, key=lambda one: edits[one][:2])
    ] or len(applied.taken) > len({edits[number][:2] for number in applied.taken})
