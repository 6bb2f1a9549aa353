"""The outline of KQL texts: their functions and parameters."""

from __future__ import annotations

import pytest

from kql_lint.catalogue.scan import Parameter, WrongParameters, created, outline, parameters


@pytest.mark.parametrize(
    ("text", "functions", "query"),
    [
        ("SigninLogs | where ResultType != 0", [], True),
        ("let Hosts = (tier:int) { DeviceInfo | where Tier == tier };", ["Hosts"], False),
        ("let a = 1; let F = view () { T | where A == a };\nlet G=(){ 1 }", ["F", "G"], False),
        ("let F = () { let inner = () { 1 }; inner() };\nF() | take 1", ["F"], True),
        ("let list = dynamic([1, 2]); // let F = () { 1 };\n", [], False),
        ('let s = "; let F = () { 1 };"; print s', [], True),
        ("set notruncation; let F = () { 1 }; // the end", ["F"], False),
        ("", [], False),
    ],
)
def test_functions_and_whether_there_is_a_query(text: str, functions: list[str], query: bool) -> None:
    assert outline(text) == (functions, query)


def test_a_create_command() -> None:
    text = (
        ".create-or-alter function with (docstring = 'Ours (all)', folder = \"corp\") Hosts(tier:int) {\n"
        "  DeviceInfo | where MachineGroup == '}'\n"
        "}\n"
    )

    (found,) = created(text)

    assert (found.name, found.parameters) == ("Hosts", "tier:int")
    assert text[found.name_start :].startswith("Hosts(")
    assert text[found.start : found.end] == "\n  DeviceInfo | where MachineGroup == '}'\n"
    assert created(".show tables") == []
    assert created("create function F() { 1 }") == []
    assert created("print 1\n.create function F() { 1 }") == []


@pytest.mark.parametrize(
    "before",
    [
        "// Our hosts.\n",
        "\n\n// Owner: {SOC}\n\n\t// see function G\n  ",
        "\r\n// one\r\n// two\r\n",
        '#connect "https://help.kusto.windows.net/Samples"\n\n',
        "// no .create function F() { 1 } here\n",
    ],
)
def test_comments_and_directives_may_stand_before_a_command(before: str) -> None:
    text = before + ".create-or-alter function Hosts() { DeviceInfo }"

    (found,) = created(text)

    assert (found.name, text[found.start : found.end]) == ("Hosts", " DeviceInfo ")


def test_a_file_may_have_several_commands() -> None:
    text = (
        "// All of ours.\n.create table Seen (Id: string)\n\n"
        ".create-or-alter function\n  // the first\n  First() { print 1 }\n"
        ".create function with (folder = 'x') Second(a: int) {\n  First()\n  | where a > .5\n}\n"
    )

    found = created(text)

    assert [(one.name, one.parameters, text[one.start : one.end]) for one in found] == [
        ("First", "", " print 1 "),
        ("Second", "a: int", "\n  First()\n  | where a > .5\n"),
    ]


def test_parameters_of_each_kind() -> None:
    text = "T:(Name:string, Size:int64, *), U:(*), since:datetime=datetime(null), x:dynamic = dynamic([1, 2]), s:string"

    with pytest.raises(WrongParameters, match='"int64" is no type of KQL'):
        parameters(text)
    assert parameters(text.replace("int64", "long")) == (
        Parameter("T", None, True, (("Name", "string"), ("Size", "long")), True),
        Parameter("U", None, True, (), True),
        Parameter("since", "datetime", False),
        Parameter("x", "dynamic", False),
        Parameter("s", "string", True),
    )
    assert parameters("") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("since", '"since" is no parameter: write name:type'),
        ("a:int, b string", '"b string" is no parameter: write name:type'),
        ("T:(a:(b:int))", '"a:(b:int)" is no parameter: write name:type'),
        ("a:number", '"number" is no type of KQL'),
    ],
)
def test_what_is_no_parameter(text: str, message: str) -> None:
    with pytest.raises(WrongParameters) as caught:
        parameters(text)
    assert str(caught.value) == message


def test_brackets_that_do_not_match_and_deep_ones_are_borne() -> None:
    assert outline("let F = (a:int { 1 ") == ([], False)
    assert outline(")))) ]] } let F = () { 1 }") == ([], True)
    with pytest.raises(WrongParameters):
        parameters("a:" + "(b:" * 50_000)
