"""What makes a finding the same one in the next run, though lines have moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.surroundings import line_around

if TYPE_CHECKING:
    from kql_lint.runner import FileReport, Finding
    from kql_lint.source import Source


def fingerprints(path: str, report: FileReport) -> list[str]:
    """One for each finding of a report: 32 hexadecimal digits, each of its own.

    They depend on the path, the rule and the finding's line without its white space (of a long one, what is around the
    finding), not on the line's number.  Of findings of one rule on lines that read the same, the second gets another
    fingerprint than the first.
    """
    seen: dict[tuple[str, str], int] = {}
    return [_fingerprint(path, report.source, finding, seen) for finding in report.findings]


def _fingerprint(path: str, source: Source | None, finding: Finding, seen: dict[tuple[str, str], int]) -> str:
    from hashlib import sha256

    line = line_around(source.text, finding.span.start) if source else finding.diagnostic.message
    line = "".join(line.split())
    key = finding.diagnostic.code, line
    seen[key] = seen.get(key, 0) + 1
    text = "\0".join([path, *key, str(seen[key])])
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


_WINDOW = 100  # UTF-16 code units
_FACTOR = 37
_MASK = (1 << 64) - 1
_LEAVING = pow(_FACTOR, _WINDOW, 1 << 64)
_END = 0xFFFF


def line_hashes(source: Source, wanted: set[int]) -> dict[int, str]:
    """GitHub's ``primaryLocationLineHash`` of lines (1-based), as its upload action works it out from the file.

    A polynomial over the hundred UTF-16 code units from the line's beginning on, without spaces and tabs, modulo 2^64,
    and the number of lines up to it that have the same one.  With another value that action would warn at every upload.
    The algorithm is that of github/codeql-action, src/fingerprints.ts; its cases are among our tests.
    """
    counts: dict[int, int] = {}
    found: dict[int, str] = {}
    last = max(wanted, default=0)
    for line, value in _rolling(_units(source)):
        counts[value] = counts.get(value, 0) + 1
        if line in wanted:
            found[line] = f"{value:x}:{counts[value]}"
        if line >= last:
            break
    return found


def _units(source: Source) -> list[int]:
    """The code units that count, every line end as one LF, then the mark of the end."""
    text = source.text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if source.encoding == "utf-8-sig":
        text = "\ufeff" + text  # Node.js keeps it
    data = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return [*data, _END] if _little_endian() else [*((unit & 0xFF) << 8 | unit >> 8 for unit in data), _END]


def _little_endian() -> bool:
    import sys

    return sys.byteorder == "little"


def _rolling(units: list[int]) -> Iterator[tuple[int, int]]:
    """The number of each line with the hash of the window that begins with it."""
    starts = {0: 1}
    for place, unit in enumerate(units[:-1]):
        if unit == 10:
            starts[place + 1] = len(starts) + 1
    value = 0
    for place in range(len(units) + _WINDOW):
        begin = place - _WINDOW
        if begin in starts:
            yield starts[begin], value
        entering = units[place] if place < len(units) else 0
        leaving = units[begin] if begin >= 0 else 0
        value = (value * _FACTOR + entering - leaving * _LEAVING) & _MASK
