from __future__ import annotations

from pathlib import Path

from kql_lint.docs import main, pages, table
from kql_lint.rules import RULES

ROOT = Path(__file__).parents[1]


def test_the_pages_of_the_rules_are_what_the_rules_say() -> None:
    folder = ROOT / "docs" / "rules"
    written = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert written == {name: text.encode() for name, text in pages(RULES).items()}, "run: make docs"


def test_the_readme_has_the_table_of_the_rules() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert table(RULES, "docs/rules/") in readme, "run: make docs"


def test_writing_the_pages_removes_those_of_rules_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "old-rule.md").write_text("# KL000 old-rule\n")

    main(str(tmp_path))

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(pages(RULES))
