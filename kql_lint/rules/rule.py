"""What a rule is: one value that help, configuration, outputs and the documentation derive everything from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity

if TYPE_CHECKING:
    from kql_lint.hosts.detection import DetectionRule
    from kql_lint.hosts.hosted import HostedQuery
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Scope


@dataclass(slots=True)
class Detection:
    """A query together with what its file says about the rule around it.

    query and rule are the host's; every offset of rule is one of the file.  columns are the names and KQL types of the
    query's result, None where they can't be known wholly (or behind a syntax error): rules about columns are then
    silent.  result is what the query gives, None where it is no table.  facts are those of the query: their offsets,
    and those of result, are the query's, and ``query.map`` leads to the file's.
    """

    query: HostedQuery
    rule: DetectionRule
    columns: dict[str, str] | None
    result: Scope | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that a rule of kql-lint looks at, in the API's words and separated by blanks.

    They are those of analytics rules, hunting queries (in the format of Sentinel's templates) and custom detections.
    """

    analytic: str = ""
    hunting: str = ""
    detection: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of kql-lint.

    code (``KL101``) and name (``unknown-action-type``) are what users type and never change.  severity is the default.
    fix is the safety of the fix it offers (``safe``, ``intent``, ``unsafe``) or None.  documentation is the docstring
    of the rule's module in Markdown.  check goes over the facts of one query; None for rules that the parser or the
    hosts report themselves.  check_detection goes over a query with the rule that its file makes of it: unlike those of
    check, the offsets of its diagnostics, related places and edits are those of the file.  settings are what a rule
    about detection rules looks at, for the documentation.
    """

    code: str
    name: str
    summary: str
    severity: Severity
    documentation: str
    fix: str | None = None
    check: Callable[[Facts], Iterator[Diagnostic]] | None = None
    check_detection: Callable[[Detection], Iterator[Diagnostic]] | None = None
    enabled: bool = True
    settings: Settings | None = None

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
        """A diagnostic of this rule at ``start`` to ``end``; severity where it is not the default."""
        severity = self.severity if severity is None else severity
        return Diagnostic(self.code, self.name, severity, message, start, end, help, related, fixes)
