"""Constants that ActionType is compared with: exactly these, or at most these; and rows that have no ActionType."""

from __future__ import annotations

import pytest

from kql_lint import analyze, describe
from kql_lint.engine import Analysis

LIST = 'let A = datatable(k:string, x:string)["a", "ConnectionSuccess", "b", "ConnectionFailed"];\n'
ONE = 'let A = datatable(k:string, x:string)["a", "ConnectionSuccess"];\n'
FAILED = '| where ActionType == "ConnectionFailed"'
SUCCESS = '| where ActionType == "ConnectionSuccess"'
CONSTANT = '(DeviceProcessEvents | extend K = "ConnectionSuccess" | project DeviceId, K)'


def said(query: str) -> list[tuple[str, str]]:
    """The findings about ActionTypes: their codes and what they lie on."""
    found: Analysis = analyze(query)
    assert not [one for one in found.diagnostics if one.code in ("KL001", "KL201", "KL202")]
    return [(one.code, query[one.start : one.end]) for one in found.diagnostics if one.code.startswith("KL10")]


@pytest.mark.parametrize(
    "query",
    [
        # What trim takes away may be a part of the name.
        'DeviceNetworkEvents | where trim_end("Inspected", ActionType) != "SslConnection"',
        'DeviceNetworkEvents | where trim_start("Connection", ActionType) == "Success"',
        'DeviceNetworkEvents | where trim("[a-z]+", ActionType) == "ConnectionSucces"',
        'DeviceNetworkEvents | where trim(" *x", ActionType) == "ConnectionSucces"',
        "let p = toscalar(DeviceInfo | project OSPlatform);\n"
        'DeviceNetworkEvents | where trim(p, ActionType) == "ConnectionSucces"',
        "CloudAppEvents | where trim(' ', ActionType) == 'Update application – Certificates and secrets management'",
        # Of a text that is known, something else is left.
        'DeviceNetworkEvents | where ActionType == trim(" ", " ConnectionSuccess ")',
        'DeviceNetworkEvents | where ActionType != trim_end(".", "ConnectionFailed") ' + FAILED,
        # A filter leaves some rows of a list: the others are not excluded, nor compared with.
        LIST + f'DeviceNetworkEvents | where ActionType !in ((A | where k == "a" | project x)) {FAILED}',
        LIST + f'DeviceNetworkEvents | where ActionType !in~ ((A | where k == "a" | project x)) {FAILED}',
        LIST + f"DeviceNetworkEvents | where ActionType !in ((A | project x | take 1)) {FAILED}",
        LIST + f"DeviceNetworkEvents | where ActionType !in ((A | top 1 by k | project x)) {FAILED}",
        LIST + f"DeviceNetworkEvents | where ActionType !in ((A | sample 1 | project x)) {FAILED}",
        LIST + f"DeviceNetworkEvents | where not(ActionType in ((A | where k == 'a' | project x))) {FAILED}",
        LIST + f'DeviceNetworkEvents | where ActionType has_all ((A | where k == "a" | project x)) {SUCCESS}',
        LIST + f'DeviceNetworkEvents | where not(ActionType has_any ((A | where k == "a" | project x))) {FAILED}',
        "let A = datatable(k:string, x:string)['a', 'ConnectionSuccess', 'b', 'cmd.exe'];\n"
        'DeviceNetworkEvents | where ActionType in ((A | where k == "a" | project x))',
        LIST + f"DeviceNetworkEvents | where ActionType !in ((A | join kind=leftsemi (DeviceInfo) on $left.k == "
        f"$right.DeviceId | project x)) {FAILED}",
        ONE + f"DeviceNetworkEvents | where ActionType != toscalar(A | where 1 == 2 | project x) {SUCCESS}",
        ONE + f"let v = toscalar(A | where k == 'b' | project x);\n"
        f"DeviceNetworkEvents | where ActionType !in (v) {SUCCESS}",
        LIST + f"DeviceNetworkEvents | where ActionType != toscalar(A | project x) {SUCCESS}",
        LIST + f'DeviceNetworkEvents | where "net.exe" !in ((A | where k == "a" | project x)) {SUCCESS}',
        LIST + f'DeviceNetworkEvents | where "x" has_all ((A | where k == "c" | project x)) {SUCCESS}',
        # Another row has passed the filters before, and may be of any kind that these let through.
        'DeviceNetworkEvents | sort by Timestamp asc | where ActionType == "ListeningConnectionCreated" '
        'and prev(RemoteIP) == "203.0.113.5"',
        'DeviceNetworkEvents | sort by Timestamp asc | where ActionType == "ConnectionSuccess" '
        'and next(ActionType) == "ConnectionFailed"',
        "DeviceNetworkEvents | sort by Timestamp asc | extend Before = prev(ActionType) "
        '| where Before == "ConnectionFailed" | where ActionType == "ConnectionSuccess"',
        'DeviceNetworkEvents | sort by Timestamp asc | where prev(ActionType, 1, "none") == "none"',
        'DeviceNetworkEvents | where ActionType has_all (iff(RemotePort == 443, "ConnectionSuccess", '
        '"ConnectionFailed"))',
        # A row has one of the constants of a column.
        f'DeviceNetworkEvents | join kind=inner (datatable(DeviceId:string, K:string)["1", "ConnectionSuccess", "2", '
        f'"ConnectionFailed"]) on DeviceId | where ActionType !in (K) {SUCCESS}',
        # The other side of an outer join, or of a union, has not even that.
        f"DeviceNetworkEvents | join kind=leftouter {CONSTANT} on DeviceId | where ActionType != K {SUCCESS}",
        f"DeviceNetworkEvents | join kind=fullouter {CONSTANT} on DeviceId | where ActionType != K {SUCCESS}",
        f"DeviceNetworkEvents | lookup {CONSTANT} on DeviceId | where ActionType != K {SUCCESS}",
        'DeviceProcessEvents | extend K = "ConnectionSuccess" | project DeviceId, K | join kind=rightouter '
        f"(DeviceNetworkEvents) on DeviceId | where ActionType != K {SUCCESS}",
        'DeviceNetworkEvents | extend K = "ConnectionSuccess" | union DeviceNetworkEvents '
        f"| where ActionType != K {SUCCESS}",
        'DeviceNetworkEvents | extend K = "ConnectionSuccess" | union DeviceNetworkEvents | project ActionType, L = K '
        f"| where ActionType !in (L) {SUCCESS}",
        # Rows of a table that has no ActionType pass a filter that leaves some out.
        f"union (DeviceNetworkEvents {SUCCESS}), SigninLogs | where ActionType != 'ConnectionSuccess'",
        f"union (DeviceNetworkEvents {SUCCESS}), SigninLogs | where not(ActionType has 'ConnectionSuccess')",
        f"union (DeviceNetworkEvents {SUCCESS}), SigninLogs | summarize count() by ActionType "
        "| where ActionType != 'ConnectionSuccess'",
        f"union (DeviceNetworkEvents {SUCCESS}), SigninLogs | extend A = ActionType | where A != 'ConnectionSuccess'",
        f"union (DeviceNetworkEvents {SUCCESS} | project-rename A = ActionType), DeviceProcessEvents "
        "| where A !in ('ConnectionSuccess')",
        # No documentation says whether a string has the empty one as a term.
        "DeviceNetworkEvents | where ActionType !has ''",
        f"DeviceNetworkEvents | where not(ActionType has_any ('', 'DnsQueryResponse')) {SUCCESS}",
        # Where there were no rows, an aggregation without keys makes one, in which all is empty.
        f"DeviceNetworkEvents {SUCCESS} | summarize arg_max(Timestamp, ActionType) | where ActionType != "
        "'ConnectionSuccess'",
        f"DeviceNetworkEvents | extend K = 'ConnectionSuccess' | summarize take_any(ActionType, K) "
        f"| where ActionType != K {SUCCESS}",
        # A step of scan gives the column something else.
        'DeviceNetworkEvents | serialize | scan with (step s: true => ActionType = "x";) | where ActionType == "x"',
        'DeviceNetworkEvents | where ActionType == "ConnectionSuccess" | serialize '
        '| scan with (step s: true => ActionType = RemoteUrl;) | where ActionType == "ConnectionFailed"',
    ],
)
def test_nothing_is_said_of_what_may_be(query: str) -> None:
    assert said(query) == []


