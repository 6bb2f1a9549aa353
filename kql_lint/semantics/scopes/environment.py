"""The names that statements declare: scalars, tables and functions, with their scoping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.persistent import put, without
from kql_lint.semantics.scopes.scope import Scope, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.syntax import ast


@dataclass(eq=False, slots=True)
class LocalFunction:
    """A function that the query defines: its syntax, the environment it sees, and what its body gives.

    result is what the body gives for the parameters as they are declared; None as long as that is being found out.
    """

    name: str
    node: ast.Function
    environment: Environment
    result: Value | Scope | None = None

    @property
    def required(self) -> int:
        """How many arguments a call has to give."""
        return sum(parameter.default is None for parameter in self.node.parameters)

    @property
    def tabular(self) -> bool:
        """Whether it takes a table."""
        return any(parameter.type is None for parameter in self.node.parameters)


Local = Value | Scope | LocalFunction
"""What a name declared in the query stands for: a scalar, a table, or a function."""


class Environment:
    """Names declared so far, with all that outer has declared: what either declares later is its own.

    With each goes the node that declares it, its name in the text.  views are the functions among them that a wildcard
    takes for tables.
    """

    __slots__ = ("_names", "views")

    def __init__(self, outer: Environment | None = None) -> None:
        self._names: Mapping[str, tuple[Local, ast.Name]] = outer._names if outer is not None else {}
        self.views: Mapping[str, LocalFunction] = outer.views if outer is not None else {}

    def inner(self) -> Environment:
        """One for a part of the text that sees these names and declares its own."""
        return Environment(self)

    def captured(self) -> Environment:
        """One that has the names declared so far, for a function's body, whenever that is bound."""
        return Environment(self)

    def find(self, name: str) -> Local | None:
        """What the name stands for, None where nothing here declares it."""
        found = self._names.get(name)
        return None if found is None else found[0]

    def declaration(self, name: str) -> ast.Name | None:
        """The node that declares the name, None where nothing here does."""
        found = self._names.get(name)
        return None if found is None else found[1]

    def declared(self) -> Mapping[str, tuple[Local, ast.Name]]:
        """All names declared so far, as they are now: what each stands for, and the node that declares it."""
        return self._names

    def declare(self, node: ast.Name, local: Local) -> None:
        """Let the node's name stand for this from here on."""
        name = node.name
        self._names = put(self._names, {name: (local, node)})
        if isinstance(local, LocalFunction) and local.node.view:
            self.views = put(self.views, {name: local})
        elif name in self.views:
            self.views = without(self.views, [name])
