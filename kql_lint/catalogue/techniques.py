"""MITRE ATT&CK's techniques (enterprise, mobile and ICS): ``catalog/attack_techniques.tsv``, a line each.

    as_of  2025-11
    T1059  Execution                     a technique and its tactics, in Sentinel's spelling
    T1064  DefenseEvasion,Execution  deprecated
    T1086  Execution  revoked  T1059.001    what became of it, where that is one technique

The tactics are ATT&CK's together with those of Microsoft's template checks, which are older: what neither of them has
is none of the technique's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kql_lint.catalogue.problems import Problem
from kql_lint.catalogue.store import read_text

TECHNIQUES = "attack_techniques.tsv"
FORM = re.compile(r"T\d{4}(?:\.\d{3})?")
"""How a technique or sub-technique is written."""
_HEAD = re.compile(r"as_of\t(\d{4}-\d{2})")
_STATES = ("", "deprecated", "revoked")


class Technique(NamedTuple):
    """A technique: its tactics, and whether it is current (``""``), ``deprecated`` or ``revoked``.

    successor is what a revoked one has become, where that is a current technique.
    """

    id: str
    tactics: frozenset[str]
    state: str = ""
    successor: str | None = None


class Techniques:
    """The techniques of a catalog folder, read when the first one is asked for; raises CatalogueError then."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, TECHNIQUES)
        self._known: dict[str, Technique] | None = None

    def find(self, id: str) -> Technique | None:
        """The technique with an id (``T1059.001``), whose case counts."""
        return self.known().get(id)

    def known(self) -> Mapping[str, Technique]:
        """All techniques by their ids, in order."""
        if self._known is None:
            lines = read_text(self._path).splitlines()[1:]
            self._known = {one.id: one for one in map(_technique, lines)}
        return self._known


def _technique(line: str) -> Technique:
    name, tactics, state, successor = [*line.split("\t"), "", "", ""][:4]
    return Technique(name, frozenset(tactics.split(",")) - {""}, state, successor or None)


def check(folder: str) -> Iterator[Problem]:
    """What is wrong with the file of a catalog folder; nothing where there is none."""
    path = os.path.join(folder, TECHNIQUES)
    if not os.path.exists(path):
        return
    head, *lines = read_text(path).splitlines()
    if not _HEAD.fullmatch(head):
        yield Problem(path, 1, 1, 'the first line must be "as_of", a tab, and a year and month (YYYY-MM)')
    known = {one.id: one for one in map(_technique, lines)}
    before = ""
    for number, line in enumerate(lines, 2):
        one = _technique(line)
        if not FORM.fullmatch(one.id):
            yield Problem(path, number, 1, f'"{one.id}" is no technique')
        elif one.id <= before:
            yield Problem(path, number, 1, f'"{one.id}" is not in its place: the techniques must be sorted, each once')
        elif one.state not in _STATES:
            yield Problem(path, number, 1, f'"{one.state}" is no state of a technique')
        elif one.successor is not None and (one.successor not in known or known[one.successor].state):
            yield Problem(path, number, 1, f'"{one.successor}" is no current technique')
        before = one.id
