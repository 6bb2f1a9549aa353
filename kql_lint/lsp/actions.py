"""Code actions: the fixes of findings, comments that hold findings back, and all safe fixes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.diagnostic import Edit
from kql_lint.fixes.driver import GUESS, fix_of, fix_text
from kql_lint.fixes.file_comments import suppress_in_file
from kql_lint.fixes.files import queries_of
from kql_lint.fixes.suppressing import suppress_one
from kql_lint.lsp.asking import edit_of
from kql_lint.lsp.diagnostics import of_finding, stretch_of

if TYPE_CHECKING:
    from kql_lint.diagnostic import Fix
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server
    from kql_lint.runner import Finding

FIX_ALL = "source.fixAll.kql-lint"
KINDS: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]
# A comment is tried out before it is offered, each of which is a linting of the text.
_MOST_COMMENTS = 5
# Larger changes are one edit: to find out what two long texts have in common takes too long.
_MOST_LINES = 4_000


def wanted(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether an editor asks for actions of a kind: all where it names none, else the kind or one above it."""
    return not only or any(kind == str(one) or kind.startswith(f"{_value(one)}.") for one in map(_value, only))


def _value(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


class Actions:
    """The actions for a text that was linted."""

    def __init__(self, server: Server, document: Document) -> None:
        """Lints the text, if that is not done yet.  Takes time."""
        self._server = server
        self._document = document
        self._checked = server.service.check(document)

    def quick_fixes(self, start: int, end: int) -> Iterator[types.CodeAction]:
        """The fixes of what is found at a stretch of the text, then the comments that would hold that back."""
        text = self._checked.text
        found = [] if text is None else [one for one in text.report.findings if self._touches(one, start, end)]
        for one in found:
            diagnostic = of_finding(one, self._document)
            for number, fix in enumerate(one.diagnostic.fixes):
                yield self._fix(fix, diagnostic, preferred=not number and fix.safety != GUESS)
        yield from self._comments(found)

    def _touches(self, finding: Finding, start: int, end: int) -> bool:
        """Whether a finding is shown at a stretch; at its end too, where the cursor stands behind the last letter."""
        first, last = stretch_of(finding, self._document)
        return first <= end and start <= last

    def _fix(self, fix: Fix, diagnostic: types.Diagnostic, *, preferred: bool) -> types.CodeAction:
        title = f"{fix.title} (a guess)" if fix.safety == GUESS else fix.title
        return types.CodeAction(
            title[:1].upper() + title[1:],
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=preferred or None,
            edit=self.edit(fix.edits),
        )

    def _comments(self, findings: list[Finding]) -> Iterator[types.CodeAction]:
        judge, text = self._checked.judge, self._checked.text
        if not findings or judge is None or text is None:
            return
        linting = self._checked.linting()
        seen: set[tuple[str, int]] = set()
        for one in findings:
            rule = one.diagnostic.name, one.span.line
            if rule in seen or len(seen) == _MOST_COMMENTS:
                continue
            seen.add(rule)
            for where, work in (("on this line", suppress_one), ("in this file", suppress_in_file)):
                edits = work(self._document.source, text.raw, one, linting, queries_of(judge.options))
                if edits is not None:
                    yield types.CodeAction(
                        f"Suppress {one.diagnostic.code} ({one.diagnostic.name}) {where}",
                        kind=types.CodeActionKind.QuickFix,
                        diagnostics=[of_finding(one, self._document)],
                        edit=self.edit(edits),
                    )

    def can_fix_all(self) -> bool:
        """Whether there is a safe fix."""
        text = self._checked.text
        return text is not None and any(fix_of(one, "safe") is not None for one in text.report.findings)

    def fix_all(self, level: str = "safe") -> types.WorkspaceEdit:
        """The edit that makes all fixes that are no less safe, as ``kql-lint check --fix`` does.  Takes time."""
        source, text = self._document.source, self._checked.text
        if text is None:
            return self.edit([])
        outcome = fix_text(source, level, self._checked.linting(), text.raw)
        return self.edit(difference(source.text, outcome.source.text))

    def edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Edits of the text as those of the editor."""
        return edit_of(self._server, self._document, edits)


def difference(before: str, after: str) -> list[Edit]:
    """The edits that make one text of another, line by line, so that cursors and folds stay where they are."""
    if before == after:
        return []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > _MOST_LINES:
        return [Edit(0, len(before), after)]
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Edit(starts[first], starts[last], "".join(new[begin:end]))
        for tag, first, last, begin, end in matcher.get_opcodes()
        if tag != "equal"
    ]
