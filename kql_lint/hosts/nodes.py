"""What a structured file (YAML, JSON, Bicep, Terraform) is read into: nodes with their places in code points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Scalar:
    """A scalar: its value, its style (in YAML ``|``, ``>``, ``"``, ``'``, or empty for a plain one) and its place.

    The place has the quotes; in YAML it may begin with the anchor and the tag.  hole says that the value is a parameter
    or an expression that only the deployment knows.
    """

    value: str
    style: str
    start: int
    end: int
    hole: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it is written as YAML writes nothing."""
        return not self.style and self.value in _NULLS


@dataclass(slots=True)
class Sequence:
    """A sequence; that of a YAML file is without its scalars."""

    start: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """One key of a mapping with its place, and its value; None stands for an alias that names nothing.

    written is the key as the file has it, where key is another name for it.
    """

    key: str
    start: int
    end: int
    value: Node | None
    written: str = ""


@dataclass(slots=True)
class Mapping:
    """A mapping in its own order, a key as often as it is written; keys of dropped scalars are missing.

    Entries are only ever added.
    """

    start: int
    entries: list[Entry] = field(default_factory=list)
    _last: dict[str, Entry] = field(default_factory=dict, init=False, repr=False, compare=False)
    _indexed: int = field(default=0, init=False, repr=False, compare=False)

    @property
    def last(self) -> dict[str, Entry]:
        """Each key with its entry; of several with one name the last one, which counts for readers of YAML."""
        if self._indexed < len(self.entries):
            self._last.update((entry.key, entry) for entry in self.entries[self._indexed :])
            self._indexed = len(self.entries)
        return self._last

    @property
    def is_partial(self) -> bool:
        """Whether more may be in it than is known here."""
        return False

    def __contains__(self, key: str) -> bool:
        return key in self.last

    def get(self, key: str) -> Node | None:
        """The value of a key; of several with one name the last one."""
        found = self.last.get(key)
        return None if found is None else found.value

    def text(self, key: str) -> str:
        """The value of a key as text; empty if there is none or it is no scalar."""
        value = self.get(key)
        return value.value if isinstance(value, Scalar) else ""


Node: TypeAlias = Scalar | Sequence | Mapping
