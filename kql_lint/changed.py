"""Which files differ from where a branch left another one: ``--changed-since``, answered by git.

What counts is the work tree: what was committed since the merge base of REV and HEAD, what is staged and what is not,
and untracked files that git does not ignore.  A file under a new name counts as changed.  In a submodule the files are
compared with the commit that the merge base has of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from kql_lint.git import GitError, WorkTree
from kql_lint.globs import Glob, Steps, TooMuch
from kql_lint.reading import RULE
from kql_lint.repository import is_top, top_of


class ChangedError(Exception):
    """Why it can't be told what has changed; the text is for the user."""


class Changed:
    """The files that have changed, by their real paths.  folders are those of which every file counts as changed.

    trees are the work trees that were compared, by their top folders, each with the commit that it is compared with.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.trees: dict[str, tuple[WorkTree, str]] = {}
        self._renamed: dict[str, dict[str, str]] = {}

    def __contains__(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real in self.files or any(real.startswith(os.path.join(folder, "")) for folder in self.folders)

    def before(self, path: str) -> bytes | None:
        """What a file had in the commit that it is compared with, under its old name where it was renamed.

        None where it was not there, was no file, or had more than a rule has.  Raises ChangedError.
        """
        real = os.path.realpath(path)
        within = [top for top in self.trees if real.startswith(os.path.join(top, ""))]
        if not within:
            return None
        top = max(within, key=len)
        (tree, commit), name = self.trees[top], os.path.relpath(real, top).replace(os.sep, "/")
        try:
            found = tree.content(commit, name, RULE.limit)
            if found is not None or real not in self.files:
                return found
            if top not in self._renamed:
                self._renamed[top] = tree.renamed(commit)
            old = self._renamed[top].get(name)
            return None if old is None else tree.content(commit, old, RULE.limit)
        except GitError as error:
            raise ChangedError(str(error)) from error

    def first(self, files: Iterable[str], trees: Iterable[str], globs: Sequence[str]) -> str | None:
        """The first of the files, of what lies in the trees, and of what the patterns match, that has changed.

        It is given relative to the working directory where it lies below that.  Those that are gone count as well.
        Raises ChangedError for patterns that are too much to be compared.
        """
        patterns = [Glob(pattern) for pattern in globs]
        for path in (*files, *trees, *(pattern.base for pattern in patterns if pattern.fixed)):
            if path in self:
                return _shown(path)
            within = os.path.join(os.path.realpath(path), "")
            below = min((file for file in self.files if file.startswith(within)), default=None)
            if below is not None:
                return _shown(below)
        steps = Steps()
        try:
            found = min((one for one in self.files if any(glob.matches(one, steps) for glob in patterns)), default=None)
        except TooMuch:
            raise ChangedError("the patterns of functions are too much to be compared with what has changed") from None
        return None if found is None else _shown(found)


def _shown(path: str) -> str:
    here = os.path.join(os.path.realpath(os.getcwd()), "")
    real = os.path.realpath(path)
    return real[len(here) :] if real.startswith(here) else path


def changed_since(rev: str, paths: Iterable[str]) -> Changed:
    """What differs from the merge base of ``rev`` and HEAD, in the repositories that the paths lie in.

    Raises ChangedError.
    """
    changed = Changed()
    tops: dict[str, None] = {}
    for path in paths:
        folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
        if os.path.isdir(folder):  # else discovery has said that it is not there
            tops[_top(folder)] = None
    try:
        for top in tops:
            tree = WorkTree(top)
            _compare(tree, _merge_base(tree, rev), changed)
    except GitError as error:
        raise ChangedError(str(error)) from error
    return changed


def _top(folder: str) -> str:
    """The top folder of the work tree that a folder lies in."""
    real = os.path.realpath(folder)
    top = top_of(real)
    if top is None:
        raise ChangedError(f"{_shown(real)} is not in a git repository")
    return top


def _merge_base(tree: WorkTree, rev: str) -> str:
    """The commit that REV and HEAD have in common."""
    commit, head = tree.commit(rev), tree.commit("HEAD")
    if commit is None:
        raise ChangedError(f"git knows no commit of this name in {_shown(tree.top)}{_hint(tree)}")
    if head is None:
        raise ChangedError("there is no commit yet to compare with")
    base = tree.merge_base(commit, head)
    if base is None:
        raise ChangedError(f"it has no commit in common with HEAD{_hint(tree)}")
    return base


def _hint(tree: WorkTree) -> str:
    """What to say where something is missing that a whole clone would have."""
    if not tree.is_shallow():
        return ""
    return (
        "; this clone is shallow: get its history with git fetch --unshallow "
        "(in GitHub Actions: fetch-depth: 0 for actions/checkout)"
    )


def _compare(tree: WorkTree, base: str, changed: Changed) -> None:
    """Adds what differs in a work tree from a commit."""
    changed.trees[tree.top] = tree, base
    for name in tree.changed(base):
        path = os.path.join(tree.top, name)
        if not os.path.islink(path) and is_top(path):
            _compare_submodule(tree, base, name, changed)
        changed.files.add(os.path.realpath(path))
    for name in tree.untracked():
        path = os.path.realpath(os.path.join(tree.top, name))
        # A repository in this one that is no submodule is named as a folder.
        (changed.folders if name.endswith("/") else changed.files).add(path)


def _compare_submodule(tree: WorkTree, base: str, name: str, changed: Changed) -> None:
    path = os.path.realpath(os.path.join(tree.top, name))
    commit = tree.submodule(base, name)
    if commit is None:
        changed.folders.add(path)  # it was not there
        return
    inner = WorkTree(path)
    if inner.commit(commit) is None:
        raise ChangedError(f"the submodule {_shown(path)} lacks the commit {commit[:12]} to compare with{_hint(inner)}")
    _compare(inner, commit, changed)
