"""Rules in YAML: Sentinel analytics rules and hunting queries (``query``), Defender custom detections (``queryText``).

A file may have several documents, and a rule may lie anywhere in them.  Which mappings are rules is told by their keys
(see rule_keys.py), since many other tools have a ``query`` too.  A YAML file without any rule has nothing to say here,
unless it is broken: then what it is can't be known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.hosts import pascal
from kql_lint.hosts.code import has_code, is_type
from kql_lint.hosts.effort import Effort
from kql_lint.hosts.findings import no_query_found, no_query_in_rule, unreadable
from kql_lint.hosts.holes import find_holes, with_braced_code
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.rule_keys import is_rule, is_schema, label, lacks_query, platform
from kql_lint.hosts.yaml import flat, msticpy, parsers
from kql_lint.hosts.yaml.comments import comments
from kql_lint.hosts.yaml.detection import Merges, custom_detection, flat_detection, sentinel_rule
from kql_lint.hosts.yaml.keys import KEYS, WHOLE
from kql_lint.hosts.yaml.nodes import Broken, read_nodes
from kql_lint.hosts.yaml.problems import explain
from kql_lint.hosts.yaml.scalars import place
from kql_lint.source import PositionMap, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable

    from kql_lint.hosts.detection import DetectionRule
    from kql_lint.source import Source

# A template from which some tool makes YAML (Helm, Jinja) is not YAML itself; only one that has a query is of interest.
_TEMPLATE = re.compile(r"\{\{|\{%")
_RULE_KEY = re.compile(
    r"""(?m)^[ \t]*(?:-[ \t]+)?["']?"""
    r"""(?:query|queryText|FunctionQuery|ParserQuery|queryFrequency|triggerOperator|relevantTechniques)["']?[ \t]*:"""
)


def extract(source: Source) -> Extraction:
    """The queries of a YAML file; KL004 for a rule without one, KL005 for a document that is broken."""
    text = source.text
    if not text.strip():
        empty = no_query_found(0, 0, "no query found in this file: it is empty")
        return Extraction([], [empty._replace(severity=Severity.INFO)])  # which of many kinds it was, nothing tells
    extents: list[tuple[int, int]] = []
    roots, broken = read_nodes(text, KEYS, WHOLE, extents)
    search = _Search(text, Merges(Effort(text)))
    for root in roots:
        search.document(root)
    found = search.found
    found.diagnostics += search.merges.effort.diagnostics()
    found.comments += comments(text, extents, broken.offset if broken else len(text))
    if broken:
        is_rule = _RULE_KEY.search(text) is not None
        if is_rule or not _TEMPLATE.search(text):
            found.diagnostics.append(say_broken(source, broken, Severity.ERROR if is_rule else Severity.INFO))
    return found


def say_broken(source: Source, broken: Broken, severity: Severity) -> Diagnostic:
    """KL005 for a document that is broken; a note where the file has nothing else of a rule."""
    start, message = explain(source.text, broken)
    start = min(start, max(len(source.text) - 1, 0))
    said = f"{broken.context}: {broken.problem}" if broken.context else broken.problem
    end = min(start + 1, len(source.text))
    found = unreadable(start, end, f"broken YAML: {message}", f"the YAML parser says: {said}")
    return found._replace(severity=severity)


# The keys whose values are queries.
QUERIES = ("query", "queryText", "Query", *parsers.QUERIES)


class _Kind(NamedTuple):
    """What the queries under one key of a mapping are.

    rule: what reads the rule around the query; None where there is none.  declared: what is put in front of it.
    """

    kind: str
    platform: str | None
    label: str | None
    rule: Callable[[], DetectionRule | None] | None
    declared: str | None = None


