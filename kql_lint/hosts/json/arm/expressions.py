"""Expressions of Azure Resource Manager (``[concat('T | take ', parameters('n'))]``): what is known of their values.

Evaluated are the functions that texts are put together with, and ``variables``.  A parameter, and whatever else only
the deployment knows, becomes a stand-in, a hole of the query.  What a string without brackets around it says is itself;
``[[`` is an escaped bracket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from kql_lint.hosts.effort import Effort
from kql_lint.hosts.json.nodes import place
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence
from kql_lint.hosts.texts import PlacedText, join, replaced
from kql_lint.source import without_surrogates
from kql_lint.spelling import Spelling, doubling

# How deep expressions may nest in one another, through variables as well.
_DEPTH = 25

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.]*)|(?P<number>-?\d+)|(?P<sign>[()\[\],.]))")
_ITEM = re.compile(r"\{\{|\}\}|\{(\d+)(?:[:,][^{}]*)?\}|[{}]")
_SPACE = re.compile(r"\s*")
_DOUBLED = re.compile("''")
_QUOTED = Spelling(doubling("'"), "\n")
_BRACED = Spelling(doubling("{", "}"), "\n")
_PARAMETER = re.compile(r"\[\s*parameters\s*\(\s*'([^']*)'\s*\)\s*\]\Z", re.IGNORECASE)


# What a stand-in may have of an expression: no quotes, brackets or line ends that would mean something where it stands.
_TAME = re.compile(r"\w+")


class Scope:
    """A template's variables and parameters, and the template that it lies in.

    outer: expressions are those of the template around, as for a nested deployment unless it says otherwise.
    """

    def __init__(
        self, text: str, node: Mapping, effort: Effort, parent: Scope | None = None, *, outer: bool = False
    ) -> None:
        self.text = text
        self.parent = parent
        self.effort = effort
        self.known: dict[int, Value] = parent.known if parent else {}
        self._variables = _by_name(mapping(node, "variables"))
        self._parameters = _by_name(mapping(node, "parameters"))
        self._outer = outer

    def variable(self, name: str) -> tuple[Node | None, Scope]:
        """The value of a variable, and the scope that its own expressions are to be read in; None for an unknown one.

        What a template lacks is looked for in the other: solutions keep their templates' variables in the outer one.
        """
        folded = name.lower()
        around = list(self._around())
        if self._outer:
            around[:2] = reversed(around[:2])
        for scope in around:
            found = scope._variables.get(folded)
            if found is not None:
                return found, scope
        return None, self

    def default(self, name: str) -> Scalar | None:
        """The default value of a parameter, if it is a text."""
        folded = name.lower()
        for scope in self._around():
            declared = scope._parameters.get(folded)
            value = get(declared, "defaultValue") if isinstance(declared, Mapping) else None
            if isinstance(value, Scalar) and value.style:
                return value
        return None

    def _around(self) -> Iterator[Scope]:
        """The template and those that it lies in, the nearest first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


@dataclass(slots=True)
class Value:
    """What an expression gives: a text, or a node with the scope of its own expressions."""

    piece: PlacedText | None = None
    node: Mapping | Sequence | None = None
    scope: Scope | None = None


def get(node: Mapping, key: str) -> Node | None:
    """The value of a key, whose case does not count: the last one of that name."""
    folded = key.lower()
    return next((entry.value for entry in reversed(node.entries) if entry.key.lower() == folded), None)


def _by_name(node: Mapping) -> dict[str, Node]:
    """The values of a mapping by their keys, whose case does not count: the last one of each name."""
    return {entry.key.lower(): entry.value for entry in node.entries if entry.value is not None}


def mapping(node: Mapping, key: str) -> Mapping:
    """The mapping of a key, an empty one where there is none."""
    value = get(node, key)
    return value if isinstance(value, Mapping) else Mapping(node.start)


def literal(text: str, scalar: Scalar) -> PlacedText:
    """The text of a scalar as it is written."""
    return PlacedText(without_surrogates(scalar.value), place(text, scalar), hole=scalar.hole)


def _stand_in(piece: PlacedText, start: int, end: int) -> PlacedText:
    """The stand-in for the expression from start to end, in the form of a placeholder (see holes.py)."""
    words = _TAME.findall(piece.text, start, min(end, start + 200))
    name = "_".join(words)[:60] or "expression"
    built = PlacedText()
    built.hole(f"${{{name}}}" if name[0].isalpha() else f"${{x{name}}}", *piece.map.span(start, end))
    return built


