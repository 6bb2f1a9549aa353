"""Operators that leave the rows and change their columns, or that take some of the rows apart."""

from __future__ import annotations

from reasoning.conditions import predicate
from reasoning.expressions import column
from reasoning.making import Making
from reasoning.model import TABLES, Event, Row, Text, merged
from reasoning.operators import where
from reasoning.pairs import united
from reasoning.tables import Named, Table, events


def project_keep(making: Making, named: Named, table: Table, depth: int) -> Table:
    """project-keep or project-reorder, by names or a pattern."""
    names = list(table.columns)
    listed = making.chance.sample(names, min(len(names), making.chance.choice((1, 2, 3))))
    if "ActionType" in names and "ActionType" not in listed and making.often(0.8):
        listed.append("ActionType")
    pattern = making.often(0.2)
    text = ", ".join(f"{name[:3]}*" if pattern else name for name in listed)
    if making.often(0.4):
        return table._replace(text=f"{table.text}\n| project-reorder {text}")
    kept = [name for name in names if name in listed or (pattern and any(name[:3] == one[:3] for one in listed))]
    return Table(
        f"{table.text}\n| project-keep {text}",
        {name: table.columns[name] for name in kept},
        lambda: [Row({name: row[name] for name in kept}, row.events) for row in table.rows()],
    )


def parse(making: Making, named: Named, table: Table, depth: int) -> Table:
    """parse and parse-where: what is behind a beginning goes into a column, which there may be already."""
    texts = [name for name, type_ in table.columns.items() if type_ == "string"]
    if not texts:
        return where(making, named, table, depth)
    value = column(making, making.chance.choice(texts), "string")
    begin = making.chance.choice(("Connection", "Process", "U", "d"))
    new = making.chance.choice(texts) if making.often(0.3) else making.name("s")
    filters = making.often(0.4)

    def rows() -> list[Row]:
        result: list[Row] = []
        for row in table.rows():
            text = str(value.of(row))
            if text.startswith(begin) or not filters:
                rest = text.removeprefix(begin) if text.startswith(begin) else ""
                result.append(Row({**row, new: Text(rest)}, row.events))
        return result

    word = "parse-where" if filters else "parse"
    text = f'{table.text}\n| {word} {value.text} with "{begin}" {new}'
    return Table(text, {**table.columns, new: "string"}, rows)


def search(making: Making, named: Named, table: Table, depth: int) -> Table:
    """search in some tables, which takes the place of what was before; find, which projects."""
    if any(name.startswith("A") for name, _ in named.tables) or depth == 0:  # what ``as`` names would be gone
        return where(making, named, table, depth)
    tables = [events(making, one) for one in making.chance.sample(TABLES, 2)]
    columns, rows = united(tables, inner=False)
    if "ActionType" not in columns:
        return where(making, named, table, depth)
    condition = predicate(making, {name: columns[name] for name in ("ActionType", "DeviceId")}, 1)
    listed = ", ".join(one.text for one in tables)
    number, marked = making.trace.mark(condition.text)
    making.trace.conditions.add(number)

    def found() -> list[Row]:
        every = rows()
        kept = [row for row in every if condition.of(row)]
        making.trace.passed.update([number] if kept else [])
        making.trace.failed.update([number] if len(kept) < len(every) else [])
        return kept

    if making.often(0.5):
        return Table(f"search in ({listed}) {marked}\n| project-away $table", columns, found)
    names = ["ActionType", *(name for name in columns if name != "ActionType" and making.often(0.6))]
    text = f"find in ({listed}) where {marked} project {', '.join(names)}\n| project-away source_"
    chosen = {name: columns[name] for name in names}
    return Table(text, chosen, lambda: [Row({name: row[name] for name in names}, row.events) for row in found()])


def values_of(making: Making, named: Named, table: Table, depth: int) -> Table:
    """top-hitters, sample-distinct and top-nested: some of the values of a column."""
    texts = [name for name, type_ in table.columns.items() if type_ == "string"]
    if not texts:
        return where(making, named, table, depth)
    name = "ActionType" if "ActionType" in texts and making.often(0.7) else making.chance.choice(texts)
    value, count = column(making, name, "string"), making.chance.choice((1, 2, 100))
    new, ending = making.chance.choice(
        ((name, ""), (name, ""), (f"approximate_count_{name}", "hitters"), ("", "nested"))
    )
    new = making.name("n") if ending == "nested" else new
    text = {
        "": f"sample-distinct {count} of {value.text}",
        "hitters": f"top-hitters {count} of {value.text}",
        "nested": f"top-nested {count} of {value.text} by {new} = count()",
    }[ending]

    def rows() -> list[Row]:
        groups: dict[str, list[Row]] = {}
        for row in table.rows():
            groups.setdefault(str(value.of(row)), []).append(row)
        taken = making.trace.mixed([Row({name: group[0][name]}) for group in groups.values()])[:count]
        if ending:
            taken = [Row({**row, new: len(groups[str(row[name])])}) for row in taken]
        return [Row(dict(row), _events(row, groups[str(row[name])])) for row in taken]

    columns = {name: "string", **({new: "long"} if ending else {})}
    return Table(f"{table.text}\n| {text}", columns, rows)


def _events(row: Row, group: list[Row]) -> frozenset[Event]:
    """The events behind a value: of a table whose ActionType it is, that one alone."""
    shown = {value.event for value in row.values() if isinstance(value, Text) and value.event is not None}
    references = {event.reference for event in shown}
    return frozenset({event for event in merged(group) if event.reference not in references} | shown)


def fork(making: Making, named: Named, table: Table, depth: int) -> Table:
    """fork or facet, which give several tables and so stand last; nothing can be told of their columns."""
    held: list[Row] = []
    bodies = []
    for _ in range(2):
        body = Table("", table.columns, lambda: held)
        for _ in range(making.chance.choice((1, 2))):
            body = where(making, Named([]), body, 0)
        bodies.append(body)
    steps = [body.text.removeprefix("\n| ") for body in bodies]
    facet = "ActionType" in table.columns and making.often(0.5)
    text = f"facet by ActionType with ({steps[0]})" if facet else f"fork ({steps[0]}) ({steps[1]})"

    def rows() -> list[Row]:
        held[:] = table.rows()
        through = [row for body in bodies[: 1 if facet else 2] for row in body.rows()]
        return [*held, *through] if facet else through

    return Table(f"{table.text}\n| {text}", {}, rows)
