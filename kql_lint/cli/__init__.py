"""The command line: declares the commands and options, and calls the rooms below with them.

Each command lives in a module of its own that is loaded when the command is used; ``--help`` loads neither the parser
nor YAML.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from kql_lint.cli import printing
from kql_lint.cli.printing import PROGRAM, complain
from kql_lint.version import __version__

SETTINGS = {"help_option_names": ["-h", "--help"]}
# Exit codes: 0 is clean.
FINDINGS = 1
FAILED = 2
INTERRUPTED = 130  # as a shell reports SIGINT
PIPE_CLOSED = 141  # as a shell reports SIGPIPE

# Each command: its module and the line that --help shows for it, so that --help need not load the module.
COMMANDS = {
    "check": ("kql_lint.cli.check", "Lint rule files and directories."),
    "schema": ("kql_lint.cli.schema", "Print what queries give, and the tables and columns they use."),
    "trace": ("kql_lint.cli.trace", "Print what is in scope behind each operator of a query."),
    "explain": ("kql_lint.cli.explain", "Explain a rule: why it matters, bad and good examples."),
    "rules": ("kql_lint.cli.rules", "List the rules."),
    "config": ("kql_lint.cli.config", "Show what holds for a file, and where that is said."),
    "catalog": ("kql_lint.cli.catalog", "Look at, check and extend what is known about tables."),
    "lsp": ("kql_lint.cli.lsp", "Start the language server, for editors."),
    "completion": ("kql_lint.cli.completion", "Print a script that completes commands in your shell."),
}


class Failure(click.ClickException):
    """Ends the program with exit code 2 and lines of text for the user."""

    exit_code = FAILED

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

    def show(self, file: object = None) -> None:
        complain(*self.lines)


class FilePath(click.Path):
    """A path.  Whether anything is there, and can be read, is seen when it is: one file costs the others nothing."""

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("an empty text names no file", param, ctx)
        return super().convert(value, param, ctx)


class _PipeClosed(Exception):
    """Whoever read the output has gone."""


class _Terminated(BaseException):
    """Somebody ends the program; code is the exit code that a shell gives to that."""

    def __init__(self, signal: int) -> None:
        super().__init__()
        self.code = 128 + signal


def clean_up_when_terminated() -> None:
    """From here on a signal to end is an exception, so that files that were begun are taken away."""
    import signal

    def end(number: int, _frame: object) -> None:
        raise _Terminated(number)

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no other
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # only the main thread may do this
                signal.signal(number, end)


class _Commands(click.Group):
    """A group that knows its commands by name and loads one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[name][0]), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and os.path.exists(args[0]):
            ctx.fail(f'no such command "{args[0]}"; to lint this path, write: {PROGRAM} check {args[0]}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _PipeClosed from None  # click would end the program with 1, which says that there are findings

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings=SETTINGS)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
def app() -> None:
    """A linter for KQL detection rules (Microsoft Defender XDR and Sentinel).

    It knows the tables, their columns, and which columns each ActionType records.

    \b
      kql-lint check rules/      lint a directory
      kql-lint explain KL104     what a finding means
    """


def run(args: Sequence[str] | None = None) -> int:
    """Runs a command line (without it, the one of this process) and returns the exit code."""
    printing.prepare()
    try:
        code = app.main(args=args, prog_name=PROGRAM, standalone_mode=False)
        printing.flush()
    except Failure as error:
        error.show()
        return FAILED
    except click.ClickException as error:
        printing.show(error)
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except _Terminated as error:
        return error.code
    except (_PipeClosed, BrokenPipeError, SystemExit):  # click exits by itself if nobody reads its --help
        printing.close_quietly()
        return PIPE_CLOSED
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:
            # What can't be opened has a name: this is standard output, on a disk that is full, say.
            complain(f"the output can't be written: {(error.strerror or str(error)).lower()}")
        else:
            printing.internal_error(error)
        return FAILED
    return code if isinstance(code, int) else 0