def is_expression(scalar: Scalar) -> bool:
    """Whether the value of a string is an expression."""
    value = scalar.value
    return bool(scalar.style) and value.startswith("[") and value.endswith("]")


def evaluate(scalar: Scalar, scope: Scope, depth: int = 0) -> Value:
    """What a scalar of a template gives.  Never raises; what is not understood is a hole."""
    if not is_expression(scalar):
        return Value(literal(scope.text, scalar))
    known = scope.known.get(id(scalar))
    if known is not None:
        return known
    whole = literal(scope.text, scalar)
    start = 2 if scalar.value.startswith("[[") else 1
    if start == 2 and scope.parent is None:
        return Value(whole.part(1, len(whole.text)))
    hole = Value(_stand_in(whole, 1, len(whole.text) - 1))
    scope.known[id(scalar)] = hole  # while it is read: it may name itself
    try:
        value = _Reader(whole, start, scope, depth, (scalar.start, scalar.end)).whole()
    except _Unknown:
        value = hole
    scope.known[id(scalar)] = value
    return value


def default_of(scalar: Scalar, scope: Scope) -> Scalar | None:
    """The default value of the parameter that a string is, if it is nothing else."""
    found = _PARAMETER.match(scalar.value)
    return scope.default(found[1]) if found else None


class _Unknown(Exception):
    """The expression is not understood: its value is a hole."""


class _Work:
    """What an expression may cost, and the place in the file that asks for it; where it is too dear it is unknown."""

    def __init__(self, effort: Effort, at: tuple[int, int]) -> None:
        self.effort = effort
        self.at = at

    def too_deep(self) -> NoReturn:
        """Says that an expression lies too deep in others."""
        self.effort.cut(*self.at)
        raise _Unknown

    def known(self, text: PlacedText | None) -> PlacedText:
        """A text that there was enough left for."""
        if text is None:
            raise _Unknown
        return text

    def joined(self, texts: list[PlacedText]) -> PlacedText:
        """Several texts as one."""
        if not all(self.effort.builds(text, *self.at) for text in texts):
            raise _Unknown
        return join(texts)


class _Reader:
    """One expression, read and evaluated at once; at is the place in the file of the string that it is."""

    def __init__(self, whole: PlacedText, start: int, scope: Scope, depth: int, at: tuple[int, int]) -> None:
        self._whole = whole
        self._place = start
        self._end = len(whole.text) - 1
        self._scope = scope
        self._depth = depth
        self._work = _Work(scope.effort, at)

    def whole(self) -> Value:
        """The value of the expression; raises _Unknown where it is none."""
        value = self._expression(self._depth)
        if self._whole.text[self._place : self._end].strip():
            raise _Unknown
        return value

    def _expression(self, depth: int) -> Value:
        if depth > _DEPTH:
            self._work.too_deep()
        begin = self._place
        token = self._take()
        kind = token.lastgroup
        if kind == "text":
            return Value(self._text(token.start("text") + 1, token.end() - 1))
        if kind == "number":
            return Value(self._whole.part(token.start("number"), token.end()))
        if kind != "name":
            raise _Unknown
        if not self._accept("("):
            raise _Unknown  # true, false and null are no texts
        arguments = self._arguments(depth)
        value = self._call(token["name"].lower(), arguments, depth)
        return self._suffixes(value, depth) or Value(
            _stand_in(self._whole, _past_space(self._whole.text, begin), self._place)
        )

    def _arguments(self, depth: int) -> list[Value]:
        found: list[Value] = []
        if self._accept(")"):
            return found
        while True:
            found.append(self._expression(depth + 1))
            if self._accept(")"):
                return found
            if not self._accept(","):
                raise _Unknown

    def _suffixes(self, value: Value | None, depth: int) -> Value | None:
        """What ``.name`` and ``[1]`` behind a call pick out of its value."""
        while True:
            if self._accept("."):
                token = self._take()
                if token.lastgroup != "name":
                    raise _Unknown
                for name in token["name"].split("."):
                    value = _pick(value, name, depth)
            elif self._accept("["):
                index = self._expression(depth + 1).piece
                if not self._accept("]"):
                    raise _Unknown
                value = None if index is None or index.unknown else _pick(value, index.text, depth)
            else:
                return value

    def _call(self, name: str, arguments: list[Value], depth: int) -> Value | None:
        if name == "variables" and len(arguments) == 1 and (named := arguments[0].piece) and not named.unknown:
            node, scope = self._scope.variable(named.text)
            return _value(node, scope, depth)
        function = _FUNCTIONS.get(name)
        return function(arguments, depth, self._work) if function else None

    # --- tokens ---------------------------------------------------------------------------------------------------

    def _take(self) -> re.Match[str]:
        token = _TOKEN.match(self._whole.text, self._place, self._end)
        if token is None:
            raise _Unknown
        self._place = token.end()
        return token

    def _accept(self, sign: str) -> bool:
        token = _TOKEN.match(self._whole.text, self._place, self._end)
        if token is None or token["sign"] != sign:
            return False
        self._place = token.end()
        return True

    def _text(self, start: int, end: int) -> PlacedText:
        """A string between single quotes, of which two stand for one."""
        piece = self._whole.part(start, end)
        piece.map.spell_within(_QUOTED)
        if "''" not in piece.text:
            return piece
        spelling = piece.map.spelling(0, piece.map.length)
        piece = self._work.known(replaced(piece, _DOUBLED, lambda _: "'", self._work.effort, self._work.at))
        piece.map.spell(0, spelling)
        return piece


