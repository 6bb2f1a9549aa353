"""Which configuration governs a file: the nearest one above it, whatever else is linted.

Nothing is merged.  The search goes from the file's folder up to the top of its repository; outside of one, up to the
root of the file system.  A folder takes one configuration, so that no order among several has to be known.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from kql_lint.config import document
from kql_lint.config.document import Document
from kql_lint.config.keys import KEYS, read_keys
from kql_lint.config.model import Config, ConfigError, Place, Wrong
from kql_lint.globs import Glob
from kql_lint.reading import looks_at
from kql_lint.repository import Boundary, around, is_top, link_out

OWN_NAMES = (".kql-lint.toml", ".kql-lint.yaml", ".kql-lint.yml")
SHARED_NAME = "pyproject.toml"


class Configurations:
    """The configuration of each folder, read once.

    path is the file that holds everywhere instead, if there is one.  isolated: no file is read, and the defaults hold.
    allowed are paths outside of the repository that a configuration may lead to.  Raises ConfigError.
    """

    def __init__(self, path: str | None = None, *, isolated: bool = False, allowed: Sequence[str] = ()) -> None:
        self._allowed = tuple(allowed)
        self._fixed = load(path, allowed=allowed) if path is not None else None
        if isolated:
            self._fixed = Config(root=os.getcwd())
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
            found = _in_folder(folder, self._allowed)
            parent = os.path.dirname(folder)
            if found is None and (parent == folder or is_top(folder)):
                found = Config(root=folder)
            folder = parent
            found = found or self._folders.get(folder)
        for each in below:
            self._folders[each] = found
        return found


def load(path: str | None, start: str = ".", *, allowed: Sequence[str] = ()) -> Config:
    """The configuration in the file ``path``; without one, that which governs the folder ``start``.

    allowed is that of Configurations.  Raises ConfigError.
    """
    if path is None:
        return Configurations(allowed=allowed).of_folder(os.path.abspath(start))
    found = _read(path, allowed)
    if found is None:
        raise ConfigError(Place(path), "there is no [tool.kql-lint] in this file")
    return config_of(found, allowed)


def _read(path: str, allowed: Sequence[str]) -> Document | None:
    """A document, unless a link to it leads out of the repository: its mistakes would be shown with what is there."""
    if link_out(path) is not None and not Boundary(()).plus(allowed).holds(path):
        raise ConfigError(Place(path), f"this link {Boundary(()).crossed()}")
    return document.read(path)


def _in_folder(folder: str, allowed: Sequence[str]) -> Config | None:
    """The configuration that lies in a folder itself."""
    paths = (os.path.join(folder, name) for name in OWN_NAMES)
    own = [path for path in paths if _is_there(path)]
    shared = os.path.join(folder, SHARED_NAME)
    found = _read(own[0], allowed) if own else None
    other = _read(shared, allowed) if _is_there(shared) else None
    if len(own) > 1 or (own and other is not None):
        second = own[1] if len(own) > 1 else shared
        raise ConfigError(
            other.place() if len(own) == 1 and other is not None else Place(second),
            f"{os.path.basename(own[0])} lies beside it; a folder takes one configuration, so keep one of them",
        )
    found = found or other
    return config_of(found, allowed) if found is not None else None


def _is_there(path: str) -> bool:
    """Whether there is something to read; what can't be, such as a link to nowhere or a pipe, is no reason for none."""
    looks_at(path)
    return os.path.lexists(path) and not os.path.isdir(path)


def config_of(found: Document, allowed: Sequence[str] = ()) -> Config:
    """The values of a document; raises ConfigError at the place of what is wrong."""
    assert isinstance(found.table, dict)
    root = os.path.dirname(os.path.abspath(found.path))
    where = "[tool.kql-lint]" if found.prefix else os.path.basename(found.path)
    try:
        fields = read_keys(found.table, root, KEYS, where)
    except Wrong as error:
        place = found.place(*error.keys) if error.at_key else found.value_place(*error.keys)
        raise ConfigError(place, error.message) from None
    boundary = around(root).plus(allowed)
    config = Config(root=root, path=found.path, document=found, boundary=boundary, **fields)  # type: ignore[arg-type]  # as their readers give
    _keep_inside(config)
    return config


def _keep_inside(config: Config) -> None:
    """Raises ConfigError at the first path that leads out of the configuration's repository."""
    named: list[tuple[str, tuple[str | int, ...]]] = [
        *((path, ("catalog", number)) for number, path in enumerate(config.catalog)),
        *((Glob(pattern).base, ("functions", number)) for number, pattern in enumerate(config.functions)),
        *((path, ("baseline",)) for path in (config.baseline,) if path is not None),
    ]
    for path, keys in named:
        if not config.boundary.holds(path):
            assert config.document is not None
            written = config.document.get(*keys)
            raise ConfigError(config.document.value_place(*keys), f'"{written}" {config.boundary.crossed()}')
