"""The findings of all files of the workspace, for an editor that asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import Result

pytest.importorskip("lsprotocol")

from lsprotocol import types

from tests.lsp.editor import capabilities
from tests.lsp.texts import FILES

if TYPE_CHECKING:
    from tests.lsp.conftest import Start
    from tests.lsp.editor import Editor

Write = Callable[[str, str], Path]
Found = dict[str, tuple[str | None, list[tuple[str, int, str]]]]


def asked(editor: Editor, known: dict[str, str | None] | None = None, token: str | None = None) -> Any:
    """What the server says of the folder; known has the results that the editor has, by URI."""
    previous = [types.PreviousResultId(uri, result or "") for uri, result in (known or {}).items()]
    return editor.request(
        "workspace/diagnostic", types.WorkspaceDiagnosticParams(previous, partial_result_token=token)
    ).items


def brief(items: list[Any]) -> dict[str, list[tuple[str, int, str]]]:
    """The findings of each file."""
    return {one.uri: [(str(d.code), d.range.start.line + 1, d.message) for d in one.items] for one in items}


def begun(start: Start, project: Path) -> Editor:
    return start(project, able=capabilities(pulls=True), arguments=("--workspace",))


def test_the_folder_has_the_findings_of_check(
    start: Start, project: Path, write: Write, kql_lint: Callable[..., Result]
) -> None:
    write(".kql-lint.toml", 'exclude = ["drafts/"]\n')
    for name, (text, _) in FILES.items():
        write(f"rules/{name}", text)
        write(f"drafts/{name}", text)
    write("rules/good.kql", "DeviceEvents\n| where Timestamp > ago(1h)\n| take 5\n")
    checked = json.loads(kql_lint("check", "--output-format", "json").stdout)
    editor = begun(start, project)

    found = brief(asked(editor))

    expected: dict[str, list[tuple[str, int, str]]] = {(project / "rules" / "good.kql").as_uri(): []}
    for one in checked:
        help_ = one.get("help")
        message = one["message"] + (f"\nhelp: {help_}" if help_ else "")
        uri = (project / one["filename"]).as_uri()
        expected.setdefault(uri, []).append((one["code"], one["location"]["row"], message))
    assert found == expected
    assert len(expected) == len(FILES) + 1


def test_what_has_not_changed_is_not_told_again(start: Start, project: Path, write: Write) -> None:
    first, second = write("a.kql", "Nonsense | take 5\n"), write("b.kql", "Nowhere | take 5\n")
    editor = begun(start, project)
    known = {one.uri: one.result_id for one in asked(editor)}
    assert set(known) == {first.as_uri(), second.as_uri()}

    write("b.kql", "Nothing | take 5 // changed\n")
    third = write("c.kql", "None | take 5\n")
    editor.changed(second, third)
    items = asked(editor, known)

    kinds = {one.uri: one.kind for one in items}
    assert kinds == {first.as_uri(): "unchanged", second.as_uri(): "full", third.as_uri(): "full"}
    (found,) = brief([one for one in items if one.uri == second.as_uri()])[second.as_uri()]
    assert found[:2] == ("KL202", 1)
    assert found[2].startswith('unknown table "Nothing"\n')
    known = {one.uri: one.result_id for one in items}
    first.unlink()
    editor.changed(first)
    gone = {one.uri: one for one in asked(editor, known)}[first.as_uri()]
    assert (gone.kind, list(gone.items)) == ("full", [])


def test_an_open_text_counts_as_it_is_in_the_editor(start: Start, project: Path, write: Write) -> None:
    path = write("a.kql", "DeviceEvents | where Timestamp > ago(1h)\n")
    editor = begun(start, project)
    uri = editor.open(path, "Nonsense | take 5\n")
    editor.type(uri, "Nowhere | take 5\n")

    (report,) = asked(editor)

    assert (report.uri, report.version) == (uri, 2)
    assert [one.message.split("\n")[0] for one in report.items] == ['unknown table "Nowhere"']
    assert editor.pull(uri, report.result_id).kind == "unchanged"


def test_findings_are_told_while_others_are_looked_for(start: Start, project: Path, write: Write) -> None:
    for number in range(60):
        write(f"{number:02}.kql", "Nonsense | take 5\n")
    editor = begun(start, project)

    rest = asked(editor, token="folder")

    told = [item for _, value in editor.progress for item in value["items"]]
    assert {token for token, _ in editor.progress} == {"folder"}
    assert list(rest) == []
    assert len(editor.progress) == 2
    assert [item["uri"] for item in told] == [(project / f"{number:02}.kql").as_uri() for number in range(60)]
    assert [item["items"][0]["code"] for item in told] == ["KL202"] * 60


def test_a_question_that_is_taken_back_ends(start: Start, project: Path, write: Write) -> None:
    path = write("a.kql", "Nonsense | take 5\n")
    editor = begun(start, project)
    known = {one.uri: one.result_id for one in asked(editor)}

    editor.cancelled(
        "workspace/diagnostic",
        types.WorkspaceDiagnosticParams([types.PreviousResultId(uri, result or "") for uri, result in known.items()]),
    )

    assert [one.code for one in editor.pull(editor.open(path)).items] == ["KL202"]


def test_a_changed_configuration_lints_the_folder_again(start: Start, project: Path, write: Write) -> None:
    path = write("a.kql", "Nonsense | take 5\n")
    editor = begun(start, project)
    known = {one.uri: one.result_id for one in asked(editor)}

    editor.changed(write(".kql-lint.toml", 'ignore = ["KL202"]\n'))

    assert brief(asked(editor, known)) == {path.as_uri(): []}


def test_nobody_is_offered_the_folder_without_being_asked(project: Path) -> None:
    from tests.lsp.editor import Editor

    for arguments, offered in ((), False), (("--workspace",), True):
        editor = Editor(*arguments)
        result = editor.begin(project, able=capabilities(pulls=True))
        assert editor.end() == 0
        provider = result.capabilities.diagnostic_provider
        assert provider is not None
        assert provider.workspace_diagnostics is offered


RULE = (
    "id: {id}\nname: {name}\nkind: Scheduled\nseverity: High\nqueryFrequency: 1h\nqueryPeriod: 1h\n"
    "triggerOperator: gt\ntriggerThreshold: 0\nquery: |\n  SigninLogs\n  | where AppId == '{name}'\n"
)
ID = "1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11"
OTHER = "6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55"


def test_rules_of_different_files_with_one_id_are_found(start: Start, project: Path, write: Write) -> None:
    write("a/one.yaml", RULE.format(id=ID, name="One"))
    second = write("b/two.yaml", RULE.format(id=ID, name="Two"))
    third = write("c.yaml", text := RULE.format(id=OTHER, name="Three"))
    editor = begun(start, project)

    def duplicates(uri: str) -> list[tuple[int, str]]:
        return [(one.range.start.line, one.message) for one in editor.pull(uri).items if one.code == "KL608"]

    found = brief(asked(editor))
    twice = f"the id {ID} is also that of a rule in ../a/one.yaml"
    assert [one for one in found[second.as_uri()] if one[0] == "KL608"] == [("KL608", 1, twice)]
    # The text that is open, as it is typed:
    uri = editor.open(third)
    assert duplicates(uri) == []
    editor.type(uri, text.replace(OTHER, ID))
    assert duplicates(uri) == [(0, f"the id {ID} is also that of a rule in a/one.yaml")]
    # The other file, as it is saved:
    editor.changed(write("a/one.yaml", RULE.format(id=OTHER, name="One")))
    editor.changed(write("b/two.yaml", RULE.format(id=OTHER, name="One")))
    asked(editor, {})
    assert duplicates(uri) == []
