"""A function's overloads: which calls they take and which type they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kql_lint.semantics.types import (
    CANONICAL,
    INTEGER,
    NUMERIC,
    ORDERABLE,
    SCALAR_TYPES,
    SUMMABLE,
    UNKNOWN,
    common_type,
    promoted,
    widest,
)

_CLASSES: dict[str, frozenset[str]] = {
    "number": frozenset(NUMERIC),
    "integer": INTEGER,
    "summable": SUMMABLE,
    "orderable": ORDERABLE,
    "text": frozenset({"string", "dynamic"}),
    "array": frozenset({"dynamic"}),
    "bag": frozenset({"dynamic"}),
    "static": frozenset(SCALAR_TYPES) - {"dynamic"},
    "discrete": frozenset(SCALAR_TYPES) - {"real", "bool"},
}
_SCALARS = frozenset(SCALAR_TYPES)
_OCCURRENCES: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Parameter:
    """A parameter: minimum and maximum say how many arguments it takes (maximum None: any number).

    type is as in table.tsv.  grouped: it repeats together with its neighbours, as in ``case`` and ``bag_pack``.
    constant: the argument can't be read from a row.
    """

    name: str
    type: str
    minimum: int = 1
    maximum: int | None = 1
    grouped: bool = False
    constant: bool = False

    def accepts(self, argument: str, exactly: bool = False) -> bool:
        """Whether an argument of this type will do.

        Numbers pass for one another and ``dynamic`` for anything, unless exactly.  An unknown type always passes.
        """
        if argument == UNKNOWN:
            return True
        allowed = _accepted(self.type)
        if argument in allowed:
            return True
        return not exactly and (argument == "dynamic" or (argument in NUMERIC and not allowed.isdisjoint(NUMERIC)))


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Overload:
    """One way to call a function.  max_args is None where there is no limit; group: how many parameters come again."""

    parameters: tuple[Parameter, ...]
    returns: str
    columns: str
    min_args: int
    max_args: int | None
    group: int

    def takes(self, count: int) -> bool:
        """Whether a call with so many arguments fits."""
        if count < self.min_args or (self.max_args is not None and count > self.max_args):
            return False
        return not self.group or (count - (len(self.parameters) - self.group)) % self.group == 0

    def matched(self, types: Sequence[str]) -> Iterator[tuple[str, Parameter]]:
        """The type of each argument with its parameter; arguments past the last parameter are left out."""
        return zip(types, self.assign(len(types)), strict=False)

    def assign(self, count: int) -> list[Parameter]:
        """The parameter of each of count arguments, in order; those past the last parameter have none."""
        group = [parameter for parameter in self.parameters if parameter.grouped]
        rest = [parameter for parameter in self.parameters if not parameter.grouped]
        if group:
            repeats = max(count - len(rest), 0)
            return [group[index % len(group)] for index in range(repeats)] + rest[: count - repeats]
        spare = count - self.min_args
        assigned: list[Parameter] = []
        for parameter in rest:
            most = spare if parameter.maximum is None else min(spare, parameter.maximum - parameter.minimum)
            extra = max(most, 0)
            spare -= extra
            assigned += [parameter] * (parameter.minimum + extra)
        return assigned[:count]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class FunctionSignature:
    """A function as table.tsv has it.

    kind is scalar, aggregate, plugin or source.  naming is the template of an unnamed column's name (``sum_*``).
    replaced_by names what to use in place of an outdated function.
    """

    name: str
    kind: str
    overloads: tuple[Overload, ...]
    naming: str
    replaced_by: tuple[str, ...] = ()

    @property
    def min_args(self) -> int:
        """The fewest arguments that a call may have."""
        return min(overload.min_args for overload in self.overloads)

    @property
    def max_args(self) -> int | None:
        """The most arguments that a call may have, None where there is no limit."""
        limits = [overload.max_args for overload in self.overloads]
        known = [limit for limit in limits if limit is not None]
        return max(known) if len(known) == len(limits) else None

    def wants_constant(self, count: int) -> list[tuple[int, Parameter]]:
        """The places of a call's count arguments that take constants alone, with their parameters."""
        if not any(parameter.constant for parameter in self.parameters):
            return []
        overload = next((overload for overload in self.overloads if overload.takes(count)), None)
        assigned = overload.assign(count) if overload is not None else []
        return [(place, parameter) for place, parameter in enumerate(assigned) if parameter.constant]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the first overload."""
        return self.overloads[0].parameters

    def takes(self, count: int) -> bool:
        """Whether a call with so many arguments is right."""
        return any(overload.takes(count) for overload in self.overloads)

    def best(self, types: Sequence[str]) -> list[Overload]:
        """The overloads that fit arguments of these types best; all that fit by number where none fits by type."""
        candidates = [overload for overload in self.overloads if overload.takes(len(types))] or list(self.overloads)
        fitting = [overload for overload in candidates if _fits(overload, types, exactly=True)]
        if fitting:
            return fitting if UNKNOWN in types else fitting[:1]
        return [overload for overload in candidates if _fits(overload, types, exactly=False)] or candidates

    def return_type(self, types: Sequence[str], literals: Sequence[object] = ()) -> str:
        """The type of a call's value, UNKNOWN where it can't be known.

        types are those of the arguments.  literals, where given, holds their values in the same order (None for one
        that is no literal); the value of ``typeof(long)`` is ``"long"``.  Of a function that gives several columns it
        is the first one's type.
        """
        results = {_result(overload, types, literals) for overload in self.best(types)}
        return results.pop() if len(results) == 1 else UNKNOWN


def parse_overload(parameters: str, returns: str, columns: str) -> Overload:
    """An overload from the fields of a row of table.tsv."""
    parsed = tuple(_parse_parameters(parameters))
    maxima = [parameter.maximum for parameter in parsed]
    known = [maximum for maximum in maxima if maximum is not None]
    limit = sum(known) if len(known) == len(maxima) else None
    group = sum(parameter.grouped for parameter in parsed)
    return Overload(parsed, returns, columns, sum(parameter.minimum for parameter in parsed), limit, group)


def _parse_parameters(text: str) -> list[Parameter]:
    if not text.startswith("("):
        return [_parse_parameter(word) for word in text.split()]
    group, rest = text[1:].split(")+")
    repeated = [_parse_parameter(word) for word in group.split()]
    for parameter in repeated:
        parameter.maximum, parameter.grouped = None, True
    return repeated + [_parse_parameter(word) for word in rest.split()]


def _parse_parameter(word: str) -> Parameter:
    name, type_ = word.split(":")
    if name[-1] == "!":
        parameter = _parse_parameter(f"{name[:-1]}:{type_}")
        parameter.constant = True
        return parameter
    if type_[-1] in _OCCURRENCES:
        return Parameter(name, type_[:-1], *_OCCURRENCES[type_[-1]])
    if type_[-1] == "}":
        type_, occurrences = type_[:-1].split("{")
        minimum, maximum = occurrences.split(",")
        return Parameter(name, type_, int(minimum), int(maximum) if maximum else None)
    return Parameter(name, type_)


def _accepted(type_: str) -> frozenset[str]:
    if "|" in type_:
        return frozenset().union(*(_accepted(part) for part in type_.split("|")))
    if type_ in _SCALARS:
        return frozenset((type_,))
    return _CLASSES.get(type_, _SCALARS)  # any, common, column ... take all


def _fits(overload: Overload, types: Sequence[str], exactly: bool) -> bool:
    return all(parameter.accepts(argument, exactly) for argument, parameter in overload.matched(types))


def _result(overload: Overload, types: Sequence[str], literals: Sequence[object]) -> str:
    rule = overload.returns
    if rule in _SCALARS:
        return rule
    if rule.startswith("common"):
        return _common(rule, [type_ for type_, parameter in overload.matched(types) if parameter.type == "common"])
    if rule == "widest":
        return promoted(widest(types) or UNKNOWN)
    if rule == "typeof":
        return _named_type(literals[-1]) if literals and len(literals) == len(types) else UNKNOWN
    if rule in ("sorted", "percentiles-array"):
        return "dynamic"
    if rule == "tuple":
        return overload.columns.split()[0].split(":")[1]
    if rule == "second":
        return types[1] if len(types) > 1 else UNKNOWN
    return _from_first(rule, types[0]) if types else UNKNOWN


def _from_first(rule: str, first: str) -> str:
    if rule == "first+":
        return promoted(first)
    if rule == "percentiles":
        return percentile_type(first)
    return first if rule in ("first", "any", "arg") else UNKNOWN


def percentile_type(value: str) -> str:
    """The type of a percentile of values of a type."""
    return {"int": "long", "decimal": "real"}.get(value, value)


def _common(rule: str, types: list[str]) -> str:
    if UNKNOWN in types:  # what it is decides whether the others are converted to it, it to them, or all to dynamic
        return UNKNOWN
    if rule == "common-static":
        return common_type(types, ignore_dynamic=True)
    mixed = common_type(types, ignore_dynamic=rule == "common-orderable")
    return UNKNOWN if mixed == "dynamic" and "dynamic" not in types else mixed


def _named_type(literal: object) -> str:
    return CANONICAL.get(literal, UNKNOWN) if isinstance(literal, str) else UNKNOWN
