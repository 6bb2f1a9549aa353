"""The repository that files lie in, and how far what lies in it may lead: not out of it.  A leaf.

Whoever writes a branch chooses what its links and its configuration lead to: a key of the machine, a log of another
job, a file that is then overwritten.  So they lead nowhere but into their own repository, unless the user says so on
the command line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

GIT = ".git"


def top_of(folder: str, marks: Iterable[str] = (GIT,)) -> str | None:
    """The nearest folder, from this one up, that has a ``.git``: the top of a repository; None outside of one.

    folder is absolute; its links are not resolved.  In a linked work tree and a submodule ``.git`` is a file.  marks
    are what may lie there in its place.
    """
    while not any(os.path.lexists(os.path.join(folder, mark)) for mark in marks):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def is_top(folder: str) -> bool:
    """Whether a folder has a ``.git``."""
    return os.path.lexists(os.path.join(folder, GIT))


class Boundary(NamedTuple):
    """Where files may be read: below some folders, all links followed, but not in git's own.

    roots are absolute and have no links in them; the first one is the top of a repository, or else a folder or file.
    """

    roots: tuple[str, ...]
    repository: bool = True

    def holds(self, path: str) -> bool:
        """Whether a path leads to a place inside; nothing need be there."""
        drive = os.path.splitdrive(os.path.abspath(path))[0]
        if drive[:2] in ("\\\\", "//") and not any(root.startswith(drive) for root in self.roots):
            return False  # another machine of a Windows network: to ask for such a path logs the user in there
        try:
            real = os.path.realpath(path)
        except ValueError:
            return True  # no file can have this name, as whoever reads it will say
        return any(_is_below(real, root) for root in self.roots)

    def plus(self, roots: Iterable[str]) -> Boundary:
        """The same with more roots, whatever links they are named by."""
        return self._replace(roots=(*self.roots, *map(os.path.realpath, roots)))

    def crossed(self) -> str:
        """What to say of a path that leads outside, behind what it is."""
        return f"leads out of {'the repository' if self.repository else 'the folder'}; --allow-outside PATH allows that"


def _is_below(real: str, root: str) -> bool:
    prefix = os.path.join(root, "")
    return real == root or (real.startswith(prefix) and GIT not in real[len(prefix) :].lower().split(os.sep))


def around(path: str) -> Boundary:
    """The repository that a file or folder lies in, all links followed; outside of one, that file or folder alone."""
    real = os.path.realpath(path)
    top = top_of(real if os.path.isdir(real) else os.path.dirname(real))
    return Boundary((real if top is None else top,), top is not None)


def link_out(path: str) -> str | None:
    """The first link on a path that leads out of the repository that it lies in, if there is one.

    What lies outside of any repository is nobody's but the user's, and its links lead wherever they like.
    """
    full = os.path.abspath(path)
    drive, rest = os.path.splitdrive(full)
    place = drive + os.sep
    for name in rest.split(os.sep):
        place = os.path.join(place, name)
        if os.path.islink(place):
            top = top_of(os.path.realpath(os.path.dirname(place)))
            if top is not None and not Boundary((top,)).holds(place):
                return place
    return None
