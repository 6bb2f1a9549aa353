"""The dynamic value that a string in JSON is parsed into."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from kql_lint.semantics.domains.evaluation.signature import LONGEST, is_integer, is_text
from kql_lint.semantics.domains.scalars import UNTOLD

_DEEPEST = 20
# What a JSON text begins with, strict or not: a lenient reader may make something of one that is no JSON after all.
_BEGINNINGS = re.compile(r"""[\s{}\[\],:"'+\-.0-9tfnNIuT/]""")
# "Kusto will parse strings as strongly-typed values if they can be parsed as such": a time or a guid in a string.
_TYPED = re.compile(r"[0-9A-Fa-f]+[-:/.][0-9A-Fa-f].*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class _Doubtful(Exception):
    """Readers differ."""


def parse_json(value: object) -> object:
    """The dynamic value for a string, which may be the string itself; UNTOLD where readers of JSON differ.

    A value that is dynamic already is handed on.
    """
    if isinstance(value, (list, dict)):
        return value
    if not isinstance(value, str) or len(value) > LONGEST or _depth(value) > _DEEPEST:
        return UNTOLD
    if not value:
        return None
    try:
        parsed: object = json.loads(value, object_pairs_hook=_bag, parse_constant=_refuse)
    except _Doubtful:
        return UNTOLD
    except ValueError:
        return UNTOLD if _BEGINNINGS.match(value) else value
    return parsed if _is_plain(parsed) else UNTOLD


def _depth(text: str) -> int:
    """How deep the arrays and bags in a text are nested."""
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(depth, deepest)
        elif character in "]}":
            depth = max(depth - 1, 0)
    return deepest


def _bag(pairs: list[tuple[str, object]]) -> dict[str, object]:
    bag = dict(pairs)
    if len(bag) < len(pairs) or not all(map(_is_plain, bag)):
        raise _Doubtful
    return bag


def _refuse(_word: str) -> NoReturn:
    """NaN and the infinities, which are not JSON."""
    raise _Doubtful


def _is_plain(value: object) -> bool:
    """Whether a value is read alike by all: no time in a string, no number out of range, no half of a character."""
    if isinstance(value, str):
        return is_text(value) and not _TYPED.fullmatch(value)
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool) or is_integer(value)
