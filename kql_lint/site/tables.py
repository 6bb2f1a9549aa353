"""The pages of the catalogue: one for each table of Defender XDR, and lists of Sentinel's.

Sentinel has too many tables for pages that are kept in the repository: the site's build makes them (docs/_hook.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kql_lint.catalogue import Catalogue, ColumnValues, EventKind, EventKinds, Table
from kql_lint.catalogue.model import united
from kql_lint.catalogue.show import columns_of, known_values, never_of
from kql_lint.site.markdown import code, codes, escaped, table

INDEX = "README.md"
_PLATFORMS = {"defender": "Microsoft Defender XDR", "sentinel": "Microsoft Sentinel"}
_MADE = "Made from the catalogue by `make docs`."


def pages() -> Mapping[str, str]:
    """The pages that are kept in docs/tables/, by name."""
    catalogue = Catalogue.default()
    found = {name: catalogue.tables(name) for name in names("defender")}
    return {INDEX: _index(found)} | {f"{name}.md": page(tables) for name, tables in found.items()}


def sentinel_pages() -> Mapping[str, str]:
    """A page for each initial of the tables that only Sentinel has, by name; made when the site is built."""
    catalogue = Catalogue.default()
    initials: dict[str, list[str]] = {}
    for name in sentinel_names():
        initials.setdefault(name[0].upper(), []).append(name)
    return {
        f"sentinel-{initial.lower()}.md": _sentinel_page(initial, [catalogue.tables(name) for name in group])
        for initial, group in sorted(initials.items())
    }


def names(platform: str) -> list[str]:
    """The tables of a platform, sorted."""
    catalogue = Catalogue.default()
    return sorted(name for name in catalogue.table_names() if catalogue.tables(name, platform))


def sentinel_names() -> list[str]:
    """The tables that Sentinel has and Defender lacks."""
    return sorted(set(names("sentinel")) - set(names("defender")), key=str.casefold)


def page(tables: Sequence[Table]) -> str:
    """The page of a table; tables are its copies, one for each platform that has it."""
    return "\n".join([f"# {tables[0].name}\n", *_about(tables), *_columns(tables), *_rest(tables)])


def _about(tables: Sequence[Table]) -> Iterator[str]:
    description = next((copy.description for copy in tables if copy.description), None)
    if description:
        yield f"{escaped(description)}\n"
    yield f"In {' and '.join(_PLATFORMS.get(copy.platform, copy.platform) for copy in tables)}. {_MADE}\n"
    if any(copy.open for copy in tables):
        yield "Only some of its columns are known.\n"


def _columns(tables: Sequence[Table], level: str = "##") -> Iterator[str]:
    rows = columns_of(tables)
    yield f"{level} Columns ({len(rows)})\n"
    yield table(("column", "type", "remark"), [(code(name), kind, remark) for name, kind, remark in rows])


def _rest(tables: Sequence[Table]) -> Iterator[str]:
    groups = united(copy.column_groups for copy in tables)
    if groups:
        yield "## Columns that come together\n"
        yield "".join(f"- {group}: {codes(columns)}\n" for group, columns in groups.items())
    lists = {name: values for copy in tables for name, values in copy.column_values.items()}
    if lists:
        yield "## Values of columns\n"
        yield "".join(f"- {code(name)}{_state(values)}: {codes(values.values)}\n" for name, values in lists.items())
    known = known_values(tables)
    if known is not None:
        yield from _action_types(known)
    for bag, keys in united(copy.bags for copy in tables).items():
        yield f"## Keys seen in {bag}\n"
        yield f"{codes(keys)}\n"
    yield from _origins(tables)


def _state(values: ColumnValues) -> str:
    return "" if values.closed else " (there may be more)"


def _action_types(known: EventKinds) -> Iterator[str]:
    yield f"## ActionTypes ({len(known.values)})\n"
    if known.closed:
        yield "The list is complete as far as is known: another value is reported as an error.\n"
    else:
        yield "There are more: another value is reported as a warning, and only if it looks like one of these.\n"
    plain = [value for value in known.values.values() if not _told(value)]
    for value in known.values.values():
        if _told(value):
            yield f"### {value.name}\n"
            yield from _action_type(value)
    if plain:
        yield "### Others\n" if len(plain) < len(known.values) else ""
        yield "Which fields these record is not known, and nothing is said about them.\n"
        yield table(("ActionType", "title"), [(code(value.name), escaped(value.title or "")) for value in plain])


def _told(value: EventKind) -> bool:
    """Whether more than a title is known of it."""
    return value.columns is not None or bool(value.also_seen or value.never or value.bags or value.description)


def _action_type(value: EventKind) -> Iterator[str]:
    words = [f"**{escaped(value.title)}.**"] if value.title else []
    words += [escaped(value.description)] if value.description else []
    if words:
        yield f"{' '.join(words)}\n"
    lines = [f"- Fields: {codes(value.columns)}"] if value.columns else []
    lines += [f"- Seen too, though not listed: {codes(value.also_seen)}"] if value.also_seen else []
    lines += [f"- Always empty: {', '.join(never_of(value))}"] if value.never else []
    lines += [f"- Keys of {bag}: {codes(keys)}" for bag, keys in value.bags.items()]
    if lines:
        yield "\n".join(lines) + "\n"


def _origins(tables: Sequence[Table]) -> Iterator[str]:
    if tables[0].references:
        yield "## References\n"
        yield "".join(f"- [{escaped(item.title)}]({item.url})\n" for item in tables[0].references)
    sources = {name: text for copy in tables for name, text in copy.sources.items()}
    if sources:
        yield "## Sources\n"
        yield "".join(f"- {code(name)}: {escaped(text)}\n" for name, text in sources.items())


def _index(found: Mapping[str, Sequence[Table]]) -> str:
    rows = [
        (f"[{name}]({name}.md)", _other(tables), str(len(columns_of(tables))), _extent(known_values(tables)))
        for name, tables in found.items()
    ]
    return (
        f"# Tables\n\n{_MADE} Linting knows the same; `kql-lint catalog show TABLE` prints it.\n\n"
        "## Microsoft Defender XDR\n\n"
        f"{table(('table', 'in Sentinel too', 'columns', 'ActionTypes'), rows)}\n"
        "## Microsoft Sentinel\n\n"
        f"{len(sentinel_names())} more tables are Sentinel's alone. The documentation's site has a page for each\n"
        "initial; in a terminal, `kql-lint catalog show SigninLogs` prints the columns of one.\n"
    )


def _other(tables: Sequence[Table]) -> str:
    return "yes" if any(copy.platform == "sentinel" for copy in tables) else ""


def _extent(known: EventKinds | None) -> str:
    return "" if known is None else f"{len(known.values)}{'' if known.closed else ' and more'}"


def _kinds(known: EventKinds | None) -> Iterator[str]:
    """What each kind of event of a table that only Sentinel has fills, a line each."""
    if known is None:
        return
    yield f"### Kinds of events, by {known.column} ({len(known.values)})\n"
    lines = []
    for value in known.values.values():
        title = f" {escaped(value.title)}" if value.title else ""
        fields = codes(value.columns) if value.columns else "no field of its own" if value.whole else "not known"
        lines.append(f"- {code(value.name)}{title}: {fields}{'' if value.whole else ', and perhaps more'}\n")
    yield "".join(lines)


def _sentinel_page(initial: str, group: Sequence[Sequence[Table]]) -> str:
    parts = [f"# Sentinel's tables: {initial}\n", f"{_MADE}\n"]
    for tables in group:
        columns = ", ".join(f"{code(name)} {kind}" for name, kind, _ in columns_of(tables))
        parts += [f"## {tables[0].name}\n", f"{columns}\n", *_kinds(known_values(tables))]
    return "\n".join(parts)
