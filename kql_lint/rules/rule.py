"""What a rule is: one value that help, configuration, outputs and the documentation derive everything from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of kql-lint.

    code (``KL101``) and name (``unknown-action-type``) are what users type and never change.  severity is the default.
    fix is the safety of the fix it offers (``safe``, ``intent``, ``unsafe``) or None.  documentation is the docstring
    of the rule's module in Markdown.  check goes over the facts of one query; None for rules that the parser or the
    hosts report themselves.
    """

    code: str
    name: str
    summary: str
    severity: Severity
    documentation: str
    fix: str | None = None
    check: Callable[[Facts], Iterator[Diagnostic]] | None = None
    enabled: bool = True

    def report(
        self,
        start: int,
        end: int,
        message: str,
        *,
        severity: Severity | None = None,
        help: str | None = None,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> Diagnostic:
        """A diagnostic of this rule at ``start`` to ``end`` of the query; severity where it is not the default."""
        severity = self.severity if severity is None else severity
        return Diagnostic(self.code, self.name, severity, message, start, end, help, related, fixes)
