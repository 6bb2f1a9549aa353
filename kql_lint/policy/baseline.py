"""Baselines: the findings that a repository has already, so that only new ones are reported.

A baseline is JSON with an entry a line, sorted: how many findings a rule has on lines of a file that read the same.  So
it bears lines that move, and white space that changes.  Paths are relative to the baseline, with ``/``.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.config import ConfigError, Place
from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.policy.registry import BEYOND_THE_FILE, IN_THE_WAY
from kql_lint.printable import halved, whole
from kql_lint.reading import BASELINE, Unreadable, read_text
from kql_lint.runner import FileReport, Finding, span_of
from kql_lint.surroundings import line_around
from kql_lint.writing import clear_leftovers, replace_file

if TYPE_CHECKING:
    from kql_lint.source import Source

VERSION = 1
STALE = ("KL903", "stale-baseline", Severity.INFO)
_CODE = re.compile(r"KL\d{3}")


class Key(NamedTuple):
    """What findings have in common that are counted together: path, rule, and the text of their line.

    Path and line are ``printable.whole``: text that any encoding of Unicode can write.
    """

    path: str
    rule: str
    line: str


def key_of(path: str, source: Source | None, finding: Finding) -> Key:
    """The key of a finding in a file; path is relative to the baseline."""
    line = "" if source is None else whole(line_around(source.text, finding.span.start))
    return Key(path, finding.diagnostic.code, line)


class Baseline:
    """A baseline that findings are compared with.  Raises ConfigError where it can't be read."""

    def __init__(self, path: str) -> None:
        self._file = _File(path)
        self._known = self._file.counts()
        self._left = Counter(self._known)
        self._judged: dict[str, frozenset[str]] = {}

    def anew(self) -> Baseline:
        """The same baseline, with which nothing has been compared yet."""
        other = copy(self)
        other._left, other._judged = Counter(self._known), {}
        return other

    def left(self, report: FileReport, findings: list[Finding], codes: frozenset[str]) -> list[Finding]:
        """The findings that are not in the baseline; of a key, the first ones in the file are taken to be known."""
        path = self._file.relative(report.path)
        if _seen_whole(report):
            self._judged[path] = codes
        new = []
        for finding in findings:
            key = key_of(path, report.source, finding)
            if self._left[key] > 0:
                self._left[key] -= 1
            else:
                new.append(finding)
        return new

    def new(self, report: FileReport, findings: list[Finding]) -> list[Finding]:
        """What left gives, without taking note of anything."""
        path = self._file.relative(report.path)
        taken: Counter[Key] = Counter()
        found = []
        for finding in findings:
            key = key_of(path, report.source, finding)
            taken[key] += 1
            if taken[key] > self._known[key]:
                found.append(finding)
        return found

    def stale(self) -> FileReport:
        """KL903 for entries with more findings than were there, of files that were linted or are gone."""
        from kql_lint.source import Source

        report = FileReport(shown(self._file.path), Source(self._file.path, self._file.text))
        places = self._file.places()
        for key, count in sorted(self._left.items()):
            if count > 0 and self._is_stale(key):
                start, end = places.get(key, (0, 0))
                diagnostic = Diagnostic(*STALE, self._message(key, count), start, end, self._help())
                assert report.source is not None
                report.findings.append(Finding(diagnostic, span_of(report.source, start, end)))
        report.findings.sort(key=lambda one: (one.span, one.diagnostic.message))
        return report

    def _is_stale(self, key: Key) -> bool:
        codes = self._judged.get(key.path)
        if codes is not None:
            # LIMIT: what depends on other files or revisions may come back with these, so it is never called stale.
            return key.rule in codes and key.rule not in BEYOND_THE_FILE
        return not self._file.is_there(key.path)

    def _message(self, key: Key, count: int) -> str:
        if key.path not in self._judged:
            return f"{key.path} is no longer there"
        now = self._known[key] - count
        if now:
            times = "once" if now == 1 else f"{now} times"
            return f"{key.rule} is reported only {times} in {key.path} for this line, not {self._known[key]} times"
        return f"{key.rule} is no longer reported in {key.path} for this line"

    def _help(self) -> str:
        return f"write it anew: kql-lint check --write-baseline {shown(self._file.path)}"


def _seen_whole(report: FileReport) -> bool:
    found = (finding.diagnostic.code for finding in report.findings)
    return not report.errors and not any(code in IN_THE_WAY for code in found)


def shown(path: str) -> str:
    """A path as the user would write it."""
    here = os.path.join(os.getcwd(), "")
    full = os.path.abspath(path)
    return full[len(here) :] if full.startswith(here) else path


def missing(path: str) -> str:
    """What to say of a baseline that is not there."""
    return f"there is no such baseline; --write-baseline {shown(path)} makes it"


