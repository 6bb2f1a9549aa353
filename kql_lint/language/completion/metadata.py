"""What may be written around a query: in the settings of its rule, in whatever format.  Offsets are the file's.

The word at the cursor becomes one that no file has, the file is read again, and the setting in which that word turns up
says what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language import notes
from kql_lint.language.file import MARK, OpenFile, QueryInFile
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.language.metadata import column_names
from kql_lint.semantics.scopes.scope import Scope

if TYPE_CHECKING:
    from kql_lint.catalogue.limits import Limits
    from kql_lint.hosts.detection import DetectionRule, Text

_BEFORE = re.compile(r"[\w.#]*\Z")
_BEHIND = re.compile(r"[\w.#]*")
_OPENED = re.compile(r"\{\{\s*" + MARK + r"(?P<closed>\s*\}\})?")
# What templates write for the operators that the API has words for.
_TRIGGERS = {"gt": "GreaterThan", "lt": "LessThan", "eq": "Equal", "ne": "NotEqual"}


class _Offer(NamedTuple):
    """A word for a setting, and a few words about it."""

    word: str
    detail: str = ""
    kind: ItemKind = ItemKind.SETTING


def complete_metadata(file: OpenFile, place: int) -> list[Item]:
    """What may be written at a place of the file outside of its queries; [] where that is not known."""
    text = file.source.text
    before, behind = _BEFORE.search(text, max(place - 200, 0), place), _BEHIND.match(text, place)
    start = before.start() if before is not None else place
    end = behind.end() if behind is not None else place
    for found in file.marked(start, end)[1]:
        rule = found.hosted.rule
        if rule is not None:
            items = list(_of_rule(_Marked(file, found, rule, start, end)))
            if items:
                return sorted(items, key=lambda item: item.sort)
    return []


class _Marked:
    """The rule in which the word at the cursor may have turned up."""

    def __init__(self, file: OpenFile, found: QueryInFile, rule: DetectionRule, start: int, end: int) -> None:
        self.file = file
        self.found = found
        self.rule = rule
        self.start = start
        self.end = end

    @property
    def limits(self) -> Limits:
        """What the services take."""
        return self.file.catalogue.limits

    def items(self, text: Text, offers: Iterable[_Offer], suffix: str = "") -> Iterator[Item]:
        """The items for a text that has MARK, each written as the file writes it there."""
        first = text.value.find(MARK)
        for order, (word, detail, kind) in enumerate(offers):
            edits = text.replacing(first, first + len(MARK), word + suffix)
            if edits is not None and len(edits) == 1:
                new = edits[0].text
                yield Item(word, kind, new, self.start, self.end, detail, Rank.VALUE, filter=word, order=order)

    def columns(self, text: Text, suffix: str = "") -> Iterator[Item]:
        """The columns that the query returns."""
        analysis = self.found.query.analysis
        result = analysis.bound.result if analysis.bound is not None else None
        scope = result if isinstance(result, Scope) else None
        if scope is None:
            return
        offers = [_Offer(name, column.type, ItemKind.COLUMN) for name, column in scope.columns.items()]
        for item in self.items(text, offers, suffix):
            column = scope.columns[item.label]
            item.note = partial(notes.column, column, scope, self.found.query.text)
            item.order = None
            yield item


def _of_rule(marked: _Marked) -> Iterator[Item]:
    yield from _columns(marked)
    yield from _placeholders(marked)
    yield from _entities(marked)
    yield from _closed_lists(marked)
    yield from _tactics(marked)


def _is_marked(text: Text | None) -> bool:
    return text is not None and not text.hole and text.value == MARK


def _columns(marked: _Marked) -> Iterator[Item]:
    for name in column_names(marked.rule):
        if name.name == MARK and not name.fixed:
            yield from marked.columns(name.text)
            return
    for asset in (*marked.rule.impacted_assets, *marked.rule.response_actions):
        if _is_marked(asset.identifier):
            known = marked.limits.asset_identifiers
            yield from marked.items(asset.identifier, (_Offer(one, "identifier") for one in known))


def _placeholders(marked: _Marked) -> Iterator[Item]:
    """Columns in the braces of an alert's name or description."""
    for _, text in marked.rule.alert_formats:
        found = _OPENED.search(text.value) if not text.hole else None
        if found is not None and found["closed"] is None:
            yield from marked.columns(text, "}}")


def _entities(marked: _Marked) -> Iterator[Item]:
    limits = marked.limits
    for mapping in marked.rule.entity_mappings:
        if mapping.entity is not None and _is_marked(mapping.entity):
            offers = (_entity(limits, name) for name in limits.entities())
            yield from marked.items(mapping.entity, offers)
        entity = limits.entity(mapping.entity.value) if mapping.entity is not None else None
        used = {one.identifier.value for one in mapping.fields if one.identifier is not None}
        for field in mapping.fields:
            if entity is not None and field.identifier is not None and _is_marked(field.identifier):
                left = (one for one in entity.identifiers if one not in used)
                identifying = {name for one in entity.required for name in one}
                words = (_Offer(one, "identifies it" if one in identifying else "") for one in left)
                yield from marked.items(field.identifier, words)
    grouping = marked.rule.grouping
    for text in grouping.entities.items if grouping is not None and grouping.entities is not None else ():
        if _is_marked(text):
            mapped = dict.fromkeys(one.entity.value for one in marked.rule.entity_mappings if one.entity is not None)
            yield from marked.items(text, map(_Offer, mapped))


def _entity(limits: Limits, name: str) -> _Offer:
    entity = limits.entity(name)
    return _Offer(name, ", ".join(entity.identifiers) if entity is not None else "")


def _closed_lists(marked: _Marked) -> Iterator[Item]:
    """Settings that take some words only."""
    rule, limits = marked.rule, marked.limits
    grouping = rule.grouping
    listed: list[tuple[Text | None, Iterable[str]]] = [
        (rule.severity, limits.values("severity")),
        (rule.status, limits.values("status")),
        (rule.kind_text, limits.values("kind")),
        (rule.category, (*limits.values("tactic"), *limits.values("category"))),
        (rule.trigger_operator, _TRIGGERS if rule.is_template else _TRIGGERS.values()),
        (rule.event_grouping, limits.values("aggregation-kind")),
        (grouping.method if grouping is not None else None, limits.values("matching-method")),
        *((prop, limits.alert_properties) for prop, _ in rule.alert_properties),
        *((one, (name.value for name, _ in rule.custom_details)) for one in rule.group_by_details),
    ]
    if grouping is not None and grouping.alert_details is not None:
        listed += [(one, limits.values("alert-detail")) for one in grouping.alert_details.items]
    for text, words in listed:
        if text is not None and _is_marked(text):
            yield from marked.items(text, [_Offer(word, _TRIGGERS.get(word, "")) for word in words])


def _tactics(marked: _Marked) -> Iterator[Item]:
    """Tactics, and the techniques that belong to those of the rule."""
    rule = marked.rule
    tactics = [one.value for one in rule.tactics.items] if rule.tactics is not None else []
    for text in rule.tactics.items if rule.tactics is not None else ():
        if _is_marked(text):
            left = (one for one in marked.limits.values("tactic") if one not in tactics)
            yield from marked.items(text, map(_Offer, left))
    chosen = set(tactics) - {MARK}
    for text in rule.techniques.items if rule.techniques is not None else ():
        if _is_marked(text):
            known = marked.file.catalogue.techniques.known().values()
            offers = [
                _Offer(one.id, ", ".join(sorted(one.tactics)))
                for one in known
                if not one.state and (not chosen or chosen & one.tactics)
            ]
            yield from marked.items(text, offers)
