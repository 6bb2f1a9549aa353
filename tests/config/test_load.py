"""What a configuration file says, and what is said of mistakes in it, in TOML and YAML."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.config import KEYS, Config, ConfigError, Override, load
from kql_lint.diagnostic import Severity
from kql_lint.repository import Boundary

Write = Callable[..., Path]

TABLE = """\
select = ["KL1", "unknown-column"]
extend-select = ["KL202"]
ignore = ["KL105"]
severity = {KL104 = "info", "unknown-column" = "warning"}
fail-level = "error"
exclude = ["archive/"]
platform = "sentinel"
action-type-fields = "listed"
require-reason = true
fixable = ["KL1", "KL2"]
unfixable = ["unused-let"]
extend-safe-fixes = ["KL103"]
extend-unsafe-fixes = ["KL201"]
catalog = ["catalog/", "shared/../tables.yaml"]
functions = ["Parsers/**/*.yaml"]
fences = ["KQL", "kusto", "sentinel"]
query-keys = ["detection.query"]
extensions = {txt = "kql", ".KQL.j2" = "kql", "" = "markdown"}
baseline = "lint/baseline.json"
jobs = 4
cache = false
"""
PER_PATH = """\
[[{}per-path]]
paths = ["hunting/**"]
ignore = ["KL2"]
severity.KL104 = "error"
platform = "defender"
"""
YAML = """\
select: [KL1, unknown-column]
extend-select: [KL202]
ignore: [KL105]
severity: {KL104: info, unknown-column: warning}
fail-level: error
exclude: [archive/]
platform: sentinel
action-type-fields: listed
require-reason: true
fixable: [KL1, KL2]
unfixable: [unused-let]
extend-safe-fixes: [KL103]
extend-unsafe-fixes: [KL201]
catalog: [catalog/, shared/../tables.yaml]
functions: ["Parsers/**/*.yaml"]
fences: [KQL, kusto, sentinel]
query-keys: [detection.query]
extensions: {txt: kql, .KQL.j2: kql, "": markdown}
baseline: lint/baseline.json
jobs: 4
cache: false
per-path:
  - paths: ["hunting/**"]
    ignore: [KL2]
    severity: {KL104: error}
    platform: defender
