"""Literals: lists, dynamic values, strings, patterns; values that the catalogue lacks."""

from __future__ import annotations

from growing.construct import Files, construct, query, repeat


def _values(n: int, text: str) -> str:
    return repeat(n, lambda i: (", " if i else "") + text.replace("{i}", str(i)))


@construct("literals")
def in_list_numbers(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where RemotePort in ({_values(n, '{i}')})"}


@construct("literals")
def in_list_texts(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where RemoteUrl in ({_values(n, repr('u{i}'))})"}


@construct("literals")
def in_list_action_types(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where ActionType in ({_values(n, repr('Connection{i}'))})"}


@construct("literals")
def in_list_action_types_far(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where ActionType in~ ({_values(n, repr('{i}zzzzzzzzzzzzzzzzzzzzz{i}'))})"}


@construct("literals")
def in_list_action_types_the_same(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where ActionType in ({_values(n, repr('ConnectionSucces'))})"}


@construct("literals")
def has_any_action_types(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where ActionType has_any ({_values(n, repr('conn{i}'))})"}


@construct("literals")
def has_all_action_types(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where ActionType has_all ({_values(n, repr('conn{i}'))})"}


@construct("literals")
def datatable_rows(n: int) -> Files:
    return {"a.kql": f"datatable(a:string, b:long) [{_values(n, repr('a{i}') + ', {i}')}] | where a == 'x'"}


@construct("literals")
def datatable_of_action_types(n: int) -> Files:
    rows = _values(n, repr("a{i}"))
    return {"a.kql": f"let L = datatable(a:string) [{rows}];\nDeviceNetworkEvents | where ActionType in (L)"}


@construct("literals")
def dynamic_list(n: int) -> Files:
    return {"a.kql": f"print x = dynamic([{_values(n, '{i}')}])"}


@construct("literals")
def dynamic_bag(n: int) -> Files:
    entries = repeat(n, lambda i: (", " if i else "") + f'"k{i}": {{"v": [{i}]}}')
    return {"a.kql": f"print x = dynamic({{{entries}}})"}


@construct("literals")
def dynamic_bag_same_keys(n: int) -> Files:
    return {"a.kql": "print x = dynamic({" + repeat(n, lambda i: (", " if i else "") + '"k": 1') + "})"}


@construct("literals")
def dynamic_nested(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f"\n| extend c{i} = dynamic({'[' * 60}{i}{']' * 60})")


@construct("literals")
def long_string(n: int) -> Files:
    return {"a.kql": f'DeviceNetworkEvents | where RemoteUrl has "{"a b." * (n // 4)}"'}


@construct("literals")
def long_string_of_escapes(n: int) -> Files:
    return {"a.kql": 'DeviceNetworkEvents | where RemoteUrl has "' + "\\n\\u0041" * (n // 8) + '"'}


@construct("literals")
def long_string_of_quotes(n: int) -> Files:
    return {"a.kql": "DeviceNetworkEvents | where RemoteUrl has @'" + "''" * (n // 2) + "'"}


@construct("literals")
def long_action_type(n: int) -> Files:
    return {"a.kql": f'DeviceNetworkEvents | where ActionType == "{"ConnectionSuccess" * (n // 17)}"'}


@construct("literals")
def long_unknown_name(n: int) -> Files:
    return {"a.kql": f"DeviceNetworkEvents | where {'RemotePort' * (n // 10 + 1)} == 1"}


@construct("literals")
def strings_adjacent(n: int) -> Files:
    return {"a.kql": "print x = " + repeat(n, lambda i: "'a' ")}


@construct("literals")
def strings_multi_line(n: int) -> Files:
    return {"a.kql": "print x = ```" + repeat(n, lambda i: f"line {i}\n") + "```"}


@construct("literals")
def strings_unclosed(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f'\n| where FileName == "a{i}')


@construct("literals")
def strings_unclosed_multi_line(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f"\n| where FileName == ```a{i}" if i % 2 else " ~~~ ")


@construct("literals")
def strings_of_one_quote_each(n: int) -> Files:
    return {"a.kql": "print " + "'\"" * (n // 2)}


@construct("literals")
def regex_long(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where FileName matches regex @'{'(a|b)[c-d]' * (n // 10)}'"}


@construct("literals")
def regex_of_repetitions(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where FileName matches regex @'{'a*b+c?' * (n // 6)}'"}


@construct("literals")
def regex_brackets(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where FileName matches regex @'{'(' * (n // 2)}{')' * (n // 2)}'"}


@construct("literals")
def regex_of_action_type_options(n: int) -> Files:
    # each ".?" may or may not take a character
    return {"a.kql": f"DeviceEvents | where ActionType matches regex '{'.?' * (n // 2)}zz'"}


@construct("literals")
def regex_of_action_type_branches(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where ActionType matches regex '{'(.|..)?' * (n // 8)}zz'"}


@construct("literals")
def regex_of_action_type_counts(n: int) -> Files:
    return {"a.kql": f"DeviceEvents | where ActionType matches regex '{'(a{0,9}.{0,9}){0,9}' * (n // 20)}zz'"}


@construct("literals")
def regexes_of_action_type(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f"\n| where ActionType matches regex '^(Usb|Proc{i}).*d$'")


@construct("literals")
def numbers_long(n: int) -> Files:
    return {"a.kql": f"print x = {'9' * n}, y = 0x{'f' * 8}"}


@construct("literals")
def number_parts(n: int) -> Files:
    return {"a.kql": f"print x = {'1.' * (n // 2)}"}


@construct("literals")
def timespans(n: int) -> Files:
    return query(
        n, "DeviceEvents", lambda i: f"\n| where Timestamp > ago({i % 30}d) and Timestamp < datetime(2024-01-01)"
    )


@construct("literals")
def bad_literals(n: int) -> Files:
    return query(n, "DeviceEvents", lambda i: f"\n| where Timestamp > datetime(2024-13-{i})")
