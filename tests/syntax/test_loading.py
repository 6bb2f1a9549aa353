"""The parser's disk cache: it saves the work, and nothing that happens to it changes an answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import lark
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
    monkeypatch.setattr(loading, "_generate", never)
    assert works(loading.load())


@pytest.mark.parametrize("content", [b"", b"abc", b"\x00\x00\x00\x00N", b"garbage" * 100])
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


def test_another_lark_has_a_cache_of_its_own(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading.load()
    monkeypatch.setattr(loading, "_lark_version", lambda: "9.9.9")
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 2


def test_another_python_has_a_cache_of_its_own(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading.load()
    monkeypatch.setattr(loading.sys, "implementation", SimpleNamespace(cache_tag="other-1"))
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 2


def test_the_version_of_lark_is_the_installed_one() -> None:
    assert loading._lark_version() == lark.__version__


def test_a_warm_start_imports_no_lark(cache: Path) -> None:
    loading.load()
    code = "import sys; from kql_lint.syntax import parse; parse('T | take 1'); print('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_another_grammar_has_a_cache_of_its_own(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading.load()
    text = Path(loading.resources.grammar_folder(), "kql.lark").read_text(encoding="utf-8")
    (tmp_path / "kql.lark").write_text(text + "\n// changed\n", encoding="utf-8")
    monkeypatch.setattr(loading.resources, "grammar_folder", lambda: str(tmp_path))
    assert works(loading.load())
    assert len(list(cache.iterdir())) == 2
