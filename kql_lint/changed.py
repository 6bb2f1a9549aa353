"""Which files differ from where a branch left another one: ``--changed-since``, answered by git.

What counts is the work tree: what was committed since the merge base of REV and HEAD, what is staged and what is not,
and untracked files that git does not ignore.  A file under a new name counts as changed.  In a submodule the files are
compared with the commit that the merge base has of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

# What git sets for hooks: it would send commands for another repository to the one of the hook.
_OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
_SUBMODULE = b"160000"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class ChangedError(Exception):
    """Why it can't be told what has changed; the text is for the user."""


class Changed:
    """The files that have changed, by their real paths.  folders are those of which every file counts as changed."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()

    def __contains__(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real in self.files or any(real.startswith(os.path.join(folder, "")) for folder in self.folders)

    def first(self, files: Iterable[str], trees: Iterable[str], globs: Sequence[str]) -> str | None:
        """The first of the files, of what lies in the trees, and of what the patterns match, that has changed.

        It is given relative to the working directory where it lies below that.  Those that are gone count as well.
        """
        for path in (*files, *trees):
            if path in self:
                return _shown(path)
            within = os.path.join(os.path.realpath(path), "")
            below = min((file for file in self.files if file.startswith(within)), default=None)
            if below is not None:
                return _shown(below)
        matchers = [_matcher(glob) for glob in globs]
        found = min((file for file in self.files if any(match(file) for match in matchers)), default=None)
        return None if found is None else _shown(found)


def _shown(path: str) -> str:
    here = os.path.join(os.path.realpath(os.getcwd()), "")
    real = os.path.realpath(path)
    return real[len(here) :] if real.startswith(here) else path


def _matcher(glob: str) -> Callable[[str], bool]:
    """What says whether a pattern of files matches a real path.

    It may match more, names that begin with a dot: then more files are linted than would have to be.
    """
    from glob import escape

    from kql_lint.wildcards import NoPattern
    from kql_lint.wildcards import path as parsed

    fixed = re.match(r"[^*?\[]*", glob)
    base = os.path.dirname(fixed[0]) if fixed else ""
    if base:
        glob = os.path.join(escape(os.path.realpath(base)), glob[len(base) :].lstrip(os.sep))
    try:
        pattern = parsed(glob.replace(os.sep, "/"))
    except NoPattern:
        return lambda file: False
    return lambda file: pattern.matches(file.split(os.sep))


def changed_since(rev: str, paths: Iterable[str]) -> Changed:
    """What differs from the merge base of ``rev`` and HEAD, in the repositories that the paths lie in.

    Raises ChangedError.
    """
    changed = Changed()
    tops: dict[str, None] = {}
    for path in paths:
        folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
        if os.path.isdir(folder):  # else discovery has said that it is not there
            tops[_top(os.path.abspath(folder))] = None
    for top in tops:
        repository = _Repository(top)
        _compare(repository, repository.merge_base(rev), changed)
    return changed


def _top(folder: str) -> str:
    """The top folder of the work tree that a folder lies in."""
    above = folder
    while not os.path.exists(os.path.join(above, ".git")):
        if os.path.dirname(above) == above:
            if os.environ.get("GIT_WORK_TREE"):
                break
            raise ChangedError(f"{_shown(folder)} is not in a git repository")
        above = os.path.dirname(above)
    return _Repository(folder).text("rev-parse", "--show-toplevel")


def _compare(repository: _Repository, base: str, changed: Changed) -> None:
    """Adds what differs in a work tree from a commit."""
    for name in repository.names(
        "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", base, "--"
    ):
        path = os.path.realpath(os.path.join(repository.top, name))
        if os.path.exists(os.path.join(path, ".git")):
            _compare_submodule(repository, base, name, path, changed)
        changed.files.add(path)
    for name in repository.names("ls-files", "--others", "--exclude-standard", "-z"):
        path = os.path.realpath(os.path.join(repository.top, name))
        # A repository in this one that is no submodule is named as a folder.
        (changed.folders if name.endswith("/") else changed.files).add(path)


def _compare_submodule(repository: _Repository, base: str, name: str, path: str, changed: Changed) -> None:
    mode, _, rest = repository.output("ls-tree", "-z", base, "--", name).partition(b" ")
    inner = _Repository(path)
    if mode != _SUBMODULE:
        changed.folders.add(path)  # it was not there
        return
    commit = rest.partition(b" ")[2].partition(b"\t")[0].decode("ascii")
    if not inner.has(commit):
        raise ChangedError(f"the submodule {_shown(path)} lacks the commit {commit[:12]} to compare with{inner.hint()}")
    _compare(inner, commit, changed)


class _Answer(NamedTuple):
    code: int
    output: bytes
    error: str


class _Repository:
    """A work tree, and git called in it."""

    def __init__(self, top: str) -> None:
        self.top = top

    def merge_base(self, rev: str) -> str:
        """The commit that REV and HEAD have in common."""
        if not rev or rev.startswith("-") or not self.has(rev):
            raise ChangedError(f"git knows no commit of this name in {_shown(self.top)}{self.hint()}")
        if not self.has("HEAD"):
            raise ChangedError("there is no commit yet to compare with")
        answer = self._call("merge-base", rev, "HEAD")
        if answer.code == 1:
            raise ChangedError(f"it has no commit in common with HEAD{self.hint()}")
        return self._checked(answer).decode("ascii").split()[0]

    def has(self, rev: str) -> bool:
        """Whether there is a commit of this name."""
        answer = self._call("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")
        # Of HEAD@{99} it says nothing, but fails as it does for mistakes in the repository.
        if answer.code not in (0, 1) and answer.error.strip() and "Needed a single revision" not in answer.error:
            self._checked(answer)
        return answer.code == 0 and _COMMIT.fullmatch(answer.output.decode("ascii", "replace").strip()) is not None

    def hint(self) -> str:
        """What to say where something is missing that a whole clone would have."""
        if self._call("rev-parse", "--is-shallow-repository").output.strip() != b"true":
            return ""
        return (
            "; this clone is shallow: get its history with git fetch --unshallow "
            "(in GitHub Actions: fetch-depth: 0 for actions/checkout)"
        )

    def names(self, *arguments: str) -> list[str]:
        """The paths that git prints, with NUL between them, relative to the top."""
        return [os.fsdecode(name) for name in self.output(*arguments).split(b"\0") if name]

    def text(self, *arguments: str) -> str:
        """The one line that git prints."""
        return os.fsdecode(self.output(*arguments)).rstrip("\r\n")

    def output(self, *arguments: str) -> bytes:
        """What git prints; raises ChangedError with git's words if it fails."""
        return self._checked(self._call(*arguments))

    def _checked(self, answer: _Answer) -> bytes:
        if answer.code != 0:
            lines = [line.removeprefix("fatal: ") for line in answer.error.splitlines() if line.strip()]
            raise ChangedError(f"git says: {lines[0] if lines else f'exit code {answer.code}'}")
        return answer.output

    def _call(self, *arguments: str) -> _Answer:
        import subprocess

        environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        if "GIT_WORK_TREE" not in environment:
            for name in _OF_A_HOOK:
                environment.pop(name, None)
        try:
            done = subprocess.run(
                ["git", "-C", self.top, "--literal-pathspecs", *arguments],
                capture_output=True,
                check=False,
                env=environment,
                stdin=subprocess.DEVNULL,
            )
        except FileNotFoundError:
            raise ChangedError("git is needed for this, and there is none on the path") from None
        except OSError as error:
            raise ChangedError(f"git can't be run: {error.strerror or error}") from None
        return _Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
