"""``kql-lint check --watch``: lint again whenever something that the last run looked at has changed.

Paths are polled, not watched by the operating system.  What a run depends on is known exactly (``reading.observed``):
some files and folders, places where a configuration could appear, overlays that lie elsewhere.  To ask for each of them
again takes a few microseconds, needs no library, and works on network drives and in containers, where notifications do
not arrive; to watch a work tree for notifications takes one for each folder of ``node_modules`` too.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn

from kql_lint import cachedir
from kql_lint.cli import Failure, printing
from kql_lint.cli.printing import complain
from kql_lint.reading import observed
from kql_lint.resources import catalog_folder
from kql_lint.wording import listing

INTERVAL = 0.4  # seconds between two polls
SHARE = 20  # a poll may take this part of the time, so that a large repository costs a twentieth of a processor
SETTLING = 0.05  # seconds without a further change that end a series of changes, such as a checkout
MOST_SETTLING = 40  # times that such a pause is waited for
NAMED = 3  # changed paths that are named
# What editors put beside a file while it is open or being saved: none of it is ever linted.
_TEMPORARY = re.compile(r"\.#.*|#.*#|.*~|\..*\.sw[a-z]|4913|.*\.tmp")


class _Stamp(NamedTuple):
    """What tells one state of a file or folder from another.  modified is in nanoseconds."""

    folder: bool
    inode: int
    size: int
    modified: int


class Seen:
    """The state of everything that a run looked at, as it was before it was looked at for the first time."""

    def __init__(self) -> None:
        self._stamps: dict[str, _Stamp | None] = {}
        self._names: dict[str, list[str]] = {}
        # Every run writes into the cache, and nothing in it changes what is found; the shipped catalogue is read once.
        self._others = tuple(os.path.join(folder, "") for folder in (cachedir.cache_dir(), catalog_folder()) if folder)

    def note(self, path: str) -> None:
        """Remembers the state of a path; what is not there has one too."""
        if path in self._stamps or path.startswith(self._others):
            return
        self._stamps[path] = stamp = _stamp(path)
        if stamp is not None and stamp.folder:
            self._names[path] = _listed(path)

    def changed(self) -> list[str]:
        """The paths that are not what they were, sorted: of a folder, what is new or gone in it."""
        found: set[str] = set()
        for path, before in self._stamps.items():
            found.update(self._differences(path, before))
        return sorted(found)

    def _differences(self, path: str, before: _Stamp | None) -> Iterable[str]:
        now = _stamp(path)
        if now == before:
            return ()
        if now is None or before is None or not (now.folder and before.folder):
            return (path,)
        names = set(self._names[path]).symmetric_difference(_listed(path))
        if not names:
            self._stamps[path] = now  # something came and went that is of no interest
        return (os.path.normpath(os.path.join(path, name)) for name in names)

    def __len__(self) -> int:
        """How many files there are among the paths."""
        return sum(stamp is not None and not stamp.folder for stamp in self._stamps.values())

    def state(self) -> list[_Stamp | None]:
        """The present state of all paths, to be compared with a later one."""
        return [_stamp(path) for path in self._stamps]


def _stamp(path: str) -> _Stamp | None:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    is_folder = stat.S_ISDIR(about.st_mode)
    return _Stamp(is_folder, about.st_ino, 0 if is_folder else about.st_size, about.st_mtime_ns)


def _listed(folder: str) -> list[str]:
    """The names in a folder, but for those of editors' own files."""
    try:
        return sorted(name for name in os.listdir(folder) if not _TEMPORARY.fullmatch(name))
    except OSError:
        return []


def watch(run: Callable[[], int], *, quiet: bool) -> NoReturn:
    """Calls run, and again whenever something that it looked at has changed, until somebody interrupts it.

    What is wrong with a configuration or an overlay is shown, and waited out.  Raises Failure for what no change of a
    file puts right, and KeyboardInterrupt.
    """
    from kql_lint.catalogue import CatalogueError
    from kql_lint.config import ConfigError
    from kql_lint.runner.lint import forget_catalogues

    while True:
        seen = Seen()
        with observed(seen.note):
            try:
                run()
            except Failure as error:
                if not isinstance(error.__cause__, (CatalogueError, ConfigError)):
                    raise
                error.show()
        printing.flush()
        if not quiet:
            complain(f"watching {len(seen):,} files for changes; press Ctrl-C to stop")
        changed = _next_change(seen)
        forget_catalogues()
        printing.clear(sys.stdout)
        if not quiet:
            complain(f"changed: {listing(list(map(_shown, changed)), limit=NAMED)}")


def _shown(path: str) -> str:
    """A path relative to the working directory where it lies below that."""
    return os.path.normpath(path).removeprefix(os.path.join(os.getcwd(), ""))


def _next_change(seen: Seen) -> list[str]:
    """Waits until something has changed, and until nothing changes any more; the paths that have changed."""
    pause = INTERVAL
    while True:
        time.sleep(pause)
        began = time.perf_counter()
        changed = seen.changed()
        if changed:
            _settle(seen)
            return seen.changed() or changed
        pause = max(INTERVAL, SHARE * (time.perf_counter() - began))


def _settle(seen: Seen) -> None:
    state = seen.state()
    for _ in range(MOST_SETTLING):
        time.sleep(SETTLING)
        before, state = state, seen.state()
        if state == before:
            return
