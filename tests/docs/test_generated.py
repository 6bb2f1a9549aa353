"""What is made from the code and the catalogue is what docs/ and the README have."""

from __future__ import annotations

from pathlib import Path

from kql_lint.catalogue import Catalogue
from kql_lint.config import KEYS
from kql_lint.docs import families, pages
from kql_lint.rules import RULES
from kql_lint.site import commands, rule_settings, settings, tables
from kql_lint.site.files import made, stray, write
from kql_lint.site.included import filled, names

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def test_all_that_is_generated_is_up_to_date() -> None:
    files = made(str(ROOT))

    there = {path: (ROOT / path).read_bytes() for path in files if (ROOT / path).exists()}
    differing = [path for path, text in files.items() if there.get(path) != text.encode()]
    assert differing + stray(str(ROOT), files) == [], "run: make docs"


def test_the_index_has_every_rule_once_under_what_it_is_about() -> None:
    index = pages(RULES)["README.md"]

    assert [rule for group in families(RULES).values() for rule in group] == sorted(RULES, key=lambda rule: rule.code)
    assert all(index.count(f"]({rule.name}.md)") == 1 for rule in RULES)
    names_section = index.split("\n## Names\n")[1].split("\n## ")[0]
    assert "| KL201 | [unknown-column](unknown-column.md) | error |" in names_section
    assert "KL101" not in names_section


def test_writing_removes_pages_that_nothing_makes_and_keeps_the_rest_of_the_readme(tmp_path: Path) -> None:
    (tmp_path / "docs" / "rules").mkdir(parents=True)
    (tmp_path / "docs" / "rules" / "old-rule.md").write_text("# KL000 old-rule\n")
    (tmp_path / "docs" / "how-to").mkdir()
    guide = tmp_path / "docs" / "how-to" / "a.md"
    guide.write_text("Copy:\n\n<!-- file: x/y.lua -->\n```lua\nold\n```\n\nDone.\n")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "y.lua").write_text("print(1)\n")
    readme = tmp_path / "README.md"
    readme.write_text("# Before\n\n<!-- rules: made by `make docs` -->\nold\n<!-- /rules -->\n\nAfter\n")

    write(str(tmp_path))

    assert not (tmp_path / "docs" / "rules" / "old-rule.md").exists()
    assert guide.read_text() == "Copy:\n\n<!-- file: x/y.lua -->\n```lua\nprint(1)\n```\n\nDone.\n"
    lines = readme.read_text().splitlines()
    assert lines[:2] + lines[-2:] == ["# Before", "", "", "After"]
    assert "old" not in lines
    files = made(str(tmp_path))
    assert {path: (tmp_path / path).read_text(encoding="utf-8") for path in files} == files


def test_the_page_of_settings_has_every_rule_about_them_in_the_words_of_each_kind_of_file() -> None:
    page = rule_settings.page(RULES)
    about = [rule for rule in RULES if rule.code.startswith("KL6")]

    assert [rule.code for rule in about if rule.settings is None] == []
    assert [rule.code for rule in RULES if rule not in about and rule.settings is not None] == []
    assert [rule.name for rule in about if f"(../rules/{rule.name}.md)" not in page] == []
    for kind in ("analytic", "hunting", "detection"):
        unknown = {rule.code: rule_settings.looked_at(rule, kind) - rule_settings.known(kind) for rule in about}
        assert {code: names for code, names in unknown.items() if names} == {}
    terraform = page.split("## Terraform: `azurerm_sentinel_alert_rule_nrt`")[1].split("\n## ")[0]
    assert "| `incident` | [custom-details-column](../rules/custom-details-column.md), " in terraform
    assert "query_frequency" not in terraform
    converted = page.split("## Custom detections in XDRConverter's YAML")[1]
    assert "| `alertCategory` | [rule-shape](../rules/rule-shape.md) and [unknown-tactic](" in converted


def test_the_page_of_a_table_has_what_the_catalogue_knows() -> None:
    lines = tables.pages()["DeviceNetworkEvents.md"].splitlines()

    assert lines[0] == "# DeviceNetworkEvents"
    assert "| `LocalPort` | int |  |" in lines
    assert "| `Timestamp` | datetime | on every event |" in lines
    assert "| `TimeGenerated` | datetime | sentinel only; on every event |" in lines
    place = lines.index("### ListeningConnectionCreated")
    assert lines[place + 2].startswith("**Listening connection created.** ")
    assert lines[place + 4] == (
        "- Fields: `DeviceId`, `Timestamp`, `LocalIP`, `LocalPort`, `Protocol`, `InitiatingProcessFileName`"
    )


def test_every_table_has_its_place_and_every_column_is_named() -> None:
    kept, lists = tables.pages(), "\n".join(tables.sentinel_pages().values())

    for name in Catalogue.default().table_names():
        text = kept.get(f"{name}.md") or lists.split(f"\n## {name}\n")[1].split("\n## ")[0]
        missing = [
            column for copy in Catalogue.default().tables(name) for column in copy.columns if f"`{column}`" not in text
        ]
        assert missing == [], name


def test_every_action_type_is_on_the_page_of_its_table() -> None:
    for page in tables.pages().items():
        known = next((copy.events for copy in Catalogue.default().tables(page[0][:-3]) if copy.events), None)
        for value in known.values if known else ():
            assert f"### {value}\n" in page[1] or f"| `{value}` |" in page[1], (page[0], value)


def test_every_command_and_option_is_in_the_reference() -> None:
    from kql_lint.cli import app

    page = commands.page()

    def visit(command: object, path: str) -> None:
        section = page.split(f"\n## {path}\n")[1].split("\n## ")[0]
        for parameter in command.params:  # type: ignore[attr-defined]
            if parameter.param_type_name == "option":
                assert all(name in section for name in parameter.opts + parameter.secondary_opts)
        for name in getattr(command, "list_commands", lambda _: [])(None):
            visit(command.get_command(None, name), f"{path} {name}")  # type: ignore[attr-defined]

    visit(app, "kql-lint")


def test_every_key_of_the_configuration_is_in_the_reference() -> None:
    rows = [line for line in settings.page().splitlines() if line.startswith("| `")]

    assert [row.split("`")[1] for row in rows] == list(KEYS)


def test_files_that_pages_show_are_there() -> None:
    shown = {name for page in GUIDES for name in names(page.read_text(encoding="utf-8"))}
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "integrations").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not is_of_the_extension(path)
    }

    assert shown == kept


def is_of_the_extension(path: Path) -> bool:
    """Whether a file belongs to the extension for Visual Studio Code, which has a README of its own."""
    below = path.relative_to(ROOT / "integrations").parts
    return below[0] == "vscode" and below[1] != "recipes"


def test_a_page_without_marks_is_left_alone() -> None:
    page = "```lua\nprint(1)\n```\n<!-- file: gone -->\ntext\n"

    assert filled(page, lambda name: "never") == page


def test_kinds_of_events_of_a_table_that_only_sentinel_has() -> None:
    page = tables.sentinel_pages()["sentinel-s.md"]
    assert "### Kinds of events, by EventID (425)\n" in page
    assert "- `4610` An authentication package has been loaded by the Local Security Authority: " in page
    assert "- `4608`: no field of its own\n" in page
    assert "- `1102`: `SubjectAccount`, " in page
