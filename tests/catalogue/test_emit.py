"""Writing YAML: whatever is written reads back the same, and what did not change keeps its text."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.catalogue.emit import document
from kql_lint.catalogue.update import update

# Surrogates are no text, and YAML has no way to write them.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
KEYS = TEXTS | st.sampled_from(["on", "null", "1", "~", "a: b", "a #b", "- a", "[", "http://x/y", "x:", " x", "x "])
VALUES = st.recursive(
    KEYS,
    lambda inner: (
        st.lists(KEYS, max_size=30)
        | st.dictionaries(KEYS, inner, min_size=1, max_size=4)
        | st.lists(st.dictionaries(KEYS, KEYS, min_size=1, max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


def loaded(text: str) -> object:
    """The document with all scalars as texts."""
    return yaml.load(text, Loader=yaml.BaseLoader)


@given(DOCUMENTS)
def test_what_is_written_reads_back(data: dict[str, object]) -> None:
    assert loaded(document(data)) == data


@given(DOCUMENTS, DOCUMENTS)
def test_an_update_has_just_the_new_data(old: dict[str, object], new: dict[str, object]) -> None:
    assert loaded(update(document(old), new)) == new
    assert update(document(old), old) == document(old)


def test_lines_are_not_long() -> None:
    text = document({"columns": [f"Column{number}" for number in range(60)]})
    assert len(text.splitlines()) > 4
    assert max(map(len, text.splitlines())) <= 120


OLD = """\
# The head of the file.
---
table: T  # its name

columns:
  # first
  A: int   # a number
  B:   'string'

  # third
  C: long
# about the groups
column_groups: {x: [A,
                    B]}
# the end
"""


def test_an_unchanged_file_keeps_every_letter() -> None:
    data = {"table": "T", "columns": {"A": "int", "B": "string", "C": "long"}, "column_groups": {"x": ["A", "B"]}}
    assert update(OLD, data) == OLD


def test_only_what_changes_is_written_anew() -> None:
    data = {
        "table": "T",
        "columns": {"A": "long", "Next": "int", "B": "string"},
        "open": True,
        "column_groups": {"x": ["A", "B"]},
    }
    assert update(OLD, data) == OLD.replace("A: int   # a number", "A: long  # a number\n  Next: int").replace(
        "\n  # third\n  C: long\n", "open: true\n"
    )


def test_the_ends_of_lines_stay_as_they_are() -> None:
    old = OLD.replace("\n", "\r\n")
    data = {"table": "T", "columns": {"A": "int", "B": "string", "C": "int"}, "column_groups": {"x": ["A", "B"]}}
    assert update(old, data) == old.replace("C: long", "C: int")
