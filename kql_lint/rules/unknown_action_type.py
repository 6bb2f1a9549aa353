r"""ActionType is compared with a value that the table does not have.

Every row of a Defender table says in `ActionType` which event it is. The values are a fixed list for each table, and a
filter on one that is not in the list lets nothing through: the rule runs without an error and never fires. Under `!=`
and `!in` it excludes nothing, and what it was meant to keep out comes in.

The list of most tables is thought complete. A filter on a value that is close to one of it is an error. It is a warning
where the query still gives something: a value that is excluded or counted, one side of an `or`, one item among others
that match. One that resembles none may be newer than the list, and is a warning that names the list's date.
CloudAppEvents and the Identity tables take values from the applications they watch, so their list can never be whole:
there only a value that is one slip away from a known one is reported, as a warning.

A value that is handed over to a function, of the query or of a file, is judged at the call, where the function compares
it with `ActionType` and does nothing else with it.

`any` is the catalogue's word for "no filter" and not a value that rows have.

## Bad

```kql
DeviceProcessEvents
| where ActionType == "ProcessCreatd"
| where FileName =~ "rundll32.exe" and ProcessCommandLine has "comsvcs.dll"
```

```kql
let FileActions = dynamic(["FileCreated", "FileRename"]);
DeviceFileEvents
| where ActionType in (FileActions)
| where FolderPath startswith @"C:\Users\Public"
```

## Good

```kql
DeviceProcessEvents
| where ActionType == "ProcessCreated"
| where FileName =~ "rundll32.exe" and ProcessCommandLine has "comsvcs.dll"
```

```kql
let FileActions = dynamic(["FileCreated", "FileRenamed"]);
DeviceFileEvents
| where ActionType in (FileActions)
| where FolderPath startswith @"C:\Users\Public"
```

## When to silence it

When the value is new and the catalogue does not have it yet. Better than silencing: add it in an overlay of the
catalogue, so that typing errors near it are still found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._literals import consequence_of, replacement, unknown_literals
from kql_lint.rules._names import close_action_types, is_same_but_for_letters
from kql_lint.rules._slips import is_slip
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.rules._literals import ComparedLiteral
    from kql_lint.semantics.facts import Facts

_SHORT_LIST = 8
_PART = 5
_FEW = 3


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.rules.action_type_of_other_table import owners

    for literal in unknown_literals(facts):
        if literal.spellings or owners(facts, literal):
            continue
        if literal.closed or is_slip(facts, literal.value, literal.known, literal.lists):
            yield _report(facts, literal)


def _report(facts: Facts, literal: ComparedLiteral) -> Diagnostic:
    tables = listing(literal.tables)
    found = consequence_of(facts, literal)
    if literal.value.casefold() == "any":
        return RULE.report(
            literal.node.start,
            literal.node.end,
            f'"{literal.value}" is no ActionType of {tables}: leave the comparison out to have every event',
            severity=found.severity,
            related=literal.related,
        )
    close = close_action_types(facts, literal)
    is_slip_of_one = len(close) == 1 and is_same_but_for_letters(literal.value, close[0])
    fixes = replacement(facts, literal.node, literal.value, close[0]) if is_slip_of_one else ()
    close = close or _with_part(facts, literal)
    # A value that resembles none may have come after the list was made.
    certain = bool(close) or literal.as_of is None
    message = f'unknown ActionType "{literal.value}" for {tables}{found.clause}{did_you_mean(close)}'
    if not certain:
        has = "has" if len(literal.tables) == 1 else "have"
        message = f'unknown ActionType "{literal.value}": {tables} {has} no such value as of {literal.as_of}'
    return RULE.report(
        literal.node.start,
        literal.node.end,
        message,
        severity=found.severity if certain else Severity.WARNING,
        help=None if close else _help(literal),
        related=literal.related,
        fixes=fixes,
    )


def _with_part(facts: Facts, literal: ComparedLiteral) -> tuple[str, ...]:
    """The few known values that begin or end with the text: ``Failed`` of ``LogonFailed``."""
    from kql_lint.suggest import Candidates

    if len(literal.value.casefold()) < _PART:
        return ()
    key = ("ActionTypes", *literal.lists)
    names = facts.catalogue.memory.get(key, lambda: Candidates(literal.known, str.casefold))
    found = names.longer(literal.value, _FEW + 1)
    return found if len(found) <= _FEW else ()


def _help(literal: ComparedLiteral) -> str:
    if len(literal.known) <= _SHORT_LIST:
        return f"{listing(literal.tables)} has {listing(literal.known, limit=_SHORT_LIST)}"
    return f"kql-lint catalog show {literal.tables[0]} lists the values it has"


RULE = Rule(
    code="KL101",
    name="unknown-action-type",
    summary="A value compared with ActionType that the table does not have",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
