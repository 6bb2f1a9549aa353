"""What scalar functions and operators of KQL give for values that are known.

The functions stand by what they are for: ``strings``, ``replacing``, ``conversions``, ``arrays``, ``arithmetic``,
``times``, ``comparing``, ``logic``.  Each says no more than the documentation does: where that is silent, or
contradicts itself, nothing is told.  https://learn.microsoft.com/kusto/query/scalar-functions
"""

from __future__ import annotations

from collections.abc import Sequence

from kql_lint.semantics.domains.evaluation import (
    arithmetic,
    arrays,
    comparing,
    conversions,
    logic,
    replacing,
    strings,
    times,
)
from kql_lint.semantics.domains.evaluation.signature import Function, is_small
from kql_lint.semantics.domains.evaluation.times import parse_datetime, parse_timespan
from kql_lint.semantics.domains.scalars import UNTOLD

__all__ = ["evaluate", "is_evaluated", "parse_datetime", "parse_timespan"]

_ROOMS = (strings, replacing, conversions, arrays, arithmetic, times, comparing)
_STRICT: dict[str, Function] = {name: function for room in _ROOMS for name, function in room.FUNCTIONS.items()}


def evaluate(name: str, arguments: Sequence[object]) -> object:
    """What a scalar function, or an operator by its sign (``+``, ``!=``, ``has_any``, ``[]``, ``and``), gives.

    arguments are values as ``scalars`` has them; those of ``in`` and its like are the value and then the items.
    UNTOLD where the function is not modelled, the service's answer is not sure, or it is longer than ``signature``
    says; also where an argument is UNTOLD that the answer depends on.  Whole numbers are computed as ``long``: of an
    ``int`` the caller has to see whether it still is one.  Never raises.
    """
    lazy = logic.FUNCTIONS.get(name)
    if lazy is not None:
        return lazy(arguments)
    function = _STRICT.get(name)
    if function is None or any(argument is UNTOLD for argument in arguments):
        return UNTOLD
    result = function(arguments)
    return result if is_small(result) else UNTOLD


def is_evaluated(name: str) -> bool:
    """Whether anything is computed of the function or operator."""
    return name in _STRICT or name in logic.FUNCTIONS
