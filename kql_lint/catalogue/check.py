"""Checks files of the catalogue: the shipped ones, or a user's overlays, in their form and in what they say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from kql_lint import resources
from kql_lint.catalogue import check_table, compact, provider_events, techniques
from kql_lint.catalogue.index import COLUMNS, INDEX, Index, table_files
from kql_lint.catalogue.overlays import SUFFIXES, keep_within, overlay_files
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.reader import Path, Reading, read
from kql_lint.catalogue.store import read_text

if TYPE_CHECKING:
    from kql_lint.catalogue.catalogue import Catalogue
    from kql_lint.catalogue.data import CollectionsData, RenameData, TableData
    from kql_lint.repository import Boundary


def check(paths: Iterable[str] = (), within: Boundary | None = None) -> list[Problem]:
    """All that is wrong with the files, sorted by file and place; without paths, with the shipped catalogue.

    A folder with an index.tsv is a whole catalogue; other files and folders are overlays of the shipped one, which have
    to lie within a boundary, with the files that they name; None: anywhere.
    """
    problems: list[Problem] = []
    loose: list[str] = []
    for path in list(paths) or [resources.catalog_folder()]:
        if os.path.exists(os.path.join(path, INDEX)):
            problems += _check_folder(path, within)
        else:
            loose.append(path)
    if loose:
        problems += _check_overlays(loose, within)
    return sorted(problems, key=lambda problem: (problem.path, problem.line, problem.column))


def _check_folder(folder: str, within: Boundary | None) -> list[Problem]:
    """A whole catalogue: each table stands for itself, and the index has them all."""
    collections = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(SUFFIXES)]
    keep_within([*table_files(folder), *collections], within)
    problems: list[Problem] = []
    tables: dict[str, Reading] = {}
    index = Index()
    for path in table_files(folder):
        reading = _read(path)
        problems += reading.problems
        if "table" not in reading.data:
            continue
        tables[path] = reading
        index.add(cast("TableData", reading.data), os.path.basename(os.path.dirname(path)))
    for path, reading in tables.items():
        data = cast("TableData", reading.data)
        problems += check_table.check_table(reading, frozenset(data.get("columns", {})))
        problems += _misplaced(path, reading)
    columns = {
        name: frozenset(column for reading in tables.values() for column in _columns_if(reading, name))
        for name in index.tables
    }
    for path in collections:
        reading = _read(path)
        problems += [*reading.problems, *_check_collections(reading, columns)]
    for name in (compact.CUSTOM_TABLES, compact.PARSER_FUNCTIONS):
        problems += compact.check(os.path.join(folder, name))
    problems += techniques.check(folder)
    problems += compact.check(os.path.join(folder, provider_events.PROVIDER_EVENTS), provider_events.wrong)
    return [*problems, *_check_index(folder, index)]


def _columns_if(reading: Reading, name: str) -> Iterable[str]:
    data = cast("TableData", reading.data)
    return data.get("columns", {}) if data["table"] == name else ()


def _misplaced(path: str, reading: Reading) -> Iterator[Problem]:
    """The name of a table's file and folder are how the table is found."""
    data = cast("TableData", reading.data)
    folder, name = os.path.split(path)
    if name != f"{data['table']}.yaml":
        yield _at(reading, ("table",), f'the file of table "{data["table"]}" must be named {data["table"]}.yaml')
    platform = os.path.basename(folder)
    if data.get("platform") != platform:
        yield _at(reading, ("platform",), f'a file in {platform}/ must say "platform: {platform}"')
    if not data.get("columns") and not data.get("open"):
        yield _at(reading, ("table",), "the table has no columns")
    shared = data.get("shares")
    if shared and not os.path.exists(os.path.join(os.path.dirname(folder), shared, name)):
        yield _at(reading, ("shares",), f"there is no {shared}/{name} to share with")


def _check_index(folder: str, index: Index) -> Iterator[Problem]:
    path = os.path.join(folder, INDEX)
    yield from _check_made(path, index.text())
    yield from _check_made(os.path.join(folder, COLUMNS), index.columns_text())
    folded: dict[tuple[str, str], str] = {}
    for name, platforms in index.tables.items():
        others = {folded.setdefault((platform, name.casefold()), name) for platform in platforms} - {name}
        for other in sorted(others):
            yield Problem(path, 1, 1, f"tables {other} and {name} differ in case alone: their files would be one")


