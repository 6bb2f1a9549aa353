from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import Editor, applied, at
from tests.lsp.texts import FILES, NAMED, in_file, place_of

EVERY_FILE = pytest.mark.parametrize("name", FILES)


def here(uri: str, text: str, word: str, number: int = 0) -> types.TextDocumentPositionParams:
    """The cursor in the second letter of a word."""
    place = types.Position(*place_of(text, word, number, 1))
    return types.TextDocumentPositionParams(types.TextDocumentIdentifier(uri), place)


def span(text: str, word: str, number: int = 0) -> types.Range:
    line, column = place_of(text, word, number)
    return at(line, column, column + len(word))


@EVERY_FILE
def test_a_name_leads_to_what_declares_it(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, NAMED)
    uri = editor.open(project / name, text)

    (variable,) = editor.request("textDocument/definition", here(uri, text, "Since", 1))
    (column,) = editor.request("textDocument/definition", here(uri, text, "Who", 1))
    table = editor.request("textDocument/definition", here(uri, text, "DeviceEvents"))

    assert (variable.uri, variable.range) == (uri, span(text, "Since"))
    assert (column.uri, column.range) == (uri, span(text, "Who"))
    assert not table


def test_a_function_of_another_file_is_found_there(
    editor: Editor, project: Path, write: Callable[[str, str], Path]
) -> None:
    write(".kql-lint.toml", 'functions = ["parsers/*.kql"]\n')
    stored = write("parsers/a.kql", ".create-or-alter function Recent(since: timespan) { DeviceEvents }\n")
    text = "Recent(1d)\n| take 5\n"
    uri = editor.open(project / "a.kql", text)

    (found,) = editor.request("textDocument/definition", here(uri, text, "Recent"))

    assert (found.uri, found.range) == (stored.as_uri(), at(0, 26, 32))
    # As it is in the editor:
    other = editor.open(stored)
    editor.type(other, "// Events of the last days.\n" + stored.read_text(encoding="utf-8"))
    (found,) = editor.request("textDocument/definition", here(uri, text, "Recent"))
    assert (found.uri, found.range) == (other, at(1, 26, 32))


def test_a_function_is_found_in_each_kind_of_file(
    editor: Editor, project: Path, write: Callable[[str, str], Path]
) -> None:
    write(".kql-lint.toml", 'functions = ["parsers/*"]\n')
    texts = {
        "Parser.yaml": "FunctionName: Parser\nFunctionAlias: Parsed\nFunctionQuery: |\n  DeviceEvents\n",
        "lets.kql": "let Lets = (n: int) { DeviceEvents | take n };\n",
        "Whole.kql": "DeviceEvents\n| take 5\n",
    }
    paths = {name: write(f"parsers/{name}", text) for name, text in texts.items()}
    text = "Parsed | union (Lets(1)), Whole\n"
    uri = editor.open(project / "a.kql", text)

    def found(word: str) -> tuple[str, types.Range]:
        (one,) = editor.request("textDocument/definition", here(uri, text, word))
        return one.uri, one.range

    assert found("Parsed") == (paths["Parser.yaml"].as_uri(), at(1, 15, 21))
    assert found("Lets") == (paths["lets.kql"].as_uri(), at(0, 4, 8))
    assert found("Whole") == (paths["Whole.kql"].as_uri(), at(0, 0))


@EVERY_FILE
def test_references_are_all_places_of_a_name(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, NAMED)
    uri = editor.open(project / name, text)

    def asked(*, declaration: bool) -> list[types.Range]:
        cursor = here(uri, text, "Who", 1)
        context = types.ReferenceContext(include_declaration=declaration)
        params = types.ReferenceParams(context, cursor.text_document, cursor.position)
        return [one.range for one in editor.request("textDocument/references", params)]

    assert asked(declaration=True) == [span(text, "Who"), span(text, "Who", 1)]
    assert asked(declaration=False) == [span(text, "Who", 1)]
    highlights = editor.request("textDocument/documentHighlight", here(uri, text, "Who", 1))
    assert [(one.range, one.kind) for one in highlights] == [
        (span(text, "Who"), types.DocumentHighlightKind.Write),
        (span(text, "Who", 1), types.DocumentHighlightKind.Read),
    ]


@EVERY_FILE
def test_a_name_is_renamed_wherever_it_stands(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, NAMED)
    uri = editor.open(project / name, text)
    cursor = here(uri, text, "Who", 1)

    prepared = editor.request("textDocument/prepareRename", cursor)
    params = types.RenameParams(cursor.text_document, cursor.position, "Actor")
    edit = editor.request("textDocument/rename", params)

    assert (prepared.range, prepared.placeholder) == (span(text, "Who", 1), "Who")
    assert applied(text, edit, uri) == text.replace("Who", "Actor")


def test_what_is_refused_is_no_error_for_the_log(project: Path) -> None:
    editor = Editor()
    editor.begin(project)
    uri = editor.open(project / "a.kql", "DeviceInfo | take 5\n")
    of = types.TextDocumentIdentifier(uri)

    with pytest.raises(JsonRpcException):
        editor.request("textDocument/prepareRename", types.PrepareRenameParams(of, types.Position(0, 2)))
    code = editor.end()

    assert (code, editor.log) == (0, "")


def test_what_cannot_be_renamed_is_refused_with_the_reason(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", NAMED)

    with pytest.raises(JsonRpcException, match="DeviceName") as refused:
        editor.request("textDocument/prepareRename", here(uri, NAMED, "DeviceName"))

    assert refused.value.code == -32803


@EVERY_FILE
def test_the_outline_has_what_a_query_declares(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, NAMED)
    uri = editor.open(project / name, text)

    def names(items: list[types.DocumentSymbol]) -> set[str]:
        return {one.name for one in items} | {name for one in items for name in names(list(one.children or ()))}

    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = names(editor.request("textDocument/documentSymbol", params))

    assert {"Since", "Who"} <= found
    assert ("Rule 😀" in found) == (name == "rule.yaml")


@EVERY_FILE
def test_statements_fold_and_selections_grow(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, NAMED)
    uri = editor.open(project / name, text)
    of = types.TextDocumentIdentifier(uri)
    cursor = here(uri, text, "DeviceName").position

    folds = editor.request("textDocument/foldingRange", types.FoldingRangeParams(of))
    (selection,) = editor.request("textDocument/selectionRange", types.SelectionRangeParams(of, [cursor]))

    line = place_of(text, "DeviceEvents")[0]
    if name != "arm.json":  # there the query is one line
        assert (line, line + 3) in [(one.start_line, one.end_line) for one in folds]
    assert selection.range == span(text, "DeviceName")
    sizes = []
    while selection is not None:
        sizes.append(selection.range)
        selection = selection.parent
    assert sizes[-1].start == types.Position(0, 0)
    assert len(sizes) >= 3


def test_a_text_that_no_host_reads_has_no_answers(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.py", NAMED, "python")

    assert editor.request("textDocument/definition", here(uri, NAMED, "Since", 1)) is None
    assert (
        editor.request("textDocument/foldingRange", types.FoldingRangeParams(types.TextDocumentIdentifier(uri))) is None
    )
