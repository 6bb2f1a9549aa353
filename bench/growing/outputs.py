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
