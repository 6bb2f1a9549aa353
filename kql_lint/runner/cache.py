"""The results of earlier runs: the raw report of a file, kept under a hash of all that it depends on.

That is the file's name and content, the options with the content of the overlays, and the build of kql-lint.  What is
selected, suppressed or in a baseline is no part of it: that is judged anew each time.  An entry is a small file of its
own, written whole or not at all, so that any number of runs can share the folder; one that is damaged is no entry.
Only reports without errors are kept.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from kql_lint import cachedir
from kql_lint.runner.report import FileReport, pack, unpack, with_source
from kql_lint.writing import forget

if TYPE_CHECKING:
    from kql_lint.runner.lint import Options

FOLDER = "results"
# Count up whenever a packed report changes its shape.
_FORMAT = 2
_DAY = 24 * 60 * 60.0
KEPT_DAYS = 30
KEPT_BYTES = 200_000_000


class ResultCache:
    """Finds and keeps reports; never fails: where there is no folder to be had, nothing is found."""

    def __init__(self) -> None:
        self._environments: dict[Options, bytes] = {}
        self._now = time.time()

    def key(self, path: str, options: Options, data: bytes) -> str:
        """What the report of a file with this content is kept under.  Raises CatalogueError for a wrong overlay."""
        from hashlib import blake2b

        environment = self._environments.get(options)
        if environment is None:
            environment = self._environments[options] = self._environment(options)
        name = os.path.basename(path)
        return blake2b(b"%s\0%s\0%s" % (environment, os.fsencode(name), data), digest_size=20).hexdigest()

    @staticmethod
    def _environment(options: Options) -> bytes:
        from hashlib import blake2b

        from kql_lint.runner.build import build_id
        from kql_lint.runner.lint import catalogue_of

        overlays = catalogue_of(options).fingerprint() if options.catalog or options.functions else ""
        parts = (_FORMAT, sys.version_info[:2], build_id(), tuple(options), overlays)
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=20).digest()

    def get(self, key: str, path: str, data: bytes) -> FileReport | None:
        """The report of a file with this content, if it is there."""
        stored = cachedir.load(_name(key))
        if not isinstance(stored, tuple) or len(stored) != 3 or stored[0] != key:
            return None
        if self._now - stored[1] > _DAY:
            cachedir.refresh(_name(key))
        try:
            return with_source(unpack(path, None, stored[2]), data)
        except (ValueError, TypeError):
            return None

    def put(self, key: str, report: FileReport) -> None:
        """Keep a report, unless something went wrong in it."""
        if report.source is not None and not report.errors and not report.problems:
            cachedir.save(_name(key), (key, self._now, pack(report)))


def _name(key: str) -> str:
    return f"{FOLDER}/{key[:2]}/{key[2:]}"


def prune(now: float | None = None) -> None:
    """Once a day, take away what was not used for long, and the oldest of too much.  Never raises."""
    folder = cachedir.cache_dir()
    if folder is None:
        return
    now = time.time() if now is None else now
    stamp = cachedir.load(f"{FOLDER}/pruned")
    if isinstance(stamp, float) and 0 <= now - stamp < _DAY:
        return
    cachedir.save(f"{FOLDER}/pruned", now)
    files = sorted(_files(os.path.join(folder, FOLDER)), reverse=True)
    room = KEPT_BYTES
    for used, size, path in files:
        room -= size
        old = now - used > (_DAY if path.endswith(".tmp") else KEPT_DAYS * _DAY)
        if old or room < 0:
            forget(path)


def _files(folder: str) -> list[tuple[float, int, str]]:
    """Every entry with when it was last used and its size; another run may take some away meanwhile."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            path = os.path.join(parent, name)
            try:
                about = os.stat(path)
            except OSError:
                continue
            if parent != folder:
                found.append((about.st_mtime, about.st_size, path))
    return found
