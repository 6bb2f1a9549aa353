"""The columns that the plugins of ``evaluate`` put out, from the templates of table.tsv."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kql_lint.semantics.functions.columns import ColumnType, OutputColumn
from kql_lint.semantics.functions.naming import UniqueNames, implicit_name
from kql_lint.semantics.functions.signature import Overload, Parameter
from kql_lint.semantics.functions.table import plugin
from kql_lint.semantics.types import UNKNOWN
from kql_lint.syntax import ast


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Argument:
    """An argument of a plugin: its type or, if it is tabular, its columns; open where it has others besides."""

    node: ast.Expression
    type: str = UNKNOWN
    columns: Sequence[ColumnType] | None = None
    open: bool = False


@dataclass(slots=True, match_args=False)
class PluginOutput:
    """What a plugin puts out, names made unique; open: with further columns that can't be known."""

    columns: list[OutputColumn] = field(default_factory=list)
    open: bool = False


def plugin_output(
    call: ast.Call, arguments: Sequence[Argument], columns: Sequence[ColumnType], open_input: bool = False
) -> PluginOutput:
    """The output of ``evaluate call`` on an input of these columns (open_input: and others).

    arguments are the call's, in order.  The output of a plugin that table.tsv lacks is open.  A schema that the query
    gives itself (``: (name: type)``) comes in place of all this: that is the caller's to see.
    """
    signature = plugin(call.name.name)
    if signature is None:
        return PluginOutput(open=True)
    positional = [argument for argument in arguments if not _is_option(argument.node, signature.overloads[0])]
    fitting = [overload for overload in signature.overloads if overload.takes(len(positional))]
    overload = (fitting or list(signature.overloads))[0]
    known = {name for name, _ in columns}
    if open_input:  # a name of which nothing is known may be one of the other columns
        known |= {item.node.name for item in arguments if isinstance(item.node, ast.Name) and item.type == UNKNOWN}
    expansion = _Expansion(_assigned(overload, arguments, known), columns, open_input)
    for word in overload.columns.split():
        expansion.add(word)
    return expansion.output


def _is_option(node: ast.Expression, overload: Overload) -> bool:
    """Whether an argument is one of the plugin's options by name, as ``return_unmatched = true`` is."""
    return (
        isinstance(node, ast.NamedExpression)
        and bool(node.names)
        and any(parameter.name == node.names[0].name for parameter in overload.parameters)
    )


def _assigned(overload: Overload, arguments: Sequence[Argument], known: set[str]) -> dict[str, list[Argument]]:
    """The arguments of each parameter.  Known columns tell where one that may repeat or be left out ends."""
    assigned: dict[str, list[Argument]] = {parameter.name: [] for parameter in overload.parameters}
    waiting = list(overload.parameters)
    for argument in arguments:
        if _is_option(argument.node, overload) and isinstance(argument.node, ast.NamedExpression):
            assigned[argument.node.names[0].name].append(argument)
            continue
        while waiting and not _takes(waiting[0], argument, len(assigned[waiting[0].name]), known):
            waiting.pop(0)
        if waiting:
            assigned[waiting[0].name].append(argument)
    return assigned


def _takes(parameter: Parameter, argument: Argument, filled: int, known: set[str]) -> bool:
    if parameter.maximum is not None and filled >= parameter.maximum:
        return False
    if filled < parameter.minimum:
        return True
    is_column = isinstance(argument.node, ast.Name) and argument.node.name in known
    if parameter.type == "bool" == argument.type:
        return True
    return is_column == (parameter.type == "column") and (argument.columns is None or parameter.type == "table")


