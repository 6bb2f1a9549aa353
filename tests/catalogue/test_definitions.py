"""Files that define functions: what is read of them, and what is said of those that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, CatalogueError, Definition
from kql_lint.catalogue.scan import Parameter

Put = Callable[[str, str], str]

PARSER = """\
id: 0b7e3ac0-1d11-4f0e-8a5c-0123456789ab
Function:
  Title: Acme proxy
Category: Microsoft Sentinel Parser
FunctionName: AcmeProxyParser
FunctionAlias: AcmeProxy
FunctionQuery: |

    Syslog
    | where ProcessName == "acme"
"""

ASIM = """\
Parser:
  Title: Acme web sessions, filtering
ParserName: vimWebSessionAcme
EquivalentBuiltInParser: _Im_WebSession_Acme
ParserParams:
  - {Name: starttime, Type: datetime, Default: datetime(null)}
  - {Name: url, Type: string}
  - {Name: T, Type: 'table:(*)'}
ParserQuery: "AcmeProxy | where Url has url"
"""


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Writes a file into the working directory and gives its path from there."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    return write


def defined(*patterns: str) -> dict[str, Definition]:
    catalogue = Catalogue.with_overlays([], patterns)
    functions = {name: catalogue.function(name) for name in catalogue.stored_functions()}
    return {name: function.definition for name, function in functions.items() if function and function.definition}


def problems(*patterns: str) -> list[str]:
    """What is wrong with the files that patterns name, or with the patterns."""
    try:
        found = Catalogue.with_overlays([], patterns).faults
    except CatalogueError as error:
        found = error.problems
    return [str(problem) for problem in found]


def test_a_parser_goes_by_its_alias_and_its_name(put: Put) -> None:
    path = put("Parsers/Acme.yaml", PARSER)

    found = defined("Parsers/**/*.yaml")

    assert set(found) == {"AcmeProxy", "AcmeProxyParser"}
    definition = found["AcmeProxy"]
    assert (definition.path, definition.let, definition.parameters) == (path, "", ())
    assert definition.text == '\nSyslog\n| where ProcessName == "acme"\n'
    assert definition.position(definition.text.index("where")) == (10, 7)
    assert definition.position(definition.text.index("Syslog")) == (9, 5)


def test_an_asim_parser_has_parameters_and_the_name_of_the_built_in_one(put: Put) -> None:
    put("vim.yaml", ASIM)

    found = defined("vim.yaml")

    assert set(found) == {"vimWebSessionAcme", "_Im_WebSession_Acme"}
    assert found["vimWebSessionAcme"].parameters == (
        Parameter("starttime", "datetime", False),
        Parameter("url", "string"),
        Parameter("T", None, True, (), True),
    )
    assert found["vimWebSessionAcme"].position(20) == (9, 14)  # a quoted text keeps no lines


def test_kql_files(put: Put) -> None:
    put("f/Body.kql", "SigninLogs | take 1\n")
    put("f/Lets.kql", "let limit = 3;\nlet First = (a:int) { print a };\nlet Second = () { First(limit) };\n")
    put("f/Runnable.kql", "let Runnable = (a:int) { print a };\nRunnable(1)\n")
    put("f/Command.kql", "\n.create function\n  Created(a:string, T:(*)) {\n  T | where A == a }\n")
    put("f/Two.kql", "// Ours.\n.create function A1() { print 1 }\n\n// Theirs.\n.create function A2() { A1 }\n")
    put("f/notes.md", "no function\n")

    found = defined("f/*")

    assert {name: (item.path, item.let) for name, item in found.items()} == {
        "Body": ("f/Body.kql", ""),
        "First": ("f/Lets.kql", "First"),
        "Second": ("f/Lets.kql", "Second"),
        "Runnable": ("f/Runnable.kql", "Runnable"),
        "Created": ("f/Command.kql", ""),
        "A1": ("f/Two.kql", ""),
        "A2": ("f/Two.kql", ""),
    }
    created = found["Created"]
    assert created.parameters == (Parameter("a", "string"), Parameter("T", None, True, (), True))
    assert created.position(created.text.index("T |")) == (4, 3)
    assert found["A2"].position(found["A2"].text.index("A1")) == (5, 25)


def test_a_folder_is_all_that_is_below_it(put: Put) -> None:
    put("f/deep/down/A.kql", "print 1\n")
    put("f/B.yaml", PARSER)
    put("f/other.yaml", "name: no function at all\n")

    assert set(defined("f")) == {"A", "AcmeProxy", "AcmeProxyParser"}


def test_a_file_that_changes_is_read_anew(put: Put) -> None:
    put("A.kql", "print 1\n")
    assert defined("*.kql")["A"].text == "print 1\n"
    put("A.kql", "print One = 1\n")
    assert defined("*.kql")["A"].text == "print One = 1\n"


def test_two_files_with_one_name_are_rivals_unless_they_say_the_same(put: Put) -> None:
    put("a/F.kql", "print 1\n")
    put("b/F.kql", "print 2\n")
    put("a/G.kql", "print 1\n")
    put("b/G.kql", "print 1\n")

    found = defined("*/*.kql")

    assert (found["F"].path, found["F"].rivals) == ("a/F.kql", ("b/F.kql",))
    assert found["G"].rivals == ()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("F.kql", "let a = 1;\n", "1:1: this file defines no function: neither a query nor let NAME = (...) {...}"),
        ("F.kql", "", "1:1: this file defines no function: neither a query nor let NAME = (...) {...}"),
        ("F.kql", ".create function F(a) { print 1 }", '1:20: "a" is no parameter: write name:type'),
        ("F.yaml", "FunctionName: F\n", "1:1: this function has no FunctionQuery or ParserQuery"),
        ("F.yaml", "id: 1\nFunctionName: F\nFunctionQuery:\n", '3:1: "FunctionQuery" must be a KQL query'),
        ("F.yaml", "FunctionQuery: print 1\n", "1:1: this function has no FunctionAlias, FunctionName or ParserName"),
        ("F.yaml", ASIM.replace("Type: string", "Type: text"), '7:23: "text" is no type of KQL'),
        ("F.yaml", ASIM.replace("Name: url, ", ""), "7:5: a parameter needs a Name and a Type"),
        ("F.yaml", "FunctionName: [\n", "2:1: not YAML: did not find expected node content"),
        (
            "F.yaml",
            "name: something else\n",
            "1:1: this file defines no function: it has neither a query, nor FunctionName, nor functionAlias",
        ),
        (
            "F.json",
            "{}",
            "1:1: this file defines no function: it has neither a query, nor FunctionName, nor functionAlias",
        ),
        (
            "F.md",
            "{}",
            "1:1: not a file that defines functions (.kql, .csl, .kusto, .txt, .yaml, .yml, .json, .jsonc, .bicep, "
            ".tf)",
        ),
    ],
)
def test_a_wrong_file_is_named_with_line_and_column(put: Put, name: str, text: str, expected: str) -> None:
    path = put(name, text)

    assert problems(path) == [f"{path}:{expected}"]


def test_all_that_is_wrong_is_said_at_once(put: Put) -> None:
    put("f/A.kql", "")
    put("f/B.yaml", "FunctionName: B\n")
    put("f/C.kql", "print 1\n")

    assert problems("f/*") == [
        "f/A.kql:1:1: this file defines no function: neither a query nor let NAME = (...) {...}",
        "f/B.yaml:1:1: this function has no FunctionQuery or ParserQuery",
    ]


def test_a_pattern_that_finds_nothing_is_a_mistake(put: Put) -> None:
    put("f/readme.md", "no function\n")

    assert problems("f/*") == [
        "f/*:1:1: no file that may define a function (.kql, .yaml, .json, .bicep, .tf) is found here"
    ]


def test_a_file_that_is_not_utf8(put: Put, tmp_path: Path) -> None:
    put("A.kql", "")
    (tmp_path / "A.kql").write_bytes(b"print 'caf\xe9'\n")

    assert problems("A.kql") == [
        "A.kql:1:11: is not UTF-8: byte 0xE9 here can't be decoded (invalid continuation byte); save it as UTF-8"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("functions:\n  F: {path: lib/none.kql}\n", "2:7: the file catalog/lib/none.kql is not there"),
        ("functions:\n  F:\n    path: ../two.kql\n", "3:5: the file two.kql does not define F"),
        ("functions:\n  F:\n    kind: scalar\n    path: x.kql\n", '3:5: "kind" is told by the file at "path"'),
        ("functions:\n  F: {kind: scalar, parameters: a}\n", '2:33: "a" is no parameter: write name:type'),
        ("functions:\n  F: {parameters: 'a:int'}\n", '2:6: "F" lacks "kind"'),
    ],
)
def test_an_overlay_that_names_a_wrong_file(put: Put, text: str, expected: str) -> None:
    put("two.kql", "let A = () { 1 };\nlet B = () { 2 };\n")
    path = put("catalog/own.yaml", text)

    with pytest.raises(CatalogueError) as caught:
        Catalogue.with_overlays(["catalog"])

    assert [str(problem) for problem in caught.value.problems] == [f"{path}:{expected}"]


def test_an_overlay_goes_before_function_files_and_these_before_the_shipped_functions(put: Put) -> None:
    put("f/FileProfile.kql", "print 1\n")
    put("f/Mine.kql", "print 1\n")
    put("catalog/own.yaml", "functions:\n  Mine: {kind: scalar, returns: int}\n  Other: {path: ../f/Mine.kql}\n")

    catalogue = Catalogue.with_overlays(["catalog"], ["f/*.kql"])

    functions = [catalogue.function(name) for name in ("FileProfile", "Mine", "Other", "_GetWatchlist")]
    assert [
        (function.own, function.returns, function.definition.path if function.definition else None)
        for function in functions
        if function is not None
    ] == [(True, None, "f/FileProfile.kql"), (True, "int", None), (True, None, "f/Mine.kql"), (False, None, None)]
