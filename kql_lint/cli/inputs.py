"""What the commands that read rules have in common: their options, the configuration, the files, the catalogue."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from kql_lint.cli import Failure, complain
from kql_lint.config import PLATFORMS

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.config import Config
    from kql_lint.discover import Discovery
    from kql_lint.source import Source

STDIN = "-"
Command = TypeVar("Command", bound=Callable[..., object])


def split(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select KL1,KL2 --select KL3` as one tuple."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def catalogue_options(command: Command) -> Command:
    """Whose tables there are, and what the user adds to them."""
    options = (
        click.option("--platform", type=click.Choice(PLATFORMS), help="Whose tables the rules query.  [default: auto]"),
        click.option(
            "--catalog",
            metavar="PATH",
            multiple=True,
            type=click.Path(),
            help="Tables of your own, on top of the catalogue's; repeatable.",
        ),
        click.option(
            "--functions",
            metavar="GLOB",
            multiple=True,
            help="Files that define functions of your own (Sentinel parser YAML, .kql); repeatable.",
        ),
    )
    return _all(options, command)


def file_options(command: Command) -> Command:
    """Which files are read."""
    options = (
        click.option(
            "--exclude",
            metavar="PATTERN",
            multiple=True,
            callback=split,
            help="Leave out what matches, as in .gitignore; repeatable.",
        ),
        click.option(
            "--force-exclude", is_flag=True, help="Leave it out even if it is named outright (for pre-commit)."
        ),
        click.option(
            "--config", metavar="FILE", type=click.Path(), help="The pyproject.toml to use, in place of the nearest."
        ),
        click.option(
            "--stdin-filename", metavar="PATH", help="What to call the file that - reads from standard input."
        ),
    )
    return _all(options, command)


def _all(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def configuration(path: str | None, paths: tuple[str, ...], stdin_filename: str | None) -> Config:
    """The configuration that holds for the paths; ends the program where it can't be used."""
    from kql_lint.config import ConfigError, load

    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) can't be combined with other paths")
    try:
        return load(path, _start(paths, stdin_filename))
    except ConfigError as error:
        raise Failure(str(error)) from error


def _start(paths: tuple[str, ...], stdin_filename: str | None) -> str:
    """The folder that the search for a configuration begins in: the deepest one that holds all the paths."""
    if STDIN in paths:
        return os.path.dirname(os.path.abspath(stdin_filename or "."))
    absolute = [os.path.abspath(path) for path in paths or (".",)]
    try:
        common = os.path.commonpath(absolute)
    except ValueError:  # on two drives of Windows
        return os.getcwd()
    return common if os.path.isdir(common) else os.path.dirname(common)


def files(
    config: Config,
    paths: tuple[str, ...],
    stdin_filename: str | None,
    exclude: tuple[str, ...],
    *,
    force_exclude: bool,
) -> Discovery:
    """The files to read; says what stands in the way of others."""
    from kql_lint.discover import Discovery, Patterns, discover
    from kql_lint.hosts import SUFFIXES

    if STDIN in paths:
        return Discovery([stdin_filename or "<stdin>"], [])
    patterns = (Patterns(config.exclude, config.root), Patterns(exclude, os.getcwd()))
    discovery = discover(paths or (".",), SUFFIXES, patterns, force_exclude=force_exclude)
    for problem in discovery.problems:
        complain(f"{problem.path}: {problem.message}")
    if not discovery.files and not discovery.problems:
        complain(f"{', '.join(paths) or '.'}: no rule files found here")
    return discovery


def read_stdin(name: str) -> Source:
    """What comes on standard input, as the file of this name."""
    from kql_lint.source import read_source

    return read_source(name, sys.stdin.buffer.read())


def catalogue(paths: tuple[str, ...], functions: tuple[str, ...]) -> Catalogue | None:
    """The shipped catalogue with the user's files on top; None where there are none, for the shipped one."""
    if not paths and not functions:
        return None
    from kql_lint.catalogue import Catalogue, CatalogueError

    try:
        return Catalogue.with_overlays(paths, functions)
    except CatalogueError as error:
        raise Failure("\n".join(map(str, error.problems))) from error


def complain_of_functions(catalogue: Catalogue | None) -> bool:
    """Says which of the user's functions turned out to be no KQL; whether there were any."""
    problems = catalogue.problems if catalogue is not None else []
    for problem in problems:
        complain(str(problem))
    return bool(problems)
