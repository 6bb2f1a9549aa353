"""``kql-lint config``: what holds for a file, and where that is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from kql_lint.cli import SETTINGS, Failure, FilePath
from kql_lint.cli.inputs import outside_option, working_directory
from kql_lint.cli.printing import say, write
from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.config import Place
    from kql_lint.policy.explain import Entry, Holding, Value


@click.command(context_settings=SETTINGS)
@click.argument("path", metavar="[FILE]", required=False, type=FilePath())
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a configuration.")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=FilePath(),
    help="The configuration to use, in place of the nearest one.",
)
@outside_option
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
def config(
    path: str | None, schema: bool, config_file: str | None, output_format: str, allow_outside: tuple[str, ...]
) -> None:
    """Show what holds for FILE (without it, for files in the directory you are in), and where each value stands.

    Options of the command line, which have the last word, are not part of it.
    """
    if schema:
        from kql_lint.config.schema import as_text

        write(as_text())
        return
    found = _holding(path, config_file, allow_outside)
    if output_format == "json":
        write(as_json(_record(found), indent=2) + "\n")
    else:
        say(*_lines(found, path))


def _holding(path: str | None, config_file: str | None, allowed: tuple[str, ...]) -> Holding:
    from kql_lint.config import ConfigError, Configurations
    from kql_lint.policy.explain import holding
    from kql_lint.policy.settings import AllSettings

    working_directory()
    if path is None or os.path.isdir(path):
        path = os.path.join(path or "", "a.kql")
    try:
        return holding(AllSettings(Configurations(config_file, allowed=allowed)), path)
    except ConfigError as error:
        raise Failure(str(error)) from error


def _lines(found: Holding, path: str | None) -> list[str]:
    name = "Files here" if path is None else f"Files in {path}" if os.path.isdir(path) else path
    verb = "is" if path is not None and not os.path.isdir(path) else "are"
    by = f"governed by {_shown(found.config)}" if found.config else "governed by no configuration: the defaults hold"
    lines = [f"{name} {verb} {by}.", ""]
    if found.excluded is not None:
        lines[1:1] = [f"Left out where a folder is searched, by {_place(found.excluded)}."]
    lines += _table([_row(value) for value in found.values])
    for entry in found.entries:
        lines += ["", *_entry_lines(entry)]
    lines += ["", "Rules that hold:", *_table(_rule_rows(found, holds=True))]
    off = _rule_rows(found, holds=False)
    return [*lines, "", "Rules that do not:", *_table(off)] if off else lines


def _entry_lines(entry: Entry) -> list[str]:
    import json

    state = "per-path, holds for it" if entry.applies else "per-path, for other files"
    patterns = ", ".join(json.dumps(pattern, ensure_ascii=False) for pattern in entry.paths)
    return [f"{state}: {patterns} ({_place(entry.origin)})", *_table([_row(value) for value in entry.values])]


def _row(value: Value) -> tuple[str, ...]:
    import json

    text = "none" if value.value is None else json.dumps(value.value, ensure_ascii=False)
    return value.key, text, _place(value.origin) if value.origin else "default"


def _rule_rows(found: Holding, *, holds: bool) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for state in found.rules:
        if state.holds == holds:
            decided = _place(state.decided) if state.decided else "default"
            level = f", severity {_place(state.severity_origin)}" if state.severity_origin else ""
            rows.append((state.rule.code, state.rule.name, state.severity, decided + level))
    return rows


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Columns in line; what is too long for its column pushes the rest of its own line aside."""
    if not rows:
        return []
    widths = [min(max(len(row[column]) for row in rows), 44) for column in range(len(rows[0]) - 1)]
    return ["  " + "  ".join([*map(str.ljust, row[:-1], widths), row[-1]]) for row in rows]


def _shown(path: str) -> str:
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


def _place(place: Place) -> str:
    return _shown(str(place))


def _record(found: Holding) -> dict[str, object]:
    return {
        "version": 1,
        "filename": found.path,
        "configuration": _shown(found.config) if found.config else None,
        "excluded": _origin(found.excluded),
        "values": {value.key: {"value": value.value, "origin": _origin(value.origin)} for value in found.values},
        "per_path": [
            {
                "paths": list(entry.paths),
                "applies": entry.applies,
                "origin": _origin(entry.origin),
                "values": {
                    value.key: {"value": value.value, "origin": _origin(value.origin)} for value in entry.values
                },
            }
            for entry in found.entries
        ],
        "rules": [
            {
                "code": state.rule.code,
                "name": state.rule.name,
                "holds": state.holds,
                "default": state.rule.enabled,
                "severity": state.severity,
                "origin": _origin(state.decided),
                "severity_origin": _origin(state.severity_origin),
            }
            for state in found.rules
        ],
    }


def _origin(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    return {"filename": _shown(place.path), "row": place.line, "column": place.column}
