"""``kql-lint catalog age``: how old what the catalogue knows is, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kql_lint.catalogue.catalogue import Catalogue
from kql_lint.catalogue.show import aligned, known_values

_PLATFORMS = ("defender", "sentinel")


def ages(catalogue: Catalogue | None = None) -> str:
    """The text, with its final newline: a line for each list, with its year and month and how much it has."""
    catalogue = catalogue or Catalogue.default()
    tables = {name: catalogue.tables(name) for name in sorted(catalogue.table_names(), key=str.casefold)}
    blocks = [
        ["Tables and columns", *aligned(list(_lists(catalogue)))],
        ["Kinds of events", *aligned(list(_events(catalogue, list(tables))))],
    ]
    dated = [(name, found.as_of) for name, copies in tables.items() for found in copies if found.as_of]
    if dated:
        blocks.insert(1, ["Tables with a date of their own", *aligned(dated)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _lists(catalogue: Catalogue) -> Iterator[Sequence[str]]:
    names = catalogue.table_names()
    for platform in _PLATFORMS:
        count = sum(bool(catalogue.tables(name, platform)) for name in names)
        yield platform, catalogue.platform_as_of(platform) or "-", f"{count} tables"
    for title, (date, count), remark in (
        ("custom tables", catalogue.custom_tables(), "known in part"),
        ("parser functions", catalogue.parser_functions(), "by name alone"),
    ):
        yield title, date or "-", f"{count}, {remark}"


def _events(catalogue: Catalogue, names: Sequence[str]) -> Iterator[Sequence[str]]:
    for name in names:
        known = known_values(catalogue.tables(name))
        if known is not None:
            extent = "complete as far as is known" if known.closed else "there are more"
            yield name, known.column, known.as_of or "-", f"{len(known.values)}, {extent}"
