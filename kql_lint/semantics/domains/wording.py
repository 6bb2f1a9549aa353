"""Domains in words: what values a column can still have, for people."""

from __future__ import annotations

from kql_lint.semantics.domains.domain import Domain, Interval, Test
from kql_lint.semantics.domains.evaluation.conversions import text_of
from kql_lint.semantics.domains.evaluation.times import relative_text
from kql_lint.semantics.domains.scalars import Datetime, Relative, Timespan

# By whether it is negated, and whether case does not count.
_EQUALITY = {(False, False): "==", (True, False): "!=", (False, True): "=~", (True, True): "!~"}


def scalar_text(value: object) -> str:
    """A scalar as KQL writes it, but for strings, which are as they are, and null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Relative):
        return relative_text(value)
    text = text_of(value)
    if isinstance(value, (Datetime, Timespan)):
        return f"{type(value).__name__.lower()}({text if isinstance(text, str) else value.ticks})"
    return text if isinstance(text, str) else str(value)


def conditions(domain: Domain) -> list[str]:
    """What values have to meet beside not being one of those excluded: ``> 1024``, ``startswith "x"``; [] for none."""
    tests = sorted(map(_test, domain.tests))
    return [*_ends(domain.interval), *tests]


def _ends(interval: Interval) -> list[str]:
    found = []
    if interval.low is not None:
        found.append(f"{'>' if interval.low_open else '>='} {scalar_text(interval.low)}")
    if interval.high is not None:
        found.append(f"{'<' if interval.high_open else '<='} {scalar_text(interval.high)}")
    return found


def _test(test: Test) -> str:
    needles = ", ".join(f'"{needle}"' for needle in test.needles)
    return f"{_name(test)} ({needles})" if len(test.needles) > 1 else f"{_name(test)} {needles}"


def _name(test: Test) -> str:
    """The operator as KQL writes it, as far as it has one."""
    one = test.operator
    if one.kind == "==":
        return _EQUALITY[one.negated, one.folds]
    if one.kind == "matches regex":
        return f"not {one.kind}" if one.negated else one.kind
    if len(test.needles) > 1:
        several = "all of" if one.all_of else "any of"
        return f"{'not ' if one.negated else ''}{one.kind}{'' if one.folds else '_cs'} {several}"
    return f"{'!' if one.negated else ''}{one.kind}{'' if one.folds else '_cs'}"
