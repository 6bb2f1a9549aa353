from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types

from tests.lsp.editor import at
from tests.lsp.texts import FILES, NAMED, in_file, place_of

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

EVERY_FILE = pytest.mark.parametrize("name", FILES)
# Behind a character that takes two units.
ASTRAL = 'DeviceEvents\n| where DeviceName == "😀" and ActionType has "x"\n'


def words(text: str, data: list[int], legend: list[str]) -> list[tuple[str, str]]:
    """The words that tokens name, and what each is."""
    lines = [line.encode("utf-16-le") for line in text.split("\n")]
    found, line, column = [], 0, 0
    for number in range(0, len(data), 5):
        down, across, length, kind, _ = data[number : number + 5]
        line, column = line + down, across if down else column + across
        found.append((lines[line][2 * column : 2 * (column + length)].decode("utf-16-le"), legend[kind]))
    return found


@EVERY_FILE
def test_each_word_is_coloured(editor: Editor, project: Path, name: str) -> None:
    from kql_lint.lsp.colouring import _TOKENS

    text = in_file(name, ASTRAL)
    of = types.TextDocumentIdentifier(editor.open(project / name, text))

    full = editor.request("textDocument/semanticTokens/full", types.SemanticTokensParams(of))
    line = place_of(text, "DeviceEvents")[0]
    part = types.SemanticTokensRangeParams(of, at(line, 0, place_of(text, "DeviceEvents")[1] + 12))
    first = editor.request("textDocument/semanticTokens/range", part)

    found = words(text, list(full.data), _TOKENS)
    assert ("DeviceEvents", "class") in found
    assert ("where", "keyword") in found
    assert ("ActionType", "property") in found
    assert ("has", "operator") in found
    assert words(text, list(first.data), _TOKENS)[0] == ("DeviceEvents", "class")
    assert len(first.data) < len(full.data)


@EVERY_FILE
def test_tables_and_suppressions_lead_to_pages(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, "DeviceInfo\n| take 5 // kql-lint: disable-line=KL104\n")
    of = types.TextDocumentIdentifier(editor.open(project / name, text))

    table, rule = editor.request("textDocument/documentLink", types.DocumentLinkParams(of))

    line, column = place_of(text, "DeviceInfo")
    assert table.range == at(line, column, column + 10)
    sentinel = name in ("rule.yaml", "arm.json")
    assert table.tooltip == f"DeviceInfo in {'Sentinel' if sentinel else 'Defender XDR'}'s reference"
    assert table.target == (
        "https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/deviceinfo"
        if sentinel
        else "https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-deviceinfo-table"
    )
    line, column = place_of(text, "KL104")
    assert rule.range == at(line, column, column + 5)
    assert rule.target.endswith("/field-not-in-action-type.md")


def test_rules_and_functions_of_all_files_are_found_by_name(
    editor: Editor, project: Path, write: Callable[[str, str], Path]
) -> None:
    write(".kql-lint.toml", 'functions = ["parsers/*.kql"]\nexclude = ["drafts/"]\n')
    stored = write("parsers/a.kql", ".create-or-alter function RecentRules() { DeviceEvents }\n")
    rule = write("rules/a.yaml", in_file("rule.yaml", NAMED))
    write("drafts/a.yaml", in_file("rule.yaml", NAMED))
    template = write("rules/b.json", in_file("arm.json", NAMED).replace("Connections", "Rules of ARM"))
    editor.open(project / "b.kql", "RecentRules | take 5")

    found = editor.request("workspace/symbol", types.WorkspaceSymbolParams("rul"))

    assert sorted((one.name, one.location.uri) for one in found) == [
        ("RecentRules", stored.as_uri()),
        ("Rule 😀", rule.as_uri()),
        ("Rules of ARM", template.as_uri()),
    ]
    line, column = place_of(rule.read_text(encoding="utf-8"), "Rule 😀")
    assert next(one for one in found if one.name == "Rule 😀").location.range == at(line, column, column + 7)
