"""What the binder found out about the contracts of functions and operators: calls, and arguments that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.semantics.functions import FunctionSignature
    from kql_lint.semantics.scopes.scope import Constant, Value
    from kql_lint.syntax import ast


class Application(NamedTuple):  # a query makes hundreds
    """A call of one of KQL's own functions with its arguments, and their types; clause as in ColumnRead."""

    node: ast.Call
    signature: FunctionSignature
    arguments: Sequence[Value]
    types: tuple[str, ...]
    clause: str


class MisfitCall(NamedTuple):
    """A call of a function that the query defines with more arguments than it takes, or fewer than it needs."""

    node: ast.Name
    given: int
    least: int
    most: int


class MisfitArgument(NamedTuple):
    """An argument that a function of the query has no use for: node is its name, or the name of the call.

    lacks is None where there is no parameter of the name; else a column that the parameter declares and the table that
    is handed over surely does not have.
    """

    node: ast.Name
    function: str
    lacks: str | None = None


class Mismatch(NamedTuple):
    """A Binary, In, Between, Logical or Unary that is not defined for types: those of its operands (In's left one)."""

    node: ast.Expression
    types: tuple[str, ...]


class Misuse(NamedTuple):
    """An operator gets a value of a type that it does not take, or an expression where it wants a name.

    use says which: ``[]`` (node is the Index), ``mv-expand``, ``mv-apply``, ``where``, ``take``, ``top`` ... (node is
    the value), ``summarize``, ``make-series``, ``top-nested`` (node is a column outside of an aggregate), ``parse``,
    ``parse-where`` (node has no string in front of it, or, a star, behind it), ``project-rename`` (node stands where
    ``new = old`` is wanted), or a key of ``contracts.CHOICES`` (node is none of them).  type is the value's.
    """

    node: ast.Expression
    use: str
    type: str


class NamedCondition(NamedTuple):
    """``name = value`` where a condition is wanted, in a where or as a function's argument (use is its name).

    of_column: whether the name is that of a column in scope, None where there may be further ones.  type is that of
    what stands right behind ``=``, up to an ``and`` or ``or``; constants are the value's, as in Value.
    """

    node: ast.NamedExpression
    use: str
    of_column: bool | None
    type: str
    constants: tuple[Constant, ...] | None


class JoinFault(NamedTuple):
    """A join or lookup whose condition says nothing of two sides.

    what is ``missing`` (it has no ``on``; node is the operator), ``kind`` (node is the parameter's value), ``side``
    (node is the operand that should be of the other side) or ``shape`` (node is no equality of two columns).
    """

    operator: ast.Join | ast.Lookup
    node: ast.Node
    what: str


class KeyTypes(NamedTuple):
    """A key of a join or lookup whose two columns have types that are not compared: node is the condition."""

    node: ast.Expression
    left: str
    right: str


class DynamicUse(NamedTuple):
    """A dynamic value by which rows are grouped, sorted, told apart or joined: use is the operator's word.

    Or a Binary that compares two of them: use is its own operator.
    """

    node: ast.Expression
    use: str
