"""What is known of a name, in Markdown: for completion and hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.catalogue import Reference
from kql_lint.catalogue.show import columns_of, never_of
from kql_lint.language import reference, signatures
from kql_lint.language.wording import block, bullets, code, link, names, paragraphs, plain
from kql_lint.output.trace_text import values_of
from kql_lint.semantics.events.kinds import kind_column, kinds_of, list_of, tells_kind
from kql_lint.semantics.scopes.environment import LocalFunction
from kql_lint.semantics.scopes.scope import Column, Origin, Scope, Value
from kql_lint.semantics.trace import known_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kql_lint.catalogue import Catalogue, EventKind, EventKinds, PlatformFunction, Table
    from kql_lint.language.possible import Filling
    from kql_lint.rules.rule import Rule
    from kql_lint.semantics.functions import FunctionSignature
    from kql_lint.semantics.scopes.environment import Local
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.semantics.scopes.state import State

_KIND_WORDS = {"scalar": "function", "aggregate": "aggregate function", "plugin": "plugin", "source": "function"}
_FEW_COLUMNS = 40
_FEW_CHARACTERS = 300


def table(catalogue: Catalogue, tables: Sequence[Table]) -> str:
    """A table of the catalogue, with all copies of it that are meant."""
    first = tables[0]
    head = f"**{plain(first.name)}**: table of {_platforms(tables)}"
    description = next((one.description for one in tables if one.description), "")
    rows = columns_of(tables)
    columns = ", ".join(f"{code(name)} {kind}" for name, kind, _ in rows[:_FEW_COLUMNS])
    if len(rows) > _FEW_COLUMNS:
        columns += f" and {len(rows) - _FEW_COLUMNS} more"
    more = " and more that are not known" if any(one.open for one in tables) else ""
    events = next((one.events for one in tables if one.events is not None), None)
    known = f"{len(events.values)} kinds of events are known, by {code(events.column)}." if events is not None else ""
    date = next(filter(None, (catalogue.as_of(one) for one in tables)), None)
    dated = f"As of {date}." if date else ""
    own = [one for one in (reference_of(catalogue, table) for table in tables) if one is not None]
    pages = " · ".join(link(one.title, one.url) for one in first.references or own)
    return paragraphs(head, plain(description), f"Columns ({len(rows)}{more}): {columns}", known, dated, pages)


def reference_of(catalogue: Catalogue, table: Table) -> Reference | None:
    """The page about a table in its platform's reference, None where that has none."""
    page = catalogue.page_of(table)
    return None if page is None else Reference(f"{table.name} in {_platforms([table])}'s reference", page)


def _platforms(tables: Iterable[Table]) -> str:
    words = {"defender": "Defender XDR", "sentinel": "Sentinel", "custom": "your own"}
    return " and ".join(dict.fromkeys(words.get(one.platform, one.platform) for one in tables))


def column(column: Column, scope: Scope | None, text: str = "", empty_for: str = "") -> str:
    """A column in scope: its type, where it comes from, what is known of it there.

    scope has what is known of the rows there; text is the query's; empty_for says that nothing fills it, as
    ``state.never_filled`` does.
    """
    head = f"**{plain(column.name)}**: {column.type}"
    return paragraphs(head, _origin(column, text), empty_for, *_known(column, scope))


def filled(found: Filling) -> str:
    """Which events of a table fill a column, of those that are possible where it is."""
    told = [f"filled by {names(found.by, 6)}"] if found.by else []
    told += [f"always empty for {names(found.never, 6)}"] if found.never else []
    where = "Of the events possible here" if found.narrowed else f"In {code(found.table)}"
    return f"{where}: {'; '.join(told)}."


