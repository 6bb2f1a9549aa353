"""YAML files: Sentinel's analytics rules, hunting queries and parsers, Defender's custom detections, MSTICPy's queries.

``read`` searches a file for them; ``nodes`` and ``scalars`` are YAML with its places, ``keys`` says which are read,
``detection``, ``flat``, ``msticpy`` and ``parsers`` are the shapes of rules, ``comments`` and ``problems`` the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import Extraction
    from kql_lint.source import Source


def extract(source: Source) -> Extraction:
    """The queries of a YAML file; KL004 for a rule without one, KL005 for a document that is broken."""
    from kql_lint.hosts.yaml import read

    return read.extract(source)
