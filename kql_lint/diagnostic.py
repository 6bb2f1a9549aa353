"""What a rule reports: a diagnostic with its spans, help and fixes.

Messages, help, labels and titles quote what users wrote.  Whoever makes one need not care what is in that: each is one
line without control characters, of a bounded length, as ``wording.one_line`` has it.

All offsets are half-open and count Unicode code points of the query text (not of the host file; the position map of the
host is applied at the very end, by the outputs).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from kql_lint.wording import one_line

MOST_RELATED = 10


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


class _Fix(NamedTuple):
    title: str
    edits: tuple[Edit, ...]
    safety: str = "unsafe"


class Fix(_Fix):
    """A titled set of edits that do not overlap.

    safety is ``safe`` (the result can't change, or a failing query begins to work), ``intent`` (changes a filter that
    could not work as written) or ``unsafe`` (a guess that a person has to confirm).
    """

    __slots__ = ()

    def __new__(cls, title: str, edits: tuple[Edit, ...], safety: str = "unsafe") -> Fix:
        return super().__new__(cls, one_line(title), edits, safety)


class _Related(NamedTuple):
    start: int
    end: int
    message: str


class Related(_Related):
    """A labelled second place of a diagnostic, such as "dropped here"."""

    __slots__ = ()

    def __new__(cls, start: int, end: int, message: str) -> Related:
        return super().__new__(cls, start, end, one_line(message))


class _Diagnostic(NamedTuple):
    code: str
    name: str
    severity: Severity
    message: str
    start: int
    end: int
    help: str | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Diagnostic(_Diagnostic):
    """One finding: which rule, what is wrong at ``start`` to ``end``, what to write instead.

    Of related places the first MOST_RELATED are kept: a list of n values that is read m times would have n times m.
    """

    __slots__ = ()

    def __new__(
        cls,
        code: str,
        name: str,
        severity: Severity,
        message: str,
        start: int,
        end: int,
        help: str | None = None,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> Diagnostic:
        advice = None if help is None else one_line(help)
        kept = related[:MOST_RELATED]
        return super().__new__(cls, code, name, severity, one_line(message), start, end, advice, kept, fixes)
