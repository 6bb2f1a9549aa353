"""Files, fixed: written whole or not at all, and only as long as they are what was read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.fixes.driver import Linting, Outcome, fix_of, fix_text
from kql_lint.reading import RULE, Unreadable, read_file
from kql_lint.runner import FileReport, Options, extracted_from, lint_file
from kql_lint.source import Source, read_source
from kql_lint.writing import clear_leftovers, replace_file

if TYPE_CHECKING:
    from kql_lint.fixes.suppressing import Queries
    from kql_lint.hosts import HostedQuery
    from kql_lint.policy.apply import Policy


class Fixed(NamedTuple):
    """What became of a file.

    report is the raw report of the text after its fixes, before and after are the file's bytes.  messages say what went
    otherwise than it should.
    """

    report: FileReport
    outcome: Outcome
    before: bytes
    after: bytes
    messages: tuple[str, ...] = ()


def fix_file(
    report: FileReport, options: Options, policy: Policy, level: str, read: Callable[[str], bytes]
) -> Fixed | None:
    """Fixes the text of a file, which is read anew, and writes nothing; None where nothing is to be fixed.

    report is the raw report of the file; level is one of LEVELS.
    """
    if report.source is None or not any(fix_of(one, level) is not None for one in policy.reported(report)):
        return None
    path = report.path
    try:
        before = read(path)
        source = read_source(path, before)
    except Unreadable:
        return None  # it was there a moment ago; what is written on it now is not for this run

    outcome = fix_text(source, level, linting_of(path, options, policy))
    messages = tuple(_messages(path, outcome))
    if not outcome.fixed:
        return Fixed(report, outcome, before, before, messages)
    return Fixed(outcome.report, outcome, before, outcome.source.encoded(), messages)


def linting_of(path: str, options: Options, policy: Policy) -> Linting:
    """How the text of a file is linted, and what of that is reported."""

    def lint(text: Source) -> FileReport:
        return lint_file(path, options, lambda _: text)

    return Linting(lint, policy.reported, policy.counts(path))


class Suppressed(NamedTuple):
    """What became of a file that got comments: its raw report then, its bytes, and how many findings they hold back."""

    report: FileReport
    source: Source
    before: bytes
    after: bytes
    held: int


def suppress_file(
    report: FileReport, options: Options, policy: Policy, read: Callable[[str], bytes], reason: str
) -> Suppressed | None:
    """Puts comments behind what is reported in a file, and writes nothing; None where there is nothing to be done."""
    from kql_lint.fixes.suppressing import suppress

    if report.source is None or not policy.reported(report):
        return None
    path = report.path
    try:
        before = read(path)
        source = read_source(path, before)
    except Unreadable:
        return None

    linting = linting_of(path, options, policy)
    first = linting.lint(source)
    outcome = suppress(source, linting, queries_of(options), reason)
    if not outcome.fixed:
        return None
    held = len(policy.reported(first)) - len(policy.reported(outcome.report))
    return Suppressed(outcome.report, outcome.source, before, outcome.source.encoded(), held)


def queries_of(options: Options) -> Queries:
    """What finds the queries of a text."""

    def queries(text: Source) -> list[HostedQuery]:
        found = extracted_from(text, options)
        return [] if found is None else found[1].queries

    return queries


_MISTAKE = "this is a mistake of kql-lint, please report it with the query"


def _messages(path: str, outcome: Outcome) -> Iterator[str]:
    for finding, why, guess in outcome.taken_back:
        found = finding.diagnostic
        what = f"{path}:{finding.span.line}: the {'guessed ' * guess}fix of {found.code} ({found.name}) is not kept"
        yield f"{what}, since {why}{'' if guess else f'; {_MISTAKE}'}"
    if outcome.undoing:
        yield f"{path}: the fixes of {' and '.join(outcome.undoing)} undo each other and are not kept; {_MISTAKE}"
    if outcome.unfinished:
        yield f"{path}: there is more to fix than one run does; run kql-lint again"


def write(path: str, before: bytes, after: bytes) -> str | None:
    """Gives a file its new content and keeps its permissions; why that can't be, None where it is done.

    A link stays, and what it leads to is written.  LIMIT: who writes to the file between the last look at it and the
    moment that it is replaced, which no system call can exclude, loses that.
    """
    place = os.path.realpath(path)
    try:
        mode = stat.S_IMODE(os.stat(place).st_mode)
        if not os.access(place, os.W_OK):
            return "it is read-only"
        clear_leftovers(place)
        if read_file(path, RULE) != before:
            return "it has changed since it was read"
        replace_file(place, after, mode)
    except Unreadable as error:
        return error.message
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None
