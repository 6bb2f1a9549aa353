"""Which mappings of a file are rules with a KQL query, and what their other keys say about it.

Elastic rules, Datadog monitors, Grafana alerts and many more have a ``query`` in another language.  A mapping is one of
ours if Sentinel's own keys are in it or in what it lies in, or else if the query itself reads like KQL.
"""

from __future__ import annotations

import re

from kql_lint.hosts.code import has_code
from kql_lint.hosts.elsewhere import is_resource_graph
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence

# Keys of scheduled and near-real-time analytics rules, and the kinds of rules that have a query.
SCHEDULE = frozenset(
    "queryFrequency queryPeriod triggerOperator triggerThreshold suppressionDuration suppressionEnabled "
    "eventGroupingSettings incidentConfiguration alertDetailsOverride".split()
)
_KINDS = frozenset({"scheduled", "nrt"})

# Keys that hunting queries have as well, and that other tools might use for something else.
HINTS = frozenset("severity tactics relevantTechniques requiredDataConnectors entityMappings customDetails".split())
_TELLING = frozenset("relevantTechniques requiredDataConnectors entityMappings customDetails".split())

# What lists of plans and runbooks, which have severities and tactics too, do without.
_OF_RULES_ALONE = frozenset({"requiredDataConnectors", "entityMappings"})
# What a schema has in a query's place: that of JSON, or of an API.
_SCHEMA = frozenset("type $ref anyOf oneOf allOf enum const".split())

_LANGUAGES = frozenset({"kql", "kusto"})
LANGUAGE_KEYS = ("language", "queryLanguage", "query_language")

# The tables behind this connector are Defender's; the portal of Defender runs the same hunting queries.
_DEFENDER_CONNECTORS = frozenset({"MicrosoftThreatProtection", "MicrosoftDefenderAdvancedThreatProtection"})

NAMES = ("name", "displayName", "title", "ruleName", "id")

_COMMENTS = re.compile(r"(?:\s+|//[^\r\n]*)+")
_KQL_BEGINS = re.compile(
    r"(?:let|set|declare)\s+\w+|(?:union|search|find)\b[^\r\n|]*|[A-Za-z_]\w*(?:\([^()\r\n]*\))?\s*\|"
    r"|(?:\$\{[^{}\r\n]*\}|\{\{[^{}\r\n]*\}\}|\{[^\W\d]\w*\})\s*\|"  # a placeholder for the table
)
_KQL_OPERATOR = re.compile(
    r"\|\s*(?:where|extend|project(?:-[a-z]+)?|summarize|mv-expand|parse|distinct|join|union|take|limit|count|top|sort)\b"
)


def is_rule(node: Mapping, above: tuple[Mapping, ...], query: Node | None) -> bool:
    """Whether the ``query`` of a mapping is KQL; ``above`` are the mappings that it lies in, the nearest first."""
    for key in LANGUAGE_KEYS:
        if key in node:
            return node.text(key).lower() in _LANGUAGES
    if any(is_rule_by_keys(mapping) for mapping in (node, *above)):
        return True
    return isinstance(query, Scalar) and (reads_like_kql(query.value) or is_commented_out(query.value))


def is_rules_kind(kind: str) -> bool:
    """Whether a kind alone tells that something is a rule; many tools have jobs that are ``scheduled``."""
    return kind.lower() in _KINDS and kind != "scheduled"


def is_rule_by_keys(node: Mapping) -> bool:
    """Whether the keys of a mapping, and not the text of its query, tell that it is a rule of Sentinel's."""
    if is_rules_kind(node.text("kind")):
        return True
    return bool(_of(node, SCHEDULE) or _of(node, _TELLING) or len(_of(node, HINTS)) > 1)


def _of(node: Mapping, keys: frozenset[str]) -> set[str]:
    """Those of the keys that a mapping has: as much work as there are of the ones that are asked for."""
    return {key for key in keys if key in node}


def reads_like_kql(query: str) -> bool:
    """Whether a text begins as a KQL query does and has an operator after a pipe; not so for Azure Resource Graph's."""
    comments = _COMMENTS.match(query)
    begin = comments.end() if comments else 0
    if is_resource_graph(query, begin):
        return False
    return _KQL_BEGINS.match(query, begin) is not None and _KQL_OPERATOR.search(query, begin) is not None


def is_commented_out(query: str) -> bool:
    """Whether a text is a query of KQL's of which nothing but comments is left, as where its line ends were lost."""
    return not has_code(query) and _KQL_OPERATOR.search(query) is not None


def is_schema(node: Node | None) -> bool:
    """Whether a value describes what a query is, and is none: ``{"type": "string"}``."""
    return isinstance(node, Mapping) and any(entry.key in _SCHEMA for entry in node.entries)


def lacks_query(rule: Mapping) -> bool:
    """Whether a mapping that has no query ought to have one: a rule, of a kind that has a query."""
    keys = {entry.key for entry in rule.entries}
    if keys & {"<<", "query", "FunctionQuery", "ParserQuery"}:
        return False  # it may be merged from elsewhere, is in another language, or the file is a parser
    kind = rule.text("kind").lower()
    if "queryCondition" in keys:
        return True
    if not keys & {"name", "displayName", "id"} or ("kind" in keys and kind not in _KINDS):
        return False  # no rule, or one without a query, such as a Fusion rule
    return is_rules_kind(rule.text("kind")) or bool(keys & SCHEDULE) or bool(keys & _OF_RULES_ALONE)


def rule_kind(mappings: tuple[Mapping, ...]) -> str:
    """``nrt``, ``scheduled`` or ``hunting``: of a rule whose keys are in these mappings, the nearest first."""
    for mapping in mappings:
        kind = mapping.text("kind").lower()
        if kind in _KINDS:
            return kind
    return "scheduled" if any(_of(mapping, SCHEDULE) for mapping in mappings) else "hunting"


def platform(node: Mapping, above: tuple[Mapping, ...]) -> str | None:
    """``sentinel`` for a rule that Sentinel runs; None for a hunting query, which Defender's portal may run as well."""
    for mapping in (node, *above):
        if _of(mapping, SCHEDULE) or mapping.text("kind").lower() in _KINDS:
            return "sentinel"
    connectors = _connectors(node)
    return "sentinel" if connectors and not connectors <= _DEFENDER_CONNECTORS else None


def _connectors(node: Mapping) -> set[str]:
    listed = node.get("requiredDataConnectors")
    items = listed.items if isinstance(listed, Sequence) else []
    return {item.text("connectorId") for item in items if isinstance(item, Mapping)} - {""}


def label(node: Mapping, above: tuple[Mapping, ...]) -> str | None:
    """The name of a rule, or its id, on one line."""
    for mapping in (node, *above):
        for key in NAMES:
            text = " ".join(mapping.text(key).split())
            if text:
                return text
    return None
