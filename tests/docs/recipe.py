"""Pages as recipes: the files they have people write and the commands they have people run, run by one shell.

A fence with a title is a file to write.  ``console`` holds commands, each behind ``$ ``, with what they print; ``sh``
holds commands whose output is not shown.  Comments in front of a fence say more:

    <!-- exit: 1 -->         what the last command of the fence returns, if it is not 0
    <!-- network -->         needs the network: run by `make try-docs` alone
    <!-- not run: why -->    not run at all

All fences of a page share a folder and a shell, so that ``cd`` and variables last.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# What stands for the address of this project's repository, which pages can't know.
HOME_URL = "<the URL you cloned this repository from>"
_BLOCK = re.compile(r"((?:^<!-- [^\n]* -->\n)*)^(`{3,})(\w*)([^\n]*)\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- (exit|network|not run|file)(?:: (.*?))? -->")
_TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """A fence: its language, its title, its text, the marks in front of it and its line."""

    language: str
    title: str
    text: str
    marks: dict[str, str]
    line: int

    @property
    def runs(self) -> bool:
        return self.language in ("sh", "console", "powershell") and not self.title


class Command(NamedTuple):
    """A command, what it must print (None: whatever) and return."""

    text: str
    shown: str | None
    code: int
    line: int


def blocks(page: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(page):
        title = _TITLE.search(match[4])
        marks = dict(mark.groups(default="") for mark in _MARK.finditer(match[1]))
        yield Block(match[3], title[1] if title else "", match[5], marks, page.count("\n", 0, match.start(5)))


def commands(block: Block) -> list[Command]:
    """The commands of a block; a line that ends with a backslash goes on in the next one."""
    found: list[Command] = []
    lines = block.text.splitlines()
    shown: list[str] = []
    total = len(lines)
    while lines:
        line = lines.pop(0)
        number = block.line + total - len(lines)
        prompt = block.language == "console"
        if not prompt and not line.strip():
            continue
        if prompt and not line.startswith("$ "):
            shown.append(line)
            found[-1] = found[-1]._replace(shown="\n".join(shown).rstrip("\n"))
            continue
        text = line[2:] if prompt else line
        while text.endswith("\\"):
            text += "\n" + lines.pop(0)
        shown = []
        found.append(Command(text, "" if prompt else None, 0, number))
    if found:
        found[-1] = found[-1]._replace(code=int(block.marks.get("exit") or 0))
    return found


def steps(page: str, *, network: bool) -> Iterator[Block | Command]:
    """What to do, in order: files to write, commands to run."""
    for block in blocks(page):
        left_out = "not run" in block.marks or ("network" in block.marks and not network)
        if block.title and "file" not in block.marks and not left_out:
            yield block
        elif block.runs and not left_out:
            yield from commands(block)


def left_out(page: str) -> list[str]:
    """The commands that are not run without the network, or never."""
    return [
        command.text
        for block in blocks(page)
        if block.runs and ("not run" in block.marks or "network" in block.marks)
        for command in commands(block)
    ]


def differences(page: str, folder: Path, root: Path, *, network: bool) -> list[str]:
    """Runs a page in an empty folder and tells where it promises something else than what comes out."""
    notes = folder / "notes"
    work = folder / "work"
    for path in (notes, work, folder / "home"):
        path.mkdir()
    listed = list(steps(page, network=network))
    script = "".join(_script(step, notes / str(number), root) for number, step in enumerate(listed))
    done = subprocess.run(
        ["bash", "-c", script], cwd=work, env=_environment(folder), capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return [
        difference
        for number, step in enumerate(listed)
        if isinstance(step, Command)
        for difference in _judge(step, notes / str(number))
    ]


def _script(step: Block | Command, notes: Path, root: Path) -> str:
    if isinstance(step, Block):
        text = step.text.replace(HOME_URL, str(root))
        return f"mkdir -p \"$(dirname '{step.title}')\"\ncat > '{step.title}' <<'-- end --'\n{text}-- end --\n"
    text = step.text.replace(HOME_URL, str(root))
    return f"{{ {text}\n}} > '{notes}.out' 2>&1 < /dev/null\necho $? > '{notes}.code'\n"


def _environment(folder: Path) -> dict[str, str]:
    """A machine on which kql-lint and git are installed, and nothing is configured."""
    kept = {name: os.environ[name] for name in os.environ if name in ("KQL_LINT_CACHE_DIR", "LANG", "LC_ALL")}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    who = {f"GIT_{role}_{what}": "docs" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    home = str(folder / "home")
    programs = os.pathsep.join([f"{home}/.local/bin", str(Path(sys.executable).parent), os.environ["PATH"]])
    git = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "init.defaultBranch"}
    return kept | who | git | {"GIT_CONFIG_VALUE_0": "main", "PATH": programs, "HOME": home, "PYTHONUTF8": "1"}


def _judge(command: Command, notes: Path) -> Iterator[str]:
    code = int(Path(f"{notes}.code").read_text())
    printed = Path(f"{notes}.out").read_text(encoding="utf-8").rstrip("\n")
    if code != command.code:
        yield f"line {command.line}: {command.text}\nreturns {code} instead of {command.code}:\n{printed}"
    elif command.shown is not None and printed != command.shown:
        yield f"line {command.line}: {command.text}\nprints:\n{printed}\n--- instead of:\n{command.shown}"