"""
FILES = {
    "pyproject.toml": "[project]\nname = 'x'\n\n[tool.kql-lint]\n"
    + TABLE
    + "\n"
    + PER_PATH.format("tool.kql-lint.")
    + "\n[tool.ruff]\n",
    ".kql-lint.toml": TABLE + PER_PATH.format(""),
    ".kql-lint.yaml": YAML,
    ".kql-lint.yml": "# yaml-language-server: $schema=config.schema.json\n---\n" + YAML,
}


def error(name: str, text: str | bytes, write: Write) -> str:
    write(name, text)
    with pytest.raises(ConfigError) as caught:
        load(None)
    return str(caught.value).replace(os.getcwd() + os.sep, "")


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_read_in_each_kind_of_file(write: Write, project: Path, name: str) -> None:
    path = write(name, FILES[name])

    config = load(None)

    assert config.boundary == Boundary((str(project),))
    assert config._replace(document=None, boundary=Boundary(())) == Config(
        root=str(project),
        path=str(path),
        select=("KL1", "unknown-column"),
        extend_select=("KL202",),
        ignore=("KL105",),
        severity={"KL104": Severity.INFO, "unknown-column": Severity.WARNING},
        overrides=(
            Override(("hunting/**",), ignore=("KL2",), severity={"KL104": Severity.ERROR}, platform="defender"),
        ),
        require_reason=True,
        fixable=("KL1", "KL2"),
        unfixable=("unused-let",),
        extend_safe_fixes=("KL103",),
        extend_unsafe_fixes=("KL201",),
        fail_level=Severity.ERROR,
        baseline=str(project / "lint" / "baseline.json"),
        platform="sentinel",
        strict_fields=True,
        catalog=(str(project / "catalog"), str(project / "tables.yaml")),
        functions=(str(project / "Parsers" / "**" / "*.yaml"),),
        fences=("kql", "kusto", "sentinel"),
        query_keys=("detection.query",),
        extensions=((".kql.j2", "plain"), (".txt", "plain"), ("", "markdown")),
        exclude=("archive/",),
        jobs=4,
        cache=False,
    )
    assert all(config.says(key) for key in KEYS)


def test_places_are_those_of_keys_and_items(write: Write) -> None:
    path = write("pyproject.toml", FILES["pyproject.toml"])
    config = load(None)
    lines = path.read_text().splitlines()

    places = {
        keys: str(config.place(*keys)).removeprefix(f"{path}:")
        for keys in (("ignore",), ("select", 1), ("severity", "unknown-column"), ("per-path", 0, "severity", "KL104"))
    }

    assert places == {
        ("ignore",): "7:1",
        ("select", 1): "5:18",
        ("severity", "unknown-column"): "8:29",
        ("per-path", 0, "severity", "KL104"): "30:10",
    }
    assert (lines[4][17:33], lines[7][28:44], lines[29][9:14]) == ('"unknown-column"', '"unknown-column"', "KL104")


@pytest.mark.parametrize(
    ("text", "keys", "place"),
    [
        ('tool.kql-lint.ignore = ["KL1"]\n', ("ignore", 0), "1:25"),
        ('[tool]\nkql-lint.platform = "auto"\n', ("platform",), "2:10"),
        ('[tool]\n"kql-lint" = {platform = "auto", ignore = ["KL1", "KL2"]}\n', ("ignore", 1), "2:51"),
        (
            "[ tool . 'kql-lint' ]\n'ignore' = [\n  # [one]\n  \"KL1\", # two\n  \"KL2\",\n]\n",
            ("ignore", 1),
            "5:3",
        ),
        (
            '[a]\nb = """\n[tool.kql-lint]\nignore = 1\n"""\n[tool.kql-lint]\r\nignore = ["KL1"]\r\n',
            ("ignore",),
            "7:1",
        ),
        ("[[a]]\nb=1\n[[a]]\n[a.c]\nd = 1979-05-27 07:32:00\n[tool.kql-lint]\nignore=[]", ("ignore",), "7:1"),
        ('[tool.kql-lint.severity]\n"\\u004bL104" = "info"\n', ("severity", "KL104"), "2:1"),
        (
            '[[tool.kql-lint.per-path]]\npaths = ["a"]\n\n[[tool.kql-lint.per-path]]\npaths = ["\N{SNOWMAN}", "b"]\n',
            ("per-path", 1, "paths", 1),
            "5:15",
        ),
    ],
)
def test_places_however_toml_is_written(write: Write, text: str, keys: tuple[str | int, ...], place: str) -> None:
    path = write("pyproject.toml", text)

    assert str(load(None).place(*keys)) == f"{path}:{place}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.kql-lint]\nplatform = "auto"\n  ignored = ["KL105"]\n',
            'pyproject.toml:3:3: unknown key "ignored" in [tool.kql-lint]; did you mean "ignore"?',
        ),
        (
            '[tool.kql-lint]\nfail_level = "error"\n',
            'pyproject.toml:2:1: unknown key "fail_level" in [tool.kql-lint]; did you mean "fail-level"?',
        ),
        (
            "[tool.kql-lint]\nzzzzzzzz = 1\n",
            'pyproject.toml:2:1: unknown key "zzzzzzzz" in [tool.kql-lint]; the keys are select, extend-select, '
            "ignore, severity, fail-level, platform, action-type-fields, require-reason, fixable, "
            "unfixable, extend-safe-fixes, extend-unsafe-fixes, per-path, catalog, functions, "
            "fences, query-keys, extensions, exclude, baseline, jobs, cache",
        ),
        (
            '[tool.kql-lint]\nselect = "KL1"\n',
            'pyproject.toml:2:10: "select" must be a list of rules, such as ["KL101", "unknown-column"]',
        ),
        (
            '[tool.kql-lint]\nignore = ["KL1", 105]\n',
            'pyproject.toml:2:18: "ignore" must be a list of rules, such as ["KL101", "unknown-column"]',
        ),
        (
            '[tool.kql-lint]\n"fail-level" = "fatal"\n',
            'pyproject.toml:2:16: "fail-level" must be one of "error", "warning", "info"',
        ),
        (
            "[tool.black]\n[tool.kql_lint]\nplatform = 'sentinel'\n",
            "pyproject.toml:2:1: [tool.kql_lint] is not read; write [tool.kql-lint]",
        ),
        (
            '[tool]\nkql-lint = "strict"\n',
            "pyproject.toml:2:1: tool.kql-lint must be a table",
        ),
        (
            "[tool.kql-lint]\nselect = [\n",
            "pyproject.toml:3:1: this is not valid TOML: Invalid value",
        ),
        (
            "[tool.kql-lint]\nplatform = sentinel\n",
            "pyproject.toml:2:12: this is not valid TOML: Invalid value",
        ),
        (
            '[tool.kql-lint.severity]\nKL104 = "fatal"\n',
            'pyproject.toml:2:9: the severity of "KL104" must be one of "error", "warning", "info"',
        ),
        (
            '[tool.kql-lint]\nseverity = {KL104 = "off"}\n',
            'pyproject.toml:2:21: a rule is switched off with "ignore"',
        ),
        (
            '[[tool.kql-lint.per-path]]\npaths = ["a/"]\njobs = 2\n',
            'pyproject.toml:3:1: unknown key "jobs" in an entry of per-path; the keys are paths, select, '
            "extend-select, ignore, severity, fail-level, platform, action-type-fields, require-reason, "
            "fixable, unfixable, extend-safe-fixes, extend-unsafe-fixes",
        ),
        (
            '[[tool.kql-lint.per-path]]\npath = ["a/"]\n',
            'pyproject.toml:1:1: this entry of "per-path" lacks "paths", the patterns of the files that it holds for',
        ),
        (
            "[tool.kql-lint]\nper-path = [{paths = []}]\n",
            'pyproject.toml:2:22: "paths" must be a list of patterns as in .gitignore, such as ["hunting/**"]',
        ),
        (
            "[tool.kql-lint.per-path]\n'a/' = {ignore = ['KL1']}\n",
            'pyproject.toml:1:1: "per-path" must be a list of tables, each with "paths" and what holds for them',
        ),
        (
            '[tool.kql-lint]\nquery-keys = ["detection..query"]\n',
            'pyproject.toml:2:15: "detection..query" has an empty part; write keys with one dot between them',
        ),
        (
            "[tool.kql-lint]\nextensions = {txt = 'sql'}\n",
            'pyproject.toml:2:21: the kind of "txt" must be one of "kql", "yaml", "json", "notebook", "terraform", '
            '"bicep", "markdown", "powershell"',
        ),
        (
            "[tool.kql-lint]\nextensions = {'*.txt' = 'kql'}\n",
            'pyproject.toml:2:15: "*.txt" is not the ending of a file name, such as "txt"',
        ),
        (
            "[tool.kql-lint]\nextensions = {txt = 'kql', '.TXT' = 'yaml'}\n",
            'pyproject.toml:2:28: ".TXT" is there twice, with a dot and without',
        ),
        (
            "[tool.kql-lint]\nextensions = ['txt']\n",
            'pyproject.toml:2:14: "extensions" must be a table of endings with the kinds of their files, such as '
            '{txt = "kql"}',
        ),
        ("[tool.kql-lint]\njobs = 0\n", 'pyproject.toml:2:8: "jobs" must be a number from 1 to 61, or "auto"'),
        ("[tool.kql-lint]\njobs = true\n", 'pyproject.toml:2:8: "jobs" must be a number from 1 to 61, or "auto"'),
        ('[tool.kql-lint]\ncache = "no"\n', 'pyproject.toml:2:9: "cache" must be true or false'),
        ('[tool.kql-lint]\nbaseline = ""\n', 'pyproject.toml:2:12: "baseline" must be a path, relative to this file'),
        ('[tool.kql-lint]\nexclude = ["a/", "!"]\n', 'pyproject.toml:2:18: "!" is no pattern as in .gitignore'),
        (
            '[[tool.kql-lint.per-path]]\npaths = ["[a-z"]\n',
            'pyproject.toml:2:10: "[a-z" is no pattern as in .gitignore',
        ),
        ('[tool.kql-lint]\nexclude = ["a/", " "]\n', "pyproject.toml:2:18: an empty text means nothing here"),
    ],
)
def test_a_mistake_is_reported_with_its_place(write: Write, text: str, message: str) -> None:
    assert error("pyproject.toml", text, write) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "platform: auto\nignored: [KL105]\n",
            '.kql-lint.yaml:2:1: unknown key "ignored" in .kql-lint.yaml; did you mean "ignore"?',
        ),
        (
            "ignore:\n  - KL1\n  - 105\n",
            '.kql-lint.yaml:3:5: "ignore" must be a list of rules, such as ["KL101", "unknown-column"]',
        ),
        ("- KL1\n", ".kql-lint.yaml:1:1: the configuration must be a mapping of keys"),
        ("KL1\n", ".kql-lint.yaml:1:1: the configuration must be a mapping of keys"),
        ("ignore: [KL1]\nignore: [KL2]\n", '.kql-lint.yaml:2:1: "ignore" stands here a second time'),
        ("[a]: 1\n", ".kql-lint.yaml:1:1: a key must be a word"),
        ("ignore: &all [*all]\n", ".kql-lint.yaml: cannot be read: it is nested too deeply"),
        ("severity: {KL104: !!int x}\n", '.kql-lint.yaml:1:19: "x" is not understood here'),
        ("cache: yes please\n", '.kql-lint.yaml:1:8: "cache" must be true or false'),
        (
            'ignore: ["KL1\n',
            ".kql-lint.yaml:2:1: this is not valid YAML: found unexpected end of stream",
        ),
        (
            "cache: true\n---\ncache: false\n",
            ".kql-lint.yaml:2:1: this is not valid YAML: expected a single document in the stream, but found another",
        ),
        (
            "a: é\nb: \x07\n",
            ".kql-lint.yaml:2:4: this is not valid YAML: unacceptable character #x0007: control characters are",
        ),
    ],
)
def test_a_mistake_in_yaml_is_reported_with_its_place(write: Write, text: str, message: str) -> None:
    assert error(".kql-lint.yaml", text, write).startswith(message)


def test_aliases_cannot_make_a_small_file_endless(write: Write) -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 9)
    )

    assert error(".kql-lint.yaml", text, write).endswith("the aliases of this file make it too large, or endless")


def test_what_the_parser_would_take_ages_for_or_break_off_at_is_a_mistake(write: Write) -> None:
    endless = "cache = true\n" + ".".join(["a"] * 101) + " = 1\n"
    number = f"cache = true\njobs = {'1' * 5_000}\n"

    assert error(".kql-lint.toml", endless, write) == ".kql-lint.toml:2:1: this key has too many parts"
    assert error(".kql-lint.toml", number, write) == (
        ".kql-lint.toml: this is not valid TOML: a number in it is too long"
    )


def test_many_dots_in_a_string_are_no_key(write: Write) -> None:
    write(".kql-lint.toml", f'# {"." * 200}\nexclude = ["{"." * 200}", "{". ".join(["Words"] * 99)}"]\n')

    assert len(load(None).exclude) == 2


def test_an_empty_file_of_its_own_is_a_configuration_that_says_nothing(write: Write, project: Path) -> None:
    for name in (".kql-lint.toml", ".kql-lint.yaml"):
        path = write(name, "# nothing yet\n")
        found = load(None)._replace(document=None, boundary=Boundary(()))
        assert found == Config(root=str(project), path=str(path))
        path.unlink()


def test_a_file_of_its_own_has_no_table_of_tools(write: Write) -> None:
    assert error(".kql-lint.toml", '[tool.kql-lint]\nignore = ["KL1"]\n', write) == (
        ".kql-lint.toml:1:1: the keys stand at the top of this file, without [tool.kql-lint]"
    )


def test_a_file_that_is_not_utf8_is_reported(write: Write) -> None:
    assert error("pyproject.toml", b"[tool.kql-lint]\nname = '\xe9'\n", write) == ("pyproject.toml:2:9: is not UTF-8")


def test_a_byte_order_mark_is_passed_over(write: Write) -> None:
    write(".kql-lint.toml", b'\xef\xbb\xbfplatform = "sentinel"\n')

    assert load(None).platform == "sentinel"


def test_a_file_named_outright_must_be_there_and_speak_of_kql_lint(write: Write) -> None:
    write("pyproject.toml", "[project]\nname = 'x'\n")

    with pytest.raises(ConfigError) as caught:
        load("pyproject.toml")
    assert str(caught.value) == "pyproject.toml: there is no [tool.kql-lint] in this file"
    with pytest.raises(ConfigError) as caught:
        load("other.toml")
    assert str(caught.value) == "other.toml: no such file"


def test_a_file_named_outright_may_have_any_name(write: Write) -> None:
    write("lint/strict.toml", 'platform = "sentinel"\n')
    write("lint/shared.toml", '[tool.kql-lint]\nplatform = "sentinel"\n')
    write("lint/strict.yaml", "platform: sentinel\n")

    for name in ("strict.toml", "shared.toml", "strict.yaml"):
        config = load(f"lint/{name}")
        assert (config.platform, config.root) == ("sentinel", os.path.abspath("lint"))