@dataclass(slots=True)
class _Search:
    """The rules of a file.  Nodes that aliases name twice are looked at once, so that aliases cost nothing."""

    text: str
    merges: Merges
    found: Extraction = field(default_factory=Extraction)
    seen: set[int] = field(default_factory=set)
    taken: dict[int, tuple[str, PositionMap]] = field(default_factory=dict)
    rules: int = 0  # how many queries, or places for one, were come across

    def document(self, root: Node) -> None:
        """Takes the rules of one document, and says which of its rules lacks a query."""
        where = msticpy.environments(root)
        if where is not None:
            for entry, name in msticpy.queries(root, where):
                query = self._query(entry, "query-template", msticpy.platform(where), name)
                if query is not None:
                    msticpy.fill_in(query)
            return
        rules = root.items if isinstance(root, Sequence) else [root]
        for rule in rules:
            before = self.rules
            self._below(rule)
            if self.rules == before and isinstance(rule, Mapping) and lacks_query(rule):
                self._missing(rule)

    def _missing(self, rule: Mapping) -> None:
        first = rule.entries[0]
        self.found.diagnostics.append(no_query_in_rule(first.start, first.end, label(rule, ()), "it has no query"))

    def _below(self, node: Node) -> None:
        """Every mapping in a node, in the file's order, without recursion however deep the file nests."""
        waiting: list[tuple[Node, tuple[Mapping, ...]]] = [(node, ())]
        while waiting:
            node, above = waiting.pop()
            if isinstance(node, Scalar) or id(node) in self.seen:
                continue
            self.seen.add(id(node))
            below: list[Node] = node.items if isinstance(node, Sequence) else []
            if isinstance(node, Mapping):
                self._mapping(node, above)
                below = [entry.value for entry in node.entries if entry.value is not None]
                above = (node, *above[:1])
            waiting += [(item, above) for item in reversed(below)]

    def _mapping(self, node: Mapping, above: tuple[Mapping, ...]) -> None:
        """Takes the queries of a mapping.  Of a key that is there several times the last one is the rule's."""
        kinds = {key: self._kind(key, node, above) for key in QUERIES if key in node}
        rules: dict[str, DetectionRule | None] = {}
        for entry in node.entries if kinds else ():
            kind = kinds.get(entry.key)
            if kind is None or (entry.key == "query" and not is_rule(node, above, entry.value)):
                continue
            if kind.declared and not self.merges.effort.affords(len(kind.declared), entry.start, entry.end):
                continue
            query = self._query(entry, kind.kind, kind.platform, kind.label)
            if query is None:
                continue
            if kind.rule is not None:
                rule = rules[entry.key] = rules[entry.key] if entry.key in rules else kind.rule()
                query.rule = rule if entry is node.last[entry.key] else None
                if entry.key == "query" and (rule is None or rule.kind == "hunting"):
                    query.holes = with_braced_code(query.text, query.holes)  # what a program runs, it may fill in
            if kind.declared is not None:
                query.declare(kind.declared)
        if pascal.is_rule(node) and lacks_query(pascal.as_api(node)):
            self._missing(pascal.as_api(node))

    def _kind(self, key: str, node: Mapping, above: tuple[Mapping, ...]) -> _Kind | None:
        """What queries under this key of the mapping are; None where they are none."""
        text, merges = self.text, self.merges
        if key == "query":
            rule = partial(sentinel_rule, text, merges, node, above)
            return _Kind("sentinel-rule", platform(node, above), label(node, above), rule)
        if key == "queryText" and above and above[0].get("queryCondition") is node:
            rule = partial(custom_detection, text, merges, above[0])
            return _Kind("defender-rule", "defender", label(node, above), rule)
        if key == "queryText" and flat.is_flat(node):
            return _Kind("defender-rule", "defender", label(node, above), partial(flat_detection, text, merges, node))
        if key == "Query" and pascal.is_rule(node):
            api = pascal.as_api(node)
            rule = partial(sentinel_rule, text, merges, api, above, pascal.WORDS)
            return _Kind("sentinel-rule", platform(api, above), label(api, above), rule)
        if key in parsers.QUERIES:
            return _Kind("sentinel-parser", "sentinel", parsers.label(node), None, parsers.declarations(node))
        return None

    def _query(self, entry: Entry, kind: str, platform: str | None, name: str | None) -> HostedQuery | None:
        """Takes the query that is a key's value; None where there is none.

        One that was taken already, of which this key has an alias, is given once more, all its text as preamble: it has
        been linted, but its rule has not.
        """
        self.rules += 1
        value = entry.value
        if is_schema(value):
            return None
        why = _why_none(value)
        if why:
            self.found.diagnostics.append(no_query_in_rule(entry.start, entry.end, name, f"its {entry.key} {why}"))
        elif isinstance(value, Scalar) and not is_type(value.value):
            again = id(value) in self.taken
            if not again:
                text = without_surrogates(value.value)
                self.taken[id(value)] = text, place(self.text, value)
            text, map_ = self.taken[id(value)]
            preamble = len(text) if again else 0
            query = HostedQuery(text, map_, kind, platform, name, preamble, holes=find_holes(text))
            self.found.queries.append(query)
            return query
        return None


def _why_none(value: Node | None) -> str:
    """Why a value is no query; empty if it is one."""
    if not isinstance(value, Scalar):
        return "is not a text"
    if not value.value.strip() or value.is_null:
        return "is empty"
    return "" if has_code(value.value) else "has comments only"
