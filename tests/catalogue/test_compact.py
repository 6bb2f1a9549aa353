"""The long lists: custom tables and parser functions, searched by a line's beginning."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.catalogue import compact
from kql_lint.catalogue.compact import CompactList

TABLES = compact.text_of(
    "2026-08",
    {
        "Okta_CL": compact.table_fields({"published_t": "datetime", "actor_s": "string", "id_s": "string"}),
        "Ok_CL": compact.table_fields({"n_d": "real"}),
    },
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / compact.CUSTOM_TABLES).write_bytes(TABLES.encode())
    (tmp_path / compact.PARSER_FUNCTIONS).write_bytes(compact.text_of("2026-08", {"OktaSSO": ()}).encode())
    return tmp_path


def test_the_text_of_a_list() -> None:
    assert TABLES == "as_of\t2026-08\nOk_CL\treal n_d\nOkta_CL\tdatetime published_t\tstring actor_s,id_s\n"


def test_a_line_is_found_by_its_whole_name(folder: Path) -> None:
    tables = CompactList(str(folder), compact.CUSTOM_TABLES)
    assert compact.columns(tables.find("Okta_CL") or []) == {
        "published_t": "datetime", "actor_s": "string", "id_s": "string",
    }  # fmt: skip
    assert tables.find("Ok_CL") == ["real n_d"]
    for name in ("Ok", "kta_CL", "okta_CL", "", "as_of", "Ok_CL\treal n_d\nOkta_CL", "Ok_CL\treal"):
        assert tables.find(name) is None
    assert CompactList(str(folder), compact.PARSER_FUNCTIONS).find("OktaSSO") == [""]


def test_a_list_knows_its_date_and_names(folder: Path) -> None:
    tables = CompactList(str(folder), compact.CUSTOM_TABLES)
    assert (tables.as_of, tables.names()) == ("2026-08", ["Ok_CL", "Okta_CL"])


def test_line_ends_of_windows(tmp_path: Path) -> None:
    (tmp_path / compact.CUSTOM_TABLES).write_bytes(TABLES.replace("\n", "\r\n").encode())
    tables = CompactList(str(tmp_path), compact.CUSTOM_TABLES)
    assert (tables.as_of, tables.find("Ok_CL")) == ("2026-08", ["real n_d"])
    assert list(compact.check(str(tmp_path / compact.CUSTOM_TABLES))) == []


def test_a_list_that_is_not_there_is_empty(tmp_path: Path) -> None:
    tables = CompactList(str(tmp_path), compact.CUSTOM_TABLES)
    assert (tables.find("Okta_CL"), tables.names(), tables.as_of) == (None, [], None)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Okta_CL\tstring a\n", "1:1", 'the first line must be "as_of", a tab, and a year and month (YYYY-MM)'),
        ("as_of\t2026-08\nOkta_CL\n", "2:1", "not a line of the list: a name, a tab, and what is known of it"),
        ("as_of\t2026-08\nOkta_CL\ttext a\n", "2:1", '"text" is no type of KQL'),
        ("as_of\t2026-08\nB_CL\tlong a\nA_CL\tlong a\n", "3:1",
         '"A_CL" is not in its place: the names must be sorted, each once'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_list(tmp_path: Path, text: str, place: str, message: str) -> None:
    path = tmp_path / compact.CUSTOM_TABLES
    path.write_text(text)
    assert [str(problem) for problem in compact.check(str(path))] == [f"{path}:{place}: {message}"]
