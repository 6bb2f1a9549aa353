"""What open texts depend on: configurations, overlays, functions, baselines, folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types

from tests.lsp.editor import capabilities

if TYPE_CHECKING:
    from tests.lsp.conftest import Start
    from tests.lsp.editor import Editor

Write = Callable[[str, str], Path]

CALLER = "MyParser | project Nothing\n"
PARSER = ".create-or-alter function MyParser() { DeviceEvents | project DeviceId }\n"
SETTINGS = 'functions = ["parsers/*.kql"]\ncatalog = ["tables/"]\n'
TABLE = "table: Mine_CL\ncolumns:\n  A: string\n"


def codes(editor: Editor, uri: str) -> list[str]:
    return [str(one.code) for one in editor.diagnostics(uri)]


def test_the_server_asks_to_hear_of_files(start: Start, project: Path) -> None:
    editor = start(project)
    editor.until(lambda: editor.registrations)

    (registration,) = editor.registrations
    patterns = [one["globPattern"] for one in registration.register_options["watchers"]]

    assert registration.method == "workspace/didChangeWatchedFiles"
    assert {"**/.kql-lint.toml", "**/pyproject.toml", "**/.gitignore"} < set(patterns)


@pytest.mark.parametrize("watches", [True, False])
def test_what_depends_on_a_changed_file_is_linted_again(
    start: Start, project: Path, write: Write, *, watches: bool
) -> None:
    write(".kql-lint.toml", SETTINGS)
    write("tables/mine.yaml", TABLE)
    write("parsers/a.kql", PARSER)
    editor = start(project, able=capabilities(watches=watches))
    caller = editor.open(project / "a.kql", CALLER)
    own = editor.open(project / "b.kql", "Mine_CL | project B\n")
    assert codes(editor, caller) == ["KL201"]
    assert codes(editor, own) == ["KL201"]

    def changed(path: Path, uri: str, expected: list[str]) -> None:
        if watches:
            editor.changed(path)
        else:
            editor.save(uri)
        editor.until(lambda: [str(one.code) for one in editor.published[uri].diagnostics] == expected)

    changed(write("parsers/a.kql", PARSER.replace("DeviceId", "Nothing = DeviceId")), caller, [])
    changed(write("tables/mine.yaml", TABLE.replace("A:", "B:")), own, [])
    changed(write(".kql-lint.toml", SETTINGS + 'ignore = ["KL202"]'), own, [])
    changed(write(".kql-lint.toml", 'ignore = ["KL3"]'), caller, ["KL202"])


def test_a_file_that_nothing_depends_on_changes_nothing(editor: Editor, project: Path, write: Write) -> None:
    uri = editor.open(project / "a.kql", "Nonsense | take 5")
    editor.diagnostics(uri)
    before = editor.sent

    editor.changed(write("other.yaml", "a: 1"))

    other = editor.open(project / "b.kql", "Nonsense | take 5")
    editor.diagnostics(other)
    assert editor.sent == before + 1


def test_an_editor_that_asks_is_told_to_ask_again(start: Start, project: Path, write: Write) -> None:
    editor = start(project, able=capabilities(pulls=True))
    uri = editor.open(project / "a.kql", "Nonsense | take 5")
    before = editor.pull(uri)
    assert [one.code for one in before.items] == ["KL202"]

    editor.changed(write(".kql-lint.toml", 'ignore = ["KL202"]'))
    editor.until(lambda: editor.refreshes)
    after = editor.pull(uri, before.result_id)

    assert (after.kind, list(after.items)) == ("full", [])


def test_a_mistake_in_the_configuration_is_shown_there_and_ends_nothing(
    start: Start, project: Path, write: Write
) -> None:
    path = write(".kql-lint.toml", 'ignore = ["KL209"]\n')
    editor = start(project)
    uri = editor.open(project / "a.kql", "let A = 5;\nNonsense | take 5")
    assert codes(editor, uri) == ["KL202"]

    editor.changed(write(".kql-lint.toml", 'ignore = ["KL209"]\nselekt = ["KL2"]\n'))
    editor.until(lambda: editor.published.get(path.as_uri()) and editor.published[path.as_uri()].diagnostics)

    (wrong,) = editor.published[path.as_uri()].diagnostics
    assert wrong.message.startswith('unknown key "selekt"')
    assert wrong.range == types.Range(types.Position(1, 0), types.Position(1, 16))
    editor.until(lambda: editor.messages)
    assert editor.messages[0].message.startswith(f"kql-lint: {path}:2:1: ")
    # What held before goes on.
    editor.type(uri, "let A = 5;\nNonsense | take 6")
    assert codes(editor, uri) == ["KL202"]

    editor.changed(write(".kql-lint.toml", 'ignore = ["KL202"]\n'))
    editor.until(lambda: not editor.published[path.as_uri()].diagnostics)
    editor.type(uri, "let A = 5;\nNonsense | take 7")
    assert codes(editor, uri) == ["KL209"]


def test_a_text_that_was_never_linted_says_so(start: Start, project: Path, write: Write) -> None:
    path = write(".kql-lint.toml", 'selekt = ["KL2"]\n')
    editor = start(project)

    (found,) = editor.diagnostics(editor.open(project / "a.kql", "DeviceEvents | take 5"))

    assert found.message.startswith(f"this file is not linted: {path}:1:1: unknown key")
    assert found.severity == types.DiagnosticSeverity.Error


def test_a_configuration_that_leads_out_of_the_repository_is_not_followed(
    start: Start, project: Path, write: Write
) -> None:
    (project.parent / "outside.yaml").write_text("table: Nonsense\ncolumns:\n  A: string\n")
    write(".kql-lint.toml", 'catalog = ["../outside.yaml"]\n')
    text = "Nonsense | project A"

    (found,) = (editor := start(project)).diagnostics(editor.open(project / "a.kql", text))
    allowed = start(project, arguments=("--allow-outside", str(project.parent)))

    assert "leads out of the repository" in found.message
    assert codes(allowed, allowed.open(project / "a.kql", text)) == []


def test_what_is_wrong_with_a_file_of_functions_is_shown_there(start: Start, project: Path, write: Write) -> None:
    write(".kql-lint.toml", 'functions = ["parsers/*.kql"]\n')
    path = write("parsers/a.kql", ".create-or-alter function MyParser() { DeviceEvents | | take 5 }\n")
    editor = start(project)

    editor.diagnostics(editor.open(project / "a.kql", "MyParser | take 5"))
    editor.until(lambda: path.as_uri() in editor.published)

    (found,) = editor.published[path.as_uri()].diagnostics
    assert found.code == "KL005"
    assert found.range.start.line == 0


def test_each_folder_has_its_own_configuration(start: Start, project: Path, write: Write) -> None:
    write("one/.kql-lint.toml", 'ignore = ["KL202"]\n')
    write("two/.kql-lint.toml", 'ignore = ["KL209"]\n')
    text = "let A = 5;\nNonsense | take 5"
    editor = start(project / "one", project / "two")

    assert codes(editor, editor.open(project / "one" / "a.kql", text)) == ["KL209"]
    assert codes(editor, editor.open(project / "two" / "a.kql", text)) == ["KL202"]
    # A file outside of all folders is linted too.
    assert codes(editor, editor.open(project / "three" / "a.kql", text)) == ["KL209", "KL202"]


def test_the_command_line_holds_for_every_file(start: Start, project: Path, write: Write) -> None:
    write(".kql-lint.toml", 'ignore = ["KL202"]\n')
    editor = start(project, arguments=("--isolated", "--stdio"))

    assert codes(editor, editor.open(project / "a.kql", "Nonsense | take 5")) == ["KL202"]
