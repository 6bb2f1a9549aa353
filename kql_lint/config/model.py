"""What a configuration is: its values, with the defaults where a file is silent, and the places they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Severity
from kql_lint.repository import Boundary

if TYPE_CHECKING:
    from kql_lint.config.document import Document

PLATFORMS = ("auto", "defender", "sentinel")
FIELD_LISTS = ("known", "listed")
SEVERITIES = {severity.label: severity for severity in Severity}
FENCES = ("kql", "kusto")


class Place(NamedTuple):
    """Where something stands in a file: 1-based line and column in code points, None where unknown."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class ConfigError(Exception):
    """A configuration, or a file that it names, that cannot be used; its text begins with the place."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class Override(NamedTuple):
    """An entry of ``per-path``: what else holds for the files that its patterns match; None: nothing is said."""

    paths: tuple[str, ...]
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    fail_level: Severity | None = None
    platform: str | None = None
    strict_fields: bool | None = None
    require_reason: bool | None = None
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()


class Config(NamedTuple):
    """What a configuration file says; the defaults where it is silent or there is none.

    Paths in ``catalog`` and ``baseline`` and patterns in ``functions`` are absolute.  ``exclude`` patterns and those of
    ``overrides`` are relative to ``root``, the folder of the file.  ``extensions`` are those of
    ``hosts.kind_of``.  ``jobs`` 0 is for as many as can run at once.
    ``boundary`` is what the paths may lead to.
    """

    root: str
    path: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    overrides: tuple[Override, ...] = ()
    require_reason: bool = False
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    fail_level: Severity = Severity.WARNING
    baseline: str | None = None
    platform: str = "auto"
    strict_fields: bool = False
    catalog: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    fences: tuple[str, ...] = FENCES
    query_keys: tuple[str, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 0
    cache: bool = True
    document: Document | None = None
    boundary: Boundary = Boundary(())

    def place(self, *keys: str | int) -> Place:
        """Where a key stands, or an item of a list: ``place("ignore", 1)``; that of the file if it does not say it."""
        if self.document is None:
            return Place(self.path or self.root)
        return self.document.place(*keys)

    def says(self, *keys: str | int) -> bool:
        """Whether the file itself has a key."""
        return self.document is not None and self.document.has(*keys)


class Wrong(Exception):
    """A value that can't be used; keys lead from the value that was being read to the part that is wrong."""

    def __init__(self, message: str, keys: tuple[str | int, ...] = (), *, at_key: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.keys = keys
        self.at_key = at_key


Read = Callable[[object, str], object]
