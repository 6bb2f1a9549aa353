"""``--fix`` and its like: which fixes are asked for, and what becomes of each file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import click

from kql_lint.cli import FINDINGS, clean_up_when_terminated, printing
from kql_lint.cli.inputs import STDIN, Command, together
from kql_lint.cli.printing import complain
from kql_lint.cli.printing import write as print_text
from kql_lint.reading import Unreadable

if TYPE_CHECKING:
    from kql_lint.cli.inputs import Inputs
    from kql_lint.output import Style, Summary
    from kql_lint.policy.apply import Policy
    from kql_lint.runner import FileReport
    from kql_lint.source import Source


def _one_line(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and (not value.isprintable() or not value.strip()):
        raise click.BadParameter("it must be text on one line")
    return value


def fix_options(command: Command) -> Command:
    """Which fixes are made, and whether files are written."""
    options = (
        click.option("--fix", is_flag=True, help="Make the safe fixes: what a query returns stays the same."),
        click.option(
            "--fix-intent",
            is_flag=True,
            help="Make the safe fixes, and those that change a filter that could not work as written.",
        ),
        click.option(
            "--unsafe-fixes",
            is_flag=True,
            help="With --fix, --fix-only or --diff: all fixes, guesses among them. Look at what they change.",
        ),
        click.option("--fix-only", is_flag=True, help="Make fixes, and report nothing else."),
        click.option(
            "--add-suppressions",
            is_flag=True,
            help="Put a comment behind each line with a finding, so that it is not reported any more.",
        ),
        click.option(
            "--reason", metavar="TEXT", callback=_one_line, help="Why; written into the comments of --add-suppressions."
        ),
        click.option(
            "--diff",
            is_flag=True,
            help="Print what fixes would change, and write nothing; exit with 1 if there is any.",
        ),
    )
    return together(options, command)


class Asked(Protocol):
    """What a command line says of fixes."""

    @property
    def paths(self) -> tuple[str, ...]: ...

    @property
    def fix(self) -> bool: ...

    @property
    def fix_intent(self) -> bool: ...

    @property
    def unsafe_fixes(self) -> bool: ...

    @property
    def fix_only(self) -> bool: ...

    @property
    def diff(self) -> bool: ...

    @property
    def add_suppressions(self) -> bool: ...

    @property
    def reason(self) -> str | None: ...


def level_of(asked: Asked) -> str:
    """The least safe fixes that are asked for."""
    return "unsafe" if asked.unsafe_fixes else "intent" if asked.fix_intent else "safe"


def makes_fixes(asked: Asked) -> bool:
    """Whether fixes are made, or shown as a diff.  --unsafe-fixes alone only says which."""
    return asked.fix or asked.fix_intent or asked.fix_only or (asked.diff and not asked.add_suppressions)


def changes_files(asked: Asked) -> bool:
    """Whether texts come out as others than they were."""
    return makes_fixes(asked) or asked.add_suppressions


def reports_nothing(asked: Asked) -> bool:
    """Whether findings are not printed, nor do they make the run fail."""
    return asked.diff or asked.fix_only


def is_on_stdout(asked: Asked) -> bool:
    """Whether standard output is for the text of the file, so that findings go to standard error."""
    return STDIN in asked.paths and changes_files(asked) and not asked.diff


def read_once(read: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """What comes on standard input, however often it is asked for."""
    from functools import cache

    return cache(read)


class Fixing:
    """Makes the fixes of one report after another, if any are asked for: in files, on standard output, or as a diff."""

    def __init__(self, asked: Asked, given: Inputs, policy: Policy, style: Style, before: Callable[[], None]) -> None:
        self._asked = asked
        self._given = given
        self._policy = policy
        self._style = style
        self._before = before  # called each time before something is printed

    def fixed(self, report: FileReport, summary: Summary) -> FileReport:
        """The raw report of the file as it is now; summary counts what was fixed."""
        if self._asked.add_suppressions:
            return self._suppressed(report, summary)
        if not makes_fixes(self._asked):
            return report
        from kql_lint.fixes.files import fix_file

        options = self._given.settings.of(report.path).options
        found = fix_file(report, options, self._policy, level_of(self._asked), self._given.read)
        for message in found.messages if found is not None else ():
            self._complain(message)
        if found is None or found.before == found.after:
            self._unchanged(report.path)
            return report
        if not self._put(report, found.outcome.source, found.before, found.after):
            return report
        summary.fixed += sum(found.outcome.fixed.values())
        summary.fixed_files += 1
        return found.report

    def _suppressed(self, report: FileReport, summary: Summary) -> FileReport:
        from kql_lint.fixes.files import suppress_file

        options = self._given.settings.of(report.path).options
        found = suppress_file(report, options, self._policy, self._given.read, self._asked.reason or "")
        if found is None:
            self._unchanged(report.path)
            return report
        if not self._put(report, found.source, found.before, found.after):
            return report
        summary.held += found.held
        return found.report

    def finish(self, summary: Summary) -> int:
        """Says what was fixed, where nothing else is reported, and gives the exit code."""
        from kql_lint.output.summary import done

        text = done(summary, would=self._asked.diff)
        if text and not self._style.quiet:
            self._complain(text)
        return FINDINGS if self._asked.diff and text else 0

    def _put(self, report: FileReport, source: Source, before: bytes, after: bytes) -> bool:
        """Puts a text where it belongs; whether that is done."""
        if self._asked.diff:
            self._show(report, source.text)
        elif is_on_stdout(self._asked):
            printing.write_bytes(after)
        else:
            from kql_lint.fixes.files import write

            clean_up_when_terminated()
            why_not = write(report.path, before, after)
            if why_not is not None:
                self._complain(f"{report.path} is left as it is: {why_not}")
                return False
        return True

    def _unchanged(self, path: str) -> None:
        if is_on_stdout(self._asked):
            with suppress(Unreadable):  # that is what is reported
                printing.write_bytes(self._given.read(path))

    def _show(self, report: FileReport, after: str) -> None:
        from kql_lint.fixes.diff import unified
        from kql_lint.output.colour import Palette
        from kql_lint.printable import clean

        assert report.source is not None
        palette = Palette(self._style.colour)
        self._before()
        text = ""
        for line in unified(report.path, report.source.text, after):
            role = "bold" if line.startswith(("--- ", "+++ ")) else _ROLES.get(line[:1])
            text += (clean(line) if role is None else palette(role, clean(line))) + "\n"
        print_text(text, colour=self._style.colour)

    def _complain(self, message: str) -> None:
        self._before()
        complain(message)


_ROLES = {"+": "help", "-": "error", "@": "info"}
