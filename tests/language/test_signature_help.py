"""Signatures of the call around a cursor, and the parameter that is written there."""

from __future__ import annotations

import pytest

from kql_lint.language.signature_help import signature_help
from tests.language.asking import query_at


def told(text: str) -> tuple[str, str | None] | None:
    """The active signature, and its parameter at the cursor."""
    found = signature_help(*query_at(text))
    if found is None:
        return None
    signature = found.signatures[found.active]
    if found.parameter is None:
        return signature.label, None
    start, end = signature.parameters[found.parameter]
    return signature.label, signature.label[start:end]


@pytest.mark.parametrize(
    ("text", "label", "parameter"),
    [
        ("T | where strlen(¦", "strlen(string: text): long", "string: text"),
        ("T | where iff(a, ¦)", "iff(if: bool, then: common, else: common)", "then: common"),
        ("T | where iff(tolower(a) == 'b', c, ¦", "iff(if: bool, then: common, else: common)", "else: common"),
        ("T | where strcat(a, b, ¦", "strcat(arg, ...): string", "arg, ..."),
        ("T | where case(a, b, ¦", "case(predicate: bool, then: common, ..., else: common)", "else: common"),
        ("T | where case(a, b, c, ¦", "case(predicate: bool, then: common, ..., else: common)", "else: common"),
        ("T | summarize dcount(a, ¦)", "dcount(expr, [accuracy: static]): long", "[accuracy: static]"),
        ("T | summarize dcount(¦a, 2)", "dcount(expr, [accuracy: static]): long", "expr"),
        ("T | where strlen('a¦", "strlen(string: text): long", "string: text"),
        ("let f = (a: long, b: string) { a }; print f(1, ¦", "f(a:long, b:string)", "b:string"),
        ("T | invoke FileProfile(¦", "FileProfile(column, limit)", "column"),
    ],
)
def test_the_call_around_the_cursor(text: str, label: str, parameter: str) -> None:
    assert told(text) == (label, parameter)


def test_the_overload_that_takes_so_many_arguments_is_the_active_one() -> None:
    found = signature_help(*query_at("T | where array_split(a, ¦"))

    assert found is not None
    assert [one.label for one in found.signatures] == [
        "array_split(array: array, index: integer)",
        "array_split(array: array, indices: array)",
    ]


def test_an_argument_too_many_has_no_parameter() -> None:
    assert told("T | where strlen(a, ¦") == ("strlen(string: text): long", None)


def test_plugins_are_told_from_functions() -> None:
    found = told("T | evaluate bag_unpack(a, ¦")

    assert found is not None
    assert found[1] == "[column_prefix: string]"


@pytest.mark.parametrize(
    "text",
    [
        "¦",
        "T | where (a, ¦",
        "T | where a in (¦",
        "T | join (¦",
        "T | where nobody(¦",
        "T | where strlen(a) ¦",
        "T // f(¦",
    ],
)
def test_outside_of_known_calls_there_is_none(text: str) -> None:
    assert told(text) is None


def test_a_pipe_inside_of_brackets_ends_the_arguments() -> None:
    assert told("T | where x in (toscalar(U | summarize count(), ¦") is None
