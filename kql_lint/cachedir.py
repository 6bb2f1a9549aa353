"""Small files in the user's cache directory.  Nothing here ever fails loudly: a cache is a convenience.

KQL_LINT_CACHE_DIR names the directory; set but empty, it turns caching off.  Without it the platform decides:
XDG_CACHE_HOME or ~/.cache, LOCALAPPDATA on Windows, ~/Library/Caches on macOS.

What is read there is believed, so the directory has to be the user's own: one in a repository's work tree is not used,
since a branch can bring files into it, and neither is one that other users of the machine own or can write to.  A file
holds JSON behind a checksum; whoever loads it looks whether it is of the shape that was saved.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from contextlib import suppress
from functools import cache

from kql_lint.reading import Kind, Unreadable, read_file
from kql_lint.repository import top_of
from kql_lint.writing import replace_file

_CHECKSUM_BYTES = 4
# No entry is nearly as large.
_ENTRY = Kind("an entry of the cache", 64_000_000)
# What lies at the top of a work tree.
_WORK_TREE = (".git", ".hg", ".jj", ".svn")
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def cache_dir() -> str | None:
    """The absolute path of the directory, which need not exist yet; None where there is to be none."""
    chosen = os.environ.get("KQL_LINT_CACHE_DIR")
    if chosen is not None:
        return os.path.abspath(chosen) if chosen else None
    parent = _users_cache()
    return os.path.join(parent, "kql-lint") if parent else None


def _users_cache() -> str | None:
    xdg = os.environ.get("XDG_CACHE_HOME")
    if xdg and os.path.isabs(xdg):  # the XDG specification has relative paths ignored
        return xdg
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    return os.path.join(home, "Library", "Caches") if sys.platform == "darwin" else os.path.join(home, ".cache")


def usable() -> str | None:
    """The directory, if there is to be one and what it holds can be believed; it need not exist yet."""
    folder = cache_dir()
    return folder if folder is not None and why_not(folder) is None else None


def why_not(folder: str) -> str | None:
    """Why what a directory holds can't be believed, to be put behind its path; None where it can."""
    tree = _work_tree(folder)
    if tree is not None:
        return f"is in the work tree of a repository ({tree}), so a branch could bring files into it"
    if sys.platform == "win32":
        # LIMIT: who may write is not looked at: in LOCALAPPDATA, where it is by default, that is the user alone.
        return None
    try:
        about = os.stat(folder)
    except (OSError, ValueError):
        return None  # there is nothing to be believed
    if about.st_uid not in (os.geteuid(), 0):
        return "belongs to another user"
    return "can be written to by other users" if about.st_mode & _WRITABLE_BY_OTHERS else None


@cache
def _work_tree(folder: str) -> str | None:
    """The top of the work tree that a directory lies in, by its own path or by where links lead."""
    for place in dict.fromkeys((folder, os.path.realpath(folder))):
        top = top_of(place, _WORK_TREE)
        if top is not None:
            return top
    return None


def load(name: str) -> object | None:
    """The value that save put into a file of the cache; None if there is none, or it is damaged.

    It may be any value of JSON: what it is has yet to be looked at.
    """
    stored = _read(name)
    if stored is None:
        return None
    body = stored[_CHECKSUM_BYTES:]
    if zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "big") != stored[:_CHECKSUM_BYTES]:
        return None
    try:
        return json.loads(body)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def save(name: str, value: object) -> None:
    """Put a value of JSON into the cache, whole or not at all.  name is relative, with ``/``.  Never raises."""
    body = json.dumps(value, separators=(",", ":")).encode("ascii")
    put(name, zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "big") + body)


def refresh(name: str) -> None:
    """Mark a file of the cache as used just now.  Never raises."""
    path = _path(name)
    try:
        os.utime(path or "")
    except (OSError, ValueError):
        return


def _read(name: str) -> bytes | None:
    path = _path(name)
    if path is None:
        return None
    try:
        return read_file(path, _ENTRY)
    except Unreadable:
        return None


def put(name: str, data: bytes) -> str | None:
    """Puts a file as it is into the cache, whole or not at all: its path; None where that can't be.

    It is there to be shown: nothing here reads it again.  name is relative, with ``/``.  Never raises.
    """
    path = _path(name)
    if path is None:
        return None
    try:
        _make(os.path.dirname(path))
        replace_file(path, data, 0o600)
    except (OSError, ValueError):
        return None
    return path


def _make(folder: str) -> None:
    """Makes a directory and those above it, for the user alone whatever the umask is."""
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for place in reversed(missing):
        with suppress(FileExistsError):  # another run is doing the same
            os.mkdir(place, 0o700)


def _path(name: str) -> str | None:
    folder = usable()
    return os.path.join(folder, *name.split("/")) if folder else None