def _past_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _value(node: Node | None, scope: Scope | None, depth: int) -> Value | None:
    """The value of a node in its scope; None for one that is not known."""
    if isinstance(node, Scalar) and scope is not None:
        # Kept for texts that are no expressions too: many others may name one, and it is placed once for all of them.
        known = scope.known.get(id(node))
        if known is None:
            known = scope.known[id(node)] = evaluate(node, scope, depth + 1)
        return known
    return Value(None, node, scope) if isinstance(node, Mapping | Sequence) else None


def _pick(value: Value | None, name: str, depth: int) -> Value | None:
    """A key of an object, or an item of an array by its number."""
    node = value.node if value else None
    if value is None or node is None:
        return None
    if isinstance(node, Mapping):
        return _value(get(node, name), value.scope, depth)
    return _value(node.items[int(name)], value.scope, depth) if name.isdigit() and int(name) < len(node.items) else None


# --- the functions that texts are put together with ---------------------------------------------------------------


def _pieces(arguments: list[Value]) -> list[PlacedText]:
    pieces = [argument.piece for argument in arguments]
    known = [piece for piece in pieces if piece is not None]
    if len(known) < len(pieces):
        raise _Unknown
    return known


def _concat(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    return Value(work.joined(_pieces(arguments))) if arguments else None


def _string(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    """The text of a text; an object stays one, since what asks for it reads it as JSON."""
    return arguments[0] if len(arguments) == 1 else None


def _json(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    """The text of an object or array, unread; ``json('null')`` and the like are how a template leaves things out."""
    piece = arguments[0].piece if len(arguments) == 1 else None
    return arguments[0] if piece is not None and piece.text.lstrip().startswith(("{", "[")) else None


def _join(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    if len(arguments) != 2 or not isinstance(items := arguments[0].node, Sequence):
        return None
    (between,) = _pieces(arguments[1:])
    parts: list[PlacedText] = []
    for item in items.items:
        value = _value(item, arguments[0].scope, depth)
        parts += [between] * bool(parts) + _pieces([value or Value()])
    return Value(work.joined(parts))


def _replace(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    if len(arguments) != 3:
        return None
    piece, old, new = _pieces(arguments)
    if old.holes or not old.text:
        raise _Unknown
    found = replaced(piece, re.compile(re.escape(old.text)), lambda _: new, work.effort, work.at)
    return Value(work.known(found))


def _format(arguments: list[Value], depth: int, work: _Work) -> Value | None:
    if not arguments:
        return None
    form, *values = _pieces(arguments)
    form = form.part(0, form.map.length)
    form.map.spell_within(_BRACED)
    parts, place = [], 0
    for item in _ITEM.finditer(form.text):
        parts.append(form.part(place, item.start()))
        place = item.end()
        if item[0] in ("{{", "}}"):
            parts.append(form.standing_for(item[0][0], *item.span()))
        elif item[1] is None or int(item[1]) >= len(values):
            raise _Unknown
        else:
            parts.append(values[int(item[1])])
    parts.append(form.part(place, len(form.text)))
    return Value(work.joined(parts))


_FUNCTIONS: dict[str, Callable[[list[Value], int, _Work], Value | None]] = {
    "concat": _concat,
    "format": _format,
    "join": _join,
    "json": _json,
    "replace": _replace,
    "string": _string,
}
