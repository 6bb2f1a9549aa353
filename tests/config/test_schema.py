"""The published JSON Schema, which comes from the table of keys."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from kql_lint.config import KEYS
from kql_lint.config.schema import as_text, json_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "config.schema.json"


def test_the_published_schema_is_what_the_keys_say() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == as_text(), "run: kql-lint config --schema > docs/config.schema.json"


def test_it_is_a_schema_with_every_key() -> None:
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)

    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == list(KEYS)
    assert all(each["description"].endswith(".") for each in properties.values())


def test_every_default_fits_its_own_key() -> None:
    properties = json_schema()["properties"]
    assert isinstance(properties, dict)

    for each in properties.values():
        if "default" in each:
            jsonschema.Draft7Validator(each).validate(each["default"])


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ({"ignore": ["KL1"], "severity": {"KL104": "info"}, "jobs": "auto"}, None),
        ({"jobs": 4, "per-path": [{"paths": ["hunting/"], "ignore": ["KL1"]}]}, None),
        ({"ignored": ["KL1"]}, "Additional properties are not allowed ('ignored' was unexpected)"),
        ({"fail-level": "fatal"}, "'fatal' is not one of ['error', 'warning', 'info']"),
        ({"per-path": [{"ignore": ["KL1"]}]}, "'paths' is a required property"),
        ({"jobs": 0}, "0 is not valid under any of the given schemas"),
    ],
)
def test_it_takes_what_kql_lint_takes(configuration: dict[str, object], message: str | None) -> None:
    errors = [error.message for error in jsonschema.Draft7Validator(json_schema()).iter_errors(configuration)]

    assert errors == ([message] if message else [])
