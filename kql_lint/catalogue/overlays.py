"""A user's own catalogue files, which go over the shipped ones."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from kql_lint.catalogue.merge import merge_collections
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.catalogue.store import is_table, load
from kql_lint.reading import looks_at

if TYPE_CHECKING:
    from kql_lint.catalogue.data import CollectionsData, TableData
    from kql_lint.catalogue.definitions import DefinitionData
    from kql_lint.repository import Boundary
    from kql_lint.source import Source

SUFFIXES = (".yaml", ".yml")


class Layers:
    """Overlay files in the order they were given.

    tables: by name; collections: everything else, merged; definitions: what the files at the functions' paths define;
    functions: those that function files have, by name; problems: what is wrong with other such files.
    """

    def __init__(self) -> None:
        self.tables: dict[str, list[TableData]] = {}
        self.collections: CollectionsData = {}
        self.definitions: dict[str, DefinitionData] = {}
        self.functions: dict[str, list[DefinitionData]] = {}
        self.problems: list[Problem] = []

    def with_functions(self, functions: Mapping[str, list[DefinitionData]]) -> Layers:
        """The same with functions that come before others of their names."""
        layers = Layers()
        layers.tables, layers.collections, layers.definitions = self.tables, self.collections, self.definitions
        layers.functions = {**self.functions, **functions}
        return layers

    def with_texts(self, texts: Iterable[Source]) -> Layers | None:
        """The same where files of functions have these texts; None where none of them is such a file.

        A text that can't be used leaves its file as it is.
        """
        defining = [*self.definitions.values(), *(one for found in self.functions.values() for one in found)]
        files = {os.path.abspath(one["path"]): one["path"] for one in defining}
        read = {files[path]: found for path, found in _read_texts(texts, files)}
        if not read:
            return None
        layers = self.with_functions({})
        kept = {name: [one for one in found if one["path"] not in read] for name, found in self.functions.items()}
        layers.functions = {name: found for name, found in kept.items() if found}
        functional = {one["path"] for found in self.functions.values() for one in found}
        for path, found in read.items():
            for one in found if path in functional else ():
                for name in one["names"]:
                    layers.functions.setdefault(name, []).append(one)
        layers.definitions = {
            name: _called(read[one["path"]], name) or one if one["path"] in read else one
            for name, one in self.definitions.items()
        }
        return layers

    def all_tables(self) -> Iterator[TableData]:
        """The tables' files in order."""
        for layers in self.tables.values():
            yield from layers

    def tables_of(self, name: str, platform: str) -> list[TableData]:
        """What goes over one platform's table: files for that platform and files for any."""
        return [data for data in self.tables.get(name, ()) if data.get("platform", platform) == platform]


def _read_texts(texts: Iterable[Source], files: Mapping[str, str]) -> Iterator[tuple[str, list[DefinitionData]]]:
    """The functions of each text of a file, by the file's absolute path; files has these, and the paths as they are."""
    from kql_lint.catalogue.definitions import of_text

    for source in texts:
        path = os.path.abspath(source.path)
        if path not in files:
            continue
        try:
            yield path, [{**one, "path": files[path]} for one in of_text(source)]
        except CatalogueError:
            continue


def _called(found: list[DefinitionData], name: str) -> DefinitionData | None:
    from kql_lint.catalogue.definitions import called

    return called(found, name)


def read_layers(paths: Iterable[str], functions: Iterable[str] = (), within: Boundary | None = None) -> Layers:
    """Read files and folders of files, and the files of functions that patterns name; within: none that lies outside.

    A file of functions that can't be used is one of the problems.  Raises CatalogueError for the first other one that
    is not as it should be.
    """
    layers = Layers()
    for path in overlay_files(paths, within):
        try:
            data = load(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        if is_table(data):
            layers.tables.setdefault(data["table"], []).append(data)
        else:
            collections = cast("CollectionsData", data)
            layers.collections = merge_collections(layers.collections, collections)
            _define(layers, path, collections, within)
    patterns = list(functions)
    if patterns:
        from kql_lint.catalogue.definitions import read_all

        layers.functions = read_all(patterns, layers.problems, within)
    return layers


def _define(layers: Layers, path: str, data: CollectionsData, within: Boundary | None) -> None:
    """Reads the files that an overlay's functions are defined in; their paths are relative to the overlay."""
    for name, function in data.get("functions", {}).items():
        layers.definitions.pop(name, None)
        if "path" not in function:
            continue
        from kql_lint.catalogue.definitions import named

        file = os.path.normpath(os.path.join(os.path.dirname(path), function["path"]))
        found, why = None, f"does not define {name}"
        looks_at(file)
        if within is not None and not within.holds(file):
            why = within.crossed()
        elif not os.path.exists(file):
            why = "is not there"
        else:
            found = named(file, name)
        if found is None:
            raise CatalogueError([_at(path, ("functions", name, "path"), f"the file {file} {why}")])
        layers.definitions[name] = found


def _at(path: str, place: tuple[str, ...], message: str) -> Problem:
    """A problem at a key of an overlay: its place is not in the cache, so the file is read once more."""
    from kql_lint.catalogue.reader import read
    from kql_lint.catalogue.store import read_text

    line, column = read(path, read_text(path)).marks.get(place, (1, 1))
    return Problem(path, line, column, message)


def overlay_files(paths: Iterable[str], within: Boundary | None = None) -> list[str]:
    """The files themselves and all YAML files below the folders, those of a folder sorted.

    Raises CatalogueError for what is not there, can't be listed, or lies outside of what they are to lie within.
    """
    found: list[str] = []
    for path in paths:
        looks_at(path)
        if os.path.isdir(path):
            found += _below(path)
        elif os.path.exists(path):
            found.append(path)
        else:
            raise CatalogueError([Problem(path, 1, 1, "there is no such file or folder")])
    keep_within(found, within)
    return found


def keep_within(paths: Iterable[str], within: Boundary | None) -> None:
    """Raises CatalogueError for the files that a link leads out of what they are to lie within."""
    outside = [path for path in paths if within is not None and not within.holds(path)]
    if outside and within is not None:
        raise CatalogueError([Problem(path, 1, 1, f"this link {within.crossed()}") for path in outside])


def _below(folder: str) -> list[str]:
    found = []
    for parent, folders, names in os.walk(folder, onerror=_raise):
        looks_at(parent)
        folders.sort()
        found += [os.path.join(parent, name) for name in sorted(names) if name.endswith(SUFFIXES)]
    return found


def _raise(error: OSError) -> None:
    raise _unreadable(error.filename, error) from error


def _unreadable(path: str, error: OSError) -> CatalogueError:
    return CatalogueError([Problem(path, 1, 1, f"can't be read: {error.strerror or error}")])
