"""Rules in JSON, whatever the file is: a template for Azure, a custom detection for Microsoft Graph, a workbook, a rule
as the API or the portal gives it.

A JSON file that has nothing of the kind has nothing to say here; most are told by a look at their text, unread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from kql_lint.hosts import pascal
from kql_lint.hosts.effort import Effort
from kql_lint.hosts.holes import with_braced_code
from kql_lint.hosts.hosted import Extraction, HostComment
from kql_lint.hosts.json import connectors, playbooks, transforms, workbook
from kql_lint.hosts.json.arm import resources
from kql_lint.hosts.json.arm.expressions import Scope
from kql_lint.hosts.json.document import Document, Origin, entry_of
from kql_lint.hosts.json.nodes import Broken, Oddity, place, read_nodes
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.rule_keys import (
    SCHEDULE,
    is_commented_out,
    is_rule,
    is_rule_by_keys,
    is_schema,
    label,
    lacks_query,
    platform,
    rule_kind,
)
from kql_lint.hosts.rule_reader import read_detection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kql_lint.source import PositionMap, Source

# What a file has that has a query, or ought to; and words that only files about such queries have.
_TELLING = re.compile(
    r'"(?:query|queryFrequency|queryText|serializedData|baseQuery|lastDataReceivedQuery|IsConnectedQuery|transformKql|csl)"'
    r'|/alertRules"|/(?:queryData|visualizeQuery)\b|runHuntingQuery|advanced(?:queries|hunting)/run\b',
    re.IGNORECASE,
)
_OURS = re.compile(
    r'"queryCondition"|"queryText"|"serializedData"|"queryFrequency"|"KqlItem/|"Notebook/1'
    r"|Microsoft\.SecurityInsights|/savedSearches|/scheduledQueryRules",
    re.IGNORECASE,
)
Reader: TypeAlias = "Callable[[Document, Mapping, Scope | None], None]"
# Shapes besides rules and resources, each with words that a file has which has any.
_OTHERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r'"actions"', re.IGNORECASE), playbooks.actions),
    (
        re.compile(r'"(?:baseQuery|sampleQueries|lastDataReceivedQuery|IsConnectedQuery)"', re.IGNORECASE),
        connectors.queries,
    ),
    (re.compile(r'"transformKql"', re.IGNORECASE), transforms.flows),
)
_COMMENT = re.compile(r"/[/*]\s*kql-lint\s*:", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{|\{%|[$@#]\{")
# Variables of Grafana, whose dashboards have queries of many languages.
_GRAFANA = re.compile(r"\$__\w")


def extract(source: Source) -> Extraction:
    """The queries of a JSON file; KL004 for a rule without one, KL005 for a broken file that has queries."""
    text = source.text
    if not _TELLING.search(text):
        return Extraction()
    reading = read_nodes(text)
    document = Document(text)
    if reading.root is not None:
        _search(document, reading.root)
    if reading.broken is not None:
        if _OURS.search(text) and not _from_template(text, reading.broken):
            document.say_broken(reading.broken.start, reading.broken.end, reading.broken.message)
    elif document.strict and reading.oddities and not source.path.lower().endswith(".jsonc"):
        say_odd(document, reading.oddities[0])
    document.found.comments += _comments(text, reading.oddities)
    document.found.queries.sort(key=lambda query: query.map.span(query.preamble, len(query.text)))
    return document.found


def _comments(text: str, oddities: list[Oddity]) -> Iterator[HostComment]:
    """The comments that are meant for kql-lint."""
    for odd in oddities:
        ours = _COMMENT.match(text, odd.start, odd.end) if odd.kind == "comment" else None
        if ours is not None:
            yield HostComment(text[ours.end() : odd.end].removesuffix("*/").strip(), odd.start, odd.end)


def say_odd(document: Document, odd: Oddity) -> None:
    """KL005 for what some readers take for JSON, and those of this file do not."""
    messages = {
        "comment": "a comment, which JSON does not have",
        "comma": "a comma after the last item",
        "control": "a line end or another control character within a text; write \\n for a line end",
    }
    document.say_broken(odd.start, odd.end, messages[odd.kind])


def _from_template(text: str, broken: Broken) -> bool:
    """Whether the text is one that a template engine makes JSON of, and broken where that has its say."""
    if "{%" in text:
        return True
    return _PLACEHOLDER.search(text, max(broken.start - 2, 0), broken.start + 3) is not None


def _search(document: Document, root: Node) -> None:
    """Every mapping of the file in its order, without recursion however deep it nests."""
    waiting: list[tuple[Node, tuple[Mapping, ...], Scope | None]] = [(root, (), None)]
    effort = Effort(document.text)
    others = [reader for words, reader in _OTHERS if words.search(document.text)]
    while waiting:
        node, above, scope = waiting.pop()
        if isinstance(node, Scalar):
            continue
        if isinstance(node, Sequence):
            waiting += [(item, above, scope) for item in reversed(node.items)]
            continue
        if resources.is_template(node):
            scope = Scope(document.text, node, effort, scope, outer=resources.is_outer(above))
        if _mapping(document, node, above, scope, others):
            above = (node, *above[:1])
            waiting += [(entry.value, above, scope) for entry in reversed(node.entries) if entry.value is not None]
    document.found.diagnostics += effort.diagnostics()


def _mapping(
    document: Document, node: Mapping, above: tuple[Mapping, ...], scope: Scope | None, others: list[Reader]
) -> bool:
    """Takes the queries that a mapping has of its own; whether to look into it too.

    others are those of _OTHERS whose words the file has.
    """
    if workbook.is_workbook(node):
        workbook.items(document, node, scope)
        document.strict = document.strict or scope is None
        return False
    if resources.resource(document, node, scope):
        return True
    entry = entry_of(node, "queryCondition")
    if entry is not None and isinstance(entry.value, Mapping):
        _custom_detection(document, node, entry.value)
        return False
    for reader in others:
        reader(document, node, scope)
    entry = entry_of(node, "serializedData")
    if entry is not None:
        resources.serialized(document, entry, scope)
    entry = entry_of(node, "query")
    if entry is not None:
        _by_shape(document, node, above, entry, scope)
    elif scope is None and not (above and "properties" in above[0]):
        _without_query(document, node)
    return True


def _without_query(document: Document, node: Mapping) -> None:
    """KL004 for a rule, as an export has it, that has no query; a schema has such keys too, but no values."""
    named = pascal.as_api(node) if pascal.is_rule(node) else node
    told = any(entry.key in SCHEDULE and isinstance(entry.value, Scalar) for entry in named.entries)
    if told and lacks_query(named) and not any(map(_leads_to_query, named.entries)):
        document.say_none(named.entries[0], None, None, label(named, ()))


def _leads_to_query(entry: Entry) -> bool:
    """Whether a rule's query may be elsewhere: in a file that a key names, or in what lies in the rule."""
    key = entry.key.lower()
    if key not in ("queryfrequency", "queryperiod") and ("query" in key or "kql" in key or "file" in key):
        return True
    return isinstance(entry.value, Mapping) and any("query" in one.key.lower() for one in entry.value.entries)


