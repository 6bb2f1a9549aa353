"""Where findings go: the options that choose formats and files, and all the outputs of a run as one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, NamedTuple

import click

from kql_lint.cli import Failure, clean_up_when_terminated, printing
from kql_lint.cli.inputs import Command, together
from kql_lint.output import COMMANDS, COUNTING, FORMATS, create
from kql_lint.printable import guard
from kql_lint.writing import begin, clear_leftovers, forget

if TYPE_CHECKING:
    from kql_lint.output import Format, Style, Summary
    from kql_lint.runner import FileReport

AUTO = "auto"
STDOUT = "-"
# What is open already.  To open it by its name would cut off the file behind it.
_OPEN = re.compile(r"/dev/(?:fd/(?P<fd>\d+)|(?P<stderr>stderr))|/proc/self/fd/(?P<proc>\d+)")


def output_options(command: Command) -> Command:
    """``--output-format``, ``--output`` and ``--statistics``."""
    options = (
        click.option(
            "--output-format",
            metavar="FORMAT",
            type=click.Choice([*FORMATS, AUTO]),
            help=f"How to print findings: {', '.join(FORMATS)}, or auto: github or azure in their pipelines, else text."
            "  [default: text]",
        ),
        click.option(
            "--output",
            metavar="FORMAT=FILE",
            multiple=True,
            callback=_targets,
            shell_complete=_complete,
            help="Write them to a file too, in one of these formats; repeatable.",
        ),
        click.option("--statistics", is_flag=True, help="Print how often each rule was reported, not the findings."),
    )
    return together(options, command)


class Target(NamedTuple):
    """A format and the file that it is written to; ``-`` is standard output."""

    format: str
    path: str


def _targets(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Target, ...]:
    """``sarif=out.sarif`` as a Target; the command line's words are checked here, files when they are opened."""
    targets = []
    for value in values:
        name, sign, path = value.partition("=")
        if not sign or not path:
            raise click.BadParameter(f'"{value}" is not FORMAT=FILE, as in sarif=kql-lint.sarif')
        if path.endswith((os.sep, "/")):
            raise click.BadParameter(f'"{path}" names a folder, not a file')
        if name not in FORMATS:
            raise click.BadParameter(f'"{name}" is none of the formats {", ".join(FORMATS)}')
        targets.append(Target(name, STDOUT if path == "/dev/stdout" else path))
    paths = [target.path if target.path == STDOUT else os.path.realpath(target.path) for target in targets]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise click.BadParameter(f"{'standard output' if twice == STDOUT else twice} can't have two formats")
    return tuple(targets)


def _complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [f"{name}=" for name in FORMATS if f"{name}=".startswith(incomplete)]


def for_stdout(said: str | None, targets: tuple[Target, ...], *, statistics: bool) -> str:
    """The format of standard output: what --output-format says, or --output with ``-``, else text."""
    named = [target.format for target in targets if target.path == STDOUT]
    if named and said is not None:
        raise click.UsageError(f"standard output can't have two formats, {said} and {named[0]}")
    name = named[0] if named else automatic(os.environ) if said == AUTO else said or "text"
    if statistics and name not in COUNTING:
        if said == AUTO:
            return "text"
        raise click.UsageError(f"--statistics are printed as {' or '.join(COUNTING)}, not as {name}")
    return name


