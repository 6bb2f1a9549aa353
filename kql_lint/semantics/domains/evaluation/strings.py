"""Functions that put strings together, cut them up and measure them."""

from __future__ import annotations

from kql_lint.semantics.domains.evaluation.conversions import text_of
from kql_lint.semantics.domains.evaluation.signature import (
    LONGEST,
    LONGEST_TEXT,
    Function,
    has_plain_places,
    is_any,
    is_array,
    is_integer,
    is_text,
)
from kql_lint.semantics.domains.scalars import UNTOLD

_MOST_REPEATS = 1_024  # "strrep: if it is more, the string will be repeated 1024 times"


def _strcat(*values: object) -> object:
    return _joined("", values)


def _strcat_delim(delimiter: str, *values: object) -> object:
    # Nothing says whether what is empty or null is left out.
    return UNTOLD if any(value in ("", None) for value in values) else _joined(delimiter, values)


def _strcat_array(array: list[object], delimiter: str) -> object:
    simple = all(is_text(item) or is_integer(item) for item in array)
    return _joined(delimiter, tuple(array)) if simple else UNTOLD


def _joined(delimiter: str, values: tuple[object, ...]) -> object:
    texts = []
    for value in values:
        text = text_of(value)
        if not isinstance(text, str):
            return UNTOLD
        texts.append(text)
    length = sum(map(len, texts)) + len(delimiter) * len(texts)
    return delimiter.join(texts) if length <= LONGEST_TEXT else UNTOLD


def _split(source: str, delimiter: str, index: int | None = None) -> object:
    if not delimiter:
        return UNTOLD
    parts = source.split(delimiter)
    if index is None:
        return parts
    return [parts[index]] if 0 <= index < len(parts) else UNTOLD


def _substring(source: str, start: int, length: int | None = None) -> object:
    if start < 0:
        start += len(source)
    # What comes of a start outside of the string, or a length below zero, no document says.
    if not 0 <= start <= len(source) or (length is not None and length < 0) or not has_plain_places(source):
        return UNTOLD
    return source[start:] if length is None else source[start : start + length]


def _lower(text: str) -> object:
    return _recased(text, text.lower())


def _upper(text: str) -> object:
    return _recased(text, text.upper())


def _recased(text: str, changed: str) -> object:
    """The text in its other case, where that does not depend on a language: beyond ASCII nothing may change."""
    if text.isascii():
        return changed
    same = len(text) == len(changed) and all(a.isascii() or a == b for a, b in zip(text, changed, strict=True))
    return changed if same else UNTOLD


def _strlen(text: str) -> int:
    return len(text)


def _reverse(text: str) -> object:
    return text[::-1] if text.isascii() else UNTOLD  # marks that combine with a letter


def _indexof(source: str, match: str, start: int = 0, length: int = -1, occurrence: int = 1) -> object:
    # The examples with a length contradict each other, and so does the text on a start below zero.
    whole = match and length == -1 and 0 <= start <= len(source) and occurrence >= 1
    if not whole or not has_plain_places(source):
        return UNTOLD
    if occurrence > 1 and _count(source, match) != source.count(match):
        return UNTOLD  # whether matches may overlap no document says
    place = source.find(match, start)
    while place >= 0 and occurrence > 1:
        place = source.find(match, place + len(match))
        occurrence -= 1
    return place


def _countof(source: str, search: str, kind: str = "normal") -> object:
    return _count(source, search) if search and kind == "normal" else UNTOLD


def _count(source: str, search: str) -> int:
    """How often a text stands in another; the matches may overlap."""
    count, place = 0, source.find(search)
    while place >= 0:
        count, place = count + 1, source.find(search, place + 1)
    return count


def _strcmp(left: str, right: str) -> object:
    if left != right and not (left.isascii() and right.isascii()):
        return UNTOLD
    return (left > right) - (left < right)


def _strrep(value: object, multiplier: int, delimiter: str = "") -> object:
    text = text_of(value)
    if not isinstance(text, str) or not 1 <= multiplier <= _MOST_REPEATS:
        return UNTOLD
    length = (len(text) + len(delimiter)) * multiplier
    return delimiter.join([text] * multiplier) if length <= LONGEST else UNTOLD


FUNCTIONS = {
    "strcat": Function(_strcat, (is_any,), repeats=True),
    "strcat_delim": Function(_strcat_delim, (is_text, is_any, is_any), repeats=True),
    "strcat_array": Function(_strcat_array, (is_array, is_text)),
    "split": Function(_split, (is_text, is_text, is_integer), least=2),
    "substring": Function(_substring, (is_text, is_integer, is_integer), least=2),
    "tolower": Function(_lower, (is_text,)),
    "toupper": Function(_upper, (is_text,)),
    "strlen": Function(_strlen, (is_text,)),
    "reverse": Function(_reverse, (is_text,)),
    "indexof": Function(_indexof, (is_text, is_text, is_integer, is_integer, is_integer), least=2),
    "countof": Function(_countof, (is_text, is_text, is_text), least=2),
    "strcmp": Function(_strcmp, (is_text, is_text)),
    "strrep": Function(_strrep, (is_any, is_integer, is_text), least=2),
}
