"""The catalogue: what the shipped files and a user's overlays know of tables, functions and names.

Lazy: a table's file is read when the table is asked for.  ``index.tsv`` alone is read to know what there is.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from kql_lint import resources
from kql_lint.catalogue import build, compact, overlays, provider_events
from kql_lint.catalogue.aliases import Aliases, FieldAlias, folded
from kql_lint.catalogue.index import COLUMNS, Index, platforms_of, read_content, read_index
from kql_lint.catalogue.merge import merge, merge_collections, share
from kql_lint.catalogue.store import load_collections, load_table
from kql_lint.memory import Memory
from kql_lint.reading import looks_at

if TYPE_CHECKING:
    from kql_lint.catalogue.data import CollectionsData, PlatformData, TableData
    from kql_lint.catalogue.definitions import DefinitionData
    from kql_lint.catalogue.limits import Limits
    from kql_lint.catalogue.model import PlatformFunction, Rename, Table
    from kql_lint.catalogue.problems import Problem
    from kql_lint.catalogue.techniques import Techniques
    from kql_lint.repository import Boundary
    from kql_lint.source import Source

_DEFAULT: dict[str, Catalogue] = {}


class Catalogue:
    """Read-only, and safe to keep for the whole run.  folder: a catalog folder with its index, None for the shipped."""

    def __init__(self, folder: str | None = None, layers: overlays.Layers | None = None) -> None:
        self._folder = folder or resources.catalog_folder()
        self._layers = layers or overlays.Layers()
        self._read_index: Index | None = None
        self._index_content: str | None = None
        self._tables: dict[str, tuple[Table, ...]] = {}
        self._functions: dict[str, PlatformFunction | None] = {}
        self._collections: dict[str, CollectionsData] = {}
        self._renames: dict[tuple[str, str], list[Rename]] | None = None
        self._aliases: Aliases | None = None
        self._limits: Limits | None = None
        self._techniques: Techniques | None = None
        self._platforms: dict[str, PlatformData] | None = None
        self._lists: dict[str, compact.CompactList] = {}
        self.memory = Memory()
        """What is made of the catalogue's content for many queries, by those who make it."""
        self.problems: list[Problem] = []
        """Mistakes in the text of the user's functions, as they are come across: their files can't be trusted."""

    @classmethod
    def default(cls) -> Catalogue:
        """The shipped catalogue: the same object each time."""
        if "" not in _DEFAULT:
            _DEFAULT[""] = cls()
        return _DEFAULT[""]

    @classmethod
    def with_overlays(
        cls, paths: Iterable[str], functions: Iterable[str] = (), within: Boundary | None = None
    ) -> Catalogue:
        """The shipped catalogue with files, or folders of them, laid over it; a later one goes over an earlier one.

        functions: patterns (``Parsers/**/*.yaml``) of files that define functions of the user's.  within: where all
        these files have to lie, and those that they name; None: anywhere.  Raises CatalogueError, with file, line and
        column, for a file that is not as it should be, or can't be read; those of functions are faults instead.
        """
        return cls(layers=overlays.read_layers(paths, functions, within))

    @property
    def faults(self) -> list[Problem]:
        """Files that were to define functions and can't be used."""
        return self._layers.problems

    def with_functions(self, functions: Iterable[DefinitionData]) -> Catalogue:
        """The same with functions that one file defines for its own queries.

        What was read is shared, but no function: what a text means depends on the functions around it.  The problems of
        all of them are found here too.
        """
        by_name: dict[str, list[DefinitionData]] = {}
        for data in functions:
            for name in data["names"]:
                by_name.setdefault(name, []).append(data)
        return _WithFunctions(self, self._layers.with_functions(by_name))

    def with_texts(self, texts: Iterable[Source]) -> Catalogue:
        """The same where files of functions have these texts, as an editor has them; itself where no such file does."""
        layers = self._layers.with_texts(texts)
        return self if layers is None else _WithFunctions(self, layers)

    def defining(self, name: str) -> tuple[list[str], bool]:
        """The paths of the files that define a function of the user's, and whether an overlay gives it the name."""
        found = [one["path"] for one in self._layers.functions.get(name, ())]
        named = self._layers.definitions.get(name)
        return list(dict.fromkeys([named["path"], *found] if named is not None else found)), named is not None

    def function_files(self) -> Collection[str]:
        """The paths of the files that define functions of the user's."""
        found = [*self._layers.definitions.values(), *(one for all_ in self._layers.functions.values() for one in all_)]
        return dict.fromkeys(one["path"] for one in found)

    def fingerprint(self) -> str:
        """A text that changes whenever what the overlays say does; the shipped files are no part of it."""
        layers = self._layers
        return repr((layers.tables, layers.collections, layers.definitions, layers.functions))

    def tables(self, name: str, platform: str | None = None) -> tuple[Table, ...]:
        """The tables of this name (the case counts), one for each platform that has it; () if unknown."""
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = self._load_tables(name)
        if platform is None:
            return found
        return tuple(table for table in found if table.platform in (platform, build.CUSTOM))

    def standard_columns(self, platform: str) -> Mapping[str, str]:
        """Name to type of the columns that each row of the platform's tables has, whether its schema lists them or not.

        A table of the user's own (``custom``) is taken for one of a workspace.
        """
        return self._platform(build.SENTINEL if platform == build.CUSTOM else platform).get("standard_columns", {})

    def time_column(self, table: Table) -> str | None:
        """The column with the time of each row, by which the service finds rows; None where the table has none."""
        name = self._platform(build.SENTINEL if table.platform == build.CUSTOM else table.platform).get("time_column")
        return name if name in table.columns else None

    def page_of(self, table: Table) -> str | None:
        """The address of the page about a table in the platform's reference; None for a table of the user's own.

        Custom tables (``_CL``) are left out, though solutions publish some: that they have a page is not certain.
        """
        pattern = self._platform(table.platform).get("table_page")
        shipped = os.path.join(self._folder, table.platform, f"{table.name}.yaml")
        if pattern is None or table.name.endswith(compact.CUSTOM_SUFFIX) or not os.path.exists(shipped):
            return None
        return pattern.replace("{table}", table.name.lower())

    def as_of(self, table: Table) -> str | None:
        """The year and month (``YYYY-MM``) that the list of the table's columns is of; None for the user's own."""
        return table.as_of or self.platform_as_of(table.platform)

    def platform_as_of(self, platform: str) -> str | None:
        """The year and month (``YYYY-MM``) that a platform's lists of tables and columns are of."""
        return self._platform(platform).get("as_of")

    def custom_tables(self) -> tuple[str | None, int]:
        """The year and month of the list of custom tables, and how many it has."""
        return self._list(compact.CUSTOM_TABLES).as_of, len(self._list(compact.CUSTOM_TABLES).names())

    def parser_functions(self) -> tuple[str | None, int]:
        """The year and month of the list of parser functions, and how many it has."""
        return self._list(compact.PARSER_FUNCTIONS).as_of, len(self._list(compact.PARSER_FUNCTIONS).names())

    def _platform(self, name: str) -> PlatformData:
        if self._platforms is None:
            shipped, own = self._collection("platforms"), self._layers.collections
            self._platforms = merge_collections(shipped, own).get("platforms", {})
        return self._platforms.get(name, {})

    def table_names(self) -> Collection[str]:
        """The names of all tables of all platforms."""
        return self._index.tables.keys()

    def tables_of(self, platform: str) -> Mapping[str, tuple[str, ...]]:
        """Name to platforms of the tables that a platform has, or of all (``auto``), without opening their files."""
        tables = self._index.tables
        if platform == "auto":
            return tables
        return {name: having for name, having in tables.items() if platform in having or build.CUSTOM in having}

    def tables_with_column(self, name: str) -> tuple[str, ...]:
        """The names of the shipped tables that have a column, in this case; () too where more than a few have it."""
        fields = self._list(COLUMNS).find(name)
        return tuple(fields[0].split(",")) if fields else ()

    def action_types(self) -> Collection[str]:
        """The ActionTypes of all tables."""
        return self._index.action_types.keys()

    def tables_with_action_type(self, value: str) -> tuple[str, ...]:
        """The names of the tables that list the ActionType, in this case."""
        return self._index.action_types.get(value, ())

    def function(self, name: str) -> PlatformFunction | None:
        """A function that a platform adds to KQL (FileProfile, _GetWatchlist, ASIM's parsers), or the user does."""
        if name not in self._functions:
            self._functions[name] = self._load_function(name)
        return self._functions[name]

    def _load_function(self, name: str) -> PlatformFunction | None:
        declared = self._layers.collections.get("functions", {}).get(name)
        found = [self._layers.definitions[name]] if declared and "path" in declared else []
        found = found or (self._layers.functions.get(name, []) if not declared else [])
        if found:
            from kql_lint.catalogue.definitions import definition

            return build.stored(name, definition(name, found), declared)
        data = declared or self._collection("functions").get("functions", {}).get(name)
        if data is not None:
            return build.function(name, data, own=declared is not None)
        return build.parser(name) if self._list(compact.PARSER_FUNCTIONS).find(name) is not None else None

    def stored_functions(self) -> Collection[str]:
        """The names of the functions that files of the user's define."""
        return self._layers.definitions.keys() | self._layers.functions.keys()

    def function_names(self) -> Collection[str]:
        """The names of all functions that the platforms and the overlays add."""
        return [
            *self._collection("functions").get("functions", {}),
            *self._layers.collections.get("functions", {}),
            *self._layers.functions,
        ]

    def watchlist(self, alias: str) -> Mapping[str, str] | None:
        """Name to type of the columns of a watchlist that an overlay declares; None for any other."""
        return self._layers.collections.get("watchlists", {}).get(alias)

    def rename(self, kind: str, name: str, table: str | None = None) -> Rename | None:
        """What became of a name; kind is ``table``, ``column`` or ``action_type``.

        table is the present name of the table whose column or ActionType it was.  A rename that names no table is
        of every table.  The case of the name counts, but for ActionTypes, of which queries often ignore it.
        """
        found = self._all_renames().get((kind, _key(kind, name)), ())
        return next((rename for rename in found if rename.table in (None, table)), None)

    def renames(self, kind: str, tables: Collection[str] | None = None) -> Mapping[str, Rename]:
        """The old names of a kind with what became of each; tables: of columns and ActionTypes those of these alone."""
        found: dict[str, Rename] = {}
        for rename in self.memory.get(("renames", kind), lambda: self._renames_of(kind)):
            if tables is None or rename.table is None or rename.table in tables:
                found.setdefault(rename.old, rename)
        return found

    def _renames_of(self, kind: str) -> list[Rename]:
        return [rename for group in self._all_renames().values() for rename in group if rename.kind == kind]

    def _all_renames(self) -> Mapping[tuple[str, str], list[Rename]]:
        if self._renames is None:
            self._renames = {}
            entries = [
                *self._layers.collections.get("renames", []),
                *self._collection("renames").get("renames", []),
            ]
            for rename in map(build.rename, entries):
                self._renames.setdefault((rename.kind, _key(rename.kind, rename.old)), []).append(rename)
        return self._renames

    def alias(self, name: str, table: str) -> FieldAlias | None:
        """What another schema's or vendor's name is in the table; None where it is unknown, or a column of its own.

        Case and separators don't count: ``parent_process_name`` is ``ParentProcessName``.
        """
        columns = {column: None for copy in self.tables(table) for column in copy.columns}
        if name in columns:
            return None
        if self._aliases is None:
            self._aliases = Aliases([self._collection("aliases"), self._layers.collections])
        same = [column for column in columns if folded(column) == folded(name)] if "_" in name or "." in name else []
        return FieldAlias(tuple(same)) if same else self._aliases.find(name, table, columns)

    @property
    def limits(self) -> Limits:
        """What the services take of a detection rule."""
        if self._limits is None:
            from kql_lint.catalogue.limits import read_limits

            self._limits = read_limits(resources.catalog_folder())
        return self._limits

    @property
    def techniques(self) -> Techniques:
        """The techniques of MITRE ATT&CK."""
        if self._techniques is None:
            from kql_lint.catalogue.techniques import Techniques

            self._techniques = Techniques(resources.catalog_folder())
        return self._techniques

    @property
    def _index(self) -> Index:
        if self._read_index is None:
            index = read_index(self._folder)
            for data in self._layers.all_tables():
                name = data["table"]
                platforms = [data["platform"]] if "platform" in data else index.tables.get(name, (build.CUSTOM,))
                for platform in platforms:
                    index.add(data, platform)
            self._read_index = index
        return self._read_index

    def _platforms_of(self, name: str) -> tuple[str, ...]:
        if self._read_index is not None or self._layers.tables:
            return self._index.tables.get(name, ())
        if self._index_content is None:
            self._index_content = read_content(self._folder)
        return platforms_of(self._index_content, name)

    def _load_tables(self, name: str) -> tuple[Table, ...]:
        platforms = self._platforms_of(name)
        data = {platform: self._table_data(name, platform) for platform in platforms}
        tables = tuple(build.table(self._completed(data[platform], data)) for platform in platforms)
        return tables or self._custom_tables(name)

    def _custom_tables(self, name: str) -> tuple[Table, ...]:
        """A table of workspaces that a published schema tells the columns of, as far as it goes."""
        fields = self._list(compact.CUSTOM_TABLES).find(name) if name.endswith(compact.CUSTOM_SUFFIX) else None
        return () if fields is None else (build.custom_table(name, compact.columns(fields)),)

    def _completed(self, table: TableData, copies: Mapping[str, TableData]) -> TableData:
        other = copies.get(table.get("shares", ""))
        return table if other is None else share(table, other)

    def _table_data(self, name: str, platform: str) -> TableData:
        """One platform's table with its overlays."""
        path = os.path.join(self._folder, platform, f"{name}.yaml")
        looks_at(path)
        shipped = os.path.exists(path)
        data = load_table(path) if shipped else cast("TableData", {})
        for layer in self._layers.tables_of(name, platform):
            data = merge(data, layer)
        data = provider_events.with_listed(data, self._list(provider_events.PROVIDER_EVENTS))
        return data if platform == build.CUSTOM else {**data, "platform": platform}

    def _collection(self, name: str) -> CollectionsData:
        if name not in self._collections:
            path = os.path.join(self._folder, f"{name}.yaml")
            self._collections[name] = load_collections(path) if os.path.exists(path) else {}
        return self._collections[name]

    def _list(self, name: str) -> compact.CompactList:
        if name not in self._lists:
            self._lists[name] = compact.CompactList(self._folder, name)
        return self._lists[name]


class _WithFunctions(Catalogue):
    """A catalogue with functions of its own, all else being another's, which reads it once for all."""

    def __init__(self, base: Catalogue, layers: overlays.Layers) -> None:
        super().__init__(base._folder, layers)
        self._base = base

    @property
    def limits(self) -> Limits:
        return self._base.limits

    @property
    def techniques(self) -> Techniques:
        return self._base.techniques

    @property
    def _index(self) -> Index:
        return self._base._index

    def alias(self, name: str, table: str) -> FieldAlias | None:
        return self._base.alias(name, table)

    def _platform(self, name: str) -> PlatformData:
        return self._base._platform(name)

    def _all_renames(self) -> Mapping[tuple[str, str], list[Rename]]:
        return self._base._all_renames()

    def _load_tables(self, name: str) -> tuple[Table, ...]:
        return self._base.tables(name)

    def _collection(self, name: str) -> CollectionsData:
        return self._base._collection(name)

    def _list(self, name: str) -> compact.CompactList:
        return self._base._list(name)


def _key(kind: str, name: str) -> str:
    return name.casefold() if kind == "action_type" else name
