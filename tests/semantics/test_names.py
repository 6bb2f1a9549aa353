"""let, functions, views and their scoping; what is an unknown name and what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Columns = Callable[..., list[str] | None]
Unknown = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("let Hosts = DeviceInfo | project DeviceId; Hosts | extend n = 1", ["DeviceId: string", "n: long"]),
        ("let T = SigninLogs; T | project Code", ["Code: int"]),
        ("let limit = 5; let doubled = limit * 2.5; print doubled", ["print_0: real"]),
        # A function's tables and its defaults.
        (
            "let Recent = (span: timespan = 1d) { DeviceInfo | where Timestamp > ago(span) | project DeviceId };"
            " Recent()",
            ["DeviceId: string"],
        ),
        ("let one = () { print n = 1 }; one", ["n: long"]),
        # Columns beyond the declared ones go through a function.
        (
            "let f = (T: (Code: int)) { T | extend Bad = Code != 0 }; SigninLogs | project Code, UserName | invoke f()",
            ["Code: int", "UserName: string", "Bad: bool"],
        ),
        (
            "let f = (T: (*), name: string) { T | summarize Hits = count() by name }; f((DeviceInfo), 'x')",
            ["name: string", "Hits: long"],
        ),
        ("let twice = (x: long) { x * 2 }; print twice(4)", ["print_0: long"]),
        ("let f = view () { print n = 1 }; union f, (print m = 2)", ["n: long", "m: long"]),
        # A column hides a variable; a variable hides a table.
        ("let Code = 'text'; SigninLogs | project Code", ["Code: int"]),
        ("let SigninLogs = datatable(Mine: bool) []; SigninLogs", ["Mine: bool"]),
        # A body sees what was declared before it, not what comes later.
        ("let a = 1; let f = () { print a }; let a = 'text'; f()", ["print_0: long"]),
        ("SigninLogs | project Code | as Codes | union Codes | count", ["Count: long"]),
        ("print toscalar(DeviceInfo | summarize max(Timestamp))", ["print_0: datetime"]),
        ("let T = materialize(DeviceInfo | project DeviceId); T", ["DeviceId: string"]),
        ("table('DeviceInfo') | project DeviceId", ["DeviceId: string"]),
        ("workspace('other').SigninLogs | project Code", ["Code: int"]),
        ("declare query_parameters(days: int = 7); print days", ["print_0: int"]),
        (
            "SigninLogs | project column_ifexists('Code', 0), column_ifexists('Nothing', '')",
            ["Code: int", "Column1: string"],
        ),
    ],
)
def test_names_that_the_query_declares(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


def test_recursion_gives_nothing_that_is_known(columns: Columns) -> None:
    assert columns("let f = (n: long) { f(n - 1) }; print f(3)") == ["print_0: unknown"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DeviceInfo | where DeviceName == 'x'", ["DeviceName"]),
        ("DeviceInfo | where deviceid == 'x'", ["deviceid"]),
        ("DeviceInfo | project DeviceId | where OSPlatform == 'Linux'", ["OSPlatform"]),
        ("DeviceInfo | summarize n = count() by DeviceId | sort by OSPlatform, n", ["OSPlatform"]),
        # One extend does not see what it makes itself.
        ("DeviceInfo | extend a = 1, b = a", ["a"]),
        ("DeviceInfo | join kind=inner (SigninLogs) on $left.DeviceId == $right.User", ["User"]),
        ("DeviceInfo | join kind=inner (SigninLogs) on Machine", ["Machine"]),
        ("DeviceInfo | project-away Name | project-rename a = b | project-reorder c", ["Name", "b", "c"]),
        ("let start = ago(period); DeviceInfo | where Timestamp > start", ["period"]),
        ("SigninLogs | extend User = tostring(Status).user", ["user"]),
        ("SigninLogs | extend Given = UserName.given", ["given"]),
        ("SigninLogs | extend s = tostring(Status) | extend User = s.user", ["user"]),
        ("DeviceInfo | render timechart with (xcolumn = Time)", ["Time"]),
        # Standard columns go where the table's columns go, and no further.
        ("DeviceInfo | where _ItemId == 'x'", ["_ItemId"]),
        ("SigninLogs | project UserName | where _ItemId == 'x'", ["_ItemId"]),
        ("SigninLogs | summarize count() by UserName | where TenantId == 'x'", ["TenantId"]),
        ("DeviceInfo | join kind=inner (SigninLogs) on $left._ItemId == $right.UserName", ["_ItemId"]),
        (
            "SigninLogs | join kind=inner (DeviceInfo) on $left.UserName == $right.DeviceId | take _ItemId1",
            ["_ItemId1"],
        ),
    ],
)
def test_unknown_names(unknown: Unknown, query: str, expected: list[str]) -> None:
    assert unknown(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        # Columns that can't be known.
        "OurTable_CL | where Host_s == 'x'",
        "union isfuzzy=true DeviceInfo, OurTable_CL | where Host_s == 'x'",
        "AzureDiagnostics | where status_s == '500'",
        "SigninLogs | evaluate bag_unpack(Status) | where city == 'Oslo'",
        "_GetWatchlist('vip') | where Title == 'CEO'",
        "let f = (T: (*)) { T | where Anything == 1 }; print 1",
        # A path into a dynamic value, or into a column that is dynamic on one of the platforms.
        "SigninLogs | where Status.location.city == 'Oslo' and Status['error'].code == 1",
        "DeviceNetworkEvents | where Bag.Key == 1",
        # Either platform's column.
        "DeviceNetworkEvents | where Timestamp > ago(1d) and TimeGenerated > ago(1d)",
        # Standard columns that no schema lists.
        "SigninLogs | where _TimeReceived > ago(1h)",
        "SigninLogs | project-away TenantId",
        "SigninLogs | project-keep _ItemId | where _ItemId != ''",
        "SigninLogs | mv-apply Status on (where Status.city == 'Oslo') | where _ItemId != ''",
        "SigninLogs | summarize arg_max(TimeGenerated, *) by UserName | project _ItemId",
        "SigninLogs | distinct * | project TenantId",
        # As keys of a join or lookup, on either side, and behind it: a name that both sides have comes with a number.
        "SigninLogs | join kind=inner (SigninLogs) on _ItemId",
        "SigninLogs | lookup (SigninLogs) on _ItemId",
        "SigninLogs | join kind=inner (SigninLogs) on $left._ItemId == $right._ItemId | project _ItemId, _ItemId1",
        "SigninLogs | join kind=inner (DeviceNetworkEvents) on $left.UserName == $right._ItemId | project TenantId1",
        "DeviceInfo | join kind=inner (SigninLogs) on $left.DeviceId == $right._ItemId | project _ItemId",
        "DeviceInfo | join kind=rightsemi (SigninLogs) on $left.DeviceId == $right.UserName | project _ItemId",
        "SigninLogs | join kind=inner (print TenantId = 'a') on $left.UserName == $right.TenantId | project TenantId1",
        # Names that are something else.
        "SigninLogs | where Code in (DeviceInfo)",
        "DeviceInfo | join kind=inner (SigninLogs) on $left.DeviceId == $right.UserName",
        "SigninLogs | mv-apply Status on (where Status.city == 'Oslo') | where Code == 0",
        "print Id = 1 | scan declare (Sum: long = 0) with (step one: true => Sum = one.Sum + Id;)",
        "SigninLogs | evaluate ipv4_lookup(datatable(Net: string, Site: string) [], UserName, Net)",
    ],
)
def test_names_that_may_be_right_are_not_reported(unknown: Unknown, query: str) -> None:
    assert unknown(query) == []


def test_a_name_is_reported_once_a_place(unknown: Unknown) -> None:
    query = "let f = (T: (Code: int)) { T | where Port == 1 }; union (f((SigninLogs))), (SigninLogs | invoke f())"
    assert unknown(query) == ["Port"]
