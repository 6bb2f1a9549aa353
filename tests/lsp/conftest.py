from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lsp.editor import Editor

Start = Callable[..., "Editor"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server for an editor; it is ended, soundly, with the test."""
    from tests.lsp.editor import Editor

    started: list[Editor] = []

    def begin(*folders: Path, able: object = None, arguments: tuple[str, ...] = ()) -> Editor:
        editor = Editor(*arguments)
        started.append(editor)
        editor.begin(*folders, able=able)  # type: ignore[arg-type]
        return editor

    yield begin
    for editor in started:
        assert editor.end() == 0


@pytest.fixture(scope="session")
def server() -> Iterator[Editor]:
    """A server that tests share, since a start takes longer than most of them."""
    from tests.lsp.editor import Editor

    editor = Editor()
    editor.begin()
    yield editor
    assert editor.end() == 0


@pytest.fixture
def editor(server: Editor, project: Path) -> Iterator[Editor]:
    """An editor with the project as its folder."""
    server.folders(add=[project])
    yield server
    for uri in list(server.texts):
        server.close(uri)
    server.folders(remove=[project])
