"""What operators make of types."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from kql_lint.semantics.types import (
    CANONICAL,
    NUMERIC,
    SCALAR_TYPES,
    UNKNOWN,
    between_type,
    binary_type,
    common_type,
    unary_type,
)


@pytest.mark.parametrize(
    ("left", "op", "right", "result"),
    [
        ("int", "+", "int", "long"),  # there is no arithmetic on int
        ("int", "*", "long", "long"),
        ("long", "/", "long", "long"),
        ("long", "/", "real", "real"),
        ("real", "-", "decimal", "decimal"),
        ("datetime", "-", "timespan", "datetime"),
        ("datetime", "-", "datetime", "timespan"),
        ("datetime", "+", "timespan", "datetime"),
        ("timespan", "+", "datetime", "datetime"),
        ("timespan", "+", "timespan", "timespan"),
        ("timespan", "/", "timespan", "real"),
        ("timespan", "/", "long", "timespan"),
        ("long", "*", "timespan", "timespan"),
        ("datetime", "%", "timespan", "timespan"),
        ("datetime", "/", "timespan", "real"),
        ("dynamic", "+", "int", "long"),
        ("dynamic", "+", "real", "real"),
        ("dynamic", "+", "dynamic", "dynamic"),
        ("datetime", "-", "dynamic", "timespan"),
        ("dynamic", "+", "datetime", "datetime"),
    ],
)
def test_arithmetic(left: str, op: str, right: str, result: str) -> None:
    assert binary_type(op, left, right) == result


@pytest.mark.parametrize(
    ("left", "op", "right"),
    [
        ("string", "+", "string"),  # strcat() is what joins strings
        ("string", "+", "long"),
        ("bool", "+", "long"),
        ("datetime", "+", "long"),
        ("long", "/", "timespan"),
        ("timespan", "*", "datetime"),
        ("timespan", "*", "dynamic"),
        ("guid", "-", "guid"),
        ("dynamic", "+", "string"),
    ],
)
def test_arithmetic_that_is_not_defined(left: str, op: str, right: str) -> None:
    assert binary_type(op, left, right) is None


@pytest.mark.parametrize(
    ("left", "op", "right", "result"),
    [
        (UNKNOWN, "+", UNKNOWN, UNKNOWN),
        (UNKNOWN, "+", "datetime", "datetime"),  # whatever is added to a datetime
        ("timespan", "+", UNKNOWN, UNKNOWN),  # a timespan or a datetime
        ("datetime", "-", UNKNOWN, UNKNOWN),
        ("timespan", "*", UNKNOWN, "timespan"),
        (UNKNOWN, "/", "timespan", "real"),
        ("long", "+", UNKNOWN, "long"),
        ("long", "*", UNKNOWN, UNKNOWN),  # a number or a timespan
        ("string", "+", UNKNOWN, UNKNOWN),
    ],
)
def test_arithmetic_with_an_unknown_type(left: str, op: str, right: str, result: str) -> None:
    assert binary_type(op, left, right) == result


@pytest.mark.parametrize(
    ("left", "op", "right", "result"),
    [
        ("long", "<", "real", "bool"),
        ("datetime", ">=", "datetime", "bool"),
        ("bool", "<", "long", "bool"),
        ("dynamic", ">", "long", "bool"),
        ("datetime", ">", "timespan", None),
        ("datetime", ">", "dynamic", None),
        ("string", "<", "string", None),  # strcmp() compares strings
        ("string", ">", "long", None),
        (UNKNOWN, "<", "string", "bool"),
        ("string", "==", "long", "bool"),
        ("guid", "!=", "string", "bool"),
        ("string", "=~", "string", "bool"),
        ("dynamic", "has", "string", "bool"),
        ("long", "has", "string", None),
        ("string", "contains", "long", None),
        (UNKNOWN, "startswith", "string", "bool"),
        ("string", "matches regex", "string", "bool"),
        ("long", "in", "long", "bool"),
        ("datetime", "!in", "dynamic", "bool"),
        ("long", "in~", "string", None),
        ("string", "has_any", "dynamic", "bool"),
        ("bool", "and", "dynamic", "bool"),
        ("bool", "or", "string", None),
        (UNKNOWN, "and", "bool", "bool"),
    ],
)
def test_comparisons_give_bool_or_are_not_defined(left: str, op: str, right: str, result: str | None) -> None:
    assert binary_type(op, left, right) == result


@pytest.mark.parametrize(
    ("left", "low", "high", "result"),
    [
        ("long", "int", "real", "bool"),
        ("datetime", "datetime", "datetime", "bool"),
        ("datetime", "datetime", "timespan", "bool"),  # a start and a duration
        ("timespan", "timespan", "timespan", "bool"),
        ("dynamic", "long", "long", "bool"),
        ("datetime", UNKNOWN, UNKNOWN, "bool"),
        (UNKNOWN, UNKNOWN, UNKNOWN, "bool"),
        ("datetime", "timespan", "datetime", None),
        ("datetime", "timespan", "timespan", None),
        ("timespan", "datetime", "timespan", None),
        ("string", "string", "string", None),
        ("long", "datetime", "datetime", None),
    ],
)
def test_between(left: str, low: str, high: str, result: str | None) -> None:
    assert between_type(left, low, high) == result


def test_a_sign_makes_an_int_long_unless_it_is_part_of_a_literal() -> None:
    assert unary_type("-", "int") == "long"
    assert unary_type("-", "int", literal=True) == "int"
    assert unary_type("-", "timespan") == "timespan"
    assert unary_type("-", "dynamic") == "dynamic"
    assert unary_type("-", UNKNOWN) == UNKNOWN
    assert unary_type("-", "string") is None


@pytest.mark.parametrize(
    ("types", "common", "without_dynamic"),
    [
        (["string", "string"], "string", "string"),
        (["int", "long"], "long", "long"),
        (["long", "decimal", "real"], "decimal", "decimal"),
        (["string", "dynamic"], "dynamic", "string"),
        (["dynamic", "dynamic"], "dynamic", "dynamic"),
        (["long", "string"], "dynamic", "dynamic"),
        (["datetime", "timespan"], "dynamic", "dynamic"),
        ([UNKNOWN, "string"], "string", "string"),
        ([UNKNOWN, UNKNOWN], UNKNOWN, UNKNOWN),
        ([], UNKNOWN, UNKNOWN),
    ],
)
def test_the_type_that_several_values_share(types: list[str], common: str, without_dynamic: str) -> None:
    for order in permutations(types):
        assert common_type(order) == common
        assert common_type(order, ignore_dynamic=True) == without_dynamic


def test_every_spelling_of_a_type_has_a_canonical_name() -> None:
    assert {CANONICAL[name] for name in ("int64", "ulong", "uint64")} == {"long"}
    assert {CANONICAL[name] for name in ("int32", "int8", "uint")} == {"int"}
    assert (CANONICAL["double"], CANONICAL["float"]) == ("real", "real")
    assert (CANONICAL["date"], CANONICAL["time"], CANONICAL["boolean"]) == ("datetime", "timespan", "bool")
    assert (CANONICAL["uuid"], CANONICAL["uniqueid"]) == ("guid", "guid")
    assert set(CANONICAL.values()) == set(SCALAR_TYPES)


@pytest.mark.parametrize("op", ["+", "*", "==", "!=", "and", "or", "=~"])
def test_the_order_of_operands_makes_no_difference(op: str) -> None:
    types = (*SCALAR_TYPES, UNKNOWN)
    assert [pair for pair in product(types, types) if binary_type(op, *pair) != binary_type(op, *reversed(pair))] == []


def test_numbers_never_get_narrower() -> None:
    for op, left, right in product("+-*/%", NUMERIC, NUMERIC):
        result = binary_type(op, left, right)
        assert result in NUMERIC
        assert NUMERIC.index(result) >= max(NUMERIC.index(left), NUMERIC.index(right))


def test_what_is_known_of_an_unknown_operand_holds_for_each_type_it_could_have() -> None:
    wrong = []
    for op, known, left_known in product("+-*/%", SCALAR_TYPES, (True, False)):
        claimed = binary_type(op, *((known, UNKNOWN) if left_known else (UNKNOWN, known)))
        for possible in SCALAR_TYPES:
            actual = binary_type(op, *((known, possible) if left_known else (possible, known)))
            both_numbers = claimed in NUMERIC and actual in NUMERIC  # how wide a number is isn't promised
            if claimed != UNKNOWN and actual is not None and actual != claimed and not both_numbers:
                wrong.append((op, known, possible))
    assert wrong == []
