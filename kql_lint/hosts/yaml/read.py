"""Rules in YAML: Sentinel analytics rules and hunting queries (``query``), Defender custom detections (``queryText``).

A file may have several documents, and a rule may lie anywhere in them.  Which mappings are rules is told by their keys
(see rule_keys.py), since many other tools have a ``query`` too.  A YAML file without any rule has nothing to say here,
unless it is broken: then what it is can't be known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
        for entry in node.entries:
            if entry.key == "query" and is_rule(node, above, entry.value):
                query = self._query(entry, "sentinel-rule", platform(node, above), label(node, above))
                if query is not None:
                    query.rule = sentinel_rule(self.text, self.merges, node, above)
                    if query.rule is None or query.rule.kind == "hunting":  # what a program runs, it may fill in
                        query.holes = with_braced_code(query.text, query.holes)
            elif entry.key == "queryText" and above and above[0].get("queryCondition") is node:
                query = self._query(entry, "defender-rule", "defender", label(node, above))
                if query is not None:
                    query.rule = custom_detection(self.text, self.merges, above[0])
            elif entry.key == "queryText" and flat.is_flat(node):
                query = self._query(entry, "defender-rule", "defender", label(node, above))
                if query is not None:
                    query.rule = flat_detection(self.text, self.merges, node)
            elif entry.key == "Query" and pascal.is_rule(node):
                api = pascal.as_api(node)
                query = self._query(entry, "sentinel-rule", platform(api, above), label(api, above))
                if query is not None:
                    query.rule = sentinel_rule(self.text, self.merges, api, above)
                    if query.rule is not None:
                        query.rule.words = pascal.WORDS
            elif entry.key in parsers.QUERIES:
                query = self._query(entry, "sentinel-parser", "sentinel", parsers.label(node))
                if query is not None:
                    query.declare(parsers.declarations(node))
        if pascal.is_rule(node) and lacks_query(pascal.as_api(node)):
            self._missing(pascal.as_api(node))

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
