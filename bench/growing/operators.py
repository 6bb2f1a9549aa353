"""Operators of a query, one after another and inside one another."""

from __future__ import annotations

from growing.construct import Files, construct, query, register, repeat

# name -> an operator that can be repeated; {i} numbers it.
CHAINS = {
    "where_chain": "\n| where RemotePort == {i}",
    "where_action_type_not": '\n| where ActionType != "Action{i}"',
    "where_action_type_not_in": '\n| where ActionType !in ("ConnectionSuccess")',
    "where_action_type_has": '\n| where ActionType has "Connection"',
    "extend_chain": "\n| extend c{i} = {i}",
    "extend_of_the_last": "\n| extend c = strcat(RemoteUrl, c{i})",
    "extend_overwrites": "\n| extend RemoteUrl = strcat(RemoteUrl, 'a')",
    "extend_constant_text": "\n| extend c{i} = 'text'",
    "project_chain": "\n| project DeviceId, ActionType, RemotePort, RemoteUrl",
    "project_rename_chain": "\n| project-rename c{i} = RemoteUrl\n| project-rename RemoteUrl = c{i}",
    "project_away_chain": "\n| extend c{i} = 1\n| project-away c{i}",
    "project_reorder_chain": "\n| project-reorder RemoteUrl, DeviceId",
    "join_chain": "\n| join (DeviceEvents) on DeviceId",
    "join_kind_chain": "\n| join kind=leftouter (DeviceEvents | where ActionType == 'x{i}') on DeviceId",
    "join_on_two_names": "\n| join kind=inner (DeviceEvents) on $left.DeviceId == $right.DeviceId",
    "lookup_chain": "\n| lookup (DeviceEvents) on DeviceId",
    "lookup_kind_chain": "\n| lookup kind=inner (DeviceInfo) on DeviceId",
    "union_chain": "\n| union DeviceEvents",
    "union_of_filters": "\n| union (DeviceEvents | where ActionType == 'x{i}')",
    "union_of_prints": "\n| union (print c{i} = 1)",
    "union_with_source": "\n| union withsource=s{i} DeviceEvents",
    "mv_expand_chain": "\n| extend a{i} = dynamic([1])\n| mv-expand a{i} to typeof(long)",
    "mv_apply_chain": "\n| extend a{i} = dynamic([1])\n| mv-apply a{i} on (where a{i} == 1)",
    "summarize_chain": "\n| summarize RemotePort = max(RemotePort), n{i} = count() by DeviceId, RemoteUrl",
    "summarize_arg_max_chain": "\n| summarize arg_max(Timestamp, *) by DeviceId",
    "parse_chain": "\n| parse RemoteUrl with 'a' x{i} 'b' y{i}:long",
    "parse_kv_chain": "\n| parse-kv RemoteUrl as (k{i}:string, l{i}:long) with (pair_delimiter=';')",
    "parse_where_chain": "\n| parse-where kind=regex RemoteUrl with 'a' x{i} 'b'",
    "evaluate_bag_unpack_chain": "\n| evaluate bag_unpack(AdditionalFields)",
    "distinct_chain": "\n| distinct DeviceId, RemoteUrl, ActionType, RemotePort",
    "sort_take_chain": "\n| sort by RemotePort desc\n| take {i}",
    "as_chain": "\n| as T{i}",
    "serialize_chain": "\n| serialize r{i} = row_number()",
    "make_series_chain": "\n| make-series DeviceId = count() on Timestamp step 1h by RemoteUrl\n| mv-expand Timestamp",
    "invoke_unknown_chain": "\n| invoke nothing{i}()",
    "unknown_operator_chain": "\n| frobnicate {i}",
    "unknown_columns": "\n| where Colmn{i} == 1",
    "unknown_columns_the_same": "\n| where Colmn == 1",
    "columns_read_again": "\n| where RemoteUrl has 'a' and DeviceName has 'b'",
    "iff_case_chain": "\n| extend c{i} = iff(ActionType == 'x', RemoteUrl, case(RemotePort == 1, 'a', 'b'))",
    "where_and_or_mixed": '\n| where (ActionType == "a{i}" or RemotePort == 1) and RemotePort == 2',
    "dead_column_reads": '\n| where ActionType == "ListeningConnectionCreated" and RemotePort == {i}',
    "scan_chain": "\n| scan declare (s{i}:long=0) with (step a: RemotePort == 1 => s{i} = {i};)",
    "partition_chain": "\n| partition by DeviceId (take {i})",
    "top_nested_chain": "\n| top-nested 1 of RemoteUrl by n{i} = count()",
    "getschema_count": "\n| project RemoteUrl, DeviceId\n| sample {i}",
}

for _name, _piece in CHAINS.items():
    register(
        "operators",
        _name,
        lambda n, piece=_piece: query(n, "DeviceNetworkEvents", lambda i: piece.replace("{i}", str(i))),  # type: ignore[misc]
    )


