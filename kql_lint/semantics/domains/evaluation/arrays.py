"""Functions over dynamic arrays, sets and property bags."""

from __future__ import annotations

from collections.abc import Callable

from kql_lint.semantics.domains.evaluation.signature import LONGEST, Function, is_any, is_array, is_integer, is_text
from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Timespan

_Key = tuple[type, object]


def _pack_array(*values: object) -> object:
    # Times become strings, and whether a real keeps its type no document says.
    return UNTOLD if any(isinstance(value, (Datetime, Timespan)) for value in values) else list(values)


def _concat(*arrays: list[object]) -> object:
    if sum(map(len, arrays)) > LONGEST:
        return UNTOLD
    return [item for array in arrays for item in array]


def _length(array: list[object]) -> int:
    return len(array)


def _index_of(array: list[object], value: object, start: int = 0) -> object:
    keys = _keys(array)
    wanted = _key(value)
    if keys is None or wanted is None or not 0 <= start <= len(array) or not _alike([*keys, wanted]):
        return UNTOLD
    return keys.index(wanted, start) if wanted in keys[start:] else -1


def _slice(array: list[object], start: int, end: int) -> object:
    first, last = (place + len(array) if place < 0 else place for place in (start, end))
    return array[first : last + 1] if 0 <= first <= last < len(array) else UNTOLD


def _has_element(array: list[object], value: object) -> object:
    found = _index_of(array, value)
    return UNTOLD if found is UNTOLD else found != -1


# LIMIT: the items of a set come in the order in which they are met first, as in all of the documentation's examples,
# which do not promise it; nothing but strcat_array and the like would tell.
def _union(*sets: list[object]) -> object:
    return _set(sets, lambda keys: [key for one in keys for key in one])


def _difference(*sets: list[object]) -> object:
    return _set(sets, lambda keys: [key for key in keys[0] if not any(key in other for other in keys[1:])])


def _intersection(*sets: list[object]) -> object:
    return _set(sets, lambda keys: [key for key in keys[0] if all(key in other for other in keys[1:])])


def _set(sets: tuple[list[object], ...], combine: Callable[[list[dict[_Key, None]]], list[_Key]]) -> object:
    found = [_keys(one) for one in sets]
    keys = [dict.fromkeys(one) for one in found if one is not None]
    if len(keys) < len(sets) or sum(map(len, keys)) > LONGEST or not _alike([key for one in keys for key in one]):
        return UNTOLD
    return [value for _, value in dict.fromkeys(combine(keys))]


def _keys(array: list[object]) -> list[_Key] | None:
    """What tells the items apart; None where one of them is no string, whole number or bool."""
    keys = [_key(item) for item in array]
    known = [key for key in keys if key is not None]
    return known if len(known) == len(keys) else None


def _key(value: object) -> _Key | None:
    """A value with its type: Python takes True for 1."""
    return (type(value), value) if is_text(value) or is_integer(value) or isinstance(value, bool) else None


def _alike(keys: list[_Key]) -> bool:
    """Whether all are of one type: whether "1" and 1 are the same item no document says."""
    return len({kind for kind, _ in keys}) <= 1


def _bag_pack(*parts: object) -> object:
    keys, values = parts[::2], parts[1::2]
    packed = _pack_array(*values)
    if len(keys) != len(values) or len(set(map(str, keys))) < len(keys) or not isinstance(packed, list):
        return UNTOLD
    bag = {key: value for key, value in zip(keys, packed, strict=True) if isinstance(key, str)}
    return bag if len(bag) == len(keys) else UNTOLD


def _bag_keys(bag: dict[str, object]) -> list[object]:
    return list(bag)


def _element(holder: object, index: object) -> object:
    """``array[index]`` or ``bag[key]``, where there is one."""
    if isinstance(holder, dict) and isinstance(index, str):
        return holder.get(index, UNTOLD)
    if isinstance(holder, list) and isinstance(index, int) and not isinstance(index, bool):
        return holder[index] if -len(holder) <= index < len(holder) else UNTOLD
    return UNTOLD


def _is_bag(value: object) -> bool:
    return isinstance(value, dict)


FUNCTIONS = {
    "pack_array": Function(_pack_array, (is_any,), repeats=True),
    "array_concat": Function(_concat, (is_array,), repeats=True),
    "array_length": Function(_length, (is_array,)),
    "arraylength": Function(_length, (is_array,)),
    "array_index_of": Function(_index_of, (is_array, is_any, is_integer), least=2),
    "array_slice": Function(_slice, (is_array, is_integer, is_integer)),
    "set_has_element": Function(_has_element, (is_array, is_any)),
    "set_union": Function(_union, (is_array, is_array), repeats=True),
    "set_difference": Function(_difference, (is_array, is_array), repeats=True),
    "set_intersect": Function(_intersection, (is_array, is_array), repeats=True),
    "bag_pack": Function(_bag_pack, (is_any, is_any), repeats=True),
    "pack": Function(_bag_pack, (is_any, is_any), repeats=True),
    "pack_dictionary": Function(_bag_pack, (is_any, is_any), repeats=True),
    "bag_keys": Function(_bag_keys, (_is_bag,)),
    "[]": Function(_element, (is_any, is_any)),
}
