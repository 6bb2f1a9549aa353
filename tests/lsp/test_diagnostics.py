from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import Result

pytest.importorskip("lsprotocol")

from lsprotocol import types

from kql_lint.diagnostic import Severity
from tests.lsp.editor import at, capabilities
from tests.lsp.texts import FILES, QUERY

if TYPE_CHECKING:
    from tests.lsp.conftest import Start
    from tests.lsp.editor import Editor

UNKNOWN = 'unknown ActionType "ConnectionSucces" for DeviceNetworkEvents; did you mean "ConnectionSuccess"?'


def brief(found: list[types.Diagnostic]) -> list[tuple[str, types.Range, str]]:
    return [(str(one.code), one.range, one.message) for one in found]


@pytest.mark.parametrize("name", FILES)
def test_a_finding_is_published_at_its_place_in_every_kind_of_file(editor: Editor, project: Path, name: str) -> None:
    text, (line, start, end) = FILES[name]

    found = [one for one in editor.diagnostics(editor.open(project / name, text)) if one.code == "KL101"]

    assert brief(found) == [("KL101", at(line, start, end), UNKNOWN)]
    assert found[0].severity == types.DiagnosticSeverity.Error
    assert found[0].source == "kql-lint"


@pytest.mark.parametrize("name", FILES)
def test_a_byte_order_mark_changes_nothing_but_places_on_its_line(
    editor: Editor, project: Path, write: Callable[..., Path], name: str, kql_lint: Callable[..., Result]
) -> None:
    text, (line, start, end) = FILES[name]
    path = write(f"marked/{name}", ("\ufeff" + text).encode())
    checked = kql_lint("check", "--output-format", "json", str(path))
    codes = [one["code"] for one in json.loads(checked.stdout)]

    uri = editor.open(path, "\ufeff" + text)
    found = editor.diagnostics(uri)
    editor.type(uri, " ", at(0, 1, 1) if name == "a.kql" else at(line, end, end))
    after = editor.diagnostics(uri)

    assert [one.code for one in found] == codes
    assert at(line, start, end) in [one.range for one in found]
    assert [one.code for one in after] == codes
    assert at(line, start, end) in [one.range for one in after]
    uri = editor.open(project / "first.kql", "\ufeffNonsense | take 5\n")
    assert [one.range for one in editor.diagnostics(uri)] == [at(0, 1, 9)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_as_the_editor_does(start: Start, project: Path, encoding: str) -> None:
    editor = start(project, able=capabilities(encodings=(encoding,)))
    before = 'DeviceNetworkEvents | extend A = "é😀" | where '
    uri = editor.open(project / "a.kql", f"{before}Nonsense == 5\n")
    units = {"utf-8": 4, "utf-16": 1, "utf-32": 0}  # more than there are characters
    column = len(before) + units[encoding]

    assert editor.encoding == encoding
    assert at(0, column, column + 8) in [one.range for one in editor.diagnostics(uri)]

    # An edit is applied at the place that the editor means.
    editor.type(uri, "DeviceName", at(0, column, column + 8))
    assert "KL201" not in [one.code for one in editor.diagnostics(uri)]
    of = types.TextDocumentIdentifier(uri)
    cursor = types.TextDocumentPositionParams(of, types.Position(0, column + 2))
    assert "DeviceName" in editor.request("textDocument/hover", cursor).contents.value


@pytest.mark.parametrize("name", FILES)
def test_an_editor_that_asks_is_given_what_others_are_sent(start: Start, project: Path, name: str) -> None:
    text, (line, first, last) = FILES[name]
    editor = start(project, able=capabilities(pulls=True))
    uri = editor.open(project / name, text)

    report = editor.pull(uri)
    again = editor.pull(uri, report.result_id)
    editor.type(uri, QUERY.replace("Succes", "Success") if name.endswith(".kql") else "")
    changed = editor.pull(uri, report.result_id)

    assert at(line, first, last) in [one.range for one in report.items if one.code == "KL101"]
    assert again.kind == "unchanged"
    assert changed.kind == "full"
    assert [one for one in changed.items if one.code == "KL101"] == []
    assert editor.sent == 0


def test_diagnostics_are_those_of_check(
    editor: Editor, project: Path, kql_lint: Callable[..., Result], write: Callable[..., Path]
) -> None:
    # Configuration, rules by path, severities, suppressions (one that does nothing too) and a baseline.
    write(
        ".kql-lint.toml",
        'select = ["ALL"]\nignore = ["KL610"]\nbaseline = "known.json"\n[severity]\nKL209 = "error"\n'
        '[[per-path]]\npaths = ["hunting/"]\nignore = ["KL101"]\n',
    )
    text = (
        "let Unused = 5;\n"
        "DeviceNetworkEvents\n"
        '| where ActionType == "ConnectionSucces" // kql-lint: disable-line=KL101\n'
        "| where RemotePort > 5 // kql-lint: disable-line=KL104\n"
        "| project Timestamp, DeviceNam, RemoteIP\n"
        "| where DeviceNam == 5 or Nothing == 6\n"
    )
    write("known.kql", text)
    write("hunting/a.kql", 'DeviceEvents\n| where ActionType == "Nonsense"\n| where Nothing == 5')
    kql_lint("check", "--isolated", "--write-baseline", "known.json", "--select", "KL202,KL201", "known.kql")
    write("known.kql", text + "| extend Later = NewlyWrong\n")

    for name in ("known.kql", "hunting/a.kql"):
        lines = json.loads(kql_lint("check", "--no-cache", "--output-format", "json", name).stdout)
        expected = [
            (one["code"], one["location"]["row"] - 1, one["location"]["column"] - 1, one["severity"]) for one in lines
        ]
        found = editor.diagnostics(editor.open(project / name))
        severities = {types.DiagnosticSeverity.Error: "error", types.DiagnosticSeverity.Warning: "warning"}
        got = [
            (one.code, one.range.start.line, one.range.start.character, severities.get(one.severity, "info"))  # type: ignore[arg-type]
            for one in found
        ]
        assert got == expected
        assert expected


def test_what_else_a_finding_has_is_said(editor: Editor, project: Path) -> None:
    text = (
        "let Unused = 5;\nDeviceNetworkEvents\n"
        '| where ActionType == "ListeningConnectionCreated"\n| where RemotePort == 443\n'
    )

    uri = editor.open(project / "a.kql", text)
    unused, empty = editor.diagnostics(uri)

    assert (unused.code, unused.tags) == ("KL209", (types.DiagnosticTag.Unnecessary,))
    assert (empty.code, empty.tags) == ("KL104", None)
    assert empty.message.splitlines()[1].startswith("help: ")
    assert empty.related_information is not None
    (related,) = empty.related_information
    assert (related.location.uri, related.location.range.start.line) == (uri, 2)
    assert empty.code_description is not None
    page = Path(empty.code_description.href.removeprefix("file://"))
    assert page.read_text(encoding="utf-8").startswith("# KL104 field-not-in-action-type\n")


def test_a_renamed_name_is_shown_struck_out(editor: Editor, project: Path) -> None:
    (found,) = editor.diagnostics(editor.open(project / "a.kql", "AADSignInEventsBeta\n| take 5\n"))

    assert (found.code, found.tags) == ("KL106", (types.DiagnosticTag.Deprecated,))
    assert found.severity == types.DiagnosticSeverity.Warning


def test_what_check_leaves_out_has_no_findings(editor: Editor, project: Path, write: Callable[..., Path]) -> None:
    write(".kql-lint.toml", 'exclude = ["drafts/"]\n')
    write(".gitignore", "generated/\n")
    bad = "Nonsense | take 5"

    for name in ("drafts/a.kql", "generated/a.kql", "node_modules/x/a.kql", "notes.py", ".hidden"):
        language = "kusto" if name.endswith(".kql") else "python"
        assert editor.diagnostics(editor.open(project / name, bad, language)) == []
    assert [one.code for one in editor.diagnostics(editor.open(project / "kept" / "a.kql", bad))] == ["KL202"]


def test_a_text_that_is_no_file_is_kql_if_the_editor_says_so(editor: Editor) -> None:
    bad = "Nonsense | take 5"

    assert [one.code for one in editor.diagnostics(editor.open("untitled:Untitled-1", bad, "kusto"))] == ["KL202"]
    assert editor.diagnostics(editor.open("untitled:Untitled-2", "I have no idea", "plaintext")) == []


def test_a_closed_text_has_no_findings_any_more(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", "Nonsense | take 5")
    assert editor.diagnostics(uri)

    editor.close(uri)
    editor.until(lambda: not editor.published[uri].diagnostics)


def test_a_keystroke_cancels_the_work_for_the_one_before(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", "Nonsense | take 5")
    editor.diagnostics(uri)
    before = editor.sent

    for number in range(50):
        editor.type(uri, f"Nonsense{number} | take 5")

    (found,) = editor.diagnostics(uri)
    assert found.message.splitlines()[0] == 'unknown table "Nonsense49"'
    # Typing takes less than the pause that the server waits for, or a little more on a busy machine.
    assert editor.sent - before < 25


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "DeviceEvents\n| where X == '\ud800'",
        "DeviceEvents | where \0 == 5",
        "((((((" * 500,
        '"' * 999,
        "DeviceEvents | where A == '\u2028' \x0c or Nothing == 5",
    ],
)
def test_no_text_ends_the_server(editor: Editor, project: Path, text: str) -> None:
    for name in ("a.kql", "a.yaml", "a.json", "a.md", "a.bicep", "a.tf", "a.ipynb"):
        editor.diagnostics(editor.open(project / name, text))

    (found,) = editor.diagnostics(editor.open(project / "b.kql", "Nonsense | take 5"))
    assert found.message.splitlines()[0] == 'unknown table "Nonsense"'


def test_a_text_that_is_being_written_need_not_have_a_query_yet(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", "// What this rule finds\n")
    assert [one.code for one in editor.diagnostics(uri)] == ["KL004"]

    editor.type(uri, "// What this rule finds:\n// logons")
    assert editor.diagnostics(uri) == []

    editor.save(uri)
    editor.until(lambda: [one.code for one in editor.published[uri].diagnostics] == ["KL004"])


@pytest.mark.parametrize(
    ("above", "word", "message", "sign"),
    [
        ("| project DeviceName", "Rem", "`,` is missing before `Rem`", ","),
        ("| project DeviceName\n  // the other end", "Rem", "`,` is missing before `Rem`", ","),
        (
            "| join kind=inner DeviceInfo",
            "o",
            "a new statement begins with `o`, but the one before it is not ended by `;`",
            ";",
        ),
    ],
)
def test_what_a_word_that_is_typed_has_wrong_is_shown_at_it(
    editor: Editor, project: Path, above: str, word: str, message: str, sign: str
) -> None:
    text = f"DeviceNetworkEvents\n{above}\n"
    line = text.count("\n")
    uri = editor.open(project / "a.kql", text + "    \n")

    for column, letter in enumerate(word, 4):
        editor.type(uri, letter, at(line, column, column))
    shown = [(one.range, one.message.splitlines()[0]) for one in editor.diagnostics(uri) if one.code == "KL001"]
    offered = editor.actions(uri, at(line, 4), "quickfix")
    editor.save(uri)
    editor.until(lambda: editor.published[uri].diagnostics[0].range.start.line < line)

    assert shown == [(at(line, 4, 4 + len(word)), message)]
    assert [one.title for one in offered if one.title.startswith("Write")] == [f"Write {sign} (a guess)"]


def test_what_is_missing_above_a_word_that_was_not_typed_is_shown_there(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", "DeviceNetworkEvents\n| project DeviceName\nRem\n")
    editor.type(uri, "s", at(0, 19, 19))

    found = [one.range for one in editor.diagnostics(uri) if one.code == "KL001"]

    assert found == [at(1, 20, 20)]


def test_every_severity_has_one_of_the_protocol() -> None:
    from kql_lint.lsp.diagnostics import _SEVERITIES

    assert set(_SEVERITIES) == set(Severity)
