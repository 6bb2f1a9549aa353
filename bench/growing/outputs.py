"""Formats: many findings on lines of their own, and many on one line."""

from __future__ import annotations

import json

from growing.construct import Files, construct, register, repeat

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "azure", "markdown", "html")


def one_line(n: int) -> Files:
    """JSON on one line: a finding in each of its queries."""
    text = repeat(
        n, lambda i: f', {{"queryCondition": {{"queryText": "DeviceEvents | where ActionType == \'x{i}\'"}}}}'
    )
    return {"a.json": f'{{"value": [{text[2:]}]}}'}


def many_lines(n: int) -> Files:
    """A finding on each line of a query."""
    return {"a.kql": "DeviceEvents" + repeat(n, lambda i: f"\n| where ActionType == 'x{i}'")}


def lines_at_the_end(n: int) -> Files:
    """One long line with many line ends that only some count (U+2028), and findings behind it."""
    return {
        "a.kql": "// "
        + "é\u2028" * (n // 8)
        + "\nDeviceEvents"
        + repeat(n // 2, lambda i: f" | where ActionType == 'x{i}'")
    }


for _format in FORMATS:
    register("outputs", f"{_format}_one_line", one_line, "--output-format", _format)
    register("outputs", f"{_format}_many_lines", many_lines, "--output-format", _format)
for _format in ("text", "sarif", "github"):
    register("outputs", f"{_format}_wide_line", lines_at_the_end, "--output-format", _format)

register("outputs", "text_colour_one_line", one_line, "--color", "always")
register("outputs", "statistics", many_lines, "--statistics")
register("outputs", "all_at_once", many_lines, *(word for one in FORMATS for word in ("--output", f"{one}=out/{one}")))


@construct("outputs", "--output-format", "html")
def html_many_files(n: int) -> Files:
    return {f"{i}.kql": "DeviceEvents | where ActionType == 'x'" for i in range(max(1, n // 40))}


@construct("outputs")
def text_related_places(n: int) -> Files:
    filters = repeat(n // 2, lambda i: f"\n| where RemotePort != {i}")
    reads = repeat(n // 2, lambda i: f"\n| where RemotePort == {i}")
    return {"a.kql": f'DeviceNetworkEvents\n| where ActionType == "ListeningConnectionCreated"{filters}{reads}'}


@construct("outputs")
def text_long_message(n: int) -> Files:
    return {"a.kql": "DeviceEvents | where " + "Colmn" * (n // 5) + " == 1"}


@construct("outputs")
def text_finding_of_many_lines(n: int) -> Files:
    arguments = repeat(n, lambda i: f",\n  '{i}'")
    return {"a.kql": f"DeviceEvents | extend x = tolower('a'{arguments})"}


@construct("outputs", "--output-format", "sarif")
def sarif_fixes_of_one_line(n: int) -> Files:
    text = repeat(n, lambda i: "DeviceEvents | where ActionType == 'UsbDriveMountd' ; ")
    return {"a.json": json.dumps({"queryCondition": {"queryText": text}})}


# name -> a piece of a line with a finding that its end follows: what takes none, one or several columns of a terminal.
LINES = {
    "tabs": "\t|\twhere\tActionType\t==\t'x{i}'",
    "combining": " | where FileName == '" + "e\u0301\u0302" * 10 + "' and ActionType == 'x{i}'",
    "surrogate_pairs": " | where FileName == '日本😀' and ActionType == 'x{i}'",
    "blanks": " | where ActionType == 'x{i}'" + " " * 40,
    "hostile": " | where FileName == '##vso[a]\x1b[2J\u202e' and ActionType == 'x{i}'",
}

for _name, _piece in LINES.items():

    def _line(n: int, piece: str = _piece) -> Files:
        return {"a.kql": "DeviceEvents" + repeat(n, lambda i: piece.replace("{i}", str(i)))}

    for _format in ("text", "sarif", "html"):
        register("outputs", f"{_format}_line_of_{_name}", _line, "--output-format", _format)


@construct("outputs", "--output-format", "json")
def json_one_name_in_many_queries(n: int) -> Files:
    """The same unknown name in each query of a file: one finding of each."""
    text = repeat(n, lambda i: ', {"queryCondition": {"queryText": "DeviceEvents | where Odd == 1"}}')
    return {"a.json": f'{{"value": [{text[2:]}]}}'}


@construct("outputs", "--output-format", "json")
def json_long_label(n: int) -> Files:
    """A rule with a name of half the text's length, and a finding in each of its lines."""
    query = "DeviceEvents" + repeat(n // 2, lambda i: f" | where ActionType == 'x{i}'")
    return {"a.yaml": json.dumps({"id": "a", "name": "x" * (n // 2), "kind": "Scheduled", "query": query})}


@construct("outputs", "--output-format", "json")
def json_long_string_compared_often(n: int) -> Files:
    """A long string in a variable, and what is said of it where it is compared."""
    filters = repeat(n // 2, lambda i: " | where ActionType == Wanted")
    return {"a.kql": f"let Wanted = '{'x' * (n // 2)}'; DeviceEvents{filters}"}