# name -> beginning, repeated part, separator, end: lists inside one operator.
LISTS = {
    "and_chain": ("DeviceNetworkEvents | where ", "RemotePort != {i}", " and ", ""),
    "or_chain": ("DeviceNetworkEvents | where ", "RemotePort == {i}", " or ", ""),
    "or_action_types": ("DeviceNetworkEvents | where ", 'ActionType == "A{i}"', " or ", ""),
    "and_not_action_types": ("DeviceNetworkEvents | where ", 'not(ActionType == "A{i}")', " and ", ""),
    "and_of_mixed_brackets": ("DeviceNetworkEvents | where ", '(ActionType == "a{i}" or RemotePort == 1)', " and ", ""),
    "plus_chain": ("print x = ", "{i}", " + ", ""),
    "text_plus_chain": ("DeviceNetworkEvents | extend x = ", "RemoteUrl", " + ", ""),
    "extend_columns": ("DeviceNetworkEvents | extend ", "c{i} = {i}", ", ", " | where c0 == 1"),
    "project_columns": ("DeviceNetworkEvents | project ", "c{i} = RemotePort", ", ", " | where c0 == 1"),
    "project_unknown_columns": ("DeviceNetworkEvents | project ", "Colmn{i}", ", ", ""),
    "project_away_unknown": ("DeviceNetworkEvents | project-away ", "Colmn{i}", ", ", ""),
    "project_away_wildcards": ("DeviceNetworkEvents | project-away ", "C{i}*", ", ", ""),
    "summarize_by_columns": ("DeviceNetworkEvents | summarize count() by ", "c{i} = RemotePort", ", ", ""),
    "summarize_aggregates": ("DeviceNetworkEvents | summarize ", "c{i} = max(RemotePort)", ", ", ""),
    "summarize_unnamed_aggregates": ("DeviceNetworkEvents | summarize ", "max(RemotePort)", ", ", ""),
    "case_branches": ("DeviceNetworkEvents | extend x = case(", "ActionType == 'a{i}', 'b{i}'", ", ", ", 'c')"),
    "strcat_arguments": ("DeviceNetworkEvents | extend x = strcat(", "RemoteUrl", ", ", ")"),
    "coalesce_arguments": ("DeviceNetworkEvents | extend x = coalesce(", "RemoteUrl", ", ", ")"),
    "bag_pack_arguments": ("DeviceNetworkEvents | extend x = bag_pack(", "'k{i}', RemoteUrl", ", ", ")"),
    "union_tables": ("union ", "DeviceEvents", ", ", ""),
    "union_custom_tables": ("union ", "T{i}_CL", ", ", ""),
    "union_unknown_tables": ("union ", "Tabl{i}", ", ", ""),
    "union_wildcards": ("union ", "Device*", ", ", ""),
    "search_in_wildcards": ("search in (", "Device*", ", ", ') "x"'),
    "find_in_tables": ("find in (", "DeviceEvents", ", ", ") where ActionType == 'x'"),
    "join_on_many_keys": ("DeviceNetworkEvents | join (DeviceNetworkEvents) on ", "DeviceId", ", ", ""),
    "sort_by_many": ("DeviceNetworkEvents | sort by ", "RemotePort", ", ", ""),
    "mv_expand_many": ("DeviceNetworkEvents | extend a = dynamic([1]) | mv-expand ", "a", ", ", ""),
    "parse_many": ("DeviceNetworkEvents | parse RemoteUrl with ", "'a' x{i} ", "", "'b'"),
    "fork_branches": ("DeviceNetworkEvents | fork ", "(where RemotePort == {i}) ", "", ""),
    "semicolons": ("", "DeviceEvents | take {i}", ";\n", ""),
    "blank_line_queries": ("", "DeviceEvents | where ActionType == 'x{i}'", "\n\n", ""),
    "many_queries_unknown_tables": ("", "Tabl{i} | take 1", "\n\n", ""),
    "datatable_columns": ("datatable(", "c{i}:long", ", ", ") [] | where c0 == 1"),
    "path_elements": ("DeviceEvents | extend x = AdditionalFields", ".a", "", ""),
    "path_brackets": ("DeviceEvents | extend x = AdditionalFields", "['a{i}']", "", ""),
    "between_chain": ("DeviceNetworkEvents | where ", "RemotePort between ({i} .. 9)", " or ", ""),
}

for _name, (_begin, _piece, _separator, _end) in LISTS.items():

    def _list(n: int, begin: str = _begin, piece: str = _piece, separator: str = _separator, end: str = _end) -> Files:
        def part(i: int) -> str:
            return (separator if i else "") + piece.replace("{i}", str(i))

        return {"a.kql": begin + repeat(n, part) + end}

    register("operators", _name, _list)


@construct("operators")
def brackets_nested(n: int) -> Files:
    # no deeper than the parser goes, as often as it fits
    return query(n, "DeviceEvents", lambda i: "\n| where " + "(" * 90 + f"{i}" + ")" * 90 + " == 1")


@construct("operators")
def joins_nested(n: int) -> Files:
    block = "(DeviceEvents | join kind=inner " * 40 + "(DeviceEvents)" + " on DeviceId)" * 40
    return query(n, "DeviceEvents", lambda i: f"\n| where DeviceId in ({block})")


@construct("operators")
def project_away_of_extended(n: int) -> Files:
    half = repeat(n // 2, lambda i: f"\n| extend c{i} = 1")
    count = half.count("extend")
    return {"a.kql": "DeviceNetworkEvents" + half + "\n| project-away " + ", ".join(f"c{i}*" for i in range(count))}


@construct("operators")
def macro_expand_of_many(n: int) -> Files:
    names = ", ".join(f"workspace('w{i}')" for i in range(max(2, n // 18)))
    return {"a.kql": f"macro-expand entity_group [{names}] as X (X.DeviceEvents | where ActionType == 'x')"}


@construct("operators")
def subqueries_in_where(n: int) -> Files:
    return query(
        n,
        "DeviceEvents",
        lambda i: f"\n| where DeviceId in (DeviceInfo | where OSPlatform == 'a{i}' | project DeviceId)",
    )


@construct("operators")
def toscalar_chain(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f"\n| extend c{i} = toscalar(DeviceInfo | summarize max(DeviceName))")