def _custom_detection(document: Document, node: Mapping, condition: Mapping) -> None:
    """A detection rule of Microsoft Graph."""
    entry = entry_of(condition, "queryText")
    if entry is None:
        return
    document.strict = True
    name = label(node, ())
    query = document.take(entry.value, None, Origin("defender-rule", "defender", name))
    if query is None:
        document.say_none(entry, entry.value, None, name)
        return
    first = node.entries[0]
    query.rule = read_detection(node, "custom-detection", _placed(document), first.start, first.end, "graph")
    query.rule.is_whole = True


def _by_shape(document: Document, node: Mapping, above: tuple[Mapping, ...], entry: Entry, scope: Scope | None) -> None:
    """A rule that is told by its keys alone, or outside of templates by its text."""
    words = {}
    if pascal.is_rule(node):
        node, words = pascal.as_api(node), pascal.WORDS
    by_keys = any(is_rule_by_keys(mapping) for mapping in (node, *above[:1]))
    if not by_keys and (scope is not None or not _names_kql(node, entry.value)):
        return
    name = label(node, above[:1])
    query = document.take(entry.value, scope, Origin("sentinel-rule", platform(node, above[:1]), name))
    if query is None:
        if (by_keys and not is_schema(entry.value)) or _is_commented_out(entry.value):
            document.say_none(entry, entry.value, scope, name)
    elif not by_keys:
        query.holes = with_braced_code(query.text, query.holes)  # what a program runs, it may fill in
    elif scope is None:
        first = node.entries[0]
        kind = rule_kind((node, *above[:1]))
        query.rule = read_detection(node, kind, _placed(document), first.start, first.end, "export")
        query.rule.is_template = True  # either form of a timespan will do
        query.rule.words = words | query.rule.words


def _is_commented_out(value: Node | None) -> bool:
    return isinstance(value, Scalar) and is_commented_out(value.value)


def _names_kql(node: Mapping, value: Node | None) -> bool:
    """Whether a mapping that has a name has a query that reads like KQL."""
    if label(node, ()) is None or not isinstance(value, Scalar) or _GRAFANA.search(value.value):
        return False
    return is_rule(node, (), value)


def _placed(document: Document) -> Callable[[Scalar], PositionMap]:
    def placed(scalar: Scalar) -> PositionMap:
        return place(document.text, scalar)

    return placed
