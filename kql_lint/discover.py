"""From the paths a user names to the files to lint: sorted, each once, ignored ones left out.

Directories are walked; what ``.gitignore`` files, the default exclusions and the user's own patterns name is skipped.
A file that is named outright is always taken, unless ``force_exclude`` says that the patterns hold for it too
(pre-commit names every file outright).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.patterns import Patterns, compiled, verdict
from kql_lint.reading import IGNORE, Unreadable, looks_at, read_file
from kql_lint.repository import Boundary, around, link_out, top_of

if TYPE_CHECKING:
    from kql_lint.patterns import Spec

# Folders that hold other people's or generated files.  A pattern `!name/` of the user's brings one back.
DEFAULT_EXCLUDE = (
    ".eggs .git .hg .svn .idea .vscode .venv venv .direnv .tox .nox .terraform .mypy_cache .pytest_cache .ruff_cache "
    "__pycache__ node_modules site-packages"
).split()


class Problem(NamedTuple):
    """A path that could not be followed.  fatal: part of what was asked for is left unread, so the run has failed."""

    path: str
    message: str
    fatal: bool = True


class Discovery(NamedTuple):
    """The files to lint in the order of their reports, and what stood in the way.

    refused are those of the files that are not to be read, since a link leads out of its repository.
    """

    files: list[str]
    problems: list[Problem]
    refused: AbstractSet[str] = frozenset()


def discover(
    paths: Sequence[str],
    suffixes: Collection[str],
    exclude: Sequence[Patterns] = (),
    *,
    configured: Callable[[str], Patterns] | None = None,
    also: Callable[[str, str], bool] | None = None,
    force_exclude: bool = False,
    allowed: Sequence[str] = (),
    gitignore: bool = True,
) -> Discovery:
    """Finds the files under ``paths`` whose name ends in one of ``suffixes`` (lower case, with the dot).

    also says of the name of another file, and the folder that it lies in (as below), whether it is taken too.
    exclude holds everywhere, after what configured gives for what lies in a folder (an absolute path without links).
    Links are followed inside of the repositories that the paths lie in (outside of one, below the folders themselves),
    and into what is allowed.  gitignore: whether ``.gitignore`` files count.

    Never raises for a path that is missing or unreadable: it becomes a problem, and the others are still followed.
    """
    named = list(map(_shown, paths))
    boundary = Boundary(()).plus(allowed)
    followed = [path for path in named if link_out(path) is None or boundary.holds(path)]
    inside = [around(path) for path in followed if os.path.isdir(path)]
    boundary = boundary.plus(root for one in inside for root in one.roots)
    boundary = boundary._replace(repository=all(one.repository for one in inside))
    walk = _Walk(tuple(suffixes), also, _Ignores(exclude, configured, gitignore), boundary)
    for path in named:
        looks_at(path)
        real = os.path.realpath(path)
        if path not in followed:
            if not (force_exclude and walk.ignores.excludes(os.path.abspath(path), is_dir=os.path.isdir(path))):
                walk.leads_out(path, real, fatal=True)
        elif os.path.isdir(path):
            walk.directory(path, real)
        elif not os.path.lexists(path):
            walk.problem(path, "no such file or directory")
        elif not os.path.isfile(path) and os.path.exists(path):
            walk.problem(path, "neither a file nor a directory")
        elif not (force_exclude and walk.ignores.excludes(real, is_dir=False)):
            walk.file(path, real)
    walk.found.files.sort(key=lambda path: path.split(os.sep))
    return walk.found._replace(refused=walk.refused)


def is_left_out(path: str, folder: str, configured: Callable[[str], Patterns] | None = None) -> bool:
    """Whether a search in a folder would pass over a file that lies below it, which need not be there.

    Patterns are those of discover.  A file that lies elsewhere is not left out.
    """
    real, top = os.path.realpath(path), os.path.realpath(folder)
    if not real.startswith(os.path.join(top, "")):
        return False
    ignores = _Ignores((), configured, True)
    ignores.enter_root(top)
    names = os.path.relpath(real, top).split(os.sep)
    place = top
    for number, name in enumerate(names, 1):
        ignores.read_gitignore(place)
        place = os.path.join(place, name)
        if ignores.excludes(place, is_dir=number < len(names)):
            return True
    return False


def _shown(path: str) -> str:
    """A path as reports name it: relative to the working directory where it lies below that."""
    path = os.path.normpath(path)
    here = os.getcwd()
    if path == here:
        return os.curdir
    below = os.path.join(here, "")
    return path[len(below) :] if path.startswith(below) else path


class _Folder(NamedTuple):
    """A folder, or a link, still to be followed: as the user sees it, where it is, the folders around it."""

    path: str
    real: str
    above: frozenset[str]


class _Walk:
    """One discovery: what was found so far, and the real paths already seen."""

    def __init__(
        self,
        suffixes: tuple[str, ...],
        also: Callable[[str, str], bool] | None,
        ignores: _Ignores,
        boundary: Boundary,
    ) -> None:
        self.suffixes = suffixes
        self.also = also
        self.ignores = ignores
        self.boundary = boundary
        self.found = Discovery([], [])
        self.refused: set[str] = set()
        self.seen: set[str] = set()

    def problem(self, path: str, message: str, *, fatal: bool = True) -> None:
        self.found.problems.append(Problem(path, message, fatal))

    def file(self, path: str, real: str) -> None:
        if real not in self.seen:
            self.seen.add(real)
            self.found.files.append(path)

    def leads_out(self, path: str, real: str, *, fatal: bool) -> None:
        """Notes a link that leads out of its repository: a folder is said, a file is one that can't be read."""
        if os.path.isdir(real):
            self.problem(path, f"skipped: this link {self.boundary.crossed()}", fatal=fatal)
        else:
            self.refused.add(path)
            self.file(path, path)

    def directory(self, path: str, real: str) -> None:
        """Takes what lies below a folder.  Links wait until the end, so that a file keeps the name it really has."""
        # Lists, not recursion: folders may be nested deeper than Python's stack goes.
        self.ignores.enter_root(real)
        folders, links = [_Folder(path, real, frozenset((real,)))], list[_Folder]()
        while folders or links:
            folder = folders.pop() if folders else links.pop(0)
            if not os.path.isdir(folder.real):
                self.file(folder.path, folder.real)
            elif folder.real not in self.seen:
                self.seen.add(folder.real)
                for entry in self._entries(folder):
                    self._step(folder, entry, folders, links)

    def _step(self, folder: _Folder, entry: os.DirEntry[str], folders: list[_Folder], links: list[_Folder]) -> None:
        path = entry.name if folder.path == os.curdir else os.path.join(folder.path, entry.name)
        real = os.path.join(folder.real, entry.name)
        if entry.is_symlink():
            real = os.path.realpath(real)
            if real in folder.above:
                self.problem(path, f"skipped: this link leads back to {real}, a folder that it lies in", fatal=False)
            elif not self.boundary.holds(real):
                self.leads_out(path, real, fatal=False)
            else:
                links.append(_Folder(path, real, folder.above | {real}))
        elif entry.is_dir():
            folders.append(_Folder(path, real, folder.above | {real}))
        else:
            self.file(path, real)

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        """The folders and matching files of one folder that are not ignored, in the order of their names."""
        looks_at(folder.path)
        try:
            with os.scandir(folder.path) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self.problem(folder.path, f"cannot be read: {error.strerror or error}")
            return []
        if any(entry.name == ".gitignore" for entry in entries):
            self.ignores.read_gitignore(folder.real)
        taken = []
        for entry in entries:
            is_dir = os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()
            real = os.path.join(folder.real, entry.name)
            if (is_dir or self._is_ours(entry, folder.real)) and not self.ignores.excludes(real, is_dir=is_dir):
                taken.append(entry)
        return taken

    def _is_ours(self, entry: os.DirEntry[str], folder: str) -> bool:
        # A link to nowhere counts as a file: reading it then says what is wrong instead of passing over it.
        named = entry.name.lower().endswith(self.suffixes) or (self.also is not None and self.also(folder, entry.name))
        return named and (entry.is_symlink() or entry.is_file())