def _origin(column: Column, text: str) -> str:
    origins = dict.fromkeys((row.name, name) for row, name in column.origins)
    lines = []
    if origins and column.folded is None:
        shown = " or ".join(f"{code(name)} of {code(table)}" for table, name in list(origins)[:4])
        lines.append(f"{shown}{' and others' if len(origins) > 4 else ''}")
    elif column.bag:
        bags = dict.fromkeys(f"{row.name}.{name}" for row, name in column.bag)
        lines.append(f"parsed of {names(list(bags))}")
    if column.declared is not None and not (origins and _is_plain(column)):
        declared = text[column.declared.start : column.declared.end]
        if declared and len(declared) < 400:
            lines.append(block(declared))
    if column.constants is not None and 0 < len(column.constants) <= 8:
        lines.append(f"values: {names([str(one.value) for one in column.constants])}")
    return "\n\n".join(lines)


def _is_plain(column: Column) -> bool:
    """Whether it is a table's column under the name that it has there."""
    return all(name == column.name for _, name in column.origins)


def _known(column: Column, scope: Scope | None) -> list[str]:
    """What the column can still be, a line for each table that it comes from; what it could be where that is listed."""
    origins = set(column.origins)
    found: list[str] = []
    for row, name in column.origins:
        one = list_of(Origin(row, name))
        if one is not None and not found:
            what = "kinds of events" if tells_kind(Origin(row, name)) else "values"
            found.append(f"{len(one.values)} {what} are known: {names(list(one.values), 8)}")
    if scope is None:
        return found
    pairs = {(row.name, row.node.start, name) for row, name in origins}
    here = [one for one in known_values(scope) if (one.table, one.start, one.column) in pairs]
    found += [f"Known here: {plain('; '.join(values_of(one)))}" for one in here]
    return list(dict.fromkeys(found))


def value(catalogue: Catalogue, row: Row, column: str, name: str) -> str:
    """A value of a column that the catalogue lists: a kind of event, or another."""
    events = kinds_of(row)
    if events is not None and column == kind_column(row):
        return event(row.tables, events, name)
    listed = list_of(Origin(row, column))
    if listed is None or name not in listed.values:
        return ""
    complete = "of a complete list" if getattr(listed, "closed", False) else "of a list that may lack others"
    dated = f", as of {listed.as_of}" if listed.as_of else ""
    return paragraphs(f"**{plain(name)}**: value of {code(column)} in {code(row.name)}", f"One {complete}{dated}.")


def event(tables: Sequence[Table], events: EventKinds, name: str) -> str:
    """A kind of event of a table: its fields, keys and what is never filled."""
    found = events.values.get(name)
    head = f"**{plain(name)}**: {code(events.column)} of {code(tables[0].name)}"
    if found is None:
        elsewhere = events.elsewhere.get(name)
        where = f"It is written to {elsewhere.channel} by {elsewhere.provider}, not to this table." if elsewhere else ""
        return paragraphs(head, plain(where)) if where else ""
    fields = ""
    if found.columns is not None:
        fields = f"Fields ({len(found.columns)}{', no others' if found.whole else ''}): {names(found.columns, 40)}"
    empty = never_of(found)
    never = f"Always empty: {plain(', '.join(empty[:20]))}" if empty else ""
    keys = [f"Keys of {code(bag)}: {names(keys, 30)}" for bag, keys in found.bags.items()]
    keys += [
        f"Keys of {code(events.bag or '')}, {plain(provider)}: {names(one.keys, 30)}"
        for provider, one in found.providers.items()
    ]
    pages = " · ".join(link(one.title, one.url) for one in found.references[:4])
    seen = f"Seen too: {names(found.also_seen, 20)}" if found.also_seen else ""
    return paragraphs(head, plain(found.title or ""), plain(found.description or ""), fields, seen, never, *keys, pages)


def key(name: str, bag: str, kinds: Sequence[str], table: str) -> str:
    """A key of a bag, with the kinds of events that have it."""
    events = f"Known for {names(kinds, 10)}." if kinds else ""
    return paragraphs(f"**{plain(name)}**: key of {code(bag)} in {code(table)}", events)


