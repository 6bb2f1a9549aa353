"""Functions that choose among their arguments, and logic: what they do not look at may be untold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kql_lint.semantics.domains.scalars import UNTOLD

_Arguments = Sequence[object]


def _iff(arguments: _Arguments) -> object:
    return _case(arguments) if len(arguments) == 3 else UNTOLD


def _case(arguments: _Arguments) -> object:
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        return UNTOLD
    for place in range(0, len(arguments) - 1, 2):
        condition = arguments[place]
        if not isinstance(condition, bool):
            return UNTOLD
        if condition:
            return arguments[place + 1]
    return arguments[-1]


def _coalesce(arguments: _Arguments) -> object:
    """The first that is neither null nor an empty string."""
    for argument in arguments:
        if argument is UNTOLD:
            return UNTOLD
        if argument not in ("", None):
            return argument
    return "" if arguments and all(argument == "" for argument in arguments) else UNTOLD


def _is_empty(arguments: _Arguments) -> object:
    return _asked(arguments, lambda value: value in ("", None))


def _is_not_empty(arguments: _Arguments) -> object:
    return _asked(arguments, lambda value: value not in ("", None))


def _is_null(arguments: _Arguments) -> object:
    return _asked(arguments, lambda value: value is None)


def _is_not_null(arguments: _Arguments) -> object:
    return _asked(arguments, lambda value: value is not None)


def _asked(arguments: _Arguments, question: Callable[[object], bool]) -> object:
    return question(arguments[0]) if len(arguments) == 1 and arguments[0] is not UNTOLD else UNTOLD


def _not(arguments: _Arguments) -> object:
    return not arguments[0] if len(arguments) == 1 and isinstance(arguments[0], bool) else UNTOLD


def _and(arguments: _Arguments) -> object:
    return _decided(arguments, by=False)


def _or(arguments: _Arguments) -> object:
    return _decided(arguments, by=True)


def _decided(arguments: _Arguments, *, by: bool) -> object:
    """One argument that is ``by`` decides; else all have to be known."""
    if any(argument is by for argument in arguments):
        return by
    return not by if arguments and all(isinstance(argument, bool) for argument in arguments) else UNTOLD


FUNCTIONS: dict[str, Callable[[_Arguments], object]] = {
    "iff": _iff,
    "iif": _iff,
    "case": _case,
    "coalesce": _coalesce,
    "isempty": _is_empty,
    "isnotempty": _is_not_empty,
    "notempty": _is_not_empty,
    "isnull": _is_null,
    "isnotnull": _is_not_null,
    "notnull": _is_not_null,
    "not": _not,
    "and": _and,
    "or": _or,
}