class _File:
    """The file of a baseline."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        self.text = ""
        self._entries: list[tuple[Key, int]] = []

    def relative(self, path: str) -> str:
        """A path as the baseline has it, by whatever links either of them was named."""
        full = os.path.realpath(path)
        try:
            return whole(os.path.relpath(full, self.folder).replace(os.sep, "/"))
        except ValueError:  # on another drive of Windows
            return whole(full.replace(os.sep, "/"))

    def is_there(self, path: str) -> bool:
        """Whether there is a file of a path that the baseline has."""
        return any(os.path.lexists(os.path.join(self.folder, name)) for name in {path, halved(path)})

    def counts(self) -> Counter[Key]:
        """Reads the file: how many findings there are of each key.  Raises ConfigError."""
        self.text = self._read()
        self._entries = list(self._parse(self.text))
        counts: Counter[Key] = Counter()
        for key, count in self._entries:
            counts[key] += count
        return counts

    def places(self) -> dict[Key, tuple[int, int]]:
        """Where the first entry of each key stands in the text."""
        found: dict[Key, tuple[int, int]] = {}
        for (key, _), place in zip(self._entries, _spans(self.text), strict=False):
            found.setdefault(key, place)
        return found

    def _read(self) -> str:
        try:
            return read_text(self.path, BASELINE)
        except Unreadable as error:
            message = missing(self.path) if error.missing else error.message
            raise ConfigError(Place(self.path, error.line, error.column), message) from error

    def _parse(self, text: str) -> Iterator[tuple[Key, int]]:
        import json

        try:
            content = json.loads(text)
        except json.JSONDecodeError as error:
            place = Place(self.path, error.lineno, error.colno)
            raise ConfigError(place, f"this baseline is not valid JSON: {error.msg}") from None
        except RecursionError:
            raise self._wrong("it is nested too deeply") from None
        except ValueError:  # Python reads no number of more than 4,300 digits
            raise self._wrong("a number in it is too long") from None
        if not isinstance(content, dict) or not isinstance(content.get("findings"), list):
            raise self._wrong('it has no list of "findings"')
        version = content.get("version")
        if version != VERSION or not isinstance(version, int) or isinstance(version, bool):
            raise self._wrong(f"its version is {json.dumps(version)}, and this kql-lint reads {VERSION}")
        for number, entry in enumerate(content["findings"]):
            read = _entry(entry)
            if read is None:
                raise self._wrong(
                    'an entry must have "rule", "path" and "line", which are texts, and "count", which is a number '
                    "from 1 on",
                    number,
                )
            yield read

    def _wrong(self, why: str, entry: int | None = None) -> ConfigError:
        place = Place(self.path)
        if entry is not None:
            from kql_lint.source import Source

            start = next((span[0] for number, span in enumerate(_spans(self.text)) if number == entry), 0)
            place = Place(self.path, *Source(self.path, self.text).position(start))
        return ConfigError(place, f"this is not a baseline of kql-lint: {why}")

    def write(self, counts: Counter[Key]) -> None:
        """Writes the file, whole or not at all.  Raises ConfigError."""
        target = os.path.realpath(self.path)
        try:
            mode = os.stat(target).st_mode & 0o7777 if os.path.exists(target) else None
            clear_leftovers(target)
            replace_file(target, render(counts).encode("utf-8"), mode)
        except OSError as error:
            raise ConfigError(Place(self.path), f"cannot be written: {error.strerror or error}") from error


def _entry(entry: object) -> tuple[Key, int] | None:
    if not isinstance(entry, dict):
        return None
    path, rule, line, count = (entry.get(name) for name in ("path", "rule", "line", "count"))
    if not isinstance(path, str) or not isinstance(rule, str) or not isinstance(line, str):
        return None
    if not _CODE.fullmatch(rule) or not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return None
    return Key(whole(path), rule, whole(line)), count


_FINDINGS = re.compile(r'"findings"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each entry of a sound baseline begins and ends."""
    from json import JSONDecodeError, JSONDecoder

    decoder = JSONDecoder()
    found = _FINDINGS.search(text)
    place = found.end() if found else len(text)
    while True:
        blank = _BETWEEN.match(text, place)
        start = blank.end() if blank else place
        try:
            _, place = decoder.raw_decode(text, start)
        except (JSONDecodeError, RecursionError):
            return
        yield start, place


def render(counts: Counter[Key]) -> str:
    """The text of a baseline."""
    import json

    lines = [
        json.dumps({"path": key.path, "rule": key.rule, "line": key.line, "count": count}, ensure_ascii=False)
        for key, count in sorted(counts.items())
        if count > 0
    ]
    entries = "".join(f"\n    {line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, 1))
    return f'{{\n  "version": {VERSION},\n  "findings": [{entries}{chr(10) + "  " if lines else ""}]\n}}\n'


class Writer:
    """Gathers the findings of a run for a baseline.

    What a baseline of this path has already about files that were not linted, and about rules that were not selected,
    stays.  Raises ConfigError where the path is that of another file.
    """

    def __init__(self, path: str) -> None:
        self._file = _File(path)
        self._counts: Counter[Key] = Counter()
        self._linted: dict[str, frozenset[str]] = {}
        self._old = self._file.counts() if os.path.lexists(path) and not _is_empty(path) else Counter[Key]()

    def add(self, report: FileReport, findings: Iterable[Finding], codes: frozenset[str]) -> None:
        """Takes the findings of a file; codes are the rules that were selected for it."""
        path = self._file.relative(report.path)
        self._linted[path] = codes
        self._counts.update(key_of(path, report.source, finding) for finding in findings)

    def write(self) -> str:
        """Writes the baseline, and says so in a sentence."""
        kept = Counter({key: count for key, count in self._old.items() if self._stays(key)})
        self._file.write(self._counts + kept)
        number = sum(self._counts.values())
        said = f"wrote {number:,} finding{'' if number == 1 else 's'} to {shown(self._file.path)}"
        number = sum(kept.values())
        return said + (f", and kept {number:,} of files or rules that were not looked at" if number else "")

    def _stays(self, key: Key) -> bool:
        codes = self._linted.get(key.path)
        if codes is not None:
            return key.rule not in codes
        return self._file.is_there(key.path)


def _is_empty(path: str) -> bool:
    return os.path.isfile(path) and os.path.getsize(path) == 0
