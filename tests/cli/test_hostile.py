"""Whatever strangers write, into names, keys, values and queries: what is printed moves no cursor and is no command."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.cli import run
from kql_lint.output import COMMANDS, FORMATS
from tests.hostile import HOSTILE, assert_harmless

IN_FILES = tuple(f"--output={name}=reports/{name}" for name in FORMATS)
# Of these, what ends a line for a terminal, an agent, or a program that splits text.
LINE_ENDS = ("\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029")


def printed(*args: str) -> tuple[int, str, str]:
    """Runs a command line; its exit code, standard output and standard error."""
    code, out, err = streams(args)
    assert "internal error" not in err
    return code, out, err


def streams(args: tuple[str, ...]) -> tuple[int, str, str]:
    buffers = BytesIO(), BytesIO()
    out, err = (TextIOWrapper(buffer, "utf-8", newline="\n", write_through=True) for buffer in buffers)
    with redirect_stdout(out), redirect_stderr(err):
        code = run(args)
    return code, buffers[0].getvalue().decode(), buffers[1].getvalue().decode()


def as_name(text: str) -> str:
    """A name that a file can have."""
    return text.replace("\0", "").replace("/", "").replace("\ud800", "")[:40]


def in_query(text: str) -> str:
    """A string literal whose value this is, as far as KQL can write it."""
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"}
    return '"' + "".join(escapes.get(char, char) for char in text.replace("\0", "")) + '"'


def comment(text: str) -> str:
    return "// " + re.sub(r"[\r\n\0]", "", text)


def fill(value: str) -> None:
    """Rules with mistakes in the working directory, with a value wherever one can be."""
    name = as_name(value)
    query = f"DeviceNetworkEvents\n| where ActionType == {in_query(value + 'x')} {comment(value)}\n| where Odd == 1"
    rule: dict[str, object] = {"id": "2b7d5a3e-8b0f-4c1d-9a44-0c6f1c1f8e11", "name": value, "kind": "Scheduled"}
    rule |= {"query": query, "customDetails": {value or "a": value or "b"}}
    files = {
        f"{name}b.kql": query,
        f"d{name}/{name}a.json": json.dumps({"properties": rule}),
        f"d{name}/{name}c.yaml": json.dumps(rule),
        f"d{name}/{name}e.kql": b"DeviceEvents \xff",
        f"d{name}/f.kql": f"DeviceEvents | where {in_query(value)} {comment(value)}\n| whre x",
    }
    for path, content in files.items():
        place = Path(path)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "ignore"))


@pytest.fixture
def anew(project: Path) -> Callable[[], None]:
    """Takes everything out of the working directory, which is that of several examples."""

    def clear() -> None:
        for entry in os.scandir(project):
            if entry.name != ".git":
                shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)

    return clear


def assert_ours(text: str, format: str = "") -> None:
    """No command is in it but those of its format, each at the beginning of its line."""
    if format in COMMANDS:
        text = re.sub(f"(?m)^{COMMANDS[format]}", "", text)
    assert_harmless(text)


several = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@several
@given(HOSTILE, st.sampled_from(FORMATS))
def test_every_format(anew: Callable[[], None], value: str, format: str) -> None:
    anew()
    fill(value)

    code, out, err = printed("check", "--output-format", format, *IN_FILES)

    assert code in (1, 2)
    assert_ours(out, format)
    assert_ours(err)
    for name in FORMATS:
        report = Path("reports", name).read_bytes().decode()
        assert_ours(report, name)
        if name in ("json", "sarif", "gitlab"):
            json.loads(report)
            assert report.isascii()


@several
@given(HOSTILE)
def test_colours_are_ours(anew: Callable[[], None], value: str) -> None:
    anew()
    fill(value)

    for arguments in (["--statistics"], [], ["--output-format", "concise"]):
        _, out, _ = printed("check", "--color", "always", *arguments)
        assert_ours(re.sub(r"\x1b\[(?:0|1|2|32|34|1;3[136])m", "", out))


@several
@given(HOSTILE)
def test_other_commands(anew: Callable[[], None], value: str) -> None:
    anew()
    fill(value)
    argument = value.replace("\0", "").replace("\ud800", "") or "a"
    lines = (
        ["schema"],
        ["schema", "--output-format", "json"],
        ["trace"],
        ["trace", "--columns"],
        ["trace", "--output-format", "json"],
        ["config", f"d{as_name(value)}/x.kql"],
        ["config", "--output-format", "json", f"d{as_name(value)}/x.kql"],
        ["catalog", "show", argument],
        ["catalog", "show", "DeviceEvents", argument],
        ["catalog", "check", argument],
        ["catalog", "import", argument],
        ["explain", argument],
        ["completion", argument],
        ["check", f"./{argument}"],
        ["check", "--select", argument],
        ["check", "--jobs", argument],
        ["check", "--exclude", argument],
        ["check", "--platform", argument],
        ["check", "--baseline", argument],
        ["check", "--changed-since", argument],
        ["check", "--config", argument],
        ["check", "--catalog", argument],
        ["check", "--output", argument],
        ["check", f"--output={argument}=a"],
        ["check", f"--{argument}"],
        [argument],
    )

    for line in lines:
        _, out, err = printed(*line)
        assert_ours(out)
        assert_ours(err)


def toml(text: str) -> str:
    """A TOML string of this value."""
    return json.dumps(text.replace("\ud800", "").replace("\udcff", "")).replace("\x7f", r"\u007f")


CONFIGURATIONS = (
    "{} = 1",
    "select = [{}]",
    "fail-level = {}",
    "catalog = [{}]",
    "functions = [{}]",
    "baseline = {}",
    "exclude = [{}]",
    "platform = {}",
    "severity = {{ {} = 'error' }}",
    "severity = {{ KL101 = {} }}",
    "[[per-path]]\npaths = [{}]\nselect = ['KL1']",
    "[[per-path]]\npaths = ['a']\n{} = 1",
    "[{}]\na = 1",
    "select = [{}",
)


@several
@given(HOSTILE, st.sampled_from(CONFIGURATIONS))
def test_configurations(anew: Callable[[], None], value: str, configuration: str) -> None:
    anew()
    Path("a.kql").write_text("DeviceEvents")
    Path(".kql-lint.toml").write_bytes(configuration.format(toml(value)).encode())

    for arguments in ("check", "check --output-format azure", "schema", "config", "catalog show T"):
        _, out, err = printed(*arguments.split())
        assert_ours(out, "azure")
        assert_ours(err)


OVERLAYS = (
    "name: {}\nplatform: defender\ncolumns: {{a: string}}\n",
    "name: T_CL\n{}: 1\n",
    "name: T_CL\nplatform: {}\ncolumns: {{a: string}}\n",
    "name: T_CL\nplatform: defender\ncolumns: {{{}: string}}\n",
    "name: T_CL\nplatform: defender\ncolumns: {{a: {}}}\n",
    "name: T_CL\nplatform: defender\ndescription: {}\ncolumns: {{a: string}}\n",
    "name: T_CL\nplatform: defender\ncolumns: {{a: string}}\nevents: {{{}: {{}}}}\n",
)


@several
@given(HOSTILE, st.sampled_from(OVERLAYS))
def test_overlays(anew: Callable[[], None], value: str, overlay: str) -> None:
    anew()
    Path("tables").mkdir()
    Path("tables", "a.yaml").write_bytes(overlay.format(json.dumps(value)).encode())
    Path("a.kql").write_text("T_CL | where b == 1 and ActionType == 'x'")
    commands = (
        ["catalog", "check", "tables"],
        ["catalog", "show", "T_CL", "--catalog", "tables"],
        ["check", "--catalog", "tables", "a.kql"],
        ["schema", "--catalog", "tables", "a.kql"],
    )

    for arguments in commands:
        _, out, err = printed(*arguments)
        assert_ours(out)
        assert_ours(err)


def outputs(value: str) -> Iterator[tuple[str, str]]:
    """Everything that is printed about rules with this value, by what it is."""
    fill(value)
    yield "stdout", printed("check", *IN_FILES)[1]
    yield from ((name, Path("reports", name).read_bytes().decode()) for name in FORMATS)
    for command in ("check", "schema"):
        yield f"stderr of {command}", printed(command, f"{value}nope", f"./{as_name(value)}b.kql")[2]
    yield "schema", printed("schema", ".")[1]
    yield "trace", printed("trace", ".")[1]
    yield "config", printed("config", f"d{as_name(value)}/x.kql")[1]
    Path(".kql-lint.toml").write_bytes(f"{toml(value + 'y')} = 1\nselect = [{toml(value)}]".encode())
    yield "a wrong configuration", printed("check")[2]
    yield "a wrong option", printed("check", "--jobs", value)[2]
    yield "a wrong rule", printed("explain", value)[2]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_line_end_in_a_value_makes_no_line(anew: Callable[[], None], end: str) -> None:
    counts = []
    for value in (f"a{end}::error::b{end}##vso[task.complete]", "a ::error::b ##vso[task.complete]"):
        anew()
        counts.append({name: len(re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)) for name, text in outputs(value)})

    assert counts[0] == counts[1]


def test_what_is_said_of_a_hostile_rule(anew: Callable[[], None]) -> None:
    anew()
    Path("::error::x\n::add-mask::y.kql").write_text(
        'DeviceProcessEvents | where ActionType == "a\\n##vso[b]" // ##[c] \u202e\n', encoding="utf-8"
    )

    _, out, err = printed("check", "--quiet", "nope\n::error::z", ".")

    assert out == (
        ":�error::x␊::add-mask::y.kql:1:43: warning KL101 unknown-action-type\n"
        r'  unknown ActionType "a\n#�vso[b]": DeviceProcessEvents has no such value as of 2023-05'
        "\n\n"
        r'  1 │ DeviceProcessEvents | where ActionType == "a\n#�vso[b]" // #�[c] �'
        "\n"
        "    │                                           ^^^^^^^^^^^^^\n"
        "\n"
        "  help: DeviceProcessEvents has OpenProcess, ProcessCreated and ProcessCreatedAggregatedReport\n"
        "\n"
    )
    assert err == "kql-lint: nope␊::error::z: no such file or directory\n"


def test_what_is_said_of_an_exception(anew: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    anew()

    def fail(*_: object) -> None:
        try:
            raise KeyError("k\n::error::y")
        except KeyError as error:
            raise ValueError("##vso[a]b\n::error::x\x1b[2J") from error

    monkeypatch.setattr("kql_lint.cli.check._lint", fail)
    Path("a.kql").write_text("DeviceEvents")

    code, out, err = streams(("check",))

    assert (code, out) == (2, "")
    assert_ours(err)
    lines = err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "KeyError: 'k\\n::error::y'" in lines
    assert lines[-2:] == [
        "ValueError: #\ufffdvso[a]b␊::error::x␛[2J",
        "kql-lint: internal error: this is a mistake of kql-lint; please report it with the lines above",
    ]


def test_what_python_warns_of(project: Path) -> None:
    import warnings

    err = StringIO()
    with warnings.catch_warnings(), redirect_stderr(err):
        printed("rules")
        warnings.simplefilter("always")
        warnings.warn_explicit("a\n::error::b", UserWarning, "x\n::error::y.py", 3)

    assert err.getvalue() == "kql-lint: x␊::error::y.py:3: UserWarning: a␊::error::b\n"


# How each format writes a byte of a name that is not UTF-8; a URI has it as it is.
BYTES = {"json": r"\\xff", "gitlab": r"\\xff", "sarif": "%FF", "markdown": r"&#92;xff"}


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="their file systems have no such names")
@pytest.mark.parametrize("format", FORMATS)
def test_names_that_are_not_utf8_are_told_apart_in_every_format(anew: Callable[[], None], format: str) -> None:
    anew()
    for byte in (b"\xff", b"\xfe"):
        Path(os.fsdecode(b"caf" + byte + b".kql")).write_text("DeviceProcessEvents | where ActionType == 'Odd'")

    _, out, _ = printed("check", "--output-format", format, "--output", f"{format}=report")

    one = BYTES.get(format, r"\xff")
    for text in (out, Path("report").read_bytes().decode()):
        assert f"caf{one}.kql" in text
        assert f"caf{one[:-1]}{'E' if one == '%FF' else 'e'}.kql" in text
        assert "\ufffd" not in text
        assert not re.search(r"\\ud[89a-f]", text)


def test_a_baseline_knows_a_name_that_is_not_utf8(anew: Callable[[], None]) -> None:
    anew()
    name = os.fsdecode(b"caf\xff.kql")
    Path(name).write_text("DeviceProcessEvents | where ActionType == 'Odd'")
    Path("b.kql").write_text("DeviceEvents | take 1")

    assert printed("check", "--write-baseline", "baseline.json")[0] == 0

    assert r'"caf\\xff.kql"' in Path("baseline.json").read_text(encoding="utf-8")
    assert printed("check", "--baseline", "baseline.json", "--quiet") == (0, "", "")
    # Not linted, but still there: so nothing of it is stale.
    assert printed("check", "--baseline", "baseline.json", "--quiet", "b.kql") == (0, "", "")
