"""The tables, their events, and the values that travel through a query.

A text remembers which literals it was made of, and whether it is the ActionType of an event; a row remembers the
events that it was made of.  So each finding about a literal, and each state of a table's ActionTypes, can be compared
with what really happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue


class Event(NamedTuple):
    """An ActionType of a row of the table that is named at a place of the query: the reference's number.

    uses are the places at which names for what has become of it are used, innermost first: each is filtered for itself.
    cells are what the row has in all its columns.
    """

    reference: int
    action_type: str
    uses: tuple[int, ...] = ()
    cells: tuple[tuple[str, object], ...] = ()


class Text(str):
    """A string.  literals are those of the query that it was made of, by number; event is what it is the type of."""

    __slots__ = ("event", "literals")
    literals: frozenset[int]
    event: Event | None

    def __new__(cls, text: str = "", literals: frozenset[int] = frozenset(), event: Event | None = None) -> Text:
        made = super().__new__(cls, text)
        made.literals, made.event = literals, event
        return made

    def became(self, text: str) -> Text:
        """What a function made of it."""
        return Text(text, self.literals, self.event)


# A string, a number (None is null), a list (None is null), or a truth value.
Value = Text | int | list[Text] | bool | None


class Row(dict[str, Value]):
    """The cells of a row by name, and the events that it was made of."""

    def __init__(self, cells: dict[str, Value], events: frozenset[Event] = frozenset()) -> None:
        super().__init__(cells)
        self.events = events

    def used(self, place: int) -> Row:
        """The row as one more place that names its table has it."""
        cells = {
            name: Text(value, value.literals, _used(value.event, place))
            if isinstance(value, Text) and value.event is not None
            else value
            for name, value in self.items()
        }
        return Row(cells, frozenset({_used(event, place) for event in self.events}))


def _used(event: Event, place: int) -> Event:
    return event._replace(uses=(*event.uses, place))


class Kind(NamedTuple):
    """An ActionType: the columns that it fills.  listed: the catalogue has it."""

    name: str
    filled: tuple[str, ...]
    listed: bool = True


class Table(NamedTuple):
    """A table: the types of its columns, its ActionTypes (None where it has no such column), whether they are all.

    known: the catalogue has it.
    """

    name: str
    columns: dict[str, str]
    kinds: tuple[Kind, ...] | None
    closed: bool = True
    known: bool = True

    def rows(self, reference: int) -> Iterator[Row]:
        """Two rows of each ActionType, alike in all but their device."""
        for number, kind in enumerate(self.kinds or (Kind("", tuple(self.columns)),)):
            for device in (1, 2):
                cells = {name: _cell(name, type_, number + device) for name, type_ in self.columns.items()}
                for name, type_ in self.columns.items():
                    if name not in kind.filled and name not in ALWAYS:
                        cells[name] = empty(type_)
                cells["DeviceId"] = Text(f"d{device}")
                if self.kinds is not None:
                    cells["ActionType"] = Text(kind.name)
                event = Event(reference, kind.name, (), tuple(cells.items()))
                if self.kinds is not None:
                    cells["ActionType"] = Text(kind.name, event=event)
                yield Row(cells, frozenset({event}))


ALWAYS = ("ActionType", "DeviceId")


def empty(type_: str) -> Value:
    """The null of a type; a string has none but the empty one."""
    return Text() if type_ == "string" else None


def _cell(name: str, type_: str, number: int) -> Value:
    return Text(f"{name}{number % 3}") if type_ == "string" else number % 4


_STRINGS = {"ActionType": "string", "DeviceId": "string"}
TABLES = (
    Table(
        "NetEvents",
        {**_STRINGS, "Url": "string", "Port": "long", "LocalPort": "long"},
        (
            Kind("ConnectionSuccess", ("Url", "Port", "LocalPort")),
            Kind("ConnectionFailed", ("Url", "Port")),
            Kind("ConnectionRequest", ("Port",)),
            Kind("ListeningConnectionCreated", ("LocalPort",)),
            Kind("DnsQueryResponse", ("Url",)),
        ),
    ),
    Table(
        "ProcEvents",
        {**_STRINGS, "FileName": "string", "User": "string"},
        (
            Kind("ProcessCreated", ("FileName", "User")),
            Kind("OpenProcess", ("FileName",)),
            Kind("ProcessEnded", ("User",)),
        ),
    ),
    Table(
        "AppEvents",
        {**_STRINGS, "Url": "string", "User": "string"},
        (
            Kind("FileUploaded", ("Url", "User")),
            Kind("MailSent", ("User",)),
            Kind("SharingSet", ("Url", "User"), listed=False),
        ),
        closed=False,
    ),
    Table("SignIns", {"DeviceId": "string", "User": "string", "Port": "long"}, None),
    Table(
        "Own_CL",
        {**_STRINGS, "User": "string", "Note": "string"},
        (Kind("ConnectionSuccess", ("User",)), Kind("Blocked", ("Note",)), Kind("", ("User", "Note"))),
        known=False,
    ),
)
KINDS = tuple(kind.name for table in TABLES for kind in table.kinds or ())


def write(folder: Path) -> None:
    """Writes the catalogue's files of the tables."""
    for table in (table for table in TABLES if table.known):
        lines = [f"table: {table.name}", "columns:"]
        lines += [f"  {name}: {type_}" for name, type_ in table.columns.items()]
        if table.kinds is not None:
            lines += ["events:", f"  closed: {str(table.closed).lower()}", f"  always: [{', '.join(ALWAYS)}]"]
            lines.append("  values:")
            for kind in table.kinds:
                if kind.listed:
                    columns = ", ".join((*ALWAYS, *kind.filled))
                    lines += [f"    {kind.name}:", f"      columns: [{columns}]"]
        (folder / f"{table.name}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def catalogue(folder: Path) -> Catalogue:
    """The catalogue of the tables, whose files are written into the folder."""
    from kql_lint.catalogue import Catalogue

    write(folder)
    return Catalogue.with_overlays([str(folder)], [])


def merged(rows: Iterable[Row]) -> frozenset[Event]:
    """The events of all rows."""
    return frozenset(event for row in rows for event in row.events)
