"""catalog/limits.yaml: what it says, and that each fact names a page that the file knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kql_lint import resources
from kql_lint.catalogue import Catalogue
from kql_lint.catalogue.check import check

LIMITS = Catalogue.default().limits


def test_numbers_and_their_pages() -> None:
    assert LIMITS.number("entity-mappings") == 10
    assert (
        LIMITS.source("entity-mappings") == "https://learn.microsoft.com/en-us/azure/sentinel/sentinel-service-limits"
    )
    assert LIMITS.number("query-characters") == 10_000
    with pytest.raises(KeyError):
        LIMITS.number("no-such-limit")


def test_every_fact_has_a_source() -> None:
    data = yaml.safe_load(Path(resources.catalog_folder(), "limits.yaml").read_text(encoding="utf-8"))
    lists = (*data["values"].values(), *data["keys"].values(), data["old_entity_columns"], data["connector_tables"])
    facts = (*data["limits"].values(), *data["entities"].values(), data["alert_properties"], *lists)
    named = {item["source"] for item in facts}

    assert named <= data["sources"].keys()
    assert {item["source"] for item in lists} <= data["as_of"].keys() <= data["sources"].keys()
    assert all(url.startswith("https://") for url in data["sources"].values())


def test_entities() -> None:
    entity = LIMITS.entity("filehash")

    assert entity is not None
    assert (entity.name, entity.identifiers) == ("FileHash", ("Algorithm", "Value"))
    assert entity.required == (("Algorithm", "Value"),)
    assert LIMITS.entity("Person") is None
    for name in LIMITS.entities():
        one = LIMITS.entity(name)
        assert one is not None
        assert {part for needed in one.required for part in needed} <= set(one.identifiers)


def test_lookbacks_are_those_of_the_documentation() -> None:
    assert [LIMITS.lookback(minutes) for minutes in (60, 180, 720, 1440, 30)] == [240, 720, 2880, 43_200, None]


def test_a_mistake_in_the_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text("sources: {a: b}\nlimits:\n  x: {value: many, source: a}\nentities: {}\n", encoding="utf-8")

    assert [(item.line, item.message) for item in check([str(path)])] == [
        (1, 'the file lacks "as_of"'),
        (1, 'the file lacks "strong_identifiers"'),
        (1, 'the file lacks "list_identifiers"'),
        (1, 'the file lacks "alert_properties"'),
        (1, 'the file lacks "custom_detections"'),
        (1, 'the file lacks "values"'),
        (1, 'the file lacks "keys"'),
        (1, 'the file lacks "earlier_keys"'),
        (1, 'the file lacks "connector_tables"'),
        (1, 'the file lacks "old_entity_columns"'),
        (3, '"value" must be a whole number'),
    ]


def test_values_and_keys() -> None:
    assert LIMITS.values("severity") == ("High", "Medium", "Low", "Informational")
    assert len(LIMITS.values("tactic")) == 17
    assert LIMITS.keys("eventGroupingSettings") == ("aggregationKind",)
    assert LIMITS.folded_keys("eventGroupingSettings") == {"aggregationkind"}
    assert {"matchingmethod", "entitiesmatchingmethod"} <= LIMITS.folded_keys("groupingConfiguration")
    with pytest.raises(KeyError):
        LIMITS.values("no-such-setting")
