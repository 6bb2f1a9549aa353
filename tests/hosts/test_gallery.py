"""Each finding lies on exactly the characters that the host file has there: see gallery/README.md for the format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

GALLERY = Path(__file__).parent / "gallery"
HEAD = re.compile(r"==== (?P<name>[^:\n]+): (?P<what>[^\[\n]+?)(?: \[(?P<flags>[^\]\n]+)\])?")
MARK = re.compile(r"«(?P<code>KL\d{3}) |(?P<end>»)")
FLAGS = re.compile(r"crlf|cr|tabs|bom|utf16|no-end|defender|sentinel|keys=\S+")


class Snippet(NamedTuple):
    """A file: its name, its content with the marks, and the flags."""

    where: str
    name: str
    marked: str
    flags: tuple[str, ...]


def read_snippets(path: Path) -> Iterator[Snippet]:
    lines = path.read_text(encoding="utf-8").split("\n")
    heads = [number for number, line in enumerate(lines) if line.startswith("==== ")]
    for number, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        found = HEAD.fullmatch(lines[number])
        assert found, f"{path.name}:{number + 1}: not of the form ==== NAME: WHAT [FLAGS]"
        flags = tuple((found["flags"] or "").split())
        assert all(FLAGS.fullmatch(flag) for flag in flags), f"{path.name}:{number + 1}: an unknown flag"
        content = "\n".join(lines[number + 1 : end]).rstrip("\n") + "\n"
        yield Snippet(f"{path.stem}: {lines[number][5:]}", found["name"], content, flags)


SNIPPETS = [snippet for path in sorted(GALLERY.glob("*.txt")) for snippet in read_snippets(path)]


def unmarked(snippet: Snippet) -> tuple[str, list[tuple[str, int, int]]]:
    """The text of the file, and the code, start and end of each finding that is marked."""
    marked = snippet.marked
    if "tabs" in snippet.flags:
        marked = marked.replace("→", "\t")
    if "no-end" in snippet.flags:
        marked = marked.rstrip("\n")
    for flag, line_end in (("crlf", "\r\n"), ("cr", "\r")):
        if flag in snippet.flags:
            marked = marked.replace("\n", line_end)
    text, at = "", 0
    expected: list[tuple[str, int, int]] = []
    open_marks: list[tuple[str, int]] = []
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        at = mark.end()
        if mark["end"]:
            code, start = open_marks.pop()
            expected.append((code, start, len(text)))
        else:
            open_marks.append((mark["code"], len(text)))
    assert not open_marks, "a mark is never closed"
    return text + marked[at:], sorted(expected, key=lambda item: (item[1], item[2], item[0]))


def encoded(text: str, flags: tuple[str, ...]) -> bytes:
    if "utf16" in flags:
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode("utf-8-sig" if "bom" in flags else "utf-8")


def options_of(flags: tuple[str, ...]) -> Options:
    platform = next((flag for flag in flags if flag in ("defender", "sentinel")), "auto")
    keys = next((flag[5:] for flag in flags if flag.startswith("keys=")), "")
    return Options(platform=platform, query_keys=tuple(keys.split(","))) if keys else Options(platform=platform)


def between(text: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """The characters from one 1-based line and column to another, counted apart from the code under test."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] - 1 : end[1] - 1]
    first, *middle, last = lines[start[0] - 1 : end[0]]
    return first[start[1] - 1 :] + "".join(middle) + last[: end[1] - 1]


def test_no_snippet_is_there_twice() -> None:
    names = [snippet.where for snippet in SNIPPETS]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet.where for snippet in SNIPPETS])
def test_findings_lie_on_the_marked_characters(snippet: Snippet) -> None:
    text, expected = unmarked(snippet)

    report = lint_file(
        snippet.name, options_of(snippet.flags), lambda path: read_source(path, encoded(text, snippet.flags))
    )

    assert report.errors == []
    found = [(one.diagnostic.code, one.span.start, one.span.end) for one in report.findings]
    shown = [(code, text[start:end]) for code, start, end in found]
    assert shown == [(code, text[start:end]) for code, start, end in expected]
    assert found == expected
    for one in report.findings:
        span = one.span
        place = between(text, (span.line, span.column), (span.end_line, span.end_column))
        assert place == text[span.start : span.end]
