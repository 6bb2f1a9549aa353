"""All that an analysis found out as plain text, to compare two of them, with which objects are the same."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping

from kql_lint.catalogue import Catalogue, PlatformFunction, Table
from kql_lint.engine import Analysis
from kql_lint.memory import Memory
from kql_lint.semantics.facts import Facts
from kql_lint.semantics.functions.signature import FunctionSignature
from kql_lint.semantics.scopes.environment import Environment
from kql_lint.semantics.scopes.scope import Row, Scope
from kql_lint.semantics.symbols import symbols
from kql_lint.semantics.trace import trace
from kql_lint.syntax import ast

# When columns and scopes were made: only which is older counts, which ``Scope.is_partial`` tells.
_MOMENTS = ("since", "mixed")
_APART = (Catalogue, Environment, Memory, PlatformFunction, FunctionSignature, Table)


def dumped(analysis: Analysis) -> dict[str, str]:
    """What is known of a text, by what it is: the tree, each list of facts, the diagnostics, the trace, the symbols."""
    parsed, bound = analysis.parsed, analysis.bound
    assert parsed is not None
    assert bound is not None
    dump = _Dump()
    found = {
        one.name: dump.of(getattr(bound.facts, one.name))
        for one in dataclasses.fields(Facts)
        if one.name not in ("catalogue", "memory", "query", "text")
    }
    found["tree"] = repr(parsed.query)
    found["diagnostics"] = repr(analysis.diagnostics)
    found["columns"] = repr(analysis.output_columns)
    found["result"] = dump.of(bound.result)
    found["nodes"] = repr([_place(node) for node in bound.facts.nodes])
    found["trace"] = repr(trace(bound, parsed.diagnostics))
    found["symbols"] = repr([(one.name, one.kind, one.places) for one in symbols(bound).all])
    return found


def _place(node: ast.Node) -> str:
    return f"<{type(node).__name__} {node.start}-{node.end}>"


class _Dump:
    """Numbers objects in the order in which they are met: what is the same object has the same number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._kept: list[object] = []

    def of(self, value: object) -> str:
        pieces: list[str] = []
        self._add(value, pieces)
        return "".join(pieces)

    def _add(self, value: object, to: list[str]) -> None:
        if value is None or isinstance(value, (str, int, float, enum.Enum)):
            to.append(repr(value))
        elif isinstance(value, ast.Node):
            to.append(_place(value))
        elif isinstance(value, _APART):
            to.append(f"<{type(value).__name__} {getattr(value, 'name', '')}>")
        elif isinstance(value, (set, frozenset)):
            to.append(repr(sorted(map(_of_item, value))))
        elif isinstance(value, (list, tuple)):
            to.append(f"{type(value).__name__}(")
            for item in value:
                self._add(item, to)
                to.append(",")
            to.append(")")
        elif id(value) in self._numbers:
            to.append(f"#{self._numbers[id(value)]}")
        else:
            self._numbers[id(value)] = len(self._kept)
            self._kept.append(value)
            self._add_object(value, to)

    def _add_object(self, value: object, to: list[str]) -> None:
        to.append(f"{type(value).__name__}{{")
        if isinstance(value, Mapping):
            for key, item in value.items():
                self._add(key, to)
                to.append(":")
                self._add(item, to)
                to.append(",")
        else:
            for name in _fields(value):
                if hasattr(value, name):
                    to.append(f"{name}=")
                    self._add(getattr(value, name), to)
                    to.append(";")
        if isinstance(value, Scope):
            to.append(repr([value.is_partial(column) for column in value.columns.values()]))
        to.append("}")


def _fields(value: object) -> list[str]:
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return [name for name in (*slots, *getattr(value, "__dict__", ())) if name not in _MOMENTS]


def _of_item(item: object) -> str:
    if isinstance(item, Row):
        return f"{item.name} {_place(item.node)} {item.copy_of is None}"
    return _place(item) if isinstance(item, ast.Node) else repr(item)