def own_function(signature: FunctionSignature) -> str:
    """One of KQL's own functions."""
    lines = [one.label for one in signatures.of_function(signature.name, signature)]
    note = reference.function(signature.name, signature.kind)
    kind = f"KQL {_KIND_WORDS[signature.kind]}"
    instead = (
        f"Outdated: use {' or '.join(code(one) for one in signature.replaced_by)}." if signature.replaced_by else ""
    )
    page = link(f"{signature.name}() in Microsoft's documentation", note.url) if note.url else ""
    return paragraphs(block("\n".join(lines)), instead, plain(note.summary), kind, page)


def platform_function(function: PlatformFunction) -> str:
    """A function that a platform or the user adds to KQL."""
    columns = ", ".join(f"{code(name)} {kind}" for name, kind in list(function.columns.items())[:_FEW_COLUMNS])
    where = function.definition.path if function.definition is not None else ""
    return paragraphs(
        block(signatures.of_platform(function).label),
        f"Function of {plain(function.provider)}" if function.provider and not where else "",
        f"Defined in {code(where)}" if where else "",
        f"Columns: {columns}" if columns else "",
    )


def local(name: str, found: Local, text: str = "") -> str:
    """What a name of the query stands for: a value, a table with these columns, a function.

    text is the statement that declares it, shown where it is short.
    """
    shown = block(text) if text and len(text) <= _FEW_CHARACTERS else ""
    if isinstance(found, LocalFunction):
        shown = shown or block(f"let {signatures.of_local(found).label}")
        if isinstance(found.result, Scope):
            return paragraphs(shown, _columns(found.result))
        return paragraphs(shown, f"Returns {found.result.type}." if found.result is not None else "")
    if isinstance(found, Scope):
        return paragraphs(f"**{plain(name)}**: table of this query", shown, _columns(found))
    return paragraphs(f"**{plain(name)}**: {found.type}", shown or _constants(found))


def local_detail(found: Local) -> str:
    """The same in few words."""
    if isinstance(found, LocalFunction):
        return signatures.of_local(found).label
    if isinstance(found, Scope):
        return f"table, {len(found.columns)} columns{' or more' if found.open else ''}"
    return found.type


def _constants(found: Value) -> str:
    shown = [str(one.value) for one in found.constants or ()]
    return f"{names(shown, 10)}" if shown else ""


def behind(scope: Scope) -> str:
    """What is in scope behind an operator: the columns, and what they can be where not anything."""
    known = [
        f"{code(one.column)} of {code(one.table)}: {plain('; '.join(values_of(one)))}" for one in known_values(scope)
    ]
    return paragraphs(_columns(scope, "Columns behind it"), f"Known behind it:\n{bullets(known)}" if known else "")


def _columns(scope: Scope, title: str = "Columns") -> str:
    listed: Mapping[str, Column] = scope.columns
    shown = ", ".join(f"{code(one.name)} {one.type}" for one in list(listed.values())[:_FEW_COLUMNS])
    more = f" and {len(listed) - _FEW_COLUMNS} more" if len(listed) > _FEW_COLUMNS else ""
    unknown = "; there may be more" if scope.open else ""
    return f"{title} ({len(listed)}{unknown}): {shown}{more}" if listed else ""


def operator(note: reference.OperatorNote) -> str:
    """An operator: its syntax, what it does, its page."""
    page = link(f"{note.name} in Microsoft's documentation", note.url)
    listed = reference.parameters(note.name)
    given = bullets(f"{code(one.name)}: {plain(one.summary)}" for one in listed)
    return paragraphs(block(note.syntax), plain(note.summary), f"Parameters:\n{given}" if listed else "", page)


def rule(rule: Rule) -> str:
    """A rule of kql-lint's own."""
    why = rule.documentation.strip().split("\n\n")[0]
    return paragraphs(f"**{rule.code} {rule.name}** ({rule.severity.label})", rule.summary, why)


def kind_of_event(found: EventKind) -> str:
    """The title of a kind of event, for a list."""
    return found.title or (found.description or "").split(". ")[0][:80]


def states_at(scope: Scope | None, states: Mapping[Row, State]) -> Scope | None:
    """A scope with what is known of the rows at a place in it."""
    return None if scope is None else scope.narrowed(states)
