"""Which queries a file has: a folder a family of files, found by the suffix; what families share lies beside them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kql_lint.hosts.options import DEFAULT, HostOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kql_lint.hosts.hosted import Extraction, HostedQuery
    from kql_lint.source import Source

__all__ = [
    "SUFFIXES",
    "Extraction",
    "HostOptions",
    "HostedQuery",
    "extract",
    "extract_as",
    "kind_of",
    "may_have_queries",
]

# A file's suffix, in lower case -> its kind.
_HOSTS = {
    ".kql": "plain",
    ".csl": "plain",
    ".kusto": "plain",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonc": "json",
    ".workbook": "json",
    ".ipynb": "notebook",
    ".tf": "terraform",
    ".bicep": "bicep",
    ".md": "markdown",
    ".markdown": "markdown",
}

# A kind -> the module here that reads it.
_FAMILIES = {
    "plain": "plain",
    "yaml": "yaml",
    "json": "json",
    "notebook": "embedded.notebook",
    "terraform": "infrastructure.terraform",
    "bicep": "infrastructure.bicep",
}

SUFFIXES = frozenset(_HOSTS)


def __getattr__(name: str) -> object:
    # Dataclasses take long to load, and who only asks for a file's kind does without.
    if name in ("Extraction", "HostedQuery"):
        from kql_lint.hosts import hosted

        return getattr(hosted, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def kind_of(path: str) -> str | None:
    """The kind of file by its name, such as ``plain``, ``yaml`` or ``json``; None if it is none of ours."""
    dot = path.rfind(".")
    return _HOSTS.get(path[dot:].lower()) if dot >= 0 else None


def may_have_queries(kind: str, text: str) -> bool:
    """Whether a text that can't be read as a whole may be one with queries; a guess by the words in it."""
    lowered = text.lower()
    return kind == "plain" or any(word in lowered for word in ("query", "kql", "kusto"))


def extract(source: Source, options: HostOptions = DEFAULT) -> Extraction | None:
    """The queries of a file; None where the name says that it is none of ours.  Never raises for what is in it."""
    kind = kind_of(source.path)
    return None if kind is None else extract_as(source, kind, options)


def extract_as(source: Source, kind: str, options: HostOptions = DEFAULT) -> Extraction:
    """The queries of a text, read as one of the kinds of ``kind_of`` whatever its name."""
    found = _extract(source, kind, options)
    if options.query_keys and kind in ("yaml", "json"):
        from kql_lint.hosts import generic

        generic.add(found, source, kind, options.query_keys)
    return found


def _extract(source: Source, kind: str, options: HostOptions) -> Extraction:
    # Imported on demand: a run over .kql files doesn't pay for the YAML parser.
    if kind == "markdown":
        from kql_lint.hosts.embedded import markdown

        return markdown.extract(source, options)
    read: Callable[[Source], Extraction] = import_module(f"kql_lint.hosts.{_FAMILIES[kind]}").extract
    return read(source)
