"""The scalars of KQL as Python values.

A string is a ``str``, a ``bool`` a ``bool``, ``int`` and ``long`` are ``int``, ``real`` is ``float``, a guid is a
``str`` in lower case, ``dynamic`` is a ``list``, a ``dict`` with ``str`` keys, or one of the others; null of any
type is None.  Times are these classes, so that they are never taken for numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, order=True, slots=True)
class Timespan:
    """A length of time, in ticks of 100 nanoseconds; it may be negative."""

    ticks: int


@dataclass(frozen=True, order=True, slots=True)
class Datetime:
    """A point in time, in ticks of 100 nanoseconds since 0001-01-01 00:00 UTC."""

    ticks: int


@dataclass(frozen=True, order=True, slots=True)
class Relative:
    """A point in time, in ticks of 100 nanoseconds after the query runs: ``now()``, ``ago(1d)``.

    It is compared with others of its kind alone: where it lies among points in time is not known.
    """

    ticks: int


class Untold(Enum):
    """The answer that there is none: not computed, or nothing certain is known of what the service would give."""

    UNTOLD = "untold"


UNTOLD = Untold.UNTOLD

TICKS_PER_SECOND = 10_000_000
