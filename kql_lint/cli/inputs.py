"""What the commands that read rules have in common: their options, the configuration, the files, the catalogue."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import click

from kql_lint.cli import Failure, FilePath
from kql_lint.cli.printing import complain
from kql_lint.config import PLATFORMS
from kql_lint.reading import RULE, Unreadable, read_file, read_stream
from kql_lint.repository import Boundary, link_out

if TYPE_CHECKING:
    from kql_lint.catalogue import Problem as CatalogueProblem
    from kql_lint.changed import Changed
    from kql_lint.config import Config, Configurations
    from kql_lint.discover import Discovery, Problem
    from kql_lint.policy.settings import AllSettings, Said
    from kql_lint.policy.versions import Base
    from kql_lint.runner import FunctionProblem, Options, Target

STDIN = "-"
NO_NAME = "<stdin>"
Command = TypeVar("Command", bound=Callable[..., object])


def split(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select KL1,KL2 --select KL3` as one tuple."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def patterns(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Patterns as in .gitignore, several in one word or not."""
    from kql_lint.patterns import is_pattern

    found = split(ctx, parameter, values)
    for pattern in found:
        if not is_pattern(pattern):
            raise click.BadParameter(f'"{pattern}" is no pattern as in .gitignore')
    return found


def catalogue_options(command: Command) -> Command:
    """Whose tables there are, and what the user adds to them."""
    options = (
        click.option("--platform", type=click.Choice(PLATFORMS), help="Whose tables the rules query.  [default: auto]"),
        click.option(
            "--catalog",
            metavar="PATH",
            multiple=True,
            type=FilePath(),
            help="Tables of your own, on top of the catalogue's; repeatable.",
        ),
        click.option(
            "--functions",
            metavar="GLOB",
            multiple=True,
            type=FilePath(),
            help="Files that define functions of your own (parser YAML, .kql, .json, .bicep, .tf); repeatable.",
        ),
    )
    return together(options, command)


def outside_option(command: Command) -> Command:
    """What of the machine may be read and written besides the repository."""
    return click.option(
        "--allow-outside",
        metavar="PATH",
        multiple=True,
        type=FilePath(),
        help="Let links, and paths in a configuration, lead out of the repository to PATH; repeatable.",
    )(command)


def file_options(command: Command) -> Command:
    """Which files are read."""
    options = (
        click.option(
            "--exclude",
            metavar="PATTERN",
            multiple=True,
            callback=patterns,
            help="Leave out what matches, as in .gitignore; repeatable.",
        ),
        click.option(
            "--force-exclude", is_flag=True, help="Leave it out even if it is named outright (for pre-commit)."
        ),
        click.option(
            "--changed-since",
            metavar="REV",
            help="Only files that differ from where this branch left REV, and untracked ones (needs git).",
        ),
        click.option(
            "--config",
            metavar="FILE",
            type=FilePath(),
            help="The configuration for all files, in place of the nearest one above each.",
        ),
        click.option(
            "--isolated", is_flag=True, help="Read no configuration and no .gitignore: the command line alone counts."
        ),
        outside_option,
        click.option(
            "--stdin-filename", metavar="PATH", help="What to call the file that - reads from standard input."
        ),
    )
    return together(options, command)


def colour_option(command: Command) -> Command:
    """Whether the output has colours."""
    option = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours in the output.",
    )
    return option(command)


