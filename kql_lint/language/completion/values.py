"""Values of columns that the catalogue lists, in strings and behind comparisons, and keys of bags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.language import notes
from kql_lint.language.cursor import Kind, Written
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.language.possible import keys_of, listed_values
from kql_lint.rules._names import written
from kql_lint.semantics.calls.bags import bag_of
from kql_lint.semantics.events.kinds import NUMBERS, distinct, kinds_of, tells_kind
from kql_lint.semantics.scopes.scope import Origin, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.completion.request import Request

_UNKNOWN = Value()


def compared(path: Sequence[ast.Node]) -> tuple[ast.Expression, list[ast.Expression]] | None:
    """What the last of the nodes is compared with, and the items of its list; None where with nothing.

    path has the nodes that it lies in, outermost first.
    """
    for at in range(len(path) - 2, 0, -1):
        node, below = path[at], path[at + 1]
        if isinstance(node, ast.In):
            return (node.left, node.items) if any(one is below for one in node.items) else None
        if isinstance(node, ast.Binary):
            return (node.left if below is node.right else node.right), []
        if not isinstance(node, (ast.Dynamic, ast.JsonArray)):
            return None
    return None


def values(request: Request) -> Iterator[Item]:
    """The listed values of the column that is compared at the cursor: those that rows can still have first."""
    found = compared(request.cursor.path)
    if found is None:
        return
    cursor = request.cursor
    value = cursor.bound.facts.values.get(found[0], _UNKNOWN)
    taken = {one.value for item in found[1] for one in ast.walk(item) if isinstance(one, ast.Literal)}
    offered: set[str] = set()
    for origin in distinct(value.origins):
        column = origin.column
        for order, (name, possible) in enumerate(listed_values(origin, cursor.watched.states)):
            text = name.lower() if value.folded == "lower" else name.upper() if value.folded == "upper" else name
            if text in offered or text in taken or (text.isdigit() and int(text) in taken):
                continue
            offered.add(text)
            made = _value(request, origin, text, name, value.type in NUMBERS, order)
            if made is not None:
                made.rank = Rank.VALUE if possible else Rank.LAST
                made.deprecated = not possible
                made.detail = made.detail if possible else f"not possible here: {column} is narrowed before"
                yield made


def _value(request: Request, origin: Origin, text: str, name: str, number: bool, order: int) -> Item | None:
    at = request.cursor.written
    if number and at.kind is Kind.STRING:
        return None
    given = text if number else in_string(at, text) if at.kind is Kind.STRING else f'"{in_string(_QUOTED, text)}"'
    events = kinds_of(origin.row)
    kind = events.values.get(name) if events is not None and tells_kind(origin) else None
    title = notes.kind_of_event(kind) if kind is not None else ""
    detail = title or f"{origin.column} of {origin.row.name}"
    note = partial(notes.value, request.cursor.query.catalogue, origin.row, origin.column, name)
    label = text if number or at.kind is Kind.STRING else f'"{text}"'
    made = request.item(label, ItemKind.VALUE, Rank.VALUE, detail=detail, text=given, note=note, order=order)
    made.filter = label
    return made


_QUOTED = Written(Kind.STRING, 0, 0, "", '"')


def in_string(at: Written, text: str) -> str:
    """A text as the string at the cursor has it, with its end where that is missing."""
    quote = at.quote[-1:]
    if at.quote.startswith("@"):
        text = text.replace(quote, quote * 2)
    elif len(at.quote) < 3:
        text = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return text if at.closed else f"{text}{at.closing}"


def keys(request: Request) -> Iterator[Item]:
    """The keys of the bag that is read at the cursor: behind a dot, or in brackets."""
    cursor = request.cursor
    parent = cursor.parent()
    if isinstance(parent, ast.Member) and parent.member is cursor.node:
        target, dotted = parent.target, True
    elif isinstance(parent, ast.Index) and parent.index is cursor.node:
        target, dotted = parent.target, False
    else:
        return
    value = cursor.bound.facts.values.get(target, _UNKNOWN)
    found: dict[str, tuple[Origin, list[str], bool]] = {}
    for origin in distinct(bag_of(value)):
        for key, kinds, possible in keys_of(origin, cursor.watched.states):
            before = found.get(key)
            found[key] = origin, kinds, possible or (before is not None and before[2])
    for key, (origin, kinds, possible) in found.items():
        if "." in key and not dotted:  # a way further down
            continue
        yield _key(request, key, origin, kinds, possible, dotted)


def _key(request: Request, key: str, origin: Origin, kinds: list[str], possible: bool, dotted: bool) -> Item:
    at = request.cursor.written
    text, start = key, at.start
    if at.kind is Kind.STRING:
        text = in_string(at, key)
    elif not dotted:
        text = f'"{in_string(_QUOTED, key)}"'
    elif not all(part and written(part) == part for part in key.split(".")):  # X.odd key is X["odd key"]: the dot goes
        text = f'["{in_string(_QUOTED, key)}"]'
        start = max(request.cursor.cut.text.rfind(".", 0, at.start), 0)
    detail = f"key of {origin.column}" + (f" for {_kinds(kinds)}" if kinds else "")
    rank = Rank.FIRST if possible else Rank.LAST
    note = partial(notes.key, key, origin.column, kinds, origin.row.name)
    made = request.item(key, ItemKind.KEY, rank, detail=detail, text=text, note=note, deprecated=not possible)
    made.start = start
    made.filter = request.cursor.cut.text[start : at.start] + key if start < at.start else key
    return made


def _kinds(kinds: Iterable[str]) -> str:
    shown = list(kinds)
    return ", ".join(shown[:2]) + (f" and {len(shown) - 2} more" if len(shown) > 2 else "")
