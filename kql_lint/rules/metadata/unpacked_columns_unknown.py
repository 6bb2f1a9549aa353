"""A rule uses a column that only the data can bring: `bag_unpack` and `pivot` make columns of what rows hold.

Without an output schema nobody knows the columns before the query has run. In a workspace where no row has the key yet
the name is unknown: the rule can't be saved there, and one that was saved fails when the rows are gone. A query that
is run by hand has rows, which is why nobody notices.

The output schema names the columns: `evaluate bag_unpack(Bag) : (*, key: string)`; so does `column_ifexists("key", "")`
where the column is used. Nothing is said of a query that may have further columns for another reason, and of queries
outside of rules.

## Bad

```yaml
id: 0b0f3c52-6c5b-4a3e-9c4b-6f0b7a3d2a11
name: New owner of an application
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  AuditLogs
  | where OperationName == "Add owner to application"
  | mv-expand AdditionalDetails
  | evaluate bag_unpack(AdditionalDetails)
  | where key == "AppId"
  | project TimeGenerated, CorrelationId
```

## Good

```yaml
id: 0b0f3c52-6c5b-4a3e-9c4b-6f0b7a3d2a11
name: New owner of an application
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  AuditLogs
  | where OperationName == "Add owner to application"
  | mv-expand AdditionalDetails
  | evaluate bag_unpack(AdditionalDetails) : (*, key: string, value: string)
  | where key == "AppId"
  | project TimeGenerated, CorrelationId
```

## When to silence it

When every workspace that the rule goes to has rows with the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_PLUGINS = frozenset({"bag_unpack", "pivot"})


def _check(detection: Detection) -> Iterator[Diagnostic]:
    facts = detection.facts
    plugins = _plugins(facts)
    if not plugins or not facts.whole or facts.loose or detection.rule.kind == "hunting":
        return
    met = {read.node for read in facts.reads}
    names: set[str] = set()
    for unlisted in facts.unlisted_columns:
        node = unlisted.node
        before = [plugin for plugin in plugins if plugin.end <= node.start]
        if before and node not in met and node.name not in names:
            names.add(node.name)
            yield _report(detection, node, before[-1])


def _plugins(facts: Facts) -> list[ast.Evaluate]:
    """The plugins whose columns depend on the data, where nothing else in the query has columns that are not known."""
    from kql_lint.syntax import ast

    plugins = [opened.node for opened in facts.opened if isinstance(opened.node, ast.Evaluate)]
    if len(plugins) < len(facts.opened) or any(plugin.call.name.name not in _PLUGINS for plugin in plugins):
        return []
    return sorted(plugins, key=lambda plugin: plugin.start)


def _report(detection: Detection, node: ast.Name, plugin: ast.Evaluate) -> Diagnostic:
    call = plugin.call.name.name
    start, end = detection.query.map.span(node.start, node.end)
    return RULE.report(
        start,
        end,
        f"{node.name} is a column only where {call} finds it in the data: without such rows the rule can't be saved",
        help=f"name the columns: evaluate {call}(...) : (*, {node.name}: string)",
    )


RULE = Rule(
    code="KL417",
    name="unpacked-columns-unknown",
    summary="A rule uses a column that only the data can bring, without an output schema",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    check_detection=_check,
)
