"""Expressions: names, calls, paths, chains of binary operators, named expressions, datatable and externaldata."""

from __future__ import annotations

from typing import Any

from kql_lint.syntax import ast
from kql_lint.syntax.build.chain import HoleChain, nest, nest_holes
from kql_lint.syntax.build.common import Parts, span
from kql_lint.syntax.build.literals import Literals, decode
from kql_lint.syntax.mask import MASK
from kql_lint.syntax.words import TYPES


class Tuple(ast.Expression):
    """``(a, b)``: only ever the left side of ``(a, b) = f(x)``; it never reaches a finished tree."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[ast.Expression]) -> None:
        super().__init__(start, end)
        self.items = items


class Expressions(Literals):
    """The rules under "Expressions" and "Parts of operators"."""

    # --- operands ---

    def quoted_name(self, children: Parts) -> ast.Name | ast.Hole:
        start, end = span(children)
        name = "".join(map(decode, children[1:-1]))
        return ast.Name(start, end, name, True) if MASK not in name else ast.Hole(start, end, self.source[start:end])

    def call(self, children: Parts) -> ast.Call | ast.Hole:
        name, arguments, close = children
        if type(name) is ast.Hole:
            return ast.Hole(name.start, close.end, self.source[name.start : close.end])
        return ast.Call(name.start, close.end, self.called(name), arguments)

    def pipeline_call(self, children: Parts) -> ast.Call:
        word, argument, close = children
        name = ast.Name(word.start, word.end, str(word))
        return ast.Call(word.start, close.end, name, [argument])

    def arguments(self, children: Parts) -> Parts:
        return children

    members = named_list = wildcard_list = table_list = ordered_list = property_list = bounds = arguments

    def parenthesized(self, children: Parts) -> ast.Expression:
        inner: ast.Expression = children[1]
        if isinstance(inner, (ast.Logical, ast.Binary, ast.Hole)):
            inner.parenthesized = True
        return inner

    def tuple(self, children: Parts) -> ast.Expression:
        start, end = span(children)
        node = Tuple(start, end, children[1:-1])
        self.suspect(node)
        return node

    def member(self, children: Parts) -> ast.Member:
        target, member = children
        return ast.Member(target.start, member.end, target, member)

    def index(self, children: Parts) -> ast.Index:
        target, index, close = children
        return ast.Index(target.start, close.end, target, index)

    def index_member(self, children: Parts) -> ast.Index:
        return self.index([children[0], *children[2:]])

    def unary(self, children: Parts) -> ast.Unary:
        sign, operand = children
        if isinstance(operand, ast.Unary):
            self.problem(
                operand.start, operand.start + 1, f"a second sign after `{sign}`; put the inner one in parentheses"
            )
        return ast.Unary(sign.start, operand.end, str(sign), operand)

    def star(self, children: Parts) -> ast.Wildcard:
        return ast.Wildcard(children[0].start, children[0].end, "*")

    def typeof(self, children: Parts) -> ast.TypeOf:
        start, end = span(children)
        inner = children[1]
        if isinstance(inner, str):
            return ast.TypeOf(start, end, TYPES.get(inner, "unknown"), [])
        return ast.TypeOf(start, end, None, inner.columns, inner.open)

    def datatable(self, children: Parts) -> ast.DataTable:
        start, end = span(children)
        return ast.DataTable(start, end, children[1].columns, children[2:-1])

    def externaldata(self, children: Parts) -> ast.ExternalData:
        start, end = span(children)
        properties = next((child for child in children[3:] if isinstance(child, list)), [])
        return ast.ExternalData(start, end, children[1].columns, children[2], properties)

    def inline_external_table(self, children: Parts) -> ast.ExternalData:
        start, end = span(children)
        properties = [child for child in children if isinstance(child, ast.Parameter)]
        uris, *more = [child for child in children if isinstance(child, list)]
        properties += [item for items in more for item in items]
        return ast.ExternalData(start, end, children[1].columns, uris, properties)

    def entity_group(self, children: Parts) -> ast.EntityGroup:
        start, end = span(children)
        return ast.EntityGroup(start, end, children[1])

    # --- chains ---

    def chain(self, children: Parts) -> Parts:
        return children

    def chain_more(self, children: Parts) -> Parts:
        links: Parts = children[0]
        links += children[1:]
        return links

    def hole_list(self, children: Parts) -> Parts:
        """``x in {{list}}``, ``x between {{bounds}}``: brackets and all are in the hole."""
        *links, word, token = children
        hole = self.hole([token])
        return [*links, word, [hole, hole] if word.type == "BETWEEN" else [hole], token]

    def hole_list_more(self, children: Parts) -> Parts:
        links: Parts = children[0]
        links += self.hole_list(children[1:])
        return links

    def hole_chain(self, children: Parts) -> HoleChain:
        return HoleChain(children)

    def hole_chain_more(self, children: Parts) -> HoleChain:
        links = children[0] if type(children[0]) is HoleChain else HoleChain(children[0])
        links += children[1:]
        return links

    def nested(self, children: Parts) -> ast.Expression:
        return nest(children[0], self) if type(children[0]) is list else nest_holes(children[0], self)

    # --- names with values ---

    def named(self, children: Parts) -> ast.NamedExpression:
        left, value = children
        if type(left) is ast.Name:
            return ast.NamedExpression(left.start, value.end, [self.declared(left)], value)
        if isinstance(left, Tuple) and all(type(item) in (ast.Name, ast.Hole) for item in left.items):
            self.clear(left)
            if any(type(item) is ast.Hole for item in left.items):
                return ast.NamedExpression(left.start, value.end, [], value, True)
            names = [self.declared(item) for item in left.items if isinstance(item, ast.Name)]
            return ast.NamedExpression(left.start, value.end, names, value, True)
        if isinstance(left, ast.Hole):
            return ast.NamedExpression(left.start, value.end, [], value)
        self.problem(
            left.end,
            value.start,
            "`=` gives a name to an expression, and what stands before it is not a name; to compare write `==`",
        )
        return ast.NamedExpression(left.start, value.end, [], value)

    def ordered(self, children: Parts) -> ast.Expression:
        expression: ast.Expression = children[0]
        order = children[1]
        nulls = children[-1] if len(children) == 4 else None
        if order is None and nulls is None:
            return expression
        last = nulls if nulls is not None else order
        return ast.Ordered(
            expression.start,
            last.end,
            expression,
            None if order is None else str(order),
            None if nulls is None else str(nulls),
        )

    def wildcard(self, children: Parts) -> ast.Expression:
        token = children[0]
        return ast.Wildcard(token.start, token.end, str(token))

    def member_wildcard(self, children: Parts) -> ast.Member:
        target, token = children
        pattern = token[1:].lstrip()
        member = ast.Wildcard(token.end - len(pattern), token.end, pattern)
        return ast.Member(target.start, token.end, target, member)

    # --- schemas and parameters ---

    def type(self, children: Parts) -> Any:
        return children[0]

    def column_declaration(self, children: Parts) -> ast.ColumnDeclaration:
        name, type_token = children
        return ast.ColumnDeclaration(name.start, type_token.end, self.declared(name), self.type_name(type_token))

    def type_name(self, token: Any) -> str:
        """The canonical type of a type's token; an unknown one is an error."""
        if token not in TYPES and token.type != "HOLE":
            self.problem(token.start, token.end, f"`{token}` is not a type of KQL")
        return TYPES.get(token, "unknown")

    def schema(self, children: Parts) -> Schema:
        start, end = span(children)
        self.unseen += [item.start for item in children[1:-1] if type(item) is ast.Hole]
        return Schema(start, end, children[1:-1])

    def parameter(self, children: Parts) -> ast.Parameter:
        name, value = children
        return ast.Parameter(name.start, value.end, str(name), value)


class Schema(ast.Node):
    """``(a: string, *)`` while it is being built; open where there is a ``*``."""

    __slots__ = ("columns", "open")

    def __init__(self, start: int, end: int, items: list[ast.Node]) -> None:
        super().__init__(start, end)
        self.columns = [item for item in items if isinstance(item, ast.ColumnDeclaration)]
        self.open = len(self.columns) < len(items)

    def type(self) -> ast.TypeOf:
        """It as a type of its own."""
        return ast.TypeOf(self.start, self.end, None, self.columns, self.open)
