from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lsprotocol")

from lsprotocol import types

from kql_lint.lsp.actions import difference, wanted
from tests.lsp.editor import applied, at, capabilities
from tests.lsp.texts import FILES, in_file

if TYPE_CHECKING:
    from tests.lsp.conftest import Start
    from tests.lsp.editor import Editor


@pytest.mark.parametrize("name", FILES)
def test_a_fix_is_offered_where_the_finding_is(editor: Editor, project: Path, name: str) -> None:
    text, (line, start, _) = FILES[name]
    uri = editor.open(project / name, text)

    fix = editor.actions(uri, at(line, start + 3), "quickfix")[0]

    assert (fix.title, fix.is_preferred, fix.kind) == ('Replace by "ConnectionSuccess"', True, "quickfix")
    assert fix.diagnostics is not None
    assert [one.code for one in fix.diagnostics] == ["KL101"]
    assert applied(text, fix.edit, uri) == text.replace("ConnectionSucces", "ConnectionSuccess")


COMMENTS = {
    "a.kql": '"ConnectionSucces" // kql-lint: disable-line=unknown-action-type',
    "rule.yaml": '"ConnectionSucces" // kql-lint: disable-line=unknown-action-type',
    "hunting.md": '"ConnectionSucces" // kql-lint: disable-line=unknown-action-type',
    "arm.json": '\\"ConnectionSucces\\" // kql-lint: disable-line=unknown-action-type\\n',
}


@pytest.mark.parametrize("name", FILES)
def test_a_comment_holds_a_finding_back_by_the_name_of_its_rule(editor: Editor, project: Path, name: str) -> None:
    text, (line, start, _) = FILES[name]
    uri = editor.open(project / name, text)

    (suppress, _) = [one for one in editor.actions(uri, at(line, start)) if one.title.startswith("Suppress")]
    after = applied(text, suppress.edit, uri)
    editor.type(uri, after)

    assert suppress.title == "Suppress KL101 (unknown-action-type) on this line"
    assert suppress.is_preferred is None
    assert COMMENTS[name] in after
    assert [one.code for one in editor.diagnostics(uri) if one.code in ("KL101", "KL901", "KL902")] == []


IN_FILE = {
    "a.kql": "// kql-lint: disable-file=unknown-action-type\nDeviceNetworkEvents\n",
    "rule.yaml": "# kql-lint: disable-file=unknown-action-type\nid: 5e28",
    "hunting.md": "<!-- kql-lint: disable-file=unknown-action-type -->\n# Hunting",
    "arm.json": '"query": "// kql-lint: disable-file=unknown-action-type\\nDeviceNetworkEvents\\n',
}


@pytest.mark.parametrize("name", FILES)
def test_a_comment_holds_a_rule_back_in_the_whole_file(editor: Editor, project: Path, name: str) -> None:
    text, (line, start, _) = FILES[name]
    uri = editor.open(project / name, text)

    (_, suppress) = [one for one in editor.actions(uri, at(line, start)) if one.title.startswith("Suppress")]
    after = applied(text, suppress.edit, uri)
    editor.type(uri, after)

    assert suppress.title == "Suppress KL101 (unknown-action-type) in this file"
    assert suppress.is_preferred is None
    assert IN_FILE[name] in after
    assert [one.code for one in editor.diagnostics(uri) if one.code in ("KL101", "KL901", "KL902")] == []


def test_a_comment_for_the_file_is_added_to(editor: Editor, project: Path) -> None:
    head = "---\ntitle: Hunts\n---\n"
    text = f"{head}<!-- kql-lint: disable-file=KL202 -->\n```kql\nNone1 | union DeviceEvents | take\n```\n"
    uri = editor.open(project / "a.md", text)
    code = next(str(one.code) for one in editor.diagnostics(uri) if one.code != "KL901")
    (action,) = [one for one in editor.actions(uri, at(5, 0, 40)) if one.title.endswith("in this file")]

    after = applied(text, action.edit, uri)

    assert code in action.title
    assert after.startswith(f"{head}<!-- kql-lint: disable-file=KL202,")


def test_front_matter_stays_the_first_of_a_markdown_file(editor: Editor, project: Path) -> None:
    text = "---\ntitle: Hunts\n---\n```kql\n" + FILES["a.kql"][0] + "```\n"
    uri = editor.open(project / "a.md", text)
    (action,) = [one for one in editor.actions(uri, at(5, 24)) if one.title.endswith("in this file")]

    assert applied(text, action.edit, uri).startswith(
        "---\ntitle: Hunts\n---\n<!-- kql-lint: disable-file=unknown-action-type -->\n```kql\n"
    )


