"""What operator-type-mismatch says of operators that get a value which they do not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.rules._types import advice, cast, source, with_article
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Misuse
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


_AGGREGATING = frozenset({"summarize", "make-series", "top-nested"})


def report_of(facts: Facts, misuse: Misuse) -> tuple[int, int, str, str | None]:
    """The place, message and help of a misuse."""
    from kql_lint.syntax import ast

    node, use = misuse.node, misuse.use
    if isinstance(node, ast.Index) and use == "[]":
        return _element(facts, node, misuse.type)
    if use == "project-rename":
        message = "project-rename gives columns new names: new = old" if isinstance(node, ast.Name) else None
        message = message or "project-rename takes the name of a column, no expression; compute it with extend"
        return node.start, node.end, message, None
    if use == "where":
        message = f"where needs a condition, not {with_article(misuse.type)}"
        return node.start, node.end, message + advice(as_condition(facts, node, misuse.type)), None
    if use in ("mv-expand", "mv-apply"):
        message = f"{use} expands dynamic values, not {with_article(misuse.type)}"
        return node.start, node.end, message + advice(cast(facts, node, misuse.type, "dynamic")), None
    from kql_lint.semantics.contracts import CHOICES

    if use in CHOICES:
        operator, key = use.split()
        choices = listing([f"{key}={choice}" for choice in CHOICES[use]], "or")
        return node.start, node.end, f"{operator} takes {choices}, not {key}={source(facts, node)}", None
    if use in ("parse", "parse-where"):
        if isinstance(node, ast.Name):
            return node.start, node.end, f'{use} needs a string in front of "{node.name}", by which to find it', None
        return node.start, node.end, f"{use} needs a string behind *, by which to find what comes next", None
    if use in _AGGREGATING and isinstance(node, ast.Name):
        return _single(facts, node, use)
    return node.start, node.end, f"{use} needs a whole number, not {with_article(misuse.type)}", None


def _single(facts: Facts, node: ast.Name, use: str) -> tuple[int, int, str, str | None]:
    message = f'{use} gives one value for many rows, and the column "{node.name}" has one for each'
    help_text = None if use == "top-nested" else "behind by, the column becomes a key, and so a part of the result"
    return node.start, node.end, message + advice(f"take_any({source(facts, node)})"), help_text


def _element(facts: Facts, node: ast.Index, kind: str) -> tuple[int, int, str, str | None]:
    text = source(facts, node.target)
    start = facts.text.rfind("[", node.target.end, node.index.start)
    start = start if start >= 0 else node.start
    element = source(facts, node) or ""
    advised = f"parse_json({text}){facts.text[start : node.end]}" if text and element and kind == "string" else None
    return start, node.end, f"[] is not defined for {kind}{advice(advised)}", None


def as_condition(facts: Facts, node: ast.Expression, kind: str) -> str | None:
    """What asks whether there is a value of this type; None where it is too long for a message."""
    text = source(facts, node)
    if text is None:
        return None
    if kind == "string":
        return f"isnotempty({text})"
    return f"{text} != 0" if kind in ("int", "long", "real", "decimal") else f"isnotnull({text})"
