"""``kql-lint catalog show``: what the catalogue knows of a table or of a kind of its events, as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from kql_lint.catalogue.catalogue import Catalogue
from kql_lint.catalogue.model import ACTION_TYPE, EventKind, EventKinds, Reference, Table, united
from kql_lint.printable import clean
from kql_lint.suggest import suggest

WIDTH = 100


class NotInCatalogue(Exception):
    """The catalogue has no such table or kind of event; the message says so and proposes close names."""


def show(
    table: str,
    kind: str | None = None,
    platform: str | None = None,
    *,
    catalogue: Catalogue | None = None,
    width: int = WIDTH,
) -> str:
    """The text, with its final newline; lines are at most width characters where their words allow it.

    Raises NotInCatalogue for a name that the catalogue lacks.
    """
    catalogue = catalogue or Catalogue.default()
    tables = tables_named(catalogue, table, platform)
    blocks = _table(catalogue, tables, width) if kind is None else _kind(catalogue, tables, kind, width)
    return "\n\n".join("\n".join(map(clean, block)) for block in blocks if block) + "\n"


def tables_named(catalogue: Catalogue, name: str, platform: str | None = None) -> tuple[Table, ...]:
    """The copies of a table; raises NotInCatalogue where there is none."""
    tables = catalogue.tables(name, platform)
    if not tables:
        raise NotInCatalogue(_no_table(catalogue, name, platform))
    return tables


def _no_table(catalogue: Catalogue, name: str, platform: str | None) -> str:
    elsewhere = catalogue.tables(name)
    if elsewhere:
        return f"{name} is a table of {elsewhere[0].platform}, not of {platform}"
    return f'the catalogue has no table "{name}"{_did_you_mean(suggest(name, catalogue.table_names()))}'


def _did_you_mean(close: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _table(catalogue: Catalogue, tables: Sequence[Table], width: int) -> list[list[str]]:
    known = known_values(tables)
    blocks = [_title(catalogue, tables, width), _columns(tables)]
    blocks.append(_groups(tables, width))
    if known is not None:
        blocks.append(_values(known))
    blocks.append(_column_values(tables, width))
    for bag, keys in united(table.bags for table in tables).items():
        blocks.append(_words(f"Keys seen in {bag}", keys, width))
    blocks += [_references(tables[0].references), _sources(tables)]
    return blocks


def _title(catalogue: Catalogue, tables: Sequence[Table], width: int) -> list[str]:
    description = next((table.description for table in tables if table.description), None)
    head = f"{tables[0].name} ({', '.join(table.platform for table in tables)})"
    dates = sorted({date for table in tables if (date := catalogue.as_of(table))})
    if dates:
        head += f", as of {dates[0]}"
    if any(table.open for table in tables):
        head += ": only some of its columns are known"
    return [head, *_wrap(description or "", width)]


def _columns(tables: Sequence[Table]) -> list[str]:
    rows = columns_of(tables)
    return [f"Columns ({len(rows)})", *aligned(rows)]


def columns_of(tables: Sequence[Table]) -> list[tuple[str, str, str]]:
    """Name, type and remark of each column that one of a table's copies has, in their order."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    return [(name, _types(tables, name), _remark(tables, name)) for name in names]


def _types(tables: Sequence[Table], name: str) -> str:
    types = {table.platform: table.columns[name] for table in tables if name in table.columns}
    if len(set(types.values())) == 1:
        return next(iter(types.values()))
    return ", ".join(f"{kind} ({platform})" for platform, kind in types.items())


def _remark(tables: Sequence[Table], name: str) -> str:
    having = [table for table in tables if name in table.columns]
    remarks = []
    if len(having) < len(tables):
        remarks.append(f"{', '.join(table.platform for table in having)} only")
    if any(name in table.always for table in having):
        remarks.append("on every event")
    if any(name in table.guessed_types for table in having):
        remarks.append("the type is a guess")
    mixed = next((table.mixed_case[name] for table in having if name in table.mixed_case), None)
    if mixed is not None:
        which = f"{', '.join(mixed.values)} " if mixed.values else ""
        remarks.append(f"{which}written in several cases ({mixed.source}, {mixed.as_of})")
    return "; ".join(remarks)


def _groups(tables: Sequence[Table], width: int) -> list[str]:
    groups = united(table.column_groups for table in tables)
    lines = [line for group, names in groups.items() for line in _paragraph(f"{group}: {', '.join(names)}", width)]
    return ["Columns that come together", *lines] if lines else []


def _values(known: EventKinds) -> list[str]:
    state = "complete as far as is known" if known.closed else "there are more"
    state += f"; as of {known.as_of}" if known.as_of else ""
    rows = [(name, value.title or "", _extent(value)) for name, value in known.values.items()]
    title = "ActionTypes" if known.column == ACTION_TYPE else f"Kinds of events, by {known.column}"
    return [f"{title} ({len(rows)}; {state})", *aligned(rows)]


def _column_values(tables: Sequence[Table], width: int) -> list[str]:
    lists = {name: known for table in tables for name, known in table.column_values.items()}
    lines: list[str] = []
    for name, known in lists.items():
        state = "complete as far as is known" if known.closed else "there may be more"
        date = f"; as of {known.as_of}" if known.as_of else ""
        lines += _paragraph(f"{name} ({state}{date}): {', '.join(known.values)}", width)
    return ["Values of columns", *lines] if lines else []


