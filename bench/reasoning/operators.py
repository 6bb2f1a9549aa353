"""Operators on one table, each with what it makes of the rows."""

from __future__ import annotations

from reasoning.conditions import predicate
from reasoning.expressions import column, literal, string
from reasoning.making import Expression, Making
from reasoning.model import Row
from reasoning.tables import Named, Table, bounded


def where(making: Making, named: Named, table: Table, depth: int) -> Table:
    conditions = [predicate(making, table.columns, 2) for _ in range(making.chance.choice((1, 1, 1, 1, 2)))]
    return filtered(making, table, conditions)


def filtered(making: Making, table: Table, conditions: list[Expression]) -> Table:
    """where, with all of the conditions."""
    marked = [making.trace.mark(condition.text) for condition in conditions]
    making.trace.conditions.update(number for number, _ in marked)
    text = " and ".join(text for _, text in marked)

    def passes(row: Row) -> bool:
        for (number, _), condition in zip(marked, conditions, strict=True):
            if not condition.of(row):
                making.trace.failed.add(number)
                return False
            making.trace.passed.add(number)
        return True

    return Table(f"{table.text}\n| where {text}", table.columns, lambda: [row for row in table.rows() if passes(row)])


def extend(making: Making, named: Named, table: Table, depth: int) -> Table:
    draw = making.chance.random()
    if draw < 0.12 and "ActionType" in table.columns:
        name, value = "ActionType", string(making, table.columns, 2)
    elif draw < 0.25:
        item = making.chance.choice([item for item in making.variables if item.type == "list"] or [None])
        if item is None:
            return where(making, named, table, depth)
        name, value = making.name("l"), Expression(item.name, "list", lambda row: item.value)
    elif draw < 0.6:
        name, value = making.name("s"), literal(making)
    else:
        name, value = making.name("s"), string(making, table.columns, 2)
    return Table(
        f"{table.text}\n| extend {name} = {value.text}",
        {**table.columns, name: value.type},
        lambda: [Row({**row, name: value.of(row)}, row.events) for row in table.rows()],
    )


def project(making: Making, named: Named, table: Table, depth: int) -> Table:
    kept = [name for name in table.columns if making.often(0.7) or name in ("ActionType", "DeviceId")]
    making.chance.shuffle(kept)
    kept = kept or list(table.columns)
    parts: list[tuple[str, str, Expression]] = []
    for name in kept:
        type_ = table.columns[name]
        new = making.name(type_[0]) if name != "DeviceId" and making.often(0.2) else name
        parts.append((new, type_, column(making, name, type_)))
    text = ", ".join(
        f"{new} = {value.text}" if new != kept[at] else value.text for at, (new, _, value) in enumerate(parts)
    )
    word = (
        "distinct" if making.often(0.2) and all(new == kept[at] for at, (new, _, _) in enumerate(parts)) else "project"
    )
    if word == "distinct" and any(type_ == "list" for _, type_, _ in parts):
        word = "project"

    def rows() -> list[Row]:
        return [Row({new: value.of(row) for new, _, value in parts}, row.events) for row in table.rows()]

    return Table(f"{table.text}\n| {word} {text}", {new: type_ for new, type_, _ in parts}, rows)


def project_rename(making: Making, named: Named, table: Table, depth: int) -> Table:
    name = making.chance.choice([name for name in table.columns if name != "DeviceId"] or [""])
    if not name:
        return table
    new = making.name(table.columns[name][0])

    def renamed(cells: dict[str, object]) -> dict[str, object]:
        return {new if one == name else one: value for one, value in cells.items()}

    return Table(
        f"{table.text}\n| project-rename {new} = {name}",
        renamed(dict(table.columns)),  # type: ignore[arg-type]
        lambda: [Row(renamed(dict(row)), row.events) for row in table.rows()],  # type: ignore[arg-type]
    )


