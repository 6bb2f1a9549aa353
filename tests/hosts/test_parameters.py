"""The parameters of a saved function, declared in KQL that the parser takes."""

from __future__ import annotations

import pytest

from kql_lint.hosts.parameters import declarations
from kql_lint.syntax import parse


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", ""),
        ("a:string", "declare query_parameters(a: string); "),
        ("a:string, b : int = 5", "declare query_parameters(a: string, b: int = 5); "),
        (
            "a:string='x, y', b:dynamic=dynamic([1, 2])",
            "declare query_parameters(a: string='x, y', b: dynamic=dynamic([1, 2])); ",
        ),
        (
            "from:datetime=datetime(null),\n to:datetime",
            "declare query_parameters(from: datetime=datetime(null), to: datetime); ",
        ),
        ("T:(*)", "let T = table('T'); "),
        ("T:()", "let T = table('T'); "),
        ("T:(a:string, b:int), n:long", "declare query_parameters(n: long); let T = datatable(a:string, b:int)[]; "),
        ("nothing, 5:int", ""),
    ],
)
def test_declarations(listed: str, expected: str) -> None:
    assert declarations(listed) == expected
    assert parse(expected + "print 1").diagnostics == []
