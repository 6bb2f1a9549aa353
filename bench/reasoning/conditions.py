"""Conditions: random ones over the columns at hand, each with the function that evaluates it.

A condition is true, false, or null.  Where the documentation leaves open what it is, there are two readings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from reasoning.expressions import CHANGES, as_text, changed, column, constant, literal, some_column, string
from reasoning.making import Columns, Expression, Making
from reasoning.model import Row, Text, Value


def _has(value: str, needle: str, begin: bool = True, end: bool = True) -> bool:
    """Whether a term, or several, stand in the value: begin and end where a term does, if they are of letters."""
    before = "(?<![0-9A-Za-z])" if begin and needle[:1].isalnum() else ""
    after = "(?![0-9A-Za-z])" if end and needle[-1:].isalnum() else ""
    return re.search(before + re.escape(needle) + after, value) is not None


# The positive test of each operator, on strings in one case where it ignores case.
TESTS: dict[str, Callable[[str, str], bool]] = {
    "==": lambda value, other: value == other,
    "has": _has,
    "hasprefix": lambda value, other: _has(value, other, end=False),
    "hassuffix": lambda value, other: _has(value, other, begin=False),
    "contains": lambda value, other: other in value,
    "startswith": lambda value, other: value.startswith(other),
    "endswith": lambda value, other: value.endswith(other),
}
BINARY = (*["=="] * 10, *["!="] * 10, *["=~", "!~"] * 2, *(f"{no}{kind}{cs}" for kind in tuple(TESTS)[1:]
    for no in ("", "!") for cs in ("", "_cs")))  # fmt: skip
WHOLE = ("==", "!=", "=~", "!~")
MEMBERSHIP = ("in", "in", "in~", "!in", "!in", "!in~", "has_any", "has_any", "has_all")


def matches(operator: str, value: str, other: str, *, second: bool) -> bool:
    """The positive test of a binary operator; second: as the second reading has it, see Trace."""
    name = operator.removeprefix("!")
    kind = {"=": "==", "=~": "==", "~": "=="}.get(name, name.removesuffix("_cs"))
    if operator in ("=~", "!~") or (kind != "==" and not name.endswith("_cs")):
        value, other = value.lower(), other.lower()
    return not second if kind.startswith("has") and not other else TESTS[kind](value, other)


def predicate(making: Making, columns: Columns, depth: int = 2) -> Expression:
    """A condition."""
    if "ActionType" in columns and making.often(0.2):
        return plain(making)
    draw = making.chance.random()
    if depth > 0 and draw < 0.25:
        return logical(making, columns, depth)
    if draw < 0.33:
        return negation(making, columns, depth)
    if draw < 0.55:
        return membership(making, columns)
    if draw < 0.62:
        return of_number(making, columns)
    if draw < 0.66:
        return emptiness(making, columns)
    if draw < 0.70 and depth > 0:
        return of_function(making, columns, depth, "bool")
    if draw < 0.73 and depth > 0:
        return chosen_condition(making, columns, depth)
    if draw < 0.76:
        return regex(making, columns)
    return binary(making, columns)


def plain(making: Making) -> Expression:
    """A comparison of ActionType with what it is likely to be, as most filters are."""
    columns = {"ActionType": "string"}
    if making.often(0.5):
        return membership(making, columns)
    return compared(making, column(making, "ActionType", "string"), literal(making, making.chance.choice(making.kinds)))


def logical(making: Making, columns: Columns, depth: int) -> Expression:
    """Conditions joined by and, or or."""
    word = making.chance.choice(("and", "or"))
    parts = [predicate(making, columns, depth - 1) for _ in range(making.chance.choice((2, 2, 3)))]

    def of(row: Row) -> bool | None:
        is_null = False
        for part in parts:
            value = part.of(row)
            if value is not None and bool(value) == (word == "or"):
                return word == "or"
            is_null = is_null or value is None
        return None if is_null else word != "or"

    return Expression("(" + f" {word} ".join(part.text for part in parts) + ")", "bool", of)


def negation(making: Making, columns: Columns, depth: int) -> Expression:
    """not(...), or a condition compared with true or false."""
    part = predicate(making, columns, depth - 1)
    word = "false" if making.often(0.8) else making.chance.choice(("true", "false"))
    text = f"not({part.text})" if making.often(0.8) and word == "false" else f"(({part.text}) == {word})"

    def of(row: Row) -> bool | None:
        value = part.of(row)
        return None if value is None else bool(value) == (word == "true")

    return Expression(text, "bool", of)


def chosen_condition(making: Making, columns: Columns, depth: int) -> Expression:
    """iff over conditions."""
    when, one, two = (predicate(making, columns, depth - 1) for _ in range(3))
    return Expression(
        f"iff({when.text}, {one.text}, {two.text})", "bool", lambda row: (one if when.of(row) else two).of(row)
    )


def binary(making: Making, columns: Columns) -> Expression:
    """A comparison of two strings."""
    left, right = string(making, columns, 1), constant(making, columns)
    if "ActionType" in columns and making.often(0.6):
        left = (
            changed(making, {"ActionType": "string"}, 1)
            if making.often(0.15)
            else column(making, "ActionType", "string")
        )
    return compared(making, left, right)


def compared(making: Making, left: Expression, right: Expression) -> Expression:
    """Two strings, compared by any operator."""
    operator = making.chance.choice(BINARY)
    if operator in ("==", "!=") and making.often(0.15):
        left, right = right, left
    trace = making.trace
    number, text = trace.mark(f"{left.text} {operator} {right.text}")

    def of(row: Row) -> bool:
        value, other = as_text(left.of(row)), as_text(right.of(row))
        result = matches(operator, value, other, second=trace.second)
        holds = trace.test(number, value, other, result, whole=operator in WHOLE)
        if holds:
            trace.true.add(number)
        return holds != operator.startswith("!")

    return Expression(text, "bool", of)


def regex(making: Making, columns: Columns) -> Expression:
    """matches regex."""
    value = some_column(making, columns, "string") or literal(making)
    pattern = making.chance.choice(("^Conn", "ed$", "(Success|Failed)$", "[A-Z]o", "^.{11}$", "(?i)^open", "^$", "x|y"))
    trace = making.trace
    written, marked = trace.mark(f"@'{pattern}'")
    trace.literals.add(written)
    number, text = trace.mark(f"{value.text} matches regex {marked}")

    def of(row: Row) -> bool:
        left = as_text(value.of(row))
        holds = re.search(pattern, left) is not None
        if holds:
            trace.true.add(number)
        return trace.test(number, left, Text(pattern, frozenset({written})), holds, whole=False)

    return Expression(text, "bool", of)


def items(making: Making, columns: Columns) -> tuple[str, Callable[[Row], Iterable[Text]]]:
    """What stands in the brackets of ``in``: literals, a list, or strings of the row."""
    lists = [item for item in making.variables if item.type == "list"]
    if lists and making.often(0.35):
        item = making.chance.choice(lists)
        assert isinstance(item.value, list)
        values = item.value
        return item.name, lambda row: values
    if making.often(0.15):
        held = some_column(making, columns, "list")
        if held is not None:
            return held.text, lambda row: held.of(row) or []  # type: ignore[return-value]
    if making.often(0.15):
        return making.chance.choice(LISTS)(making)
    parts = [
        constant(making, columns) if making.often(0.3) else literal(making)
        for _ in range(making.chance.choice((1, 2, 2, 3)))
    ]
    text = ", ".join(part.text for part in parts)
    return text, lambda row: [as_text(part.of(row)) for part in parts]


Items = tuple[str, Callable[[Row], Iterable[Text]]]
# Tables as lists, which are made where tables are; and lists that functions make, some of them of tables.
SUBQUERIES: list[Callable[[Making], Items]] = []
LISTS: list[Callable[[Making], Items]] = []


def membership(making: Making, columns: Columns) -> Expression:
    """in, has_any and their like."""
    left = some_column(making, columns, "string") or literal(making)
    if making.often(0.1):
        left = string(making, columns, 1)
    return among(making, left, listed(making, columns))


def listed(making: Making, columns: Columns) -> Items:
    """What stands in the brackets: a table, or what items has."""
    if SUBQUERIES and making.often(0.3):
        return making.chance.choice(SUBQUERIES)(making)
    return items(making, columns)


def among(making: Making, left: Expression, listed: Items) -> Expression:
    """A string, compared with several by any operator that does."""
    operator = making.chance.choice(MEMBERSHIP)
    text, values = listed
    trace = making.trace
    number, marked = trace.mark(f"{left.text} {operator} ({text})")
    single = {"in": "==", "in~": "=~", "has_any": "has", "has_all": "has"}[operator.removeprefix("!")]

    def of(row: Row) -> bool:
        value = as_text(left.of(row))
        whole = single in WHOLE
        others = list(values(row))
        results = [matches(single, value, other, second=trace.second) for other in others]
        holds = all(results) if operator == "has_all" else any(results)
        for other, result in zip(others, results, strict=True):
            trace.test(number, value, other, result and holds, whole=whole)
        if holds:
            trace.true.add(number)
        return holds != operator.startswith("!")

    return Expression(marked, "bool", of)


def of_number(making: Making, columns: Columns) -> Expression:
    """A comparison of a number."""
    held = some_column(making, columns, "long")
    if held is None:
        return binary(making, columns)
    number = making.chance.randint(0, 4)
    operator, test = making.chance.choice(
        (("==", int.__eq__), (">", int.__gt__), ("<=", int.__le__), ("!=", int.__ne__))
    )

    def of(row: Row) -> bool | None:
        value = held.of(row)
        if not isinstance(value, int):
            return None if making.trace.second else operator == "!="
        return bool(test(value, number))

    return Expression(f"{held.text} {operator} {number}", "bool", of)


def emptiness(making: Making, columns: Columns) -> Expression:
    """isempty or isnotempty."""
    held = some_column(making, columns, making.chance.choice(("string", "string", "long")))
    if held is None:
        return binary(making, columns)
    word = making.chance.choice(("isempty", "isnotempty"))
    return Expression(f"{word}({held.text})", "bool", lambda row: (held.of(row) in ("", None)) == (word == "isempty"))


def chosen(making: Making, columns: Columns, depth: int) -> Expression:
    """iff, case or coalesce over strings."""
    one, two = string(making, columns, depth - 1), string(making, columns, depth - 1)
    if making.often(0.2):
        return Expression(f"coalesce({one.text}, {two.text})", "string", lambda row: one.of(row) or two.of(row))
    when = predicate(making, columns, depth - 1)
    if making.often(0.6):
        return Expression(
            f"iff({when.text}, {one.text}, {two.text})", "string", lambda row: (one if when.of(row) else two).of(row)
        )
    then, three = predicate(making, columns, depth - 1), string(making, columns, depth - 1)
    return Expression(
        f"case({when.text}, {one.text}, {then.text}, {two.text}, {three.text})", "string",
        lambda row: (one if when.of(row) else two if then.of(row) else three).of(row),
    )  # fmt: skip


def of_function(making: Making, columns: Columns, depth: int, type_: str = "string") -> Expression:
    """A call of a function that the query defines."""
    functions = [item for item in making.functions if item.body.type == type_]
    argument = string(making, columns, depth - 1)
    if not functions:
        return argument if type_ == "string" else predicate(making, columns, depth - 1)
    function = making.chance.choice(functions)

    def of(row: Row) -> Value:
        making.trace.frames.append({function.parameter: argument.of(row)})
        value = function.body.of(row)
        making.trace.frames.pop()
        return value

    return Expression(f"{function.name}({argument.text})", type_, of)


CHANGES += [chosen, of_function]
