"""A user's own catalogue files, which go over the shipped ones."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from kql_lint.catalogue.merge import merge_collections
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.store import is_table, load

if TYPE_CHECKING:
    from kql_lint.catalogue.data import CollectionsData, TableData
    from kql_lint.catalogue.definitions import DefinitionData

SUFFIXES = (".yaml", ".yml")


class Layers:
    """Overlay files in the order they were given.

    tables: by name; collections: everything else, merged; definitions: what the files at the functions' paths define;
    functions: those that function files have, by name.
    """

    def __init__(self) -> None:
        self.tables: dict[str, list[TableData]] = {}
        self.collections: CollectionsData = {}
        self.definitions: dict[str, DefinitionData] = {}
        self.functions: dict[str, list[DefinitionData]] = {}

    def all_tables(self) -> Iterator[TableData]:
        """The tables' files in order."""
        for layers in self.tables.values():
            yield from layers

    def tables_of(self, name: str, platform: str) -> list[TableData]:
        """What goes over one platform's table: files for that platform and files for any."""
        return [data for data in self.tables.get(name, ()) if data.get("platform", platform) == platform]


def read_layers(paths: Iterable[str], functions: Iterable[str] = ()) -> Layers:
    """Read files and folders of files, and the files of functions that patterns name.

    Raises CatalogueError for the first that is not as it should be.
    """
    layers = Layers()
    for path in overlay_files(paths):
        try:
            data = load(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        if is_table(data):
            layers.tables.setdefault(data["table"], []).append(data)
        else:
            collections = cast("CollectionsData", data)
            layers.collections = merge_collections(layers.collections, collections)
            _define(layers, path, collections)
    patterns = list(functions)
    if patterns:
        from kql_lint.catalogue.definitions import read_all

        layers.functions = read_all(patterns)
    return layers


def _define(layers: Layers, path: str, data: CollectionsData) -> None:
    """Reads the files that an overlay's functions are defined in; their paths are relative to the overlay."""
    for name, function in data.get("functions", {}).items():
        layers.definitions.pop(name, None)
        if "path" not in function:
            continue
        from kql_lint.catalogue.definitions import named

        file = os.path.normpath(os.path.join(os.path.dirname(path), function["path"]))
        found = named(file, name) if os.path.isfile(file) else None
        if found is None:
            why = f"does not define {name}" if os.path.isfile(file) else "is not there"
            raise CatalogueError([_at(path, ("functions", name, "path"), f"the file {file} {why}")])
        layers.definitions[name] = found


def _at(path: str, place: tuple[str, ...], message: str) -> Problem:
    """A problem at a key of an overlay: its place is not in the cache, so the file is read once more."""
    from kql_lint.catalogue.reader import read
    from kql_lint.catalogue.store import read_text

    line, column = read(path, read_text(path)).marks.get(place, (1, 1))
    return Problem(path, line, column, message)


def overlay_files(paths: Iterable[str]) -> list[str]:
    """The files themselves and all YAML files below the folders, those of a folder sorted."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += _below(path)
        elif os.path.exists(path):
            found.append(path)
        else:
            raise CatalogueError([Problem(path, 1, 1, "there is no such file or folder")])
    return found


def _below(folder: str) -> list[str]:
    found = []
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        found += [os.path.join(parent, name) for name in sorted(names) if name.endswith(SUFFIXES)]
    return found


def _raise(error: OSError) -> None:
    raise _unreadable(error.filename, error) from error


def _unreadable(path: str, error: OSError) -> CatalogueError:
    return CatalogueError([Problem(path, 1, 1, f"can't be read: {error.strerror or error}")])
