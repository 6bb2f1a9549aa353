"""The pieces of the HTML report: escaped text, source lines with their marks, a rule's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape as _escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.runner import Finding, Span
    from kql_lint.source import Source

# Lines of a finding that are shown, and code points of a line: a query can be one line of a JSON file.
LINES = 8
BEFORE, AFTER = 100, 200
_BLANKS = re.compile(r"\s*")


def escape(text: str) -> str:
    """Text for HTML, in element content and in quoted attributes; control and direction characters are made visible.

    Line ends and tabs are kept as references, so that a value makes no line of the page's source.
    """
    lines = ("&#9;".join(_escape(clean(part)) for part in line.split("\t")) for line in text.split("\n"))
    return "&#10;".join(lines).replace("##", "#&#35;")


class _Mark(NamedTuple):
    """Columns of one line, 0-based and half-open; role is "primary" or "related"."""

    begin: int
    end: int
    role: str


def snippet(source: Source, finding: Finding) -> str:
    """The lines of a finding and its related places, with the places marked and the related ones labelled."""
    marks: dict[int, list[_Mark]] = {}
    labels: dict[int, list[str]] = {}
    for span, item in zip(finding.related, finding.diagnostic.related, strict=True):
        _add(marks, source, span, "related", 1)
        labels.setdefault(span.line, []).append(item.message)
    _add(marks, source, finding.span, "primary", LINES)
    shown, rows = 0, []
    for number in sorted(marks):
        if shown and number > shown + 1:
            rows.append('<span class="gap">⋮</span>')
        rows.append(f'<span class="line" data-line="{number}">{_line(source, number, marks[number])}</span>')
        rows += [f'<span class="label">{escape(label)}</span>' for label in labels.get(number, [])]
        shown = number
    return f"<pre><code>{''.join(rows)}</code></pre>"


def _add(marks: dict[int, list[_Mark]], source: Source, span: Span, role: str, most: int) -> None:
    last = min(span.end_line, span.line + most - 1)
    for number in range(span.line, last + 1):
        start, stop = source.line_span(number)
        begin = span.column - 1 if number == span.line else _indentation(source.text, start, stop)
        end = span.end_column - 1 if number == span.end_line else stop - start
        if number == span.line or end > begin:
            marks.setdefault(number, []).append(_Mark(begin, max(end, begin + 1), role))


def _indentation(text: str, start: int, stop: int) -> int:
    """How many of the first characters of a line are blanks; those past what is shown of a long one are not counted."""
    found = _BLANKS.match(text, start, min(stop, start + BEFORE + AFTER))
    return found.end() - start if found else 0


def _line(source: Source, number: int, marks: Sequence[_Mark]) -> str:
    """The line in pieces; where marks overlap, the primary one is shown."""
    start, stop = source.line_span(number)
    length = max(stop - start, *(mark.end for mark in marks))
    begin, end = _window(length, marks)
    text = source.text[start + begin : min(start + end, stop)].ljust(end - begin)
    cuts = sorted({begin, end, *(min(max(cut, begin), end) for mark in marks for cut in mark[:2])})
    pieces = "".join(_piece(text[left - begin : right - begin], _role(left, marks)) for left, right in pairwise(cuts))
    return ("…" if begin else "") + pieces + ("…" if end < length else "")


def _window(length: int, marks: Sequence[_Mark]) -> tuple[int, int]:
    """The part that is shown: all of a line of usual length, else what is around the first mark."""
    if length <= BEFORE + AFTER:
        return 0, length
    first = min(marks, key=lambda mark: (mark.role != "primary", mark.begin))
    end = max(first.begin + AFTER, min(first.end, first.begin + 2 * AFTER))
    return max(0, first.begin - BEFORE), min(length, end)


def _role(place: int, marks: Sequence[_Mark]) -> str:
    roles = {mark.role for mark in marks if mark.begin <= place < mark.end}
    return "primary" if "primary" in roles else "related" if roles else ""


def _piece(text: str, role: str) -> str:
    return f'<mark class="{role}">{escape(text)}</mark>' if role else escape(text)


# --- the Markdown of the rules' documentation -----------------------------------------------------------------------


def rendered(markdown: str) -> str:
    """The Markdown that rules are documented in: headings, paragraphs, lists, code; all else is text."""
    return "".join(_blocks(markdown.strip().splitlines()))


def _blocks(lines: list[str]) -> Iterator[str]:
    text: list[str] = []
    code: list[str] | None = None
    for line in [*lines, ""]:
        if line.startswith("```"):
            if code is None:
                yield from _paragraph(text)
                text, code = [], []
            else:
                yield f"<pre><code>{escape(chr(10).join(code))}</code></pre>"
                code = None
        elif code is not None:
            code.append(line)
        elif line.startswith("#"):
            yield from _paragraph(text)
            text = []
            yield f"<h4>{_inline(line.lstrip('# '))}</h4>"
        elif line.strip():
            text.append(line)
        else:
            yield from _paragraph(text)
            text = []


def _paragraph(lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    items = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)
    if items[0].strip():
        yield f"<p>{_inline(items[0])}</p>"
    if len(items) > 1:
        yield "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items[1:]) + "</ul>"


def _inline(text: str) -> str:
    """Code spans and bold text."""
    parts = re.split(r"`([^`]+)`", " ".join(text.split()))
    return "".join(
        f"<code>{escape(part)}</code>" if number % 2 else re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(part))
        for number, part in enumerate(parts)
    )
