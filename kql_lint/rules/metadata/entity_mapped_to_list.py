"""An entity or the alert's severity is read from a column that holds a list or a property bag.

Sentinel reads one value a row and an identifier. A list arrives as its JSON string (`["10.0.0.4","10.0.0.9"]`), which
is the address of no host and the name of no account: the alert has an entity that matches nothing, or none.

A column is taken for a list where the query makes it one: with `make_set`, `make_list`, `split`, `pack_array` and
their like, or a literal; for a property bag with `bag_pack`, `make_bag` and the like. A dynamic column of a table and
a member of one (`LocationDetails.city`) may hold a single value and are not reported, nor are custom details, which
may be lists, and identifiers that take one, such as the addresses of an email's links.

## Bad

```yaml
id: 7f5c3a08-2b0e-4b6a-8d2c-0e1f5b7a9c44
name: Password spray
description: Many accounts fail to sign in from one network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Addresses = make_set(IPAddress), Accounts = dcount(UserPrincipalName) by AutonomousSystemNumber
  | where Accounts > 50
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: Addresses
```

## Good

```yaml
id: 7f5c3a08-2b0e-4b6a-8d2c-0e1f5b7a9c44
name: Password spray
description: Many accounts fail to sign in from one network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Addresses = make_set(IPAddress), Accounts = dcount(UserPrincipalName) by AutonomousSystemNumber
  | where Accounts > 50
  | mv-expand Address = Addresses to typeof(string)
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: Address
```

## When to silence it

When the list is known to have one item, and a playbook takes it apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_LIST, _BAG = "a list", "a property bag"
_MAKES = {
    **dict.fromkeys(
        "make_set make_set_if make_list make_list_if make_list_with_nulls makeset makelist split pack_array "
        "array_concat array_iff array_reverse array_rotate_left array_rotate_right array_shift_left "
        "array_shift_right array_slice array_sort_asc array_sort_desc array_split bag_keys set_difference "
        "set_intersect set_union extract_all zip range repeat".split(),
        _LIST,
    ),
    **dict.fromkeys(
        "make_bag make_bag_if bag_pack bag_pack_columns pack pack_all pack_dictionary bag_merge".split(), _BAG
    ),
}
# A column is a copy of another one, so many times.
_STEPS = 10


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    taking = detection.facts.catalogue.limits.list_identifiers
    for mapping in rule.entity_mappings:
        name = mapping.entity.value if mapping.entity is not None else "the entity"
        for field in mapping.fields:
            identifier = field.identifier.value if field.identifier is not None else ""
            if identifier not in taking:
                yield from _column(detection, field.column, f"{identifier} of {name}" if identifier else name)
    for key, column in rule.alert_columns:
        if key == "alertSeverityColumnName":
            yield from _column(detection, column, rule.word(key))


def _column(detection: Detection, column: Text, use: str) -> Iterator[Diagnostic]:
    if column.hole or detection.result is None or (detection.columns or {}).get(column.value) != "dynamic":
        return
    declared = detection.result.columns.get(column.value)
    node = declared.declared if declared is not None else None
    made = None if node is None else _made(detection.facts, node, _STEPS)
    if made is None or node is None:
        return
    related: tuple[Related, ...] = ()
    if detection.query.is_own(node.start):
        related = (Related(*detection.query.map.span(node.start, node.end), f"{made} is made here"),)
    yield RULE.report(*column.span, f"{column.value} is {made}, from which {use} can't be read", related=related)


def _made(facts: Facts, node: ast.Node, steps: int) -> str | None:
    """Whether what declares a column makes a list or a bag of it; None where it may hold anything."""
    from kql_lint.syntax import ast

    if steps == 0 or node in facts.memory.get("expressions that are expanded", lambda: _expanded(facts)):
        return None
    value = node.value if isinstance(node, ast.NamedExpression) and not node.compound else node
    if isinstance(value, ast.Call):
        return _MAKES.get(value.name.name)
    if isinstance(value, ast.Dynamic):
        return _LIST if isinstance(value.value, ast.JsonArray) else None
    if isinstance(value, ast.Name):
        read = facts.memory.get("columns that are read", lambda: {one.node: one.column for one in facts.reads})
        column = read.get(value)
        return _made(facts, column.declared, steps - 1) if column is not None and column.declared is not None else None
    return None


def _expanded(facts: Facts) -> frozenset[ast.Node]:
    """What ``mv-expand`` and ``mv-apply`` make elements of: their column holds one of the list's."""
    from kql_lint.syntax import ast

    expanding = (node for node in facts.nodes if isinstance(node, ast.MvExpand | ast.MvApply))
    return frozenset(item.expression for node in expanding for item in node.columns)


RULE = Rule(
    code="KL616",
    name="entity-mapped-to-list",
    summary="An entity or the severity is read from a column that holds a list",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="entityMappings alertDetailsOverride",
        hunting="entityMappings",
        detection="entityMappings",
    ),
)
