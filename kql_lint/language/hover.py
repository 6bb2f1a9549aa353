"""What is known of the word under a cursor: a table, column, value, key, function, operator, name of the query."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language import notes, reference, signatures
from kql_lint.language.completion.values import compared
from kql_lint.language.cursor import Cursor
from kql_lint.language.possible import filling, keys_of, never_filled
from kql_lint.language.wording import block, names, paragraphs, plain
from kql_lint.semantics import bind
from kql_lint.semantics.calls.bags import bag_of
from kql_lint.semantics.events.kinds import distinct
from kql_lint.semantics.scopes.scope import Scope, Value
from kql_lint.syntax import ast
from kql_lint.syntax.cut import path_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.language.file import OpenFile
    from kql_lint.language.query import OpenQuery
    from kql_lint.semantics.scopes.scope import Column, Row
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax.scanner import Token

_RULE = re.compile(r"[A-Za-z][\w-]*")
_UNKNOWN = Value()


class Hover(NamedTuple):
    """What is known of a stretch of the query, half-open, in code points; text is Markdown."""

    start: int
    end: int
    text: str


def hover(query: OpenQuery, offset: int) -> Hover | None:
    """What is known of what stands at an offset; None where nothing is.  Never raises, whatever the text."""
    if offset < query.preamble:
        return None
    for comment in query.comments:
        if comment.start <= offset <= comment.end:
            return _rule(comment.text, comment.start, offset)
    for token in _tokens_at(query, offset):
        looking = _Looking(query, token)
        text = looking.text()
        if text:
            return Hover(*looking.span, text)
    return None


def hover_in(file: OpenFile, place: int) -> Hover | None:
    """What is known of what stands at a place of a file; start and end are offsets of the file."""
    for comment in file.extraction.comments:
        if comment.start <= place <= comment.end:
            return _rule(file.source.text[comment.start : comment.end], comment.start, place)
    found = file.at(place)
    told = None if found is None or found.added else hover(found.query, found.offset)
    if found is None or told is None:
        return None
    return Hover(*found.found.span(told.start, told.end), told.text)


def _tokens_at(query: OpenQuery, offset: int) -> Iterator[Token]:
    """The tokens that an offset lies in: the one that begins there before the one that ends there."""
    tokens = query.tokens
    at = bisect_right(tokens, offset, key=lambda token: token.start) - 1
    for number in (at, at - 1):
        if 0 <= number < len(tokens) and tokens[number].start <= offset <= tokens[number].end:
            yield tokens[number]


def _rule(comment: str, start: int, offset: int) -> Hover | None:
    """A rule that a suppression names, by its code or its name."""
    if "kql-lint" not in comment:
        return None
    from kql_lint.rules import RULES

    for found in _RULE.finditer(comment):
        if start + found.start() <= offset <= start + found.end():
            rule = next((one for one in RULES if found[0] in (one.code, one.name)), None)
            if rule is None:
                return None
            return Hover(start + found.start(), start + found.end(), notes.rule(rule))
    return None


class _Looking:
    """One look at a token of a query."""

    def __init__(self, query: OpenQuery, token: Token) -> None:
        self.query = query
        self.token = token
        self.facts = query.bound.facts
        self.path = path_to(query.parsed.query, token.start, token.end)

    def text(self) -> str:
        """What is known of the token."""
        node = self.path[-1]
        if isinstance(node, ast.Literal):
            return self._value(node) or self._key(node)
        return self._name(node) if isinstance(node, ast.Name) else self._word()

    @property
    def span(self) -> tuple[int, int]:
        """The stretch of the token; of a name in brackets that of all of it."""
        node = self.path[-1]
        return (node.start, node.end) if isinstance(node, ast.Name) else (self.token.start, self.token.end)

    def _parent(self, distance: int = 1) -> ast.Node | None:
        return self.path[-1 - distance] if len(self.path) > distance else None

    def _word(self) -> str:
        """A word of the language."""
        word = str(self.token)
        note = reference.operator(word) or reference.expression_operator(word)
        if note is None:
            return self._parameter() or self._function(word)
        return paragraphs(notes.operator(note), self._behind())

    def _behind(self) -> str:
        """What is in scope behind the operator whose word this is."""
        operator = next((node for node in reversed(self.path) if isinstance(node, ast.Operator)), None)
        if operator is None or operator.start != self.token.start:
            return ""
        step = next((step for step in reversed(self.facts.steps or ()) if step.node is operator), None)
        return "" if step is None else notes.behind(step.scope)

    def _parameter(self) -> str:
        """The parameter of an operator."""
        operator = next((node for node in reversed(self.path) if isinstance(node, ast.Operator)), None)
        if operator is None:
            return ""
        word = re.match(r"[\w-]*", self.query.text[operator.start : operator.start + 30])
        listed = reference.parameters(word[0]) if word is not None else ()
        one = next((one for one in listed if one.name == self.token), None)
        if one is None:
            return ""
        return paragraphs(
            f"**{plain(one.name)}**: parameter of {word[0] if word else ''}", plain(one.summary), names(one.values)
        )

    def _value(self, node: ast.Literal) -> str:
        """A value that the catalogue lists for the column that it is compared with."""
        found = compared(self.path)
        value = self.facts.values.get(found[0], _UNKNOWN) if found is not None else _UNKNOWN
        told = (
            notes.value(self.query.catalogue, row, column, str(node.value)) for row, column in distinct(value.origins)
        )
        return next(filter(None, told), "")

    def _key(self, node: ast.Node) -> str:
        """A key of a bag: behind a dot, or in brackets."""
        parent = self._parent()
        if not isinstance(parent, (ast.Member, ast.Index)) or parent.target is node:
            return ""
        key = node.name if isinstance(node, ast.Name) else str(node.value) if isinstance(node, ast.Literal) else ""
        for origin in distinct(bag_of(self.facts.values.get(parent.target, _UNKNOWN))):
            for name, kinds, _ in keys_of(origin, {}):
                if name == key:
                    return notes.key(key, origin.column, kinds, origin.row.name)
        return ""

    def _name(self, node: ast.Name) -> str:
        parent = self._parent()
        row = next((row for row in self.facts.rows if row.node is node), None)
        if row is not None:
            return notes.table(self.query.catalogue, row.tables)
        if isinstance(parent, ast.Call) and parent.name is node:
            return self._function(node.name)
        if (read := next((one for one in reversed(self.facts.reads) if one.node is node), None)) is not None:
            return self._column(read.column, read.states)
        if isinstance(parent, ast.NamedExpression) and any(one is node for one in parent.names):
            return self._made(node)
        if isinstance(parent, ast.Parameter):
            return plain(reference.JOIN_KIND_NOTES.get(node.name, ""))
        return self._key(node) or self._local(node) or self._made(node) or self._function(node.name)

    def _column(self, column: Column, states: Mapping[Row, State]) -> str:
        empty = never_filled(column, states)
        told = f"Never filled by {names(empty, 6)}, the events that are possible here." if empty else ""
        filled = "" if told else "\n\n".join(notes.filled(one) for one in filling(column, states))
        return notes.column(column, Scope(states=states), self.query.text, told or filled)

    def _made(self, node: ast.Name) -> str:
        """A column that an operator makes or names, as it comes out of it."""
        for step in reversed(self.facts.steps or ()):
            if step.node.start <= node.start and node.end <= step.node.end and isinstance(step.node, ast.Operator):
                column = step.scope.columns.get(node.name) or (
                    step.before.columns.get(node.name) if step.before else None
                )
                if column is not None:
                    return self._column(column, step.scope.states)
        return ""

    def _function(self, name: str) -> str:
        is_plugin = any(isinstance(node, ast.Evaluate) for node in self.path[-3:])
        parent = self._parent()
        if isinstance(parent, ast.Call):
            declared = Cursor(self.query, self.token.start).watched.declared.get(name)
            if declared is not None:
                return notes.local(name, declared[0], self._statement(declared[1]))
        elif not isinstance(self.path[-1], ast.Call):
            return ""
        own = signatures.own(name, ("plugin",) if is_plugin else ("aggregate", "scalar", "source"))
        if own is not None:
            return notes.own_function(own)
        platform = self.query.catalogue.function(name)
        return notes.platform_function(platform) if platform is not None else ""

    def _local(self, node: ast.Name) -> str:
        """A name that the query declares, where it is declared or used."""
        parent = self._parent()
        if isinstance(parent, ast.FunctionParameter):
            return block(self.query.text[parent.start : parent.end])
        if isinstance(parent, (ast.Let, ast.As)):
            query, end = self.query, len(self.query.text)
            found = bind(
                self.query.parsed.query, query.text, query.catalogue, platform=query.platform, holes=query.parsed.holes,
                watch=(end, end),
            ).watched  # fmt: skip
        else:
            found = Cursor(self.query, self.token.start).watched
        declared = found.declared.get(node.name) if found is not None else None
        if declared is None:
            return self._platform(node.name)
        return notes.local(node.name, declared[0], self._statement(declared[1]))

    def _statement(self, name: ast.Name) -> str:
        """The text of the let that declares a name."""
        for node in ast.walk(self.query.parsed.query):
            if isinstance(node, ast.Let) and node.name.start == name.start:
                return self.query.text[node.start : node.end]
        return ""

    def _platform(self, name: str) -> str:
        platform = self.query.catalogue.function(name)
        return notes.platform_function(platform) if platform is not None else ""
