from __future__ import annotations

from pathlib import Path

from kql_lint.docs import main, pages, table, with_table
from kql_lint.rules import RULES

ROOT = Path(__file__).parents[1]


def test_the_pages_of_the_rules_are_what_the_rules_say() -> None:
    folder = ROOT / "docs" / "rules"
    written = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert written == {name: text.encode() for name, text in pages(RULES).items()}, "run: make docs"


def test_the_readme_has_the_table_of_the_rules() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert with_table(readme, RULES) == readme, "run: make docs"
    assert table(RULES, "docs/rules/") in readme


def test_writing_removes_the_pages_of_rules_that_are_gone_and_keeps_the_rest_of_the_readme(tmp_path: Path) -> None:
    folder, readme = tmp_path / "rules", tmp_path / "README.md"
    folder.mkdir()
    (folder / "old-rule.md").write_text("# KL000 old-rule\n")
    readme.write_text("# Before\n\n<!-- rules: made by `make docs` -->\nold\n<!-- /rules -->\n\nAfter\n")

    main(str(folder), str(readme))

    assert sorted(path.name for path in folder.iterdir()) == sorted(pages(RULES))
    lines = readme.read_text().splitlines()
    assert lines[:2] + lines[-2:] == ["# Before", "", "", "After"]
    assert "| KL101 | [unknown-action-type](docs/rules/unknown-action-type.md) |" in readme.read_text()
    assert "old" not in lines
