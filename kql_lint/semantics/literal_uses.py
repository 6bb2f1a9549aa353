"""Where a query uses a string as a regular expression or as an IPv4 address, followed through ``let``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kql_lint.semantics.literals.spelling import offsets
from kql_lint.semantics.placeholders import is_value
from kql_lint.syntax import ast

# Which argument of a function is a regular expression.  countof() has one where its third argument is "regex".
_REGEX_ARGUMENT = {"extract": 0, "extract_all": 0, "replace": 0, "replace_regex": 1, "indexof_regex": 1}
# Which arguments of a function are one IPv4 address or range each.
_ADDRESS_ARGUMENTS = {
    "ipv4_compare": (0, 1),
    "ipv4_is_in_any_range": (0,),
    "ipv4_is_in_range": (0, 1),
    "ipv4_is_match": (0, 1),
    "ipv4_is_private": (0,),
    "ipv4_netmask_suffix": (0,),
    "ipv4_range_to_cidr_list": (0, 1),
    "parse_ipv4": (0,),
    "parse_ipv4_mask": (0,),
    "has_ipv4": (1,),
    "has_ipv4_prefix": (1,),
}
# The functions that look through addresses or ranges, from the second argument on, or in an array there.
_ADDRESS_LISTS = frozenset({"ipv4_is_in_any_range", "has_any_ipv4", "has_any_ipv4_prefix"})
_CAPTURE = "(.*?)"


class Use(NamedTuple):
    """A text that a query uses, and where its characters stand in the query.

    first and last hold where each character begins and ends; where that is not known, the place of the whole literal.
    alone is False for one of several addresses that a function looks through.
    """

    text: str
    first: list[int]
    last: list[int]
    alone: bool = True

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the query of the characters from start to end of the text."""
        if not self.text:
            return self.first[0], self.last[0]
        start = min(start, len(self.text) - 1)
        return self.first[start], self.last[max(end - 1, start)]


class Uses:
    """The strings of one query and what it uses them as.

    nodes are all of the query, parents first; columns are the Names that are read as columns.
    """

    def __init__(self, nodes: list[ast.Node], text: str, columns: set[ast.Node]) -> None:
        self.text = text
        self.columns = columns
        self.nodes = nodes
        # Behind what may name columns that only the deployment knows, a name may be that of a column.
        self._doubtful_from = min((node.start for node in self.nodes if _may_declare(node)), default=None)
        self._constants: dict[str, ast.Expression] | None = None

    def regexes(self) -> Iterator[Use]:
        """The regular expressions of ``matches regex``, extract() and its like, and ``parse kind=regex``."""
        followed: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Binary) and node.op == "matches regex":
                yield from self._strings(node.right, followed)
            elif isinstance(node, ast.Call):
                place = _regex_argument(node)
                if place is not None and place < len(node.arguments) and is_value(node.arguments):
                    yield from self._strings(node.arguments[place], followed)
            elif isinstance(node, ast.Parse):
                yield from self._parse(node)

    def addresses(self) -> Iterator[Use]:
        """The IPv4 addresses and ranges in the arguments of functions, one by one."""
        followed: set[str] = set()
        for node in self.nodes:
            if not isinstance(node, ast.Call) or not is_value(node.arguments):
                continue
            for place in _ADDRESS_ARGUMENTS.get(node.name.name, ()):
                for argument in node.arguments[place : place + 1]:
                    yield from self._strings(argument, followed)
            if node.name.name in _ADDRESS_LISTS:
                listed = [use for argument in node.arguments[1:] for use in self._strings(argument, followed)]
                alone = len(listed) == 1 and len(node.arguments) == 2
                yield from (use._replace(alone=alone) for use in listed)

    def _strings(self, node: ast.Expression, followed: set[str]) -> Iterator[Use]:
        """The string literals that an expression is: itself, the items of its array, or those of the let it names.

        followed are the lets that need no second look: a long list may be used often.
        """
        if isinstance(node, ast.Name) and node not in self.columns:
            if node.name in followed or (self._doubtful_from is not None and node.start > self._doubtful_from):
                return
            followed.add(node.name)
            node = self._lets().get(node.name, node)
        if isinstance(node, ast.Dynamic) and node.value is not None:
            node = node.value
        for item in node.items if isinstance(node, ast.JsonArray) else [node]:
            if isinstance(item, ast.Literal) and isinstance(item.value, str) and item.type == "string":
                yield self._use(item, item.value)

    def _use(self, literal: ast.Literal, value: str) -> Use:
        places = offsets(self.text[literal.start : literal.end], value)
        if places is None:
            return Use(value, [literal.start] * max(len(value), 1), [literal.end] * max(len(value), 1))
        places = [literal.start + place for place in places]
        return Use(value, places[:-1] or places, places[1:] or places)

    def _parse(self, node: ast.Parse) -> Iterator[Use]:
        """The one regular expression that the parts of a pattern make: each column stands for a lazy capture."""
        kind = {parameter.name: parameter.value for parameter in node.parameters}.get("kind")
        has_hole = any(isinstance(part, ast.Hole) for part in node.pattern)
        if has_hole or not (isinstance(kind, ast.Name) and kind.name == "regex"):
            return
        text, first, last = "", [], []
        for part in node.pattern:
            if isinstance(part, ast.Literal) and isinstance(part.value, str):
                use = self._use(part, part.value)
            else:
                star = _CAPTURE[1:-1] if isinstance(part, ast.Wildcard) else _CAPTURE
                use = Use(star, [part.start] * len(star), [part.end] * len(star))
            text += use.text
            first += use.first[: len(use.text)]
            last += use.last[: len(use.text)]
        if text:
            yield Use(text, first, last)

    def _lets(self) -> dict[str, ast.Expression]:
        """The values of the lets whose name is declared once in the query."""
        if self._constants is None:
            counts: dict[str, int] = {}
            for name in _declared(self.nodes):
                counts[name] = counts.get(name, 0) + 1
            self._constants = {
                node.name.name: node.value
                for node in self.nodes
                if isinstance(node, ast.Let) and counts[node.name.name] == 1 and isinstance(node.value, ast.Expression)
            }
        return self._constants


def _may_declare(node: ast.Node) -> bool:
    """Whether a hole may give names to columns here."""
    if isinstance(node, ast.NamedExpression):
        return not node.names
    return isinstance(node, ast.HoleOperator) or (isinstance(node, ast.Hole) and node.mixed)


def _declared(nodes: list[ast.Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, (ast.Let, ast.FunctionParameter, ast.ColumnDeclaration)):
            yield node.name.name
        elif isinstance(node, ast.NamedExpression):
            yield from (name.name for name in node.names)


def _regex_argument(call: ast.Call) -> int | None:
    """Which argument of a call is a regular expression; None where none is."""
    arguments = call.arguments
    if call.name.name == "countof" and len(arguments) > 2:
        kind = arguments[2]
        return 1 if isinstance(kind, ast.Literal) and kind.value == "regex" else None
    return _REGEX_ARGUMENT.get(call.name.name)
