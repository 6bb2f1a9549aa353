"""How messages speak of types, and which calls the rules about functions look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Application
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

CASTS = {
    "string": "tostring",
    "bool": "tobool",
    "int": "toint",
    "long": "tolong",
    "integer": "tolong",
    "real": "toreal",
    "number": "toreal",
    "summable": "toreal",
    "decimal": "todecimal",
    "datetime": "todatetime",
    "timespan": "totimespan",
    "guid": "toguid",
    "text": "tostring",
    "bag": "parse_json",
    "dynamic": "parse_json",
}
"""What makes a type of another, by the type as table.tsv names it."""

_NUMBERS = frozenset({"int", "long", "real", "decimal"})
_LONGEST = 60


def applications(facts: Facts) -> Sequence[Application]:
    """The calls of KQL's own functions, once a place; none behind a syntax error, which may hide what they are."""
    return facts.memory.get("applications", lambda: _applications(facts))


def _applications(facts: Facts) -> list[Application]:
    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    found: dict[ast.Call, Application] = {}
    for application in facts.applications:
        if application.node.start < end:
            found.setdefault(application.node, application)
    return list(found.values())


def aggregates_rows(application: Application) -> bool:
    """Whether the call is that of an aggregate: ``any(x)`` is, though ``any(edges, condition)`` is none."""
    signature, given = application.signature, len(application.types)
    if signature.kind == "aggregate" or signature.takes(given):
        return signature.kind == "aggregate"
    from kql_lint.semantics import functions

    other = functions.aggregate(signature.name)
    return other is not None and other.takes(given)


def is_allowed(application: Application) -> bool:
    """Whether an aggregate can be called there: among those of summarize and its like, or of a plugin."""
    return application.clause in ("summarize", "plugin")


def with_article(kind: str) -> str:
    """``an int``, ``a string``, ``a dynamic value``."""
    noun = "dynamic value" if kind == "dynamic" else kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {noun}"


def source(facts: Facts, node: ast.Node) -> str | None:
    """The text of a node, None where it is too long for a message."""
    if node.end - node.start > _LONGEST:
        return None
    text = facts.text[node.start : node.end]
    return text if "\n" not in text else None


def cast(facts: Facts, node: ast.Node, given: str, wanted: str) -> str | None:
    """``tolong(Port)``: how to make a value of the type given one of the type wanted; None where there is no way."""
    function, text = CASTS.get(wanted), source(facts, node)
    if function is None or text is None:
        return None
    possible = given == "string" or wanted in ("string", "text") or (given in _NUMBERS and wanted in _NUMBERS)
    return f"{function}({text})" if possible else None


def advice(text: str | None) -> str:
    """``; write ...``, or nothing."""
    return f"; write {text}" if text else ""
