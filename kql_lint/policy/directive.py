"""What a comment for kql-lint says: ``disable-next-line=unknown-column,KL104 until=2027-01-31 -- the reason``."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from kql_lint.policy.select import Named, UnknownRule, match

DISABLE, ENABLE, LINE, NEXT_LINE, FILE = "disable", "enable", "disable-line", "disable-next-line", "disable-file"
KINDS = (LINE, NEXT_LINE, DISABLE, ENABLE, FILE)

_REASON = re.compile(r"(?<!\S)(?:--|[\u2013\u2014])(?P<reason>.*)", re.DOTALL)
_KIND = re.compile(r"\s*([\w-]+)")
_EQUALS = re.compile(r"\s*=\s*")
_WORD = re.compile(r"[^\s,=]+")
_COMMA = re.compile(r"\s*,\s*")
_UNTIL = re.compile(r"\s+until\b(?:\s*=\s*(?P<date>[^\s,]*))?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 60


class Word(NamedTuple):
    """A word for rules, its place in the comment's text, and the codes that it covers."""

    text: str
    start: int
    end: int
    codes: frozenset[str]


class Mistake(NamedTuple):
    """What is wrong in a comment's text, and where."""

    message: str
    start: int
    end: int
    help: str | None = None


class Directive(NamedTuple):
    """What is to be done, for which rules (those that there are), until which day, and why.

    kind is None where the text says nothing that can be followed.  mistakes tells why, and what else is wrong.
    """

    kind: str | None
    words: tuple[Word, ...] = ()
    until: date | None = None
    reason: str = ""
    mistakes: tuple[Mistake, ...] = ()


class _Unclear(Exception):
    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.mistake = Mistake(message, start, end, help)


def parse(text: str, rules: tuple[Named, ...]) -> Directive:
    """What stands behind ``kql-lint:``; never raises, whatever the text."""
    found = _REASON.search(text)
    body, reason = (text[: found.start()], found["reason"].strip()) if found else (text, "")
    try:
        kind, place = _kind(body)
        raw, place = _words(body, kind, place)
        until, place = _until(body, kind, place)
        _nothing_more(body, place)
    except _Unclear as error:
        return Directive(None, reason=reason, mistakes=(error.mistake,))
    words, mistakes = [], []
    for word, start, end in raw:
        try:
            words.append(Word(word, start, end, frozenset(match(word, rules)[0])))
        except UnknownRule as error:
            mistakes.append(Mistake(error.message, start, end, "kql-lint rules lists all rules"))
    return Directive(kind, tuple(words), until, reason, tuple(mistakes))


def _kind(body: str) -> tuple[str, int]:
    found = _KIND.match(body)
    if found is None:
        raise _Unclear("this comment does not say what to do", 0, len(body), f"write {NEXT_LINE}=RULE, for instance")
    kind = found[1].lower()
    if kind not in KINDS:
        from kql_lint.suggest import suggest

        close = suggest(kind, KINDS)
        hint = f'did you mean "{close[0]}"?' if close else f"there are {', '.join(KINDS)}"
        raise _Unclear(f'"{_short(found[1])}" is nothing that kql-lint can do; {hint}', found.start(1), found.end(1))
    return kind, found.end()


def _words(body: str, kind: str, place: int) -> tuple[list[tuple[str, int, int]], int]:
    equals = _EQUALS.match(body, place)
    words: list[tuple[str, int, int]] = []
    comma = equals
    while comma is not None and (found := _WORD.match(body, comma.end())):
        words.append((found[0], found.start(), found.end()))
        place = found.end()
        comma = _COMMA.match(body, place)
    if comma is not None and words:
        raise _Unclear("a rule is missing behind the comma", comma.start(), comma.end())
    if not words:
        start = len(body) - len(body.lstrip())
        rest = body[place:].strip(" \t:=").split()
        example = rest[0] if rest and re.fullmatch(r"KL\d{1,3}|[a-z]+(?:-[a-z]+)+", rest[0]) else "RULE"
        raise _Unclear(f'"{kind}" names no rule; write {kind}={example}', start, max(len(body.rstrip()), start))
    return words, place


def _until(body: str, kind: str, place: int) -> tuple[date | None, int]:
    found = _UNTIL.match(body, place)
    if found is None:
        return None, place
    start, end = found.start() + len(found[0]) - len(found[0].lstrip()), found.end()
    if kind == ENABLE:
        raise _Unclear('"until" belongs to what is disabled, not to "enable"', start, end)
    try:
        if not _DATE.fullmatch(found["date"] or ""):
            raise ValueError
        return date.fromisoformat(found["date"]), end
    except ValueError:
        raise _Unclear(f'"{_short(found["date"] or "")}" is no day; write until=2027-01-31', start, end) from None


def _nothing_more(body: str, place: int) -> None:
    rest = body[place:].strip()
    if rest:
        start = body.index(rest, place)
        raise _Unclear(f'"{_short(rest)}" is not understood; a reason stands behind " -- "', start, start + len(rest))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"
