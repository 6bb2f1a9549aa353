"""An array of records in JSON, written as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.queries import FileView, Found, QueryView

T = TypeVar("T", bound="Found")


class Records(Generic[T]):
    """One record a line and query, so that a long output can be read as it comes; record makes one."""

    def __init__(self, record: Callable[[str, QueryView[T]], dict[str, object]]) -> None:
        self._record = record
        self.separator = ""

    def begin(self) -> str:
        return "["

    def file(self, found: FileView[T]) -> str:
        """A record for each query of a file."""
        text = ""
        for query in found.queries:
            text += f"{self.separator}\n  {as_json(self._record(found.path, query))}"
            self.separator = ","
        return text

    def end(self) -> str:
        return "\n]\n" if self.separator else "]\n"
