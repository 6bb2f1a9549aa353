"""Columns that a rule names, compared with those that its query returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity
from kql_lint.rules._missing import verdict
from kql_lint.rules._names import keyword, same_but_case
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection, Rule


def is_missing(detection: Detection, name: str) -> bool:
    """Whether the query certainly returns no column of this name."""
    if detection.columns is None or name in detection.columns:
        return False
    return detection.result is None or name not in detection.result.hidden


def missing_column(rule: Rule, detection: Detection, column: Text, use: str) -> Diagnostic | None:
    """What rule says of a column that the query does not return; None where it does, or that can't be known.

    use is what the column is for, such as ``for Name of Account``.
    """
    if column.hole or not is_missing(detection, column.value):
        return None
    from kql_lint.suggest import Candidates, suggest

    columns = detection.columns or ()
    # The columns are kept beside what is made of them, so that no others get their id.
    names = detection.facts.memory.get(("result", id(columns)), lambda: (Candidates(columns), columns))[0]
    close = suggest(column.value, names)
    related = dropped(detection, column.value)
    severity, reason = Severity.ERROR, ""
    if detection.result is not None and not related:
        severity, reason = verdict(detection.facts, column.value, detection.result, close)
    message = f'the query returns no column "{column.value}" {use}{did_you_mean(close)}{reason}'
    return rule.report(*column.span, message, severity=severity, related=related, fixes=name_fix(column, close))


def dropped(detection: Detection, name: str) -> tuple[Related, ...]:
    """The place in the file at which the query drops a column that it had, where there is one."""
    node = detection.result.dropped.get(name) if detection.result is not None else None
    if node is None:
        return ()
    text = detection.facts.text
    word = keyword(text, node.start)
    start, end = detection.query.map.span(node.start, node.start + len(word))
    return (Related(start, end, f'{word} drops "{name}" here'),)


def name_fix(text: Text, close: Sequence[str], known: Iterable[str] | None = None) -> tuple[Fix, ...]:
    """case_fix with the known names, or those that are close; else the only close one, which is a guess."""
    edits = text.replacing(0, len(text.value), close[0]) if len(close) == 1 else None
    guess = () if edits is None else (Fix(f"write {close[0]}", edits, "unsafe"),)
    return case_fix(text, close if known is None else known) or guess


def case_fix(text: Text, known: Iterable[str]) -> tuple[Fix, ...]:
    """The right spelling where only the case differs: what could not work before then does."""
    alike = same_but_case(text.value, tuple(known))
    edits = text.replacing(0, len(text.value), alike) if alike is not None else None
    return (Fix(f"write {alike}", edits, "safe"),) if edits is not None else ()
