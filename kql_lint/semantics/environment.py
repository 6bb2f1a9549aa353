"""The names that statements declare: scalars, tables and functions, with their scoping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.scope import Scope, Value

if TYPE_CHECKING:
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
    """Names declared so far; a name that is not found is looked up in the parent."""

    __slots__ = ("_names", "_parent")

    def __init__(self, parent: Environment | None = None) -> None:
        self._parent = parent
        self._names: dict[str, Local] = {}

    def find(self, name: str) -> Local | None:
        """What the name stands for, None where nothing here declares it."""
        environment: Environment | None = self
        while environment is not None:
            found = environment._names.get(name)
            if found is not None:
                return found
            environment = environment._parent
        return None

    def declare(self, name: str, local: Local) -> None:
        """Let the name stand for this from here on."""
        self._names[name] = local

    def snapshot(self) -> Environment:
        """A copy that later declarations don't reach: what a function body sees of where it is declared."""
        copy = Environment()
        copy._names.update(self.visible())
        return copy

    def visible(self) -> dict[str, Local]:
        """All names that can be seen here."""
        outer = self._parent.visible() if self._parent is not None else {}
        return {**outer, **self._names}
