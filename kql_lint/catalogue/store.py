"""Loads a YAML file of the catalogue, from the cache where it can: a warm start imports no yaml.

A cached file is plain data beside a key that says which file it was made from; data of another shape than the reader
gives is none.
"""

from __future__ import annotations

import os
import sys
import zlib
from typing import TYPE_CHECKING, Any, cast

from kql_lint import cachedir, reading
from kql_lint.catalogue.data import CollectionsData, LimitsData, TableData
from kql_lint.catalogue.problems import CatalogueError, Problem
from kql_lint.shape import fits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeGuard

# Count up whenever the reader gives something else for the same file.
_FORMAT = 6

_FOLDER = "catalogue"


def load(path: str) -> TableData | CollectionsData:
    """The plain data of the file; a dictionary with ``table`` in it is a table's.

    Raises CatalogueError for a file that is not as it should be or can't be read, OSError for one that is not there.
    """
    return cast("TableData | CollectionsData", cached(_FOLDER, path, _parse, TableData | CollectionsData))


def load_table(path: str) -> TableData:
    """The plain data of a table's file.  Raises as load does."""
    data = cached(_FOLDER, path, _parse, TableData)
    return cast("TableData", data if "table" in data else _parse(path))  # no type says that it has to be there


def load_collections(path: str) -> CollectionsData:
    """The plain data of a file that is none of a table's.  Raises as load does."""
    return cast("CollectionsData", cached(_FOLDER, path, _parse, CollectionsData))


def load_limits(path: str) -> LimitsData:
    """The plain data of limits.yaml.  Raises as load does."""
    return cast("LimitsData", cached(_FOLDER, path, _parse, LimitsData))


def cached(folder: str, path: str, make: Callable[[str], dict[str, object]], shape: Any) -> dict[str, object]:
    """What make gives for the file at path: plain data of a shape, kept in the cache until the file changes.

    folder: the part of the cache that it is kept in.
    """
    reading.looks_at(path)
    full = os.path.abspath(path)
    name = f"{folder}/{_cache_name(full)}"
    key = _key(full, os.stat(path))
    stored = cachedir.load(name)
    if isinstance(stored, list) and len(stored) == 2 and stored[0] == key and fits(stored[1], shape):
        return cast("dict[str, object]", stored[1])
    data = make(path)
    cachedir.save(name, (key, data))
    return data


def is_table(data: TableData | CollectionsData) -> TypeGuard[TableData]:
    """Whether the data is a table's."""
    return "table" in data


def read_text(path: str) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark; CatalogueError where it can't be read."""
    try:
        return reading.read_text(path, reading.CATALOGUE)
    except reading.Unreadable as error:
        raise CatalogueError([Problem(path, error.line or 1, error.column or 1, error.message)]) from None


def _parse(path: str) -> dict[str, object]:
    from kql_lint.catalogue.reader import read

    found = read(path, read_text(path))
    if found.problems:
        raise CatalogueError(found.problems)
    return found.data


def _cache_name(path: str) -> str:
    """One cached file for each path: the same table may be there from a checkout, an installation and an overlay."""
    stem = os.path.splitext(os.path.basename(path))[0]
    safe = "".join(character if character.isalnum() and character.isascii() else "-" for character in stem)[:60]
    return f"{safe}-{zlib.crc32(os.fsencode(path)):08x}.bin"


def _key(path: str, status: os.stat_result) -> str:
    return f"{_FORMAT}|{sys.version_info[:2]}|{status.st_size}|{status.st_mtime_ns}|{path}"
