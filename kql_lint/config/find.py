"""Which configuration governs a file: the nearest one above it, whatever else is linted.

Nothing is merged.  The search goes from the file's folder up to the top of its repository; outside of one, up to the
root of the file system.  A folder takes one configuration, so that no order among several has to be known.
"""

from __future__ import annotations

import os

from kql_lint.config import document
from kql_lint.config.document import Document
from kql_lint.config.keys import KEYS, read_keys
from kql_lint.config.model import Config, ConfigError, Place, Wrong

OWN_NAMES = (".kql-lint.toml", ".kql-lint.yaml", ".kql-lint.yml")
SHARED_NAME = "pyproject.toml"


class Configurations:
    """The configuration of each folder, read once.  path is the file that holds everywhere instead, if there is one."""

    def __init__(self, path: str | None = None) -> None:
        self._fixed = load(path) if path is not None else None
        self._folders: dict[str, Config] = {}

    def of_file(self, path: str) -> Config:
        """The configuration that governs a file, which need not exist.  Raises ConfigError."""
        return self.of_folder(os.path.dirname(os.path.abspath(path)))

    def of_folder(self, folder: str) -> Config:
        """The configuration that governs the files of a folder, given by its absolute path.  Raises ConfigError."""
        if self._fixed is not None:
            return self._fixed
        below = []
        found = self._folders.get(folder)
        while found is None:
            below.append(folder)
            found = _in_folder(folder)
            parent = os.path.dirname(folder)
            if found is None and (parent == folder or os.path.exists(os.path.join(folder, ".git"))):
                found = Config(root=folder)
            folder = parent
            found = found or self._folders.get(folder)
        for each in below:
            self._folders[each] = found
        return found


def load(path: str | None, start: str = ".") -> Config:
    """The configuration in the file ``path``; without one, that which governs the folder ``start``.

    Raises ConfigError.
    """
    if path is None:
        return Configurations().of_folder(os.path.abspath(start))
    found = document.read(path)
    if found is None:
        raise ConfigError(Place(path), "there is no [tool.kql-lint] in this file")
    return config_of(found)


def _in_folder(folder: str) -> Config | None:
    """The configuration that lies in a folder itself."""
    paths = (os.path.join(folder, name) for name in OWN_NAMES)
    # A link that leads nowhere is a configuration that can't be read, not none.
    own = [path for path in paths if os.path.isfile(path) or (os.path.islink(path) and not os.path.exists(path))]
    shared = os.path.join(folder, SHARED_NAME)
    found = document.read(own[0]) if own else None
    other = document.read(shared) if os.path.isfile(shared) else None
    if len(own) > 1 or (own and other is not None):
        second = own[1] if len(own) > 1 else shared
        raise ConfigError(
            other.place() if len(own) == 1 and other is not None else Place(second),
            f"{os.path.basename(own[0])} lies beside it; a folder takes one configuration, so keep one of them",
        )
    found = found or other
    return config_of(found) if found is not None else None


def config_of(found: Document) -> Config:
    """The values of a document; raises ConfigError at the place of what is wrong."""
    assert isinstance(found.table, dict)
    root = os.path.dirname(os.path.abspath(found.path))
    where = "[tool.kql-lint]" if found.prefix else os.path.basename(found.path)
    try:
        fields = read_keys(found.table, root, KEYS, where)
    except Wrong as error:
        place = found.place(*error.keys) if error.at_key else found.value_place(*error.keys)
        raise ConfigError(place, error.message) from None
    return Config(root=root, path=found.path, document=found, **fields)  # type: ignore[arg-type]  # as their readers give
