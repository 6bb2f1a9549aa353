"""Terraform files (``.tf``): their tokens (``scan``) and declarations (``read``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import Extraction
    from kql_lint.hosts.options import Load
    from kql_lint.source import Source


def extract(source: Source, load: Load | None = None) -> Extraction:
    """The queries of a Terraform file; KL004 for a rule without one, KL005 where the file is broken.

    load gives the content of files that this one names, such as ``q.kql``.
    """
    from kql_lint.hosts.infrastructure.terraform import read

    return read.extract(source, load)
