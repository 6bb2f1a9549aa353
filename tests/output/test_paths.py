from __future__ import annotations

import ntpath
from pathlib import Path

import pytest

from kql_lint.output.paths import Paths, top_of_repository


def test_paths_are_seen_from_the_top_of_the_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "rules" / "linux").mkdir(parents=True)
    monkeypatch.chdir(project / "rules")

    assert top_of_repository() == str(project)
    assert Paths().shown("linux/a.kql") == "rules/linux/a.kql"
    assert Paths().shown("../b.kql") == "b.kql"
    assert Paths().shown(str(project / "c.kql")) == "c.kql"
    assert Paths().shown("../../outside.kql") == f"{project.parent.as_posix()}/outside.kql"


def test_a_link_to_the_repository_is_the_repository(project: Path) -> None:
    (project.parent / "link").symlink_to(project)

    assert Paths().shown(f"{project.parent}/link/rules/a.kql") == "rules/a.kql"
    assert Paths().uri(f"{project.parent}/link/rules/a.kql") == ("rules/a.kql", True)


def test_the_top_of_a_work_tree_has_a_file_called_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = project / "tree"
    (tree / "rules").mkdir(parents=True)
    (tree / ".git").write_text("gitdir: elsewhere\n")
    monkeypatch.chdir(tree / "rules")

    assert top_of_repository() == str(tree)


@pytest.mark.parametrize(
    ("path", "uri", "relative"),
    [
        ("/repo/rules/a b.kql", "rules/a%20b.kql", True),
        ("/repo/ü/100%.kql", "%C3%BC/100%25.kql", True),
        ("/repo/#1?.kql", "%231%3F.kql", True),
        ("/repo/c:d.kql", "c%3Ad.kql", True),
        ("/repo/..a.kql", "..a.kql", True),
        ("/repo/\udcff.kql", "%FF.kql", True),
        ("/other/a.kql", "file:///other/a.kql", False),
        ("/repository/a.kql", "file:///repository/a.kql", False),
    ],
)
def test_a_uri_is_percent_encoded(path: str, uri: str, relative: bool) -> None:
    assert Paths("/repo").uri(path) == (uri, relative)


def test_windows_paths_become_the_same_on_every_system() -> None:
    paths = Paths("C:\\work\\repo", ntpath)

    assert paths.shown("C:\\work\\repo\\rules\\a.kql") == "rules/a.kql"
    assert paths.shown("c:\\WORK\\repo\\rules\\a.kql") == "rules/a.kql"
    assert paths.uri("C:\\work\\repo\\rules\\a b.kql") == ("rules/a%20b.kql", True)
    assert paths.shown("D:\\rules\\a.kql") == "D:/rules/a.kql"
    assert paths.uri("D:\\rules\\a.kql") == ("file:///D:/rules/a.kql", False)
    assert paths.absolute("C:\\work\\repo\\a.kql") == "C:\\work\\repo\\a.kql"


def test_bytes_that_are_no_text_are_shown_as_escapes() -> None:
    # So two files whose names differ in such a byte alone are two files in every report.
    assert Paths("/repo").shown("/repo/\udcff.kql") == "\\xff.kql"
    assert Paths("/repo").shown("/repo/\udcfe.kql") == "\\xfe.kql"
