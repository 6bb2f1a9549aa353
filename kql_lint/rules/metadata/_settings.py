"""Settings of a rule that take one of a few values, and what is close to one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Fix
from kql_lint.rules._names import slips
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.hosts.detection import DetectionRule, Text

# Keys that only the format of published templates has, whose checks ask for more than the service does.
_OF_TEMPLATES = frozenset({"relevantTechniques", "requiredDataConnectors", "version"})


class Meant(NamedTuple):
    """What a value that is none of the known ones may stand for.

    same: it is one of them but for the case, case_only, or for separators too.
    """

    names: tuple[str, ...]
    same: bool = False
    case_only: bool = False


def meant(value: str, names: Sequence[str]) -> Meant:
    """The known names that a value is most likely a slip for, best first."""
    from kql_lint.suggest import Candidates, bare

    folded = value.casefold()
    for name in names:
        if name.casefold() == folded:
            return Meant((name,), same=True, case_only=True)
    same = tuple(name for name in names if bare(name) == bare(value))
    return Meant(same, same=True) if same else Meant(slips(value, Candidates(names)))


def wrong(rule: DetectionRule, text: Text | None, names: Sequence[str]) -> Meant | None:
    """What a value that is none of a setting's may stand for; None where it is one, or only the deployment knows."""
    if text is None or text.hole or text.value in names:
        return None
    close = meant(text.value.strip(), names)
    return None if close.case_only and not counts_case(rule) else close


def choice(close: Meant, names: Sequence[str]) -> str:
    """The end of a message about such a value: what is meant, or all that there is."""
    return did_you_mean(close.names) or f"; write {listing(names, 'or')}"


def fixes(text: Text, value: Meant) -> tuple[Fix, ...]:
    """Writes the one value that is meant; safe where it is the same but for its spelling."""
    if len(value.names) != 1:
        return ()
    return replaced(text, value.names[0], "safe" if value.same else "intent")


def replaced(text: Text, value: str, safety: str) -> tuple[Fix, ...]:
    """Writes another value, where the file can have it."""
    edits = text.replacing(0, len(text.value), value) if text.value else None
    return () if edits is None else (Fix(f"write {value}", edits, safety),)


def is_published(rule: DetectionRule) -> bool:
    """Whether a rule is in the format of published templates, so that their checks are meant to pass."""
    return rule.format == "template" and rule.is_whole and not _OF_TEMPLATES.isdisjoint(rule.keys)


def is_complete_template(rule: DetectionRule) -> bool:
    """Whether a rule is such a template with all that belongs to it: the list of data connectors is for the templates
    of published solutions alone, which are to be whole.
    """
    return is_published(rule) and "requiredDataConnectors" in rule.keys


def is_analytic(rule: DetectionRule) -> bool:
    """Whether the service runs the rule as an analytics rule, or would."""
    return rule.kind in ("scheduled", "nrt")


def counts_case(rule: DetectionRule) -> bool:
    """Whether values have to be in the case of the documentation: azurerm compares them so, the service does not."""
    return rule.format == "azurerm"
