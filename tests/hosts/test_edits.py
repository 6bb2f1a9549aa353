"""Edits of a query as edits of its file: what is read afterwards is the edited query, and nothing else has changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Edit
from kql_lint.hosts import HostedQuery, extract
from kql_lint.source import Source
from tests.layouts import LAYOUTS

QUERY = """\
let Unused = 5;
let Names = dynamic(["a\\\\b", 'c"d', @'e\\f']);
SigninLogs
| where UserPrincipalName in (Names) // it's "x"
| extend Path = strcat("%{A}", "C:\\\\x", '$1')
| where Column != "it's"
| take 5"""

# What may be read in another way between words: a scalar that folds has no line ends of its own.
FOLDING = ("yaml >", "yaml '")
EXACT = [layout for layout in LAYOUTS if layout not in FOLDING]


def hosted(name: str, text: str) -> HostedQuery:
    extraction = extract(Source(name, text))
    assert extraction is not None
    (query,) = extraction.queries
    assert not [one for one in extraction.diagnostics if one.code == "KL005"], text
    return query


def replaced(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda one: one[:2], reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def words(text: str) -> str:
    return " ".join(text.split())


def applied(layout: str, edit: Edit) -> tuple[str, str, str]:
    """What is read of the query after an edit, what should be, and the file."""
    name, lay_out = LAYOUTS[layout]
    text = lay_out(QUERY)
    query = hosted(name, text)
    edits = query.in_file((edit,), text)
    assert edits is not None, layout
    after = replaced(text, edits)
    return hosted(name, after).text, replaced(query.text, (edit,)), after


def test_every_layout_has_the_query() -> None:
    for layout, (name, lay_out) in LAYOUTS.items():
        assert words(hosted(name, lay_out(QUERY)).text) == words(QUERY), layout


def edit(layout: str, old: str, new: str) -> Edit:
    """An edit of the query as the layout has it, whose line ends may be others."""
    name, lay_out = LAYOUTS[layout]
    text = hosted(name, lay_out(QUERY)).text
    line_end = "\r\n" if "\r\n" in text else "\n"
    old = old.replace("\n", line_end)
    assert text.count(old) == 1, (layout, old)
    return Edit(text.index(old), text.index(old) + len(old), new.replace("\n", line_end))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Column", "AppDisplayName"),
        ('"it\'s"', '"that\'s"'),
        ("take 5", 'where A == "\\\\\\"" and B == \'x\''),
        ("SigninLogs", "['Sign in']"),
        ("'$1'", "'${x}'"),
    ],
)
def test_what_is_written_is_read(layout: str, old: str, new: str) -> None:
    read, expected, after = applied(layout, edit(layout, old, new))

    assert read == expected, after


@pytest.mark.parametrize("layout", EXACT)
@pytest.mark.parametrize("old", ["let Unused = 5;\n", "SigninLogs\n", "| take 5", "Column"])
def test_lines_are_taken_out_with_their_indentation(layout: str, old: str) -> None:
    read, expected, after = applied(layout, edit(layout, old, ""))

    assert read.rstrip("\r\n") == expected.rstrip("\r\n"), after
    assert "\n    \n" not in after, after


@pytest.mark.parametrize("layout", EXACT)
def test_lines_are_put_in_with_their_indentation(layout: str) -> None:
    place = edit(layout, "SigninLogs\n", "").start

    read, expected, after = applied(layout, edit(layout, "SigninLogs\n", "SecurityEvent\n| take 1\n"))
    assert words(read) == words(expected), after
    assert read.count("\n") == expected.count("\n"), after

    read, expected, after = applied(layout, Edit(place, place, "// why\n"))
    assert words(read) == words(expected), after


PIECES = st.sampled_from(
    [
        "",
        "a",
        " ",
        "\n",
        "\n\n",
        "|",
        '"',
        "'",
        "''",
        "\\",
        "\\n",
        "${",
        "%{",
        "{{",
        "}",
        "`",
        "$",
        "#",
        ": ",
        "é",
        "\t",
    ]
)


@given(st.sampled_from(EXACT), st.integers(0, 230), st.integers(0, 60), st.lists(PIECES, max_size=4).map("".join))
@settings(max_examples=600, deadline=None)
def test_an_edit_is_made_as_it_is_or_not_at_all(layout: str, start: int, length: int, new: str) -> None:
    name, lay_out = LAYOUTS[layout]
    text = lay_out(QUERY)
    query = hosted(name, text)
    one = Edit(min(start, len(query.text)), min(start + length, len(query.text)), new)
    edits = query.in_file((one,), text)
    if edits is None:
        return
    after = replaced(text, edits)
    extraction = extract(Source(name, after))
    assert extraction is not None
    broken = [found.message for found in extraction.diagnostics if found.code == "KL005"]
    expected = replaced(query.text, (one,))
    # What a host reads by its words (PowerShell, a notebook's magics), or cuts at blank lines, may be another one then.
    if words(expected) and len(extraction.queries) == 1:
        assert broken == [], after
        (read,) = extraction.queries
        assert words(read.text[read.preamble :]) == words(expected), after