def test_a_finding_around_the_query_is_held_back_in_the_hosts_own_comments(editor: Editor, project: Path) -> None:
    text = (
        "id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01\nname: A\nkind: Scheduled\ntactics: [Nonsense]\nquery: DeviceEvents\n"
    )
    uri = editor.open(project / "rule.yaml", text)

    (suppress, _) = [one for one in editor.actions(uri, at(3, 12)) if one.title.startswith("Suppress KL611")]

    assert "tactics: [Nonsense] # kql-lint: disable-line=unknown-tactic\n" in applied(text, suppress.edit, uri)


def test_a_guess_is_called_one_and_is_not_preferred(editor: Editor, project: Path) -> None:
    text = "DeviceNetworkEvents\n| project DeviceNam\n"
    uri = editor.open(project / "a.kql", text)

    guess = editor.actions(uri, at(1, 12))[0]

    assert (guess.title, guess.is_preferred) == ("Write DeviceName (a guess)", None)
    assert applied(text, guess.edit, uri) == "DeviceNetworkEvents\n| project DeviceName\n"


UNUSED = "let A = 5;\nlet B = 6;\nDeviceNetworkEvents\n| project DeviceNam\n"


@pytest.mark.parametrize("resolves", [True, False])
def test_all_safe_fixes_are_made_at_once(start: Start, project: Path, *, resolves: bool) -> None:
    editor = start(project, able=capabilities(resolves=resolves))
    text = "# 😀\n\n```kql\n" + UNUSED + "```\n"
    uri = editor.open(project / "a.md", text)

    (action,) = editor.actions(uri, at(0, 0), "source.fixAll")
    assert (action.edit is None) == resolves
    if resolves:
        action = editor.request("codeAction/resolve", action)

    assert action.kind == "source.fixAll.kql-lint"
    # The misspelt column has a guess alone, which is not made.
    assert applied(text, action.edit, uri) == "# 😀\n\n```kql\nDeviceNetworkEvents\n| project DeviceNam\n```\n"


@pytest.mark.parametrize("name", FILES)
def test_all_fixes_are_made_in_every_kind_of_file(editor: Editor, project: Path, name: str) -> None:
    text = in_file(name, UNUSED)
    uri = editor.open(project / name, text)

    (action,) = editor.actions(uri, at(0, 0), "source.fixAll")
    action = editor.request("codeAction/resolve", action)

    line = "let A = 5;\\n" if name == "arm.json" else "let A = 5;\n"
    assert applied(text, action.edit, uri).count("let ") == 0
    assert line in text
    assert line not in applied(text, action.edit, uri)
    assert "DeviceNam" in applied(text, action.edit, uri)


def test_what_nobody_asks_for_is_not_offered(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", UNUSED)

    assert [one.kind for one in editor.actions(uri, at(0, 4), "refactor")] == []
    assert {one.kind for one in editor.actions(uri, at(0, 4), "quickfix")} == {"quickfix"}
    assert [one.kind for one in editor.actions(uri, at(0, 4), "source.fixAll.kql-lint")] == ["source.fixAll.kql-lint"]
    assert [one.kind for one in editor.actions(uri, at(2, 4), "source.fixAll.eslint")] == []


def test_nothing_is_offered_where_nothing_is_found(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "a.kql", "DeviceNetworkEvents\n| take 5\n")

    assert editor.actions(uri, at(0, 4)) == []
    assert editor.actions("file:///nowhere.kql", at(0, 4)) == []


def test_a_kind_is_wanted_by_those_above_it() -> None:
    kind = "source.fixAll.kql-lint"

    assert wanted(None, kind)
    assert wanted([types.CodeActionKind.Source], kind)
    assert wanted(["source.fixAll"], kind)
    assert not wanted(["source.fix"], kind)
    assert not wanted(["source.fixAll.kql-lint.more"], kind)


def test_a_difference_leaves_equal_lines_alone() -> None:
    assert difference("a\nb\nc\n", "a\nc\nd\n") == [(2, 4, ""), (6, 6, "d\n")]
    assert difference("same", "same") == []
    long = "x\n" * 5_000
    assert difference(long, f"{long}y") == [(0, 10_000, f"{long}y")]
