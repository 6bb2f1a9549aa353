"""What a construct is: input of any length, and the command that it is given to.

A construct is written as a function of a length in characters that gives files, their contents by their names:

    @construct("operators")
    def where_chain(n: int) -> Files:
        return {"a.kql": "DeviceEvents" + repeat(n, lambda i: f"\\n| where Column{i} == 1")}
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

Files = dict[str, str]
Work = Callable[[], object]
# The length of what a process does first, so that what is loaded once is not taken for work on the input.
TINY = 40


@dataclass(frozen=True)
class Construct:
    """prepare(n) gives the length that the input has, in bytes, and what is to be measured; make(n) the files alone."""

    name: str
    area: str
    prepare: Callable[[int], tuple[int, Work]]
    make: Callable[[int], Files] | None = None


CONSTRUCTS: dict[str, Construct] = {}


def construct(area: str, *args: str, before: tuple[str, ...] = ()) -> Callable[[Callable[[int], Files]], None]:
    """Registers a construct: the files are linted with these arguments, after a run with those of ``before``."""

    def add(make: Callable[[int], Files]) -> None:
        register(area, make.__name__, make, *args, before=before)

    return add


def register(area: str, name: str, make: Callable[[int], Files], *args: str, before: tuple[str, ...] = ()) -> None:
    """As ``construct``, for constructs that are made in a loop."""
    assert name not in CONSTRUCTS, name

    def prepare(n: int) -> tuple[int, Work]:
        files = make(n)
        write(files)
        if before:
            kql_lint(*before)
        return sum(len(text.encode()) for text in files.values()), lambda: kql_lint("check", ".", *args)

    CONSTRUCTS[name] = Construct(name, area, prepare, make)


def write(files: Files) -> None:
    """Makes the working directory hold these files and no others."""
    for folder, folders, names in os.walk(".", topdown=False):
        for name in names:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            os.rmdir(os.path.join(folder, name))
    Path(".git").mkdir()  # the top of a repository: nothing above it is looked for
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def kql_lint(command: str, *args: str) -> str:
    """Runs a command in this process; what it printed.  Raises RuntimeError where the run failed."""
    from kql_lint.cli import run

    options = ("--jobs", "1", "--no-cache") if command == "check" else ()
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([command, *args, *options])
    if code not in (0, 1):
        raise RuntimeError(f"exit code {code}: {err.getvalue()[-500:]}")
    return out.getvalue()


def repeat(n: int, piece: Callable[[int], str], least: int = 1) -> str:
    """piece(0) + piece(1) + ... up to the length n, in characters."""
    parts: list[str] = []
    length = 0
    while length < n or len(parts) < least:
        parts.append(piece(len(parts)))
        length += len(parts[-1])
    return "".join(parts)


def query(n: int, table: str, piece: Callable[[int], str]) -> Files:
    """A query of one table and as many operators as fit."""
    return {"a.kql": table + repeat(n, piece)}


def load() -> dict[str, Construct]:
    """All constructs there are, by name."""
    from growing import hosts, literals, names, operators, outputs, surroundings, syntax

    assert all(module.__name__ in sys.modules for module in (hosts, literals, names, operators, outputs, surroundings))
    assert syntax
    return CONSTRUCTS
