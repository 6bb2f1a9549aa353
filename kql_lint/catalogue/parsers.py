"""Sentinel's parser files: YAML with FunctionName, FunctionAlias and FunctionQuery; ASIM's ParserName and ParserQuery.

Imports yaml, so it is imported only when a file is not cached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from kql_lint.catalogue import scan
from kql_lint.catalogue.definitions import DefinitionData, data
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.reader import LOADER, not_yaml

if TYPE_CHECKING:
    from kql_lint.source import Source

_QUERIES = ("FunctionQuery", "ParserQuery")
# All that a function may be called by: the alias is what queries write, and is left out where it is the name.
_NAMES = ("FunctionAlias", "FunctionName", "ParserName", "EquivalentBuiltInParser")
_PARAMETERS = ("ParserParams", "FunctionParams", "FunctionParameters")
_TABLES = ("table", "tabular", "(*)", "table:(*)")


def read_parsers(source: Source) -> list[DefinitionData]:
    """The functions of a YAML file, one a document; documents of another kind are passed over.

    Raises CatalogueError with all that is wrong.
    """
    reading = _Reading(source)
    try:
        for node in yaml.compose_all(source.text, Loader=LOADER):
            reading.document(node)
    except (yaml.YAMLError, RecursionError) as error:
        reading.problems.append(not_yaml(source.path, error))
    if reading.problems:
        raise CatalogueError(reading.problems)
    return reading.found


def names(source: Source) -> list[tuple[str, int, int]]:
    """The names of the functions of a YAML file, each with its stretch of the text; none of a broken text."""
    found: list[tuple[str, int, int]] = []
    try:
        for node in yaml.compose_all(source.text, Loader=LOADER):
            if not isinstance(node, yaml.MappingNode) or not _is_parser(node):
                continue
            for key, value in node.value:
                if isinstance(value, yaml.ScalarNode) and getattr(key, "value", None) in _NAMES and value.value.strip():
                    found.append((value.value.strip(), value.start_mark.index, value.end_mark.index))
    except (yaml.YAMLError, RecursionError):
        return []
    return found


def _is_parser(node: yaml.MappingNode) -> bool:
    return any(isinstance(key, yaml.ScalarNode) and key.value in _QUERIES for key, _ in node.value)


class _Reading:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[DefinitionData] = []
        self.problems: list[Problem] = []

    def document(self, node: yaml.Node) -> None:
        if not isinstance(node, yaml.MappingNode):
            return
        keys = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        if not any(key in keys for key in (*_QUERIES, "FunctionAlias", "FunctionName", "ParserName")):
            return
        names = [keys[key][1].value for key in _NAMES if key in keys and isinstance(keys[key][1], yaml.ScalarNode)]
        names = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        query = next((keys[key] for key in _QUERIES if key in keys), None)
        if query is None:
            self._wrong(node, "this function has no FunctionQuery or ParserQuery")
        elif not isinstance(query[1], yaml.ScalarNode) or not query[1].value.strip():
            self._wrong(query[0], f'"{query[0].value}" must be a KQL query')
        elif not names:
            self._wrong(node, "this function has no FunctionAlias, FunctionName or ParserName")
        else:
            parameters = next((self._parameters(keys[key][1]) for key in _PARAMETERS if key in keys), [])
            text = query[1].value
            self.found.append(data(self.source.path, names, text, parameters, self._start(query[1])))

    def _start(self, node: yaml.ScalarNode) -> tuple[int, int, int]:
        """Line and column of the value's first character, and the column at which its further lines begin; 0: unknown.

        LIMIT: only literal blocks (``|``) keep their lines; in any other style each place is that of the value.
        """
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if node.style != "|":
            return line, column, 0
        for number, content in enumerate(node.value.split("\n"), line + 1):
            if content.strip():
                raw = self.source.line(number)
                indent = len(raw) - len(raw.lstrip()) - (len(content) - len(content.lstrip())) + 1
                return line + 1, indent, indent
        return line, column, 0

    def _parameters(self, node: yaml.Node) -> list[scan.Parameter]:
        if isinstance(node, yaml.ScalarNode):
            try:
                return list(scan.parameters(node.value))
            except scan.WrongParameters as error:
                self._wrong(node, str(error))
                return []
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        return [parameter for item in items if (parameter := self._parameter(item)) is not None]

    def _parameter(self, node: yaml.Node) -> scan.Parameter | None:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        values = {key.value.lower(): value for key, value in pairs if isinstance(key, yaml.ScalarNode)}
        name, kind = values.get("name"), values.get("type")
        if not isinstance(name, yaml.ScalarNode) or not isinstance(kind, yaml.ScalarNode):
            self._wrong(node, "a parameter needs a Name and a Type")
            return None
        if kind.value.strip().lower() in _TABLES:
            return scan.Parameter(name.value, None, "default" not in values, (), open=True)
        try:
            return scan.Parameter(name.value, scan.kql_type(kind.value.strip()), "default" not in values)
        except scan.WrongParameters as error:
            self._wrong(kind, str(error))
            return None

    def _wrong(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.source.path, node.start_mark.line + 1, node.start_mark.column + 1, message))
