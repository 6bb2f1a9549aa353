"""Lists that functions make of literals and of each other, each with what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reasoning.conditions import LISTS, Items
from reasoning.expressions import as_text, literal, string, text_of
from reasoning.making import Making
from reasoning.model import Row, Text
from reasoning.tables import by_key, datatable


class List(NamedTuple):
    """A list's text with its marks, and its items."""

    text: str
    items: list[Text]


def made_list(making: Making, depth: int = 2) -> List:
    """A random list."""
    makers = (_dynamic, _packed, _split, _parsed, _collected, *((_concatenated, _set) if depth else ()))
    return making.chance.choice(makers)(making, depth)


def _dynamic(making: Making, depth: int) -> List:
    parts = [literal(making) for _ in range(making.chance.choice((1, 2, 3)))]
    return List(f"dynamic([{', '.join(part.text for part in parts)}])", [as_text(part.of(Row({}))) for part in parts])


def _packed(making: Making, depth: int) -> List:
    outer, making.parameters = making.parameters, ()  # what is made here is the same in each row
    parts = [string(making, {}, 1) for _ in range(making.chance.choice((1, 2, 3)))]
    making.parameters = outer
    return List(f"pack_array({', '.join(part.text for part in parts)})", [as_text(part.of(Row({}))) for part in parts])


def _split(making: Making, depth: int) -> List:
    texts = [text_of(making) for _ in range(making.chance.choice((1, 2, 3)))]
    whole = literal(making, "|".join(texts))
    value = as_text(whole.of(Row({})))
    return List(f"split({whole.text}, '|')", [Text(text, value.literals) for text in texts])


def _parsed(making: Making, depth: int) -> List:
    texts = [text_of(making) for _ in range(making.chance.choice((1, 2, 3)))]
    number, marked = making.trace.mark("'[" + ", ".join(f'"{text}"' for text in texts) + "]'")
    making.trace.literals.add(number)
    function = making.chance.choice(("parse_json", "todynamic"))
    return List(f"{function}({marked})", [Text(text, frozenset({number})) for text in texts])


def _collected(making: Making, depth: int) -> List:
    table = datatable(making)
    if making.often(0.4):
        table = by_key(making, table)
    name = next(name for name in table.columns if name not in ("k0", "DeviceId"))
    function = making.chance.choice(("make_list", "make_set"))
    items = [as_text(row[name]) for row in table.rows()]
    return List(f"toscalar({table.text}\n| summarize {function}({name}))", items)


def _concatenated(making: Making, depth: int) -> List:
    one, two = made_list(making, depth - 1), made_list(making, depth - 1)
    return List(f"array_concat({one.text}, {two.text})", one.items + two.items)


def _inline(making: Making) -> Items:
    """A list that stands in the brackets itself."""
    found = made_list(making)
    return found.text, lambda row: found.items


LISTS[:] = [_inline]
_SETS: dict[str, Callable[[Text, list[Text]], bool]] = {
    "set_difference": lambda item, other: item not in other,
    "set_intersect": lambda item, other: item in other,
}


def _set(making: Making, depth: int) -> List:
    one, two = made_list(making, depth - 1), made_list(making, depth - 1)
    function = making.chance.choice(("set_union", *_SETS))
    keeps = _SETS.get(function)
    items = one.items + two.items if keeps is None else [item for item in one.items if keeps(item, two.items)]
    return List(f"{function}({one.text}, {two.text})", items)
