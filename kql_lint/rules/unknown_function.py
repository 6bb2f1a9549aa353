"""A function is called, or a plugin evaluated, that neither KQL nor the platform nor the query defines.

A name close to a known one is most likely a slip, and the query fails. Function names are case-sensitive: there is
`tolower`, and no `toLower`. Where a name is that of another language (`lower`, `substr`), the message has KQL's own.

Any other name, and one in the style of ASIM's parsers (`imDns`, `ASimDnsInfoblox`), may well be a function that is
saved in the workspace, or one of the solutions that you have installed. Those are reported as information, since
nothing is known of what they give.

A name in the wrong case is put right by a safe fix; that for another slip is a guess.

## Bad

```kql
DeviceProcessEvents
| where toLower(FileName) == "vssadmin.exe"
```

```kql
SigninLogs
| summarize Attempts = count(), Users = dcountt(UserPrincipalName) by IPAddress
```

## Good

```kql
DeviceProcessEvents
| where tolower(FileName) == "vssadmin.exe"
```

A function that the query itself defines:

```kql
let IsOffice = (name: string) { name in~ ("winword.exe", "excel.exe", "powerpnt.exe") };
DeviceProcessEvents
| where IsOffice(InitiatingProcessFileName) and FileName =~ "powershell.exe"
```

## When to silence it

When the function is one of your own. Better: declare it in an overlay of the catalogue, so that what comes after it is
checked too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import is_parser_like, let_statements, respelled, slips
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts, UnknownFunction
    from kql_lint.suggest import Candidates

_DECLARE = "if it is a function saved in your workspace, declare it in an overlay of the catalogue"

# What SQL, Splunk and the usual programming languages call a function.
_ELSEWHERE = {
    "char_length": ("strlen",),
    "concat": ("strcat",),
    "current_timestamp": ("now",),
    "date_trunc": ("bin", "startofday"),
    "ifnull": ("coalesce",),
    "len": ("strlen", "array_length"),
    "length": ("strlen", "array_length"),
    "lower": ("tolower",),
    "nvl": ("coalesce",),
    "regexp_extract": ("extract",),
    "regexp_replace": ("replace_regex",),
    "strpos": ("indexof",),
    "substr": ("substring",),
    "to_number": ("toint", "tolong", "todouble"),
    "to_string": ("tostring",),
    "ucase": ("toupper",),
    "upper": ("toupper",),
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    known = {plugin: _known(facts, plugin) for plugin in {unknown.plugin for unknown in facts.unknown_functions}}
    for unknown in facts.unknown_functions:
        name = unknown.node.name
        close = slips(name, *known[unknown.plugin]) or _ELSEWHERE.get(name.casefold(), ())
        yield _report(facts, unknown, close)


def _report(facts: Facts, unknown: UnknownFunction, close: tuple[str, ...]) -> Diagnostic:
    node = unknown.node
    what = "plugin" if unknown.plugin else "function"
    return RULE.report(
        node.start,
        node.end,
        f'unknown {what} "{node.name}"{did_you_mean(close)}',
        severity=Severity.WARNING if close and not is_parser_like(node.name) else Severity.INFO,
        help=None if close or unknown.plugin else _DECLARE,
        fixes=respelled(facts, unknown.node, close),
    )


def _known(facts: Facts, plugin: bool) -> tuple[Candidates, ...]:
    """The names of all plugins, or of all functions: KQL's, the platforms' and the user's, and those of the query."""
    from kql_lint.semantics import functions
    from kql_lint.suggest import Candidates
    from kql_lint.syntax import ast

    def known(*kinds: str, more: Collection[str] = ()) -> Candidates:
        return Candidates([*(name for kind in kinds for name in functions.names(kind)), *more])

    memory = facts.catalogue.memory
    if plugin:
        return (memory.get("plugins", lambda: known("plugin")),)
    added = facts.catalogue.function_names
    common = memory.get("functions", lambda: known("scalar", "aggregate", "source", more=added()))
    own = [let.name.name for let in let_statements(facts) if isinstance(let.value, ast.Function)]
    return common, Candidates(own)


RULE = Rule(
    code="KL203",
    name="unknown-function",
    summary="A function or plugin that neither KQL, the platform nor the query defines",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
