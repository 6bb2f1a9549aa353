"""What happens while a query is evaluated, by the places in its text; and how the places are found in the text.

A place is written into the text as it is generated, between marks that are taken out at the end.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from reasoning.model import Event, Row, Text, Value, merged

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile("\ue000(\\d+)\ue001|\ue002")
_END = "\ue002"

Span = tuple[int, int]


class Trace:
    """What was seen of each numbered place.

    equal and matched: literals that an ActionType was equal to, or matched as a pattern, each with the comparison and
    what had become of it there;
    compared: the references whose ActionTypes took part in a comparison.  true: comparisons that were true.
    conditions: those of a where; passed: those that a row passed; failed: those that a row did not.  filled: for reads
    of columns, the events of the rows in which they gave something.  through: events that came through to the end;
    survived: their ActionTypes by the reference to their table; cells: what their rows had in all columns.

    second: how to read what the documentation leaves open.  Usually a comparison with a null is false, true for ``!=``,
    and every string has the empty one; on the second reading the one is null, and no string has it.  chance: which rows
    ``take`` takes, and whatever else the service is free to choose.
    """

    def __init__(self) -> None:
        self.places = 0
        self.literals: set[int] = set()
        self.equal: set[tuple[int, int, str]] = set()
        self.matched: set[tuple[int, int, str]] = set()
        self.compared: dict[int, set[int]] = defaultdict(set)
        self.true: set[int] = set()
        self.conditions: set[int] = set()
        self.passed: set[int] = set()
        self.failed: set[int] = set()
        self.filled: dict[int, set[frozenset[Event]]] = defaultdict(set)
        self.trying = False
        self.through: set[Event] = set()
        self.survived: dict[int, set[str]] = defaultdict(set)
        self.cells: dict[int, set[tuple[tuple[str, object], ...]]] = defaultdict(set)
        self.second = False
        self.chance = random.Random(0)
        self.frames: list[dict[str, Value]] = []  # the arguments of functions that are being called

    def mixed(self, rows: list[Row]) -> list[Row]:
        """The rows in some order."""
        return self.chance.sample(rows, len(rows))

    def mark(self, text: str) -> tuple[int, str]:
        """A number for a place, and the text with its marks."""
        self.places += 1
        return self.places, f"{_OPEN}{self.places}{_CLOSE}{text}{_END}"

    def survive(self, rows: list[Row]) -> list[Row]:
        """Notes that the rows came through to the end of a pipeline."""
        for event in merged(rows):
            self.note(event)
        return rows

    def note(self, event: Event) -> None:
        """Notes an event that came through."""
        self.survived[event.reference].add(event.action_type)
        self.cells[event.reference].add(event.cells)
        self.through.add(event)

    def test(self, place: int, left: Text, right: Text, result: bool, *, whole: bool) -> bool:
        """Notes a comparison of two texts, as a whole or of the second as a pattern, and gives its result."""
        for value, other in ((left, right), (right, left)) if whole else ((left, right),):
            if value.event is not None:
                self.compared[place].add(value.event.reference)
                if result:
                    (self.equal if whole else self.matched).update((one, place, str(other)) for one in other.literals)
        return result

    def read(self, place: int, row: Row) -> None:
        """Notes that a column gave something for a row."""
        if not self.trying:
            self.filled[place].add(row.events)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Within it, what is read is of a row that is made up, and is not noted."""
        self.trying = True
        yield
        self.trying = False

    def came_through(self, events: Iterable[Event]) -> bool:
        """Whether rows of these events came through."""
        return all(
            any(one[:2] == event[:2] and one.uses[: len(event.uses)] == event.uses for one in self.through)
            for event in events
        )


def unmarked(text: str) -> tuple[str, dict[int, Span]]:
    """The text without its marks, and where each place is: half-open, in characters."""
    parts: list[str] = []
    spans: dict[int, Span] = {}
    open_: list[tuple[int, int]] = []
    at = length = 0
    for mark in _MARK.finditer(text):
        part = text[at : mark.start()]
        parts.append(part)
        length += len(part)
        at = mark.end()
        if mark[1]:
            open_.append((int(mark[1]), length))
        else:
            number, start = open_.pop()
            spans[number] = (start, length)
    assert not open_
    return "".join((*parts, text[at:])), spans
