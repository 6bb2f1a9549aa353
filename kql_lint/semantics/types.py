"""KQL's scalar types and what operators make of them.

A type is its canonical name, a plain string.  ``UNKNOWN`` stands for a type that can't be known; an operator with an
unknown operand has a known result only where every type that the operand could have gives the same one.

Source: the operator signatures of Microsoft's Kusto.Language service, held against its binder for every pair of types.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

UNKNOWN = "unknown"

SCALAR_TYPES = ("bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic")

NUMERIC = ("int", "long", "real", "decimal")  # narrowest first
INTEGER = frozenset({"int", "long"})
SUMMABLE = frozenset({*NUMERIC, "datetime", "timespan"})
ORDERABLE = SUMMABLE | {"string", "bool"}

CANONICAL: dict[str, str] = {
    **{name: name for name in SCALAR_TYPES},
    "boolean": "bool",
    "int8": "int",
    "int16": "int",
    "int32": "int",
    "uint8": "int",
    "uint16": "int",
    "uint32": "int",
    "uint": "int",
    "int64": "long",
    "uint64": "long",
    "ulong": "long",
    "float": "real",
    "double": "real",
    "date": "datetime",
    "time": "timespan",
    "uuid": "guid",
    "uniqueid": "guid",
}
"""Every spelling of a type to its canonical name."""

_WIDTH = {name: width for width, name in enumerate(NUMERIC)}
_TEXT = frozenset({"string", "dynamic"})
_TRUTH = frozenset({"bool", "dynamic"})

_ARITHMETIC = frozenset("+-*/%")
_ORDER = frozenset({"<", "<=", ">", ">="})
_EQUALITY = frozenset({"==", "!=", "<>", ":"})
_MEMBERSHIP = frozenset({"in", "!in"})  # of any type; the others compare text

_TIME_ARITHMETIC: dict[tuple[str, str, str], str] = {
    ("+", "timespan", "timespan"): "timespan",
    ("+", "datetime", "timespan"): "datetime",
    ("+", "timespan", "datetime"): "datetime",
    ("+", "datetime", "datetime"): "datetime",
    ("-", "timespan", "timespan"): "timespan",
    ("-", "datetime", "datetime"): "timespan",
    ("-", "datetime", "timespan"): "datetime",
    ("-", "timespan", "datetime"): "datetime",
    ("*", "timespan", "timespan"): "timespan",
    ("*", "timespan", "number"): "timespan",
    ("*", "number", "timespan"): "timespan",
    ("*", "datetime", "number"): "datetime",
    ("*", "number", "datetime"): "datetime",
    ("/", "timespan", "timespan"): "real",
    ("/", "timespan", "number"): "timespan",
    ("/", "datetime", "datetime"): "real",
    ("/", "datetime", "timespan"): "real",
    ("/", "datetime", "number"): "datetime",
    ("%", "timespan", "timespan"): "timespan",
    ("%", "timespan", "number"): "timespan",
    ("%", "datetime", "datetime"): "timespan",
    ("%", "datetime", "timespan"): "timespan",
    ("%", "datetime", "number"): "datetime",
}


def widest(types: Iterable[str]) -> str | None:
    """The widest numeric type among types, or None where none of them is numeric."""
    numbers = [name for name in types if name in _WIDTH]
    return max(numbers, key=_WIDTH.__getitem__) if numbers else None


def promoted(name: str) -> str:
    """The type that arithmetic gives for a type: int becomes long."""
    return "long" if name == "int" else name


@cache
def binary_type(op: str, left: str, right: str) -> str | None:
    """The type of ``left op right``.

    op is an operator as the AST spells it (Binary, In and Logical).  The answer is None where the operator is not
    defined for the two types, and UNKNOWN where that depends on an unknown type.
    """
    if op in _ARITHMETIC:
        return _arithmetic(op, left, right)
    if op in _EQUALITY or op in _MEMBERSHIP:
        return "bool"  # LIMIT: the service casts either side, the binder allows all pairs
    if op in _ORDER:
        return "bool" if _comparable(left, right) else None
    allowed = _TRUTH if op in ("and", "or") else _TEXT
    return "bool" if all(side in allowed or side == UNKNOWN for side in (left, right)) else None


def unary_type(op: str, operand: str, literal: bool = False) -> str | None:
    """The type of ``-operand`` or ``+operand``, None where it is not defined.  literal: the operand is a literal."""
    if operand in SUMMABLE:
        return operand if literal else promoted(operand)
    return operand if operand in ("dynamic", UNKNOWN) else None


def between_type(left: str, low: str, high: str) -> str | None:
    """``bool``, or None where ``left between (low .. high)`` is not defined for these types.

    LIMIT: dynamic bounds are let through in every place; the service rejects some of them.
    """
    known = [name for name in (left, low, high) if name != UNKNOWN]
    if all(name in _WIDTH or name == "dynamic" for name in known):
        return "bool"
    if len(set(known)) == 1 and known[0] in SUMMABLE:
        return "bool"
    # A datetime may be held against a start and a duration.
    return "bool" if set(known) == {"datetime", "timespan"} and left != "timespan" and low != "timespan" else None


def common_type(types: Iterable[str], ignore_dynamic: bool = False) -> str:
    """The one type that values of all types take, as in ``case``, ``iff`` (ignore_dynamic) and ``coalesce``.

    Unknown types don't count beside known ones.  Numbers widen; other mixtures become ``dynamic``.  With
    ignore_dynamic, ``dynamic`` counts only where there is nothing else.  UNKNOWN where no type is known.
    """
    known = [name for name in types if name != UNKNOWN]
    if ignore_dynamic and any(name != "dynamic" for name in known):
        known = [name for name in known if name != "dynamic"]
    distinct = set(known)
    if len(distinct) == 1:
        return known[0]
    if not distinct:
        return UNKNOWN
    number = widest(distinct)
    return number if number and distinct <= _WIDTH.keys() else "dynamic"


def _arithmetic(op: str, left: str, right: str) -> str | None:
    if UNKNOWN in (left, right):
        return _whatever_the_unknown(op, left, right)
    if left in _WIDTH and right in _WIDTH:
        return promoted(widest((left, right)) or left)
    if "dynamic" in (left, right):
        return _with_dynamic(op, left, right)
    return _TIME_ARITHMETIC.get((op, _kind(left), _kind(right)))


def _kind(name: str) -> str:
    return "number" if name in _WIDTH else name


def _with_dynamic(op: str, left: str, right: str) -> str | None:
    other = right if left == "dynamic" else left
    if other == "dynamic":
        return "dynamic"
    if op == "-" and other == "datetime":
        return "timespan"
    allowed = SUMMABLE if op in "+-" else _WIDTH.keys()
    return promoted(other) if other in allowed else None


def _whatever_the_unknown(op: str, left: str, right: str) -> str | None:
    """The result where all types that the unknown operand could have agree on it (numbers agree on the known one)."""
    if left == right:
        return UNKNOWN
    results = {
        _arithmetic(op, *(known if known != UNKNOWN else name for known in (left, right))) for name in SCALAR_TYPES
    }
    results.discard(None)
    if len(results) == 1:
        return results.pop()
    known = right if left == UNKNOWN else left
    return promoted(known) if results and results <= _WIDTH.keys() and known in _WIDTH else UNKNOWN


def _comparable(left: str, right: str) -> bool:
    if UNKNOWN in (left, right):
        return True
    if left == right:
        return left in SUMMABLE or left in _TRUTH
    numbers = {name for name in (left, right) if name in _WIDTH}
    others = {left, right} - numbers
    return others in (set(), {"bool"}, {"dynamic"})
