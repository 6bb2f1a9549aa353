"""summarize: groups of rows, and what aggregates give for them."""

from __future__ import annotations

from collections.abc import Callable

from reasoning.conditions import predicate
from reasoning.expressions import as_text, column
from reasoning.making import Columns, Making
from reasoning.model import Row, Text, Value, empty, merged
from reasoning.operators import where
from reasoning.tables import Named, Table


def summarize(making: Making, named: Named, table: Table, depth: int) -> Table:
    names = [name for name, type_ in table.columns.items() if type_ != "list"]
    if not names:
        return where(making, named, table, depth)
    keys = making.chance.sample(names, min(len(names), making.chance.choice((1, 1, 2, 2, 3))))
    if "ActionType" in names and "ActionType" not in keys and making.often(0.4):
        keys.append("ActionType")
    if making.often(0.25):
        keys = []
    by = [(name, column(making, name, table.columns[name])) for name in keys]
    parts, outputs, types = aggregates(making, table, keys)

    def rows() -> list[Row]:
        groups: dict[tuple[Value, ...], list[Row]] = {}
        for row in table.rows():
            groups.setdefault(tuple(value.of(row) for _, value in by), []).append(row)  # type: ignore[arg-type]
        if not groups and not keys:  # the aggregates' defaults: counts are 0
            return [Row({name: 0 if name[0] == "n" else empty(type_) for name, type_ in columns.items()})]
        return [grouped(keys, group, outputs) for group in groups.values()]

    columns = {**{name: table.columns[name] for name in keys}, **types}
    text = ", ".join(parts) + (f" by {', '.join(value.text for _, value in by)}" if by else "")
    return Table(f"{table.text}\n| summarize {text}", columns, rows)


Aggregate = Callable[[list[Row]], dict[str, Value]]


def aggregates(making: Making, table: Table, keys: list[str]) -> tuple[list[str], list[Aggregate], Columns]:
    """The texts of one or two aggregates, what they give for a group, and the types of their columns."""
    parts: list[str] = []
    outputs: list[Aggregate] = []
    types: Columns = {}
    draw = making.chance.random()
    others = {name: type_ for name, type_ in table.columns.items() if name not in keys}
    numbers = [name for name, type_ in others.items() if type_ == "long"]
    if draw < 0.1 and others:
        return some_of_row(making, others)
    if draw < 0.25:
        order = making.chance.choice(numbers) if numbers else None
        parts.append(f"arg_max({order}, *)" if order else "take_any(*)")
        if order:
            others = {order: "long", **others}

        def chosen(group: list[Row]) -> Row:
            row = extreme(making, group, order, 1)
            return Row({name: row[name] for name in others}, row.events)

        return parts, [chosen], others
    if draw < 0.5:
        condition = predicate(making, table.columns, 2)
        name = making.name("n")
        parts.append(f"{name} = countif({condition.text})")
        outputs.append(lambda group: {name: sum(bool(condition.of(row)) for row in group)})
        types[name] = "long"
    held = making.chance.choice([one for one, type_ in table.columns.items() if type_ == "string"] or [None])
    if held is not None and making.often(0.4):
        value, made = column(making, held, "string"), making.name("l")
        function = making.chance.choice(("make_set", "make_list", "make_set_if", "make_list_if"))
        of_those = predicate(making, table.columns, 1) if function.endswith("if") else None
        parts.append(f"{made} = {function}({value.text}{f', {of_those.text}' if of_those else ''})")
        outputs.append(
            lambda group: {
                made: [as_text(value.of(row)) for row in group if of_those is None or of_those.of(row)],
            }
        )
        types[made] = "list"
    if not parts or making.often(0.3):
        count = making.name("n")
        parts.append(f"{count} = count()")
        outputs.append(lambda group: {count: len(group)})
        types[count] = "long"
    return parts, outputs, types


def extreme(making: Making, group: list[Row], order: str | None, sign: int) -> Row:
    """The row of arg_max (sign 1) or arg_min (-1) by a column of numbers; any without one."""
    rows = making.trace.mixed(group)

    def rank(row: Row) -> tuple[bool, int]:
        value = row[order] if order else None
        return isinstance(value, int), sign * value if isinstance(value, int) else 0

    return max(rows, key=rank)


def some_of_row(making: Making, others: Columns) -> tuple[list[str], list[Aggregate], Columns]:
    """arg_max, arg_min or take_any of some columns, which one row gives."""
    numbers = [name for name, type_ in others.items() if type_ == "long"]
    order = making.chance.choice(numbers) if numbers and making.often(0.7) else None
    names = making.chance.sample(list(others), min(len(others), making.chance.choice((1, 2))))
    if "ActionType" in others and "ActionType" not in names:
        names.append("ActionType")
    names = [name for name in names if name != order]
    if not names:
        return some_of_row(making, {name: type_ for name, type_ in others.items() if type_ != "long"} or others)
    sign = making.chance.choice((1, -1))
    values = {name: column(making, name, others[name]) for name in names}
    listed = ", ".join(value.text for value in values.values())
    word = f"{'arg_max' if sign > 0 else 'arg_min'}({order}, {listed})" if order else f"take_any({listed})"

    def chosen(group: list[Row]) -> Row:
        row = extreme(making, group, order, sign)
        first = {order: row[order]} if order else {}
        return Row({**first, **{name: values[name].of(row) for name in names}}, row.events)

    return [word], [chosen], {**({order: "long"} if order else {}), **{name: others[name] for name in names}}


def grouped(keys: list[str], group: list[Row], outputs: list[Aggregate]) -> Row:
    """The row of a group: of a table whose ActionType still shows, only the event that it is the type of.

    Where an aggregate gives one of the rows, its events are those of that row.
    """
    cells = {name: group[0][name] for name in keys}
    events = merged(group)
    for output in outputs:
        given = output(group)
        cells.update(given)
        events = given.events if isinstance(given, Row) else events
    shown = {value.event for value in cells.values() if isinstance(value, Text) and value.event is not None}
    references = {event.reference for event in shown}
    return Row(cells, frozenset({event for event in events if event.reference not in references} | shown))
