"""The parser's disk cache: it saves the work, and nothing that happens to it changes an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.syntax import loading
from kql_lint.syntax.parser import Parser


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def works(grammar: loading.Grammar) -> bool:
    parser = Parser(grammar, "T | where a == 1 | take 5")
    return parser.run().statements != [] and parser.errors == []


def never(text: str) -> object:
    raise AssertionError("the grammar was built although it is in the cache")


def test_the_second_load_comes_from_the_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(loading, "build", never)
    assert works(loading.load())


@pytest.mark.parametrize("content", [b"", b"\x80\x05garbage", b"cos\nsystem_of_a_down\n.", b"\x80\x05N."])
def test_a_damaged_cache_is_built_anew(cache: Path, content: bytes) -> None:
    loading.load()
    (file,) = cache.iterdir()
    file.write_bytes(content)
    assert works(loading.load())
    assert len(file.read_bytes()) > 100_000


def test_a_cut_cache_is_built_anew(cache: Path) -> None:
    loading.load()
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:-1000])
    assert works(loading.load())


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert works(loading.load())


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [("lark", "__version__", "9.9.9"), ("sys", "implementation", type("Other", (), {"cache_tag": "other-1"}))],
)
def test_other_versions_have_a_cache_of_their_own(
    cache: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, value: object
) -> None:
    loading.load()
    monkeypatch.setattr(getattr(loading, module), name, value)
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 2


def test_another_grammar_has_a_cache_of_its_own(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading.load()
    text = Path(loading.resources.grammar_folder(), "kql.lark").read_text(encoding="utf-8")
    (tmp_path / "kql.lark").write_text(text + "\n// changed\n", encoding="utf-8")
    monkeypatch.setattr(loading.resources, "grammar_folder", lambda: str(tmp_path))
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 2
