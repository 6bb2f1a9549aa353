from __future__ import annotations

import re

from kql_lint.hosts.effort import Effort
from kql_lint.hosts.texts import PlacedText, join, replaced

FILE = "0123456789" * 40


def copied(start: int, end: int) -> PlacedText:
    text = PlacedText()
    text.copy(FILE, start, end)
    return text


def test_a_text_that_goes_on_far_away_has_no_stretch_across_the_gap() -> None:
    near, far = join([copied(0, 4), copied(8, 10)]), join([copied(0, 4), copied(300, 304)])

    assert (near.text, near.map.span(2, 6)) == ("012389", (2, 10))
    assert (far.text, far.map.span(2, 6)) == ("01230123", (2, 4))


def test_a_hole_keeps_its_place_in_what_is_put_together_and_cut_out() -> None:
    text = copied(0, 3)
    text.hole("${x}", 3, 8)
    whole = join([copied(10, 12), text, copied(8, 9)])

    assert (whole.text, whole.holes, whole.unknown) == ("01012${x}8", [(5, 9)], False)
    assert whole.part(4, 9).holes == [(1, 5)]
    assert whole.part(6, 10).holes == []  # an end lies in it
    assert whole.part(5, 9).unknown


def test_an_empty_text_is_known() -> None:
    assert not join([]).unknown
    assert not PlacedText("", hole=True).unknown


def test_only_what_lies_outside_of_holes_is_replaced() -> None:
    text = copied(0, 2)
    text.hole("${1}", 2, 6)
    text.copy(FILE, 11, 12)

    found = replaced(text, re.compile("1"), lambda _: "one", Effort(FILE), (0, 1))

    assert found is not None
    assert (found.text, found.holes) == ("0one${1}one", [(4, 8)])
    assert found.map.span(1, 4) == (1, 2)
    assert found.map.span(8, 11) == (11, 12)


def test_a_word_is_put_where_it_is_used_and_a_pipeline_where_it_is_written() -> None:
    pipeline = PlacedText()
    pipeline.copy("T | take 1", 0, 10)
    text = copied(20, 22)
    text.put(copied(5, 6), 22, 25)
    text.put(pipeline, 25, 30)

    assert text.text == "015T | take 1"
    assert text.map.span(2, 3) == (22, 25)
    assert text.map.span(3, 4) == (0, 1)


def test_within_another_file_the_places_are_that_files() -> None:
    outer = copied(100, 110)

    assert copied(2, 5).within(outer.map).map.span(0, 3) == (102, 105)
