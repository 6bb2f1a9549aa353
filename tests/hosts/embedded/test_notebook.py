"""Notebooks: which text of which cell is a query.  Places: see the gallery."""

from __future__ import annotations

import json

import pytest

from kql_lint.hosts import Extraction, extract
from kql_lint.source import Source


def found(*cells: str | list[str], kernel: str = "python3", kind: str = "code") -> Extraction:
    value = {
        "cells": [{"cell_type": kind, "source": cell} for cell in cells],
        "metadata": {"kernelspec": {"name": kernel}},
        "nbformat": 4,
    }
    extraction = extract(Source("a.ipynb", json.dumps(value)))
    assert extraction is not None
    return extraction


def texts(*cells: str | list[str], kernel: str = "python3") -> list[str]:
    return [query.text.strip() for query in found(*cells, kernel=kernel).queries]


CELLS = {
    "%%kql\nT\n| count": ["T\n| count"],
    "\n%%kql T | count": ["T | count"],
    "%%kql -to_dataframe\nT": ["T"],
    "%%kql -timeout=60 -!short_errors +servertimeout=5\nT": ["T"],
    '%%kql -conn="loganalytics://x" -json_display = "raw"\nT': ["T"],
    "%%kql rows << -to_dataframe\nT": ["T"],
    "%%kql loganalytics://tenant='t';clientid='c';workspace='w'\nT": ["T"],
    "%%kql\nloganalytics://tenant='t';workspace='w'\n-to_dataframe\nT": ["T"],
    "%%kql samples@help T": ["T"],
    "%%kql -params_dict values -c2lv\n  let n = rows;\nT": ["let n = rows;\nT"],
    '%%kql -Palette-Name "cool blue" T | count': ["T | count"],
    "%%kql -popup_window T | count": ["T | count"],
    "%kql -query text": [],
    "%%kql [section]\nT": ["T"],
    "%%kql\n['T'] | count": ["['T'] | count"],
    "%%kql\nT | count\n\nU | count\n": ["T | count", "U | count"],
    "%%kql\n// later": [],
    "%%kql": [],
    "%%kql --help": [],
    "%%kqlx\nT": [],
    "%%sql\n%kql T": [],
    "%kql T | count": ["T | count"],
    "  %kql T": ["T"],
    "rows = %kql T | count\nprint(rows)": ["T | count"],
    "%kql rows << T": ["T"],
    "%kql T \\\n  | count\n%kql U": ["T    | count", "U"],
    "%kql": [],
    "%kql --version": [],
    "%kql loganalytics://code;workspace='w';alias='a'": [],
    "# %kql T": [],
    "print('%kql T')": [],
    "%kql_x T": [],
    "T | count": [],
}


@pytest.mark.parametrize(("cell", "expected"), CELLS.items())
def test_queries_of_a_cell(cell: str, expected: list[str]) -> None:
    assert texts(cell) == expected
    assert texts(cell.splitlines(keepends=True)) == expected


def test_other_cells_have_none() -> None:
    assert found("%%kql\nT", kind="markdown") == Extraction()
    assert found("%%kql\nT", kind="raw") == Extraction()


@pytest.mark.parametrize("kernel", ["Kusto", "kusto", "kqlmagic"])
def test_a_kernel_that_speaks_kql(kernel: str) -> None:
    assert texts("T\n| count", "%%kql\nU", "%%py\nprint()", kernel=kernel) == ["T\n| count", "U"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%py rows", []),
        ("%connect  kusto://code;cluster='help'\n%activate", []),
        ("!pip list", []),
        ("%kql a << T | count", ["T | count"]),
        ("a << T | count", ["T | count"]),
        ("# shown\n%options -sql=1\nT\n| count", ["T\n| count"]),
        ("T\n| extend a = b\n    % 3\n\n%py a\nU", ["T\n| extend a = b\n    % 3", "U"]),
        ("%kql T \\\n  | count\n%py a\n\nU", ["T    | count", "U"]),
        ("// why\n%%py\nimport a\n\nT", []),
        ("%py a\n\n%%kql -nop\nT\n| count", ["T\n| count"]),
    ],
)
def test_magics_in_a_kernel_that_speaks_kql(cell: str, expected: list[str]) -> None:
    assert texts(cell, kernel="kqlmagic") == expected


@pytest.mark.parametrize(
    ("cell", "holes"),
    [
        ("%%kql\nlet a = who;\nlet b = a;\nT | where c == a and d == b", ["who"]),
        ("%%kql\nlet a = true; let t = SecurityEvent; let n = 5; let f = now(); t", []),
        ("%%kql\nT | where a == {who} and b == '{{ c }}'", ["{who}", "{{ c }}"]),
    ],
)
def test_what_python_gives_is_a_hole(cell: str, holes: list[str]) -> None:
    (query,) = found(cell).queries

    assert sorted(query.text[start:end] for start, end in query.holes) == sorted(holes)


@pytest.mark.parametrize("text", ["", "{", '{"cells": [}', "[]", '{"cells": 5}'])
def test_a_notebook_without_queries_says_nothing(text: str) -> None:
    assert extract(Source("a.ipynb", text)) == Extraction()


def test_a_broken_notebook_with_queries() -> None:
    text = '{"cells": [{"cell_type": "code", "source": "%%kql\\nT"} 5]}'

    extraction = extract(Source("a.ipynb", text))
    assert extraction is not None

    assert [query.text.strip() for query in extraction.queries] == ["T"]
    assert [(one.code, one.message) for one in extraction.diagnostics] == [
        ("KL005", 'broken JSON: a comma or "]" is missing before "5"')
    ]
