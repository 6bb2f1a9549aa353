"""What is in scope behind each operator, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.output.colour import Palette
from kql_lint.output.words import INDENT, listed
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.queries import FileView, QueryView
    from kql_lint.semantics.trace import KnownValues, Trace, TracedColumn, TracedStep

_FEW = 8


class TraceText:
    """The format ``text``.

    whole: all columns and values, not only the first of many and what an operator changes.
    """

    def __init__(self, style: Style, whole: bool = False) -> None:
        self.width = style.width
        self.palette = Palette(style.colour)
        self.whole = whole

    def begin(self) -> str:
        return ""

    def file(self, found: FileView[Trace]) -> str:
        """Each query of a file, with an empty line after it."""
        return "".join("\n".join(self._query(found.path, query)) + "\n\n" for query in found.queries)

    def end(self) -> str:
        return ""

    def _query(self, path: str, query: QueryView[Trace]) -> Iterator[str]:
        if query.label:
            yield f'{self._place(path, query, None)} "{clean(query.label)}"'
        steps = query.found.since(query.preamble)
        if not steps:
            yield f"{self._place(path, query, None)} no operator that could be followed"
        for step in steps:
            yield f"{self._place(path, query, step)} {self._source(query, step)}"
            yield from self._columns(step)
            for known in step.known if self.whole else step.news:
                span = query.place(known.start, known.end)
                title = f"{clean(known.column)} of {clean(known.table)} at {span.line}:{span.column}"
                yield from listed(title, self._values(known), self.width)

    def _place(self, path: str, query: QueryView[Trace], step: TracedStep | None) -> str:
        span = query.span if step is None else query.place(step.start, step.end)
        return self.palette("bold", f"{clean(path)}:{span.line}:{span.column}:")

    def _source(self, query: QueryView[Trace], step: TracedStep) -> str:
        """The operator in one line, as much of it as there is room for."""
        text = " ".join(query.text[step.start : step.end][: 2 * self.width].split())
        room = max(self.width // 2, 20)
        return clean(text if len(text) <= room else f"{text[: room - 1].rstrip()}\u2026")

    def _columns(self, step: TracedStep) -> Iterator[str]:
        count = f"{len(step.columns)}{'' if step.complete else ' known; there may be more'}"
        if step.added == [] and step.removed == []:
            yield f"{INDENT}columns ({count}): as before"
        elif self.whole:
            yield f"{INDENT}columns ({count})"
            yield from _table(step.columns)
        elif step.added is None or step.removed is None or len(step.columns) <= (_FEW if step.removed else 0):
            yield from listed(f"columns ({count})", self._few([_column(one) for one in step.columns]), self.width)
        else:
            added = frozenset(step.added)
            new = [_column(one) for one in step.columns if one.name in added]
            yield f"{INDENT}columns ({count})"
            yield from listed("new", self._few(new), self.width, 2)
            yield from listed("gone", self._few([clean(name) for name in step.removed]), self.width, 2)

    def _few(self, words: list[str]) -> list[str]:
        return words if self.whole else few(words)

    def _values(self, known: KnownValues) -> list[str]:
        return values_of(known, self.whole)


def few(words: list[str]) -> list[str]:
    """The words, or the first of them and how many more there are."""
    return words if len(words) <= _FEW else [*words[: _FEW - 1], f"and {len(words) - _FEW + 1} more"]


def values_of(known: KnownValues, whole: bool = False) -> list[str]:
    """What a column can be, a part for each value or condition; whole: all of them, and not only the first of many."""
    shorten = list if whole else few
    if known.values is not None:
        return shorten([_value(value) for value in known.values]) or ["none, so that no row is left"]
    excluded = [f"any but {_value(value)}" for value in known.excluded if value]
    words = [*map(clean, known.conditions), *(["not empty"] if "" in known.excluded else [])]
    return [*words, *shorten([*excluded[:1], *map(_value, list(filter(None, known.excluded))[1:])])]


def _value(value: object) -> str:
    return clean(str(value)) if value != "" else "empty"


def _column(column: TracedColumn) -> str:
    """A column in few words: where it is from only if that has another name."""
    is_itself = bool(column.origins) and all(name == column.name for _, name in column.origins)
    origin = "" if is_itself else _origin(column)
    return " ".join([clean(column.name), column.type, *([f"({origin})"] if origin else [])])


def _table(columns: Sequence[TracedColumn]) -> Iterator[str]:
    names = [clean(column.name) for column in columns]
    width = max(map(len, names), default=0)
    types = max((len(column.type) for column in columns), default=0)
    for name, column in zip(names, columns, strict=True):
        yield f"{INDENT * 2}{name:{width}}  {column.type:{types}}  {_origin(column)}".rstrip()


def _origin(column: TracedColumn) -> str:
    """Where its values are from, or what they are."""
    if column.origins or column.parsed_of:
        pairs = column.origins or column.parsed_of
        names = " or ".join(f"{table}.{name}" for table, name in pairs[:_FEW])
        return clean(names if column.origins else f"parsed of {names}")
    if column.values is not None and len(column.values) <= _FEW:
        return " or ".join(f'"{clean(one)}"' if isinstance(one, str) else _value(one) for one in column.values)
    return ""
