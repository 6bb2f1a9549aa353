"""Functions that a file defines for others: references and rename in all files of the workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import applied
from tests.lsp.texts import FILES, in_file, place_of

if TYPE_CHECKING:
    from tests.lsp.conftest import Start
    from tests.lsp.editor import Editor

Write = Callable[[str, str], Path]

SETTINGS = 'functions = ["parsers/**/*.*"]\n'
BODY = "DeviceEvents\n| where Timestamp > ago(since)\n| project Timestamp, DeviceId, ActionType"
ARM = json.dumps(
    {
        "resources": [
            {
                "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
                "properties": {
                    "displayName": "Recent 😀",
                    "category": "Function",
                    "functionAlias": "Recent",
                    "functionParameters": "since:timespan",
                    "query": BODY,
                },
            }
        ]
    },
    indent=1,
)
# A file that defines the function, in each way that there is.
YAML = f"""# 😀
id: 1
FunctionName: Recent
FunctionAlias: 'Recent'
FunctionParameters:
  - Name: since
    Type: timespan
FunctionQuery: |
  {BODY.replace(chr(10), chr(10) + "  ")}
"""
LET = f"let Recent = (since: timespan) {{\n{BODY}\n}};\nlet Both = () {{ Recent(1d) | union (Recent(2d)) }};\n"
DEFINING = {
    "Recent.yaml": YAML,
    "command.kql": f"// 😀 Recent events.\n.create-or-alter function Recent(since: timespan) {{\n{BODY}\n}}\n",
    "let.kql": LET,
    "arm.json": ARM,
}
CALL = "Recent(1h)\n| where ActionType == 'LdapSearch'\n| project Recent = 1, DeviceId\n"


def here(uri: str, text: str, word: str, number: int = 0) -> types.TextDocumentPositionParams:
    place = types.Position(*place_of(text, word, number, 2))
    return types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), place)


def renamed(editor: Editor, cursor: types.TextDocumentPositionParams, new: str) -> types.WorkspaceEdit:
    params = types.RenameParams(cursor.text_document, cursor.position, new)
    edit = editor.request("textDocument/rename", params)
    assert isinstance(edit, types.WorkspaceEdit)
    return edit


def refused(editor: Editor, cursor: types.TextDocumentPositionParams, new: str = "Latest") -> str:
    with pytest.raises(JsonRpcException) as error:
        renamed(editor, cursor, new)
    assert error.value.code == -32803
    return str(error.value.message)


def files_of(edit: types.WorkspaceEdit) -> dict[str, types.WorkspaceEdit]:
    """The edit of each file by itself."""
    return {uri: types.WorkspaceEdit(changes={uri: list(edits)}) for uri, edits in (edit.changes or {}).items()}


@pytest.mark.parametrize("defining", DEFINING)
def test_a_function_is_renamed_in_every_file_that_calls_it(
    editor: Editor, project: Path, write: Write, defining: str
) -> None:
    write(".kql-lint.toml", SETTINGS)
    texts = {f"parsers/{defining}": DEFINING[defining]}
    texts |= {f"rules/{name}": in_file(name, CALL) for name in FILES}
    texts["parsers/Other.kql"] = ".create function Other(n: int) {\n  Recent(n * 1d) | take 5\n}\n"
    texts["rules/none.kql"] = "DeviceEvents | extend Recent = 1 | project Recent\n"
    for name, text in texts.items():
        write(name, text)
    uri = editor.open(project / "rules/a.kql")

    cursor = here(uri, texts["rules/a.kql"], "Recent(")
    place = editor.request("textDocument/prepareRename", cursor)
    edits = files_of(renamed(editor, cursor, "Latest"))

    assert place.placeholder == "Recent"
    expected = {
        name: text.replace("Recent(", "Latest(")
        .replace("let Recent", "let Latest")
        .replace("FunctionName: Recent", "FunctionName: Latest")
        .replace("FunctionAlias: 'Recent'", "FunctionAlias: 'Latest'")
        .replace('"functionAlias": "Recent"', '"functionAlias": "Latest"')
        for name, text in texts.items()
    }
    del expected["rules/none.kql"]
    found = {
        name: applied(text, edits[(project / name).as_uri()], (project / name).as_uri())
        for name, text in texts.items()
        if (project / name).as_uri() in edits
    }
    assert found == expected


@pytest.mark.parametrize("defining", DEFINING)
def test_a_function_is_renamed_from_where_it_is_defined(
    editor: Editor, project: Path, write: Write, defining: str
) -> None:
    write(".kql-lint.toml", SETTINGS)
    caller = write("rules/a.kql", CALL)
    text = DEFINING[defining]
    uri = editor.open(write(f"parsers/{defining}", text))
    word = {"Recent.yaml": "Recent\n", "command.kql": "Recent(", "let.kql": "Recent =", "arm.json": 'Recent"'}[defining]

    edits = files_of(renamed(editor, here(uri, text, word), "Latest"))

    assert set(edits) == {uri, caller.as_uri()}
    assert applied(CALL, edits[caller.as_uri()], caller.as_uri()) == CALL.replace("Recent(", "Latest(")


def test_references_lie_in_every_file(editor: Editor, project: Path, write: Write) -> None:
    write(".kql-lint.toml", SETTINGS)
    defined = write("parsers/command.kql", DEFINING["command.kql"])
    texts = {name: in_file(name, CALL) for name in FILES}
    paths = {name: write(f"rules/{name}", text) for name, text in texts.items()}
    broken = write("rules/broken.kql", "Recent(1d) | where ==\n")
    uri = editor.open(paths["a.kql"])
    cursor = here(uri, texts["a.kql"], "Recent(")

    def asked(*, declaration: bool) -> set[tuple[str, tuple[int, int]]]:
        context = types.ReferenceContext(include_declaration=declaration)
        params = types.ReferenceParams(context, cursor.text_document, cursor.position)
        found = editor.request("textDocument/references", params)
        assert all(one.range.end.character - one.range.start.character == len("Recent") for one in found)
        return {(one.uri, (one.range.start.line, one.range.start.character)) for one in found}

    calls = {(path.as_uri(), place_of(texts[name], "Recent(")) for name, path in paths.items()}
    calls.add((broken.as_uri(), (0, 0)))
    assert asked(declaration=False) == calls
    assert asked(declaration=True) == calls | {(defined.as_uri(), (1, 26))}


def test_texts_that_are_not_saved_count_with_their_versions(start: Start, project: Path, write: Write) -> None:
    write(".kql-lint.toml", SETTINGS)
    path = write("parsers/command.kql", DEFINING["command.kql"])
    caller, other = write("rules/a.kql", "DeviceEvents\n"), write("rules/b.kql", CALL)
    able = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
        )
    )
    editor = start(project, able=able)
    defining = editor.open(path)
    uri = editor.open(caller)
    editor.type(defining, text := "\n\n// Moved.\n" + DEFINING["command.kql"])
    editor.type(uri, CALL)

    edit = renamed(editor, here(uri, CALL, "Recent("), "Latest")

    changes = {
        one.text_document.uri: one for one in edit.document_changes or () if isinstance(one, types.TextDocumentEdit)
    }
    versions = {uri: one.text_document.version for uri, one in changes.items()}
    assert versions == {defining: 2, uri: 2, other.as_uri(): None}
    made = types.WorkspaceEdit(document_changes=[changes[defining]])
    assert applied(text, made, defining) == text.replace("Recent(", "Latest(")


REFUSALS = [
    (
        {"rules/b.kql": "let Latest = 1;\nRecent(1d) | take Latest\n"},
        "Latest",
        "rules/b.kql:1: with the name Latest the query would be another one",
    ),
    ({}, "DeviceEvents", "DeviceEvents is a table, which would be hidden"),
    ({}, "strlen", "strlen is a function already"),
    ({"parsers/x.kql": ".create function Latest() { print 1 }"}, "Latest", "Latest is a function already"),
    ({}, "my function", "a function's name has letters, digits and underscores, and is no word of KQL"),
    ({}, "where", "a function's name has letters, digits and underscores, and is no word of KQL"),
    (
        {"rules/b.kql": "Recent(1d) | where ==\n"},
        "Latest",
        "rules/b.kql:1: the query has a syntax error, so that it is not certain where Recent is called",
    ),
    (
        {"rules/b.kql": "let Latest = (x: timespan) { print DeviceId = '' };\nLatest(1d) | union (Recent(1d))\n"},
        "Latest",
        "rules/b.kql:1: with the name Latest the query would be another one",
    ),
    (
        {"rules/b.kql": "Latest | where Timestamp > ago(1h) | project DeviceName\n"},
        "Latest",
        "rules/b.kql:1: there would be a finding: unknown column \"DeviceName\"",
    ),
    ({"rules/b.kql": b"Recent(1d)\n\xff\xfe\x00"}, "Latest", "rules/b.kql can't be read: "),
    (
        {"parsers/x.kql": ".create function Recent() { print 1 }"},
        "Latest",
        "Recent is defined by parsers/command.kql and parsers/x.kql",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "new", "reason"), REFUSALS)
def test_what_is_refused_and_why(
    editor: Editor,
    project: Path,
    write: Callable[[str, str | bytes], Path],
    texts: dict[str, str | bytes],
    new: str,
    reason: str,
) -> None:
    write(".kql-lint.toml", SETTINGS)
    write("parsers/command.kql", DEFINING["command.kql"])
    for name, text in texts.items():
        write(name, text)
    uri = editor.open(write("rules/a.kql", CALL))
    cursor = here(uri, CALL, "Recent(")

    assert refused(editor, cursor, new).replace(f"{project}/", "").startswith(reason)


def test_a_file_that_names_its_function_is_to_be_renamed_itself(editor: Editor, project: Path, write: Write) -> None:
    write(".kql-lint.toml", SETTINGS)
    path = write("parsers/Whole.kql", "DeviceEvents\n| take 5\n")
    uri = editor.open(write("rules/a.kql", "Whole\n| take 5\n"))
    cursor = here(uri, "Whole\n", "Whole")

    expected = f"Whole has its name from its file, {path}; rename the file"
    assert refused(editor, cursor) == expected
    with pytest.raises(JsonRpcException, match="rename the file"):
        editor.request("textDocument/prepareRename", cursor)


def test_a_template_renames_its_own_functions(editor: Editor, project: Path) -> None:
    template = json.loads(ARM)
    rule = {"type": "Microsoft.OperationalInsights/workspaces/savedSearches", "properties": {"query": CALL}}
    rule["properties"] |= {"displayName": "Hunt", "category": "Hunting Queries"}
    template["resources"].append(rule)
    text = json.dumps(template, indent=1)
    uri = editor.open(project / "template.json", text)

    edit = renamed(editor, here(uri, text, "Recent(1h"), "Latest")

    assert applied(text, edit, uri) == text.replace("Recent(", "Latest(").replace(
        '"functionAlias": "Recent"', '"functionAlias": "Latest"'
    )


BICEP = """resource rule 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  kind: 'Scheduled'
  properties: {
    displayName: 'Recent events'
    query: loadTextContent('queries/q.kql')
  }
}
"""


def test_a_text_that_another_file_loads_is_renamed_where_it_lies(editor: Editor, project: Path, write: Write) -> None:
    write(".kql-lint.toml", SETTINGS)
    write("parsers/command.kql", DEFINING["command.kql"])
    write("main.bicep", BICEP)
    loaded = write("queries/q.kql", CALL)
    uri = editor.open(loaded)

    edits = files_of(renamed(editor, here(uri, CALL, "Recent("), "Latest"))

    assert set(edits) == {uri, (project / "parsers/command.kql").as_uri()}


def test_a_call_in_a_text_that_is_no_file_of_the_workspace_is_a_reason_against_it(
    editor: Editor, project: Path, write: Write
) -> None:
    write(".kql-lint.toml", SETTINGS + 'exclude = ["queries/"]\n')
    write("parsers/command.kql", DEFINING["command.kql"])
    bicep = write("main.bicep", BICEP)
    loaded = write("queries/q.kql", CALL)
    uri = editor.open(write("rules/a.kql", CALL))

    expected = f"{bicep} calls Recent in {loaded}, which is no file of the workspace"
    assert refused(editor, here(uri, CALL, "Recent(")) == expected
