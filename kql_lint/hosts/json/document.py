"""A JSON text and what was found in it: its own places, and those in the file that it may be nested in as a string."""

from __future__ import annotations

from dataclasses import dataclass, field

from kql_lint.hosts.code import has_code, is_type
from kql_lint.hosts.elsewhere import is_application_insights
from kql_lint.hosts.findings import no_query_in_rule, unreadable
from kql_lint.hosts.hosted import Extraction, HostedFunction, HostedQuery
from kql_lint.hosts.json.arm.expressions import Scope, default_of, evaluate, literal
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar
from kql_lint.hosts.texts import PlacedText, join
from kql_lint.source import PositionMap


@dataclass(slots=True)
class Origin:
    """What is said of a query that was found: its kind, platform and rule's name, and what declares its parameters."""

    kind: str
    platform: str | None = None
    label: str | None = None
    declarations: str = ""


@dataclass(slots=True)
class Document:
    """A JSON text with the queries found so far; outer maps it into the file, None where it is the file itself."""

    text: str
    outer: PositionMap | None = None
    found: Extraction = field(default_factory=Extraction)
    strict: bool = False  # whether it is of a kind that nothing but plain JSON is taken for
    _taken: set[tuple[int, int, int]] = field(default_factory=set)
    _roots: dict[int, Node] = field(default_factory=dict)

    def nested(self, piece: PlacedText) -> Document:
        """The document that a text of the file is, which ``value`` gave; what is found there is found here."""
        return Document(piece.text, piece.map, self.found, _taken=self._taken)

    def inside(self, piece: PlacedText) -> PlacedText:
        """A text of this document, with its map into the file."""
        return piece if self.outer is None else piece.within(self.outer)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the file for one in this text."""
        return (start, end) if self.outer is None else self.outer.span(start, end)

    def value(self, node: Node | None, scope: Scope | None) -> PlacedText | None:
        """The text that a node gives, mapped into the file; None for one that is no text.

        scope is that of the template that the node lies in, if any; only there a string can be an expression.
        """
        if not isinstance(node, Scalar) or not (node.style or node.hole):
            return None
        piece = literal(self.text, node) if scope is None else evaluate(node, scope).piece
        return None if piece is None else self.inside(piece)

    def words(self, node: Node | None, scope: Scope | None) -> str | None:
        """A text on one line, for messages; None where there is none, or nothing of it is known."""
        piece = self.value(node, scope)
        text = " ".join(piece.text.split()) if piece is not None and not piece.unknown else ""
        return text or None

    def is_new(self, piece: PlacedText) -> bool:
        """Whether a text, which is JSON itself, is come across for the first time: many resources can share one."""
        key = (*piece.map.span(0, len(piece.text)), -3 - len(piece.text))
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def is_new_node(self, node: Node) -> bool:
        """Whether a node of this text that is a workbook is come across for the first time."""
        if id(node) in self._roots:
            return False
        self._roots[id(node)] = node
        return True

    # --- what was found -------------------------------------------------------------------------------------------

    def take(
        self, node: Node | None, scope: Scope | None, origin: Origin, *, again: bool = False
    ) -> HostedQuery | None:
        """Takes the query that a node is, and gives it; None where it is none, or nothing of it is known.

        A query that was taken already gives None.  With again it is given once more, all its text as preamble: it has
        been linted, but its rule has not.
        """
        piece = self.value(node, scope)
        if piece is not None and piece.unknown and isinstance(node, Scalar) and scope is not None:
            piece = self.value(default_of(node, scope), scope)
        if piece is None or piece.unknown or is_type(piece.text) or not has_code(piece.text):
            return None
        if origin.kind in ("saved-search", "log-alert") and is_application_insights(piece.text):
            return None
        preamble = len(origin.declarations)
        if preamble:
            declared = PositionMap()
            declared.stand(preamble, *piece.map.span(0, 0))
            piece = join([PlacedText(origin.declarations, declared), piece])
        key = (*piece.map.span(preamble, len(piece.text)), len(piece.text))
        if key in self._taken:
            if not again:
                return None
            preamble = len(piece.text)
        self._taken.add(key)
        query = HostedQuery(piece.text, piece.map, origin.kind, origin.platform, origin.label, preamble)
        query.holes = piece.all_holes
        self.found.queries.append(query)
        return query

    def define(self, node: Mapping, scope: Scope | None, parameters: str) -> None:
        """Takes the function that a saved search is; nothing where it has no alias, or none that is known."""
        alias, query = entry_of(node, "functionAlias"), entry_of(node, "query")
        written = self.value(alias.value, scope) if alias is not None else None
        name = self.words(alias.value, scope) if alias is not None else None
        body = self.value(query.value, scope) if query is not None else None
        if written is None or name is None or "${" in name or body is None or not has_code(body.text):
            return
        start, named = body.map.span(0, 0)[0], written.map.span(0, len(written.text))
        self.found.functions.append(HostedFunction(name, body.text, parameters, start, not body.all_holes, named))

    def say_none(self, entry: Entry, node: Node | None, scope: Scope | None, label: str | None) -> None:
        """KL004 at a key, once, unless its value is one that only the deployment knows."""
        key = (*self.span(entry.start, entry.end), -1)
        if key in self._taken:
            return
        self._taken.add(key)
        if isinstance(node, Scalar) and node.style:
            piece = self.value(node, scope)
            if piece is None or has_code(piece.text):
                return
            why = f"its {entry.key} is empty" if not piece.text.strip() else f"its {entry.key} has comments only"
        elif node is None:
            why = "it has no query"
        elif isinstance(node, Scalar) and node.value != "null":
            return
        else:
            why = f"its {entry.key} is {'empty' if isinstance(node, Scalar) else 'not a text'}"
        self.found.diagnostics.append(no_query_in_rule(*self.span(entry.start, entry.end), label, why))

    def say_broken(self, start: int, end: int, message: str) -> None:
        """KL005 at a place of this text, once."""
        key = (*self.span(start, end), -2)
        if key not in self._taken:
            self._taken.add(key)
            self.found.diagnostics.append(unreadable(key[0], key[1], f"broken JSON: {message}"))


def entry_of(node: Mapping, key: str) -> Entry | None:
    """The last entry of that name, whose case does not count."""
    folded = key.lower()
    return next((entry for entry in reversed(node.entries) if entry.key.lower() == folded), None)
