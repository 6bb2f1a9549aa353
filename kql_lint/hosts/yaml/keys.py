"""Which keys of YAML files are read: a file's other values are skipped, unmade."""

from __future__ import annotations

from kql_lint.hosts.pascal import KEYS as PASCAL_KEYS
from kql_lint.hosts.pascal import capital
from kql_lint.hosts.rule_keys import HINTS, LANGUAGE_KEYS, NAMES, SCHEDULE
from kql_lint.hosts.yaml.flat import ASSETS
from kql_lint.hosts.yaml.flat import KEYS as FLAT_KEYS
from kql_lint.hosts.yaml.msticpy import ENVIRONMENTS
from kql_lint.hosts.yaml.parsers import KEYS as PARSER_KEYS
from kql_lint.hosts.yaml.parsers import PARAMETERS

# Every key whose value, or mere presence, says something here.
KEYS = frozenset(
    {*SCHEDULE, *HINTS, *LANGUAGE_KEYS, *NAMES, "query", "queryText", "queryCondition", "kind", "connectorId", "<<"}
    | {"description", "type", "$ref", "status", "version", "templateVersion", *PARSER_KEYS, *FLAT_KEYS}
    | PASCAL_KEYS
)

# Keys of which all is read that their values hold.
_OF_RULES = (
    "entityMappings customDetails alertDetailsOverride sentinelEntitiesMappings eventGroupingSettings "
    "incidentConfiguration schedule detectionAction tactics relevantTechniques techniques requiredDataConnectors "
    "mitreTechniques".split()
)
WHOLE = frozenset({*_OF_RULES, *map(capital, _OF_RULES), ASSETS, ENVIRONMENTS, *PARAMETERS})