def project_away(making: Making, named: Named, table: Table, depth: int) -> Table:
    names = [name for name in table.columns if name not in ("DeviceId", "ActionType")]
    if not names:
        return table
    away = making.chance.choice(names)
    return Table(
        f"{table.text}\n| project-away {away}",
        {name: type_ for name, type_ in table.columns.items() if name != away},
        lambda: [Row({name: row[name] for name in row if name != away}, row.events) for row in table.rows()],
    )


def take(making: Making, named: Named, table: Table, depth: int) -> Table:
    count = making.chance.choice((1, 2, 5, 100))
    if making.often(0.5):
        name = making.chance.choice([name for name, type_ in table.columns.items() if type_ != "list"] or ["1"])
        return Table(
            f"{table.text}\n| top {count} by {name}",
            table.columns,
            lambda: sorted(
                making.trace.mixed(table.rows()),
                key=lambda row: (row.get(name) is not None, str(row.get(name))),
                reverse=True,
            )[:count],
        )
    word = making.chance.choice(("take", "limit", "sample"))
    return Table(f"{table.text}\n| {word} {count}", table.columns, lambda: making.trace.mixed(table.rows())[:count])


def sort(making: Making, named: Named, table: Table, depth: int) -> Table:
    tail = making.chance.choice(("sort by DeviceId asc", "order by DeviceId desc", "serialize"))
    if "DeviceId" not in table.columns:
        tail = "serialize"
    return table._replace(text=f"{table.text}\n| {tail}")


def as_(making: Making, named: Named, table: Table, depth: int) -> Table:
    name = making.name("A")
    after = table._replace(text=f"{table.text}\n| as {name}")
    named.tables.append((name, table))
    return after


def mv_apply(making: Making, named: Named, table: Table, depth: int) -> Table:
    """mv-apply or mv-expand of a list of strings."""
    lists = [item for item in making.variables if item.type == "list"]
    held = [name for name, type_ in table.columns.items() if type_ == "list"]
    new = "ActionType" if "ActionType" in table.columns and making.often(0.1) else making.name("s")
    if held and making.often(0.5):
        value = column(making, making.chance.choice(held), "list")
    elif lists:
        item = making.chance.choice(lists)
        value = Expression(item.name, "list", lambda row: item.value)
    else:
        return where(making, named, table, depth)
    columns = {**table.columns, new: "string"}

    def expanded() -> list[Row]:
        elements = [(row, element) for row in table.rows() for element in value.of(row) or []]  # type: ignore[union-attr]
        return bounded([Row({**row, new: element}, row.events) for row, element in elements])

    if making.often(0.5):
        return Table(f"{table.text}\n| mv-expand {new} = {value.text} to typeof(string)", columns, expanded)
    body = Table("", columns, expanded)
    for operator in making.chance.choices((where, where, extend), k=making.chance.choice((1, 2))):
        body = operator(making, named, body, 0)
    steps = body.text.removeprefix("\n| ")
    text = f"{table.text}\n| mv-apply {new} = {value.text} to typeof(string) on ({steps})"
    return Table(text, body.columns, body.rows)


def scan(making: Making, named: Named, table: Table, depth: int) -> Table:
    """scan with one step, which filters and may assign."""
    condition = predicate(making, table.columns, 1)
    names = [name for name, type_ in table.columns.items() if type_ == "string" and name != "DeviceId"]
    target = making.chance.choice(names) if names and making.often(0.7) else None
    if "ActionType" in table.columns and making.often(0.5):
        target = "ActionType"
    value = string(making, table.columns, 1)
    assigned = f" => {target} = {value.text}" if target else ""
    text = f"{table.text}\n| serialize\n| scan with (step a: {condition.text}{assigned};)"

    def rows() -> list[Row]:
        kept = [row for row in table.rows() if condition.of(row)]
        return [Row({**row, target: value.of(row)}, row.events) if target else row for row in kept]

    return Table(text, table.columns, rows)
