"""JSON files: templates for Azure, workbooks, custom detections of Microsoft Graph, rules as an API or portal has them.

``read`` searches a file for them; ``nodes`` is JSON with its places, ``document`` one text of it, which may be a string
in another, and what was found there.  ``arm`` knows Azure's resources and expressions, ``workbook`` workbooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import Extraction
    from kql_lint.source import Source


def extract(source: Source) -> Extraction:
    """The queries of a JSON file; KL004 for a rule without one, KL005 for a broken file that has queries."""
    from kql_lint.hosts.json import read

    return read.extract(source)
