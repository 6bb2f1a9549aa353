"""Operators on several tables: join, lookup, union."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reasoning.making import Columns, Making
from reasoning.model import Row, Text, Value, empty
from reasoning.operators import where
from reasoning.tables import Named, Table, bounded, bracketed, pipeline

JOINS = (
    "inner",
    "innerunique",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftsemi",
    "leftanti",
    "rightsemi",
    "rightanti",
    "",
)


def join(making: Making, named: Named, table: Table, depth: int) -> Table:
    if depth == 0:
        return where(making, named, table, depth)
    right = pipeline(making, named, making.chance.choice((0, 1, 1, 2)), depth - 1)
    keys = join_keys(making, table.columns, right.columns)
    if not keys:
        return where(making, named, table, depth)
    lookup = making.often(0.25)
    kind = making.chance.choice(("", "inner", "leftouter") if lookup else JOINS)
    on = ", ".join(one if one == two and making.often(0.5) else f"$left.{one} == $right.{two}" for one, two in keys)
    word = "lookup" if lookup else "join"
    written = f" kind={kind}" if kind else ""
    text = f"{table.text}\n| {word}{written} {bracketed(right)} on {on}"
    kind = kind or ("leftouter" if lookup else "innerunique")
    if kind in ("leftsemi", "leftanti", "rightsemi", "rightanti"):
        return one_sided(making, table, right, kind, keys, text)
    away = tuple(two for _, two in keys) if lookup else ()
    names = right_names(table.columns, right.columns, away)
    columns = {**table.columns, **{new: right.columns[name] for name, new in names.items()}}

    def rows() -> list[Row]:
        return both_sides(making, table, right, kind, names, keys)

    return Table(text, columns, rows)


Keys = list[tuple[str, str]]  # the names of a key on both sides


def join_keys(making: Making, left: Columns, right: Columns) -> Keys:
    """One or two keys: the device mostly, an ActionType or any other string at times."""
    texts = [[name for name, type_ in side.items() if type_ == "string"] for side in (left, right)]
    common = [name for name in texts[0] if name in texts[1]]
    keys: Keys = []
    if "DeviceId" in common and making.often(0.8):
        keys.append(("DeviceId", "DeviceId"))
    if "ActionType" in common and making.often(0.15):
        keys.append(("ActionType", "ActionType"))
    if texts[0] and texts[1] and making.often(0.1):
        keys.append((making.chance.choice(texts[0]), making.chance.choice(texts[1])))
    return list({two: (one, two) for one, two in keys}.values())


def right_names(left: Columns, right: Columns, away: tuple[str, ...]) -> dict[str, str]:
    """What the right side's columns are called: a name that is taken gets the first number that neither side has."""
    taken = {*left, *(name for name in right if name not in away)}
    names: dict[str, str] = {}
    for name in right:
        if name in away:
            continue
        new, number = name, 0
        while (new in left or new in names.values()) or (number and new in taken):
            number += 1
            new = f"{name}{number}"
        names[name] = new
    return names


def one_sided(making: Making, left: Table, right: Table, kind: str, keys: Keys, text: str) -> Table:
    """Joins that keep rows of one side; those of the other come through to the end of their own pipeline."""
    kept, other = (left, right) if kind.startswith("left") else (right, left)
    mine, theirs = zip(*(keys if kept is left else [(two, one) for one, two in keys]), strict=True)

    def rows() -> list[Row]:
        found = {cells(row, theirs) for row in making.trace.survive(other.rows())}
        return [row for row in kept.rows() if (cells(row, mine) in found) == kind.endswith("semi")]

    return Table(text, kept.columns, rows)


def cells(row: Row, names: Sequence[str]) -> tuple[Value, ...]:
    return tuple([row[name] for name in names])


def both_sides(making: Making, left: Table, right: Table, kind: str, names: dict[str, str], keys: Keys) -> list[Row]:
    """The rows of a join that puts the columns of both sides side by side."""
    ones, twos = left.rows(), right.rows()
    on_left, on_right = zip(*keys, strict=True)
    if kind == "innerunique":  # one row of each key on the left
        ones = list({cells(row, on_left): row for row in making.trace.mixed(ones)}.values())
    by_key: dict[tuple[Value, ...], list[Row]] = {}
    for two in twos:
        by_key.setdefault(cells(two, on_right), []).append(two)
    result: list[Row] = []
    for one in ones:
        matching = by_key.get(cells(one, on_left), [])
        result += [
            Row({**one, **{new: two[name] for name, new in names.items()}}, one.events | two.events) for two in matching
        ]
        if not matching and kind in ("leftouter", "fullouter"):
            result.append(Row({**one, **{new: empty(right.columns[name]) for name, new in names.items()}}, one.events))
        bounded(result)
    if kind in ("rightouter", "fullouter"):
        nothing = {name: empty(type_) for name, type_ in left.columns.items()}
        found = {cells(one, on_left) for one in ones}
        alone = [two for two in twos if cells(two, on_right) not in found]
        result += [Row({**nothing, **{new: two[name] for name, new in names.items()}}, two.events) for two in alone]
    return result


def union(making: Making, named: Named, table: Table, depth: int) -> Table:
    if depth == 0:
        return where(making, named, table, depth)
    others = [
        pipeline(making, named, making.chance.choice((0, 1, 1, 2)), depth - 1)
        for _ in range(making.chance.choice((1, 1, 2)))
    ]
    inner = making.often(0.15) and any(all(name in other.columns for other in others) for name in table.columns)
    source = making.name("s") if making.often(0.1) else None
    words = f"{' kind=inner' if inner else ''}{f' withsource={source}' if source else ''}"
    columns, rows = united([table, *others], inner)
    if source:
        return Table(
            f"{table.text}\n| union{words} {', '.join(map(bracketed, others))}",
            {source: "string", **columns},
            lambda: [Row({source: Text("union_arg"), **row}, row.events) for row in rows()],
        )
    return Table(f"{table.text}\n| union{words} {', '.join(map(bracketed, others))}", columns, rows)


def united(tables: list[Table], inner: bool) -> tuple[Columns, Callable[[], list[Row]]]:
    columns: Columns = {}
    for table in tables:
        columns |= {name: type_ for name, type_ in table.columns.items() if name not in columns}
    if inner:
        columns = {name: type_ for name, type_ in columns.items() if all(name in table.columns for table in tables)}

    def rows() -> list[Row]:
        return bounded(
            [
                Row({name: row.get(name, empty(type_)) for name, type_ in columns.items()}, row.events)
                for table in tables
                for row in table.rows()
            ]
        )

    return columns, rows
