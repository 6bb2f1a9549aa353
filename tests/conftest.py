"""What all tests share: a folder of their own to work in, and the command line called in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

# How long a machine takes is no finding: a busy one makes both of these fail.
settings.register_profile("kql-lint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kql-lint")


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache of this run of the tests, and of what they start; the user's is left alone."""
    os.environ["KQL_LINT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["KQL_LINT_CACHE_DIR"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory, with nothing set that changes colours or finds other files."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    # The top of a repository: no configuration of the machine that runs the tests is looked for above it.
    (folder / ".git").mkdir()
    return folder


@pytest.fixture
def kql_lint(project: Path) -> Callable[..., Result]:
    """Calls the command line in this process: kql_lint("check", "rules", stdin=b"...")."""
    from kql_lint.cli import app

    def call(*args: str, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(app, list(args), input=stdin, prog_name="kql-lint")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def write(project: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below the project's folder, with the folders it needs."""

    def put(name: str, content: str | bytes = "") -> Path:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put
