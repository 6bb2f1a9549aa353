"""What the action and the snippets run in a checkout whose Python files would be imported by a careless call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'
# Modules that Python, venv, pip and kql-lint import.
PLANTED = (
    *("venv.py", "pip.py", "logging.py", "ensurepip.py", "runpy.py", "json.py", "sitecustomize.py", "usercustomize.py"),
    *("kql_lint/__init__.py", "click/__init__.py", "yaml/__init__.py", "multiprocessing/__init__.py", "subprocess.py"),
)


@pytest.fixture
def checkout(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a rule and with modules that leave a file ``sprung`` behind when they are imported."""
    for name in PLANTED:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()\nraise SystemExit(3)\n")
    (project / "rules").mkdir()
    (project / "rules" / "a.kql").write_text(BAD)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        monkeypatch.delenv(name)
    return project


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package to install in place of kql-lint, which needs nothing from anywhere; it prints its arguments."""
    path = tmp_path / "kql_lint-0.0.1-py3-none-any.whl"
    info = "kql_lint-0.0.1.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kql_lint/__init__.py", "")
        archive.writestr("kql_lint/__main__.py", "import sys\nprint('installed', *sys.argv[1:])\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: kql-lint\nVersion: 0.0.1\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_the_trap_is_one(checkout: Path, tmp_path: Path) -> None:
    bash("python -m pip --version")

    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("path", ["", "."])
def test_the_action(checkout: Path, tmp_path: Path, wheel: Path, path: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    install, lint = (
        next(step for step in action["runs"]["steps"] if step.get("id") == name) for name in ("install", "lint")
    )
    output = tmp_path / "output"
    common = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    if path:
        common["PYTHONPATH"] = path

    installed = bash(install["run"], GITHUB_ACTION_PATH=str(wheel), **common)
    folder = output.read_text().strip().partition("=")[2]
    inputs = dict.fromkeys(lint["env"], "") | {"KQL_LINT_BIN": folder, "KQL_LINT_PATHS": "rules"}
    linted = bash(lint["run"], **inputs, **common)
    real = bash(lint["run"], **inputs | {"KQL_LINT_BIN": str(Path(sys.executable).parent)}, **common)

    assert not (tmp_path / "sprung").exists()
    assert installed.returncode == 0, installed.stderr
    assert linted.stdout == "installed check --output-format github -- rules\n", linted.stderr
    assert "file=rules/a.kql" in real.stdout, real.stderr


def test_the_snippet_for_gitlab(checkout: Path, tmp_path: Path, wheel: Path) -> None:
    path = ROOT / "integrations" / "gitlab" / "kql-lint.gitlab-ci.yml"
    job = yaml.safe_load(path.read_text(encoding="utf-8"))["kql-lint"]

    done = bash("\n".join(job["before_script"] + job["script"]), KQL_LINT_SOURCE=str(wheel), TMPDIR=str(tmp_path))

    assert not (tmp_path / "sprung").exists()
    assert done.stdout.splitlines()[-1].startswith("installed check rules/ --output gitlab="), done.stderr


def test_the_snippet_for_azure(checkout: Path, tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ROOT / "integrations" / "azure" / "azure-pipelines.yml"
    install, lint = (step for step in yaml.safe_load(path.read_text(encoding="utf-8"))["steps"] if "script" in step)
    scripts = [re.sub(r"\$\([\w.]+\)", str(tmp_path), step["script"]) for step in (install, lint)]

    monkeypatch.chdir(re.sub(r"\$\([\w.]+\)", str(tmp_path), install["workingDirectory"]))
    installed = bash(scripts[0], KQL_LINT_SOURCE=str(wheel))
    monkeypatch.chdir(checkout)
    done = bash(scripts[1])

    assert not (tmp_path / "sprung").exists()
    assert installed.returncode == 0, installed.stderr
    assert done.stdout.startswith("installed check rules/ --output-format azure"), done.stderr


DRIVER = """
import sys
from kql_lint.runner import Options, pool, run
if __name__ == "__main__":
    pool._METHOD = "spawn"  # as on Windows and macOS
    started = []
    real = pool.ProcessPoolExecutor
    pool.ProcessPoolExecutor = lambda *args, **options: started.append(args) or real(*args, **options)
    targets = [(f"rules/{number}.kql", Options()) for number in range(40)]
    print(sum(len(report.findings) for report in run(targets, jobs=2)), len(started))
"""


def test_processes_that_lint_import_nothing_of_the_tree(checkout: Path, tmp_path: Path) -> None:
    for number in range(40):
        (checkout / "rules" / f"{number}.kql").write_text(BAD)
    (tmp_path / "driver.py").write_text(DRIVER)

    done = subprocess.run([sys.executable, str(tmp_path / "driver.py")], capture_output=True, text=True, check=False)

    assert not (tmp_path / "sprung").exists()
    assert done.stdout == f"40 {int(sys.version_info >= (3, 11))}\n", done.stderr
