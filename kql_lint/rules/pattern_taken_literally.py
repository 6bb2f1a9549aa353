"""A wildcard or a regular expression is compared by an operator that takes it as it is written.

KQL's string operators know no patterns: `contains "user*add"` looks for a star between the two words, and `=~` with
`".*-enc"` for a dot, a star and what follows. Only `matches regex` reads a regular expression, and nothing reads
wildcards. Rules that are translated from other languages have such strings.

Reported is what no value has by chance: a star between two words; under operators that compare the whole value, a star
at the end or the beginning of a word; and what only regular expressions have, such as `\\s+`, `(?i)` or `[a-z]+`. In
command lines a star at the end is common (`del temp*`), and isn't reported. Names and paths of files, which hold no
star at all, are the business of `value-never-written`.

## Bad

```kql
DeviceProcessEvents
| where ProcessCommandLine contains "user*add"
| project Timestamp, DeviceName, ProcessCommandLine
```

```kql
DeviceProcessEvents
| where ProcessCommandLine =~ @".*-enc(odedcommand)?\\s+.*"
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where ProcessCommandLine has "user" and ProcessCommandLine has "add"
| project Timestamp, DeviceName, ProcessCommandLine
```

```kql
DeviceProcessEvents
| where ProcessCommandLine matches regex @"(?i)-enc(odedcommand)?\\s+"
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When the values have the very signs, as configurations do that are recorded with their own patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._contradictions import inside
from kql_lint.rules._expressions import comparisons, value_of
from kql_lint.rules._literals import is_placeholder
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.domains.string_operators import StringOperator
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Constant
    from kql_lint.syntax import ast

_COMMAND_LINE = "command line"
_SIGNS = frozenset("*+^([\\")  # each pattern has one
_HOLD_NO_STAR = frozenset({"file name", "path", "address"})  # value-never-written's
# Fewer letters may be an obfuscated command: `i*x`.
_BETWEEN_WORDS = re.compile(r"[A-Za-z]{3}\*[A-Za-z]{3}")
_AT_A_WORD = re.compile(r"\*[A-Za-z]{2}|[A-Za-z]{2}\*\Z")
_AROUND = re.compile(r"\*[^*]*[A-Za-z]{2}[^*]*\*")
_REGEX = re.compile(r"\(\?[imsx]+\)|\\[sdw]\+|\[[a-z]-[a-z]\S{0,20}\][+*{]|\[0-9\][+*{]|\[\^[^\]\s]{1,20}\][+*]")
_WHOLE_REGEX = re.compile(r"\^?\.[*+](?:.*[A-Za-z].*)|\^.*[A-Za-z].*\$", re.DOTALL)


def _check(facts: Facts) -> Iterator[Diagnostic]:
    found: dict[ast.Node, _Found] = {}
    for node, patterns in _compared(facts):
        first, what = patterns[0]
        known = found.setdefault(first.node, _Found(first, what, [other for other, _ in patterns[1:]], []))
        known.nodes.append(node)
    yield from map(_report, found.values())


class _Found(NamedTuple):
    """The first pattern of a list, what kind it is, the others, and all that compares with it."""

    first: Constant
    what: str
    others: list[Constant]
    nodes: list[ast.Binary | ast.In]


def _compared(facts: Facts) -> Iterator[tuple[ast.Binary | ast.In, list[tuple[Constant, str]]]]:
    """The comparisons of columns of strings with patterns that their operators take literally."""
    from kql_lint.semantics.domains.string_operators import OPERATORS
    from kql_lint.semantics.events.kinds import distinct, held_by
    from kql_lint.syntax import ast

    for node in comparisons(facts):
        operator, column = OPERATORS.get(node.op), value_of(facts, node.left)
        if operator is None or operator.kind == "matches regex" or column.type != "string" or not column.origins:
            continue
        items = node.items if isinstance(node, ast.In) else [node.right]
        constants = [constant for item in items for constant in value_of(facts, item).constants or ()]
        constants = [one for one in constants if isinstance(one.value, str) and not _SIGNS.isdisjoint(one.value)]
        if not constants:
            continue
        held = {held_by(origin) for origin in distinct(column.origins)}
        found = [(constant, _pattern(held, operator, str(constant.value))) for constant in constants]
        dead = [(constant, what) for constant, what in found if what is not None]
        if dead:
            yield node, dead


def _pattern(held: set[str | None], operator: StringOperator, value: str) -> str | None:
    """What kind of pattern a string is; None where it may be what values have, of which held says what they are."""
    if is_placeholder(value.removesuffix("$")):
        return None
    if _REGEX.search(value) or (operator.whole and _WHOLE_REGEX.fullmatch(value)):
        return "regular expression"
    if held & _HOLD_NO_STAR:
        return None
    if _BETWEEN_WORDS.search(value) and "\\" not in value and "/" not in value:
        return "wildcard"
    if not operator.whole:
        return None
    at_word = _AROUND.fullmatch(value) if _COMMAND_LINE in held else _AT_A_WORD.search(value)
    return "wildcard" if at_word and "/" not in value and "\\" not in value else None


def _report(found: _Found) -> Diagnostic:
    first, is_regex = found.first, found.what == "regular expression"
    outside = [node for node in found.nodes if not inside(first.node, node)]
    return RULE.report(
        first.node.start,
        first.node.end,
        f'{found.nodes[0].op} takes "{first.value}" as it is written: it knows no {found.what}s',
        help="write matches regex"
        if is_regex
        else "ask for each part, by has, contains, startswith or endswith, or write matches regex",
        related=(
            *(Related(node.start, node.end, "compared here") for node in outside),
            *(Related(other.node.start, other.node.end, "and this") for other in found.others),
        ),
    )


RULE = Rule(
    code="KL419",
    name="pattern-taken-literally",
    summary="A wildcard or regular expression under an operator that knows none",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
