"""Which files are read, and what the cache bears."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kql_lint import resources
from kql_lint.catalogue import Catalogue, index, store

TABLE = "table: Sample_CL\ncolumns:\n  Name: string\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collects the names of the files that are loaded, folder included."""
    names: list[str] = []
    original = store.load_table

    def load(path: str) -> object:
        names.append("/".join(path.split(os.sep)[-2:]))
        return original(path)

    monkeypatch.setattr("kql_lint.catalogue.catalogue.load_table", load)
    return names


def test_only_the_files_of_the_named_tables_are_read(loaded: list[str]) -> None:
    catalogue = Catalogue()
    assert len(catalogue.table_names()) > 900
    assert catalogue.tables_with_action_type("FileCreated") == ("DeviceFileEvents",)
    assert catalogue.tables("NoSuchTable") == ()
    assert loaded == []
    assert catalogue.tables("DeviceFileEvents")
    assert catalogue.tables("SigninLogs")
    assert catalogue.tables("DeviceFileEvents")
    assert loaded == ["defender/DeviceFileEvents.yaml", "sentinel/DeviceFileEvents.yaml", "sentinel/SigninLogs.yaml"]


def run(code: str, cache: Path) -> str:
    environment = {**os.environ, "KQL_LINT_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_a_warm_start_does_not_import_yaml(cache: Path) -> None:
    code = (
        "import sys; from kql_lint.catalogue import Catalogue; "
        "t = Catalogue.default().tables('DeviceNetworkEvents'); print(len(t), 'yaml' in sys.modules)"
    )
    assert run(code, cache) == "2 True"
    assert run(code, cache) == "2 False"


def cached_files(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]


def table_file(tmp_path: Path, text: str = TABLE) -> str:
    path = tmp_path / "Sample_CL.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = table_file(tmp_path)
    assert store.load(path) == {"table": "Sample_CL", "columns": {"Name": "string"}}
    assert store.load(path) == {"table": "Sample_CL", "columns": {"Name": "string"}}
    table_file(tmp_path, TABLE.replace("Name", "Title"))
    assert store.load(path) == {"table": "Sample_CL", "columns": {"Title": "string"}}


@pytest.mark.parametrize("damage", [b"", b"\0", b"not what was written", None])
def test_a_damaged_cache_is_survived_and_mended(tmp_path: Path, cache: Path, damage: bytes | None) -> None:
    path = table_file(tmp_path)
    expected = store.load(path)
    (cached,) = cached_files(cache)
    sound = cached.read_bytes()
    cached.write_bytes(sound[:-3] if damage is None else damage)
    assert store.load(path) == expected
    assert cached.read_bytes() == sound


def test_a_cached_file_of_another_content_is_not_taken(tmp_path: Path, cache: Path) -> None:
    path = table_file(tmp_path)
    store.load(path)
    (cached,) = cached_files(cache)
    other = tmp_path / "other"
    other.mkdir()
    second = table_file(other, TABLE.replace("Sample_CL", "Other_CL"))
    store.load(second)
    (foreign,) = [found for found in cached_files(cache) if found != cached]
    cached.write_bytes(foreign.read_bytes())
    assert store.load(path)["table"] == "Sample_CL"  # type: ignore[typeddict-item]


def test_a_cache_that_cannot_be_written_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    obstacle = tmp_path / "file"
    obstacle.write_text("in the way")
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(obstacle))
    assert "Sample_CL" in str(store.load(table_file(tmp_path)))
    assert obstacle.read_text() == "in the way"


def test_no_cache_is_kept_where_none_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", "")
    monkeypatch.chdir(tmp_path)
    store.load(table_file(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["Sample_CL.yaml"]


@pytest.mark.parametrize(
    ("table", "platforms"),
    [
        ("DeviceNetworkEvents", ("defender", "sentinel")),
        ("AACAudit", ("sentinel",)),  # the first line of the index
        ("devicenetworkevents", ()),
        ("DeviceNetworkEvent", ()),
        ("ConnectionSuccess", ()),  # an ActionType
        ("AACAudit\tsentinel\ntable\tAACHttpRequest", ()),
        ("", ()),
    ],
)
def test_a_search_of_the_index_finds_what_reading_it_finds(table: str, platforms: tuple[str, ...]) -> None:
    content = index.read_content(resources.catalog_folder())
    assert index.platforms_of(content, table) == platforms
    assert index.read_index(resources.catalog_folder()).tables.get(table, ()) == platforms
