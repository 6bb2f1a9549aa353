"""What can't be renamed, and why: what is known before anything is tried.  Offsets are the query's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.language.commands import is_body
from kql_lint.language.names import Member, metadata_names
from kql_lint.semantics import functions
from kql_lint.syntax import ast
from kql_lint.wording import one_line

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile
    from kql_lint.semantics.scopes.scope import Scope
    from kql_lint.semantics.symbols import Symbol

# What hides a table or function of the same name.
_HIDING = ("let", "function", "parameter", "table", "pattern")
# Plugins whose scripts or rows have the names of columns as data.
_PLUGINS = frozenset({"narrow", "python", "r"})
_PACKING = frozenset({"pack_all", "bag_pack_columns"})
_BY_POSITION = frozenset({"csv", "tsv", "tsve", "psv", "scsv", "sohsv", "txt", "raw"})


def can_be_written(name: str) -> bool:
    """Whether KQL can have the name, in brackets at least."""
    return bool(name) and name.isprintable() and not ("'" in name and '"' in name) and name == name.strip()


def why_not(file: OpenFile, member: Member) -> str | None:
    """Why a symbol can't have another name, whatever that is; None where it may."""
    found, symbol = member
    reasons = (
        _not_the_querys(symbol),
        not_understood(found),
        _perhaps_the_same(found, symbol),
        _known_elsewhere(file, member),
        _from_outside(found, symbol),
        _as_data(found, symbol),
        _fixed(member),
    )
    reason = next(filter(None, reasons), None)
    return None if reason is None else one_line(reason)


def why_not_so(member: Member, new: str) -> str | None:
    """Why a symbol can't have this name; None where it may."""
    found, symbol = member
    query = found.query
    others = [one for one in query.symbols.all if one.name == new and one is not symbol]
    hiding = [one for one in others if one.kind in _HIDING]
    if symbol.kind == "parameter":  # one of another function hides nothing
        hiding = [one for one in hiding if one.kind != "parameter"]
    if hiding:
        return one_line(f"{new} is declared in the query already")
    if symbol.kind == "column":
        if any("" in one.external for one in others):
            return one_line(f"{new} may be a column of a table here whose columns are not known")
        if any(_has(scope, found, symbol) and new in scope.columns for scope in scopes(found)):
            return one_line(f"there is a column {new} already where {symbol.name} is")
    if symbol.kind in _HIDING:
        if query.catalogue.tables(new):
            return one_line(f"{new} is a table, which would be hidden")
        kinds_of_function = (functions.scalar, functions.aggregate, functions.source, functions.plugin)
        if any(kind(new) for kind in kinds_of_function) or query.catalogue.function(new) is not None:
            return one_line(f"{new} is a function, which would be hidden")
    return None


def scopes(found: QueryInFile) -> Iterator[Scope]:
    """What is in scope at each point of a query, graphs as their nodes and edges."""
    for step in found.query.bound.facts.steps or ():
        for scope in (step.before, step.scope):
            if scope is not None:
                yield scope
                yield from scope.graph or ()


def _has(scope: Scope, found: QueryInFile, symbol: Symbol) -> bool:
    column = scope.columns.get(symbol.name)
    return column is not None and found.query.symbols.of(column) is symbol


def _not_the_querys(symbol: Symbol) -> str | None:
    table = next(iter(sorted(filter(None, symbol.external))), None)
    if table is not None:
        return f"{symbol.name} is a column of {table}, whose names are not the query's to choose"
    if symbol.external:
        return f"{symbol.name} comes from a table or function whose columns this text does not declare"
    if all(one.written or one.is_expression for one in symbol.declarations):
        return None
    if symbol.derived_from is not None:
        return f"the name {symbol.name} is made of {symbol.derived_from.name}; give the column a name of its own first"
    return f"{symbol.name} is what the operator calls the column"


def not_understood(found: QueryInFile) -> str | None:
    """Why it is not certain which names a query has where; None where it is."""
    query = found.query
    if query.parsed.doubtful or query.parsed.hidden:
        return "the query has a syntax error"
    facts = query.bound.facts
    if facts.cut is not None or not facts.whole:
        return "the query is too complex to be followed completely"
    if any(isinstance(node, ast.HoleOperator) for node in ast.walk(query.parsed.query)):
        return "the query has a placeholder that may use the name"
    return None


def _perhaps_the_same(found: QueryInFile, symbol: Symbol) -> str | None:
    """Why a place that is not followed may mean the column."""
    if symbol.kind == "column":
        for other in found.query.symbols.all:
            if other is not symbol and other.name == symbol.name and "" in other.external and other.uses:
                return f"{symbol.name} is also read where it is not known which columns there are"
    return None


