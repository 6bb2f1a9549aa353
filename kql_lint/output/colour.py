"""The few colours of the text output."""

from __future__ import annotations

from kql_lint.diagnostic import Severity

_CODES = {
    "bold": "1",
    "dim": "2",
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "related": "34",
    "help": "32",
}


class Palette:
    """Wraps text in the escape sequences of a role, or leaves it alone where colour is off."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    def __call__(self, role: str, text: str) -> str:
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.enabled and text else text

    def severity(self, severity: Severity, text: str) -> str:
        """The text in the colour of a severity."""
        return self(severity.label, text)
