"""All that kql-lint prints: nothing else writes to standard output or standard error.

What is printed holds names, keys and text of files that strangers wrote, and is read by terminals and by the agents of
pipelines, which take commands out of it.  So each line is one string here, in which a line end is no line end, and
everything goes through ``printable.guard``.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

import click

from kql_lint.printable import clean, guard

PROGRAM = "kql-lint"


def prepare() -> None:
    """Makes standard output and error such that writing to them is no mistake of ours, whatever they are."""
    import warnings

    if sys.stdin is None:  # closed: its number must not become that of a file that we open
        os.open(os.devnull, os.O_RDONLY)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # it is there to the end
        # Names and queries may hold what a terminal's encoding lacks: better a "?" than no report.
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    warnings.showwarning = _warn


def say(*lines: str) -> None:
    """Prints lines on standard output; a line end within one is shown as a sign."""
    write("".join(f"{clean(line)}\n" for line in lines))


def write(text: str, *, colour: bool = False, ours: str | None = None) -> None:
    """Prints text on standard output whose line ends are all meant, such as that of a format.

    colour: its colour codes are meant too.  ours is a pattern of the commands to a pipeline that are.
    """
    # The stream is named since click would else replace one that is not UTF-8 by one that is.
    if text:
        click.echo(guard(text, colour=colour, ours=ours), nl=False, file=sys.stdout, color=colour)


def write_bytes(data: bytes) -> None:
    """Prints the content of a file as it is: what ``--fix`` makes of standard input, and nothing else."""
    click.echo(data, nl=False, file=sys.stdout)


def write_errors(text: str) -> None:
    """Prints text on standard error whose line ends are all meant, where standard output is for something else."""
    if text:
        click.echo(guard(text), nl=False, file=sys.stderr, color=False)


def complain(*lines: str) -> None:
    """Says something that is no finding.  Where nobody can be told, the exit code has to do."""
    _print_errors(f"{PROGRAM}: {lines[0]}", *lines[1:])


def show(error: click.ClickException) -> None:
    """Says what is wrong with a command line, as click does."""
    context = getattr(error, "ctx", None)
    lines: list[str] = []
    if context is not None:
        lines = context.get_usage().splitlines()
        lines += [f"Try '{context.command_path} {context.help_option_names[0]}' for help.", ""]
    message = error.format_message()
    # Only of what is missing has click more than a line: the words to choose from, and none of the user's.
    said = message.expandtabs(4).splitlines() if isinstance(error, click.MissingParameter) else [message]
    _print_errors(*lines, f"Error: {said[0]}", *said[1:])


def internal_error(error: BaseException) -> None:
    """Shows an exception: nothing that a user does should bring one here."""
    lines = []
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    for one in reversed(chain):
        lines += ["Traceback (most recent call last):", *_frames(one), f"{type(one).__name__}: {one}", ""]
    _print_errors(*lines[:-1])
    complain("internal error: this is a mistake of kql-lint; please report it with the lines above")


def _frames(error: BaseException) -> list[str]:
    import traceback

    return [line for entry in traceback.format_tb(error.__traceback__) for line in entry.splitlines()]


def draw(text: str, stream: TextIO) -> None:
    """Writes over the last line of a terminal; "" takes that line away."""
    stream.write(f"\r{guard(text)}" if text else "\r\x1b[K")
    stream.flush()


def clear(stream: TextIO) -> None:
    """Empties the screen of a terminal, and what has scrolled off it; does nothing to what is none."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        stream.write("\x1b[H\x1b[2J\x1b[3J")
        stream.flush()


def flush() -> None:
    """Hands on what standard output still holds; raises OSError if that fails."""
    sys.stdout.flush()


def close_quietly() -> None:
    """Keeps the interpreter from complaining, at its exit, about output that nobody reads any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """What Python itself warns of."""
    complain(f"{filename}:{lineno}: {category.__name__}: {message}")


def _print_errors(*lines: str) -> None:
    text = "".join(f"{clean(line)}\n" for line in lines)
    with suppress(OSError):
        click.echo(guard(text), nl=False, file=sys.stderr, color=False)
