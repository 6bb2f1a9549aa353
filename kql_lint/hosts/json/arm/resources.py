"""Resources of Azure that hold queries, in templates (ARM) or as the API gives them.

These are Sentinel's rules and rule templates, saved searches (hunting queries and functions), workbooks, Azure
Monitor's log alerts and summary rules.  A type is told by its last word, as it is written differently with the
provider, the workspace or the parent resource around it.
"""

from __future__ import annotations

from kql_lint.hosts.json import workbook
from kql_lint.hosts.json.arm.expressions import Scope, evaluate, get, is_expression, mapping
from kql_lint.hosts.json.arm.rules import detection, hunting
from kql_lint.hosts.json.document import Document, Origin, entry_of
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.parameters import declarations
from kql_lint.hosts.rule_keys import is_rules_kind

_RULES = frozenset({"alertrules", "alertruletemplates"})
_KINDS = frozenset({"scheduled", "nrt"})
_NAMES = ("displayName", "name")


def is_template(node: Mapping) -> bool:
    """Whether a mapping is a deployment template."""
    if not isinstance(get(node, "resources"), Sequence | Mapping):
        return False
    schema = get(node, "$schema")
    known = isinstance(schema, Scalar) and "deploymenttemplate" in schema.value.lower()
    return known or get(node, "contentVersion") is not None


def is_outer(above: tuple[Mapping, ...]) -> bool:
    """Whether the expressions of a template within these mappings, the nearest first, are the outer template's.

    So it is for nested deployments unless their ``expressionEvaluationOptions`` say otherwise, and for templates that
    are no more than content of the outer one.
    """
    scope = get(mapping(above[0], "expressionEvaluationOptions"), "scope") if above else None
    return not (isinstance(scope, Scalar) and scope.value.lower() == "inner")


def resource(document: Document, node: Mapping, scope: Scope | None) -> bool:
    """Takes the queries of a mapping that is one of these resources; whether it is one."""
    kind = _type(node)
    properties = get(node, "properties")
    if not isinstance(properties, Mapping):
        return False
    if kind in _RULES or (not kind and _is_kind_of_rule(get(node, "kind"))):
        _rule(document, node, properties, scope)
    elif kind == "savedsearches":
        _saved_search(document, node, properties, scope)
    elif kind in ("workbooks", "workbooktemplates"):
        _workbook(document, properties, scope)
    elif kind == "scheduledqueryrules":
        _log_alert(document, node, properties, scope)
    elif kind == "summarylogs":
        definition = mapping(properties, "ruleDefinition")
        _take(document, definition, scope, Origin("log-alert", "sentinel", _label(document, scope, properties, node)))
    else:
        return False
    return True


def _is_kind_of_rule(kind: Node | None) -> bool:
    return isinstance(kind, Scalar) and is_rules_kind(kind.value)


def _type(node: Mapping) -> str:
    return _text(node, "type").rsplit("/", 1)[-1]


def _text(node: Mapping, key: str) -> str:
    value = get(node, key)
    return value.value.lower() if isinstance(value, Scalar) else ""


def _label(document: Document, scope: Scope | None, *nodes: Mapping) -> str | None:
    for node in nodes:
        for key in _NAMES:
            words = document.words(get(node, key), scope)
            if words is not None and "${" not in words:
                return words
    return None


def _take(document: Document, node: Mapping, scope: Scope | None, origin: Origin) -> None:
    document.take(get(node, "query"), scope, origin)


def _rule(document: Document, node: Mapping, properties: Mapping, scope: Scope | None) -> None:
    kind = _text(node, "kind")
    label = _label(document, scope, properties, node)
    entry = entry_of(properties, "query")
    origin = Origin("sentinel-rule", "sentinel", label)
    query = document.take(entry.value if entry else None, scope, origin, again=True)
    if query is not None:
        query.rule = detection(document, node, properties, scope)
    elif entry is not None:
        document.say_none(entry, entry.value, scope, label)
    elif kind in _KINDS and (whole := entry_of(node, "properties")) and get(properties, "copy") is None:
        document.say_none(whole, None, scope, label)


def _saved_search(document: Document, node: Mapping, properties: Mapping, scope: Scope | None) -> None:
    listed = document.value(get(properties, "functionParameters"), scope)
    if listed is not None and (listed.unknown or "${" in listed.text):
        return  # a function whose parameters only the deployment knows
    declared = declarations(listed.text) if listed is not None else ""
    document.define(properties, scope, listed.text if listed is not None else "")
    label = document.words(get(properties, "displayName"), scope) or document.words(
        get(properties, "functionAlias"), scope
    )
    rule = hunting(document, node, properties, scope)
    origin = Origin("saved-search", "sentinel", label, declared)
    query = document.take(get(properties, "query"), scope, origin, again=rule is not None)
    if query is not None:
        query.rule = rule


def _log_alert(document: Document, node: Mapping, properties: Mapping, scope: Scope | None) -> None:
    origin = Origin("log-alert", "sentinel", _label(document, scope, properties, node))
    _take(document, mapping(properties, "source"), scope, origin)
    criteria = get(mapping(properties, "criteria"), "allOf")
    for item in criteria.items if isinstance(criteria, Sequence) else []:
        if isinstance(item, Mapping):
            _take(document, item, scope, origin)


def _workbook(document: Document, properties: Mapping, scope: Scope | None) -> None:
    for key in ("serializedData", "templateData"):
        entry = entry_of(properties, key)
        if entry is not None:
            serialized(document, entry, scope)


def serialized(document: Document, entry: Entry, scope: Scope | None) -> None:
    """Takes the queries of a workbook that is the value of a key: JSON in a string, an expression, or an object."""
    node: Node | None = entry.value
    if isinstance(node, Scalar) and scope is not None and is_expression(node):
        value = evaluate(node, scope)
        if value.node is not None:
            workbook.items(document, value.node, value.scope)
            return
    if isinstance(node, Mapping):
        workbook.items(document, node, scope)
        return
    piece = document.value(node, scope)
    if piece is not None and not piece.unknown:
        workbook.text(document, piece)
