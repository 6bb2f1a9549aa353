"""Which build of kql-lint this is: results of one build are not those of another, even if they share a version."""

from __future__ import annotations

import os

from kql_lint import resources
from kql_lint.version import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# Looking at every file takes a while, and several ask.
_KNOWN: list[str] = []


def build_id() -> str:
    """A text that changes whenever the code, the grammar or the shipped catalogue do; worked out once a process."""
    if not _KNOWN:
        _KNOWN.append(f"{__version__}|{_installed() or _checkout()}")
    return _KNOWN[0]


def _installed() -> str:
    """The list that an installation keeps of its files, with the hash of each; empty in a checkout."""
    site = os.path.dirname(_PACKAGE)
    if not os.path.isdir(os.path.join(_PACKAGE, "_data")):
        return ""
    name = f"kql_lint-{__version__}.dist-info"
    try:
        with open(os.path.join(site, name, "RECORD"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _checkout() -> str:
    """The number, sizes and times of all files that results depend on."""
    count = size = times = 0
    waiting = [_PACKAGE, resources.grammar_folder(), resources.catalog_folder()]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                    continue
                about = entry.stat()
                count, size, times = count + 1, size + about.st_size, times + about.st_mtime_ns
    return f"{count}|{size}|{times}"