def _extent(value: EventKind) -> str:
    parts = []
    if value.columns is not None:
        parts.append(f"{_count(len(value.columns), 'field')}{' and no others' if value.whole else ''}")
    if value.providers:
        parts.append(" or ".join(f"{name}: {_count(len(one.keys), 'key')}" for name, one in value.providers.items()))
    if value.also_seen:
        parts.append(f"{len(value.also_seen)} also seen")
    return ", ".join(parts)


def _kind(catalogue: Catalogue, tables: Sequence[Table], name: str, width: int) -> list[list[str]]:
    column, value = kind_named(catalogue, tables, name)
    types = {column: _types(tables, column) for table in tables for column in table.columns}
    return [
        _heading(tables, value, column, width),
        _fields(value, types),
        _words("Seen too, though not listed", value.also_seen, width),
        _words("Always empty", never_of(value), width),
        *(_words(f"Keys of {bag}", keys, width) for bag, keys in value.bags.items()),
        *_providers(tables, value, width),
        _indicators(value),
        _patterns(value),
        _references(value.references),
        _sources(tables, value.sources),
    ]


def kind_named(catalogue: Catalogue, tables: Sequence[Table], name: str) -> tuple[str, EventKind]:
    """The column that tells the kinds apart, and the one of this name; raises NotInCatalogue where there is none."""
    known = known_values(tables)
    table = tables[0].name
    if known is None:
        raise NotInCatalogue(f"the catalogue knows no kinds of events of {table}")
    found = known.any_entry if name == "any" else known.values.get(name)
    if found is not None:
        return known.column, found
    others = catalogue.tables_with_action_type(name) if known.column == ACTION_TYPE else ()
    if others:
        raise NotInCatalogue(f'{table} has no ActionType "{name}", but {" and ".join(others)} has')
    raise NotInCatalogue(f'{table} has no {known.column} "{name}"{_did_you_mean(suggest(name, known.values))}')


def _heading(tables: Sequence[Table], value: EventKind, column: str, width: int) -> list[str]:
    if value.name == "any":
        head = f"{tables[0].name} without a filter on {column}"
    else:
        literal = f'"{value.name}"' if tables[0].columns.get(column) == "string" else value.name
        head = f"{tables[0].name} | where {column} == {literal}"
    title = [f"  {value.title}"] if value.title else []
    return [head, *title, *_wrap(value.description or "", width)]


def _fields(value: EventKind, types: Mapping[str, str]) -> list[str]:
    if value.columns is None and value.providers:
        return []
    if value.columns is None:
        return ["Fields", "  not known: no source lists them"]
    rows = []
    for column in value.columns:
        rules = value.field_rules.get(column)
        rows.append((column, types.get(column, ""), f"used by {_count(rules, 'rule')}" if rules else ""))
    extent = "; it fills no others" if value.whole else ""
    return [f"Fields ({len(rows)}{extent})", *aligned(rows)]


def never_of(value: EventKind) -> list[str]:
    """The columns that are always empty, each with what to read in its place, where that is known."""
    rows = [(name, value.instead.get(name)) for name in sorted({*value.never, *value.instead})]
    return [f"{name} (read {other})" if other else name for name, other in rows]


def _providers(tables: Sequence[Table], value: EventKind, width: int) -> list[list[str]]:
    """The keys that each provider's event of the number has, and where they are from."""
    known = known_values(tables)
    sources = {name: text for table in tables for name, text in table.sources.items()}
    blocks: list[list[str]] = []
    for provider, event in value.providers.items():
        extent = "; it has no others" if event.whole else ""
        head = f"Keys of {known.bag if known is not None else ''}, {provider} ({len(event.keys)}{extent})"
        date = f", as of {event.as_of}" if event.as_of else ""
        source = f"from {sources.get(event.source, event.source)}{date}" if event.source else ""
        blocks.append([head, *_wrap(", ".join(event.keys), width), *_wrap(source, width)])
    return blocks


def _indicators(value: EventKind) -> list[str]:
    if not value.indicators:
        return []
    rows = [("field", "kind", "value", "rules", "vendors")]
    rows += [(item.field, item.kind, item.value, str(item.rules), ", ".join(item.vendors)) for item in value.indicators]
    return ["What detection rules check most often", *aligned(rows)]


def _patterns(value: EventKind) -> list[str]:
    rows = [(item.name, _count(item.rules, "rule") if item.rules is not None else "") for item in value.patterns]
    lines = ["Detection patterns", *aligned(rows)] if rows else []
    if value.detection_rules is not None:
        lines.append(f"Detection rules on the event: {value.detection_rules}")
    return lines


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _references(references: Iterable[Reference]) -> list[str]:
    lines = [line for item in references for line in (f"  {item.title}", f"    {item.url}")]
    return ["References", *lines] if lines else []


def _sources(tables: Sequence[Table], names: Sequence[str] | None = None) -> list[str]:
    known = {name: text for table in tables for name, text in table.sources.items()}
    rows = [(name, known.get(name, "")) for name in (known if names is None else names)]
    return ["Sources", *aligned(rows)] if rows else []


def known_values(tables: Sequence[Table]) -> EventKinds | None:
    """What is known of the kinds of events of a table, which its copies share; None where nothing is."""
    return next((table.events for table in tables if table.events is not None), None)


def _words(title: str, words: Sequence[str], width: int) -> list[str]:
    return [f"{title} ({len(words)})", *_wrap(", ".join(words), width)] if words else []


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _paragraph(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The cells of each row, those of a column beginning at the same place."""
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [f"  {line}".rstrip() for line in lines]
