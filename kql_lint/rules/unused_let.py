"""A `let` gives a name to something that the query never uses.

It costs the reader time, and often it is the trace of a mistake: a threshold or a list of exceptions that no filter
asks about any more.

A name that stands in a text or in code that is commented out counts as used. So does one that a later query of the
same file uses, and one that the query misspells: that is reported as an unknown name. Nothing is reported where the
text has no query at all, as in a file of functions, where it has syntax errors, or where it is a template with places
to fill in.

The fix takes the statement out.

## Bad

```kql
let Threshold = 20;
SigninLogs
| where ResultType == "50126"
| summarize Attempts = count() by IPAddress
| where Attempts > 10
```

## Good

```kql
let Threshold = 20;
SigninLogs
| where ResultType == "50126"
| summarize Attempts = count() by IPAddress
| where Attempts > Threshold
```

## When to silence it

When a tool that runs the query puts text into it that uses the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._names import MOST_EDITS, is_verbatim, let_statements, slips, words_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# A name that stands in so many places, or beside so many unknown ones, is not looked at any closer.
_MENTIONS = 100
_WORD = re.compile(r"\w+")
_END = re.compile(r"\s*;")
_BESIDE = re.compile(r"\s*;[ \t]*//[^\r\n]*")
_BLANKS = re.compile(r"[ \t]*")
_LINE_END = re.compile(r"[ \t]*(?:\r\n?|\n)")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    if facts.syntax_errors or not facts.whole or _has_holes(facts):
        return
    for let in _unused(facts):
        message = f'"{let.name.name}" is never used'
        yield RULE.report(let.name.start, let.name.end, message, fixes=_removal(facts.text, let))


def _unused(facts: Facts) -> Iterator[ast.Let]:
    """The lets whose name stands nowhere else.  One that is declared twice is left alone."""
    from kql_lint.suggest import Candidates

    declared: dict[str, list[ast.Let]] = {}
    for let in _lets(facts):
        declared.setdefault(let.name.name, []).append(let)
    declared = _named_once(facts, declared) if declared else {}
    if not declared:
        return
    unknown = _unknown(facts)
    candidates, lengths = Candidates(unknown or ()), {len(name.casefold()) for name in unknown or ()}
    places = _places(facts, declared)
    for name, (let, *others) in declared.items():
        known = others or name in facts.used_elsewhere or not is_verbatim(facts, let.name)
        if known or words_of(facts)[name] > _MENTIONS:
            continue
        near = not lengths.isdisjoint(range(len(name) - MOST_EDITS, len(name) + MOST_EDITS + 1))
        alone = all(place == let.name.start or _explains(facts, let, place) for place in places.get(name, ()))
        # A name that is a slip for this one uses it but for the slip; of too many nobody knows.
        if alone and unknown is not None and not (near and slips(name, candidates)):
            yield let


def _places(facts: Facts, names: Iterable[str]) -> dict[str, list[int]]:
    """Where those of the names stand that the text has more than once, in strings or comments too."""
    several = {name for name in names if words_of(facts)[name] > 1}
    places: dict[str, list[int]] = {}
    for word in _WORD.finditer(facts.text) if several else ():
        if word[0] in several:
            places.setdefault(word[0], []).append(word.start())
    return places


def _named_once(facts: Facts, declared: dict[str, list[ast.Let]]) -> dict[str, list[ast.Let]]:
    """Those of the names that the code has once, where they are declared: nearly all of them are used."""
    from kql_lint.syntax import ast

    times = Counter(node.name for node in facts.nodes_of(ast.Name))
    return {name: found for name, found in declared.items() if times[name] == 1}


def _lets(facts: Facts) -> Iterator[ast.Let]:
    """Each let of a query that has more than lets, but for views: ``union *`` takes them all."""
    from kql_lint.syntax import ast

    if any(isinstance(statement, ast.QueryStatement) for statement in facts.query.statements):
        for let in let_statements(facts):
            if not (isinstance(let.value, ast.Function) and let.value.view):
                yield let


def _unknown(facts: Facts) -> list[str] | None:
    """The unknown names of the query; None where they are too many."""
    unknown = [item.node.name for item in facts.unknown_columns]
    unknown += [item.node.name for item in facts.unknown_tables]
    unknown += [item.node.name for item in facts.unknown_functions]
    return unknown if len(unknown) <= _MENTIONS else None


def _explains(facts: Facts, let: ast.Let, place: int) -> bool:
    """Whether the name stands in a comment before the let, or beside it, which says what it is for.

    Further down it is code that is commented out, which the author may switch on again.
    """
    if place < let.start:
        return _is_in_comment(facts.text, place)
    beside = _BESIDE.match(facts.text, let.end)
    return beside is not None and let.end <= place < beside.end()


def _is_in_comment(text: str, place: int) -> bool:
    """Whether the line begins as a comment."""
    line = text.rfind("\n", 0, place) + 1
    blanks = _BLANKS.match(text, line)
    return blanks is not None and text.startswith("//", blanks.end())


def _has_holes(facts: Facts) -> bool:
    from kql_lint.syntax import ast

    if facts.loose:
        return True
    return any(hole.type != "string" for hole in facts.nodes_of(ast.Hole))


def _removal(text: str, let: ast.Let) -> tuple[Fix, ...]:
    """Take out the statement with its semicolon, and with its line where nothing else is on it."""
    semicolon = _END.match(text, let.end)
    if semicolon is None:
        return ()
    start, end = let.start, semicolon.end()
    line = text.rfind("\n", 0, start) + 1
    blanks, line_end = _BLANKS.match(text, line, start), _LINE_END.match(text, end)
    if line_end is not None and blanks is not None and blanks.end() == start:
        start, end = line, line_end.end()
    return (Fix(f"remove {let.name.name}", (Edit(start, end, ""),), "safe"),)


RULE = Rule(
    code="KL209",
    name="unused-let",
    summary="A let whose name the query never uses",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
