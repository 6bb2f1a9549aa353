r"""A literal has a text that it can't have: a day that is not in the calendar, a regular expression with a lookahead.

The text of such literals is not part of KQL's grammar, so that editors find nothing wrong. The service refuses the
query when it runs, or makes null of the literal, and the rule never fires.

- `datetime(2024-02-30)`: days, months and times that there are not, a text that is no date
- `time(2w)`, `time(1.25:00:00)`: unknown units, more than one unit, hours past 23 and the like
- `guid(...)`: other characters than hexadecimal digits, more or fewer than 32 of them
- `int(...)`, `long(...)`, `real(...)`, `decimal(...)`, `bool(...)`: no number, or one that is out of range
- regular expressions, in `matches regex`, `extract()`, `extract_all()`, `replace_regex()`, `indexof_regex()`,
  `countof()` and `parse kind=regex`: what the service's engine does not have, such as lookarounds and references back
  to a group; brackets that are not closed; repetitions of nothing
- addresses, in `ipv4_is_in_range()` and its like: numbers above 255, prefix lengths above 32

Kusto has had two engines for regular expressions, RE2 and that of Rust. What either of them accepts is not reported.

An address that is one of several in a list is reported as a warning: the others still match.

## Bad

```kql
SigninLogs
| where TimeGenerated between (datetime(2024-02-01) .. datetime(2024-02-30))
| where UserPrincipalName endswith "@contoso.com"
```

```kql
DeviceProcessEvents
| where ProcessCommandLine matches regex @"^powershell(?!_ise)"
```

```kql
DeviceNetworkEvents
| where not(ipv4_is_in_range(RemoteIP, "10.0.0.0/33"))
```

## Good

```kql
SigninLogs
| where TimeGenerated between (datetime(2024-02-01) .. datetime(2024-02-29))
| where UserPrincipalName endswith "@contoso.com"
```

```kql
DeviceProcessEvents
| where ProcessCommandLine matches regex @"^powershell"
| where not(ProcessCommandLine startswith "powershell_ise")
```

```kql
DeviceNetworkEvents
| where not(ipv4_is_in_range(RemoteIP, "10.0.0.0/8"))
```

## When to silence it

When the service takes the literal all the same. That is a mistake of kql-lint: please report it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.literal_uses import Use
    from kql_lint.semantics.literals import Problem
    from kql_lint.syntax import ast

# A query without any of these has no string to look at: most are spared the walk over their tree.
_WORDS = ("regex", "extract", "replace", "countof", "ipv4")
_DIGITS = 19  # a number of fewer is in range
_INTERIOR = re.compile(r"[-+\s]*\w+\s*\(\s*(.*?)\s*\)", re.DOTALL)
# No literal that a person means is longer; the patterns that read them need not be fast on what is.
_LONG = 100


def _check(facts: Facts) -> Iterator[Diagnostic]:
    found = dict.fromkeys(_literals(facts, facts.nodes) if _has_typed_literals(facts) else ())
    if any(map(facts.text.__contains__, _WORDS)):
        found |= dict.fromkeys(_used(facts))
    yield from found


def _used(facts: Facts) -> Iterator[Diagnostic]:
    """Regular expressions and addresses."""
    from kql_lint.semantics.literal_uses import Uses
    from kql_lint.semantics.literals import address, regex

    uses = Uses(facts.nodes, facts.text, {read.node for read in facts.reads})
    yield from _texts(uses.regexes(), regex, "regular expression: ")
    yield from _texts(uses.addresses(), address, "")


def _has_typed_literals(facts: Facts) -> bool:
    """Whether the query has a literal such as ``int(5)``, or a long number."""
    from kql_lint.syntax import ast

    literals = (node for node in facts.nodes_of(ast.Literal) if node.type not in ("string", "null"))
    return any(node.end - node.start >= _DIGITS or facts.text[node.end - 1] == ")" for node in literals)


def _literals(facts: Facts, nodes: list[ast.Node]) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    json_end = 0
    for node in nodes:
        if isinstance(node, ast.Dynamic):
            json_end = max(json_end, node.end)
        if isinstance(node, ast.Literal) and node.type not in ("string", "null"):
            start, text = _interior(facts.text[node.start : node.end])
            if start == 0 and (node.start < json_end or (facts.holes and facts.syntax_errors)):
                continue  # the numbers of JSON may be of any size, as may those whose brackets a hole has
            problem = _problem(node, start, text)
            if problem is not None:
                start += node.start
                yield _report(start + problem.start, start + problem.end, problem)


def _interior(source: str) -> tuple[int, str]:
    """Where the text of a typed literal begins, and that text, without the quotes that it may have.

    A bare number is its own text, and begins at 0.
    """
    found = _INTERIOR.fullmatch(source)
    if found is None:
        return 0, source
    text = found[1]
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return found.start(1) + 1, text[1:-1]
    return found.start(1), text


def _problem(node: ast.Literal, start: int, text: str) -> Problem | None:
    from kql_lint.semantics import literals

    if start == 0:
        return literals.number(text) if node.type == "long" else None
    if len(text) > _LONG:
        return None
    if node.type in ("int", "long"):
        return literals.integer(text, node.type)
    if node.type in ("real", "decimal"):
        return literals.real(text, node.type)
    validators = {
        "datetime": literals.datetime,
        "timespan": literals.timespan,
        "guid": literals.guid,
        "bool": literals.boolean,
    }
    return validators[node.type](text)


def _texts(uses: Iterator[Use], validate: Callable[[str], Problem | None], prefix: str) -> Iterator[Diagnostic]:
    for use in uses:
        problem = validate(use.text)
        if problem is not None:
            severity = Severity.ERROR if use.alone else Severity.WARNING
            yield _report(*use.span(problem.start, problem.end), problem, prefix, severity)


def _report(
    start: int, end: int, problem: Problem, prefix: str = "", severity: Severity = Severity.ERROR
) -> Diagnostic:
    return RULE.report(start, end, prefix + problem.message, help=problem.help, severity=severity)


RULE = Rule(
    code="KL003",
    name="bad-literal",
    summary="A date, timespan, GUID, number, IPv4 or regex literal that the service rejects",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
