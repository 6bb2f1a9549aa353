"""Lets and functions: chains, shared ones, and names that double what they stand for at each step."""

from __future__ import annotations

from growing.construct import Files, construct, register, repeat

# name -> first line, line {i} (which may use {p}, the number before it), last line
LINES = {
    "let_scalars": ("", "let a{i} = {i};", "print a0"),
    "let_scalars_unused": ("", "let a{i} = 'text{i}';", "DeviceEvents"),
    "let_chain_plus": ("let a0 = 1;", "let a{i} = a{p} + 1;", "print a{p}"),
    "let_chain_text": ("let a0 = 'x';", "let a{i} = strcat(a{p}, 'x');", "print a{p}"),
    "let_doubling_strcat": ("let a0 = 'x';", "let a{i} = strcat(a{p}, a{p});", "print a{p}"),
    "let_doubling_plus": ("let a0 = 'x';", "let a{i} = a{p} + a{p};", "print a{p}"),
    "let_doubling_replace": ("let a0 = 'aa';", "let a{i} = replace_string(a{p}, 'a', 'aa');", "print a{p}"),
    "let_doubling_array": ("let a0 = dynamic(['x']);", "let a{i} = array_concat(a{p}, a{p});", "print a{p}"),
    "let_doubling_iff": ("let a0 = 'x';", "let a{i} = iff(1 == 2, a{p}, a{p});", "print a{p}"),
    "let_doubling_case": (
        "let a0 = 'x';",
        "let a{i} = case(a{p} == 'y', a{p}, a{p} == 'z', a{p}, a{p});",
        "print a{p}",
    ),
    "let_tables_chain": ("let T0 = DeviceEvents;", "let T{i} = T{p} | extend c{i} = {i};", "T{p}"),
    "let_tables_where": ("let T0 = DeviceEvents;", "let T{i} = T{p} | where ActionType != 'x{i}';", "T{p}"),
    "let_tables_shared": ("let T = DeviceEvents | where ActionType == 'x';", "let T{i} = T | take {i};", "T{p}"),
    "let_doubling_union": ("let T0 = DeviceEvents;", "let T{i} = union T{p}, T{p};", "T{p}"),
    "let_doubling_join": ("let T0 = DeviceEvents;", "let T{i} = T{p} | join (T{p}) on DeviceId;", "T{p}"),
    "let_doubling_lookup": ("let T0 = DeviceEvents;", "let T{i} = T{p} | lookup (T{p}) on DeviceId;", "T{p}"),
    "let_doubling_in": (
        "let T0 = DeviceEvents | project DeviceId;",
        "let T{i} = T{p} | where DeviceId in (T{p}) | where DeviceId !in (T{p});",
        "T{p}",
    ),
    "let_doubling_toscalar": (
        "let a0 = toscalar(DeviceEvents | count);",
        "let a{i} = toscalar(DeviceEvents | where Timestamp == a{p} | summarize max(a{p}));",
        "print a{p}",
    ),
    "let_doubling_materialize": ("let T0 = DeviceEvents;", "let T{i} = materialize(T{p} | union T{p});", "T{p}"),
    "let_growing_union": (
        "let T0 = DeviceEvents;",
        "let T{i} = T{p} | union (DeviceEvents | where ActionType == 'a{i}');",
        "T{p}",
    ),
    "let_fibonacci_union": ("let T0 = DeviceEvents; let T1 = DeviceEvents;", "let T{i} = union T{p}, T{pp};", "T{p}"),
    "functions": ("", "let f{i} = () {{ DeviceEvents | where ActionType == 'x{i}' }};", "f0"),
    "functions_chain": ("let f0 = () {{ DeviceEvents }};", "let f{i} = () {{ f{p}() | take {i} }};", "f{p}"),
    "functions_doubling": ("let f0 = () {{ DeviceEvents }};", "let f{i} = () {{ union f{p}(), f{p}() }};", "f{p}"),
    "functions_doubling_argument": (
        "let f0 = (x:string) {{ x }};",
        "let f{i} = (x:string) {{ f{p}(f{p}(x)) }};",
        "print f{p}('a')",
    ),
    "functions_doubling_strcat": (
        "let f0 = (x:string) {{ x }};",
        "let f{i} = (x:string) {{ strcat(f{p}(x), f{p}(x)) }};",
        "print f{p}('a')",
    ),
    "functions_doubling_tabular": (
        "let f0 = (T:(DeviceId:string)) {{ T }};",
        "let f{i} = (T:(DeviceId:string)) {{ union f{p}(T), f{p}(T) }};",
        "f{p}(DeviceEvents)",
    ),
    "functions_doubling_scalar_table": (
        "let f0 = (x:string) {{ DeviceEvents | where ActionType == x }};",
        "let f{i} = (x:string) {{ union f{p}(x), f{p}('b') }};",
        "f{p}('a')",
    ),
    "functions_doubling_invoke": (
        "let f0 = (T:(*)) {{ T }};",
        "let f{i} = (T:(*)) {{ T | invoke f{p}() | invoke f{p}() }};",
        "DeviceEvents | invoke f{p}()",
    ),
    "functions_doubling_default": (
        "let f0 = (x:string = 'a') {{ x }};",
        "let f{i} = (x:string = 'a') {{ strcat(f{p}(), f{p}(x)) }};",
        "print f{p}()",
    ),
    "function_called_often": (
        "let f = (x:string) {{ DeviceEvents | where ActionType == x }};",
        "let T{i} = f('x{i}');",
        "T{p}",
    ),
    "function_called_in_union": (
        "let f = (x:string) {{ DeviceEvents | where ActionType == x }};\nDeviceEvents",
        "| union (f('x{i}'))",
        "",
    ),
    "function_scalar_called_often": (
        "let f = (x:string) {{ tolower(x) }};\nDeviceEvents",
        "| where f(ActionType) == 'x{i}'",
        "",
    ),
    "table_variable_in_union": (
        "let V = DeviceEvents | where ActionType == 'x' | extend a = 1, b = 2;\nunion V",
        ", V",
        "",
    ),
    "list_variable_read_often": ("let L = dynamic(['a', 'b', 'c']);\nDeviceEvents", "| where ActionType in (L)", ""),
    "datatable_variable_read_often": (
        "let L = datatable(x:string) ['a', 'b'];\nDeviceEvents",
        "| where ActionType !in (L)",
        "",
    ),
    "unknown_functions": ("DeviceEvents", "| extend c{i} = nofunction{i}(1)", ""),
    "unknown_functions_the_same": ("DeviceEvents", "| extend c{i} = strcatt('a')", ""),
    "unknown_columns_alike": ("DeviceEvents", "| where DeviceNam{i} == 1", ""),
    "unknown_patterns": ("DeviceNetworkEvents", "| where ActionType has 'Conection{i}'", ""),
    "unknown_tables": ("", "let T{i} = Tabl{i};", "T0"),
    "unknown_tables_the_same": ("", "let T{i} = DeviceEvent;", "T0"),
    "macro_expand_doubling": (
        "let T0 = DeviceEvents;",
        "let T{i} = macro-expand entity_group [workspace('a'), workspace('b')] as X (union T{p}, T{p});",
        "T{p}",
    ),
    "pattern_statements": ("", "declare pattern p{i} = (a:string) {{ ('x') = {{ DeviceEvents }}; }};", "DeviceEvents"),
    "query_parameters": ("", "declare query_parameters(a{i}:string = 'x');", "DeviceEvents"),
}

