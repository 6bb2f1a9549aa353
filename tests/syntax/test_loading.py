"""The parser's tables lie beside the grammar, and are those that Lark makes of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kql_lint.syntax import generate, loading
from kql_lint.syntax.parser import Parser

GRAMMAR = Path(loading.resources.grammar_folder())


@pytest.fixture
def grammar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the grammar's folder, which is the one that is loaded."""
    folder = tmp_path / "grammar"
    shutil.copytree(GRAMMAR, folder)
    monkeypatch.setattr(loading.resources, "grammar_folder", lambda: str(folder))
    return folder


def works(grammar: loading.Grammar) -> bool:
    parser = Parser(grammar, "T | where a == 1 | take 5")
    return parser.run().statements != [] and parser.errors == []


def test_the_tables_are_those_of_the_grammar() -> None:
    # Lark numbers its states otherwise in each process: this fails now and then where that shows.
    text = (GRAMMAR / "kql.lark").read_text(encoding="utf-8")

    made = generate.file_text(text, generate.generate(text))
    assert (GRAMMAR / "tables.json").read_text(encoding="utf-8") == made, "run: make docs"


def test_a_start_imports_no_lark() -> None:
    code = "import sys; from kql_lint.syntax import parse; parse('T | take 1'); print('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_changed_grammar_is_not_read_by_the_tables_of_another(grammar: Path) -> None:
    text = (grammar / "kql.lark").read_text(encoding="utf-8")
    assert 'TAKE: "take"' in text
    (grammar / "kql.lark").write_text(text.replace('TAKE: "take"', 'TAKE: "grab"'), encoding="utf-8")

    parser = Parser(loading.load(), "T | grab 5")
    assert parser.run().statements != []
    assert parser.errors == []


@pytest.mark.parametrize("content", [b"[]", b"<<<<<<< ours\n{", None])
def test_tables_that_cannot_be_read_are_made_anew(grammar: Path, content: bytes | None) -> None:
    if content is None:
        (grammar / "tables.json").unlink()
    else:
        (grammar / "tables.json").write_bytes(content)

    assert works(loading.load())


def test_what_the_user_keeps_in_a_cache_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "cache"))
    assert works(loading.load())
    assert not (tmp_path / "cache").exists()