def automatic(environment: Mapping[str, str]) -> str:
    """The format that the CI system around reads from standard output; text where there is none that does.

    GitLab reads files alone: --output gitlab=FILE.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    if environment.get("TF_BUILD", "").lower() == "true":
        return "azure"
    return "text"


def repository_link(environment: Mapping[str, str]) -> str:
    """The address of the repository's files at the commit that GitHub Actions or GitLab CI runs for; else ""."""
    server, repository, commit = (environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    link = f"{server}/{repository}/blob/{commit}" if server and repository and commit else ""
    if not link:
        project, commit = environment.get("CI_PROJECT_URL"), environment.get("CI_COMMIT_SHA")
        link = f"{project}/-/blob/{commit}" if project and commit else ""
    if link:
        from urllib.parse import quote

        link = quote(link, safe="%/:?#@!$&*+,;=~")
    return link


class Outputs:
    """All formats of a run: one on standard output, any number in files.

    A file is written beside its place and put there whole when the run ends; a run that breaks off leaves what was
    there before.  Used as ``with Outputs(...) as outputs``, then begin, report for each file, end.  before is called
    each time before something is printed.  stream is ``stdout``, or what takes its place: ``stderr``, None for nothing.
    Raises Failure for a file that can't be written.
    """

    def __init__(
        self,
        stdout: str,
        targets: tuple[Target, ...],
        style: Style,
        before: Callable[[], None],
        *,
        statistics: bool = False,
        stream: str | None = "stdout",
    ) -> None:
        def write(text: str) -> None:
            if text:
                before()
                if stream == "stdout":
                    printing.write(text, colour=style.colour, ours=COMMANDS.get(stdout))
                else:
                    printing.write_errors(text)

        link = repository_link(os.environ)
        self._formats: list[tuple[Format, Callable[[str], None]]] = []
        if stream is not None:
            self._formats.append((create(stdout, style, statistics=statistics, link=link), write))
        self._files: list[_File] = []
        files = [target for target in targets if target.path != STDOUT]
        if files:
            clean_up_when_terminated()
        try:
            for target in files:
                file = _File(target.path, COMMANDS.get(target.format))
                self._files.append(file)
                self._formats.append((create(target.format, _for_file(style), link=link), file.write))
        except Failure:
            self.discard()
            raise

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def begin(self) -> None:
        for output, write in self._formats:
            write(output.begin())

    def report(self, report: FileReport) -> None:
        """Once for each file, in order."""
        for output, write in self._formats:
            write(output.report(report))

    def end(self, summary: Summary) -> None:
        """Once, with what the run came to; then the files are there."""
        for output, write in self._formats:
            write(output.end(summary))
        for file in self._files:
            file.finish()

    def discard(self) -> None:
        """Forgets the files that are not finished."""
        for file in self._files:
            file.discard()


def _for_file(style: Style) -> Style:
    from kql_lint.output import Style

    return Style(quiet=style.quiet)


class _File:
    """A file that comes to be when it is finished.  Its folder is made; pipes and devices are written to directly.

    It can be a log, or be printed in one: so it is guarded as standard output is, ours being a format's own commands.
    """

    def __init__(self, path: str, ours: str | None = None) -> None:
        self.path = path
        self.ours = ours
        self.place = os.path.realpath(path)  # a link stays, what it leads to is renewed
        self.temporary = ""
        self.mode: int | None = None
        self.stream: IO[str] | None = None
        try:
            self.stream = self._open()
        except OSError as error:
            raise self._failure(error) from error

    def _open(self) -> IO[str]:
        found = _OPEN.fullmatch(self.path)
        if found is not None:
            number = 2 if found["stderr"] else int(found["fd"] or found["proc"])
            return open(os.dup(number), "w", encoding="utf-8", errors="replace", newline="\n")
        try:
            self.mode = os.stat(self.place).st_mode
        except FileNotFoundError:
            os.makedirs(os.path.dirname(self.place), exist_ok=True)
        target: str | int = self.path  # where it is a directory, opening it fails, as it should
        if self.mode is None or stat.S_ISREG(self.mode):
            clear_leftovers(self.place)
            self.temporary, target = begin(self.place)
        return open(target, "w", encoding="utf-8", errors="replace", newline="\n")

    def write(self, text: str) -> None:
        if text and self.stream is not None:
            try:
                self.stream.write(guard(text, ours=self.ours))
            except BrokenPipeError:
                raise
            except OSError as error:
                raise self._failure(error) from error

    def finish(self) -> None:
        """Puts the file in its place."""
        stream, self.stream = self.stream, None
        if stream is None:
            return
        try:
            stream.close()
            if self.temporary:
                if self.mode is not None:
                    os.chmod(self.temporary, stat.S_IMODE(self.mode))
                os.replace(self.temporary, self.place)
        except OSError as error:
            self._forget()
            raise self._failure(error) from error

    def discard(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError):  # what it held is not wanted
                stream.close()
            self._forget()

    def _forget(self) -> None:
        if self.temporary:
            forget(self.temporary)

    def _failure(self, error: OSError) -> Failure:
        return Failure(f"{self.path}: the output can't be written: {(error.strerror or str(error)).lower()}")
