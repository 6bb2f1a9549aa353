"""Turns exports and tables of facts into the catalogue's YAML files: ``kql-lint catalog import``.

What an import brings goes over what a file has; everything else in the file stays, letter by letter.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from kql_lint.catalogue import emit
from kql_lint.catalogue.importer import (
    additions,
    events,
    evidence,
    facts,
    groups,
    providers,
    rows,
    schema,
    seed,
    values,
)
from kql_lint.catalogue.index import COLUMNS, INDEX, make_index
from kql_lint.catalogue.merge import merge
from kql_lint.catalogue.model import ACTION_TYPE
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.reader import read
from kql_lint.catalogue.store import read_text
from kql_lint.catalogue.update import update
from kql_lint.reading import EXPORT, Unreadable, read_file
from kql_lint.repository import link_out
from kql_lint.writing import clear_leftovers, replace_file

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, FunctionData, TableData

_KEY_ORDER = (
    "table platform shares open as_of description sources references columns column_sources column_groups"
    " column_values holds mixed_case dynamic_fields seen_keys events"
).split()
_VALUE_ORDER = (
    "title description columns whole field_rules also_seen never instead additional_fields dynamic_fields seen_keys"
    " providers indicators patterns detection_rules references sources"
).split()


@dataclass(slots=True)
class Imported:
    """What an import did.  written: the paths of the files that were made or changed; kept: those already up to date.

    absent: table to columns that its file has and the import has not; they are still there.
    """

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    absent: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """What the files have.  table, platform, by: as asked for.  whole: tables that all columns are given of."""

    table: str | None
    platform: str | None
    by: str | None = None
    tables: dict[str, TableData] = field(default_factory=dict)
    functions: dict[str, FunctionData] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    lists: additions.Lists = field(default_factory=additions.Lists)


def run_import(
    paths: Iterable[str],
    output: str,
    *,
    platform: str | None = None,
    table: str | None = None,
    by: str | None = None,
    prune: bool = False,
    index: bool = False,
    as_of: str | None = None,
) -> Imported:
    """Import files into the folder output; all are read before anything is written.

    platform: ``defender`` or ``sentinel``, whose folder in output the tables go to; without it they go into output
    itself and are of any platform.  table: the name of the table of a file that has no column for it, such as an export
    of ``T | getschema``; otherwise it is the file's name.  by: the column that tells the kinds of events apart.  prune:
    take out columns that the import lacks. index: write index.tsv even where output has none yet.  as_of: the year and
    month (``YYYY-MM``) that lists of custom tables and parser functions are of.

    Raises CatalogueError, with file and line, for a file that can't be imported or a table file in output that is not
    sound; OSError where a file can't be read or written.
    """
    found = _Found(table, platform, by)
    for path in paths:
        _read_file(path, found)
        wrong = next((name for name in found.tables if not schema.TABLE_NAME.match(name)), None)
        if wrong is not None:  # it becomes the name of a file
            raise CatalogueError([Problem(path, 1, 1, f'"{wrong}" is no name of a table')])
    report = Imported()
    folder = os.path.join(output, platform) if platform else output
    _leave_out_strangers(found, folder)
    pending = [
        _table_text(os.path.join(folder, f"{name}.yaml"), name, platform, found, prune, report)
        for name in sorted(found.tables)
    ]
    if found.functions:
        pending.append(_functions_text(os.path.join(output, "functions.yaml"), found.functions))
    for name, text in found.lists.texts(_date(as_of, found.lists)).items():
        pending.append((os.path.join(output, name), _old_text(os.path.join(output, name)), text))
    for path, old, new in pending:
        _write(path, old, new, report)
    if index or os.path.exists(os.path.join(output, INDEX)):
        write_index(output)
    return report


def write_index(folder: str) -> None:
    """Write index.tsv and columns.tsv of a catalog folder anew."""
    index = make_index(folder)
    for name, text in ((INDEX, index.text()), (COLUMNS, index.columns_text())):
        path = os.path.join(folder, name)
        _write(path, _old_text(path), text, Imported())


def _leave_out_strangers(found: _Found, folder: str) -> None:
    """Drop lists of values of tables that there is no file for, and of columns that the table lacks."""
    for name, data in list(found.tables.items()):
        if data.keys() != {"column_values"}:
            continue
        path = os.path.join(folder, f"{name}.yaml")
        columns = _old_data(path, _old_text(path)).get("columns", {})
        data["column_values"] = {column: known for column, known in data["column_values"].items() if column in columns}
        if not data["column_values"]:
            del found.tables[name]


def _date(as_of: str | None, lists: additions.Lists) -> str:
    if as_of is None and (lists.custom_tables or lists.parser_functions or lists.provider_events):
        raise CatalogueError([Problem("--as-of", 1, 1, "lists of tables, functions and events need a year and month")])
    return as_of or ""


def _read_file(path: str, found: _Found) -> None:
    """Enter what one file has."""
    tables = found.tables
    try:
        text = rows.decode(path, read_file(path, EXPORT))
    except Unreadable as error:
        raise CatalogueError([Problem(path, 1, 1, error.message)]) from None
    if seed.is_seed(text):
        data = seed.read_seed(path, text)
        tables[data["table"]] = merge(tables.get(data["table"], {}), data)
        return
    parsed = rows.read_rows(path, text)
    enter = evidence.kind_of(parsed) or facts.kind_of(parsed)
    if events.is_kinds(parsed):
        events.kinds(parsed, tables, found.table, found.by)
    elif providers.is_provider_events(parsed):
        _provider_events(parsed, found)
    elif values.is_values(parsed):
        values.values(parsed, tables)
    elif facts.is_functions(parsed):
        found.functions.update(facts.functions(parsed))
    elif additions.is_additions(parsed):
        additions.additions(parsed, tables, found.lists)
    elif additions.is_missing(parsed):
        additions.missing(parsed, tables, found.functions, found.platform)
    elif additions.is_names(parsed):
        additions.names(parsed, found.lists)
    elif schema.is_schema(parsed):
        for name, columns in schema.read_schema(parsed, found.table).items():
            tables.setdefault(name, {}).setdefault("columns", {}).update(columns)
            found.whole.add(name)
    elif enter is None:
        message = f"neither columns nor facts: the head line has {', '.join(parsed.head)}"
        raise CatalogueError([Problem(path, 1, 1, message)])
    if enter is not None:
        enter(parsed, tables)


def _provider_events(parsed: rows.Rows, found: _Found) -> None:
    """Keys of events: of the table that was asked for, else for the list of all tables of such events."""
    known = providers.provider_events(parsed)
    if found.table is not None:
        providers.enter(known, found.tables.setdefault(found.table, {}))
    else:
        providers.check_dated(parsed, known)
        found.lists.provider_events.update(known)


def _table_text(
    path: str, name: str, platform: str | None, found: _Found, prune: bool, report: Imported
) -> tuple[str, str | None, str]:
    """The path of a table's file, its old text and its new one."""
    data = found.tables[name]
    old_text = _old_text(path)
    old = _old_data(path, old_text)
    head: TableData = {"table": name}
    if platform:
        head["platform"] = platform
    merged = merge(merge(old, head), data)
    _unite_evidence(merged, old)
    if name in found.whole:
        absent = [column for column in old.get("columns", {}) if column not in data["columns"]]
        if absent and not prune:
            report.absent[name] = absent
        # The import's order, then what only the file has.
        kept = {} if prune else {column: merged["columns"][column] for column in absent}
        merged["columns"] = {**data["columns"], **kept}
    _settle_strays(merged, old)
    _leave_out_seen(merged)
    _derive(merged, os.path.dirname(path))
    ordered = _ordered(merged)
    return path, old_text, emit.document(ordered) if old_text is None else update(old_text, ordered)


