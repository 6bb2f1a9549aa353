"""Which queries a file has: a folder a family of files, found by the suffix; what families share lies beside them."""

from __future__ import annotations

import os
import re
from importlib import import_module
from typing import TYPE_CHECKING

from kql_lint.hosts.options import DEFAULT, HostOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kql_lint.hosts.hosted import Extraction, HostedQuery
    from kql_lint.hosts.options import Load
    from kql_lint.source import Source

__all__ = [
    "GUESSED",
    "KINDS",
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
    ".ps1": "powershell",
    ".psm1": "powershell",
}

# A kind -> the module here that reads it.
_FAMILIES = {
    "plain": "plain",
    "yaml": "yaml",
    "json": "json",
    "notebook": "embedded.notebook",
    "terraform": "infrastructure.terraform",
    "bicep": "infrastructure.bicep",
    "markdown": "embedded.markdown",
    "powershell": "embedded.powershell",
}

SUFFIXES = frozenset(_HOSTS)
KINDS = {"kql" if kind == "plain" else kind: kind for kind in _FAMILIES}
"""What users call the kinds of files, and what they are called here."""

GUESSED = "guessed"
"""The kind of files that are KQL if their content says so: ``.txt``, and those without an ending."""

# What stands behind a name's last dot, where it is an ending: "Rule v1.2" has none.
_ENDING = re.compile(r"\.(?!\d+\Z)[\w+~-]{1,12}\Z")


def __getattr__(name: str) -> object:
    # Dataclasses take long to load, and who only asks for a file's kind does without.
    if name in ("Extraction", "HostedQuery"):
        from kql_lint.hosts import hosted

        return getattr(hosted, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def kind_of(path: str, extensions: Sequence[tuple[str, str]] = ()) -> str | None:
    """The kind of file by its name, such as ``plain``, ``yaml`` or ``json``; None if it is none of ours.

    extensions are endings of the user's (lower case, with the dot; "" for files without one) and their kinds, which
    come first.  GUESSED is a kind that the content decides about.  A name that begins with a dot is none of a rule's.
    """
    name = path[max(path.rfind("/"), path.rfind(os.sep)) + 1 :].lower()
    for ending, kind in extensions:
        if name.endswith(ending) if ending else ending_of(name) == "":
            return kind
    ending = ending_of(name)
    if ending in ("", ".txt"):
        return None if name.startswith((".", "<")) else GUESSED
    return _HOSTS.get(ending)


def ending_of(name: str) -> str:
    """The ending of a file's name with its dot, in lower case; empty where it has none."""
    found = _ENDING.search(name)
    return found[0].lower() if found else ""


def may_have_queries(kind: str, text: str) -> bool:
    """Whether a text that can't be read as a whole may be one with queries; a guess by the words in it."""
    lowered = text.lower()
    if kind == GUESSED:
        from kql_lint.hosts.guess import is_a_query

        return is_a_query(text)
    return kind == "plain" or any(word in lowered for word in ("query", "kql", "kusto"))


def extract(source: Source, options: HostOptions = DEFAULT) -> Extraction | None:
    """The queries of a file; None where the name says that it is none of ours.  Never raises for what is in it."""
    kind = kind_of(source.path)
    return None if kind is None else extract_as(source, kind, options)


def extract_as(source: Source, kind: str, options: HostOptions = DEFAULT) -> Extraction:
    """The queries of a text, read as one of the kinds of ``kind_of`` whatever its name."""
    if kind == GUESSED:
        from kql_lint.hosts.hosted import Extraction

        if not may_have_queries(kind, source.text):
            return Extraction(is_ours=False)
        kind = "plain"
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
    door = import_module(f"kql_lint.hosts.{_FAMILIES[kind]}")
    if kind in ("terraform", "bicep"):
        loading: Callable[[Source, Load | None], Extraction] = door.extract
        return loading(source, options.load)
    read: Callable[[Source], Extraction] = door.extract
    return read(source)
