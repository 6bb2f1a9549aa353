"""What holds for a file, and where each part of that is said: what ``kql-lint config FILE`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.config import KEYS
from kql_lint.policy.select import decide, severities
from kql_lint.policy.settings import AllSettings, layer_of

if TYPE_CHECKING:
    from kql_lint.config import Config, Override, Place
    from kql_lint.rules.rule import Rule

# Of these, what an entry of per-path says comes on top; of the others, it takes the place of what was said before.
_ADDED = ("select", "extend-select", "ignore", "severity")


class Value(NamedTuple):
    """A key with the value that holds, as the file has it (or a default, as a user would write it), and its place."""

    key: str
    value: object
    origin: Place | None


class Entry(NamedTuple):
    """An entry of per-path: its patterns, whether they match the file, its place, and what it says."""

    paths: tuple[str, ...]
    applies: bool
    origin: Place
    values: tuple[Value, ...]


class RuleState(NamedTuple):
    """A rule: whether it holds, its severity, and where each was decided (None: it is the default)."""

    rule: Rule
    holds: bool
    severity: str
    decided: Place | None
    severity_origin: Place | None


class Holding(NamedTuple):
    """All that holds for a file.  excluded is the place that leaves it out when a folder is searched."""

    path: str
    config: str | None
    excluded: Place | None
    values: list[Value]
    entries: list[Entry]
    rules: list[RuleState]


def holding(settings: AllSettings, path: str) -> Holding:
    """What holds for a file, which need not exist.  Raises ConfigError."""
    found = settings.of(path)
    config = found.config
    return Holding(
        path,
        config.path,
        _excluded(config, path),
        [_value(config, key, found.overrides) for key in KEYS if key != "per-path"],
        [_entry(config, number, number in found.overrides) for number in range(len(config.overrides))],
        _rules(config, found.overrides),
    )


def _excluded(config: Config, path: str) -> Place | None:
    if not config.exclude:
        return None
    from kql_lint.patterns import Chosen, Patterns

    return config.place("exclude") if Chosen(Patterns(config.exclude, config.root)).matches(path) else None


def _value(config: Config, key: str, overrides: tuple[int, ...]) -> Value:
    for number in reversed(overrides) if key not in _ADDED else ():
        if config.says("per-path", number, key):
            return _said(config, "per-path", number, key)
    if config.says(key):
        return _said(config, key)
    import json

    default = KEYS[key].default
    return Value(key, None if default == "none" else json.loads(default), None)


def _said(config: Config, *keys: str | int) -> Value:
    assert config.document is not None
    return Value(str(keys[-1]), config.document.get(*keys), config.place(*keys))


def _entry(config: Config, number: int, applies: bool) -> Entry:
    override = config.overrides[number]
    said = [key for key in KEYS if config.says("per-path", number, key)]
    values = tuple(_said(config, "per-path", number, key) for key in said)
    return Entry(override.paths, applies, config.place("per-path", number), values)


def _rules(config: Config, numbers: tuple[int, ...]) -> list[RuleState]:
    from kql_lint.rules import RULES

    origins: list[tuple[Config | Override, tuple[str | int, ...]]] = [(config, ())]
    origins += [(config.overrides[number], ("per-path", number)) for number in numbers]
    verdicts = decide([layer_of(origin) for origin, _ in origins], RULES)
    levels = severities([origin.severity for origin, _ in origins], RULES)
    states = []
    for rule in RULES:
        verdict, level = verdicts[rule.code], levels.get(rule.code)
        decided = None
        if verdict.layer >= 0:
            origin, keys = origins[verdict.layer]
            decided = config.place(*keys, *_where(origin, verdict.word, verdict.holds))
        place = config.place(*origins[level.layer][1], "severity", level.word) if level else None
        severity = level.severity if level else rule.severity
        states.append(RuleState(rule, verdict.holds, severity.label, decided, place))
    return states


def _where(origin: Config | Override, word: str | None, holds: bool) -> tuple[str | int, ...]:
    """The keys that lead to the word that decided about a rule."""
    if word is None:
        return ("select",)
    if not holds:
        return "ignore", origin.ignore.index(word)
    if word in origin.extend_select:
        return "extend-select", origin.extend_select.index(word)
    return "select", (origin.select or ()).index(word)
