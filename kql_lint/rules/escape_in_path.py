r"""A backslash in a path makes a control character of the letter behind it: `"C:\temp"` has a tab in it.

In a string without `@`, `\t` is a tab, `\n` a line feed, and `\a`, `\b`, `\f`, `\r` and `\v` are control characters
too. No path has them, so the string never matches. Unlike other letters, these are valid escapes, so that neither an
editor nor the service finds anything wrong.

Strings that begin with a drive are reported, and names that end as programs and scripts do: `"\nginx.exe"`. Beside a
column of paths, such as `FolderPath`, every string is that has a control character in front of a name.

## Bad

```kql
DeviceProcessEvents
| where FolderPath startswith "C:\temp"
| project Timestamp, DeviceName, FileName
```

```kql
DeviceProcessEvents
| where FolderPath endswith "\nginx.exe"
```

## Good

```kql
DeviceProcessEvents
| where FolderPath startswith @"C:\temp"
| project Timestamp, DeviceName, FileName
```

```kql
DeviceProcessEvents
| where FolderPath endswith "\\nginx.exe"
```

## When to silence it

When the string is no path, and the control character is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_NAMES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
_WORDS = {"\b": "a backspace", "\f": "a form feed", "\n": "a line feed", "\r": "a carriage return", "\t": "a tab"}
_CONTROL = re.compile(r"[\a\b\f\n\r\t\v]")
_ESCAPED = re.compile(r"\\[abfnrtv]")
# Each control character stands in front of a name, where the backslash should be.
_ON_DRIVE = re.compile(r"[A-Za-z]:(?:[\a\b\f\n\r\t\v][\w.]|[\\\w .%$~()-])+")
_PROGRAM = re.compile(
    r"(?:[\a\b\f\n\r\t\v][\w.]|[\\\w .%$~()-])+\.(?:bat|cmd|com|dll|exe|hta|js|lnk|msi|ps1|py|scr|sys|vbs)",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(r"[\a\b\f\n\r\t\v]\w")
_ANY_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    if not _ESCAPED.search(facts.text):
        return
    end, compared = min(facts.syntax_errors, default=len(facts.text) + 1), _compared_with_paths(facts)
    for node in facts.nodes_of(ast.Literal):
        if node.type == "string" and node.start < end:
            value = str(node.value)
            found = _CONTROL.search(value)
            if found is None:
                continue
            if _is_path(value, found.start()) or (node in compared and _BEFORE_NAME.search(value)):
                yield _report(facts, node, found[0])


def _compared_with_paths(facts: Facts) -> set[ast.Node]:
    """The places of the constants that a column of paths is compared with, apart from patterns, which have escapes."""
    from kql_lint.semantics.events.kinds import held_by

    return {
        constant.node
        for comparison in facts.comparisons
        if comparison.op != "matches regex" and all(held_by(origin) == "path" for origin in comparison.origins)
        for constant in comparison.constants
    }


def _is_path(value: str, place: int) -> bool:
    """Whether a string with a control character at the place was meant to be a path."""
    if _ON_DRIVE.fullmatch(value):
        return True
    return (place == 0 or "\\" in value[:place]) and _PROGRAM.fullmatch(value) is not None


def _report(facts: Facts, node: ast.Literal, control: str) -> Diagnostic:
    text = facts.text[node.start : node.end]
    edits = tuple(
        Edit(node.start + found.start(), node.start + found.start(), "\\")
        for found in _ANY_ESCAPE.finditer(text)
        if found[1] in "abfnrtv"
    )
    return RULE.report(
        node.start,
        node.end,
        f"{_NAMES[control]} in this path is {_WORDS.get(control, 'a control character')}, which no path has; "
        "write @ before the string, or two backslashes",
        fixes=(Fix("double the backslashes", edits, "intent"),) if edits else (),
    )


RULE = Rule(
    code="KL413",
    name="escape-in-path",
    summary="An escape in a path that became a control character",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
