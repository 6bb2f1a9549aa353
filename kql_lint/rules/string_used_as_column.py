"""A text between quotes stands where a column is meant.

`distinct "User Name"` gives one row that holds the words *User Name*, `summarize count() by "DeviceName"` one group of
everything, and `sort by "Count"` sorts nothing: in KQL a text between quotes is a value. The query runs, and returns
something else than its author means. A column whose name is no plain word is written `['User Name']`.

A text is reported where it is the name of a column in scope, or close to one. Where the columns can't be known, it has
to read like the name of one. A constant column with a name of its own (`project Source = "Defender"`) is fine.

## Bad

```kql
SigninLogs
| where ResultType == "50126"
| summarize Attempts = count() by "UserPrincipalName"
```

```kql
SigninLogs
| distinct "User Principal Name"
```

## Good

```kql
SigninLogs
| where ResultType == "50126"
| summarize Attempts = count() by UserPrincipalName
```

```kql
SigninLogs
| project ['User name'] = UserPrincipalName
| distinct ['User name']
```

## When to silence it

When the text is meant to be a value. Better: give it a name, as in `project Source = "SigninLogs"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import rewritten, written
from kql_lint.rules._scopes import alike
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts, TextColumn

# Two words or more: UserName, User name, user_name.
_LIKE_A_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _][A-Za-z0-9]+){1,5}\Z|(?:[A-Z][a-z0-9]+){2,6}\Z")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for text in facts.text_columns:
        yield from _report(facts, text)


def _report(facts: Facts, text: TextColumn) -> Iterator[Diagnostic]:
    from kql_lint.suggest import best

    node, name = text.node, str(text.node.value)
    close: tuple[str, ...] = ()
    if name in text.scope.columns:
        message = f'"{name}" is a text here, not the column {name}'
        close = (name,)
    elif close := best(alike(facts, name, text.scope.columns.__contains__)):
        message = f'"{name}" is a text here, not a column{did_you_mean(close)}'
    elif text.scope.open and _LIKE_A_NAME.match(name):
        message = f'"{name}" is a text here, not a column; write {written(name)} for the column'
        close = (name,)
    else:
        return
    fixes = rewritten(node, written(close[0]), "intent") if len(close) == 1 else ()
    yield RULE.report(node.start, node.end, message, fixes=fixes)


RULE = Rule(
    code="KL205",
    name="string-used-as-column",
    summary="A text between quotes where a column is meant",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
