"""What a rule reports: a diagnostic with its spans, help and fixes.  A leaf: imports nothing of the project.

All offsets are half-open and count Unicode code points of the query text (not of the host file; the position map of the
host is applied at the very end, by the outputs).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """Ordered by consequence.

    ERROR: the query fails, or the rule can never fire.  WARNING: it returns something else than its author means.
    INFO: worth knowing; never fails a build by default.
    """

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case word users type and read: ``error``, ``warning`` or ``info``."""
        return self.name.lower()


class Edit(NamedTuple):
    """Replace the text at ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """A titled set of edits that do not overlap.

    safety is ``safe`` (the result can't change, or a failing query begins to work), ``intent`` (changes a filter that
    could not work as written) or ``unsafe`` (a guess that a person has to confirm).
    """

    title: str
    edits: tuple[Edit, ...]
    safety: str = "unsafe"


class Related(NamedTuple):
    """A labelled second place of a diagnostic, such as "dropped here"."""

    start: int
    end: int
    message: str


class Diagnostic(NamedTuple):
    """One finding: which rule, what is wrong at ``start`` to ``end``, what to write instead."""

    code: str
    name: str
    severity: Severity
    message: str
    start: int
    end: int
    help: str | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
