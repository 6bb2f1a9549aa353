"""What is built can be installed anywhere and brings everything along."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel made from it, as `python -m build` makes them."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def test_the_wheel_has_the_grammar_and_the_whole_catalogue(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    for folder in ("grammar", "catalog"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert files
        assert {f"kql_lint/_data/{name}" for name in files} <= names
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kql_lint").rglob("*.py")}
    assert package <= names
    assert "kql_lint/py.typed" in names
    assert not any(name.startswith(("tests/", "bench/", "catalog/", "grammar/")) for name in names)


def test_the_source_distribution_has_what_tests_and_docs_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    for name in ("LICENSE", "Makefile", "README.md", "tests/conftest.py", "grammar/kql.lark", ".pre-commit-hooks.yaml"):
        assert name in names


def test_an_installed_wheel_lints_from_any_folder(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    folder = tmp_path / "env"
    venv.create(folder, with_pip=True)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    # A clean environment: nothing of this checkout can be found by chance.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([binaries / "python", "-m", "pip", "install", "--quiet", wheel], env=env, check=True)
    rules = tmp_path / "somewhere"
    rules.mkdir()
    (rules / "a.kql").write_text(BAD)

    command = [binaries / "kql-lint", "check", "--output-format", "concise"]
    result = subprocess.run(command, cwd=rules, env=env, capture_output=True, text=True)

    assert result.stderr == ""
    assert result.returncode == 1
    assert result.stdout.startswith('a.kql:2:23: KL101 [error] unknown ActionType "ConnectionSucces"')
    where = [binaries / "python", "-c", "import kql_lint; print(kql_lint.__file__)"]
    found = subprocess.run(where, cwd=rules, env=env, capture_output=True, text=True, check=True)
    assert str(folder) in found.stdout