def together(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    """Declares options in this order."""
    for option in reversed(options):
        command = option(command)
    return command


class Wanted(Protocol):
    """Which files a command line names, and what it says of them; None or empty where nothing was said."""

    @property
    def paths(self) -> tuple[str, ...]: ...

    @property
    def stdin_filename(self) -> str | None: ...

    @property
    def exclude(self) -> tuple[str, ...]: ...

    @property
    def force_exclude(self) -> bool: ...

    @property
    def changed_since(self) -> str | None: ...

    @property
    def config(self) -> str | None: ...

    @property
    def isolated(self) -> bool: ...

    @property
    def allow_outside(self) -> tuple[str, ...]: ...


class Inputs(NamedTuple):
    """What a command reads.

    targets are the files with the options that hold for each, settings where more is known of them; read gives the
    content of one, or raises Unreadable.  run is the configuration of the run as a whole.  problems are what stands in
    the way of other files; they have been said.  left_out gives the endings of files that were not looked at, by the
    reason.  faults are files that were to define functions and can't be used.
    base is the revision of --changed-since.
    """

    targets: list[Target]
    settings: AllSettings
    run: Config
    problems: list[str]
    read: Callable[[str], bytes]
    left_out: Callable[[], Mapping[str, Counter[str]]]
    faults: list[FunctionProblem]
    base: Base | None = None


def working_directory() -> str:
    """The absolute path of the working directory.  Ends the program where somebody has taken it away."""
    try:
        return os.getcwd()
    except OSError as error:
        raise Failure(f"the working directory can't be used: {(error.strerror or str(error)).lower()}") from error


def gather(wanted: Wanted, said: Said) -> Inputs:
    """The files and what holds for them.

    Ends the program where a configuration or a catalogue can't be used, before anything is read.
    """
    here = working_directory()
    from kql_lint.config import ConfigError, Configurations
    from kql_lint.policy.select import UnknownRule
    from kql_lint.policy.settings import AllSettings

    if STDIN in wanted.paths and len(wanted.paths) > 1:
        raise click.UsageError("- (standard input) can't be combined with other paths")
    if STDIN in wanted.paths and wanted.changed_since is not None:
        raise click.UsageError("- (standard input) can't be combined with --changed-since")
    if wanted.isolated and wanted.config is not None:
        raise click.UsageError("--isolated and --config can't be combined")
    stay_inside([*said.catalog, *map(_base, said.functions), *filter(None, [said.baseline])], wanted.allow_outside)
    try:
        configurations = Configurations(wanted.config, isolated=wanted.isolated, allowed=wanted.allow_outside)
        settings = AllSettings(configurations, said, "plain" if STDIN in wanted.paths else None)
        run = configurations.of_folder(here)
        settings.of(os.path.join(here, NO_NAME))  # says what is wrong there even if there are no files
        discovery = _files(wanted, configurations)
        targets = [(path, settings.of(path).options) for path in discovery.files]
    except (ConfigError, UnknownRule) as error:
        raise Failure(str(error)) from error
    configs = {found.config.path: found.config for found in (settings.of(path) for path, _ in targets)}
    faults = _check_catalogues({options for _, options in targets}, configs.values())
    base = None
    if wanted.changed_since is not None:
        targets, base = _changed(targets, settings, wanted)
    problems = [_said(problem) for problem in discovery.problems if problem.fatal]
    left_out = partial(_left_out, wanted, configurations, discovery)
    return Inputs(targets, settings, run, problems, _reader(wanted, discovery), left_out, faults, base)


def stay_inside(paths: Iterable[str], allowed: Sequence[str]) -> None:
    """Ends the program where one of some paths is, or goes through, a link that leads out of its repository."""
    boundary = Boundary(()).plus(allowed)
    for path in paths:
        if link_out(path) is not None and not boundary.holds(path):
            raise Failure(f"{path}: this link {boundary.crossed()}")


def _base(pattern: str) -> str:
    from kql_lint.globs import Glob

    return Glob(pattern).base


def _files(wanted: Wanted, configurations: Configurations) -> Discovery:
    """The files to read; says what stands in the way of others."""
    from kql_lint.discover import Discovery

    if STDIN in wanted.paths:
        return Discovery([wanted.stdin_filename or NO_NAME], [])
    discovery = _discover(wanted, configurations)
    for problem in discovery.problems:
        complain(_said(problem))
    return discovery


def _discover(
    wanted: Wanted, configurations: Configurations, *, every: bool = False, hidden: bool = False
) -> Discovery:
    """The files to read; every: of any name; hidden: also those that patterns leave out."""
    from kql_lint.discover import discover
    from kql_lint.hosts import SUFFIXES, kind_of
    from kql_lint.patterns import Patterns

    def configured(folder: str) -> Patterns:
        config = configurations.of_folder(folder)
        return Patterns(config.exclude, config.root)

    def also(folder: str, name: str) -> bool:
        return every or kind_of(name, configurations.of_folder(folder).extensions) is not None

    return discover(
        wanted.paths or (".",),
        SUFFIXES,
        [] if hidden else [Patterns(wanted.exclude, os.getcwd())],
        configured=None if hidden else configured,
        also=also,
        force_exclude=wanted.force_exclude and not hidden,
        allowed=wanted.allow_outside,
        gitignore=not (wanted.isolated or hidden),
    )


def _left_out(wanted: Wanted, configurations: Configurations, discovery: Discovery) -> Mapping[str, Counter[str]]:
    """The endings of the files that were not looked at.  To count them, the folders are searched again."""
    from kql_lint.hosts import ending_of

    if STDIN in wanted.paths or wanted.changed_since is not None:
        return {}
    others = _discover(wanted, configurations, every=True).files
    excluded = {*_discover(wanted, configurations, hidden=True).files} - {*others}
    return {
        "not read": Counter(map(ending_of, {*others} - {*discovery.files})),
        "left out by patterns": Counter(map(ending_of, excluded)),
    }


def _reader(wanted: Wanted, discovery: Discovery) -> Callable[[str], bytes]:
    """What gives the content of a file: of one that is not to be read, the reason."""
    if STDIN in wanted.paths:
        return _read_stdin

    def read(path: str) -> bytes:
        if path in discovery.refused:
            raise Unreadable(f"is not read, since a link {Boundary(()).crossed()}")
        return read_file(path, RULE)

    return read


def _said(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}"


def _changed(targets: list[Target], settings: AllSettings, wanted: Wanted) -> tuple[list[Target], Base]:
    """The files that have changed, and those for which something changed that they depend on, which is said.

    With them goes the revision that they are compared with.
    """
    from kql_lint.changed import ChangedError, changed_since
    from kql_lint.policy.versions import Base
    from kql_lint.runner.companions import named_by

    assert wanted.changed_since is not None
    try:
        changed = changed_since(wanted.changed_since, wanted.paths or (".",))
        causes: dict[tuple[str | None, Options], str | None] = {}
        taken = []
        for path, options in targets:
            config = settings.of(path).config.path
            key = (config, options)
            if key not in causes:
                causes[key] = changed.first([config] if config else [], options.catalog, options.functions)
            if causes[key] is not None or path in changed or any(name in changed for name in named_by(path)):
                taken.append((path, options))
    except ChangedError as error:
        raise Failure(f"--changed-since {wanted.changed_since}: {error}") from error
    for cause in sorted({cause for cause in causes.values() if cause is not None}):
        complain(f"{cause} has changed, so all files that depend on it are linted")
    if targets and not taken:
        complain(f"no rule files have changed since {wanted.changed_since}")
    return taken, Base(wanted.changed_since, partial(_before, changed, wanted.changed_since))


def _before(changed: Changed, since: str, path: str) -> bytes | None:
    """What a file had at the revision; ends the program where git can't tell."""
    from kql_lint.changed import ChangedError

    try:
        return changed.before(path)
    except ChangedError as error:
        raise Failure(f"--changed-since {since}: {error}") from error


def _check_catalogues(options: Iterable[Options], configs: Iterable[Config]) -> list[FunctionProblem]:
    """What is wrong with files of functions that these configurations ask for.

    Ends the program where one of the catalogues can't be used at all.
    """
    distinct = {(one.catalog, one.functions): one for one in options if one.catalog or one.functions}
    if not distinct:
        return []
    from kql_lint.catalogue import CatalogueError
    from kql_lint.runner import FunctionProblem, catalogue_of

    try:
        faults = [fault for one in distinct.values() for fault in catalogue_of(one).faults]
        return list(dict.fromkeys(FunctionProblem(one.path, one.line, one.column, one.message) for one in faults))
    except CatalogueError as error:
        raise Failure(*(_where_named(problem, configs) for problem in error.problems)) from error


def _where_named(problem: CatalogueProblem, configs: Iterable[Config]) -> str:
    """A problem as a line of text; of something that is not there, with the place that names it."""
    if os.path.lexists(problem.path):
        return str(problem)
    for config in configs:
        for key, named in (("catalog", config.catalog), ("functions", config.functions)):
            if problem.path in named:
                place = config.place(key, named.index(problem.path))
                return f"{place}: {problem.path}: {problem.message}"
    return f"{problem.path}: {problem.message}"


def _read_stdin(_path: str) -> bytes:
    """What comes on standard input, whatever the file is called; raises Unreadable for more than a rule has."""
    if sys.stdin is None:
        raise Failure("standard input is closed")
    return read_stream(sys.stdin.buffer, RULE)
