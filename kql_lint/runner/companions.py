"""Files that a rule's file names, such as ``loadTextContent('q.kql')``: read within its repository, and remembered."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from kql_lint.hosts.options import Loaded
from kql_lint.reading import RULE, Unreadable, read_file
from kql_lint.repository import Boundary, around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MODULE = re.compile(r"(?m)^[ \t]*module[ \t]+\w+[ \t]+'([^'$\r\n]+\.bicep)'")
# A file that Bicep or Terraform loads, where its name is written out.
_NAMED = re.compile(r"""\b(?:loadTextContent|file|templatefile)\(\s*["']((?:\$\{path\.\w+\}|[^"'$\r\n])+)["']""")
_FOLDER = re.compile(r"\$\{path\.\w+\}")
# How many bytes of other files one file may have read: more than a repository of rules has.
_MOST = 50_000_000


class Companions:
    """Reads what the file at path names; allowed are paths outside of its repository that may be read too.

    extensions are those of hosts.kind_of, which tell whether such a file is linted itself.  content gives what a file
    has, by its path, where that is not what lies there: None for one that there is not.

    seen has the paths that were asked for, as they were named, each with a hash of its content ("" where there is
    none): what the report of the file depends on besides the file.
    """

    def __init__(
        self,
        path: str,
        allowed: Sequence[str] = (),
        extensions: Sequence[tuple[str, str]] = (),
        content: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self._folder = os.path.dirname(path)
        self._allowed = allowed
        self._extensions = extensions
        self._content = content
        self._boundary: Boundary | None = None
        self._known: dict[str, Loaded] = {}
        self._left = _MOST
        self.seen: dict[str, str] = {}

    def load(self, named: str) -> Loaded:
        """The text of a file, by its path relative to the folder of the one that names it."""
        if named not in self._known:
            self._known[named] = self._load(named)
        return self._known[named]

    def _load(self, named: str) -> Loaded:
        from kql_lint.source import read_source

        self.seen[named] = ""
        try:
            data = self._read(named)
            self.seen[named] = _hash(data)
            text = read_source(named, data).text
            return Loaded(text, linted=self._is_linted(named, text))
        except Unreadable as error:
            return Loaded(None, f"{named}: {error.message}", error.missing)

    def _is_linted(self, named: str, text: str) -> bool:
        from kql_lint.hosts import GUESSED, kind_of, may_have_queries

        kind = kind_of(named, self._extensions)
        return kind == "plain" or (kind == GUESSED and may_have_queries(kind, text))

    def _read(self, named: str) -> bytes:
        path = _place(self._folder, named)
        if self._boundary is None:
            self._boundary = _boundary(self._folder).plus(self._allowed)
        if not self._boundary.holds(path):
            raise Unreadable(self._boundary.crossed())
        data = read_file(path, RULE) if self._content is None else self._content(path)
        if data is None:
            raise Unreadable("is not there", missing=True)
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable("is not read: the files that this one names are too large together")
        return data

    def are(self, seen: Sequence[tuple[str, str]]) -> bool:
        """Whether files that were read once, with the hash of each, are what they were."""
        for named, _ in seen:
            self.load(named)
        return all(self.seen[named] == known for named, known in seen)


def places(path: str, seen: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The paths of the files that the one at path names, given as Companions.seen has them."""
    return (_place(os.path.dirname(path), named) for named, _ in seen)


def _place(folder: str, named: str) -> str:
    return named if os.path.isabs(named) else os.path.join(folder, *named.split("/"))


def named_by(path: str) -> Iterator[str]:
    """The paths of the files that a Bicep or Terraform file at path loads, as far as a look at its text tells."""
    if path.lower().endswith((".bicep", ".tf")):
        try:
            text = read_file(path, RULE).decode("utf-8", "replace")
        except Unreadable:
            return
        for found in (*_NAMED.finditer(text), *_MODULE.finditer(text)):
            yield os.path.join(os.path.dirname(path), *_FOLDER.sub(".", found[1]).split("/"))


def _boundary(folder: str) -> Boundary:
    """The repository of a folder; outside of one, the working directory if the folder lies in it, else the folder."""
    found, here = around(folder or os.curdir), os.path.realpath(os.curdir)
    if not found.repository and Boundary((here,)).holds(folder or os.curdir):
        return Boundary((here,), repository=False)
    return found


def _hash(data: bytes) -> str:
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()