for _name, (_first, _line, _last) in LINES.items():

    def _lines(n: int, first: str = _first, line: str = _line, last: str = _last) -> Files:
        begin = 2 if "{pp}" in line else 1

        def part(i: int) -> str:
            i += begin
            return "\n" + line.format(i=i, p=i - 1, pp=i - 2)

        body = repeat(n, part)
        return {"a.kql": first.format() + body + "\n" + last.format(p=body.count("\n") + begin - 1)}

    register("names", _name, _lines)


@construct("names")
def let_long_table_in_union(n: int) -> Files:
    table = "DeviceEvents" + repeat(n // 2, lambda i: f" | where RemotePort != {i}")
    return {"a.kql": f"let V = {table};\nunion V" + repeat(n // 2, lambda i: ", V")}


@construct("names")
def long_list_read_often(n: int) -> Files:
    values = ", ".join(f"'a{i}'" for i in range(max(2, n // 14)))
    return {
        "a.kql": f"let L = dynamic([{values}]);\nDeviceEvents" + repeat(n // 2, lambda i: "\n| where ActionType in (L)")
    }


@construct("names")
def long_text_through_calls(n: int) -> Files:
    return {
        "a.kql": f"let a = '{'x' * (n // 2)}';\nlet f = (x:string) {{ DeviceEvents | where FileName == x }};\n"
        + repeat(n // 2, lambda i: f"let T{i} = f(a);\n")
        + "T0"
    }


@construct("names", "--functions", "functions/*.kql")
def stored_functions_chain(n: int) -> Files:
    files = {"functions/f0.kql": "DeviceEvents"}
    for i in range(1, max(2, n // 40)):
        files[f"functions/f{i}.kql"] = f"f{i - 1} | where FileName == '{i}'"
    return {**files, "rules/a.kql": f"f{len(files) - 1} | take 1"}


@construct("names", "--functions", "functions/*.kql")
def stored_functions_doubling(n: int) -> Files:
    files = {"functions/f0.kql": "DeviceEvents"}
    for i in range(1, max(2, n // 40)):
        files[f"functions/f{i}.kql"] = f"union f{i - 1}, f{i - 1}"
    return {**files, "rules/a.kql": f"f{len(files) - 1} | take 1"}
