"""Functions that replace parts of a string, or take them off its ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from kql_lint.semantics.domains.evaluation.signature import LONGEST, Function, is_array, is_text
from kql_lint.semantics.domains.scalars import UNTOLD
from kql_lint.semantics.literals.automaton import Automaton
from kql_lint.semantics.literals.program import program
from kql_lint.semantics.literals.regex import Piece, pieces


def _replace_string(text: str, lookup: str, rewrite: str) -> object:
    if not lookup:
        return UNTOLD
    length = len(text) + text.count(lookup) * (len(rewrite) - len(lookup))
    return text.replace(lookup, rewrite) if length <= LONGEST else UNTOLD


def _replace_strings(text: str, lookups: list[object], rewrites: list[object]) -> object:
    """Every lookup by its rewrite, at once.  Which of two that overlap comes first no document says."""
    if len(lookups) != len(rewrites) or len(text) > LONGEST:
        return UNTOLD
    found: list[tuple[int, int, str]] = []
    for lookup, rewrite in zip(lookups, rewrites, strict=True):
        if not isinstance(lookup, str) or not isinstance(rewrite, str) or not lookup:
            return UNTOLD
        place = text.find(lookup)
        while place >= 0 and len(found) <= LONGEST:
            found.append((place, place + len(lookup), rewrite))
            place = text.find(lookup, place + 1)
    found.sort()
    parts, end = [], 0
    for start, behind, rewrite in found:
        if start < end:
            return UNTOLD
        parts += [text[end:start], rewrite]
        end = behind
    return "".join([*parts, text[end:]]) if sum(map(len, parts)) <= LONGEST else UNTOLD


def _trim(pattern: str, source: str) -> object:
    return _trimmed(pattern, source, at_start=True, at_end=True)


def _trim_start(pattern: str, source: str) -> object:
    return _trimmed(pattern, source, at_start=True)


def _trim_end(pattern: str, source: str) -> object:
    return _trimmed(pattern, source, at_end=True)


def _trimmed(pattern: str, source: str, *, at_start: bool = False, at_end: bool = False) -> object:
    """The source without what the pattern matches at its ends.

    Told where the pattern is a text that stands at an end once at most, or a set of characters: ``\\s+``, ``[^\\w]+``.
    Whether one match is taken off or each of several in a row the documentation does not say.
    """
    read = _readings(pattern)
    if read is None:
        return UNTOLD
    is_taken, repeats = read
    if isinstance(is_taken, str):
        return _without_text(is_taken, source, at_start, at_end)
    if not source.isascii() or not source.isprintable():  # the engines have different classes there
        return UNTOLD
    start, end = 0, len(source)
    if at_start:
        start = next((place for place, character in enumerate(source) if not is_taken(character)), end)
    if at_end:
        end = next((place + 1 for place in range(end - 1, -1, -1) if not is_taken(source[place])), 0)
    if not repeats and (start > 1 or len(source) - end > 1):
        return UNTOLD
    return source[start:end] if start < end else ""


def _without_text(text: str, source: str, at_start: bool, at_end: bool) -> object:
    twice = text * 2
    if (at_start and source.startswith(twice)) or (at_end and source.endswith(twice)):
        return UNTOLD
    cut_start, cut_end = at_start and source.startswith(text), at_end and source.endswith(text)
    if cut_start and cut_end and len(source) < 2 * len(text):
        return "" if source == text else UNTOLD
    return source[len(text) if cut_start else 0 : len(source) - (len(text) if cut_end else 0)]


@lru_cache(maxsize=64)
def _readings(pattern: str) -> tuple[str | Callable[[str], bool], bool] | None:
    """What a pattern takes: a fixed text, or one of some characters, any number of them where the second is True."""
    found = pieces(pattern)
    if not found:
        return None
    text = _fixed_text(pattern, found)
    if text is not None:
        return text, False
    repeats = len(found) == 2 and pattern[found[1].start :] in ("+", "*")
    if not repeats and len(found) > 1:
        return None
    made = program(pattern[: found[0].end]) if found[0].end == 1 or found[0].kind in ("class", "escape") else None
    # One step takes one character; an assertion such as ``\b`` takes none.
    if made is None or len(made) != 1 or not made[0].takes:
        return None
    return Automaton(made).search, repeats


def _fixed_text(pattern: str, found: list[Piece]) -> str | None:
    """The text that a pattern is, where it has neither sets of characters nor anything that repeats."""
    text = ""
    for piece in found:
        part = pattern[piece.start : piece.end]
        if piece.kind == "text" and not set(part) & set(".^$"):
            text += part
        elif piece.kind == "escape" and len(part) == 2 and part[1] in "\\.+*?()|[]{}^$-/":
            text += part[1]
        else:
            return None
    return text


FUNCTIONS = {
    "replace_string": Function(_replace_string, (is_text, is_text, is_text)),
    "replace_strings": Function(_replace_strings, (is_text, is_array, is_array)),
    "trim": Function(_trim, (is_text, is_text)),
    "trim_start": Function(_trim_start, (is_text, is_text)),
    "trim_end": Function(_trim_end, (is_text, is_text)),
}
