"""The playground: what the browser's Python says, and, where there is a browser, the page that was built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "playground"
BUILT = ROOT / "build" / "playground"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def lint(file: str, text: str, platform: str = "auto") -> dict[str, Any]:
    """What the worker is told, by a Python that has what the browser's has."""
    code = "import json, sys; import lint; print(lint.lint(*json.load(sys.stdin)))"
    question = json.dumps([file, text, platform])
    result = subprocess.run(
        [sys.executable, "-c", code], input=question, capture_output=True, text=True, cwd=FOLDER, check=False
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The folder that the browser's Python has, as it is before it is compiled."""
    code = f"import runpy; m = runpy.run_path({str(FOLDER / 'bundle.py')!r}); m['main']({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    return tmp_path / "kql"


def test_a_finding_has_the_shape_of_the_json_output(schema: dict[str, Any]) -> None:
    import jsonschema

    answer = lint("rule.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n')

    jsonschema.validate(answer["findings"], schema)
    (found,) = answer["findings"]
    assert (found["code"], found["location"], found["fix"]["edits"][0]["content"]) == (
        "KL101",
        {"row": 2, "column": 23},
        "ConnectionSuccess",
    )
    assert (answer["queries"], answer["errors"]) == (1, [])


@pytest.fixture
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
    return found


def test_the_platform_and_comments_count_as_they_do_on_the_command_line() -> None:
    text = "SecurityEvent | where EventID == 4688 | project ProcessNam // kql-lint: disable-line=KL201 -- known\n"

    assert lint("rule.kql", text)["findings"] == []
    assert [one["code"] for one in lint("rule.kql", "SigninLogs | take 1", "defender")["findings"]] == ["KL202"]


FILES = {
    "rule.kql": "DeviceEvents | where Nothing == 1",
    "rule.yaml": "query: |\n  DeviceEvents | where Nothing == 1\n",
    "rule.md": "```kql\nDeviceEvents | where Nothing == 1\n```\n",
    "rule.json": json.dumps({"query": "DeviceEvents | where Nothing == 1", "displayName": "x", "severity": "High"}),
    "rule.tf": 'resource "azurerm_sentinel_alert_rule_nrt" "a" {\n  query = "DeviceEvents | where Nothing == 1"\n}\n',
}


def test_what_is_packed_suffices_for_every_kind_of_file(bundle: Path) -> None:
    code = (
        "import json, sys; sys.path[:0] = [sys.argv[1]]; import lint\n"
        "assert lint.__file__.startswith(sys.argv[1])\n"
        "print(json.dumps({f: json.loads(lint.lint(f, t, 'auto')) for f, t in json.load(sys.stdin).items()}))\n"
        "libraries = {name.split('.')[0] for name in sys.modules} & {'click', 'lark', 'pygls'}\n"
        "print(sorted(libraries), sys.modules['yaml'].__file__)\n"
    )
    # -S: nothing that is installed is found; -I: nor what lies in the working directory.
    command = [sys.executable, "-I", "-S", "-c", code, str(bundle)]
    result = subprocess.run(command, input=json.dumps(FILES), capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    answers, libraries = result.stdout.splitlines()
    for file, answer in json.loads(answers).items():
        assert answer["errors"] == [], file
        assert "KL201" in [one["code"] for one in answer["findings"]], file
    assert libraries == f"[] {bundle / 'yaml' / '__init__.py'}"


def test_nothing_of_a_text_becomes_markup_and_nothing_is_loaded_from_elsewhere() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "src").iterdir()}

    for name, text in sources.items():
        assert not any(word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")), (
            name
        )
        assert "http:" not in text, name
        assert "https:" not in text, name
    policy = sources["index.html"].split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert parts["connect-src"] == "'self'"
    assert "'unsafe-inline'" not in policy


def test_its_packages_are_pinned_without_the_address_of_a_registry() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def why_not_run() -> str | None:
    """Why what was built can't be run here."""
    if shutil.which("node") is None:
        return "there is no Node.js"
    if not (FOLDER / "node_modules").is_dir() or not BUILT.is_dir():
        return "the playground is not built: make playground"
    return None


def why_not() -> str | None:
    """Why the page can't be opened here."""
    return why_not_run() or (None if os.path.exists(CHROMIUM) else f"there is no browser at {CHROMIUM}")


needs_build = pytest.mark.skipif(why_not_run() is not None, reason=why_not_run() or "")


KINDS = {".kql", ".yaml", ".json", ".md", ".tf", ".bicep"}


@needs_build
def test_what_the_snapshot_says_is_what_the_modules_say(bundle: Path) -> None:
    """Of every rule's examples, one after another: all that a text needs has to be in the snapshot."""
    examples = [path for path in sorted((ROOT / "rules_examples").rglob("*")) if path.suffix in KINDS]
    questions = json.dumps([[f"rule{path.suffix}", path.read_text(encoding="utf-8"), "auto"] for path in examples])
    code = (
        "import json, sys; sys.path[:0] = [sys.argv[1]]; import lint\n"
        "print(json.dumps([json.loads(lint.lint(*question)) for question in json.load(sys.stdin)]))\n"
    )
    commands = (
        ["node", str(FOLDER / "test" / "answers.mjs"), str(BUILT)],
        [sys.executable, "-I", "-S", "-c", code, str(bundle)],
    )
    answers = []
    for command in commands:
        result = subprocess.run(command, input=questions, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr[-2000:]
        answers.append(json.loads(result.stdout))

    for path, of_snapshot, of_modules in zip(examples, *answers, strict=True):
        assert of_snapshot == of_modules, path
    assert sum(len(answer["findings"]) for answer in answers[0]) > len(examples) / 2


needs_browser = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the page showed, step by step (playground/test/drive.mjs)."""
    command = ["node", str(FOLDER / "test" / "drive.mjs"), str(BUILT)]
    result = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"CHROMIUM": CHROMIUM}, check=False
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@needs_browser
def test_the_first_example_is_checked_marked_and_coloured(seen: dict[str, Any]) -> None:
    (finding,) = seen["first"]["findings"]

    assert finding.startswith("4:9 error KL104 field-not-in-action-type\n")
    assert "RemotePort is always empty for ListeningConnectionCreated" in finding
    assert seen["marks"] == ["RemotePort"]
    assert len({colour for _, colour in seen["colours"]}) >= 3


@needs_browser
def test_a_fix_is_made_and_the_text_checked_again(seen: dict[str, Any]) -> None:
    assert seen["fixable"]["findings"][0].startswith("2:23 error KL101 unknown-action-type\n")
    assert '"ConnectionSuccess"' in seen["fixed"]["text"]
    assert (seen["fixed"]["status"], seen["fixed"]["findings"]) == ("No findings.", [])


@needs_browser
def test_a_link_brings_back_the_text_the_kind_and_the_platform(seen: dict[str, Any]) -> None:
    assert seen["yaml"]["findings"][0].startswith("4:11 error KL201 unknown-column\n")
    assert seen["shared"]["text"] == seen["sentinel"]["text"]
    assert seen["chosen"] == ["rule.yaml", "sentinel"]
    assert seen["broken"]["text"] == seen["first"]["text"]


@needs_browser
def test_hostile_text_stays_text(seen: dict[str, Any]) -> None:
    assert "<script>document.title=2</script>" in seen["hostile"]["text"]
    assert (seen["hostile"]["markup"], seen["hostile"]["title"]) == (0, "kql-lint playground")
    assert seen["errors"] == []


@needs_browser
def test_nothing_is_asked_of_any_other_server(seen: dict[str, Any]) -> None:
    assert seen["outside"] == []
    assert [path for path in seen["asked"] if not (BUILT / path.lstrip("/")).exists()] == []