class _Expansion:
    """Turns the words of a template into columns."""

    __slots__ = ("_arguments", "_input", "_names", "_open_input", "output")

    def __init__(self, arguments: dict[str, list[Argument]], columns: Sequence[ColumnType], open_input: bool) -> None:
        self._arguments = arguments
        self._input = columns
        self._open_input = open_input
        self._names = UniqueNames()
        self.output = PluginOutput()

    def add(self, word: str) -> None:
        """Adds the columns of one word: ``name:type``, ``*``, ``@Parameter``, ``flag?word`` ..."""
        if word == "...":
            self.output.open = True
        elif "?" in word:
            flag, _, rest = word.partition("?")
            if self._is_true(flag.lstrip("!")) != flag.startswith("!"):
                self.add(rest)
        elif word[0] in "*@":
            self._add_sets(word)
        else:
            for name, type_ in self._named(*word.split(":")):
                self._put(OutputColumn(name, type_))

    def _put(self, column: OutputColumn) -> None:
        self.output.columns.append(OutputColumn(self._names.add(column.name), column.type, column.source))

    def _add_sets(self, word: str) -> None:
        """``@A|*-@B``: the first alternative that has columns."""
        for alternative in word.split("|"):
            base, *without = alternative.split("-")
            dropped = {name for parameter in without for name in self._referenced(parameter[1:])}
            columns = [column for column in self._set(base) if column.name not in dropped]
            for column in columns:
                self._put(column)
            if columns:
                return

    def _set(self, word: str) -> Iterator[OutputColumn]:
        if word == "*":
            self.output.open |= self._open_input
            yield from self._from_input()
        else:
            for argument in self._arguments.get(word[1:], ()):
                yield from self._columns_of(argument)

    def _from_input(self) -> Iterator[OutputColumn]:
        return (OutputColumn(name, type_, name) for name, type_ in self._input)

    def _columns_of(self, argument: Argument) -> Iterator[OutputColumn]:
        if argument.columns is not None or argument.open:
            self.output.open |= argument.open
            yield from (OutputColumn(name, type_) for name, type_ in argument.columns or ())
        elif isinstance(argument.node, ast.TypeOf):
            if argument.node.open:
                self.output.open |= self._open_input
                yield from self._from_input()
            yield from (OutputColumn(column.name.name, column.type) for column in argument.node.columns)
        elif isinstance(argument.node, ast.Name):
            yield OutputColumn(argument.node.name, argument.type, argument.node.name)
        else:
            self.output.open = True

    def _referenced(self, parameter: str) -> Iterator[str]:
        """The column that an argument is, or that its first argument is (``sum(A)``)."""
        for argument in self._arguments.get(parameter, ()):
            node = argument.node
            if isinstance(node, ast.Call) and node.arguments:
                node = node.arguments[0]
            if isinstance(node, ast.Name):
                yield node.name

    def _named(self, name: str, type_: str) -> Iterator[ColumnType]:
        """``{A}_x:type`` for each argument of A; ``:@B`` is the type of B's argument."""
        repeated = name.partition("{")[2].partition("}")[0].lstrip("#")
        count = len(self._arguments.get(repeated, ())) if repeated else 1
        if type_.startswith("@"):
            values = self._arguments.get(type_[1:], ())
            type_ = values[0].type if values else UNKNOWN
        for index in range(count):
            yield self._filled(name, index), type_

    def _filled(self, template: str, index: int) -> str:
        first, *pieces = template.split("{")
        texts = (piece.partition("}") for piece in pieces)
        return first + "".join(self._text(word, index) + rest for word, _, rest in texts)

    def _text(self, word: str, index: int) -> str:
        if word.startswith("#"):
            return str(index)
        arguments = self._arguments.get(word, ())
        node = arguments[min(index, len(arguments) - 1)].node if arguments else None
        if isinstance(node, ast.Literal):
            return str(node.value)
        return (implicit_name(node) or "") if node else ""

    def _is_true(self, flag: str) -> bool:
        nodes: Iterable[ast.Expression] = (argument.node for argument in self._arguments.get(flag, ()))
        values = [node.value if isinstance(node, ast.NamedExpression) else node for node in nodes]
        return any(isinstance(value, ast.Literal) and value.value is True for value in values)
