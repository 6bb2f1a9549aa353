"""What holds for a file: its configuration, the entries of ``per-path`` that match it, and the command line on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kql_lint.config import Config, ConfigError, Configurations
from kql_lint.globs import Glob
from kql_lint.policy.fixing import Fixing, fixing
from kql_lint.policy.registry import Known, known_rules
from kql_lint.policy.select import Layer, UnknownRule, asked_for, match, resolve, severities
from kql_lint.repository import Boundary, around
from kql_lint.runner import Options

if TYPE_CHECKING:
    from kql_lint.config import Override
    from kql_lint.diagnostic import Severity
    from kql_lint.patterns import Chosen

Value = TypeVar("Value")


class Said(NamedTuple):
    """What the command line says of every file; None or empty where it says nothing.

    allowed are paths outside of the repository that links and configurations may lead to.
    """

    layer: Layer = Layer()
    fail_level: Severity | None = None
    platform: str | None = None
    strict_fields: bool | None = None
    catalog: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    baseline: str | None = None
    allowed: tuple[str, ...] = ()


class Settings(NamedTuple):
    """What holds for a file.

    overrides are the numbers of the entries of ``per-path`` that match it.  codes are the rules that hold, severities
    those that somebody gave one.  baseline is the path of the file whose findings are not reported, if there is one.
    fixing says which fixes are made.
    """

    config: Config
    overrides: tuple[int, ...]
    codes: frozenset[str]
    severities: Mapping[str, Severity]
    fail_level: Severity
    require_reason: bool
    baseline: str | None
    options: Options
    fixing: Fixing


class AllSettings:
    """The settings of each file, worked out once for all files that agree in them.

    unnamed is what a file is taken for whose name does not tell (see runner.Options).
    """

    def __init__(self, configurations: Configurations, said: Said | None = None, unnamed: str | None = None) -> None:
        self.configurations = configurations
        self.said = said or Said()
        self._unnamed = unnamed
        self._known: dict[tuple[str | None, str, tuple[int, ...]], Settings] = {}
        self._files: dict[str, Settings] = {}
        self._chosen: dict[str, list[Chosen]] = {}

    def of(self, path: str) -> Settings:
        """The settings of a file.  Raises ConfigError, and UnknownRule for a word of the command line."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = self._of(path)
        return found

    def _of(self, path: str) -> Settings:
        config = self.configurations.of_file(path)
        overrides = self._matching(config, path) if config.overrides else ()
        key = (config.path, config.root, overrides)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._settings(config, overrides)
        return found

    def _matching(self, config: Config, path: str) -> tuple[int, ...]:
        from kql_lint.patterns import Chosen, Patterns

        chosen = self._chosen.get(config.root)
        if chosen is None:
            chosen = [Chosen(Patterns(override.paths, config.root)) for override in config.overrides]
            self._chosen[config.root] = chosen
        return tuple(number for number, one in enumerate(chosen) if one.matches(path))

    def _settings(self, config: Config, numbers: tuple[int, ...]) -> Settings:
        rules = known_rules()
        verify(config, rules)
        overrides, said = [config.overrides[number] for number in numbers], self.said
        layers = [layer_of(config), *map(layer_of, overrides), said.layer]
        levels = severities([config.severity, *(one.severity for one in overrides)], rules)
        options = Options(
            platform=_last(config.platform, *(one.platform for one in overrides), said.platform),
            strict_fields=_last(config.strict_fields, *(one.strict_fields for one in overrides), said.strict_fields),
            catalog=(*config.catalog, *said.catalog),
            functions=(*config.functions, *said.functions),
            within=_within(config, said),
            unnamed=self._unnamed,
            query_keys=config.query_keys,
            fences=config.fences,
            extensions=config.extensions,
            allowed=said.allowed,
            extend_select=asked_for(layers, rules),
        )
        return Settings(
            config,
            numbers,
            resolve(layers, rules),
            {code: level.severity for code, level in levels.items()},
            _last(config.fail_level, *(one.fail_level for one in overrides), said.fail_level),
            _last(config.require_reason, *(one.require_reason for one in overrides)),
            said.baseline or config.baseline,
            options,
            fixing((config, *overrides), rules),
        )


def _within(config: Config, said: Said) -> Boundary | None:
    """Where overlays and functions may lie: where the configuration may lead, and around what the command line names.

    None where there are none: results that depend on no path are good for all.
    """
    named = [*said.catalog, *(Glob(pattern).base for pattern in said.functions)]
    if not named and not config.catalog and not config.functions:
        return None
    return config.boundary.plus((*said.allowed, *(root for path in named for root in around(path).roots)))


def layer_of(origin: Config | Override) -> Layer:
    """What a configuration or an entry of it says of rules."""
    return Layer(origin.select, origin.extend_select, origin.ignore)


def _last(first: Value, *others: Value | None) -> Value:
    """The last one that says something."""
    for other in others:
        first = first if other is None else other
    return first


def verify(config: Config, rules: tuple[Known, ...]) -> None:
    """That each word of a configuration names a rule; raises ConfigError at its place."""
    _verify(config, config, (), rules)
    for number, override in enumerate(config.overrides):
        _verify(config, override, ("per-path", number), rules)


def _verify(config: Config, origin: Config | Override, keys: tuple[str | int, ...], rules: tuple[Known, ...]) -> None:
    words: list[tuple[str, tuple[str | int, ...]]] = [
        *((word, ("select", number)) for number, word in enumerate(origin.select or ())),
        *((word, ("extend-select", number)) for number, word in enumerate(origin.extend_select)),
        *((word, ("ignore", number)) for number, word in enumerate(origin.ignore)),
        *((word, ("severity", word)) for word in origin.severity),
        *((word, ("fixable", number)) for number, word in enumerate(origin.fixable or ())),
        *((word, ("unfixable", number)) for number, word in enumerate(origin.unfixable)),
        *((word, ("extend-safe-fixes", number)) for number, word in enumerate(origin.extend_safe_fixes)),
        *((word, ("extend-unsafe-fixes", number)) for number, word in enumerate(origin.extend_unsafe_fixes)),
    ]
    for word, place in words:
        try:
            match(word, rules)
        except UnknownRule as error:
            raise ConfigError(config.place(*keys, *place), str(error)) from None
