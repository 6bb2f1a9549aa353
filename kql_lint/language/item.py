"""What completion offers: names, words and values, each with the stretch of the query that it takes the place of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class ItemKind(Enum):
    """What an item is."""

    TABLE = "table"
    COLUMN = "column"
    VALUE = "value"
    KEY = "key"
    FUNCTION = "function"
    AGGREGATE = "aggregate"
    PLUGIN = "plugin"
    OPERATOR = "operator"
    KEYWORD = "keyword"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    TYPE = "type"
    SETTING = "setting"


class Rank(Enum):
    """Where an item is sorted: what a place is for comes first, what can't be right comes last."""

    VALUE = "1"
    FIRST = "2"
    COLUMN = "3"
    VARIABLE = "4"
    FUNCTION = "5"
    WORD = "6"
    OTHER = "7"
    UNLIKELY = "8"
    LAST = "9"


@dataclass(slots=True)
class Item:
    """One thing that may be written at the cursor.

    label is what is shown, detail a few words beside it.  text takes the place of ``start`` to ``end``, half-open, in
    code points of the query; snippet is the same in the form of the language server protocol (``$0``, ``${1:name}``),
    None where it has no places to go to.  filter is what the user's typing is compared with, where not the label.
    deprecated: it is outdated, or what is known says that it is of no use here.
    """

    label: str
    kind: ItemKind
    text: str
    start: int
    end: int
    detail: str = ""
    rank: Rank = Rank.OTHER
    snippet: str | None = None
    filter: str = ""
    deprecated: bool = False
    order: int | None = None
    note: Callable[[], str] | None = None

    @property
    def sort(self) -> str:
        """What to sort by: the rank, the order within it where there is one, the label."""
        order = "" if self.order is None else f"{self.order:05d}"
        hidden = "~" if self.label.startswith("_") else ""  # behind those that are no columns of the service's own
        return f"{self.rank.value}{order}{hidden}{self.label.casefold()}"

    def documentation(self) -> str:
        """What is known of it, in Markdown; made when it is asked for, since an editor shows it of one item alone."""
        return self.note() if self.note is not None else ""


def escaped(text: str) -> str:
    """A text as a snippet has it."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
