"""A text that an edit has made of another is bound as if there had been no other."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.catalogue import Catalogue
from kql_lint.engine import Analysis, analyze
from kql_lint.semantics import again
from kql_lint.semantics.again import Earlier
from kql_lint.semantics.facts import Facts
from tests.semantics.dumping import dumped

CATALOGUE = Catalogue.default()
STATEMENTS = (
    "let ago1 = ago(1d)",
    "let names = dynamic(['a', 'b.exe', 'PowerShell.exe'])",
    "let f = (T:(*), n:string='x') { T | where FileName == n | extend Z = Missing }",
    "let g = (n:string) { let h = () { DeviceProcessEvents | where ActionType == n and FileName in (names) }; h() }",
    "let v1 = view () { DeviceFileEvents | where FileName == 'a' | project DeviceId, FileName }",
    "let Scripts = DeviceProcessEvents\n| where FileName in~ (names)\n| project DeviceId, FileName, a = 1",
    "let n = toscalar(DeviceEvents | summarize count())",
    "let D = datatable(FileName:string, k:long)['a', 1, 'b', 2]",
    "let E = DeviceEvents | where ActionType == 'Zzz' | extend k = parse_json(AdditionalFields).Foo, 1 + 1",
    "let m = (x:long) { x + count_ }",
    "let t = (x:string) { table(x) | where Nope == 1 }",
    "let count_ = 5",
    "let Column1 = 5",
    "let U = union Scripts, E, (f(D, 'a')) | where ActionType in ('a', 'b')",
    "declare query_parameters(p:string = 'a', q:long)",
    "Scripts | join kind=leftouter (D) on FileName | where k == 1 | extend strlen(FileName)",
    "f(DeviceProcessEvents, 'cmd.exe') | where FileName == 'b'",
    "f(Scripts) | project X = Z",
    "g('ProcessCreated') | union v1, (D | as DD) | where FileName has 'x' | summarize count(), dcount(a) by DeviceId",
    "g('Nope') | take 1",
    "t('Scripts') | union (t('D'))",
    "union v*, Scripts | where k == 2",
    "DeviceEvents | summarize count() by bin(Timestamp, ago1) | where count_ > n",
    "DD | take 5",
    "print x = n + 1, names",
    "DeviceEvents | extend q = m(5), w = m(n) | where q == 10",
    "find in (Scripts, D) where FileName == 'a'",
    "SigninLogs | where UserPrincipalName == foo(1) and TimeGenerated > ago1 and ActionType == 'x'",
    "DeviceEvents | where ActionType == p | as Kept | where FileName == 'x'",
    "Kept | evaluate bag_unpack(AdditionalFields) | where Abc == 1",
    "U | partition by DeviceId (take 5 | extend z = 1) | where z == 2 and z == 1",
    "T | where == 5 | take 3",
)
PIECES = (
    "a",
    "1",
    " ",
    ";",
    "|",
    "'",
    '"',
    "(",
    ")",
    "//",
    "/*",
    "=",
    "let ",
    "let D = U;\n",
    "| where x ==",
    "| as DD ",
)
EDITS = st.tuples(st.integers(0, 900), st.integers(0, 12), st.sampled_from(("", "", *PIECES, *STATEMENTS)))


def analysis(text: str, earlier: Earlier | None = None) -> Analysis:
    return analyze(text, catalogue=CATALOGUE, steps=True, names=True, earlier=earlier)


def same(text: str, earlier: Earlier) -> None:
    assert dumped(analysis(text, earlier)) == dumped(analysis(text))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), max_size=9), st.lists(EDITS, min_size=1, max_size=6))
def test_each_version_of_a_text_is_bound_as_if_it_were_the_first(
    statements: list[str], edits: list[tuple[int, int, str]]
) -> None:
    text, earlier = ";\n".join(statements), Earlier()
    analysis(text, earlier)
    for place, length, new in edits:
        place %= len(text) + 1
        text = text[:place] + new + text[place + length :]

        same(text, earlier)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=2, max_size=9), st.data())
def test_statements_come_go_and_change_places(statements: list[str], data: st.DataObject) -> None:
    earlier = Earlier()
    for _ in range(4):
        same(";\n".join(statements), earlier)
        place = data.draw(st.integers(0, len(statements) - 1))
        if data.draw(st.booleans()):
            statements = [*statements[:place], data.draw(st.sampled_from(STATEMENTS)), *statements[place:]]
        else:
            statements = [*statements[:place], *statements[place + 1 :]] or ["print 1"]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6), st.integers(0, 5), st.sampled_from(STATEMENTS))
def test_a_statement_is_typed_letter_by_letter(statements: list[str], number: int, new: str) -> None:
    before, after = ";\n".join(statements[:number]), ";\n".join(statements[number:])
    earlier = Earlier()
    for end in range(0, len(new) + 1, 3):
        same(f"{before};\n{new[:end]};\n{after}", earlier)


LONG = "".join(f"let Part{n} = DeviceEvents | where ActionType == 'x{n}' | project DeviceId;\n" for n in range(20))


def test_only_the_statement_that_changes_and_what_uses_it_is_bound() -> None:
    text = f"{LONG}let Both = union Part3, Part9;\nlet Other = Part4 | take 1;\nBoth | join Other on DeviceId"
    earlier = Earlier()
    before = analysis(text, earlier).bound
    after = analysis(text.replace("'x9'", "'y' or 1 =="), earlier)

    assert before is not None
    assert after.bound is not None
    changed = [number for number, row in enumerate(after.bound.facts.rows) if row is not before.facts.rows[number]]
    assert changed == [9]
    steps = zip(before.facts.steps or (), after.bound.facts.steps or (), strict=True)
    new = {re.findall(r"Part\d+|Both", text[: one.node.start])[-1] for _, one in steps if _ is not one}
    assert new == {"Part9", "Both"}
    assert "KL001" in [one.code for one in after.diagnostics]


def test_behind_an_error_nothing_is_said_of_names_and_once_it_is_mended_all_is_said() -> None:
    text, earlier = f"let a = 1;\n{LONG}DeviceEvents | where Nope == 1;\nprint x = y", Earlier()
    sound = [one.code for one in analysis(text, earlier).diagnostics]
    broken = [one.code for one in analysis(text.replace("let a = 1", "let a = "), earlier).diagnostics]
    again = [one.code for one in analysis(text, earlier).diagnostics]

    assert [code for code in broken if code in ("KL001", "KL201")] == ["KL001"]
    assert sound == again
    assert sound.count("KL201") == 2


def test_a_function_that_is_called_for_the_first_time_elsewhere_has_its_findings_there() -> None:
    function = "let f = (T:(*)) { T | where Missing == 1 };\n"
    first, second = "f(DeviceEvents) | take 1;\n", "f(DeviceEvents) | take 2"
    earlier = Earlier()
    analysis(function + first + second, earlier)

    same(function + second, earlier)


def test_what_is_too_complex_is_bound_as_a_whole() -> None:
    doubling = "let a0 = DeviceEvents;\n" + "".join(f"let a{n} = union a{n - 1}, a{n - 1};\n" for n in range(1, 25))
    earlier = Earlier()
    assert "KL007" in [one.code for one in analysis(f"{doubling}a24", earlier).diagnostics]
    same(f"{doubling}a24 | take 1", earlier)
    same(doubling[: len(doubling) // 2] + "a2", earlier)


def test_another_catalogue_or_platform_takes_nothing_over() -> None:
    earlier, text = Earlier(), f"{LONG}SigninLogs | where Nope == 1"
    analysis(text, earlier)
    for platform in ("sentinel", "defender", "auto"):
        found = analyze(text, catalogue=CATALOGUE, platform=platform, steps=True, names=True, earlier=earlier)
        alone = analyze(text, catalogue=CATALOGUE, platform=platform, steps=True, names=True)
        assert dumped(found) == dumped(alone)


@pytest.mark.parametrize("one", dataclasses.fields(Facts), ids=lambda one: one.name)
def test_all_facts_of_statements_are_gathered(one: dataclasses.Field[object]) -> None:
    of_text = {"text", "query", "catalogue", "strict_fields", "holes", "loose", "memory"}
    of_engine = {"syntax_errors", "used_elsewhere", "platform", "bounded"}
    else_whole = {"cut", "whole"}
    on_request = {"steps", "names", "values"}

    assert one.name in {*again._LISTS, *again._GATHERED, *of_text, *of_engine, *else_whole, *on_request}
