"""Lays the data of one file over that of another: an overlay over the shipped table, an import over what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from kql_lint.catalogue.data import CollectionsData, PlatformData, TableData

# What a table takes from the other platform's copy that it ``shares``.
_SHARED = ("column_groups", "dynamic_fields", "events", "references", "seen_keys", "sources")


def merge(base: TableData, top: TableData) -> TableData:
    """A new table: mappings, the columns of every event and the keys of providers' events are united.

    Anything else in top takes base's place.
    """
    merged = cast("TableData", _merged(cast("dict[str, object]", base), cast("dict[str, object]", top)))
    always = [*base.get("events", {}).get("always", ()), *top.get("events", {}).get("always", ())]
    if always:
        merged["events"]["always"] = list(dict.fromkeys(always))
    below = base.get("events", {}).get("values", {})
    for number, value in top.get("events", {}).get("values", {}).items():
        for provider, event in value.get("providers", {}).items():
            before = below.get(number, {}).get("providers", {}).get(provider)
            if before is not None:
                keys = list(dict.fromkeys([*before["keys"], *event["keys"]]))
                merged["events"]["values"][number]["providers"][provider]["keys"] = keys
    return merged


def share(table: TableData, other: TableData) -> TableData:
    """The table with what it shares with the other platform's copy; what its own file says goes on top."""
    shared = {key: value for key, value in other.items() if key in _SHARED}
    merged = merge(cast("TableData", shared), table)
    columns = merged.get("columns", {})
    if "events" in merged:
        always = [name for name in merged["events"].get("always", []) if name in columns]
        merged["events"] = {**merged["events"], "always": always}
    groups = {
        group: [name for name in names if name in columns] for group, names in merged.get("column_groups", {}).items()
    }
    merged["column_groups"] = {group: names for group, names in groups.items() if len(names) > 1}
    return merged


def _merged(base: dict[str, object], top: dict[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged


def merge_collections(base: CollectionsData, top: CollectionsData) -> CollectionsData:
    """Functions, aliases and watchlists by name, those of top first; its renames count before base's.

    Its aliases of tables stand behind those of base, since a later one counts.
    What top says of a platform is laid over what base says of it.
    """
    merged = cast("CollectionsData", {**base})
    if "platforms" in top:
        platforms = _merged(
            cast("dict[str, object]", base.get("platforms", {})), cast("dict[str, object]", top["platforms"])
        )
        merged["platforms"] = cast("dict[str, PlatformData]", platforms)
    if "functions" in top:
        merged["functions"] = {**base.get("functions", {}), **top["functions"]}
    if "aliases" in top:
        merged["aliases"] = {**base.get("aliases", {}), **top["aliases"]}
    if "table_aliases" in top:
        merged["table_aliases"] = [*base.get("table_aliases", []), *top["table_aliases"]]
    if "watchlists" in top:
        merged["watchlists"] = {**base.get("watchlists", {}), **top["watchlists"]}
    if "renames" in top:
        merged["renames"] = [*top["renames"], *base.get("renames", [])]
    return merged
