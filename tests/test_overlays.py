"""What users add to the catalogue, from their configuration to what check and schema say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint import analyze, describe
from kql_lint.catalogue import Catalogue

Call = Callable[..., Result]
Write = Callable[..., Path]

CONFIGURATION = """\
[tool.kql-lint]
catalog = ["catalog/"]
functions = ["Parsers/**/*.yaml", "functions/*.kql"]
"""
TABLES = {
    "catalog/Badge_CL.yaml": "table: Badge_CL\ncolumns:\n  TimeGenerated: datetime\n  Door: string\n  Level: int\n",
    "catalog/Firewall_CL.yaml": "table: Firewall_CL\nopen: true\ncolumns:\n  Action: string\n",
    "catalog/other.yaml": (
        "functions:\n"
        "  Shift: {kind: scalar, parameters: 'at:datetime', returns: string}\n"
        "  Doors: {kind: tabular, columns: {Door: string, Floor: int}}\n"
        "  Sessions: {path: ../lib/sessions.kql, parameters: 'T:(*), length:timespan'}\n"
        "watchlists:\n"
        "  owners: {DeviceId: string, Owner: string, Tier: int}\n"
    ),
    "lib/sessions.kql": (
        "T\n| summarize Sessions = count(), First = min(TimeGenerated) by bin(TimeGenerated, length), Door\n"
    ),
}
PARSERS = {
    "Parsers/Acme/AcmeProxy.yaml": (
        "FunctionName: AcmeProxy\n"
        "FunctionAlias: AcmeProxy\n"
        "FunctionQuery: |\n"
        "    let methods = dynamic(['GET', 'POST']);\n"
        "    Syslog\n"
        "    | where ProcessName == 'acme-proxy'\n"
        "    | parse SyslogMessage with Method ' ' Url ' ' StatusCode:int ' ' SrcIpAddr\n"
        "    | where Method in (methods)\n"
        "    | project TimeGenerated, Method, Url, StatusCode, SrcIpAddr\n"
    ),
    "Parsers/ASim/vimWebSessionAcme.yaml": (
        "ParserName: vimWebSessionAcme\n"
        "ParserParams:\n"
        "  - {Name: starttime, Type: datetime, Default: datetime(null)}\n"
        "  - {Name: disabled, Type: bool, Default: false}\n"
        "ParserQuery: |\n"
        "  let parser = (starttime:datetime = datetime(null), disabled:bool = false) {\n"
        "    AcmeProxy\n"
        "    | where not(disabled) and (isnull(starttime) or TimeGenerated >= starttime)\n"
        "    | project-rename EventTime = TimeGenerated, EventResult = StatusCode\n"
        "    | extend EventVendor = 'Acme', Since = starttime\n"
        "  };\n"
        "  parser(starttime = starttime, disabled = disabled)\n"
    ),
    "functions/WithOwner.kql": (
        "// Adds who owns a device.\n"
        "let WithOwner = (T:(DeviceId:string), minimum:int = 0) {\n"
        '    T | lookup kind=leftouter (_GetWatchlist("owners") | project DeviceId, Owner, Tier) on DeviceId\n'
        "    | where Tier >= minimum\n"
        "};\n"
    ),
    "functions/Servers.kql": (
        '.create-or-alter function with (folder = "corp") Servers(tier:int) {\n'
        "    DeviceInfo | where OSPlatform has 'Server' | summarize arg_max(Timestamp, PublicIP) by DeviceId\n"
        "}\n"
    ),
}


@pytest.fixture
def repository(write: Write) -> None:
    """A rule repository with tables, parsers and functions of its own."""
    write("pyproject.toml", CONFIGURATION)
    for name, text in (TABLES | PARSERS).items():
        write(name, text)


def columns(query: str, catalogue: Catalogue) -> list[str]:
    found = describe(query, catalogue=catalogue)
    assert found.complete, found.gaps
    return [f"{column.name}: {column.type}" for column in found.columns]


def reasons(query: str, catalogue: Catalogue) -> list[str]:
    found = describe(query, catalogue=catalogue)
    assert not found.complete
    return [gap.reason for gap in found.gaps]


@pytest.fixture
def functions(project: Path, write: Write) -> Callable[..., Catalogue]:
    """A catalogue with the functions of the files given as ``name.kql: text``."""

    def make(files: dict[str, str]) -> Catalogue:
        for name, text in files.items():
            write(f"functions/{name}", text)
        return Catalogue.with_overlays([], ["functions/*"])

    return make


# --- tables, watchlists, functions that an overlay declares ------------------------------------------------------


@pytest.mark.usefixtures("repository")
def test_check_knows_tables_watchlists_and_functions_of_an_overlay(kql_lint: Call, write: Write) -> None:
    write(
        "rules/badge.kql",
        "Badge_CL\n| where Dor == '7' and Level > 2\n| join kind=inner (Doors) on Door\n| project Floor, Flor = Flor\n",
    )
    write("rules/firewall.kql", "Firewall_CL\n| where Action == 'deny' and Port == 22\n")
    write(
        "rules/owners.kql",
        "_GetWatchlist('owners')\n| where Tier > 1 and Owner == 'x'\n| project SearchKey, _DTItemId, Owner\n",
    )
    write("rules/unknown.kql", "_GetWatchlist('others')\n| where Whatever == 'x'\n")

    result = kql_lint("check", "rules", "--output-format", "concise", "--quiet", "--select", "KL2")

    assert result.stdout.splitlines() == [
        'rules/badge.kql:2:9: KL201 [error] unknown column "Dor"; did you mean "Door"?',
        'rules/badge.kql:4:25: KL201 [error] unknown column "Flor"; did you mean "Floor"?',
    ]


@pytest.mark.usefixtures("repository")
def test_schema_knows_them_too(kql_lint: Call, write: Write) -> None:
    write(
        "rules/badge.kql",
        "Badge_CL\n"
        "| where Level > 2\n"
        "| invoke Sessions(1h)\n"
        "| extend At = Shift(First)\n"
        "| lookup kind=leftouter Doors on Door\n",
    )
    write("rules/firewall.kql", "Firewall_CL | where Port == 22\n")
    write("rules/owners.kql", "_GetWatchlist('owners') | project-away _DTItemId, LastUpdatedTimeUTC\n")

    result = kql_lint("schema", "rules")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "rules/badge.kql:1:1:\n"
        "  columns\n"
        "    TimeGenerated  datetime\n"
        "    Door           string    Badge_CL.Door\n"
        "    Sessions       long\n"
        "    First          datetime\n"
        "    At             string\n"
        "    Floor          int\n"
        "  table Badge_CL (custom) at 1:1\n"
        "    reads: Door, Level\n"
        "  functions: Sessions (lib/sessions.kql), Shift (declared in an overlay), Doors (declared in an overlay)\n"
        "\n"
        "rules/firewall.kql:1:1:\n"
        "  columns\n"
        "    Action  string  Firewall_CL.Action\n"
        "  further columns: not known, because of\n"
        "    1:1: Firewall_CL, which may have further columns\n"
        "  table Firewall_CL (custom) at 1:1\n"
        "    reads: no column by name\n"
        "\n"
        "rules/owners.kql:1:1:\n"
        "  columns\n"
        "    SearchKey  string\n"
        "    DeviceId   string\n"
        "    Owner      string\n"
        "    Tier       int\n"
        "  functions: _GetWatchlist (of the platform)\n"
        "  watchlists: owners\n"
        "\n"
    )


# --- functions whose schema comes from their text ----------------------------------------------------------------


@pytest.mark.usefixtures("repository")
def test_columns_of_parsers_and_functions_come_from_their_text(kql_lint: Call, write: Write) -> None:
    write("rules/web.kql", "vimWebSessionAcme(starttime=ago(1d))\n| where Urll has 'x' and EventResult == 200\n")
    write(
        "rules/logon.kql",
        'DeviceLogonEvents\n| where ActionType != "LogonSuccess"\n| invoke WithOwner(2)\n'
        "| join kind=inner Servers(1) on DeviceId\n| project Owner, Tier, PublicIP, OSPlatform\n",
    )

    checked = kql_lint("check", "rules", "--output-format", "concise", "--quiet", "--select", "KL2")
    described = kql_lint("schema", "rules")

    assert checked.stdout.splitlines() == [
        'rules/logon.kql:5:34: KL201 [warning] unknown column "OSPlatform": '
        "DeviceLogonEvents has no such column as of 2026-08",
        'rules/web.kql:2:9: KL201 [error] unknown column "Urll"; did you mean "Url"?',
    ]
    assert described.stdout == (
        "rules/logon.kql:1:1:\n"
        "  columns\n"
        "    Owner       string\n"
        "    Tier        int\n"
        "    PublicIP    string   DeviceInfo.PublicIP\n"
        "    OSPlatform  unknown\n"
        "  table DeviceLogonEvents (defender and sentinel) at 1:1\n"
        "    reads: DeviceId, ActionType\n"
        "    ActionType: any but LogonSuccess\n"
        "  functions: WithOwner (functions/WithOwner.kql), Servers (functions/Servers.kql)\n"
        "\n"
        "rules/web.kql:1:1:\n"
        "  columns\n"
        "    EventTime    datetime  Syslog.TimeGenerated\n"
        "    Method       string\n"
        "    Url          string\n"
        "    EventResult  int\n"
        "    SrcIpAddr    string\n"
        "    EventVendor  string\n"
        "    Since        datetime\n"
        "  functions: vimWebSessionAcme (Parsers/ASim/vimWebSessionAcme.yaml)\n"
        "\n"
    )


def test_functions_on_the_command_line(kql_lint: Call, write: Write) -> None:
    for name, text in PARSERS.items():
        write(name, text)
    write("rule.kql", "AcmeProxy | where Uri has 'x'\n")

    without = kql_lint("check", "rule.kql", "--output-format", "concise", "--quiet")
    with_them = kql_lint("check", "rule.kql", "--output-format", "concise", "-q", "--functions", "Parsers/**/*.yaml")

    assert without.stdout == 'rule.kql:1:1: KL202 [info] unknown table "AcmeProxy"\n'
    assert with_them.stdout == 'rule.kql:1:19: KL201 [error] unknown column "Uri"; did you mean "Url"?\n'


def test_a_function_is_bound_for_each_table_that_it_gets(functions: Callable[..., Catalogue]) -> None:
    catalogue = functions({"Tag.kql": "let Tag = (T:(*), tag:string) { T | extend Tag = tag, Size = 1 };\n"})

    assert columns("print A = 1 | invoke Tag('x')", catalogue) == ["A: long", "Tag: string", "Size: long"]
    assert columns("print B = 'b' | invoke Tag('x')", catalogue) == ["B: string", "Tag: string", "Size: long"]
    assert columns("Tag((print C = now()), 'x')", catalogue) == ["C: datetime", "Tag: string", "Size: long"]


def test_functions_that_are_scalar(functions: Callable[..., Catalogue]) -> None:
    catalogue = functions({"scalars.kql": "let Half = (x:long) { x / 2.0 };\nlet Name = () { 'x' };\n"})

    assert columns("print H = Half(3), N = Name()", catalogue) == ["H: real", "N: string"]


def test_nothing_of_a_functions_text_is_reported_in_the_query(functions: Callable[..., Catalogue]) -> None:
    catalogue = functions(
        {"Odd.kql": 'DeviceEvents | where ActionType == "Nope" and Nothing == 1 | project DeviceId\n'}
    )

    assert analyze("Odd | project DeviceId", catalogue=catalogue).diagnostics == []


def test_functions_that_call_each_other_in_a_circle(functions: Callable[..., Catalogue]) -> None:
    catalogue = functions(
        {"Ping.kql": "Pong | where A > 1\n", "Pong.kql": "union Ping, (print A = 1)\n", "Me.kql": "Me\n"}
    )

    assert reasons("Me", catalogue) == ["Me, whose text has Me, which calls itself (functions/Me.kql:1:1)"]
    assert reasons("Ping", catalogue) == ["Ping, whose text has Ping, which calls itself (functions/Pong.kql:1:7)"]
    assert columns("Ping | project A", catalogue) == ["A: long"]
    assert catalogue.problems == []


def test_a_long_chain_of_functions_is_followed_to_its_end(functions: Callable[..., Catalogue]) -> None:
    chain = {f"F{n}.kql": f"F{n + 1} | where ((((((A > {n}))))))\n" for n in range(300)}
    catalogue = functions({**chain, "F300.kql": "print A = 1\n"})

    assert columns("F0", catalogue) == ["A: long"]


def test_a_chain_that_hands_a_table_on_ends_before_pythons_stack_does(functions: Callable[..., Catalogue]) -> None:
    chain = {f"F{n}.kql": f"let F{n} = (T:(*)) {{ T | where 1 == 1 | invoke F{n + 1}() }};\n" for n in range(300)}
    catalogue = functions({**chain, "F300.kql": "let F300 = (T:(*)) { T | extend Z = 1 };\n"})

    assert not describe("print A = 1 | invoke F0()", catalogue=catalogue).complete
    assert columns("print A = 1 | invoke F289()", catalogue) == ["A: long", "Z: long"]


def test_functions_that_bind_each_other_over_and_over_take_no_time(functions: Callable[..., Catalogue]) -> None:
    # Each binds the next one twice: 256 bodies for each of a hundred calls, if nobody counted.
    tree = {
        f"F{n}.kql": f"let F{n} = (T:(*)) {{ union (T | invoke F{n + 1}()), (T | invoke F{n + 1}()) }};\n"
        for n in range(8)
    }
    catalogue = functions({**tree, "F8.kql": "let F8 = (T:(*)) { T | extend Z = 1 };\n"})

    query = " | ".join(["print A = 1", *["invoke F0()"] * 100])
    assert not describe(query, catalogue=catalogue).complete
    assert columns("print A = 1 | invoke F7()", catalogue) == ["A: long", "Z: long"]


def test_a_function_that_two_files_define_differently_is_not_guessed_at(write: Write, project: Path) -> None:
    write("a/F.kql", "print A = 1\n")
    write("b/F.kql", "print B = 1\n")
    catalogue = Catalogue.with_overlays([], ["*/F.kql"])

    assert reasons("F", catalogue) == ["F, which a/F.kql and b/F.kql define in different ways"]


def test_what_a_function_could_not_know_is_told_with_its_place(functions: Callable[..., Catalogue]) -> None:
    catalogue = functions(
        {
            "Outer.kql": "// A parser of parsers.\nInner\n| where A == 1\n",
            "Inner.yaml": "FunctionName: Inner\nFunctionQuery: |\n  union isfuzzy=true\n    Ours_CL,\n    Theirs_CL\n",
        }
    )

    assert reasons("Outer | take 1", catalogue) == [
        "Outer, whose text has Ours_CL, a table that the catalogue does not have (functions/Inner.yaml:4:5)"
    ]


NONE = "no file that may define a function (.kql, .yaml, .json, .bicep, .tf) is found here"

# --- mistakes ----------------------------------------------------------------------------------------------------


def test_a_function_that_is_no_kql_is_a_finding_at_its_place_and_costs_itself_only(
    kql_lint: Call, write: Write
) -> None:
    write("pyproject.toml", CONFIGURATION)
    for name, text in (TABLES | PARSERS).items():
        write(name, text)
    write("Parsers/Broken.yaml", "FunctionAlias: Broken\nFunctionQuery: |\n    SigninLogs\n    | where Result = = 0\n")
    write("rules/a.kql", "Broken | project UserPrincipalName\n")
    write("rules/b.kql", "Broken | where Anything == 1\n")
    write("rules/c.kql", "AcmeProxy | where Nothing == 1\n")
    message = "the function Broken has a syntax error: unexpected `=`; expected an expression"

    result = kql_lint("check", "rules", "--output-format", "concise")
    schema = kql_lint("schema", "rules")
    whole = kql_lint("check", ".", "--output-format", "concise", "-q", "--select", "KL0")

    assert (result.exit_code, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("rules/c.kql:1:19: KL201 ")
    assert lines[1:] == [
        f"Parsers/Broken.yaml:4:22: KL005 [error] {message}",
        "Found 2 errors in 2 of 4 files (3 queries).",
    ]
    assert (schema.exit_code, schema.stderr) == (1, f"kql-lint: Parsers/Broken.yaml:4:22: {message}\n")
    assert whole.stdout == ("Parsers/Broken.yaml:4:22: KL001 [error] unexpected `=`; expected an expression\n"), (
        "where the file is linted, that says it"
    )


def test_a_file_of_functions_that_can_not_be_used_costs_itself_only(kql_lint: Call, write: Write) -> None:
    write("a.kql", "Good | project Nothing\n")
    write("f/Good.kql", "SigninLogs | project UserPrincipalName\n")
    write("f/bad.kql", "let x =\n")
    write("f/bad.yaml", "FunctionName: F\nFunctionQuery:\n  - print 1\n")
    write("f/latin.kql", b"print 'caf\xe9'\n")

    result = kql_lint("check", "a.kql", "--functions", "f/*", "--output-format", "concise")
    again = kql_lint("check", "a.kql", "--functions", "f/*", "--output-format", "concise")

    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        'a.kql:1:16: KL201 [error] unknown column "Nothing"',
        "f/bad.kql:1:1: KL005 [error] this file defines no function: neither a query nor let NAME = (...) {...}",
        'f/bad.yaml:2:1: KL005 [error] "FunctionQuery" must be a KQL query',
        "f/latin.kql:1:11: KL005 [error] is not UTF-8: byte 0xE9 here can't be decoded (invalid continuation byte); "
        "save it as UTF-8",
        "Found 4 errors in 4 files (1 query).",
    ]
    assert again.stdout == result.stdout


@pytest.mark.parametrize("command", ["check", "schema"])
def test_files_that_are_wrong_end_the_run_with_their_places(kql_lint: Call, write: Write, command: str) -> None:
    write("rule.kql", "print 1\n")
    write("T.yaml", "table: T_CL\ncolumns:\n  A: strng\n")
    write("lib.yaml", "functions:\n  F:\n    path: gone.kql\n")

    table = kql_lint(command, "rule.kql", "--catalog", "T.yaml")
    path = kql_lint(command, "rule.kql", "--catalog", "lib.yaml")
    nothing = kql_lint(command, "rule.kql", "--functions", "Parser/**/*.yaml")

    assert table.exit_code == 2
    assert table.stderr.startswith('kql-lint: T.yaml:3:6: "strng" is no type of KQL: one of bool, datetime')
    assert (path.exit_code, path.stderr) == (2, "kql-lint: lib.yaml:3:5: the file gone.kql is not there\n")
    assert nothing.exit_code == 2
    assert nothing.stderr == f"kql-lint: Parser/**/*.yaml: {NONE}\n"


@pytest.mark.parametrize("command", ["check", "schema"])
def test_what_a_configuration_names_and_is_not_there_is_said_with_the_place_of_its_name(
    kql_lint: Call, write: Write, project: Path, command: str
) -> None:
    write("rules/a.kql", "print 1\n")
    config = write("rules/.kql-lint.yaml", "catalog:\n  - tables\n")

    missing = kql_lint(command, "rules")
    write("rules/.kql-lint.yaml", "functions: ['Parsers/*.yaml']\n")
    nothing = kql_lint(command, "rules")

    folder = project / "rules"
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == f"kql-lint: {config}:2:5: {folder}/tables: there is no such file or folder\n"
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert nothing.stderr == f"kql-lint: {config}:1:13: {folder}/Parsers/*.yaml: {NONE}\n"


def test_what_is_wrong_with_a_function_is_said_again_when_results_are_cached(kql_lint: Call, write: Write) -> None:
    write("lib/F.kql", "SigninLogs | project (\n")
    write("a.kql", "F | take 1\n")
    write("b.kql", "F | take 2\n")

    first = kql_lint("check", "a.kql", "b.kql", "--functions", "lib/*.kql", "--output-format", "concise", "-q")
    again = kql_lint("check", "b.kql", "--functions", "lib/*.kql", "--output-format", "concise", "-q")

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert again.stdout == first.stdout
    assert again.stdout.startswith("lib/F.kql:1:23: KL005 [error] the function F has a syntax error: ")


def test_catalog_check_reads_the_text_of_functions_too(kql_lint: Call, write: Write) -> None:
    write("catalog/own.yaml", "functions:\n  F: {path: ../lib/f.kql}\n")
    write("lib/f.kql", "SigninLogs\n| where\n")

    broken = kql_lint("catalog", "check", "catalog")
    write("lib/f.kql", "SigninLogs\n| where ResultType == '0'\n")
    sound = kql_lint("catalog", "check", "catalog")

    assert broken.exit_code == 1
    assert broken.stdout.startswith("lib/f.kql:2:8: the function F has a syntax error: ")
    assert (sound.exit_code, sound.stdout) == (0, "The catalogue is sound.\n")


def test_patterns_are_relative_to_the_configuration(
    kql_lint: Call, write: Write, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nfunctions = ["[f]unctions/*.kql"]\n')
    write("functions/F.kql", "print A = 1\n")
    write("rules/deep/a.kql", "F | where B == 1\n")
    monkeypatch.chdir(project / "rules" / "deep")

    result = kql_lint("check", "a.kql", "--output-format", "concise", "--quiet")

    assert result.stdout == 'a.kql:1:11: KL201 [error] unknown column "B"\n'


def test_a_column_of_file_names_may_have_a_list_of_values_as_well(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(
        "table: DeviceProcessEvents\nholds: {FileName: file name}\n"
        "column_values: {FileName: {closed: true, values: [cmd.exe]}}\n",
        encoding="utf-8",
    )
    catalogue = Catalogue.with_overlays([str(path)])

    found = analyze('DeviceProcessEvents | where FileName in ("cmd.exe", "x*.exe")', catalogue=catalogue).diagnostics

    assert [one.code for one in found] == ["KL121"]
