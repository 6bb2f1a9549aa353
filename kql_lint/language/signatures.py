"""Signatures of functions as text, with the place of each parameter in it, and which one an argument belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kql_lint.semantics import functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kql_lint.catalogue import PlatformFunction
    from kql_lint.catalogue.scan import Parameter as ScannedParameter
    from kql_lint.semantics.functions import FunctionSignature, Overload, Parameter
    from kql_lint.semantics.scopes.environment import LocalFunction

_KINDS = ("scalar", "aggregate", "plugin", "source")
_RESULTS = frozenset("bool datetime decimal dynamic guid int long real string timespan".split())


@dataclass(slots=True)
class Signature:
    """One way to call a function: label is the whole text, parameters are the stretches of it that each parameter has.

    overload tells which parameter takes which argument; None where each takes one.
    """

    label: str
    parameters: list[tuple[int, int]]
    overload: Overload | None = None

    def active(self, argument: int, count: int) -> int | None:
        """The parameter of the argument with a number, of a call that has count arguments; None for one too many."""
        if self.overload is None:
            return argument if argument < len(self.parameters) else None
        assigned = self.overload.assign(max(count, self.overload.min_args))
        return self.overload.parameters.index(assigned[argument]) if argument < len(assigned) else None

    def takes(self, count: int) -> bool:
        """Whether a call may have so many arguments, or may yet come to more."""
        if self.overload is None:
            return count <= len(self.parameters)
        return self.overload.max_args is None or count <= self.overload.max_args


def of_function(name: str, signature: FunctionSignature) -> list[Signature]:
    """The signatures of one of KQL's own functions, one for each overload."""
    found = [_of_overload(name, overload) for overload in signature.overloads]
    return list({one.label: one for one in found}.values())


@cache
def first_label(signature: FunctionSignature) -> str:
    """The text of the first of them."""
    return _of_overload(signature.name, signature.overloads[0]).label


def of_platform(function: PlatformFunction) -> Signature:
    """The signature of a function that a platform or the user adds to KQL."""
    result = "" if function.tabular else f": {function.returns or 'unknown'}"
    if function.parameters is not None:
        return _built(function.name, [_declared(one) for one in function.parameters], result)
    words = [word.strip() for word in function.arguments.strip("()").split(",") if word.strip()]
    return _built(function.name, words, result)


def of_local(function: LocalFunction) -> Signature:
    """The signature of a function that the query defines."""
    words = []
    for parameter in function.node.parameters:
        if parameter.type is not None:
            kind = parameter.type
        else:
            listed = [f"{column.name.name}:{column.type}" for column in parameter.columns]
            kind = f"({', '.join([*listed, *(['*'] if parameter.open else [])])})"
        words.append(f"{parameter.name.name}:{kind}{' = ...' if parameter.default is not None else ''}")
    return _built(function.name, words, "")


def own(name: str, kinds: Iterable[str] = _KINDS) -> FunctionSignature | None:
    """KQL's own function of a name, of the first of the kinds that has it."""
    tables = {
        "scalar": functions.scalar,
        "aggregate": functions.aggregate,
        "plugin": functions.plugin,
        "source": functions.source,
    }
    return next((found for kind in kinds if (found := tables[kind](name)) is not None), None)


def _of_overload(name: str, overload: Overload) -> Signature:
    parameters = overload.parameters
    words = [_parameter(one, one.maximum != 1 and not one.grouped) for one in parameters]
    grouped = [number for number, one in enumerate(parameters) if one.grouped]
    if grouped:
        words[grouped[-1]] += ", ..."
    result = f": {overload.returns}" if overload.returns in _RESULTS else ""
    return _built(name, words, result, overload)


def _parameter(parameter: Parameter, many: bool) -> str:
    text = parameter.name if parameter.type == "any" else f"{parameter.name}: {parameter.type}"
    if many:
        return f"{text}, ..." if parameter.minimum else f"[{text}, ...]"
    return text if parameter.minimum else f"[{text}]"


def _declared(parameter: ScannedParameter) -> str:
    columns = [f"{name}:{kind}" for name, kind in parameter.columns[:6]]
    more = ["*"] if parameter.open or len(columns) < len(parameter.columns) else []
    schema = ", ".join([*columns, *more])
    text = f"{parameter.name}:{parameter.type or f'({schema})'}"
    return text if parameter.required else f"[{text}]"


def _built(name: str, words: Sequence[str], result: str, overload: Overload | None = None) -> Signature:
    text, places = f"{name}(", []
    for number, word in enumerate(words):
        text += ", " if number else ""
        places.append((len(text), len(text) + len(word)))
        text += word
    return Signature(f"{text}){result}", places, overload)
