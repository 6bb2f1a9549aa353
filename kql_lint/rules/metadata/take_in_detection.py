"""A rule keeps some rows only, by `take`, `limit` or `sample`: which ones is not defined, and the rest raise no alert.

The service may return any rows, and others in the next run. If a rule takes 10 of 25 results, 15 attacks go unseen, and
nothing tells. To bound the alerts of a rule, use its event grouping and alert threshold; to keep the rows that matter
most, sort them: `top 10 by RiskScore`.

Not reported are rows that are sorted or only counted, and a single row, such as that of a `summarize` without `by`.
Hunting queries may take what they like.

Source: [take operator](https://learn.microsoft.com/en-us/kusto/query/take-operator).

## Bad

```yaml
id: 0f2c1f52-4c0e-4b3a-9d7e-5a6f6c1e8d01
name: Password spray
description: Many accounts fail to sign in from one address.
kind: Scheduled
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Users = dcount(UserPrincipalName) by IPAddress
  | where Users > 20
  | take 10
version: 1.0.0
```

## Good

```yaml
id: 0f2c1f52-4c0e-4b3a-9d7e-5a6f6c1e8d01
name: Password spray
description: Many accounts fail to sign in from one address.
kind: Scheduled
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Users = dcount(UserPrincipalName) by IPAddress
  | where Users > 20
version: 1.0.0
```

## When to silence it

When one example of many is enough for the alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._operators import keys_before, keyword, nodes_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection
    from kql_lint.syntax import ast


def _check(detection: Detection) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    if detection.rule.kind == "hunting":
        return
    facts = detection.facts
    for pipeline in nodes_of(facts, ast.Pipeline):
        for number, operator in enumerate(pipeline.operators):
            if isinstance(operator, (ast.Take, ast.Sample, ast.SampleDistinct)):
                before, after = pipeline.operators[:number], pipeline.operators[number + 1 :]
                is_told = _is_sorted(before) or (after and isinstance(after[0], ast.Count))
                is_one = keys_before(facts, pipeline, operator) == frozenset()
                if detection.query.is_own(operator.start) and not is_one and not is_told:
                    yield _report(detection, *keyword(facts, operator))


def _is_sorted(before: Sequence[ast.Operator]) -> bool:
    """Whether rows have an order behind these operators."""
    from kql_lint.syntax import ast

    keeps = (ast.Where, ast.Extend, ast.Project, ast.ProjectAway, ast.ProjectKeep, ast.ProjectRename)
    for operator in reversed(before):
        if isinstance(operator, (ast.Sort, ast.Top)):
            return True
        if not isinstance(operator, (*keeps, ast.ProjectReorder, ast.Serialize, ast.As)):
            return False
    return False


def _report(detection: Detection, start: int, end: int) -> Diagnostic:
    word = detection.facts.text[start:end]
    return RULE.report(
        *detection.query.map.span(start, end),
        f"{word} keeps some rows, and it is not defined which: the rule misses the others",
        help="sort before it, or leave it out",
    )


RULE = Rule(
    code="KL504",
    name="take-in-detection",
    summary="A rule whose query keeps some rows only, whichever these are",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    enabled=False,
)
