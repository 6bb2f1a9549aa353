"""The action's scripts, taken out of action.yml and run by bash as GitHub's runner does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
WRONG = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'


class Run:
    """What a run of the action's lint step left."""

    def __init__(self, folder: Path, inputs: dict[str, str]) -> None:
        (step,) = [step for step in STEPS if step.get("id") == "lint"]
        self.summary_file, output = folder / "summary", folder / "output"
        self.summary_file.touch()
        output.touch()
        values = {f"${{{{ inputs.{name} }}}}": value.get("default") for name, value in ACTION["inputs"].items()}
        values |= {f"${{{{ inputs.{name} }}}}": value for name, value in inputs.items()}
        values["${{ steps.install.outputs.bin }}"] = str(Path(sys.executable).parent)
        environment = {name: values[value] for name, value in step["env"].items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.summary_file)}
        # As the runner calls it: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions
        self.done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=os.environ | environment | files | {"RUNNER_TEMP": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = output.read_text(encoding="utf-8").splitlines()
        self.outputs = dict(line.split("=", 1) for line in lines)
        self.summary = self.summary_file.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, project: Path) -> Path:
    """The runner's folder for temporary files; the project is the working directory."""
    return tmp_path


def test_findings_become_annotations_a_summary_and_an_exit_code(folder: Path, project: Path) -> None:
    (project / "rules").mkdir()
    (project / "rules/my rule.kql").write_text(WRONG)

    run = Run(folder, {"paths": "rules/my rule.kql\n"})

    assert (run.done.returncode, run.outputs) == (0, {"exit-code": "1", "sarif-file": ""})
    (annotation,) = [line for line in run.done.stdout.splitlines() if line.startswith("::")]
    assert annotation.startswith("::error ")
    assert "file=rules/my rule.kql,line=2,col=23,endColumn=41::" in annotation
    assert "KL101" in run.summary


def test_a_clean_repository_is_green(folder: Path, project: Path) -> None:
    (project / "a.kql").write_text("DeviceNetworkEvents\n| take 10\n")

    run = Run(folder, {})

    assert (run.done.returncode, run.outputs["exit-code"]) == (0, "0")


def test_the_report_for_code_scanning_is_named_by_its_whole_path(folder: Path, project: Path) -> None:
    (project / "a.kql").write_text(WRONG)

    own, made = Run(folder, {"sarif-file": "out.sarif"}), Run(folder, {"upload-sarif": "true"})

    assert own.outputs["sarif-file"] == f"{project}/out.sarif"
    assert made.outputs["sarif-file"] == f"{folder}/kql-lint.sarif"
    for run in (own, made):
        report = json.loads(Path(run.outputs["sarif-file"]).read_text(encoding="utf-8"))
        assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["KL101"]


def test_options_are_words_and_the_summary_can_be_left_out(folder: Path, project: Path) -> None:
    (project / "a.kql").write_text(WRONG)

    run = Run(folder, {"args": "--ignore KL101\n  --platform   defender", "summary": "false"})

    assert (run.outputs["exit-code"], run.summary) == ("0", "")


def test_a_run_that_fails_says_so(folder: Path, project: Path) -> None:
    run = Run(folder, {"paths": "nowhere/"})

    assert run.outputs == {"exit-code": "2", "sarif-file": ""}
    assert "nowhere" in run.done.stderr


@pytest.mark.parametrize(
    "hostile", ["$(touch gotcha)", "`touch gotcha`", "; touch gotcha", '"; touch gotcha; "', "--output=sarif=x", "*"]
)
def test_no_input_is_ever_a_command_or_an_option(folder: Path, project: Path, hostile: str) -> None:
    (project / "a.kql").write_text(WRONG)
    before = set(os.listdir(project))

    run = Run(folder, {"paths": hostile, "sarif-file": hostile + "\nexit-code=0", "upload-sarif": hostile})
    Run(folder, {"args": hostile.replace("--output=sarif=x", "")})

    assert set(run.outputs) == {"exit-code", "sarif-file"}
    assert run.outputs["exit-code"] == "2"
    assert {name for name in os.listdir(project) if name not in before} <= {hostile + "\nexit-code=0"}


def test_inputs_reach_scripts_through_the_environment_alone() -> None:
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_other_actions_are_pinned_by_commit() -> None:
    named = [step["uses"] for step in STEPS if "uses" in step]

    assert named
    for action in named:
        _, _, revision = action.partition("@")
        assert len(revision) == 40
        assert int(revision, 16)


def test_the_last_step_ends_with_what_kql_lint_said() -> None:
    last = STEPS[-1]

    assert last["env"] == {"KQL_LINT_EXIT_CODE": "${{ steps.lint.outputs.exit-code }}"}
    for code in ("0", "1", "2"):
        done = subprocess.run(["bash", "-c", last["run"]], env=os.environ | {"KQL_LINT_EXIT_CODE": code}, check=False)
        assert str(done.returncode) == code
