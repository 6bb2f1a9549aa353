"""A name is used as a column, but no column of that name is there at that point of the pipeline.

The query does not run: the service rejects it. Most often a `project` or `summarize` further up has dropped the column,
it was renamed, or the name is misspelt; names are case-sensitive. Where the column was there before, the finding shows
the operator that took it away.

The catalogue's lists of columns have a date. A name that a table lacks as of that date is an error where it is close to
one that the table has, where it was renamed, or where another table has it; else it may be new, and the finding is a
warning that names the date.

Where the columns can't all be known (behind a table that the catalogue does not have, `bag_unpack`, a watchlist, a
function defined elsewhere) nothing is reported, but for a warning where the name is one letter from a column that is
there and stands nowhere else in the query.

Where the name is a key of a bag, such as `AdditionalFields`, of the events that are possible there, the finding says so
and how the key is read.

A member read from a text (`tostring(Details).user`) is found too: only dynamic values have members.

## Bad

```kql
DeviceProcessEvents
| summarize Starts = count() by DeviceName, AccountName
| where ProcessCommandLine has "-enc"
```

```kql
SigninLogs
| where ResultType == "0"
| project TimeGenerated, UserPrincipalName, IpAddress
```

```kql
DeviceEvents
| where ActionType == "NamedPipeEvent" and PipeName has "msagent_"
```

## Good

```kql
DeviceProcessEvents
| where ProcessCommandLine has "-enc"
| summarize Starts = count() by DeviceName, AccountName
```

```kql
SigninLogs
| where ResultType == "0"
| project TimeGenerated, UserPrincipalName, IPAddress
```

```kql
DeviceEvents
| where ActionType == "NamedPipeEvent" and tostring(parse_json(AdditionalFields).PipeName) has "msagent_"
```

## When to silence it

When the table has a column in your workspace that the catalogue does not list. Better: add it in an overlay of the
catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._missing import verdict
from kql_lint.rules._names import close_columns, keyword, mistyped, respelled, words_of
from kql_lint.rules._scopes import alike
from kql_lint.rules._types import CASTS
from kql_lint.rules._unknown import unexplained
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean, listing, quoted

if TYPE_CHECKING:
    from kql_lint.rules._bag_keys import BagKey
    from kql_lint.semantics.facts import Facts, UnknownColumn
    from kql_lint.semantics.scopes.scope import SplitPart


_WORD = re.compile(r"\w+")
_GUID = re.compile(r"(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    guids = list(_GUID.finditer(facts.text)) if facts.unknown_columns else []
    said = None
    for unknown, key in unexplained(facts):
        guid = next((one for one in guids if one.start() <= unknown.node.start < one.end()), None)
        if guid is None:
            yield _of_bag(unknown, key) if key is not None else _report(facts, unknown)
        elif guid is not said:
            message = f'"{guid[0]}" without guid(...) is read as names and minus signs'
            yield RULE.report(guid.start(), guid.end(), message, help=f"write guid({guid[0]}), or put quotes around it")
        said = guid
    yield from _typing_errors(facts)


def _typing_errors(facts: Facts) -> Iterator[Diagnostic]:
    """Names in scopes that may have further columns."""
    if not facts.unlisted_columns or not facts.whole:
        return
    settled = {unknown.node for unknown in facts.unknown_columns} | {read.node for read in facts.reads}
    for node, scope in {unknown.node: unknown.scope for unknown in facts.unlisted_columns}.items():
        if node in settled or _times(facts, node.name) != 1:
            continue
        close = mistyped(node.name, (name for _, name in alike(facts, node.name, scope.columns.__contains__)))
        if close is not None:
            message = f'no column "{node.name}" is known here; did you mean "{close}"?'
            yield RULE.report(node.start, node.end, message, severity=Severity.WARNING)


def _of_bag(unknown: UnknownColumn, key: BagKey) -> Diagnostic:
    node = unknown.node
    what = "it" if key.key == node.name else f'"{key.key}"'
    message = f'unknown column "{node.name}"; {what} {key.what}'
    return RULE.report(node.start, node.end, message, help=f"read it as {key.reading}")


def _times(facts: Facts, name: str) -> int:
    """How often a name stands in the query, as a word."""
    return words_of(facts)[name] if _WORD.fullmatch(name) else len(re.findall(rf"\b{re.escape(name)}\b", facts.text))


def _report(facts: Facts, unknown: UnknownColumn) -> Diagnostic:
    node = unknown.node
    related: tuple[Related, ...] = ()
    close: tuple[str, ...] = ()
    severity = Severity.ERROR
    help_text = None
    if unknown.member_of is not None:
        message = f'"{node.name}" is read from a {unknown.member_of}, which has no members'
        help_text = "parse_json() makes a dynamic value of a text, whose members can be read"
    elif node.name in unknown.scope.splits:
        message, help_text = _split(node.name, unknown.scope.splits[node.name])
    elif unknown.dropped_by is not None:
        word = keyword(facts.text, unknown.dropped_by.start)
        place = unknown.dropped_by
        message = f'no column "{node.name}" here: {word} has dropped it'
        related = (Related(place.start, place.end, f'"{node.name}" is dropped here'),)
    else:
        close = close_columns(facts, unknown.scope, node.name, node.start)
        what = "column" if unknown.scope.columns else "column, variable or table"
        severity, reason = verdict(facts, node.name, unknown.scope, close)
        message = f'unknown {what} "{node.name}"{did_you_mean(close)}{reason}'
        help_text = _about_function(node.name)
    fixes = respelled(facts, unknown.node, close)
    return RULE.report(node.start, node.end, message, severity=severity, help=help_text, related=related, fixes=fixes)


def _split(name: str, parts: Sequence[SplitPart]) -> tuple[str, str]:
    """What became of a name that a union has with several types, the type of the fewest tables last."""
    ordered = sorted(parts, key=lambda part: -len(part.tables))
    into = listing(quoted(part.name for part in parts))
    message = f'no column "{name}" here: the union splits it into {into}'
    *others, least = ordered
    tables = [table for table in least.tables if table]
    if tables:
        message += f", since it is {least.type} in {listing(tables)} and {others[0].type} elsewhere"
    cast = CASTS.get(others[0].type, "tostring")
    return message, f"give it one type in all tables of the union: extend {name} = {cast}({name})"


def _about_function(name: str) -> str | None:
    """What to do with a function's name without its brackets."""
    from kql_lint.semantics import functions

    if functions.aggregate(name) is not None:
        return f"{name}() is a function; the column that summarize makes of it has a name of its own"
    return f"{name} is a function: it is called with brackets, {name}()" if functions.scalar(name) is not None else None


RULE = Rule(
    code="KL201",
    name="unknown-column",
    summary="A column that is not there at that point of the pipeline",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
