"""The queries in what a Terraform or Bicep file declares: resources of Azure's, and objects that read like rules.

The shapes are those of Azure Resource Manager: ``properties.query`` of Microsoft.SecurityInsights/alertRules and of
savedSearches, ``properties.body`` of a query pack's queries; and Microsoft Graph's ``queryCondition.queryText``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from kql_lint.diagnostic import Severity
from kql_lint.hosts.code import has_code, is_type
from kql_lint.hosts.detection import DetectionRule, Text
from kql_lint.hosts.effort import Effort
from kql_lint.hosts.elsewhere import is_application_insights
from kql_lint.hosts.findings import no_query_in_rule, unreadable
from kql_lint.hosts.hosted import Extraction, HostedFunction, HostedQuery
from kql_lint.hosts.infrastructure.handed import Handed
from kql_lint.hosts.infrastructure.names import sentinel_names, words
from kql_lint.hosts.infrastructure.tree import Broken, Group, Scanner
from kql_lint.hosts.infrastructure.values import Value
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence
from kql_lint.hosts.options import Loaded
from kql_lint.hosts.parameters import declarations
from kql_lint.hosts.rule_keys import is_rule, is_rule_by_keys, platform, reads_like_kql, rule_kind
from kql_lint.hosts.rule_reader import read_detection
from kql_lint.hosts.saved_search import hunting_query
from kql_lint.hosts.texts import PlacedText
from kql_lint.source import PositionMap

if TYPE_CHECKING:
    from kql_lint.hosts.json.document import Document

# Without one of these words a file has no query; with one it is read, and what is broken in it is said.
_TELLS = re.compile(r"quer|kql|alert_?rule", re.IGNORECASE)


class Declarations(Protocol):
    """What a file in one of the languages declares, and the search for queries in it."""

    search: Search

    def read(self, root: Group) -> Broken | None:
        """Takes the queries of all declarations; says what is broken."""


def extracted(
    text: str, scanner: type[Scanner], declarations: Callable[[str], Declarations], language: str
) -> Extraction:
    """The queries of a file in a language; KL004 for a rule without one, KL005 where the file is broken."""
    if not _TELLS.search(text):
        return Extraction()
    scanned = scanner(text)
    scanned.scan()
    file = declarations(text)
    broken = file.read(scanned.root) or scanned.broken
    found = file.search.finish()
    found.comments = scanned.comments
    if broken is not None:
        message = f"broken {language}: {broken.message}"
        found.diagnostics.append(unreadable(broken.start, broken.end, message, broken.help))
    return found


@dataclass(slots=True)
class Search:
    """Takes queries out of nodes.  named are values under a name that tells of a query, to be looked at in the end.

    failures are those of the file's Reader.  handed: the file is a module, of which only the rules are wanted whose
    query it is handed.
    """

    effort: Effort
    failures: dict[tuple[int, int], Loaded] = field(default_factory=dict)
    handed: Handed | None = None
    found: Extraction = field(default_factory=Extraction)
    named: list[tuple[str, Value]] = field(default_factory=list)
    _seen: dict[int, Node] = field(default_factory=dict)  # kept, so that no other node gets the identity of one
    _steps: dict[int, Node] = field(default_factory=dict)
    _document: Document | None = None  # for the workbooks that are JSON in a text
    _renamed: dict[int, tuple[Mapping, Mapping]] = field(default_factory=dict)

    # --- resources ------------------------------------------------------------------------------------------------

    def resource(self, type_: str, node: Mapping, place: tuple[int, int]) -> bool:
        """Takes the queries of a resource of Azure's; False if its type tells nothing.

        place is where what it lacks is reported.
        """
        kind = type_.partition("@")[0].lower()
        properties = node.get("properties")
        if not isinstance(properties, Mapping):
            return False
        if kind.endswith(("/alertrules", "/alertruletemplates")):
            self._alert_rule(node, properties, place)
        elif kind.endswith("/savedsearches"):
            self.saved_search(properties, properties.get("functionParameters"))
        elif kind.endswith("/querypacks/queries"):
            self.take(properties, "body", "saved-search", None, _label(properties))
        elif kind.endswith("/scheduledqueryrules"):
            source, criteria = properties.get("source"), properties.get("criteria")
            conditions = criteria.get("allOf") if isinstance(criteria, Mapping) else None
            self.log_alert(_label(properties, node), source, conditions)
        elif kind.endswith("/datacollectionrules"):
            self.transformations(properties)
        elif kind.endswith(("/workbooks", "/workbooktemplates")):
            self.workbook(properties.get("serializedData") or properties.get("templateData"))
        else:
            return False
        return True

    def _alert_rule(self, node: Mapping, properties: Mapping, place: tuple[int, int]) -> None:
        kind = node.text("kind").lower()
        if kind in ("scheduled", "nrt") or (kind not in _WITHOUT_QUERY and "query" in properties):
            self.rule(properties, rule_kind((properties, node)), place, not properties.is_partial, node.get("kind"))

    def rule(
        self, properties: Mapping, kind: str, place: tuple[int, int], whole: bool, written: Node | None = None
    ) -> None:
        """Takes the query of an analytics rule, whose keys are those of Sentinel's properties, or of Terraform's.

        whole: what it lacks is missing.  written is its kind as the file has it.
        """
        named = words(properties, kind)
        node = sentinel_names(properties) if named else properties
        if self.handed is not None:
            node, place = self.handed.moved(node), self.handed.place
        name = _label(node)
        rule = None
        if self.effort.affords_rule(node, *place):
            rule = read_detection(node, kind, places, *place, "azurerm" if named else "arm")
            rule.words = named | rule.words
            rule.is_whole = whole
            if isinstance(written, Scalar) and self.handed is None:
                rule.kind_text = Text(written.value, partial(places, written), written.hole)
        if "query" in node:
            self.take(node, "query", "sentinel-rule", "sentinel", name, rule)
        elif not node.is_partial:
            self.found.diagnostics.append(no_query_in_rule(*place, name, "it has no query"))

    def saved_search(self, node: Mapping, parameters: Node | None) -> None:
        """Takes the query of a saved search, which may be a function with parameters."""
        declared = "" if parameters is None else _declared(parameters)
        if declared is not None:
            self._define(node, parameters)
            for query in self.take(node, "query", "saved-search", "sentinel", _label(node), self._hunting(node)):
                query.declare(declared)

    def _hunting(self, node: Mapping) -> DetectionRule | None:
        """The hunting query that a saved search is; None where it is none."""
        found = hunting_query(node, _cut)
        place = (node.entries[0].start, node.entries[0].end) if node.entries else (node.start, node.start)
        if found is None or not self.effort.affords_rule(found, *place):
            return None
        return read_detection(found, "hunting", places, *place, "arm")

    def _define(self, node: Mapping, parameters: Node | None) -> None:
        """Takes the function that a saved search with an alias is; nothing where the alias is not known."""
        alias, query = node.get("functionAlias") or node.get("function_alias"), node.get("query")
        if not isinstance(alias, Value) or alias.hole or not alias.value.strip() or not isinstance(query, Value):
            return
        listed = "" if parameters is None else _listed(parameters) or ""
        for body in query.options:
            if has_code(body.text):
                start, whole = body.map.span(0, 0)[0], not body.all_holes
                named = alias.built.map.span(0, len(alias.value))
                function = HostedFunction(alias.value.strip(), body.text, listed, start, whole, named)
                self.found.functions.append(function)

    def log_alert(self, name: str | None, *conditions: Node | None) -> None:
        """Takes the queries of an alert of Azure Monitor's, which are in its conditions."""
        for condition in conditions:
            for one in condition.items if isinstance(condition, Sequence) else [condition]:
                if isinstance(one, Mapping):
                    self.take(one, "query", "log-alert", "sentinel", name)

    def transformations(self, node: Mapping) -> None:
        """Takes the transformations of a data collection rule, whose keys are Azure's or Terraform's."""
        from kql_lint.hosts.infrastructure import transforms

        for flow, key, label, declared in transforms.flows(node):
            for query in self.take(flow, key, "transformation", "sentinel", label):
                query.declare(declared)

    def workbook(self, data: Node | None) -> None:
        """Takes the queries of a workbook: JSON in a text, or what becomes JSON."""
        from kql_lint.hosts.infrastructure import workbook
        from kql_lint.hosts.json.document import Document

        if self._document is None:
            self._document = Document("", None, self.found)
        if data is None or id(data) not in self._seen:  # what a name stands for may have been come across before
            self.found.queries += workbook.queries(data, self._document, self._steps)

    # --- anything -------------------------------------------------------------------------------------------------

    def tree(self, node: Node, any_text: bool) -> None:
        """Takes the queries of whatever objects in a node are rules; any_text: also where the text alone tells."""
        waiting: list[tuple[Node, tuple[Mapping, ...]]] = [(node, ())]
        while waiting:
            node, above = waiting.pop()
            if isinstance(node, Scalar) or id(node) in self._seen:
                continue
            self._seen[id(node)] = node
            if isinstance(node, Sequence):
                waiting += [(item, above) for item in reversed(node.items)]
                continue
            first = node.entries[0] if node.entries else None
            if first is not None and self.resource(node.text("type"), node, (first.start, first.end)):
                continue
            if "query" in node and node.text("version").startswith("Kql"):
                from kql_lint.hosts.infrastructure import workbook

                self.found.queries += workbook.step(node, None)
                continue
            self._mapping(node, above, any_text)
            waiting += [(one.value, (node, *above[:1])) for one in reversed(node.entries) if one.value is not None]

    def _mapping(self, node: Mapping, above: tuple[Mapping, ...], any_text: bool) -> None:
        condition = node.get("queryCondition")
        if isinstance(condition, Mapping) and "queryText" in condition:
            rule, place = None, (node.entries[0].start, node.entries[0].end)
            if self.effort.affords_rule(node, *place):
                rule = read_detection(node, "custom-detection", places, *place, "graph")
                rule.is_whole = not node.is_partial
            self.take(condition, "queryText", "defender-rule", "defender", _label(node), rule)
        named = self._sentinel_names(node)
        query = named.get("query")
        if query is None:
            return
        around = (named, *map(self._sentinel_names, above))
        by_keys = any(map(is_rule_by_keys, around))
        if is_rule(named, around[1:], query) and (by_keys or any_text):
            first = node.entries[0]
            known, place = None, (first.start, first.end)
            if by_keys and self.effort.affords_rule(named, *place):
                known = read_detection(named, rule_kind(around), places, *place, "object")
                known.words = words(node, known.kind) | known.words
            # One of a list of functions, which a loop makes saved searches of, has its parameters beside it.
            declared = "" if by_keys else _declared(_parameters(node))
            if declared is not None:
                self._define(named, None if by_keys else _parameters(node))
                kind, name = platform(named, around[1:]), _label(named, *around[1:])
                for one in self.take(named, "query", "sentinel-rule", kind, name, known):
                    one.declare(declared)

    def _sentinel_names(self, node: Mapping) -> Mapping:
        """A mapping with Sentinel's names, made once: what lies in it asks for them as well."""
        if id(node) not in self._renamed:
            self._renamed[id(node)] = node, sentinel_names(node)
        return self._renamed[id(node)][1]

    def remember(self, name: str, node: Node) -> None:
        """Keeps values whose name, or that of what they lie in, tells that they are queries."""
        if isinstance(node, Value) and _tells(name):
            self.named.append((name, node))
        elif isinstance(node, Mapping):
            for entry in node.entries:
                if isinstance(entry.value, Value) and (_tells(name) or _tells(entry.key)):
                    self.named.append((entry.key, entry.value))

    def finish(self) -> Extraction:
        """What was found, in the file's order, with those remembered values that are queries and were not taken yet."""
        taken = {query.map.span(query.preamble, query.preamble + 1)[0] for query in self.found.queries}
        for name, value in self.named:
            start = value.built.map.span(0, 1)[0]
            if (
                start not in taken
                and not value.built.is_foreign
                and "\n" in value.value
                and reads_like_kql(value.value)
            ):
                taken.add(start)
                self._add(value.built, "sentinel-rule", None, name, None)
        # A workbook's query is come across in the variable that holds it, and where that is used.
        steps = {_start(query): query for query in self.found.queries if query.kind == "workbook"}
        self.found.queries = [
            query for query in self.found.queries if query.kind != "workbook" or steps[_start(query)] is query
        ]
        self.found.queries.sort(key=_start)
        self.found.diagnostics += self.effort.diagnostics()
        self.found.diagnostics.sort(key=lambda one: one.start)
        return self.found

    # --- one query ------------------------------------------------------------------------------------------------

    def take(
        self,
        node: Mapping,
        key: str,
        kind: str,
        platform: str | None,
        name: str | None,
        rule: DetectionRule | None = None,
    ) -> list[HostedQuery]:
        """Takes the query that is a key's value; says so where it is empty.  What only the deployment knows is left."""
        entry = next((one for one in reversed(node.entries) if one.key == key), None)
        if entry is None or not isinstance(entry.value, Value):
            return []
        taken = []
        if self.handed is not None and (rule is None or not self.handed.has(entry.value)):
            return []
        self._say_failure(entry.value)
        for built in entry.value.options:
            if built.unknown or is_type(built.text) or (built.is_foreign and rule is None):
                continue  # a file's whole text is linted there, and there is nothing to compare it with
            if key != "queryText" and is_application_insights(built.text):
                continue
            if built.holes or has_code(built.text):
                taken.append(self._add(built, kind, platform, name, rule))
                continue
            if built.is_foreign:
                continue  # which is said of that file
            why = "has comments only" if built.text.strip() else "is empty"
            self.found.diagnostics.append(no_query_in_rule(entry.start, entry.end, name, f"its {key} {why}"))
        return taken

    def _say_failure(self, value: Value) -> None:
        """Says of a query that lies in another file why that can't be read, once."""
        failure = self.failures.pop((value.start, value.end), None)
        if failure is not None:
            found = unreadable(value.start, value.end, failure.why)
            severity = Severity.INFO if failure.missing else Severity.WARNING
            self.found.diagnostics.append(found._replace(severity=severity))

    def _add(
        self, built: PlacedText, kind: str, platform: str | None, name: str | None, rule: DetectionRule | None
    ) -> HostedQuery:
        query = HostedQuery(built.text, built.map, kind, platform, name, 0, built.lets, built.all_holes, rule)
        query.foreign = tuple(built.foreign)
        self.found.queries.append(query)
        return query


