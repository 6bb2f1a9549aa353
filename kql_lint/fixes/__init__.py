"""Fixes, applied: to one text (``driver``), and to files (``files``).

Edits are those of the file, as findings have them.
"""

from __future__ import annotations

from kql_lint.fixes.apply import Applied, apply
from kql_lint.fixes.driver import LEVELS, Linting, Outcome, TakenBack, fix_text

__all__ = ["LEVELS", "Applied", "Linting", "Outcome", "TakenBack", "apply", "fix_text"]
