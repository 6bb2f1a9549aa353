"""Git, asked about one work tree: the only module that runs another program.

A folder of a branch can hold all that git takes for a repository (``HEAD``, ``config``, ``objects``, ``refs``), with a
program in its configuration that git runs.  So git is never asked where a repository is: it is called in the folder
whose ``.git`` we have found ourselves, may look nowhere else, and has to find that one.  A ``.git`` can't be committed.
What a repository's own configuration has git run is switched off too, as is the network, and nobody is asked anything.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from kql_lint.reading import Kind, Unreadable, read_file
from kql_lint.repository import GIT

# ``rev-parse --end-of-options`` came with it.
OLDEST = (2, 30)
# Long enough for a cold disk under a large work tree.
SECONDS = 300
_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
)
_LINK = Kind("a .git file", 10_000)
# Which configuration holds is the user's to say, and so is whom to trust with a work tree (safe.directory).  Nothing
# else that is called GIT_ is passed on: it may be of a hook that we run in, and names another repository.
_KEPT = re.compile(r"GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|PARAMETERS|COUNT|KEY_\d+|VALUE_\d+)|GIT_EXEC_PATH")
_SET = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # of a partial clone what is missing would be fetched, by a program that it names
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FILE = re.compile(rb"100[0-7]{3} blob ([0-9a-f]+) +([0-9]+)\t(.*)", re.DOTALL)
_VERSION = re.compile(r"git version (\d+)\.(\d+)")


class GitError(Exception):
    """Why git has no answer; the text is for the user."""


class _Answer(NamedTuple):
    code: int
    output: bytes
    error: str


class WorkTree:
    """A work tree, by the folder that has its ``.git``.  Raises GitError where git does not find just that."""

    def __init__(self, top: str) -> None:
        self.top = os.path.realpath(top)
        self._program = _program()
        found = _VERSION.match(self._checked(self._call("version")).decode("ascii", "replace"))
        if found is not None and (int(found[1]), int(found[2])) < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise GitError(f"git {wanted} or newer is needed for this, and there is {found[1]}.{found[2]}")
        folder = os.fsdecode(self.output("rev-parse", "--absolute-git-dir")).rstrip("\r\n")
        # Before 2.38 git knows no safe.bareRepository, and may take the folder itself for a repository.
        if os.path.realpath(folder) != os.path.realpath(_git_folder(self.top)):
            raise GitError(f"git takes {folder} for the repository of {self.top}")

    def commit(self, rev: str) -> str | None:
        """The hash of the commit of this name, whatever it looks like; None where there is none."""
        if not rev or rev.startswith("-") or "\0" in rev:
            return None
        answer = self._call("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        # Of HEAD@{99} it says nothing, but fails as it does for mistakes in the repository.
        if answer.code not in (0, 1) and answer.error.strip() and "Needed a single revision" not in answer.error:
            self._checked(answer)
        found = answer.output.decode("ascii", "replace").strip()
        return found if answer.code == 0 and _COMMIT.fullmatch(found) else None

    def merge_base(self, first: str, second: str) -> str | None:
        """The hash of the commit that two commits, given by their hashes, have in common."""
        answer = self._call("merge-base", first, second)
        return None if answer.code == 1 else self._checked(answer).decode("ascii").split()[0]

    def is_shallow(self) -> bool:
        """Whether the clone lacks a part of the history."""
        return self._call("rev-parse", "--is-shallow-repository").output.strip() == b"true"

    def changed(self, commit: str) -> list[str]:
        """The paths of the work tree that differ from a commit, given by its hash; of folders, those of submodules."""
        what = ("--name-only", "-z", "--no-renames", "--no-relative", "--ignore-submodules=none")
        return self._names("diff", "--no-ext-diff", "--no-textconv", *what, commit, "--")

    def untracked(self) -> list[str]:
        """The paths that git neither knows nor ignores; a repository of its own is a folder, with a slash behind it."""
        return self._names("ls-files", "--others", "--exclude-standard", "-z")

    def submodule(self, commit: str, path: str) -> str | None:
        """The hash of the commit that a commit has of a submodule; None for what is none there."""
        mode, _, rest = self.output("ls-tree", "-z", commit, "--", path).partition(b" ")
        return rest.partition(b" ")[2].partition(b"\t")[0].decode("ascii") if mode == b"160000" else None

    def renamed(self, commit: str) -> dict[str, str]:
        """The old path of each file that git takes for one of a commit, given by its hash, under a new name."""
        what = ("--name-status", "-z", "--find-renames", "--diff-filter=R", "--no-relative", "--ignore-submodules")
        names = self._names("diff", "--no-ext-diff", "--no-textconv", *what, commit, "--")
        return {new: old for _, old, new in zip(names[::3], names[1::3], names[2::3], strict=True)}

    def content(self, commit: str, path: str, most: int) -> bytes | None:
        """What a file has in a commit, given by its hash; path is relative to the top.

        None where it is not there, is no file (a link, a folder, a submodule), or has more than so many bytes.  What
        the user's configuration does to files as they are checked out, such as filters, is not done.
        """
        name = path.replace(os.sep, "/")
        entry = self.output("ls-tree", "-z", "--long", "--full-name", commit, "--", name).partition(b"\0")[0]
        found = _FILE.fullmatch(entry)
        if found is None or os.fsdecode(found[3]) != name or int(found[2]) > most:
            return None
        return self.output("cat-file", "blob", found[1].decode("ascii"))

    def output(self, *arguments: str) -> bytes:
        """What git prints; raises GitError with git's words if it fails."""
        return self._checked(self._call(*arguments))

    def _names(self, *arguments: str) -> list[str]:
        return [os.fsdecode(name) for name in self.output(*arguments).split(b"\0") if name]

    def _checked(self, answer: _Answer) -> bytes:
        if answer.code != 0:
            if "promisor remote" in answer.error:
                raise GitError("this clone is partial and lacks what to compare with: git fetch --refetch gets it")
            lines = [line.removeprefix("fatal: ") for line in answer.error.splitlines() if line.strip()]
            raise GitError(f"git says: {lines[0] if lines else f'exit code {answer.code}'}")
        return answer.output

    def _call(self, *arguments: str) -> _Answer:
        import subprocess

        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        switches = ("--no-pager", "--no-optional-locks", "--literal-pathspecs", f"--work-tree={self.top}")
        try:
            done = subprocess.run(
                [self._program, *settings, *switches, *arguments],
                cwd=self.top,
                env=_environment(self.top),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise GitError(f"git gave no answer within {SECONDS} seconds") from None
        except OSError as error:
            raise GitError(f"git can't be run: {error.strerror or error}") from None
        return _Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def _environment(top: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _KEPT.fullmatch(name)}
    return {**kept, **_SET, "GIT_CEILING_DIRECTORIES": os.path.dirname(top)}


def _program() -> str:
    """The path of git.  Only absolute entries of PATH count: Windows would look in the working directory first."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise GitError("git is needed for this, and there is none on the path")


def _git_folder(top: str) -> str:
    """The folder of a work tree's repository: ``.git``, or what such a file leads to."""
    path = os.path.join(top, GIT)
    if not os.path.isfile(path):
        return path
    try:
        data = read_file(path, _LINK)
    except Unreadable as error:
        raise GitError(f"{path} {error.message}") from None
    return os.path.join(top, os.fsdecode(data).removeprefix("gitdir:").strip())
