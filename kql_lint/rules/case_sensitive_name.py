"""The name of a Windows file is compared by an operator that counts case.

Windows ignores the case of file names, and events have a name as it was written: `powershell.exe` starts as
`PowerShell.exe`, `WMIC.exe` or `pOwErShElL.eXe` as well. `==` and `in` find one spelling, so that a copy with a capital
letter goes by unseen; `!=` and `!in` exclude one spelling alone.

Which columns hold file names is in the catalogue. Reported are names with an ending that Windows runs or loads (`.exe`,
`.dll`, `.ps1` ...): where case counts on disk, as on Linux, names have no such ending. Nothing is reported where the
query has the name in another spelling as well.

Source: [Microsoft's best practices for advanced
hunting](https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-best-practices#query-command-lines).

## Bad

```kql
DeviceProcessEvents
| where FileName in ("wmic.exe", "psexec.exe")
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where FileName in~ ("wmic.exe", "psexec.exe")
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When only this spelling is meant, such as that of the file which an installer writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._exact import Exact, exact_comparisons, shown
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

# What Windows runs, loads or hands to one of its interpreters.
_ENDINGS = tuple(
    ".exe .dll .com .scr .cpl .sys .ocx .msi .msp .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .wsf .wsh .hta .lnk .inf"
    " .chm .reg .url .pif .xll .msc".split()
)


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.semantics.events.kinds import FILE_NAME, form_of

    for found in exact_comparisons(facts):
        names = tuple(one for one in found.strings if str(one.value).lower().endswith(_ENDINGS))
        if names and all(form_of(origin) == FILE_NAME for origin in found.origins):
            yield _report(found._replace(strings=names))


def _report(found: Exact) -> Diagnostic:
    verb = "excludes" if found.negated else "matches"
    message = f"the case of file names varies, and {found.node.op} {verb} {shown(found.strings)} in this case only"
    return RULE.report(found.node.start, found.node.end, message, help=found.advice, fixes=found.fixes)


RULE = Rule(
    code="KL510",
    name="case-sensitive-name",
    summary="The name of a Windows file is compared with its case",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
