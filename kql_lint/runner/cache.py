"""The results of earlier runs: the raw report of a file, kept under a hash of all that it depends on.

That is the file's name and content, the options with the content of the overlays, and the build of kql-lint.  What is
selected, suppressed or in a baseline is no part of it: that is judged anew each time.  An entry is a small file of its
own, written whole or not at all, so that any number of runs can share the folder; one that is damaged, of another shape
or with places that the file does not have is no entry.  Only reports without errors are kept.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, cast

from kql_lint import cachedir
from kql_lint.runner.companions import Companions
from kql_lint.runner.places import span_of
from kql_lint.runner.report import FileReport, Finding, Packed, Span, pack, unpack, with_source
from kql_lint.shape import fits
from kql_lint.writing import forget, is_temporary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kql_lint.runner.lint import Options
    from kql_lint.source import Source

FOLDER = "results"
# Count up whenever a packed report changes its shape.
_FORMAT = 5
_DAY = 24 * 60 * 60
# The key, when it was put there (seconds), and the report.
_Entry = tuple[str, int, Packed]
_KEY_LETTERS = 40
_HEX = frozenset("0123456789abcdef")
KEPT_DAYS = 30
KEPT_BYTES = 200_000_000


class ResultCache:
    """Finds and keeps reports; never fails: where there is no folder to be had, nothing is found."""

    def __init__(self) -> None:
        self._environments: dict[Options, bytes] = {}
        self._now = int(time.time())

    def key(self, path: str, options: Options, data: bytes) -> str:
        """What the report of a file with this content is kept under.  Raises CatalogueError for a wrong overlay."""
        from hashlib import blake2b

        environment = self._environments.get(options)
        if environment is None:
            environment = self._environments[options] = self._environment(options)
        name = os.path.basename(path)
        return blake2b(
            b"%s\0%s\0%s" % (environment, os.fsencode(name), data), digest_size=_KEY_LETTERS // 2
        ).hexdigest()

    @staticmethod
    def _environment(options: Options) -> bytes:
        from hashlib import blake2b

        from kql_lint.runner.build import build_id
        from kql_lint.runner.lint import catalogue_of

        overlays = catalogue_of(options).fingerprint() if options.catalog or options.functions else ""
        parts = (_FORMAT, sys.version_info[:2], build_id(), tuple(options), overlays)
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=20).digest()

    def get(self, key: str, path: str, data: bytes, allowed: Sequence[str] = ()) -> FileReport | None:
        """The report of a file with this content, if it is there, and what the file names is what it was.

        allowed are paths outside of the repository that this may lie in.
        """
        stored = cachedir.load(_name(key))
        if not fits(stored, _Entry):
            return None
        kept_as, kept, packed = cast("_Entry", stored)
        if kept_as != key:
            return None
        report = with_source(unpack(path, None, packed), data)
        if not _is_sound(report) or not Companions(path, allowed).are(report.companions):
            return None
        if self._now - kept > _DAY:
            cachedir.refresh(_name(key))
        return report

    def put(self, key: str, report: FileReport) -> None:
        """Keep a report, unless something went wrong in it."""
        if report.source is not None and not report.errors and not report.problems:
            cachedir.save(_name(key), (key, self._now, pack(report)))


def _name(key: str) -> str:
    return f"{FOLDER}/{key[:2]}/{key[2:]}"


def _is_sound(report: FileReport) -> bool:
    """Whether a report can be one that put has kept: it went well, and its places are those of its file."""
    if report.errors or report.problems:
        return False
    if not (report.findings or report.comments or report.rule_ids):
        return True
    source = report.source
    if source is None:
        return False
    queries = {None, *report.queries}
    spans = [*report.queries, *(one.span for one in report.comments), *(one.span for one in report.rule_ids)]
    spans += [one.named for one in report.rule_ids if one.named is not None]
    stretches = [stretch for one in report.comments for stretch in (one.line, one.next, one.scope)]
    return (
        all(_is_there(source, span) for span in spans)
        and all(0 <= start <= end <= len(source.text) + 1 for start, end in stretches)
        and all(one.query in queries for one in report.comments)
        and all(_agrees(source, finding) for finding in report.findings)
    )


def _is_there(source: Source, span: Span) -> bool:
    start, end = span[:2]
    return 0 <= start <= end <= len(source.text) + 1 and span == span_of(source, start, end)


def _agrees(source: Source, finding: Finding) -> bool:
    """Whether the offsets of a finding are those of its spans."""
    found = finding.diagnostic
    edits = [edit for fix in found.fixes for edit in fix.edits]
    return (
        _is_there(source, finding.span)
        and finding.span[:2] == (found.start, found.end)
        and all(_is_there(source, span) for span in finding.related)
        and [span[:2] for span in finding.related] == [(one.start, one.end) for one in found.related]
        and all(0 <= edit.start <= edit.end <= len(source.text) for edit in edits)
    )


def prune(now: int | None = None) -> None:
    """Once a day, take away what was not used for long, and the oldest of too much.  Never raises."""
    folder = cachedir.usable()
    if folder is None:
        return
    now = int(time.time()) if now is None else now
    stamp = cachedir.load(f"{FOLDER}/pruned")
    if type(stamp) is int and 0 <= now - stamp < _DAY:
        return
    cachedir.save(f"{FOLDER}/pruned", now)
    files = sorted(_files(os.path.join(folder, FOLDER)), reverse=True)
    room = KEPT_BYTES
    for used, size, path in files:
        room -= size
        old = now - used > (_DAY if path.endswith(".tmp") else KEPT_DAYS * _DAY)
        if old or room < 0:
            forget(path)


def _files(folder: str) -> Iterator[tuple[float, int, str]]:
    """Every entry, and what is left of one, with when it was last used and its size.

    Another run may take some away meanwhile.  What is not named as entries are is not ours.
    """
    for parent, folders, names in os.walk(folder):
        if parent != folder:
            folders.clear()
        for name in names:
            path = os.path.join(parent, name)
            if not _is_entry(os.path.basename(parent) + name):
                continue
            try:
                about = os.stat(path)
            except OSError:
                continue
            yield about.st_mtime, about.st_size, path


def _is_entry(name: str) -> bool:
    key = name[:_KEY_LETTERS]
    return len(key) == _KEY_LETTERS and _HEX.issuperset(key) and (name == key or is_temporary(name, key))
