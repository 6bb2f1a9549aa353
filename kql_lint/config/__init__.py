"""The configuration: which file governs what, and what it says, checked key by key.

A mistake is never passed over: an unknown key or a value of the wrong type raises ConfigError with the file, the line
and the column.
"""

from __future__ import annotations

from kql_lint.config.find import Configurations, load
from kql_lint.config.keys import KEYS
from kql_lint.config.model import PLATFORMS, SEVERITIES, Config, ConfigError, Override, Place

__all__ = [
    "KEYS",
    "PLATFORMS",
    "SEVERITIES",
    "Config",
    "ConfigError",
    "Configurations",
    "Override",
    "Place",
    "load",
]
