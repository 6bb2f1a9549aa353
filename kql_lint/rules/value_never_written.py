"""A column is compared with a string that none of its values can be.

Some columns hold values of one form: `ResultType` of SigninLogs is a number, `SHA1` has 40 hexadecimal digits, and a
`RegistryKey` of Defender begins with the whole name of its hive, `HKEY_LOCAL_MACHINE`, never with `HKLM`. What has
another form never matches:

- a range of addresses (`10.0.0.0/8`) under `==` or `in`, where functions such as `ipv4_is_in_range()` compare it;
- a wildcard (`*`, `?`) in the name or path of a file: only `matches regex` knows patterns;
- doubled backslashes inside of a path, most often in a string that begins with `@`, where one is one;
- the name of an account where Microsoft Entra ID has a GUID;
- a string that is no number, where the column is one;
- a plain word where a value in a bag is JSON: `newValue` of AuditLogs is `"True"` with its quotes.

## Bad

```kql
SigninLogs
| where ResultType == "Failure"
| summarize count() by UserPrincipalName
```

```kql
DeviceRegistryEvents
| where RegistryKey startswith @"HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
| project Timestamp, DeviceName, RegistryKey
```

```kql
DeviceFileEvents
| where SHA1 == "44d88612fea8a8f36de82e1278abb02f"
| project Timestamp, DeviceName, FileName
```

```kql
DeviceNetworkEvents
| where RemoteIP in ("203.0.113.7", "198.51.100.0/24")
| project Timestamp, DeviceName, RemoteIP
```

```kql
DeviceProcessEvents
| where FileName in~ ("psexec*.exe", "psexesvc.exe")
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
SigninLogs
| where ResultType != "0"
| summarize count() by UserPrincipalName
```

```kql
DeviceRegistryEvents
| where RegistryKey startswith @"HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
| project Timestamp, DeviceName, RegistryKey
```

```kql
DeviceFileEvents
| where MD5 == "44d88612fea8a8f36de82e1278abb02f"
| project Timestamp, DeviceName, FileName
```

```kql
DeviceNetworkEvents
| where ipv4_is_in_any_range(RemoteIP, "203.0.113.7", "198.51.100.0/24")
| project Timestamp, DeviceName, RemoteIP
```

```kql
DeviceProcessEvents
| where FileName matches regex @"(?i)^psexec.*\\.exe$" or FileName =~ "psexesvc.exe"
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When you have seen such a value. Tell us, so that the catalogue learns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity
from kql_lint.rules._consequence import excludes
from kql_lint.rules._expressions import comparisons, of_kind, value_of
from kql_lint.rules._forms import FORMS
from kql_lint.rules._literals import is_placeholder, places, replacement
from kql_lint.rules._paths import path_of
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Constant
    from kql_lint.syntax import ast

_NUMBERS = frozenset({"int", "long", "real", "decimal"})
# What begins so may be converted to a number.
_NUMBER = re.compile(r"\s*[-+]?(?:\.?[0-9]|nan\b|inf)", re.IGNORECASE)
_DOUBLED = re.compile(r"(?<=[^\\])\\{2,}")
_HASHES = {"md5": "an MD5", "sha1": "a SHA1", "sha256": "a SHA256"}
_PATHS = ("path", "registry key")
_HIVE = re.compile(r"HK(?:LM|CU|CR|U)(?=\\)", re.IGNORECASE)
# Where HKCU and HKU lie in Defender's keys depends on the user; the others have one name.
_WHOLE_NAMES = {"HKLM": "HKEY_LOCAL_MACHINE", "HKCR": "HKEY_CLASSES_ROOT"}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    if facts.whole:
        yield from _misfits(facts)
        yield from _not_numbers(facts)
        yield from _no_json(facts)


def _misfits(facts: Facts) -> Iterator[Diagnostic]:
    """Strings that have not the form of the column's values."""
    from kql_lint.semantics.events.kinds import form_of, values_of

    for comparison in facts.comparisons:
        if any(map(values_of, comparison.origins)):
            continue  # a list says more: unknown-value goes by it
        forms = {form_of(origin) for origin in comparison.origins}
        form = forms.pop() if len(forms) == 1 else None
        if form is None:
            continue
        found = [(constant, _misfit(form, constant.value, comparison)) for constant in comparison.constants]
        dead = [(constant, words) for constant, words in found if words is not None]
        if dead:
            yield _report(facts, form, dead, comparison)


