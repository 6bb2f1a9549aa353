"""What holds for each open text: the configurations and overlays of its folder, read again when they change.

What can't be used is a trouble, which is shown at its place.  Until it is put right, what held before goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import CatalogueError
from kql_lint.config import ConfigError, Configurations
from kql_lint.discover import discover, is_left_out
from kql_lint.hosts import SUFFIXES, kind_of
from kql_lint.patterns import Patterns
from kql_lint.policy.apply import Policy
from kql_lint.policy.select import UnknownRule
from kql_lint.policy.settings import AllSettings, Said
from kql_lint.runner import FunctionProblem, Options, catalogue_of, refresh_catalogues

if TYPE_CHECKING:
    from kql_lint.lsp.documents import Document


class Given(NamedTuple):
    """What the command line says of every text."""

    said: Said = Said()
    config: str | None = None
    isolated: bool = False


class Trouble(NamedTuple):
    """What is wrong with a configuration, or with a file that it names: 1-based line and column in code points."""

    path: str
    line: int
    column: int
    message: str


class Judge(NamedTuple):
    """How a text is linted, what judges its findings, and the path of the baseline that they are compared with."""

    options: Options
    policy: Policy
    baseline: str | None


class _State(NamedTuple):
    configurations: Configurations
    settings: AllSettings
    policy: Policy


class Governing:
    """What holds for texts, and the troubles with it.  number counts how often it was read."""

    def __init__(self, given: Given) -> None:
        self.number = 0
        self.troubles: dict[Trouble, None] = {}
        self._given = given
        self._before: _State | None = None
        self._now = self._read()

    def reload(self) -> None:
        """Reads configurations, overlays, functions and baselines again."""
        if self._now is not None and not self.troubles:
            self._before = self._now
        self.number += 1
        self.troubles = {}
        for error in refresh_catalogues():
            self._note(error)
        self._now = self._read()

    def _read(self) -> _State | None:
        given = self._given
        try:
            found = Configurations(given.config, isolated=given.isolated, allowed=given.said.allowed)
        except ConfigError as error:
            self._note(error)
            return None
        settings = AllSettings(found, given.said)
        return _State(found, settings, Policy(settings, stale=False))

    def of(self, document: Document) -> Judge | None:
        """How a text is linted; None where nothing can be used that is said about that, which is a trouble then."""
        judge = self.at(document.source.path)
        if judge is None or not document.is_kql:
            return judge
        return judge._replace(options=judge.options._replace(unnamed="plain"))

    def at(self, path: str) -> Judge | None:
        """How a file is linted, as of does."""
        for state in (self._now, self._before):
            if state is None:
                continue
            try:
                options = _usable(state, path)
            except (ConfigError, CatalogueError, UnknownRule) as error:
                if state is self._now:
                    self._note(error)
                continue
            return Judge(options, state.policy, state.settings.of(path).baseline)
        return None

    def files(self, folders: list[str]) -> list[str]:
        """The absolute paths of the files that a run over some folders would lint."""
        state = self._now
        if state is None or not folders:
            return []
        configurations = state.configurations

        def also(folder: str, name: str) -> bool:
            return kind_of(name, configurations.of_folder(folder).extensions) is not None

        configured = None if self._given.isolated else _patterns(configurations)
        allowed, gitignore = self._given.said.allowed, not self._given.isolated
        try:
            found = discover(folders, SUFFIXES, configured=configured, also=also, allowed=allowed, gitignore=gitignore)
        except ConfigError as error:
            self._note(error)
            return []
        return [os.path.abspath(path) for path in found.files if path not in found.refused]

    def leaves_out(self, document: Document, folder: str) -> bool:
        """Whether a run over a folder would pass over the file of a text, or no host reads it."""
        path, state = document.source.path, self._now
        if state is None:
            return False
        try:
            config = state.configurations.of_file(path)
            if kind_of(path, config.extensions) is None and not document.is_kql:
                return True
            return is_left_out(path, folder, None if self._given.isolated else _patterns(state.configurations))
        except ConfigError:
            return False

    def faults(self, options: Options) -> list[FunctionProblem]:
        """What is wrong with files that were to define functions."""
        faults = catalogue_of(options).faults
        return [FunctionProblem(one.path, one.line, one.column, one.message) for one in faults]

    def _note(self, error: ConfigError | CatalogueError | UnknownRule) -> None:
        if isinstance(error, ConfigError):
            place = error.place
            found = [Trouble(os.path.abspath(place.path), place.line or 1, place.column or 1, error.message)]
        elif isinstance(error, CatalogueError):
            found = [Trouble(os.path.abspath(one.path), one.line, one.column, one.message) for one in error.problems]
        else:
            found = [Trouble(os.getcwd(), 1, 1, str(error))]
        self.troubles.update(dict.fromkeys(found))


def _usable(state: _State, path: str) -> Options:
    """The options for a file, if all that they name can be used.  Raises ConfigError, CatalogueError, UnknownRule."""
    state.policy.prepare([path])
    options = state.policy.options(path)
    catalogue_of(options)
    return options


def _patterns(configurations: Configurations) -> Callable[[str], Patterns]:
    """What gives the patterns of files that the configuration of a folder leaves out."""

    def of_folder(folder: str) -> Patterns:
        config = configurations.of_folder(folder)
        return Patterns(config.exclude, config.root)

    return of_folder
