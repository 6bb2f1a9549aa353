"""Which columns belong together and which every event has, told from the names of a table's columns.

A first draft for people to correct: an import writes it into a table that has none, and never over what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from kql_lint.catalogue.catalogue import Catalogue

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindsData

# Present whatever the event: who sent it, when, from which machine, and what the workspace adds.
_EVENT = re.compile(
    r"Timestamp|TimeGenerated|ActionType|ReportId|DeviceId|DeviceName|MachineGroup|TenantId|Type|SourceSystem"
    r"|Application|ApplicationId|AppGuardContainerId|_\w+"
)
_FILE = r"FileName|FolderPath|SHA1|SHA256|MD5|FileSize"
_GROUPS = {
    "initiating process": r"(?:Is)?InitiatingProcess\w+|LogonID",
    "process": r"Process\w+|IsProcessRemoteSession|CreatedProcessSessionId",
    "file": _FILE,
    "previous file": r"Previous(?:FileName|FolderPath)",
    "file origin": r"FileOrigin\w+",
    "file request": r"Request(?:Protocol|Source\w+|Account\w+)|ShareName",
    "sensitivity label": r"Sensitivity(?:Sub)?Label|IsAzureInfoProtectionApplied",
    "registry value": r"RegistryValue\w+",
    "previous registry value": r"PreviousRegistryValue\w+",
    "account": r"Account(?:Domain|Name|Sid|Upn|ObjectId|DisplayName)",
    "target account": r"TargetAccount\w+",
    "remote address": r"RemoteIP(?:Type)?",
    "local address": r"LocalIP(?:Type)?",
    "destination": r"Destination(?:DeviceName|IPAddress|Port)",
    "source user": r"SourceUser\w+",
    "policy": r"Policy(?:Id|Name|Version|Hash)",
}


@cache
def standard_columns() -> frozenset[str]:
    """The columns that every table of a workspace has: the shipped catalogue says so once for all."""
    return frozenset(Catalogue.default().standard_columns("sentinel"))


def always(columns: Iterable[str], events: EventKindsData) -> list[str]:
    """The columns that depend on no kind of event, in the table's order.

    Where lists of kinds are whole, these are the columns that no kind has: those of the envelope, and those that the
    service computes.
    """
    kinds = events.get("values", {}).values()
    found = {*events.get("always", ()), events.get("column"), *standard_columns()}
    if any(kind.get("whole") for kind in kinds):
        of_kinds = {name for kind in kinds for name in kind.get("columns", ())}
        return [name for name in columns if name in found or name not in of_kinds]
    return [name for name in columns if name in found or _EVENT.fullmatch(name)]


def column_groups(columns: Iterable[str]) -> dict[str, list[str]]:
    """Group to its columns, in the table's order; a group of one says nothing and is left out."""
    names = list(columns)
    groups = {group: [name for name in names if re.fullmatch(rule, name)] for group, rule in _GROUPS.items()}
    return {group: members for group, members in groups.items() if len(members) > 1}