def _check_made(path: str, text: str) -> Iterator[Problem]:
    lines = read_text(path).replace("\r\n", "\n").split("\n") if os.path.exists(path) else []
    wanted = text.split("\n")
    number = next((n for n, pair in enumerate(zip(lines, wanted, strict=False), 1) if pair[0] != pair[1]), None)
    if number is None and len(lines) != len(wanted):
        number = min(len(lines), len(wanted))
    if number is not None:
        yield Problem(path, number, 1, "out of date; kql-lint catalog import -o FOLDER writes it anew")


def _check_overlays(paths: list[str], within: Boundary | None) -> list[Problem]:
    """Overlays: a table's columns are its own and those of what it goes over."""
    from kql_lint.catalogue.catalogue import Catalogue

    try:
        readings = [_read(path) for path in overlay_files(paths, within)]
    except CatalogueError as error:
        return error.problems
    problems = [problem for reading in readings for problem in reading.problems]
    if problems:
        return problems
    catalogue = Catalogue.with_overlays(paths, within=within)
    for reading in readings:
        if "table" in reading.data:
            problems += _check_overlay(reading, catalogue)
        else:
            problems += _check_collections(reading, {})
    return problems


def _check_overlay(reading: Reading, catalogue: Catalogue) -> list[Problem]:
    data = cast("TableData", reading.data)
    tables = catalogue.tables(data["table"], data.get("platform"))
    if any(table.open for table in tables):
        return check_table.check_table(reading, None)
    columns = frozenset(column for table in tables for column in table.columns)
    if not columns:
        return [_at(reading, ("table",), "the table has no columns; say open: true if they are not known")]
    over = next((table.events for table in tables if table.events is not None), None)
    return check_table.check_table(reading, columns, over)


def _check_collections(reading: Reading, columns: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """columns: those of each table of the catalogue, to which renames and aliases lead; {} where that is not known."""
    data = cast("CollectionsData", reading.data)
    for name, function in data.get("functions", {}).items():
        kind = function.get("kind")  # none where the file at its path tells
        if kind == "scalar" and "columns" in function:
            yield _at(reading, ("functions", name, "columns"), f'"{name}" is scalar and has no columns')
        if kind != "scalar" and "returns" in function:
            yield _at(reading, ("functions", name, "returns"), f'"{name}" gives a table: list its columns instead')
    if not columns:
        return
    for number, rename in enumerate(data.get("renames", ())):
        message = _wrong_rename(rename, columns)
        if message:
            yield _at(reading, ("renames", number), message)
    known = frozenset[str]().union(*columns.values())
    for name, targets in data.get("aliases", {}).items():
        for target in targets:
            if target not in known:
                yield _at(reading, ("aliases", name), f'no table has a column "{target}"')
    yield from _check_table_aliases(reading, data, columns)


def _check_table_aliases(
    reading: Reading, data: CollectionsData, columns: dict[str, frozenset[str]]
) -> Iterator[Problem]:
    """Each table has the columns, but for those of which other tables of the group have one."""
    for number, group in enumerate(data.get("table_aliases", ())):
        at = ("table_aliases", number)
        for index, table in enumerate(group["tables"]):
            if table not in columns:
                yield _at(reading, (*at, "tables", index), f'there is no table "{table}"')
        for name, alias in group["aliases"].items():
            for table in group["tables"]:
                missing = [column for column in alias["columns"] if column not in columns.get(table, alias["columns"])]
                if missing:
                    yield _at(reading, (*at, "aliases", name), f'{table} has no column "{missing[0]}"')
                if name in columns.get(table, ()):
                    yield _at(reading, (*at, "aliases", name), f'{table} has a column "{name}" of its own')


def _wrong_rename(rename: RenameData, columns: dict[str, frozenset[str]]) -> str | None:
    if rename["kind"] == "table":
        unknown = [name for name in rename["new"] if name not in columns]
        return f'there is no table "{unknown[0]}"' if unknown else None
    table = rename.get("table")
    if table is None:
        return "a renamed column or ActionType must name its table"
    if table not in columns:
        return f'there is no table "{table}"'
    unknown = [name for name in rename["new"] if name not in columns[table]] if rename["kind"] == "column" else []
    return f'{table} has no column "{unknown[0]}"' if unknown else None


def _read(path: str) -> Reading:
    try:
        return read(path, read_text(path))
    except CatalogueError as error:
        problems = error.problems
    except OSError as error:
        problems = [Problem(path, 1, 1, f"can't be read: {error.strerror or error}")]
    reading = Reading(path)
    reading.problems = problems
    return reading


def _at(reading: Reading, place: Path, message: str) -> Problem:
    line, column = reading.marks.get(place, (1, 1))
    return Problem(reading.path, line, column, message)
