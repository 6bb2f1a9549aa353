"""The JSON Schema of a configuration, made from the table of keys."""

from __future__ import annotations

import json

from kql_lint.config.keys import KEYS, RUN

# What editors' plugins for TOML and YAML understand best.
_DRAFT = "http://json-schema.org/draft-07/schema#"


def json_schema() -> dict[str, object]:
    """What a ``.kql-lint.toml`` or ``.kql-lint.yaml`` may hold, and ``[tool.kql-lint]`` of a pyproject.toml."""
    properties = {}
    for name, key in KEYS.items():
        text = key.text + (" Of the run as a whole." if key.scope == RUN else "")
        if name == "extend-select":
            text += f" Off by default: {_off_by_default()}."
        properties[name] = {**key.kind.schema, "description": text.replace("`", "")}
        if key.default != "none":
            properties[name]["default"] = json.loads(key.default)
    return {
        "$schema": _DRAFT,
        "title": "Configuration of kql-lint",
        "description": "The keys of .kql-lint.toml and .kql-lint.yaml, and of [tool.kql-lint] in a pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _off_by_default() -> str:
    from kql_lint.rules import RULES

    return ", ".join(f"{rule.code} {rule.name}" for rule in RULES if not rule.enabled)


def as_text() -> str:
    """The schema as it is printed and published."""
    return json.dumps(json_schema(), indent=2) + "\n"
