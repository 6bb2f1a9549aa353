"""Where files lie seen from the top of their repository: what services compare with the files they know."""

from __future__ import annotations

import os
from functools import lru_cache
from types import ModuleType
from urllib.parse import quote

from kql_lint.printable import whole
from kql_lint.repository import top_of

# What RFC 3986 lets stand in a path as it is, without ":", which could look like a scheme in a first segment.
_SAFE = "/!$&'()*+,;=@-._~"


def top_of_repository() -> str:
    """The absolute path of the top of the repository that the working directory lies in; else that directory."""
    here = os.getcwd()
    return top_of(here) or here


class Paths:
    """Paths for reports: with ``/``, and relative to ``root`` where they lie below it.

    flavour is ``os.path`` or another module like it; it is there for tests.
    """

    def __init__(self, root: str | None = None, flavour: ModuleType = os.path) -> None:
        self.flavour = flavour
        self.root = root or top_of_repository()
        self.below = lru_cache(maxsize=8)(self._below)

    def _below(self, path: str) -> str | None:
        """The path from the root on; None for what lies outside, also when links are followed."""
        full = self.flavour.abspath(path)
        found = self._from_root(full)
        return self._from_root(self.flavour.realpath(full)) if found is None else found

    def _from_root(self, full: str) -> str | None:
        flavour = self.flavour
        try:
            relative = flavour.relpath(full, self.root)
        except ValueError:  # on another drive of Windows
            return None
        first = relative.split(flavour.sep, 1)[0]
        return None if first == flavour.pardir else str(relative.replace(flavour.sep, "/"))

    def absolute(self, path: str) -> str:
        """The absolute path, as the operating system writes it."""
        return str(self.flavour.abspath(path))

    def shown(self, path: str) -> str:
        """From the root on, or absolute; always with ``/``, and with ``\\xff`` for a byte that is not UTF-8."""
        return whole(self.below(path) or self.absolute(path).replace(self.flavour.sep, "/"))

    def uri(self, path: str) -> tuple[str, bool]:
        """A URI for the path, percent-encoded, and whether it is relative to the root."""
        relative = self.below(path)
        if relative is not None:
            return quote(os.fsencode(relative), safe=_SAFE), True
        # "file:///C:/rules/a.kql": the colon of a drive stays.
        full = self.absolute(path).replace(self.flavour.sep, "/").lstrip("/")
        return "file:///" + quote(os.fsencode(full), safe=_SAFE + ":"), False
