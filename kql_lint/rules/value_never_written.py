"""A column is compared with a string that none of its values can be.

Some columns hold values of one form: `ResultType` of SigninLogs is a number, `SHA1` has 40 hexadecimal digits, and a
`RegistryKey` of Defender begins with the whole name of its hive, `HKEY_LOCAL_MACHINE`, never with `HKLM`. What has
another form never matches.

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

## When to silence it

When you have seen such a value. Tell us, so that the catalogue learns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity
from kql_lint.rules._consequence import excludes
from kql_lint.rules._literals import is_placeholder, places, replacement
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Constant

_FORMS = {
    "digits": (re.compile(r"\d+", re.ASCII), "numbers"),
    "md5": (re.compile(r"[0-9a-fA-F]{32}"), "32 hexadecimal digits"),
    "sha1": (re.compile(r"[0-9a-fA-F]{40}"), "40 hexadecimal digits"),
    "sha256": (re.compile(r"[0-9a-fA-F]{64}"), "64 hexadecimal digits"),
}
_HASHES = {"md5": "an MD5", "sha1": "a SHA1", "sha256": "a SHA256"}
_KEY = "registry key"
_HIVE = re.compile(r"HK(?:LM|CU|CR|U)(?=\\)", re.IGNORECASE)
# Where HKCU and HKU lie in Defender's keys depends on the user; the others have one name.
_WHOLE_NAMES = {"HKLM": "HKEY_LOCAL_MACHINE", "HKCR": "HKEY_CLASSES_ROOT"}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.semantics.events.kinds import FILE_NAME, form_of

    if not facts.whole:
        return
    for comparison in facts.comparisons:
        forms = {form_of(origin) for origin in comparison.origins}
        form = forms.pop() if len(forms) == 1 else None
        if form in (None, FILE_NAME):  # any string can be the name of a file
            continue
        dead = [
            constant
            for constant in comparison.constants
            if isinstance(constant.value, str) and not _fits(form, constant.value, comparison)
        ]
        if dead:
            yield _report(facts, form, dead, comparison)


def _fits(form: str, value: str, comparison: Comparison) -> bool:
    """Whether a value of the form can pass the comparison; whatever is not certain can."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    operator = OPERATORS[comparison.op]
    if not value.strip() or is_placeholder(value):
        return True
    if form == _KEY:
        return operator.kind == "matches regex" or _HIVE.match(value) is None
    return not operator.whole or _FORMS[form][0].fullmatch(value) is not None


def _report(facts: Facts, form: str, dead: list[Constant], comparison: Comparison) -> Diagnostic:
    """One finding for all strings of a list: they are of one kind, most often."""
    (first, *others), column = dead, comparison.column or ""
    tables = listing(list(dict.fromkeys(origin.row.name for origin in comparison.origins)))
    what = "the whole name of the hive, such as HKEY_LOCAL_MACHINE" if form == _KEY else _FORMS[form][1]
    message = f'{column} of {tables} holds {what}, never "{first.value}"'
    if excludes(facts, comparison):
        message = f"{message}: this excludes nothing"
    return RULE.report(
        first.node.start,
        first.node.end,
        message,
        help=_help(str(first.value)),
        related=(
            *places(first.node, [comparison], column),
            *(Related(other.node.start, other.node.end, "nor this") for other in others),
        ),
        fixes=_fixes(facts, form, first) if not others else (),
    )


def _help(value: str) -> str | None:
    """What kind of hash the string may be."""
    name = next((name for name in _HASHES if _FORMS[name][0].fullmatch(value)), None)
    return None if name is None else f"it is as long as {_HASHES[name]}"


def _fixes(facts: Facts, form: str, constant: Constant) -> tuple[Fix, ...]:
    value = str(constant.value)
    hive = _HIVE.match(value) if form == _KEY else None
    name = _WHOLE_NAMES.get(hive[0].upper()) if hive else None
    if hive is None or name is None:
        return ()
    return replacement(facts, constant.node, value, f"{name}{value[hive.end() :]}")


RULE = Rule(
    code="KL412",
    name="value-never-written",
    summary="A string that no value of the column can be",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
