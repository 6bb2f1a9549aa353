"""What argument-type says of arguments that only some values, or some types together, will do for.

Source: Microsoft's language service (KS140, KS127, KS232).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.rules._types import with_article
from kql_lint.wording import did_you_mean, listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Application
    from kql_lint.syntax import ast

_TIMES = "day hour minute second millisecond microsecond nanosecond".split()
_PARTS = ("year", "quarter", "month", "week", *_TIMES)
_PARTS_OF_A_DATE = ("year", "quarter", "month", "week_of_year", "day", "dayofyear", *_TIMES[1:])
_VALUES = {
    "datetime_add": _PARTS,
    "datetime_diff": _PARTS,
    "datetime_part": _PARTS_OF_A_DATE,
    "datepart": _PARTS_OF_A_DATE,
}
_ALIKE = frozenset({"coalesce", "max_of", "min_of"})
_BINS = frozenset({"bin", "floor"})
_KINDS = {
    "int": "number",
    "long": "number",
    "real": "number",
    "decimal": "number",
    "string": "string",
    "datetime": "datetime",
    "timespan": "timespan",
}
# What values of a kind can be rounded to.
_STEPS = {"number": ("number",), "timespan": ("timespan",), "datetime": ("timespan", "datetime")}


def unfit(application: Application) -> Iterator[tuple[ast.Expression, str]]:
    """The arguments of a call that are not what it takes, each with a message."""
    name, arguments = application.signature.name, application.node.arguments
    if name in _VALUES and application.signature.takes(len(arguments)):
        yield from _no_value(application, _VALUES[name])
    elif name in _ALIKE and application.signature.takes(len(arguments)):
        yield from _of_another_type(application)
    elif name in _BINS and len(arguments) == 2:
        yield from _no_step(application)


def _no_value(application: Application, values: tuple[str, ...]) -> Iterator[tuple[ast.Expression, str]]:
    node, constants = application.node.arguments[0], application.arguments[0].constants
    given = constants[0].value if constants is not None and len(constants) == 1 else None
    if not isinstance(given, str) or given.casefold() in values:
        return
    from kql_lint.suggest import suggest

    close = suggest(given, values, limit=1)
    what = f'{application.node.name.name}() knows no part "{given}"'
    advice = did_you_mean(close) or f"; there are {listing(quoted(values), limit=len(values))}"
    yield node, what + advice


def _of_another_type(application: Application) -> Iterator[tuple[ast.Expression, str]]:
    """The first argument whose type has nothing in common with that of the first."""
    kinds = _kinds(application)
    if kinds is None or len(set(kinds)) == 1:
        return
    place = next(place for place, kind in enumerate(kinds) if kind != kinds[0])
    first, other = application.types[0], application.types[place]
    what = f"takes values of one type, not {with_article(first)} and {with_article(other)}"
    yield application.node.arguments[place], f"{application.node.name.name}() {what}"


def _no_step(application: Application) -> Iterator[tuple[ast.Expression, str]]:
    kinds = _kinds(application)
    if kinds is not None and kinds[0] in _STEPS and kinds[1] not in _STEPS[kinds[0]]:
        value, step = application.types
        wanted = with_article(_STEPS[kinds[0]][0])
        what = f"rounds {with_article(value)} to {wanted}, not to {with_article(step)}"
        yield application.node.arguments[1], f"{application.node.name.name}() {what}"


def _kinds(application: Application) -> list[str] | None:
    """The kinds of the arguments' types, None where one of them is not sure."""
    from kql_lint.semantics.placeholders import is_value

    values = application.arguments
    if not is_value(application.node.arguments) or not all(value.is_settled for value in values):
        return None
    kinds = [_KINDS.get(kind) for kind in application.types]
    known = [kind for kind in kinds if kind is not None]
    return known if len(known) == len(kinds) else None
