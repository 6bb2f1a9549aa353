"""What a function of KQL makes of a column's value: a predicate about it, or a value that can be computed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kql_lint.semantics.domains.evaluation import is_evaluated
from kql_lint.semantics.domains.scalars import UNTOLD
from kql_lint.semantics.events.narrowing import of_emptiness, of_need, of_value
from kql_lint.semantics.scopes.scope import Case, Constant, Derivation, Step, Value
from kql_lint.semantics.scopes.state import Truth, negation

_Predicate = Callable[[Value], "Truth | None"]

_PREDICATES: dict[str, _Predicate] = {
    "not": lambda value: negation(of_value(value)),
    "tobool": lambda value: of_value(value) if value.type == "bool" else None,
    "isempty": lambda value: of_emptiness(value, empty=True),
    "isnull": lambda value: of_emptiness(value, empty=True),
    "isnotempty": lambda value: of_emptiness(value, empty=False),
    "notempty": lambda value: of_emptiness(value, empty=False),
    "isnotnull": lambda value: of_emptiness(value, empty=False),
    "notnull": lambda value: of_emptiness(value, empty=False),
    # True and false alike need an address: both are null for an empty string.
    "ipv4_is_private": of_need,
    "ipv4_is_in_range": of_need,
    "ipv4_is_in_any_range": of_need,
    "ipv6_is_in_range": of_need,
}
_MAX_STEPS = 8


def of_call(name: str, values: Sequence[Value]) -> Truth | None:
    """For which rows a call of a function gives true, None where nothing is known of that."""
    predicate = _PREDICATES.get(name)
    return predicate(values[0]) if predicate is not None and values else None


def derived(name: str, values: Sequence[Value], kind: str) -> Value:
    """What a call gives for values of which one is a column's, once or several times, and the others are constants."""
    places = tuple([place for place, value in enumerate(values) if value.is_traced])
    if not places or not is_evaluated(name):
        return Value(kind)
    value = values[places[0]]
    if any(not _is_same(value, values[place]) for place in places[1:]):
        return Value(kind)
    others = [_constant(other) for index, other in enumerate(values) if index not in places]
    derivation = value.derivation
    if value.partial or value.apart or value.folded is not None or any(other is None for other in others):
        return Value(kind)
    step = Step(name, tuple(other[0] for other in others if other is not None), places)
    if value.origins:
        return Value(kind, derivation=Derivation(value.origins, (step,)))
    if derivation is not None and derivation.origins and len(derivation.steps) < _MAX_STEPS:
        return Value(kind, derivation=Derivation(derivation.origins, (*derivation.steps, step)))
    if derivation is not None and derivation.cases:
        return Value(kind, derivation=Derivation(cases=tuple(_changed(case, step) for case in derivation.cases)))
    return Value(kind)


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are the same column's, as it is."""
    return bool(one.origins) and one.origins == other.origins and len(one.origins) == 1 and one.folded == other.folded


def _constant(value: Value) -> tuple[object] | None:
    """The scalar or the array that a value surely is; None where it is not known."""
    if value.constants is None or not value.exact or value.is_traced:
        return None
    found = [constant.value for constant in value.constants]
    if value.type == "dynamic":
        return (found,)
    return (found[0],) if len(found) == 1 else None


def _changed(case: Case, step: Step) -> Case:
    """A case behind a function."""
    if case.constant is None:
        return case
    made = step.of(case.constant.value)
    return Case(case.condition, None if made is UNTOLD else Constant(made, case.constant.node))
