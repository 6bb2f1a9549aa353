"""Which queries a file has: one module a kind of file, found by its suffix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.hosts.hosted import Extraction, HostedQuery

if TYPE_CHECKING:
    from kql_lint.source import Source

__all__ = ["SUFFIXES", "Extraction", "HostedQuery", "extract", "extract_as", "kind_of"]

# A file's suffix, in lower case -> the module of this package that knows its kind.
_HOSTS = {
    ".kql": "plain",
    ".csl": "plain",
    ".kusto": "plain",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".md": "markdown",
    ".markdown": "markdown",
    ".tf": "terraform",
    ".bicep": "bicep",
}

SUFFIXES = frozenset(_HOSTS)


def kind_of(path: str) -> str | None:
    """The kind of file by its name: ``plain``, ``yaml``, ``terraform`` ...; None if it is none of ours."""
    dot = path.rfind(".")
    return _HOSTS.get(path[dot:].lower()) if dot >= 0 else None


def extract(source: Source) -> Extraction | None:
    """The queries of a file; None where the name says that it is none of ours.  Never raises for what is in it."""
    kind = kind_of(source.path)
    return None if kind is None else extract_as(source, kind)


def extract_as(source: Source, kind: str) -> Extraction:
    """The queries of a text, read as ``plain``, ``yaml`` or ``markdown`` whatever its name."""
    # Imported on demand: a run over .kql files doesn't pay for the YAML parser.
    if kind == "yaml":
        from kql_lint.hosts import yaml

        return yaml.extract(source)
    if kind == "markdown":
        from kql_lint.hosts import markdown

        return markdown.extract(source)
    if kind == "terraform":
        from kql_lint.hosts import terraform

        return terraform.extract(source)
    if kind == "bicep":
        from kql_lint.hosts import bicep

        return bicep.extract(source)
    from kql_lint.hosts import plain

    return plain.extract(source)
