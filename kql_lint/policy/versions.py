"""Rules of a file that were changed under the same version: compared with what the file was at another revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.runner import Finding, extracted_from
from kql_lint.runner.companions import Companions
from kql_lint.runner.places import finding_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kql_lint.rules.metadata.version_not_raised import Revision
    from kql_lint.runner import FileReport, Options
    from kql_lint.source import Source


class Base(NamedTuple):
    """The revision to compare with: what the user calls it, and what gives the content that a file had there.

    content gives None for a file that was not there.
    """

    name: str
    content: Callable[[str], bytes | None]


def not_raised(report: FileReport, options: Options, base: Base) -> list[Finding]:
    """The rules of a file whose query differs from that of the base, and whose version is not higher."""
    source = report.source
    if source is None or not any(one.version for one in report.rule_ids):
        return []
    from kql_lint.rules.metadata.version_not_raised import check

    before = _before(report.path, base)
    if before is None or (before.text == source.text and not report.companions):
        return []
    now = _rules(source, options, Companions(source.path, options.allowed, options.extensions))
    then = _rules(before, options, Companions(source.path, options.allowed, options.extensions, base.content))
    return [finding_at(source, one, None) for one in check(now, then, base.name)]


def _before(path: str, base: Base) -> Source | None:
    from kql_lint.reading import Unreadable
    from kql_lint.source import read_source

    data = base.content(path)
    try:
        return None if data is None else read_source(path, data)
    except Unreadable:
        return None  # it was no text then


def _rules(source: Source, options: Options, companions: Companions) -> Iterator[Revision]:
    from kql_lint.rules.metadata.version_not_raised import Revision

    extracted = extracted_from(source, options, companions)
    for query in extracted[1].queries if extracted is not None else ():
        if query.rule is not None:
            yield Revision(query.rule, query.text, query.holes)
