"""What the server knows, apart from the messages: open texts, what holds for them, and what was found in them."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.fixes.files import linting_of
from kql_lint.language.file import OpenFile
from kql_lint.lsp import diagnostics
from kql_lint.lsp.dependencies import Dependent, Stamp, concerns, stamps
from kql_lint.lsp.documents import Documents
from kql_lint.lsp.governing import Governing, Judge
from kql_lint.lsp.worker import Worker
from kql_lint.policy.elsewhere import Elsewhere
from kql_lint.policy.texts import check_text
from kql_lint.runner import FunctionProblem, Options

if TYPE_CHECKING:
    from lsprotocol import types

    from kql_lint.fixes.driver import Linting
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.governing import Given
    from kql_lint.policy.texts import CheckedText
    from kql_lint.runner import FileReport


class Checked(NamedTuple):
    """What was found in a text; text and judge are None where it is not linted.

    state tells the text and what held for it: what has the same state has the same findings.
    """

    state: str
    diagnostics: list[types.Diagnostic]
    text: CheckedText | None = None
    judge: Judge | None = None

    def linting(self) -> Linting:
        """How the text is linted for its fixes."""
        assert self.judge is not None
        assert self.text is not None
        return linting_of(self.text.report.path, self.judge.options, self.judge.policy)


class Service:
    """One editor's texts.  What is said to take time is for the worker's thread alone."""

    def __init__(self, given: Given) -> None:
        self.documents = Documents()
        self.governing = Governing(given)
        self.worker = Worker()
        self.folders: list[str] = []
        self.problems: dict[FunctionProblem, None] = {}
        """What was found to be wrong in files of functions since settings were read."""
        self.elsewhere = Elsewhere()
        """The rules of the files of the workspace, as far as these were linted for an editor that asked for them."""
        self.touched = 0.0
        """When somebody typed last, by time.monotonic."""
        self.happened = 0
        """How often texts or files have changed."""
        self.changed = asyncio.Event()
        self._checked: dict[str, Checked] = {}
        self._files: dict[str, tuple[str, int, OpenFile]] = {}
        self._stamps: dict[str, Stamp | None] = {}

    def touch(self, *, typed: bool = False) -> None:
        """Notes that a text or a file has changed; typed: somebody is typing."""
        self.happened += 1
        self.changed.set()
        if typed:
            self.touched = time.monotonic()

    def state_of(self, document: Document) -> str:
        """What tells a text, what holds for it now, and what others it is compared with.  For the worker's thread."""
        others = self.elsewhere.of(document.source.path)
        return f"{self._state_of(document)}.{hash(others) if others else 0}"

    def _state_of(self, document: Document) -> str:
        return f"{document.number}.{self.governing.number}"

    def check(self, document: Document) -> Checked:
        """What is to be reported of a text.  Takes time."""
        state = self.state_of(document)
        known = self._checked.get(document.uri)
        if known is not None and known.state == state:
            return known
        found = self._check(document, state)
        found = found._replace(state=self.state_of(document))  # now that its own rules are known
        if self.documents.get(document.uri) is document:
            self._checked[document.uri] = found
            if known is None:
                self._stamps = {**stamps(self._dependents()), **self._stamps}
        return found

    def _check(self, document: Document, state: str) -> Checked:
        if self.governing.leaves_out(document, self.folder_of(document)):
            return Checked(state, [])
        judge = self.governing.of(document)
        if judge is None:
            return Checked(state, [diagnostics.not_linted(list(self.governing.troubles))])
        file = self.file_of(document)
        known = None if file is None else file.known
        text = check_text(document.source, judge.policy, judge.options, known, self.elsewhere)
        self.remember(judge, text.report)
        return Checked(state, diagnostics.of_report(text.report, document), text, judge)

    def file_of(self, document: Document) -> OpenFile | None:
        """A text with its queries, of which those that have not changed are not analysed again.  Takes time.

        None where no host reads the text, or what is said about it can't be used.
        """
        state = self._state_of(document)
        known = self._files.get(document.uri)
        if known is not None and known[0] == state:
            return known[2] if known[2].kind is not None else None
        judge = self.governing.of(document)
        if judge is None:
            return None
        if known is not None and known[1] == self.governing.number:
            file = known[2]
            file.update(document.source)
        else:
            file = OpenFile(document.source, judge.options)
        if self.documents.get(document.uri) is document:
            self._files[document.uri] = state, self.governing.number, file
        return file if file.kind is not None else None

    def remember(self, judge: Judge, report: FileReport) -> None:
        """Keeps what is wrong with files of functions."""
        if judge.options.functions or judge.options.catalog:
            for one in (*self.governing.faults(judge.options), *report.problems):
                self.problems[one._replace(path=os.path.abspath(one.path))] = None

    def folder_of(self, document: Document) -> str:
        """The folder of the workspace that a text lies in; outside of all, its own folder."""
        path = document.source.path
        above = [folder for folder in self.folders if path.startswith(os.path.join(folder, ""))]
        return max(above, key=len, default=os.path.dirname(path))

    def files(self) -> list[str]:
        """The files of the workspace.  Takes time."""
        return self.governing.files(self.folders)

    def reload(self) -> None:
        """Reads all settings again.  Takes time."""
        self.problems.clear()
        self.governing.reload()
        self._stamps = stamps(self._dependents())

    def depends_on(self, paths: list[str]) -> bool:
        """Whether an open text depends on one of some files, given by absolute paths.  Takes time."""
        texts = self._dependents()
        return any(concerns(path, texts) for path in paths)

    def has_changed(self) -> bool:
        """Whether a file that open texts depend on is another than it was when they were linted.  Takes time."""
        before, self._stamps = self._stamps, stamps(self._dependents())
        return any(before.get(path, stamp) != stamp for path, stamp in self._stamps.items())

    def _dependents(self) -> list[Dependent]:
        found = []
        for document in self.documents:
            judge = self.governing.of(document)
            known = self._checked.get(document.uri)
            report = known.text.report if known is not None and known.text is not None else None
            options, baseline = (judge.options, judge.baseline) if judge is not None else (Options(), None)
            found.append(Dependent(document.source.path, options, baseline, report))
        return found

    def forget(self, uri: str) -> None:
        """A text was closed."""
        self.documents.close(uri)
        self._checked.pop(uri, None)
        self._files.pop(uri, None)
