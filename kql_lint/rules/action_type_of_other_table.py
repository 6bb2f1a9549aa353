"""ActionType is compared with a value that another table has, and this one does not.

The value is real, but the events it names are kept elsewhere: `RegistryValueSet` is in DeviceRegistryEvents and never
in DeviceProcessEvents. The filter lets nothing through and the rule never fires. Usually the table was changed and the
filter was not, or a rule was put together from two others.

The message names the tables that have the value. The lists of the Identity tables can't be whole: there the finding is
a warning, for a value of several words that another Identity table has, or a table whose list is complete. Nothing is
said of CloudAppEvents, which has values of many applications.

## Bad

```kql
DeviceProcessEvents
| where ActionType == "RegistryValueSet"
| where InitiatingProcessFileName =~ "reg.exe"
```

## Good

```kql
DeviceRegistryEvents
| where ActionType == "RegistryValueSet"
| where InitiatingProcessFileName =~ "reg.exe"
```

A value is fine when one of the tables of a union has it:

```kql
union DeviceProcessEvents, DeviceRegistryEvents
| where ActionType in ("ProcessCreated", "RegistryValueSet")
| where InitiatingProcessFileName =~ "mshta.exe"
```

## When to silence it

When the table has begun to record the event and the catalogue does not know: add the value in an overlay instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._literals import consequence_of, unknown_literals
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.rules._literals import ComparedLiteral
    from kql_lint.semantics.facts import Facts


# Their lists are open, but what one of them has is hardly in another.  CloudAppEvents, on the other hand, has values of
# many applications: FileDeleted there is SharePoint's.
_FAMILY = re.compile("Identity")


def owners(facts: Facts, literal: ComparedLiteral) -> tuple[str, ...]:
    """The other tables that have the value; of a table with an open list, which may have it too, only certain ones."""
    if not literal.closed and not (is_compound(literal.value) and all(map(_FAMILY.match, literal.tables))):
        return ()
    others = facts.catalogue.tables_with_action_type(literal.value)
    return others if literal.closed else tuple(filter(lambda other: _is_certain(facts, other), others))


def is_compound(name: str) -> bool:
    """Whether a name is of several words: an open list may well hold both ``send`` and ``Send``."""
    return sum(map(str.isupper, name)) > 1 or not name.isalnum()


def _is_certain(facts: Facts, table: str) -> bool:
    lists = [copy.events for copy in facts.catalogue.tables(table)]
    return bool(_FAMILY.match(table)) or any(known is not None and known.closed for known in lists)


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for literal in unknown_literals(facts):
        others = () if literal.spellings else owners(facts, literal)
        if others:
            yield RULE.report(
                literal.node.start,
                literal.node.end,
                severity=consequence_of(facts, literal).severity,
                message=f'ActionType "{literal.value}" is not in {listing(literal.tables)} but in {listing(others)}'
                f"{consequence_of(facts, literal).clause}",
                related=literal.related,
                fixes=_other_table(facts, literal, others),
            )


def _other_table(facts: Facts, literal: ComparedLiteral, others: tuple[str, ...]) -> tuple[Fix, ...]:
    """Read the other table: offered where there is one table here and one there."""
    if literal.row is None or len(others) != 1:
        return ()
    table = literal.row.node
    if facts.text[table.start : table.end] != literal.row.name:
        return ()
    return (Fix(f"read {others[0]} instead", (Edit(table.start, table.end, others[0]),), "unsafe"),)


RULE = Rule(
    code="KL102",
    name="action-type-of-other-table",
    summary="A value compared with ActionType that only another table has",
    severity=Severity.ERROR,
    fix="unsafe",
    documentation=__doc__ or "",
    check=_check,
)