def _unite_evidence(data: TableData, old: TableData) -> None:
    """Evidence adds up: what was seen before stays seen."""
    _unite_keys(data, old)
    before = old.get("events", {}).get("values", {})
    for name, value in data.get("events", {}).get("values", {}).items():
        earlier = before.get(name, {})
        _unite_keys(value, earlier)
        for key in ("also_seen", "never", "additional_fields", "sources"):
            if key in value:
                value[key] = list(dict.fromkeys([*earlier.get(key, ()), *value[key]]))


def _unite_keys(data: TableData | EventKindData, earlier: TableData | EventKindData) -> None:
    _unite_lists(data.get("dynamic_fields", {}), earlier.get("dynamic_fields", {}))
    _unite_lists(data.get("seen_keys", {}), earlier.get("seen_keys", {}))


def _unite_lists(lists: dict[str, list[str]], earlier: Mapping[str, list[str]]) -> None:
    for key in lists:
        lists[key] = list(dict.fromkeys([*earlier.get(key, ()), *lists[key]]))


def _settle_strays(data: TableData, old: TableData) -> None:
    """Keys of bags that were seen with an ActionType that no source has: the keys stay, on no ActionType."""
    values = data.get("events", {}).get("values", {})
    for name in [
        name for name, value in values.items() if value.keys().isdisjoint(("sources", "columns", "providers"))
    ]:
        if name in old.get("events", {}).get("values", {}):
            continue
        stray = values.pop(name)
        bags = {"AdditionalFields": stray.get("additional_fields", []), **stray.get("dynamic_fields", {})}
        for bag, keys in bags.items():
            _add_keys(data.setdefault("dynamic_fields", {}), bag, keys)
        for bag, keys in stray.get("seen_keys", {}).items():
            _add_keys(data.setdefault("seen_keys", {}), bag, keys)


