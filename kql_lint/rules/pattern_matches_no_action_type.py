"""A pattern on ActionType matches none of the values that the table has.

`has` looks for whole words, and an ActionType is one word: `ActionType has "Connection"` finds no
`ConnectionSuccess`. `contains` and `startswith` do. Other patterns were written for another table, or hold a typing
error. Such a filter lets nothing through, and its negation excludes nothing.

The rule speaks only where the table's list of values is thought complete. It is an error where the pattern is close to
a part of a known value, where `contains` would match, or where another table has such values; but a warning where the
query still gives something, as one item of `has_any` beside others that match. Else the values may be
newer than the list, and the finding is a warning that names its date.

## Bad

```kql
DeviceNetworkEvents
| where ActionType has "Inspected"
| summarize count() by ActionType, DeviceName
```

```kql
DeviceEvents
| where ActionType startswith "Asr" and ActionType endswith "Block"
| summarize count() by ActionType
```

## Good

```kql
DeviceNetworkEvents
| where ActionType endswith "Inspected"
| summarize count() by ActionType, DeviceName
```

```kql
DeviceEvents
| where ActionType startswith "Asr" and ActionType endswith "Blocked"
| summarize count() by ActionType
```

## When to silence it

When the value it looks for is new and the catalogue does not have it yet: add it in an overlay instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._patterns import DeadPattern, dead_patterns
from kql_lint.rules._words import WORD
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean, listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.suggest import Candidates

_VERBS = {
    "has": "has the whole word",
    "hasprefix": "has a word that starts with",
    "hassuffix": "has a word that ends with",
    "contains": "contains",
    "startswith": "starts with",
    "endswith": "ends with",
    "matches regex": "matches the regex",
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for pattern in dead_patterns(facts):
        if pattern.spelling is None:
            yield _report(facts, pattern)


def _report(facts: Facts, pattern: DeadPattern) -> Diagnostic:
    operator = pattern.operator
    what = listing(quoted(pattern.texts), "and" if operator.all_of else "or")
    effect = pattern.consequence.clause
    close = _close(facts, pattern)
    help_text = None if close else _help(pattern) or _elsewhere(facts, pattern)
    certain = bool(close or help_text) or pattern.as_of is None
    date = "" if certain else f" as of {pattern.as_of}"
    message = f"no ActionType of {listing(pattern.tables)} {_VERBS[operator.kind]} {what}{date}{effect}"
    return RULE.report(
        pattern.node.start,
        pattern.node.end,
        f"{message}{did_you_mean(close)}",
        severity=pattern.consequence.severity if certain else Severity.WARNING,
        help=help_text,
    )


def _close(facts: Facts, pattern: DeadPattern) -> tuple[str, ...]:
    """The part of a known value that a single pattern is a slip for."""
    if len(pattern.texts) != 1 or pattern.operator.kind == "matches regex":
        return ()
    parts = facts.catalogue.memory.get(("parts", *pattern.known), lambda: _parts(pattern.known))
    would_match = (part for _, part in parts.ranked(pattern.texts[0]) if _would_match(pattern, part))
    return tuple(islice(would_match, 1))


def _parts(values: list[str]) -> Candidates:
    """The words of the values, and what stands beside each other in them."""
    from kql_lint.suggest import Candidates

    parts: set[str] = set()
    for words in map(WORD.findall, values):
        for start in range(len(words)):
            parts.update("".join(words[start:end]) for end in range(start + 1, len(words) + 1))
    return Candidates(sorted(parts))


def _would_match(pattern: DeadPattern, text: str) -> bool:
    from kql_lint.semantics.events.outcomes import folded

    test = pattern.operator.test([text])
    return any(test(folded(value, pattern.comparison.folded)) for value in pattern.known)


def _elsewhere(facts: Facts, pattern: DeadPattern) -> str | None:
    """The values of other tables that the pattern matches."""
    found = list(filter(pattern.operator.test(pattern.texts), facts.catalogue.action_types()))
    if not found:
        return None
    tables = sorted({table for value in found for table in facts.catalogue.tables_with_action_type(value)})
    return f"{listing(tables)} {'has' if len(tables) == 1 else 'have'} {listing(quoted(found))}"


def _help(pattern: DeadPattern) -> str | None:
    """What ``contains`` would find in place of ``has``."""
    if pattern.operator.kind != "has":
        return None
    texts = [text.casefold() for text in pattern.texts]
    every = all if pattern.operator.all_of else any
    found = [value for value in pattern.known if every(text in value.casefold() for text in texts)]
    return f"an ActionType is one word; contains would match {listing(quoted(found))}" if found else None


RULE = Rule(
    code="KL108",
    name="pattern-matches-no-action-type",
    summary="A pattern on ActionType that no value of the table matches",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