def _known_elsewhere(file: OpenFile, member: Member) -> str | None:
    """Why other files may know the name."""
    found, symbol = member
    stored = [name for name in file.catalogue.stored_functions() if _defined_in(file, name)]
    if symbol.kind in ("let", "function") and symbol.name in stored:
        return f"{symbol.name} is a function that queries of other files may call"
    if symbol.kind != "column":
        return None
    if symbol in found.query.symbols.outputs.values() and _is_function(file, found, stored):
        return f"{symbol.name} is a column that the function gives to queries of other files"
    if stored and is_body(found.hosted):
        return f"{symbol.name} may be a column that the function gives to queries of other files"
    lets = (one for one in found.query.symbols.all if one.kind == "function" and one.name in stored)
    for function in lets:
        for first, last in (one.around for one in function.declarations):
            if any(first <= one.start < last for one in symbol.declarations):
                return f"{symbol.name} may be a column that {function.name} gives to queries of other files"
    return None


def _is_function(file: OpenFile, found: QueryInFile, stored: list[str]) -> bool:
    if found.hosted.kind == "sentinel-parser":
        return True
    start, end = found.span(found.hosted.preamble, len(found.hosted.text))
    own = any(start <= function.start <= end for function in file.extraction.functions)
    whole = (file.catalogue.function(name) for name in stored)
    return own or any(one is not None and one.definition is not None and not one.definition.let for one in whole)


def _defined_in(file: OpenFile, name: str) -> bool:
    function = file.catalogue.function(name)
    definition = None if function is None else function.definition
    return definition is not None and os.path.abspath(definition.path) == os.path.abspath(file.source.path)


def _from_outside(found: QueryInFile, symbol: Symbol) -> str | None:
    """Why the name is one that data, or who calls, has."""
    nodes = {one.node for one in symbol.declarations}
    for node in ast.walk(found.query.parsed.query):
        if isinstance(node, ast.DeclareParameters) and nodes & {one.name for one in node.parameters}:
            return f"{symbol.name} is set from outside under this name"
        if isinstance(node, ast.ParseKv) and nodes & set(node.columns):
            return f"{symbol.name} is a key of the text that parse-kv reads"
        if isinstance(node, ast.ExternalData) and nodes & set(node.columns) and not _by_position(node):
            return f"{symbol.name} may be the name that the external data has"
        if isinstance(node, ast.Evaluate) and node.schema is not None and nodes & set(node.schema.columns):
            return f"{symbol.name} is the name that {node.call.name.name} gives to the column"
        if isinstance(node, ast.FunctionParameter) and nodes and nodes <= set(node.columns):
            return f"{symbol.name} is a column that the table handed to {node.name.name} has to have"
    return None


def _by_position(node: ast.ExternalData) -> bool:
    """Whether the columns of external data are told by their order."""
    formats = [item.value for item in node.properties if item.name == "format"]
    words = [getattr(value, "value", None) or getattr(value, "name", "") for value in formats]
    endings = [str(getattr(uri, "value", "")).partition("?")[0].rpartition(".")[2] for uri in node.uris]
    return all(str(word).lower() in _BY_POSITION for word in words or endings)


def _as_data(found: QueryInFile, symbol: Symbol) -> str | None:
    """Why the name of a column is part of what the query returns, or of what a script reads."""
    if symbol.kind != "column":
        return None
    for step in found.query.bound.facts.steps or ():
        node = step.node
        inputs = [scope for scope in (step.before,) if scope is not None and _has(scope, found, symbol)]
        if isinstance(node, ast.Find) and (
            node.project is None or any(isinstance(one, ast.Call) for one in node.project)
        ):
            return "find packs columns into a bag by their names"
        if not inputs:
            continue
        if isinstance(node, ast.GetSchema):
            return f"getschema returns the name {symbol.name} as a value"
        if isinstance(node, ast.Evaluate) and node.call.name.name in _PLUGINS:
            return f"{node.call.name.name} has the names of columns as values"
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and call.name.name in _PACKING:
                return f"{call.name.name}() puts the name {symbol.name} into its value"
    return None


def _fixed(member: Member) -> str | None:
    """Why the rule's metadata can't name another column."""
    for _, name in metadata_names([member]):
        if name.fixed:
            return f"{name.name} is a column that the rule's settings name in words of the service"
        if name.renamed(f"{name.name}_") is None:
            return f"the rule's settings name {name.name} at a place that can't be edited"
    return None
