"""The keys that Windows events have, by provider and EventID: one list for all tables that hold such events.

A line for each event, as in ``compact``: ``<provider> <EventID>``, where its keys are from, and the keys.

    Microsoft-Windows-Sysmon 5  event-dictionary 2025-01  Image,ProcessGuid,ProcessId,RuleName,User,UtcTime
    Contoso-Agent 12            event-manifest 2026-08 whole  User,Reason

``whole``: the source names all keys of the event.  A table takes part by saying which column names the provider
(``events: {column: EventID, provider: Provider, bag: EventData}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kql_lint.catalogue import compact

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, EventKindsData, ProviderEventData, TableData

PROVIDER_EVENTS = "provider_events.tsv"
SOURCES = {
    "event-manifest": "the manifest of the events' provider: all keys that each event has",
    "event-dictionary": "a public dictionary of the provider's events: newer versions may add keys",
}

_EVENT = re.compile(r"\S(?:.*\S)? \d{1,9}")
_ORIGIN = re.compile(r"(?P<source>[\w-]+) (?P<as_of>\d{4}-\d{2})(?P<whole> whole)?")
_WHOLE = " whole"


def with_listed(data: TableData, listed: compact.CompactList) -> TableData:
    """A table of providers' events with what the list has of them; what its files say goes on top."""
    from kql_lint.catalogue.merge import merge

    if "provider" not in data.get("events", {}):
        return data
    values: dict[str, EventKindData] = {}
    for name, fields in listed.rows():
        provider, _, number = name.rpartition(" ")
        values.setdefault(number, {}).setdefault("providers", {})[provider] = _event(*fields)
    ordered: EventKindsData = {"values": {number: values[number] for number in sorted(values, key=int)}}
    if listed.as_of is not None:
        ordered["as_of"] = listed.as_of
    return merge({"sources": dict(SOURCES), "events": ordered}, data)


def _event(origin: str, keys: str) -> ProviderEventData:
    source, as_of, *whole = origin.split(" ")
    return {"keys": keys.split(",") if keys else [], "whole": bool(whole), "source": source, "as_of": as_of}


def text_of(as_of: str, events: Mapping[tuple[str, str], ProviderEventData]) -> str:
    """The content of the list: by provider and EventID."""
    lines = {f"{provider} {number}": _fields(event) for (provider, number), event in events.items()}
    return compact.text_of(as_of, lines)


def _fields(event: ProviderEventData) -> list[str]:
    origin = f"{event['source']} {event['as_of']}{_WHOLE if event.get('whole') else ''}"
    return [origin, ",".join(event["keys"])]


def wrong(name: str, fields: list[str]) -> Iterator[str]:
    """What is wrong with a line of the list, for ``compact.check``."""
    if not _EVENT.fullmatch(name):
        yield f'"{name}" is no provider with an EventID'
    origin = _ORIGIN.fullmatch(fields[0])
    if len(fields) != 2 or origin is None:
        yield "not an event: where its keys are from with year and month (YYYY-MM), a tab, and the keys"
        return
    if origin["source"] not in SOURCES:
        yield f'"{origin["source"]}" is no source of keys: one of {", ".join(SOURCES)}'
    keys = fields[1].split(",") if fields[1] else []
    twice = next((key for place, key in enumerate(keys) if not key or key in keys[:place]), None)
    if twice is not None:
        yield f'the key "{twice}" is there twice' if twice else "a key is empty"
