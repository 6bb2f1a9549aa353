"""Which files are made, and what must be in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from kql_lint import docs
from kql_lint.policy import registry
from kql_lint.site import commands, fixes, included, rule_settings, settings, tables, textmate

RULES, TABLES, GUIDES, REFERENCE = "docs/rules", "docs/tables", "docs/how-to", "docs/reference"
README = "README.md"
SYNTAXES = "integrations/vscode/syntaxes"


def made(root: str) -> dict[str, str]:
    """The content of every file that is made, or made in part, by its path relative to root, with ``/``."""
    from kql_lint.rules import RULES as ALL

    files = {f"{RULES}/{name}": text for name, text in docs.pages(ALL).items()}
    for rule in ALL:
        files[f"{RULES}/{rule.name}.md"] += fixes.section(rule, root)
    files |= {f"{TABLES}/{name}": text for name, text in tables.pages().items()}
    files[f"{REFERENCE}/commands.md"] = commands.page()
    files[f"{REFERENCE}/configuration.md"] = settings.page()
    files[registry.INDEX] = registry.index(ALL)
    files[f"{SYNTAXES}/kusto.tmLanguage.json"] = textmate.grammar()
    files[f"{SYNTAXES}/yaml.injection.json"] = textmate.in_yaml()
    files[f"{SYNTAXES}/markdown.injection.json"] = textmate.in_markdown()
    files[README] = docs.with_table(_read(root, README), ALL)
    files[f"{GUIDES}/rule-settings.md"] = rule_settings.page(ALL)
    for path in _guides(root):
        if path in files:
            continue
        page = docs.with_groups(_read(root, path), ALL)
        files[path] = included.filled(page, lambda name: _read(root, name))
    return files


def stray(root: str, files: Mapping[str, str]) -> list[str]:
    """Pages in the folders of generated pages that nothing makes any more."""
    there = [f"{folder}/{name}" for folder in (RULES, TABLES) for name in _names(root, folder)]
    return [path for path in there if path not in files]


def write(root: str) -> None:
    """Writes all of it below root, and removes the pages of rules and tables that are no more."""
    from kql_lint.rules import RULES as ALL

    _put(root, registry.INDEX, registry.index(ALL))  # the diffs of fixes are made by running the rules
    files = made(root)
    for path in stray(root, files):
        os.remove(os.path.join(root, path))
    for path, text in files.items():
        _put(root, path, text)


def _put(root: str, path: str, text: str) -> None:
    place = os.path.join(root, path)
    os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
    with open(place, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _guides(root: str) -> Iterator[str]:
    """The pages into which files of the repository are put."""
    yield from (f"{GUIDES}/{name}" for name in _names(root, GUIDES))


def _names(root: str, folder: str) -> list[str]:
    place = os.path.join(root, folder)
    return sorted(name for name in os.listdir(place) if name.endswith(".md")) if os.path.isdir(place) else []


def _read(root: str, path: str) -> str:
    with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
        return file.read()
