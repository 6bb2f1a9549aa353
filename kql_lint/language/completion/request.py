"""One request for completion: the cursor, what it is in, and how items are made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kql_lint.language.cursor import Cursor
from kql_lint.language.item import Item, ItemKind, Rank, escaped
from kql_lint.rules._names import written
from kql_lint.syntax import ast


@dataclass(slots=True)
class Request:
    """The cursor, and whether the editor takes snippets."""

    cursor: Cursor
    snippets: bool = False

    def item(
        self, label: str, kind: ItemKind, rank: Rank, *, detail: str = "", text: str | None = None,
        note: Callable[[], str] | None = None, order: int | None = None, deprecated: bool = False,
    ) -> Item:  # fmt: skip
        """An item that takes the place of the word at the cursor; text is what it writes, where not the label."""
        at = self.cursor.written
        given = label if text is None else text
        return Item(
            label,
            kind,
            given,
            at.start,
            at.end,
            detail,
            rank,
            filter=label,
            order=order,
            note=note,
            deprecated=deprecated,
        )

    def name(
        self, label: str, kind: ItemKind, rank: Rank, *, detail: str = "", note: Callable[[], str] | None = None,
        deprecated: bool = False,
    ) -> Item:  # fmt: skip
        """The item of a name, in brackets where it is no plain word."""
        return self.item(label, kind, rank, detail=detail, text=written(label) if label else label, note=note,
                         deprecated=deprecated)  # fmt: skip

    def call(
        self, label: str, kind: ItemKind, rank: Rank, *, empty: bool, detail: str = "",
        note: Callable[[], str] | None = None, deprecated: bool = False, order: int | None = None,
    ) -> Item:  # fmt: skip
        """The item of a function; empty: it takes no arguments."""
        called = self.cursor.query.text[self.cursor.written.end :].lstrip(" \t")[:1] == "("
        text = label if called else f"{label}()" if empty else f"{label}("
        made = self.item(label, kind, rank, detail=detail, text=text, note=note, deprecated=deprecated, order=order)
        if self.snippets and not called and not empty:
            made.snippet = f"{escaped(label)}($0)"
        return made

    def expects(self, *terminals: str) -> bool:
        """Whether the grammar takes one of the terminals at the cursor."""
        return not self.cursor.cut.expected.isdisjoint(terminals)

    def word_of(self, operator: ast.Operator) -> str:
        """The word that an operator begins with."""
        text = self.cursor.cut.text[operator.start : operator.start + 30]
        end = next((at for at, sign in enumerate(text) if not (sign.isalpha() or sign == "-")), len(text))
        return text[:end]
