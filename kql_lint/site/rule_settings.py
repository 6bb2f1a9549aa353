"""The page that says which settings of a rule are checked, in one table for each kind of file, made from the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kql_lint.hosts import pascal
from kql_lint.hosts.infrastructure.names import words_of
from kql_lint.hosts.yaml import flat
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

_HEAD = """# Which settings of a rule are checked

A rule is more than its query. These tables say, for each kind of file, which settings around a query kql-lint looks at
and which of its [rules](../rules/README.md) do so; each page says what the service or the checks of published templates
do with a mistake. What a deployment fills in (a parameter, `${var.x}`, `{{name}}`) is not judged.

Made by `make docs` from the rules.
"""
_ANALYTIC = (
    "id kind name description severity status version enabled tactics techniques query queryFrequency queryPeriod "
    "triggerOperator triggerThreshold suppressionEnabled suppressionDuration entityMappings sentinelEntitiesMappings "
    "customDetails alertDetailsOverride eventGroupingSettings incidentConfiguration requiredDataConnectors"
).split()
_HUNTING = (
    "id severity status version tactics techniques entityMappings customDetails alertDetailsOverride "
    "requiredDataConnectors"
).split()
_DETECTION = (
    "id displayName queryText schedule title description severity category mitreTechniques entityMappings "
    "customDetails impactedAssets responseActions alertTemplate"
).split()
_SHAPE = "rule-shape"
# What it looks at in templates alone, and in what is deployed.
_ONLY_IN_TEMPLATES = frozenset({"id", "description"})
_ONLY_DEPLOYED = frozenset({"enabled"})
# What only templates of published solutions have.
_OF_TEMPLATES = frozenset({"status", "requiredDataConnectors"})


class _Host(NamedTuple):
    """A kind of file: which settings it has, the kind of rule, and what it calls them.

    apart are settings that the rule about shapes does not look at there.
    """

    title: str
    kind: str
    settings: Sequence[str]
    words: Mapping[str, str]
    apart: frozenset[str] = frozenset()


def _hosts() -> Iterator[_Host]:
    template = {"techniques": "relevantTechniques"}
    deployed = [name for name in _ANALYTIC if name not in _OF_TEMPLATES]
    api = {"name": "displayName", "version": "templateVersion", "id": "name of the resource"}
    yield _Host("Analytics rules in YAML (Sentinel's templates)", "analytic", _ANALYTIC, template, _ONLY_DEPLOYED)
    yield _Host("ARM templates, Bicep, azapi and exported rules", "analytic", deployed, api, _ONLY_IN_TEMPLATES)
    exported = {name: pascal.capital(name) for name in _ANALYTIC} | {"name": "DisplayName"}
    yield _Host(
        "Rules with capitals (AzSentinel, Az.SecurityInsights)",
        "analytic",
        deployed,
        exported,
        _ONLY_IN_TEMPLATES | _ONLY_DEPLOYED,
    )
    without = [name for name in deployed if name not in ("id", "kind")]
    for kind in ("scheduled", "nrt"):
        words = words_of(kind) | {"name": "display_name", "version": "alert_rule_template_version"}
        schedule = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
        there = [name for name in without if kind == "scheduled" or name not in schedule]
        yield _Host(
            f"Terraform: `azurerm_sentinel_alert_rule_{kind}`",
            "analytic",
            there,
            words,
            _ONLY_IN_TEMPLATES | _ONLY_DEPLOYED,
        )
    yield _Host("Hunting queries in YAML", "hunting", _HUNTING, template)
    tags = {name: f"`tags`: `{name}` of a saved search" for name in ("tactics", "techniques")}
    yield _Host("Hunting queries in ARM templates, Bicep and Terraform", "hunting", tuple(tags), tags)
    yield _Host("Custom detections of Defender XDR (Microsoft Graph)", "detection", _DETECTION, {})
    there = [name for name in _DETECTION if name not in ("alertTemplate", "responseActions")]
    converted = {"id": "guid", "schedule": "frequency", "impactedAssets": flat.ASSETS, **flat.WORDS}
    yield _Host("Custom detections in XDRConverter's YAML", "detection", there, converted)


def page(rules: Sequence[Rule]) -> str:
    """The page, in Markdown."""
    return _HEAD + "".join(f"\n## {host.title}\n\n{_table(host, rules)}" for host in _hosts())


def _table(host: _Host, rules: Sequence[Rule]) -> str:
    lines = ["| setting | checked by |", "|---|---|"]
    for setting in host.settings:
        looking = [rule.name for rule in rules if setting in looked_at(rule, host.kind)]
        by = [f"[{name}](../rules/{name}.md)" for name in looking if name != _SHAPE or setting not in host.apart]
        if by:
            word = host.words.get(setting, setting)
            lines.append(f"| {word if ' ' in word else f'`{word}`'} | {listing(by, limit=len(by))} |")
    return "\n".join(lines) + "\n"


def looked_at(rule: Rule, kind: str) -> frozenset[str]:
    """The settings that a rule looks at in a kind of detection rules (``analytic``, ``hunting``, ``detection``)."""
    settings = rule.settings
    if settings is None:
        return frozenset()
    named = {"analytic": settings.analytic, "hunting": settings.hunting, "detection": settings.detection}
    return frozenset(named[kind].split())


def known(kind: str) -> frozenset[str]:
    """The settings that the tables of a kind of detection rules can show."""
    return frozenset({"analytic": _ANALYTIC, "hunting": _HUNTING, "detection": _DETECTION}[kind])
