"""Small files in the user's cache directory.  Nothing here ever fails loudly: a cache is a convenience.

KQL_LINT_CACHE_DIR names the directory; set but empty, it turns caching off.  Without it the platform decides:
XDG_CACHE_HOME or ~/.cache, LOCALAPPDATA on Windows, ~/Library/Caches on macOS.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib

from kql_lint.writing import replace_file

_CHECKSUM_BYTES = 4


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


def read(name: str) -> bytes | None:
    """The content of a file of the cache; name is relative, with ``/``.  None if there is none, or none to be had."""
    path = _path(name)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def write_atomically(name: str, data: bytes) -> None:
    """Put a file into the cache, whole or not at all, also when several processes write it at once.  Never raises."""
    path = _path(name)
    if path is None:
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        replace_file(path, data)
    except (OSError, ValueError):
        return


def load(name: str) -> object | None:
    """The value that save put into a file of the cache; None if there is none, or it is damaged."""
    stored = read(name)
    if stored is None:
        return None
    body = stored[_CHECKSUM_BYTES:]
    # marshal itself does not bear damaged input
    if zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "big") != stored[:_CHECKSUM_BYTES]:
        return None
    try:
        return marshal.loads(body)  # type: ignore[no-any-return]
    except (EOFError, ValueError, TypeError):
        return None


def save(name: str, value: object) -> None:
    """Put a plain value (what marshal takes) into the cache, whole or not at all.  Never raises."""
    body = marshal.dumps(value)  # type: ignore[arg-type]  # typed as a few kinds of values
    write_atomically(name, zlib.crc32(body).to_bytes(_CHECKSUM_BYTES, "big") + body)


def refresh(name: str) -> None:
    """Mark a file of the cache as used just now.  Never raises."""
    path = _path(name)
    try:
        os.utime(path or "")
    except (OSError, ValueError):
        return


def _path(name: str) -> str | None:
    directory = cache_dir()
    return os.path.join(directory, *name.split("/")) if directory else None
