from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types

from tests.lsp.editor import applied, at
from tests.lsp.texts import FILES, in_file, place_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

EVERY_FILE = pytest.mark.parametrize("name", FILES)

# What somebody is in the middle of writing; the cursor stands where the mark is.
MARK = "@@"
UNFINISHED = f'DeviceNetworkEvents\n| where ActionType == "ListeningConnectionCreated"\n| project {MARK}\n'


def opened(editor: Editor, project: Path, name: str, query: str) -> tuple[str, str, types.TextDocumentPositionParams]:
    """A file with a query, its URI and text, and the cursor where the query has a mark."""
    marked = in_file(name, query)
    place = types.Position(*place_of(marked, MARK))
    text = marked.replace(MARK, "")
    uri = editor.open(project / name, text)
    return uri, text, types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), place)


def completed(editor: Editor, cursor: types.TextDocumentPositionParams) -> dict[str, types.CompletionItem]:
    items = editor.request("textDocument/completion", cursor).items
    return {one.label: one for one in sorted(items, key=lambda one: one.sort_text or "", reverse=True)}


@EVERY_FILE
def test_columns_are_offered_and_those_that_are_empty_come_last(editor: Editor, project: Path, name: str) -> None:
    uri, text, cursor = opened(editor, project, name, UNFINISHED)

    items = completed(editor, cursor)

    assert items["LocalPort"].kind == types.CompletionItemKind.Field
    assert items["LocalPort"].tags is None
    assert items["RemotePort"].tags == (types.CompletionItemTag.Deprecated,)
    assert (items["RemotePort"].sort_text or "") > (items["LocalPort"].sort_text or "")
    edit = items["LocalPort"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert applied(text, types.WorkspaceEdit({uri: [edit]}), uri) == text.replace("| project ", "| project LocalPort")


@EVERY_FILE
def test_values_are_offered_in_strings(editor: Editor, project: Path, name: str) -> None:
    uri, text, cursor = opened(
        editor, project, name, f'DeviceNetworkEvents\n| where ActionType == "ConnectionSu{MARK}"\n'
    )

    item = completed(editor, cursor)["ConnectionSuccess"]

    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    after = applied(text, types.WorkspaceEdit({uri: [edit]}), uri)
    assert after == text.replace("ConnectionSu", "ConnectionSuccess")


# What is written, the item that is offered there, and what it makes of the text in front of the cursor.
OFFERED = [
    (f"DeviceNet{MARK}", "DeviceNetworkEvents", "DeviceNetworkEvents"),
    (f"DeviceEvents\n| su{MARK}", "summarize", "| summarize"),
    (f"DeviceEvents\n| join {MARK} (DeviceInfo) on DeviceId", "hint.strategy=", "| join hint.strategy="),
    (f"DeviceEvents\n| join kind={MARK} (DeviceInfo) on DeviceId", "leftanti", "kind=leftanti"),
    (f"DeviceEvents\n| extend A = subs{MARK}", "substring", "A = substring"),
    (f"DeviceEvents\n| summarize dco{MARK}", "dcount", "| summarize dcount"),
    (f"DeviceFileEvents\n| invoke File{MARK}", "FileProfile", "invoke FileProfile"),
    (f"let Since = ago(1d);\nDeviceEvents\n| where Timestamp > Si{MARK}", "Since", "Timestamp > Since"),
    (f"SecurityEvent\n| where EventID == 46{MARK}", "4688", "EventID == 4688"),
    (f"SigninLogs\n| where RiskLevelDuringSignIn == 'h{MARK}'", "high", "== 'high"),
    (f"DeviceEvents\n| extend A = parse_json(AdditionalFields).At{MARK}", "AttributeList", ".AttributeList"),
    (f"WindowsEvent\n| where EventID == 4624\n| extend A = EventData.Ip{MARK}", "IpAddress", "EventData.IpAddress"),
]


@EVERY_FILE
def test_every_kind_of_word_is_completed_in_every_kind_of_file(editor: Editor, project: Path, name: str) -> None:
    for query, label, expected in OFFERED:
        uri, text, cursor = opened(editor, project, name, query + "\n")

        edit = completed(editor, cursor)[label].text_edit

        assert isinstance(edit, types.TextEdit)
        after = applied(text, types.WorkspaceEdit({uri: [edit]}), uri)
        assert expected in after, (label, after)
        assert query.replace(MARK, "").split("\n")[0].partition("DeviceNet")[0] in after
        editor.close(uri)


# A comment for kql-lint in each kind of file that has comments, around its queries or in one.
COMMENTS = {
    "a.kql": f"// kql-lint: disable-file=unknown-t{MARK}\n",
    "rule.yaml": f"# kql-lint: disable-file=unknown-t{MARK}\n",
    "hunting.md": f"<!-- kql-lint: disable-file=unknown-t{MARK} -->\n",
    "main.tf": f"# kql-lint: disable-file=unknown-t{MARK}\n",
    "main.bicep": f"// kql-lint: disable-file=unknown-t{MARK}\n",
    "arm.json": "",
}


@pytest.mark.parametrize("name", COMMENTS)
def test_comments_for_kql_lint_are_completed_and_explained(editor: Editor, project: Path, name: str) -> None:
    query = f"// kql-lint: disable-file=unknown-t{MARK}\nDeviceEvents\n" if name == "arm.json" else "DeviceEvents\n"
    marked = COMMENTS[name] + in_file(name, query)
    text = marked.replace(MARK, "")
    uri = editor.open(project / name, text)
    of, place = types.TextDocumentIdentifier(uri), place_of(marked, MARK)

    edit = completed(editor, types.TextDocumentPositionParams(of, types.Position(*place)))["unknown-table"].text_edit
    assert isinstance(edit, types.TextEdit)
    after = applied(text, types.WorkspaceEdit({uri: [edit]}), uri)
    assert after == text.replace("unknown-t", "unknown-table")

    editor.type(uri, after)
    told = editor.request("textDocument/hover", types.TextDocumentPositionParams(of, types.Position(*place)))
    assert told.contents.value.startswith("**KL202 unknown-table** (info)")
    assert told.range == at(place[0], place[1] - 9, place[1] + 4)


def test_what_is_known_of_an_item_is_told_when_it_is_looked_at(editor: Editor, project: Path) -> None:
    _, _, cursor = opened(editor, project, "a.kql", UNFINISHED)
    first = completed(editor, cursor)["LocalPort"]
    later = completed(editor, cursor)["LocalPort"]

    assert "DeviceNetworkEvents" in editor.request("completionItem/resolve", later).documentation.value
    # The items of an earlier question are gone; what is known of another one is not told of them.
    assert editor.request("completionItem/resolve", first).documentation is None


def test_the_body_of_a_function_that_a_command_creates_is_a_query(editor: Editor, project: Path) -> None:
    body = f"(since: timespan) {{\n  DeviceEvents\n  | where Timestamp > ago(si{MARK})\n}}\n"
    marked = f"// Ours.\n.create-or-alter function with (folder = 'x') Recent{body}"
    text = marked.replace(MARK, "")
    uri = editor.open(project / "a.kql", text)
    cursor = types.TextDocumentPositionParams(
        types.TextDocumentIdentifier(uri), types.Position(*place_of(marked, MARK))
    )

    edit = completed(editor, cursor)["since"].text_edit
    assert isinstance(edit, types.TextEdit)
    after = applied(text, types.WorkspaceEdit({uri: [edit]}), uri)
    assert after == text.replace("ago(si)", "ago(since)")
    editor.type(uri, after)
    (found,) = editor.request("textDocument/definition", cursor)
    assert found.range == at(1, place_of(text, "since")[1], place_of(text, "since")[1] + 5)
    assert editor.diagnostics(uri) == []


def test_settings_of_a_rule_are_completed(editor: Editor, project: Path) -> None:
    text = (
        "id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01\nname: A\nkind: Scheduled\n"
        "query: |\n  DeviceEvents\n  | project DeviceName\n"
        "entityMappings:\n  - entityType: Host\n    fieldMappings:\n      - identifier: HostName\n"
        f"        columnName: D{MARK}\n"
    )
    place = types.Position(*place_of(text, MARK))
    uri = editor.open(project / "rule.yaml", text.replace(MARK, ""), "yaml")

    items = completed(editor, types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), place))

    assert "DeviceName" in items


