"""Rules of every host, sound as they are, and mistakes that are put into them: each is found at its place, alone.

A file of planted/ has the name of the rule's file, the rule, and the mistakes, with a line of ``=`` between them. A
mistake is a block of lines: ``-`` what it replaces in the rule, once, ``+`` what it puts there, ``!`` each finding of
a rule about metadata (severity, code, the text that it lies on, the message; ``! ok`` for none), ``=`` what its fix
writes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from kql_lint.rules import RULES
from kql_lint.runner import FileReport, Options, lint_file
from kql_lint.source import read_source

FOLDER = Path(__file__).parent / "planted"
_LINE = re.compile(r"\n={10,}\n")


class Planted(NamedTuple):
    """One mistake in the rule of a file."""

    path: str
    rule: str
    old: str
    new: str
    found: list[str]
    fixed: list[str]


def read(file: Path) -> tuple[str, str, list[Planted]]:
    name, rule, mistakes = _LINE.split(file.read_text(encoding="utf-8"), maxsplit=2)
    blocks = [block.splitlines() for block in re.split(r"\n(?:\n|#.*\n)+", f"\n{mistakes}") if block.strip()]
    found = [Planted(name, f"{rule}\n", *(_of(block, sign) for sign in "-+"), *_said(block)) for block in blocks]
    return name, f"{rule}\n", found


def _of(block: list[str], sign: str) -> str:
    return "\n".join(line[2:] for line in block if line[:1] == sign)


def _said(block: list[str]) -> tuple[list[str], list[str]]:
    said = [line[2:] for line in block if line.startswith("!")]
    return [line for line in said if line != "ok"], [line[2:] for line in block if line.startswith("=")]


FILES = {file.stem: read(file) for file in sorted(FOLDER.glob("*.txt"))}
PLANTED = [
    pytest.param(one, id=f"{stem}-{number}")
    for stem, (_, _, planted) in FILES.items()
    for number, one in enumerate(planted, 1)
]


def report_of(path: str, text: str) -> FileReport:
    report = lint_file(path, Options(), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    assert report.queries
    return report


def said(path: str, text: str) -> list[str]:
    """The findings of rules about metadata that are on by default."""
    on = {rule.code for rule in RULES if rule.enabled}
    return [
        f"{one.diagnostic.severity.label} {one.diagnostic.code} [{text[one.span.start : one.span.end]}] "
        f"{one.diagnostic.message}"
        for one in report_of(path, text).findings
        if one.diagnostic.code in on
    ]


@pytest.mark.parametrize("stem", FILES)
def test_a_sound_rule_is_silent(stem: str) -> None:
    path, text, _ = FILES[stem]
    assert said(path, text) == []


@pytest.mark.parametrize("one", PLANTED)
def test_a_mistake_is_found_at_its_place(one: Planted) -> None:
    assert one.rule.count(one.old) == 1, one.old
    text = one.rule.replace(one.old, one.new)

    assert sorted(said(one.path, text)) == sorted(one.found)


@pytest.mark.parametrize("one", [case for case in PLANTED if case.values[0].fixed])  # type: ignore[attr-defined]
def test_its_fix_writes_what_is_meant(one: Planted) -> None:
    text = one.rule.replace(one.old, one.new)
    offered = [
        fix.edits[0] for found in report_of(one.path, text).findings for fix in found.diagnostic.fixes if fix.edits
    ]
    assert [edit.text for edit in offered] == one.fixed
    mended = text
    for edit in sorted(offered, key=lambda edit: edit.start, reverse=True):
        mended = mended[: edit.start] + edit.text + mended[edit.end :]
    left = said(one.path, mended)
    assert not [line for line in left if line in one.found and not line.startswith("info")]


def test_there_are_enough_of_each_rule_and_host() -> None:
    assert len(PLANTED) >= 80
    told = " ".join(line for _, _, planted in FILES.values() for one in planted for line in one.found)
    assert {rule.code for rule in RULES if "KL610" <= rule.code <= "KL617" and rule.enabled} <= set(
        re.findall(r"KL\d+", told)
    )
