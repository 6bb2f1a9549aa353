"""Scalar expressions: random ones over the columns at hand, each with the function that evaluates it."""

from __future__ import annotations

import re
from collections.abc import Callable

from reasoning.making import Columns, Expression, Making
from reasoning.model import KINDS, Row, Text, Value

FRAGMENTS = ("Connection", "Success", "ed", "Process", "connection", "e", "Created", "File", "Conection", "Listening")
OTHERS = ("cmd.exe", "Url1", "User2", "FileName0", "d1", "any", "x")
# What makes a string of others: the module of the conditions has more.
CHANGES: list[Callable[[Making, Columns, int], Expression]] = []
_CASED = (str.lower, str.upper, str.title)


def text_of(making: Making) -> str:
    """A string that a query may compare with: an ActionType, mostly."""
    chance = making.chance
    if making.focus and making.often(0.6):
        kind = chance.choice(making.focus)
        return kind if making.often(0.9) else kind.removesuffix("ed").removeprefix("Connection")
    draw = chance.random()
    if draw < 0.5:
        return chance.choice(making.kinds)
    if draw < 0.6:
        return chance.choice(KINDS)
    if draw < 0.7:
        return chance.choice(_CASED)(chance.choice(KINDS))
    if draw < 0.75:
        kind = chance.choice(KINDS)
        return kind[:-1] if making.often(0.5) else f" {kind} "
    return chance.choice((*FRAGMENTS, *OTHERS))


def literal(making: Making, text: str | None = None) -> Expression:
    """A string literal."""
    text = text_of(making) if text is None else text
    number, marked = making.trace.mark(making.chance.choice(('"{}"', "'{}'")).format(text))
    making.trace.literals.add(number)
    value = Text(text, frozenset({number}))
    return Expression(marked, "string", lambda row: value)


def column(making: Making, name: str, type_: str) -> Expression:
    """A column, whose read is traced."""
    number, marked = making.trace.mark(name)

    def read(row: Row) -> Value:
        value = row[name]
        if value not in ("", None):
            making.trace.read(number, row)
        return value

    return Expression(marked, type_, read)


def some_column(making: Making, columns: Columns, type_: str) -> Expression | None:
    """A column of a type, ActionType more often than others."""
    names = [name for name, kind in columns.items() if kind == type_]
    if not names:
        return None
    if type_ == "string" and "ActionType" in columns and making.often(0.55):
        return column(making, "ActionType", "string")
    return column(making, making.chance.choice(names), type_)


def string(making: Making, columns: Columns, depth: int = 2) -> Expression:
    """A string expression."""
    chance = making.chance
    if making.parameters and making.often(0.4):
        return parameter(making)
    draw = chance.random()
    if depth > 0 and draw < 0.3:
        return chance.choice(CHANGES)(making, columns, depth)
    if draw < 0.45:
        variables = [item for item in making.variables if item.type == "string"]
        if variables:
            item = chance.choice(variables)
            return Expression(item.name, "string", lambda row: item.value)
    return (some_column(making, columns, "string") if draw < 0.75 else None) or literal(making)


def constant(making: Making, columns: Columns) -> Expression:
    """What a column is compared with: a constant, mostly."""
    if making.parameters and making.often(0.4):
        return parameter(making)
    names = [name for name, type_ in columns.items() if type_ == "string" and name[0] in "sk"]
    if names and making.often(0.3):  # what an extend or a literal table gave
        return column(making, making.chance.choice(names), "string")
    return string(making, {} if making.often(0.8) else columns, 1)


def parameter(making: Making) -> Expression:
    """The parameter of the function at hand."""
    name = making.chance.choice(making.parameters)
    return Expression(name, "string", lambda row: making.trace.frames[-1][name])


def as_text(value: Value) -> Text:
    assert isinstance(value, Text), value
    return value


def changed(making: Making, columns: Columns, depth: int) -> Expression:
    """A string that a function has changed, or not."""
    inner = string(making, columns, depth - 1)
    of = inner.of
    trims: tuple[tuple[str, str], ...] = ((r"@'\s'", r"\s"), (r"@'\s+'", r"\s+"), ("' '", " "), ("'ed'", "ed"),
        ("'Connection'", "Connection"), ("'C'", "C"), ("'s*'", "s*"))  # fmt: skip
    function = making.chance.choice(
        ("tolower", "toupper", "tostring", "trim", "trim_start", "trim_end", "replace_string", "substring", "split")
    )
    if function.startswith("trim"):
        text, pattern = making.chance.choice(trims)
        kind = making.chance.choice(making.focus) if making.focus and making.often(0.5) else ""
        if kind:  # an end, or the beginning, that it surely has
            pattern = kind[:2] if function == "trim_start" else kind[-2:]
            text = f"'{pattern}'"
        return Expression(
            f"{function}({text}, {inner.text})", "string",
            lambda row: as_text(of(row)).became(_trimmed(function, pattern, as_text(of(row)))),
        )  # fmt: skip
    if function == "replace_string":
        old, new = making.chance.choice((("Success", "Failed"), ("ed", ""), ("x", "y")))
        return Expression(
            f"replace_string({inner.text}, '{old}', '{new}')", "string",
            lambda row: as_text(of(row)).became(as_text(of(row)).replace(old, new)),
        )  # fmt: skip
    if function == "substring":
        start, length = making.chance.choice(((1, 99), (0, 10), (0, 4), (3, 2)))
        return Expression(
            f"substring({inner.text}, {start}{'' if length == 99 else f', {length}'})", "string",
            lambda row: as_text(of(row)).became(as_text(of(row))[start : start + length]),
        )  # fmt: skip
    if function == "split":
        separator = making.chance.choice(("Success", "e", "x"))
        return Expression(
            f"tostring(split({inner.text}, '{separator}')[0])", "string",
            lambda row: as_text(of(row)).became(as_text(of(row)).split(separator)[0]),
        )  # fmt: skip
    changes: dict[str, Callable[[str], str]] = {"tolower": str.lower, "toupper": str.upper, "tostring": str}
    return Expression(
        f"{function}({inner.text})", "string",
        lambda row: as_text(of(row)).became(changes[function](as_text(of(row)))),
    )  # fmt: skip


def _trimmed(function: str, pattern: str, text: str) -> str:
    if function != "trim_end":
        text = re.sub(f"^(?:{pattern})+", "", text)
    return re.sub(f"(?:{pattern})+$", "", text) if function != "trim_start" else text


def joined(making: Making, columns: Columns, depth: int) -> Expression:
    """strcat of two strings, or strcat_delim."""
    one, two = string(making, columns, depth - 1), string(making, columns, depth - 1)

    def of(row: Row) -> Value:
        left, right = as_text(one.of(row)), as_text(two.of(row))
        return Text(f"{left}{delimiter}{right}", left.literals | right.literals, left.event or right.event)

    delimiter = making.chance.choice(("", "", "Connection"))
    function = f"strcat_delim('{delimiter}', " if delimiter else "strcat("
    return Expression(f"{function}{one.text}, {two.text})", "string", of)


CHANGES += [changed, changed, changed, joined]