class _Ignores:
    """Which real paths are left out.  Without any pattern this is a look at a set."""

    def __init__(
        self, exclude: Sequence[Patterns], configured: Callable[[str], Patterns] | None, gitignore: bool
    ) -> None:
        self._gitignore = gitignore
        self._names = frozenset(DEFAULT_EXCLUDE)
        self._exclude = exclude
        self._configured = configured
        self._user: dict[Sequence[Patterns], list[tuple[str, Spec]]] = {}
        self._git: dict[str, Spec] = {}

    def excludes(self, real: str, *, is_dir: bool) -> bool:
        found = self._by_user(real, is_dir)
        return self._by_git(real, is_dir) if found is None else found

    def enter_root(self, real: str) -> None:
        """Reads the .gitignore files above a folder, up to the top of its repository."""
        top = top_of(real)
        while top is not None and real != top:  # outside of a repository nothing above the folder speaks about it
            real = os.path.dirname(real)
            self.read_gitignore(real)

    def read_gitignore(self, folder: str) -> None:
        path = os.path.join(folder, ".gitignore")
        if not self._gitignore or folder in self._git or os.path.islink(path):
            return  # git follows no links here either
        try:
            data = read_file(path, IGNORE)
        except Unreadable:
            return  # then it excludes nothing, as with git
        lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._git[folder] = compiled(lines)

    def _by_user(self, real: str, is_dir: bool) -> bool | None:
        given = tuple(self._exclude)
        if self._configured is not None:
            given = (self._configured(os.path.dirname(real)), *given)
        if not any(item.patterns for item in given):
            return True if is_dir and os.path.basename(real) in self._names else None
        if given not in self._user:
            self._user[given] = _specs(given)
        last = None
        for root, spec in self._user[given]:
            found = verdict(spec, root, real, is_dir=is_dir)
            last = last if found is None else found
        return last

    def _by_git(self, real: str, is_dir: bool) -> bool:
        folder = os.path.dirname(real) if self._git else ""
        while folder:
            spec = self._git.get(folder)
            found = None if spec is None else verdict(spec, folder, real, is_dir=is_dir)
            if found is not None:
                return found
            parent = os.path.dirname(folder)
            folder = "" if parent == folder else parent
        return False


def _specs(given: Sequence[Patterns]) -> list[tuple[str, Spec]]:
    """What each origin leaves out below its root; the first one begins with the folders that nobody wants."""
    specs: list[tuple[str, Spec]] = []
    for item in given:
        defaults = [] if specs else [f"{name}/" for name in DEFAULT_EXCLUDE]
        if item.patterns:
            specs.append((os.path.realpath(item.root), compiled([*defaults, *item.patterns])))
    return specs
