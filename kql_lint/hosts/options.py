"""What a user may say of the files that queries lie in."""

from __future__ import annotations

from typing import NamedTuple


class HostOptions(NamedTuple):
    """What a user may say about where queries lie.

    query_keys are patterns of keys in YAML and JSON whose values are queries (see generic.py).  fences are the
    languages of Markdown's code blocks that are linted, in lower case.
    """

    query_keys: tuple[str, ...] = ()
    fences: tuple[str, ...] = ("kql", "kusto")


DEFAULT = HostOptions()
