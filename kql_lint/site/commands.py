"""The reference of the command line, made from the commands' declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.cli import app
from kql_lint.cli.printing import PROGRAM
from kql_lint.site.markdown import code, escaped, table

if TYPE_CHECKING:
    from click import Command, Context

_HEAD = "# Commands\n\nMade from the program by `make docs`; `--help` behind any of these prints the same.\n"


def page() -> str:
    """The page of all commands."""
    context = app.context_class(app, info_name=PROGRAM, **app.context_settings)
    return "\n".join([_HEAD, *_command(app, context, 2)])


def _command(command: Command, context: Context, level: int) -> Iterator[str]:
    """A command's part of the page, and those of the commands below it."""
    names = _subcommands(command, context)
    yield f"{'#' * level} {context.command_path}\n"
    yield _help(command)
    yield f"```text\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n"
    yield table(("option", "what it does"), _options(command, context))
    for name in names:
        below = command.get_command(context, name)  # type: ignore[attr-defined]  # names are those of a group
        inner = below.context_class(below, info_name=name, parent=context, **below.context_settings)
        yield from _command(below, inner, level)


def _subcommands(command: Command, context: Context) -> list[str]:
    listed = getattr(command, "list_commands", None)
    return list(listed(context)) if listed is not None else []


def _help(command: Command) -> str:
    """The text of a command; a paragraph that keeps its lines is one that click marks with a backspace character."""
    paragraphs = (command.help or "").replace("\f", "\0").split("\0")[0].split("\n\n")
    parts = []
    for paragraph in paragraphs:
        lines = paragraph.splitlines()
        if lines and lines[0].strip() == "\b":
            parts.append("```text\n" + "\n".join(line.strip() for line in lines[1:]).rstrip() + "\n```")
        else:
            parts.append(escaped(" ".join(paragraph.split())))
    return "\n\n".join(parts) + "\n"


def _options(command: Command, context: Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.param_type_name == "option":
            yield code(record[0]), escaped(record[1])
