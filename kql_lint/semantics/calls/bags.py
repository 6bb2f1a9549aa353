"""Bags: which dynamic values have the keys of a table's column, and which functions read one of them by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.semantics.scopes.scope import Derivation, Origin, Value, constant_text

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.syntax import ast

PARSERS = frozenset({"parse_json", "parsejson", "todynamic", "toobject"})
"""The functions that make a bag of a string with JSON."""

_PATHS = frozenset({"extract_json", "extractjson"})
# The first key of a JSON path: ``$.Key``, ``$.Key.Inner``, ``$['Key']``.
_FIRST_KEY = re.compile(r"""\$(?:\.(\w+)|\[(?:'([^'\\]+)'|"([^"\\]+)")\])""")


def parsed(kind: str, value: Value) -> Value:
    """What a parser makes of a value, of type kind."""
    bag = bag_of(value)
    return Value(kind, derivation=Derivation(bag=bag)) if bag else Value(kind)


def bag_of(value: Value) -> tuple[Origin, ...]:
    """The columns whose keys the value has, once it is dynamic; () where there are none, or its case was changed."""
    return value.bag or (value.origins if value.folded is None else ())


def read_by_function(binder: Context, node: ast.Call, values: list[Value], frame: Frame) -> None:
    """Record the key that a function reads: ``extract_json("$.Key", b)``."""
    if node.name.name not in _PATHS or len(values) < 2:
        return
    path = _FIRST_KEY.match(constant_text(values[0]) or "")
    if path is not None:
        binder.key_read(node.arguments[0], next(filter(None, path.groups())), bag_of(values[1]), frame)
