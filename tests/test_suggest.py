from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.catalogue import Catalogue
from kql_lint.suggest import Candidates, bare, closest, distance, suggest
from tests.steps import steps

NETWORK = (
    "ConnectionSuccess ConnectionFailed ConnectionRequest ConnectionAttempt ConnectionFound InboundConnectionAccepted"
    " ListeningConnectionCreated DnsConnectionInspected DnsQueryResponse"
).split()
COLUMNS = "Timestamp DeviceId DeviceName RemoteIP RemotePort RemoteUrl FileName FolderPath SHA1 SHA256 MD5".split()


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("ConnectionSuccesss", NETWORK, ("ConnectionSuccess",)),
        ("ConnectionSucess", NETWORK, ("ConnectionSuccess",)),
        ("ConectionFailed", NETWORK, ("ConnectionFailed",)),
        ("ConnetcionFound", NETWORK, ("ConnectionFound",)),
        ("ConnectionSuccessful", NETWORK, ("ConnectionSuccess",)),
        ("Connection Success", NETWORK, ("ConnectionSuccess",)),
        ("connection_success", NETWORK, ("ConnectionSuccess",)),
        ("connectionsuccess", NETWORK, ("ConnectionSuccess",)),
        ("InboundConnection", NETWORK, ("InboundConnectionAccepted",)),
        ("DnsQuery", NETWORK, ()),
        ("Accepted", NETWORK, ()),
        ("DeviceNames", COLUMNS, ("DeviceName",)),
        ("Remote_IP", COLUMNS, ("RemoteIP",)),
        ("TimeStamp", COLUMNS, ("Timestamp",)),
        ("SHA", COLUMNS, ("SHA1",)),
        ("IP", COLUMNS, ()),
        ("TotallyDifferent", COLUMNS, ()),
        ("DeviceName", COLUMNS, ()),
        ("", COLUMNS, ()),
    ],
)
def test_examples(name: str, candidates: list[str], expected: tuple[str, ...]) -> None:
    assert suggest(name, candidates) == expected


def test_the_best_comes_first_and_three_are_enough() -> None:
    close = ["FileCreatedZ", "FileCreatedX", "FileCreated", "FileCreatedY", "FileDeleted"]
    assert suggest("FileCreatd", close) == ("FileCreated", "FileCreatedX", "FileCreatedY")
    assert suggest("FileCreatd", close, limit=1) == ("FileCreated",)


def test_names_much_farther_than_the_best_are_left_out() -> None:
    names = ["InitiatingProcessFileName", "InitiatingProcessFileSize"]
    assert suggest("InitiatingProcessFileNam", names) == ("InitiatingProcessFileName",)


def test_the_order_of_the_candidates_does_not_matter() -> None:
    assert suggest("Connection", NETWORK) == suggest("Connection", NETWORK[::-1])


def test_a_mistyped_table_is_found_among_all() -> None:
    assert suggest("DeviceProcesEvents", Catalogue.default().table_names())[0] == "DeviceProcessEvents"
    assert suggest("SecurtyEvent", Catalogue.default().table_names())[0] == "SecurityEvent"


@pytest.mark.parametrize(
    ("left", "right", "expected"), [("", "abc", 3), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)]
)
def test_distances(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == expected


WORDS = st.text("abcd", max_size=8)


@given(WORDS, WORDS)
def test_the_distance_is_the_same_both_ways_and_zero_only_for_equals(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert distance(left, right) <= max(len(left), len(right))


@given(WORDS, WORDS, st.integers(0, 8))
def test_a_bound_only_cuts_off_what_is_above_it(left: str, right: str, bound: int) -> None:
    exact = distance(left, right)
    bounded = distance(left, right, bound)
    assert bounded == exact if exact <= bound else bounded > bound


@given(WORDS.filter(lambda word: len(word) > 5), st.integers(0, 7), st.characters(codec="ascii", categories=["Ll"]))
def test_one_letter_too_many_is_always_close(word: str, place: int, letter: str) -> None:
    typed = word[:place] + letter + word[place:]
    assert suggest(typed, [word]) == (word,)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("sumarize", "summarize"),
        ("Projct", "project"),
        ("jion", "join"),  # two neighbours swapped are one slip
        ("exten", "extend"),
        ("by", None),
        ("summation", None),
        ("tak", "take"),
        ("tkae", "take"),
        ("tk", None),
    ],
)
def test_the_closest_keyword(word: str, expected: str | None) -> None:
    assert closest(word, ("summarize", "project", "join", "extend", "take")) == expected


def _distance(left: str, right: str) -> int:
    """The definition of the distance, a table of all beginnings."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            replaced = table[i - 1][j - 1] + (left[i - 1] != right[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, replaced)
            if i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(WORDS, WORDS)
def test_the_distance_is_as_defined(left: str, right: str) -> None:
    assert distance(left, right) == _distance(left, right)


NAMES = st.text("abAB_1", max_size=20)


@given(st.lists(NAMES, max_size=30), NAMES, st.integers(0, 4))
def test_the_index_leaves_nothing_out(names: list[str], name: str, bound: int) -> None:
    wanted = {(_distance(bare(name), bare(other)), other) for other in names}
    assert set(Candidates(names).within(name, bound)) == {found for found in wanted if found[0] <= bound}


@given(st.lists(NAMES, max_size=30), NAMES)
def test_what_begins_or_ends_with_a_name_is_found(names: list[str], name: str) -> None:
    found = Candidates(names, str.casefold).longer(name, 30)
    part = name.casefold()
    folded = {other: other.casefold() for other in names}
    longer = [
        other for other, form in folded.items() if form != part and (form.startswith(part) or form.endswith(part))
    ]
    assert list(found) == longer


def test_an_unknown_name_is_not_compared_with_each_candidate() -> None:
    tables = Catalogue.default().table_names()
    candidates = Candidates(tables)
    candidates.ranked("DeviceProcesEvents")  # makes the index
    assert len(tables) > 900
    for name in ("DeviceFileEvnts", "SecurtyAlert", "NothingLikeIt", "T", "x" * 20_000):
        assert steps(lambda name=name: candidates.ranked(name)) < 2 * len(tables), name  # type: ignore[misc]


def test_a_name_is_looked_for_once() -> None:
    candidates = Candidates(Catalogue.default().table_names())
    candidates.ranked("DeviceProcesEvents")
    assert steps(lambda: candidates.ranked("DeviceProcesEvents")) < 10


def test_names_that_are_all_alike_are_not_all_compared() -> None:
    names = [f"{'a' * 60}{number:03}" for number in range(1_000)]
    candidates = Candidates(names)
    candidates.ranked(names[0] + "x")
    assert steps(lambda: candidates.ranked(names[0] + "y")) < 20_000
