"""Nests a flat chain of binary operators by precedence (the table at the head of grammar/kql.lark)."""

from __future__ import annotations

from typing import Any

from kql_lint.syntax import ast
from kql_lint.syntax.build.common import Builder, Parts
from kql_lint.syntax.scanner import Token

_LEVELS = {
    "OR": 1,
    "AND": 2,
    "EQUALITY": 3,
    "IN": 3,
    "MEMBERSHIP": 3,
    "BETWEEN": 3,
    "RELATION": 4,
    "WORD_OPERATOR": 4,
    "COLON": 4,
    "PLUS": 5,
    "MINUS": 5,
    "STAR": 6,
    "SLASH": 6,
    "PERCENT": 6,
}


def nest(links: Parts, builder: Builder) -> ast.Expression:
    """The tree of ``operand operator operand ...``; in and between are followed by their list and closing bracket.

    Works with two stacks, so a long chain needs no recursion.  A second comparison beside one of the same level, which
    the language does not allow, is noted in the builder.
    """
    operands: Parts = [links[0]]
    operators: Parts = []
    position, count = 1, len(links)
    while position < count:
        operator = links[position]
        level = _LEVELS[operator.type]
        while operators and _LEVELS[operators[-1].type] >= level:
            if 3 <= level <= 4 and _LEVELS[operators[-1].type] == level:
                _report_second_comparison(operator, builder)
            _reduce(operands, operators)
        operand = links[position + 1]
        if isinstance(operand, list):
            end = links[position + 2].end
            if operators and _LEVELS[operators[-1].type] == level:
                _report_second_comparison(operator, builder)
            operands.append(_list_comparison(operands.pop(), operator, operand, end))
            position += 3
            if position < count and _LEVELS[links[position].type] == level:
                _report_second_comparison(links[position], builder)
        else:
            operators.append(operator)
            operands.append(operand)
            position += 2
    while operators:
        _reduce(operands, operators)
    tree: ast.Expression = operands[0]
    return tree


class HoleChain(list[Any]):
    """The links of a chain in which HOLE_BETWEEN stands for an operator, or HOLE_BEHIND for all that follows."""


def nest_holes(links: HoleChain, builder: Builder) -> ast.Hole:
    """The chain as a whole, of which nothing is known, with those operands of ``and`` and ``or`` that have no hole.

    A comparison right before HOLE_BEHIND counts as one of them.
    """
    parts: list[ast.Expression] = []
    for stretch in _stretches(links):
        # (The text of a regular expression may go on in the hole.)
        if len(stretch) > 2 and _type_of(stretch[-1]) == "HOLE_BEHIND" and stretch[1] != "matches regex":
            stretch = stretch[:-1]
        if not any(_type_of(link).startswith("HOLE_") for link in stretch):
            parts.append(nest(stretch, builder) if len(stretch) > 1 else stretch[0])
    start, end = links[0].start, links[-1].end
    whole = [part for part in parts if isinstance(part, (ast.Binary, ast.In, ast.Between, ast.Call))]
    return ast.Hole(start, end, builder.source[start:end], mixed=True, parts=tuple(whole))


def _stretches(links: Parts) -> list[Parts]:
    """The links between ``and`` and ``or``."""
    stretches: list[Parts] = [[]]
    for link in links:
        if _type_of(link) in ("AND", "OR"):
            stretches.append([])
        else:
            stretches[-1].append(link)
    return stretches


def _type_of(link: Any) -> str:
    """The terminal of a link that is a token."""
    return link.type if isinstance(link, Token) else ""


def _report_second_comparison(operator: Any, builder: Builder) -> None:
    builder.problem(
        operator.start,
        operator.end,
        f"`{operator}` can't follow another comparison; put one of the two in parentheses",
    )


def _list_comparison(left: ast.Expression, operator: Any, items: list[ast.Expression], end: int) -> ast.Expression:
    if operator.type == "BETWEEN":
        low, high = items
        return ast.Between(left.start, end, operator[0] == "!", left, low, high)
    return ast.In(left.start, end, str(operator), left, items, operator.start, operator.end)


def _reduce(operands: Parts, operators: Parts) -> None:
    right = operands.pop()
    left = operands.pop()
    operator = operators.pop()
    if operator.type == "AND" or operator.type == "OR":
        op = str(operator)
        if type(left) is ast.Logical and left.op == op and not left.parenthesized:
            left.operands.append(right)
            left.end = right.end
            operands.append(left)
        else:
            operands.append(ast.Logical(left.start, right.end, op, [left, right]))
        return
    operands.append(ast.Binary(left.start, right.end, str(operator), left, right, operator.start, operator.end))
