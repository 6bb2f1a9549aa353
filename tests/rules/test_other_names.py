"""The fixes and helps of the rules on functions, keys, texts, aliases and lets: KL203 to KL210."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint import analyze
from kql_lint.catalogue import Catalogue
from kql_lint.diagnostic import Diagnostic
from kql_lint.runner import Options, lint_file
from kql_lint.source import Source


def one(query: str, platform: str = "auto") -> Diagnostic:
    (diagnostic,) = analyze(query, platform=platform).diagnostics
    return diagnostic


def applied(query: str, diagnostic: Diagnostic) -> str:
    (fix,) = diagnostic.fixes
    for edit in sorted(fix.edits, key=lambda edit: edit.start, reverse=True):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query


# --- KL203 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "safety"),
    [
        ("print toLower('A')", "print tolower('A')", "safe"),
        ("SigninLogs | summarize Count() by UserId", "SigninLogs | summarize count() by UserId", "safe"),
        ("SigninLogs | evaluate Bag_Unpack(DeviceDetail)", "SigninLogs | evaluate bag_unpack(DeviceDetail)", "safe"),
        ("print tostirng(1)", "print tostring(1)", "unsafe"),
        ("print substr('abc', 1)", "print substring('abc', 1)", "unsafe"),
    ],
)
def test_a_function_is_put_right(before: str, after: str, safety: str) -> None:
    diagnostic = one(before)
    assert diagnostic.fixes[0].safety == safety
    assert applied(before, diagnostic) == after
    assert analyze(after).diagnostics == []


def test_two_functions_are_not_chosen_between() -> None:
    assert one("print len('abc')").fixes == ()


def test_a_function_that_resembles_none_comes_with_advice() -> None:
    diagnostic = one("print RiskOf('abc')")
    assert diagnostic.severity.label == "info"
    assert diagnostic.help == "if it is a function saved in your workspace, declare it in an overlay of the catalogue"
    assert diagnostic.fixes == ()


def test_behind_a_syntax_error_no_function_is_said_to_be_unknown() -> None:
    query = "let Double = (x: long { x * 2 }; print Double(2)"
    assert {diagnostic.code for diagnostic in analyze(query).diagnostics} == {"KL001"}


# --- KL204 ------------------------------------------------------------------------------------------------------------


def test_the_other_platforms_name_is_offered_unsafely() -> None:
    query = "DeviceInfo | where TimeGenerated > ago(1d)"
    diagnostic = one(query, "defender")
    assert diagnostic.fixes[0].safety == "unsafe"
    fixed = applied(query, diagnostic)
    assert fixed == "DeviceInfo | where Timestamp > ago(1d)"
    assert analyze(fixed, platform="defender").diagnostics == []


@pytest.mark.parametrize(
    "query", ["DeviceInfo | project ['TimeGenerated']", "DeviceEvents | project DeviceName, MachineGroup"]
)
def test_without_a_name_to_write_there_is_no_fix(query: str) -> None:
    assert one(query, "defender").code == "KL204"
    assert one(query, "defender").fixes == ()


# --- KL208 ------------------------------------------------------------------------------------------------------------


def test_the_tables_own_name_is_offered() -> None:
    query = "DeviceNetworkEvents | where dst_ip == '203.0.113.7'"
    diagnostic = one(query)
    assert diagnostic.fixes[0].safety == "intent"
    fixed = applied(query, diagnostic)
    assert fixed == "DeviceNetworkEvents | where RemoteIP == '203.0.113.7'"
    assert analyze(fixed).diagnostics == []


def test_a_name_that_is_no_word_is_put_in_brackets() -> None:
    query = "DeviceNetworkEvents | project-rename ['Remote port'] = RemotePort | where DestinationPort == 443"
    assert applied(query, one(query)).endswith("| where ['Remote port'] == 443")


def test_two_columns_are_not_chosen_between() -> None:
    assert one("DeviceFileEvents | where UserName == 'SYSTEM'").fixes == ()


@pytest.mark.parametrize(
    "query",
    [
        'DeviceImageLoadEvents | where OriginalFileName =~ "dbghelp.dll"',  # that of the process is another file's
        'DeviceFileEvents | where ParentImage endswith "winword.exe"',  # a name has no folder
        'DeviceNetworkEvents | where ParentCommandLine has "-enc"',
    ],
)
def test_a_column_that_holds_something_else_is_written_nowhere(query: str) -> None:
    diagnostic = one(query)
    assert (diagnostic.code, diagnostic.fixes) == ("KL208", ())


def test_another_schemas_name_is_put_right_by_what_it_means_in_the_table() -> None:
    query = 'DeviceFileEvents | where Image endswith "winword.exe"'
    (fix,) = one(query).fixes
    (edit,) = fix.edits
    assert (fix.safety, edit.text) == ("intent", "InitiatingProcessFolderPath")
    assert query[edit.start : edit.end] == "Image"


# --- KL205 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SigninLogs | distinct 'AppDisplayName'", "SigninLogs | distinct AppDisplayName"),
        ('SigninLogs | sort by "App Display Name" desc', "SigninLogs | sort by AppDisplayName desc"),
        (
            "SigninLogs | project ['It\\'s me'] = UserId | distinct \"It's me\"",
            "SigninLogs | project ['It\\'s me'] = UserId | distinct ['It\\'s me']",
        ),
    ],
)
def test_a_text_becomes_the_column(before: str, after: str) -> None:
    diagnostic = one(before)
    assert diagnostic.fixes[0].safety == "intent"
    assert applied(before, diagnostic) == after
    assert analyze(after).diagnostics == []


def test_no_text_becomes_one_of_two_columns() -> None:
    diagnostic = one("print User1 = 1, User2 = 2 | distinct 'User'")
    assert diagnostic.message.endswith('did you mean "User1" or "User2"?')
    assert diagnostic.fixes == ()


# --- KL209 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("let a = 1;\nlet b = 2;\nprint b\n", "let b = 2;\nprint b\n"),
        ("let a = 1;\r\nlet b = 2;\r\nprint b", "let b = 2;\r\nprint b"),
        ("let a = 1; print 2", " print 2"),
        ("let a = 1; // one\nprint 2", " // one\nprint 2"),
        ("let b = 2; let a = 1;\nprint b", "let b = 2; \nprint b"),
        ("let a = dynamic([\n  1,\n  2\n])\n;\nprint 2", "print 2"),
        ("let f = () {\n  let a = 1;\n  print 2\n};\nf()", "let f = () {\n  print 2\n};\nf()"),
    ],
)
def test_an_unused_let_is_taken_out(before: str, after: str) -> None:
    diagnostic = one(before)
    assert (diagnostic.code, diagnostic.fixes[0].safety) == ("KL209", "safe")
    assert applied(before, diagnostic) == after
    assert analyze(after).diagnostics == []


def test_a_let_that_another_query_of_the_file_uses_is_used() -> None:
    query = "let Lookback = 7d;\nlet Codes = dynamic(['50126']);\nSigninLogs | take 5"
    found = analyze(query, used_elsewhere={"Lookback"}).diagnostics
    assert [(diagnostic.code, diagnostic.message) for diagnostic in found] == [("KL209", '"Codes" is never used')]


@pytest.mark.parametrize(
    "query",
    [
        "let a = 1;\nSigninLogs | where TimeGenerated > {TimeRange:start}",
        "let a = 1;\nlet a = 2;\nprint 3",
        "let ['a b'] = 1;\nprint 3",
    ],
)
def test_in_doubt_a_let_is_used(query: str) -> None:
    assert "KL209" not in {diagnostic.code for diagnostic in analyze(query).diagnostics}


def test_with_a_syntax_error_no_let_is_unused() -> None:
    found = analyze("let a = 1;\nSigninLogs | where (ResultType ==").diagnostics
    assert {diagnostic.code for diagnostic in found} == {"KL001"}


def test_lets_of_a_file_with_several_queries() -> None:
    text = (
        "let Lookback = 7d;\nlet Codes = 1;\nSigninLogs | take 5\n\nAuditLogs | where TimeGenerated > ago(Lookback)\n"
    )
    report = lint_file("hunt.kql", Options(), lambda path: Source(path, text))
    unused = [finding for finding in report.findings if finding.diagnostic.code == "KL209"]
    assert [(finding.span.line, finding.diagnostic.message) for finding in unused] == [(2, '"Codes" is never used')]


# --- KL206 ------------------------------------------------------------------------------------------------------------


def test_a_column_of_a_watchlist_in_the_wrong_case_is_put_right(tmp_path: Path) -> None:
    overlay = tmp_path / "watchlists.yaml"
    overlay.write_text("watchlists:\n  sites: [Site, Country]\n", encoding="utf-8")
    catalogue = Catalogue.with_overlays([str(overlay)])
    query = "_GetWatchlist('sites') | project country, Town"
    case, other = analyze(query, catalogue=catalogue).diagnostics
    assert applied(query, case) == "_GetWatchlist('sites') | project Country, Town"
    assert (case.code, case.fixes[0].safety) == ("KL206", "safe")
    assert case.help == "its columns are those that your overlay of the catalogue declares"
    assert (other.code, other.fixes) == ("KL206", ())
