"""Whether plain data, as JSON has it, is what a type says.  A leaf: imports nothing of the project.

JSON knows no tuples: ``tuple[int, str]`` is a list of a number and a text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

_Test = Callable[[object], bool]


def fits(value: object, shape: Any) -> bool:
    """Whether a value is of a shape, all the way down.

    A shape is ``str``, ``int``, ``bool``, ``None``, or made of shapes: a list, a dict, a tuple of a certain length, a
    TypedDict, a union or a Literal.  A bool is no int.  However deep the value is, no deeper is looked than the shape.
    """
    return _test(shape)(value)


@cache
def _test(shape: Any) -> _Test:
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Literal:
        return lambda value: any(type(value) is type(one) and value == one for one in arguments)
    if origin in (Union, UnionType):
        tests = [_test(one) for one in arguments]
        return lambda value: any(test(value) for test in tests)
    if origin is list:
        return _list(_test(arguments[0]))
    if origin is dict:
        return _dict(_test(arguments[1]))
    if origin is tuple:
        return _tuple([_test(one) for one in arguments])
    if is_typeddict(shape):
        return _record({key: _test(kind) for key, kind in get_type_hints(shape).items()}, shape.__required_keys__)
    kind = type(None) if shape is None else shape
    return lambda value: type(value) is kind


def _list(item: _Test) -> _Test:
    return lambda value: type(value) is list and all(map(item, value))


def _dict(item: _Test) -> _Test:
    return lambda value: type(value) is dict and all(map(item, value.values()))


def _tuple(items: list[_Test]) -> _Test:
    def test(value: object) -> bool:
        return type(value) is list and len(value) == len(items) and all(map(_passes, items, value))

    return test


def _record(items: dict[str, _Test], required: frozenset[str]) -> _Test:
    def test(value: object) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        return all(key in items and items[key](item) for key, item in value.items())

    return test


def _passes(test: _Test, value: object) -> bool:
    return test(value)
