"""The query of a rule has changed since another revision, and the rule's version has not been raised.

The version of a template is what the content hub, and tools that compare what is deployed with what a repository has,
tell an update by. A query that changes under the same version never reaches those who have the rule already.
Microsoft's checks of published templates refuse a pull request that changes a template and leaves its version.

A rule is compared with the one of the same id, else of the same name, in the same file at the commit where the branch
left the revision that `--changed-since` names; a file that git takes for a renamed one, with the one of its old name.
Comments and white space of a query don't count. A version that is lower than it was is reported as well. The version
of a rule that names the template which it was made from (`alertRuleTemplateName`) is the template's and not reported.

The rule is off by default, and says nothing without `--changed-since`: many repositories leave versions to a release.

## Bad

```diff title="rule.yaml"
  id: 5e2b7a90-3c1d-4f6e-8a7b-9c0d1e2f3a4b
  name: Password spray
  version: 1.0.0
  query: |
    SigninLogs
-   | where ResultType == "50126"
+   | where ResultType in ("50126", "50053")
```

## Good

```diff title="rule.yaml"
  id: 5e2b7a90-3c1d-4f6e-8a7b-9c0d1e2f3a4b
  name: Password spray
- version: 1.0.0
+ version: 1.0.1
  query: |
    SigninLogs
-   | where ResultType == "50126"
+   | where ResultType in ("50126", "50053")
```

## When to silence it

For a folder whose versions a release raises, by `per-path`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kql_lint.hosts.detection import DetectionRule, Text

_NUMBERS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*")
# The template that a deployed rule was made from, of which it has the version: in Sentinel's API, and in azurerm.
_FROM_TEMPLATE = frozenset({"alertruletemplatename", "alert_rule_template_guid"})


class Revision(NamedTuple):
    """A rule as a revision of its file has it, with its query; holes are stretches of that (see HostedQuery)."""

    rule: DetectionRule
    query: str
    holes: tuple[tuple[int, int], ...] = ()


def check(now: Iterable[Revision], before: Iterable[Revision], since: str) -> list[Diagnostic]:
    """What is to be said of the rules of a file, given those that it had; offsets are those of the file as it is now.

    since is what the user calls the earlier revision.
    """
    earlier, found = _by_key(before), []
    for key, one in _by_key(now).items():
        then = earlier.get(key)
        if one is None or then is None:
            continue
        version, old = _version(one.rule), _version(then.rule)
        if version is None or old is None or _is_raised(old.value, version.value) or not _differ(one, then):
            continue
        if version.value.strip() == old.value.strip():
            what = f"the version is still {version.value}"
        else:
            what = f"the version went from {old.value} back to {version.value}"
        found.append(RULE.report(*version.span, f"the query has changed since {since}, and {what}"))
    return found


def has_own_version(rule: DetectionRule) -> bool:
    """Whether a rule has a version of its own that is known."""
    return _version(rule) is not None


def _version(rule: DetectionRule) -> Text | None:
    version = rule.version
    if version is None or version.hole or not version.value.strip():
        return None
    return version if _FROM_TEMPLATE.isdisjoint(key.casefold() for key in rule.keys) else None


def _by_key(rules: Iterable[Revision]) -> dict[tuple[str, str], Revision | None]:
    """Rules by what they are known by; None for one of which there are several."""
    found: dict[tuple[str, str], Revision | None] = {}
    for one in rules:
        key = _key(one.rule)
        if key is not None:
            found[key] = None if key in found else one
    return found


def _key(rule: DetectionRule) -> tuple[str, str] | None:
    for kind, text in (("id", rule.id), ("name", rule.name)):
        if text is not None and not text.hole and text.value.strip():
            return kind, text.value.strip().casefold()
    return None


def _is_raised(old: str, new: str) -> bool:
    """Whether a version is higher than another one; of what is not made of numbers, whether it is another."""
    if _NUMBERS.fullmatch(old.strip()) and _NUMBERS.fullmatch(new.strip()):
        return _numbers(new) > _numbers(old)
    return new.strip() != old.strip()


def _numbers(version: str) -> list[int]:
    numbers = [int(part) for part in version.strip().split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()  # 1.0 is 1.0.0
    return numbers


def _differ(one: Revision, other: Revision) -> bool:
    """Whether two queries differ in more than comments and white space."""
    if one.query.split() == other.query.split():
        return False
    from kql_lint.syntax import tokens

    return list(map(str, tokens(one.query, one.holes))) != list(map(str, tokens(other.query, other.holes)))


RULE = Rule(
    code="KL621",
    name="version-not-raised",
    summary="A query that has changed since another revision, under the same version",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    enabled=False,
    settings=Settings(
        analytic="version",
        hunting="version",
    ),
)