def _misfit(form: str, value: object, comparison: Comparison) -> str | None:
    """What the column holds, where no value of the form can pass the comparison; whatever is not certain can."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    if not isinstance(value, str) or not value.strip() or is_placeholder(value):
        return None
    return FORMS[form](value, OPERATORS[comparison.op])


def _report(facts: Facts, form: str, dead: list[tuple[Constant, str]], comparison: Comparison) -> Diagnostic:
    """One finding for all strings of a list: they are of one kind, most often."""
    ((first, words), *others), column = dead, comparison.column or ""
    tables = listing(list(dict.fromkeys(origin.row.name for origin in comparison.origins)))
    message = f'{column} of {tables} holds {words}, never "{first.value}"'
    if excludes(facts, comparison):
        message = f"{message}: this excludes nothing"
    return RULE.report(
        first.node.start,
        first.node.end,
        message,
        help=_help(form, str(first.value), comparison),
        related=(
            *places(first.node, [comparison], column),
            *(Related(other.node.start, other.node.end, "nor this") for other, _ in others),
        ),
        fixes=_fixes(facts, form, first) if not others else (),
    )


def _not_numbers(facts: Facts) -> Iterator[Diagnostic]:
    """Strings that are no numbers, compared with a column of numbers."""
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Binary):
        if node.op in ("==", "!="):
            yield from _judged(facts, node.left, [node.right])
            yield from _judged(facts, node.right, [node.left])
    for one in of_kind(facts, ast.In):
        if one.op in ("in", "!in"):
            yield from _judged(facts, one.left, one.items)


def _no_json(facts: Facts) -> Iterator[Diagnostic]:
    """Strings that are no JSON, compared with a value in a bag that is JSON in a string."""
    if not any("json" in table.holds.values() for row in facts.rows for table in row.tables):
        return
    from kql_lint.semantics.domains.string_operators import OPERATORS
    from kql_lint.semantics.events.kinds import held_by
    from kql_lint.semantics.scopes.scope import Origin
    from kql_lint.syntax import ast

    for node in comparisons(facts):
        operator = OPERATORS.get(node.op)
        path = path_of(facts, node.left) if operator is not None and operator.whole else None
        if operator is None or path is None or held_by(Origin(path.origin.row, path.name)) != "json":
            continue
        items = node.items if isinstance(node, ast.In) else [node.right]
        for constant in (constant for item in items for constant in value_of(facts, item).constants or ()):
            value = constant.value
            words = FORMS["json"](value, operator) if isinstance(value, str) and value.strip() else None
            if words is not None and not is_placeholder(str(value)):
                yield RULE.report(
                    constant.node.start,
                    constant.node.end,
                    f'{path.name} of {path.origin.row.name} holds {words}, never "{value}"',
                    help=f"compare with @'\"{value}\"', or take the quotes off: trim('\"', tostring(...))",
                )


def _judged(facts: Facts, column: ast.Expression, items: list[ast.Expression]) -> Iterator[Diagnostic]:
    value = value_of(facts, column)
    if value.type not in _NUMBERS or not value.origins or not value.is_settled:
        return
    if any(origin.column in table.guessed_types for origin in value.origins for table in origin.row.tables):
        return
    (first, *_) = value.origins
    found = [constant for item in items for constant in value_of(facts, item).constants or ()]
    dead = [one for one in found if isinstance(one.value, str) and one.value.strip() and not _NUMBER.match(one.value)]
    if dead and not any(is_placeholder(str(one.value)) for one in dead):
        yield RULE.report(
            dead[0].node.start,
            dead[0].node.end,
            f'{first.column} of {first.row.name} is a number ({value.type}), never "{dead[0].value}"',
            related=tuple(Related(other.node.start, other.node.end, "nor this") for other in dead[1:]),
        )


def _help(form: str, value: str, comparison: Comparison) -> str | None:
    """What kind of hash the string may be, or how ranges and patterns are compared."""
    if form == "address" and "/" in value:
        function = "ipv6_is_in_range" if ":" in value else "ipv4_is_in_range"
        return f'compare with a range by {function}({comparison.column}, "{value}")'
    if _is_doubled(form, value):
        return "in a string that begins with @ a backslash is one"
    if form in ("address", "file name", "path"):
        return "string operators know no wildcards: write startswith, endswith or contains, or matches regex"
    from kql_lint.semantics.domains.string_operators import OPERATORS

    name = next((name for name in _HASHES if FORMS[name](value, OPERATORS["=="]) is None), None)
    return None if name is None else f"it is as long as {_HASHES[name]}"


def _fixes(facts: Facts, form: str, constant: Constant) -> tuple[Fix, ...]:
    value = str(constant.value)
    hive = _HIVE.match(value) if form == "registry key" else None
    name = _WHOLE_NAMES.get(hive[0].upper()) if hive is not None else None
    if hive is not None and name is not None:
        return replacement(facts, constant.node, value, f"{name}{value[hive.end() :]}")
    if _is_doubled(form, value):
        return replacement(facts, constant.node, value, _DOUBLED.sub(lambda _: "\\", value))
    return ()


def _is_doubled(form: str, value: str) -> bool:
    """Whether what is wrong with a path is that its backslashes are doubled."""
    is_path = form in _PATHS and _HIVE.match(value) is None and not any(sign in value for sign in "*?")
    return is_path and _DOUBLED.search(value) is not None


RULE = Rule(
    code="KL412",
    name="value-never-written",
    summary="A string that no value of the column can be",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
