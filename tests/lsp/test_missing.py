"""What is said where the packages of the server are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = """
import sys
from kql_lint.__main__ import main
sys.modules[{name!r}] = None  # what importing it raises is what it raises where it is not installed
sys.argv = ["kql-lint", *sys.argv[1:]]
main()
"""


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START.format(name=name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", ["pygls", "lsprotocol"])
def test_what_to_install_is_said(name: str) -> None:
    done = run(name, "lsp", "--stdio")

    expected = 'kql-lint: the language server needs more packages: pip install "kql-lint[lsp]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_nothing_else_needs_them() -> None:
    assert run("pygls", "--version").returncode == 0
    help_ = run("pygls", "lsp", "--help")
    assert help_.returncode == 0
    assert 'pip install "kql-lint[lsp]"' in help_.stdout