def _start(query: HostedQuery) -> int:
    return query.map.span(query.preamble, query.preamble)[0]


# Analytics rules whose query is Microsoft's.
_WITHOUT_QUERY = frozenset("fusion mlbehavioranalytics microsoftsecurityincidentcreation threatintelligence".split())


def _tells(name: str) -> bool:
    lowered = name.lower()
    return "quer" in lowered or "kql" in lowered


def places(scalar: Scalar) -> PositionMap:
    """Where the characters of a scalar's value stand."""
    if isinstance(scalar, Value):
        return scalar.built.map
    whole = PositionMap()
    whole.stand(len(scalar.value), scalar.start, scalar.end)
    return whole


def _cut(scalar: Scalar, start: int, end: int) -> Scalar:
    """A part of a scalar's value; one that a condition chooses is not known."""
    if not isinstance(scalar, Value) or len(scalar.options) > 1:
        return Scalar(scalar.value[start:end], scalar.style, scalar.start, scalar.end, True)
    built = scalar.built.part(start, end)
    return Value(built.text, scalar.style, *built.map.span(0, end - start), bool(built.holes), built, (built,))


def _label(*mappings: Mapping) -> str | None:
    """What a rule is called, on one line; the name of a resource is often no more than a GUID."""
    texts = (" ".join(mapping.text(key).split()) for mapping in mappings for key in ("displayName", "title", "name"))
    return next((text for text in texts if text), None)


def _parameters(node: Mapping) -> Node:
    """What lists the parameters of a function, by whatever name."""
    listed = (entry.value for entry in node.entries if "param" in entry.key.lower())
    return next((value for value in listed if isinstance(value, Value | Sequence)), Sequence(node.start))


def _declared(parameters: Node) -> str | None:
    """What declares the parameters of a function; None if only the deployment knows them."""
    listed = _listed(parameters)
    return None if listed is None else declarations(listed)


def _listed(parameters: Node) -> str | None:
    """The parameters of a function as Log Analytics keeps them; None if only the deployment knows them."""
    items = parameters.items if isinstance(parameters, Sequence) else [parameters]
    values = [item for item in items if isinstance(item, Value) and not item.hole]
    return ", ".join(value.value for value in values) if len(values) == len(items) else None