SLIP = 'unknown ActionType "ConnectionSucces" for DeviceNetworkEvents; did you mean "ConnectionSuccess"?'
CONTRADICTION = "these conditions exclude each other, so no row passes this filter"
SURE = [
    (
        'DeviceNetworkEvents | sort by Timestamp asc | where prev(ActionType) == "ConnectionSucces"',
        '"ConnectionSucces"',
        SLIP,
    ),
    ('DeviceNetworkEvents | where trim(@"\\s+", ActionType) == "ConnectionSucces"', '"ConnectionSucces"', SLIP),
    ('DeviceNetworkEvents | where trim_end("[ ]", ActionType) == "ConnectionSucces"', '"ConnectionSucces"', SLIP),
    (f"{LIST}DeviceNetworkEvents | where ActionType !in ((A | project x)) {FAILED}", FAILED[8:], CONTRADICTION),
    (
        f"{LIST}DeviceNetworkEvents | where ActionType !in ((A | extend y = 1 | distinct x)) {FAILED}",
        FAILED[8:],
        CONTRADICTION,
    ),
    (
        f"{LIST}DeviceNetworkEvents | where ActionType in ((A | where k == 'a' | project x)) "
        "| where ActionType == 'DnsQueryResponse'",
        "ActionType == 'DnsQueryResponse'",
        'ActionType can only be "ConnectionFailed" or "ConnectionSuccess" here, so no row passes this filter',
    ),
    (f"{ONE}DeviceNetworkEvents | where ActionType != toscalar(A | project x) {SUCCESS}", SUCCESS[8:], CONTRADICTION),
    (
        f"DeviceNetworkEvents | extend K = 'ConnectionSuccess' | where ActionType != K {SUCCESS}",
        SUCCESS[8:],
        CONTRADICTION,
    ),
    (
        "DeviceNetworkEvents | join kind=inner (DeviceProcessEvents | extend K = 'ConnectionSucces') on DeviceId "
        "| where ActionType == K",
        "'ConnectionSucces'",
        SLIP,
    ),
    (
        f"DeviceNetworkEvents {SUCCESS} | summarize arg_max(Timestamp, ActionType) by DeviceId "
        "| where ActionType != 'ConnectionSuccess'",
        "ActionType != 'ConnectionSuccess'",
        'ActionType can only be "ConnectionSuccess" here, so no row passes this filter',
    ),
    # The left side of a leftouter join has all that it had, and so has what an inner one brings behind a union.
    (
        f"DeviceNetworkEvents | extend K = 'ConnectionSuccess' | join kind=leftouter (DeviceInfo) on DeviceId "
        f"| where ActionType != K {SUCCESS}",
        SUCCESS[8:],
        CONTRADICTION,
    ),
    (
        f"union DeviceNetworkEvents, DeviceNetworkEvents | join kind=inner {CONSTANT} on DeviceId "
        f"| where ActionType != K {SUCCESS}",
        SUCCESS[8:],
        CONTRADICTION,
    ),
    (
        f"DeviceNetworkEvents | extend K = 'ConnectionSuccess' | join kind=inner (union DeviceInfo, DeviceLogonEvents) "
        f"on DeviceId | where ActionType != K {SUCCESS}",
        SUCCESS[8:],
        CONTRADICTION,
    ),
    (
        f"union (DeviceNetworkEvents {SUCCESS}), SigninLogs {FAILED}",
        FAILED[8:],
        'ActionType can only be "ConnectionSuccess" here, so no row passes this filter',
    ),
    (
        f"union (DeviceNetworkEvents {SUCCESS}), (DeviceNetworkEvents {SUCCESS}) "
        "| where ActionType != 'ConnectionSuccess'",
        "ActionType != 'ConnectionSuccess'",
        'ActionType can only be "ConnectionSuccess" here, so no row passes this filter',
    ),
]


@pytest.mark.parametrize(("query", "place", "message"), SURE)
def test_what_is_sure_is_said(query: str, place: str, message: str) -> None:
    (found,) = (one for one in analyze(query).diagnostics if one.code.startswith("KL10"))
    assert (query[found.start : found.end], found.message) == (place, message)


def test_a_table_that_as_names_goes_on_itself() -> None:
    query = f"DeviceNetworkEvents | as X {SUCCESS} | union (X {FAILED})"

    (table,) = describe(query).tables
    assert table.action_types is not None
    assert table.action_types.values == ("ConnectionSuccess", "ConnectionFailed")  # as the table lists them