def _leave_out_seen(data: TableData) -> None:
    """A key that an event has need not be said of queries too."""
    kinds = data.get("events", {}).get("values", {}).values()
    for one in (data, *kinds):
        fields = one.get("dynamic_fields", {})
        for bag, seen in one.get("seen_keys", {}).items():
            if bag in fields:
                fields[bag] = [key for key in fields[bag] if key not in seen]
                if not fields[bag]:
                    del fields[bag]
    for kind in kinds:
        if "additional_fields" in kind:
            seen = kind.get("seen_keys", {}).get("AdditionalFields", [])
            kind["additional_fields"] = [key for key in kind["additional_fields"] if key not in seen]


def _add_keys(bags: dict[str, list[str]], bag: str, keys: list[str]) -> None:
    if keys:
        bags[bag] = list(dict.fromkeys([*bags.get(bag, []), *keys]))


def _derive(data: TableData, folder: str) -> None:
    """What follows from the rest, for tables of events: groups, columns of all, what the other copy shares."""
    columns = data.get("columns", {})
    events = data.get("events", {})
    if events.get("column", ACTION_TYPE) not in columns:
        return
    if data.get("platform") == "sentinel" and os.path.exists(
        os.path.join(os.path.dirname(folder), "defender", f"{data['table']}.yaml")
    ):
        data.setdefault("shares", "defender")
    elif "column_groups" not in data and "column" not in events:
        data["column_groups"] = groups.column_groups(columns)
    data["events"] = events
    if "always" not in events or "column" in events:
        events["always"] = groups.always(columns, events)
    for value in events.get("values", {}).values():
        known = {*value.get("columns", ()), *events["always"]}
        if "also_seen" in value:
            value["also_seen"] = [name for name in columns if name in value["also_seen"] and name not in known]
        _keep_order(value, columns, known)


def _keep_order(value: EventKindData, columns: Iterable[str], known: set[str]) -> None:
    """What is never filled, in the table's order; evidence that a column is filled outweighs that it is not."""
    filled = {*known, *value.get("also_seen", ())}
    if "never" in value:
        value["never"] = [name for name in columns if name in value["never"] and name not in filled]
    if "instead" in value:
        empty = set(columns) - filled if value.get("whole") else set(value.get("never", ()))
        value["instead"] = {name: other for name, other in value["instead"].items() if name in empty}


def _ordered(data: TableData) -> dict[str, object]:
    """The keys in the order of the format, so that a new file reads well; empty lists and mappings are left out."""
    result = _sorted_keys(cast("dict[str, object]", data), _KEY_ORDER)
    known = data.get("events")
    if known:
        ordered = _sorted_keys(
            cast("dict[str, object]", known), ["column", "provider", "bag", "closed", "as_of", "always"]
        )
        if "any" in known:
            ordered["any"] = _sorted_keys(cast("dict[str, object]", known["any"]), _VALUE_ORDER)
        if "values" in known:
            ordered["values"] = {
                name: _sorted_keys(cast("dict[str, object]", value), _VALUE_ORDER)
                for name, value in known["values"].items()
            }
        if "elsewhere" in known:
            ordered["elsewhere"] = known["elsewhere"]
        result["events"] = ordered
    return result


def _sorted_keys(data: dict[str, object], order: list[str]) -> dict[str, object]:
    """Without what is empty; but that an event fills no column is known of a list that is whole."""
    kept = {"columns"} if data.get("whole") else set()
    return {key: data[key] for key in order if key in data and (key in kept or data[key] not in ([], {}))}


def _functions_text(path: str, functions: dict[str, FunctionData]) -> tuple[str, str | None, str]:
    old_text = _old_text(path)
    old = cast("dict[str, object]", _old_data(path, old_text))
    known = cast("dict[str, object]", old.get("functions", {}))
    data = {**old, "functions": {**known, **functions}}
    return path, old_text, emit.document(data) if old_text is None else update(old_text, data)


def _old_text(path: str) -> str | None:
    if link_out(path) is not None:
        raise CatalogueError([Problem(path, 1, 1, "this link leads out of the repository")])
    return read_text(path) if os.path.lexists(path) else None


def _old_data(path: str, text: str | None) -> TableData:
    if text is None:
        return {}
    reading = read(path, text)
    if reading.problems:
        raise CatalogueError(reading.problems)
    return cast("TableData", reading.data)


def _write(path: str, old: str | None, new: str, report: Imported) -> None:
    """Replace the file as a whole, or leave it alone if nothing changes."""
    if old == new:
        report.kept.append(path)
        return
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    clear_leftovers(path)
    replace_file(path, new.encode("utf-8"))
    report.written.append(path)
