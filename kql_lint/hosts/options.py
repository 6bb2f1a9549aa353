"""What a user may say of the files that queries lie in."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class Loaded(NamedTuple):
    """The content of another file, or why there is none: a message that begins with its name.

    missing: it is not there, as one that a build makes would be.  linted: it is a file that is linted itself, if its
    folder is.
    """

    text: str | None
    why: str = ""
    missing: bool = False
    linted: bool = True


Load: TypeAlias = Callable[[str], Loaded]
"""Gives the content of a file by its path relative to the folder of the one that names it, with ``/``; never raises."""


class HostOptions(NamedTuple):
    """What a user may say about where queries lie.

    query_keys are patterns of keys in YAML and JSON whose values are queries (see generic.py).  fences are the
    languages of Markdown's code blocks that are linted, in lower case.  load gives the content of another file that
    the one that is read names; without it, what such files hold is not known.
    """

    query_keys: tuple[str, ...] = ()
    fences: tuple[str, ...] = ("kql", "kusto")
    load: Load | None = None


DEFAULT = HostOptions()
