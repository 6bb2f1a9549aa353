"""Functions that make a value of one type out of a value of another."""

from __future__ import annotations

import math
import re

from kql_lint.semantics.domains.evaluation.json_values import parse_json
from kql_lint.semantics.domains.evaluation.signature import LONG, Function, is_any, is_integer, is_text
from kql_lint.semantics.domains.evaluation.times import datetime_text, timespan_text
from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Timespan

_INT = 2**31
_DIGITS = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_GUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_EXACT = 2**53


def text_of(value: object) -> object:
    """What ``tostring`` gives: a string; UNTOLD of a real, a bool and a dynamic, whose spelling is not documented."""
    if is_text(value):
        return value
    if value is None:
        return ""
    if is_integer(value):
        return str(value)
    if isinstance(value, Datetime):
        return datetime_text(value)
    return timespan_text(value) if isinstance(value, Timespan) else UNTOLD


def _to_int(value: object) -> object:
    if isinstance(value, float):  # "if the input includes a decimal value, the result truncates"
        return int(value) if 0 <= value < _INT else UNTOLD
    return _whole(value, _INT)


def _to_long(value: object) -> object:
    return _whole(value, LONG)


def _whole(value: object, limit: int) -> object:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit:
        return value
    return UNTOLD


def _to_real(value: object) -> object:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _EXACT:
        return float(value)
    return value if isinstance(value, float) and math.isfinite(value) else UNTOLD


def _to_bool(value: object) -> object:
    if isinstance(value, bool):
        return value
    if is_integer(value):
        return value != 0
    return value == "true" if value in ("true", "false") else UNTOLD


def _to_guid(text: str) -> object:
    folded = text.lower()
    if not text.isascii() or not _GUID.fullmatch(folded):
        return UNTOLD
    digits = folded.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


FUNCTIONS = {
    "tostring": Function(text_of, (is_any,)),
    "toint": Function(_to_int, (is_any,)),
    "tolong": Function(_to_long, (is_any,)),
    "todouble": Function(_to_real, (is_any,)),
    "toreal": Function(_to_real, (is_any,)),
    "tobool": Function(_to_bool, (is_any,)),
    "toboolean": Function(_to_bool, (is_any,)),
    "toguid": Function(_to_guid, (is_text,)),
    "todynamic": Function(parse_json, (is_any,)),
    "parse_json": Function(parse_json, (is_any,)),
    "parsejson": Function(parse_json, (is_any,)),
    "toobject": Function(parse_json, (is_any,)),
}
