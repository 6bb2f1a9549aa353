"""The last line of a run: what was found in how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kql_lint.diagnostic import Severity
from kql_lint.output import Summary
from kql_lint.printable import clean
from kql_lint.wording import listing

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sentence(summary: Summary) -> str:
    """For instance "Found 3 errors and 1 warning in 2 of 14 files (15 queries). 2 findings are suppressed."."""
    counts = [_count(count, _WORDS[severity]) for severity, count in summary.counts.items() if count]
    files = _count(summary.files, "file")
    if summary.files_with_findings < summary.files:
        files = f"{summary.files_with_findings:,} of {files}"
    found = f"Found {listing(counts)} in {files}" if counts else f"No findings in {_count(summary.files, 'file')}"
    queries = _count(summary.queries, "query", "queries")
    failed = f" {_count(summary.failed, 'file')} could not be linted." if summary.failed else ""
    first = f"{done(summary)} " if done(summary) else ""
    return f"{first}{found} ({queries}).{failed}{_hidden(summary)}{_unread(summary)}"


def done(summary: Summary, *, would: bool = False) -> str:
    """For instance "Fixed 3 findings in 2 files."; empty where nothing was done.  would: it is only shown."""
    if summary.held:
        return f"{'Would add' if would else 'Added'} comments for {_count(summary.held, 'finding')}."
    if not summary.fixed:
        return ""
    verb = "Would fix" if would else "Fixed"
    return f"{verb} {_count(summary.fixed, 'finding')} in {_count(summary.fixed_files, 'file')}."


_OPTIONS = {"safe": "--fix", "intent": "--fix-intent", "unsafe": "--fix --unsafe-fixes"}
MARKS = {"safe": "[*]", "intent": "[*intent]", "unsafe": "[*unsafe]"}
"""What stands beside a finding that has a fix, by how safe that is."""


def fixable(summary: Summary) -> str:
    """For instance "[*] 7 fixable with --fix, 3 more with --fix-intent."; empty where nothing has a fix."""
    counts = [(summary.fixable[safety], option) for safety, option in _OPTIONS.items() if summary.fixable[safety]]
    if not counts:
        return ""
    (number, option), *others = counts
    return f"[*] {number:,} fixable with {option}{''.join(f', {more:,} more with {how}' for more, how in others)}."


def _hidden(summary: Summary) -> str:
    """What is known and not reported."""
    counts = [(summary.suppressed, "suppressed"), (summary.baselined, "in the baseline")]
    said = [(number, where) for number, where in counts if number]
    if not said:
        return ""
    first, where = said[0]
    rest = "".join(f", {number:,} {where}" for number, where in said[1:])
    return f" {_count(first, 'finding')} {'is' if first == 1 else 'are'} {where}{rest}."


def _unread(summary: Summary) -> str:
    """Which code blocks were not read, the most frequent languages first, each with the first of their places."""
    if not summary.unread:
        return ""
    languages = sorted(summary.unread.items(), key=lambda item: (-len(item[1]), item[0]))
    said = [f"{len(places):,} {_in(language)} ({clean(listing(places, limit=3))})" for language, places in languages]
    number = sum(len(places) for places in summary.unread.values())
    verb = "is" if number == 1 else "are"
    return f" {_count(number, 'code block')} {verb} not plainly KQL and {verb} not read: {listing(said)}."


def _in(language: str) -> str:
    return f'in "{language}"' if language else "without a language"


def nothing_found(summary: Summary, where: str, left_out: Mapping[str, Counter[str]]) -> str:
    """What to say where there is no query at all: which files were read, and which were not.

    where is what was to be linted; left_out has the endings of the files that were not looked at, by the reason.
    """
    read = f"no query found in {_count(summary.files, 'file')}: {_endings(summary.empty)}"
    parts = [read if summary.files else f"{where}: no rule files found here"]
    others = {"not plainly KQL": summary.not_ours, **left_out}
    parts += [f"{reason}: {_endings(endings)}" for reason, endings in others.items() if endings]
    return "; ".join(parts)


def _endings(endings: Counter[str]) -> str:
    """For instance "12 .md, 3 .json and 1 without an ending"."""
    most = sorted(endings.items(), key=lambda item: (-item[1], item[0]))
    return listing([f"{number:,} {ending or 'without an ending'}" for ending, number in most], limit=8)


def left_out(number: int, one: str) -> str:
    """For instance "1 result is left out"."""
    return f"{_count(number, one)} {'is' if number == 1 else 'are'} left out"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