@EVERY_FILE
def test_hover_tells_what_is_known(editor: Editor, project: Path, name: str) -> None:
    query = (
        f'DeviceNetworkEvents\n| where ActionType == "ListeningConnectionCreated"\n| where Remo{MARK}tePort == 443\n'
    )
    _, text, cursor = opened(editor, project, name, query)

    found = editor.request("textDocument/hover", cursor)

    line, column = place_of(text, "RemotePort")
    assert found.range == at(line, column, column + len("RemotePort"))
    assert found.contents.kind == types.MarkupKind.Markdown
    assert "RemotePort" in found.contents.value
    assert "Never filled by `ListeningConnectionCreated`" in found.contents.value


@EVERY_FILE
def test_signatures_show_the_parameter_at_the_cursor(editor: Editor, project: Path, name: str) -> None:
    _, _, cursor = opened(editor, project, name, f"DeviceEvents\n| extend A = substring(DeviceName, {MARK}\n")

    found = editor.request("textDocument/signatureHelp", cursor)

    signature = found.signatures[found.active_signature]
    assert signature.label.startswith("substring(")
    assert found.active_parameter == 1
    start, end = signature.parameters[1].label
    assert "start" in signature.label[start:end].lower()


def test_nothing_is_known_outside_of_queries(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "b.md", "# Device events\n")
    cursor = types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), types.Position(0, 4))

    assert editor.request("textDocument/hover", cursor) is None
    assert editor.request("textDocument/signatureHelp", cursor) is None
