"""Queries in KQL for services whose tables are others than those of Sentinel and Defender, told by their first word."""

from __future__ import annotations

import re

# Tables of Azure Resource Graph.
_RESOURCE_GRAPH = re.compile(r"\s*(?:[a-z]*resources|resource[a-z]*|[a-z]+changes)\s*(?:\||\Z)")

# What Application Insights resources call their tables, which are not those of a workspace.
_APPLICATION_INSIGHTS = re.compile(
    r"\s*(?:availabilityResults|browserTimings|customEvents|customMetrics|dependencies|exceptions|pageViews"
    r"|performanceCounters|requests|traces)\s*(?:\||\Z)"
)


def is_resource_graph(query: str, begin: int = 0) -> bool:
    """Whether a query, which begins at an offset of the text, is one of Azure Resource Graph."""
    return _RESOURCE_GRAPH.match(query, begin) is not None


def is_application_insights(query: str) -> bool:
    """Whether a query is one for a resource of Application Insights."""
    return _APPLICATION_INSIGHTS.match(query) is not None
