"""The reference of the configuration, made from the table of its keys."""

from __future__ import annotations

from collections.abc import Iterator

from kql_lint.config import KEYS
from kql_lint.site.markdown import code, escaped, table

_HEAD = """# Configuration

Made from the table of keys by `make docs`. How files are found and what they look like:
[Configuration](../how-to/configuration.md). All this is in the [JSON Schema](../config.schema.json), which
`kql-lint config --schema` prints too.

Every key is optional. Those with a mark under "per path" may stand in an entry of `per-path` too.

"""


def page() -> str:
    """The page of all keys."""
    return _HEAD + table(("key", "default", "per path", "value", "what it does"), _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    for name, key in KEYS.items():
        yield code(name), code(key.default), "yes" if key.per_path else "", escaped(key.kind.expected), key.text
