"""`in (table)` compares with the first column of the table, and another one was meant.

Of a table with several columns `in` takes the first, whatever the others are called. `summarize` puts the columns
behind `by` first, `project` the one that is written first, and a table from a file the one that is declared first.

Reported is what can't be meant: the first column holds something else than the column that is compared (a time or a
risk level, and not a GUID), or the table has a column of that very name further behind.

## Bad

```kql
let Risky = SigninLogs
| where RiskLevelDuringSignIn in ("high", "medium")
| project RiskLevelDuringSignIn, UserId;
CloudAppEvents
| where ActionType == "FileDeleted"
| where AccountObjectId in (Risky)
```

```kql
let Rare = DeviceProcessEvents
| summarize Devices = dcount(DeviceId) by FileName, SHA256
| where Devices < 3;
DeviceFileEvents
| where SHA256 in (Rare)
```

## Good

```kql
let Risky = SigninLogs
| where RiskLevelDuringSignIn in ("high", "medium")
| project UserId;
CloudAppEvents
| where ActionType == "FileDeleted"
| where AccountObjectId in (Risky)
```

```kql
let Rare = DeviceProcessEvents
| summarize Devices = dcount(DeviceId) by SHA256
| where Devices < 3;
DeviceFileEvents
| where SHA256 in (Rare)
```

## When to silence it

When the first column is the one that is meant. `| project` of that column alone says so, and silences it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.rules._contradictions import inside
from kql_lint.rules._expressions import of_kind, value_of
from kql_lint.rules._forms import FORMS
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Column, Origin, Scope, Value
    from kql_lint.syntax import ast

# Of two different ones of these no value is of both.
_APART = frozenset({"address", "guid", "md5", "registry key", "sha1", "sha256"})
_GUID = 32
_NOT_COMPARED = frozenset({"unknown", "dynamic"})
_NUMBERS = frozenset({"int", "long", "real", "decimal"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.In):
        for item in node.items:
            table = facts.tables_as_values.get(item)
            is_scalar = isinstance(item, ast.Call) and item.name.name == "toscalar"
            if table is not None and not is_scalar and not table.open and len(table.columns) > 1:
                yield from _judged(facts, node, item, table)


def _judged(facts: Facts, node: ast.In, item: ast.Expression, table: Scope) -> Iterator[Diagnostic]:
    """The finding where the table's first column is not what is compared."""
    from kql_lint.syntax import ast

    value = value_of(facts, node.left)
    first, *others = table.columns.values()
    name = node.left.name if isinstance(node.left, ast.Name) else ""
    if _is_same(value, name, first):
        return
    meant = [column for column in others if _is_same(value, name, column)]
    named = bool(meant) and first.type != "unknown" and not _are_related(name or meant[0].name, first.name)
    if not named and not _never_equal(value, first, table):
        return
    meant = meant or [column for column in others if _form(column.origins) == _form(value.origins) is not None]
    yield _report(facts, node, item, first, meant[0] if len(meant) == 1 else None)


def _is_same(value: Value, name: str, column: Column) -> bool:
    """Whether a column has the compared one's name, or its values come from a column of that name."""
    names = {origin.column for origin in value.origins}
    return column.name == name or any(origin.column in names for origin in column.origins)


def _are_related(one: str, other: str) -> bool:
    """Whether one name ends with the other, as InitiatingProcessFileName with FileName: both may be compared."""
    one, other = one.casefold(), other.casefold()
    return one.endswith(other) or other.endswith(one)


def _never_equal(value: Value, first: Column, table: Scope) -> bool:
    """Whether no value of the first column can be one that is compared."""
    types = {value.type, first.type}
    if not types & _NOT_COMPARED and value.is_settled and len(types) == 2 and not types <= _NUMBERS:
        return True
    form, other = _form(value.origins), _form(first.origins)
    if form is None or value.folded is not None:
        return False
    if form in _APART and other in _APART:
        return form != other
    return form in _APART and _none_fits(form, first, table)


def _none_fits(form: str, first: Column, table: Scope) -> bool:
    """Whether the filters leave the first column some strings alone, of which none is of the form."""
    from kql_lint.semantics.scopes.state import ANYTHING

    domains = [table.states.get(origin.row, ANYTHING).domain(origin.column) for origin in first.origins]
    if not domains or table.is_partial(first) or any(domain.excluding or not domain.values for domain in domains):
        return False
    return all(isinstance(value, str) and not _fits(form, value) for domain in domains for value in domain.values)


def _fits(form: str, value: str) -> bool:
    from kql_lint.semantics.domains.string_operators import OPERATORS

    # A GUID has at least so many digits; what is compared with one elsewhere may be a place to fill in.
    return len(value) >= _GUID if form == "guid" else FORMS[form](value, OPERATORS["=="]) is None


def _form(origins: tuple[Origin, ...]) -> str | None:
    """The form that all of the columns have, as far as the catalogue says."""
    from kql_lint.semantics.events.kinds import distinct, form_of

    forms = {form_of(origin) for origin in distinct(origins)}
    return forms.pop() if len(forms) == 1 else None


def _report(facts: Facts, node: ast.In, item: ast.Expression, first: Column, meant: Column | None) -> Diagnostic:
    compared = " ".join(facts.text[node.left.start : node.left.end].split())
    end = "which it never equals" if meant is None else f"not with {meant.name}"
    declared = first.declared
    related = () if declared is None or inside(declared, item) else (_first(first, declared),)
    return RULE.report(
        item.start,
        item.end,
        f"{node.op} compares {compared} with {first.name}, the first column of this table, {end}",
        help=None if meant is None else f"keep that column alone: project {meant.name}",
        related=related,
        fixes=() if meant is None else _fixes(item, meant),
    )


def _first(first: Column, declared: ast.Node) -> Related:
    return Related(declared.start, declared.end, f"{first.name} comes first")


def _fixes(item: ast.Expression, meant: Column) -> tuple[Fix, ...]:
    """The table with the column alone, where it stands there by its name."""
    from kql_lint.syntax import ast

    if not isinstance(item, ast.Name) or not meant.name.isidentifier():
        return ()
    edits = (Edit(item.start, item.start, "("), Edit(item.end, item.end, f" | project {meant.name})"))
    return (Fix(f"compare with {meant.name}", edits, "intent"),)


RULE = Rule(
    code="KL415",
    name="in-compares-first-column",
    summary="in (table) takes the first column, where another one is meant",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
