"""What other schemas and vendors call a field, and the columns that it is: in all tables, or in some."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kql_lint.catalogue.data import CollectionsData


class FieldAlias(NamedTuple):
    """The columns of a table that a foreign name may stand for, the likelier first.

    has: what the columns hold, in words, where that is not quite what the name stands for; without columns, what the
    table lacks.
    """

    columns: tuple[str, ...]
    has: str | None = None


class Aliases:
    """The aliases of some files, those of a later one before those of an earlier one, a table's before the others."""

    def __init__(self, layers: Sequence[CollectionsData]) -> None:
        self._layers: list[tuple[dict[tuple[str, str], FieldAlias], dict[str, FieldAlias]]] = []
        for data in reversed(layers):
            of_tables: dict[tuple[str, str], FieldAlias] = {}
            general: dict[str, FieldAlias] = {}
            for group in data.get("table_aliases", ()):
                for name, alias in group["aliases"].items():
                    found = FieldAlias(tuple(alias["columns"]), alias.get("has"))
                    of_tables.update({(table, folded(name)): found for table in group["tables"]})
            for name, columns in data.get("aliases", {}).items():
                earlier = general.get(folded(name), FieldAlias(())).columns
                general[folded(name)] = FieldAlias(tuple(dict.fromkeys([*earlier, *columns])))
            self._layers.append((of_tables, general))

    def find(self, name: str, table: str, columns: Collection[str]) -> FieldAlias | None:
        """What name stands for in a table with these columns; None where nothing is known.

        Case and separators don't count: ``parent_process_name`` is ``ParentProcessName``.
        """
        key = folded(name)
        for of_tables, general in self._layers:
            alias = of_tables.get((table, key))
            if alias is None and key in general:
                present = tuple(column for column in general[key].columns if column in columns)
                alias = FieldAlias(present) if present else None
            if alias is not None:
                return alias
        return None


def folded(name: str) -> str:
    """A name without what makes no difference between two spellings of a field."""
    return name.replace("_", "").replace(".", "").casefold()
