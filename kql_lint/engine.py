"""analyze(): one query text in, its diagnostics out; describe(): what it gives and uses.  Pure: neither reads a file.

The catalogue is read from disk lazily, table by table, as the query names them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Collection

    from kql_lint.catalogue import Catalogue
    from kql_lint.hosts.hosted import HostedQuery
    from kql_lint.semantics import Bound
    from kql_lint.semantics.description import Description


@dataclass(slots=True)
class Analysis:
    """What is known of one query.

    diagnostics are sorted by their place; offsets are half-open, in code points of the query.  output_columns are the
    (name, KQL type) pairs of the result in order, None where they can't be known.  bound is what binding found out.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    output_columns: list[tuple[str, str]] | None = None
    bound: Bound | None = field(default=None, repr=False, compare=False)


def analyze(
    query: str,
    *,
    catalogue: Catalogue | None = None,
    platform: str = "auto",
    strict_fields: bool = False,
    used_elsewhere: Collection[str] = (),
) -> Analysis:
    """Parse, bind and judge one query text.

    catalogue is what tables and ActionTypes are compared with, by default the one that comes with kql-lint.  platform
    is ``auto``, ``defender`` or ``sentinel``.  strict_fields takes the catalogue's field lists literally (KL105 becomes
    KL104).  used_elsewhere are names of lets that other queries of the same file use.  Never raises on any text; raises
    OSError where the installation lacks its grammar or catalogue.
    """
    from kql_lint.catalogue import Catalogue
    from kql_lint.rules import RULES
    from kql_lint.semantics import bind
    from kql_lint.syntax import parse

    catalogue = catalogue or Catalogue.default()
    parsed = parse(query)
    errors = [error.start for error in parsed.diagnostics]
    bound = bind(parsed.query, query, catalogue, platform=platform, strict_fields=strict_fields, errors=errors)
    bound.facts.syntax_errors = tuple(found.start for found in parsed.diagnostics if found.code == "KL001")
    bound.facts.used_elsewhere, bound.facts.platform = used_elsewhere, platform
    diagnostics = list(parsed.diagnostics)
    for rule in RULES:
        if rule.check is not None:
            diagnostics.extend(rule.check(bound.facts))
    diagnostics.sort(key=lambda found: (found.start, found.end, found.code))
    return Analysis(diagnostics, bound.output_columns, bound)


def judge_detection(query: HostedQuery, analysis: Analysis) -> list[Diagnostic]:
    """What the rules about metadata say of a query's rule, with offsets of the FILE; analysis is that of the query.

    Nothing where the host says nothing of a rule.
    """
    from kql_lint.rules import RULES
    from kql_lint.rules.rule import Detection
    from kql_lint.semantics.scope import Scope

    bound = analysis.bound
    if query.rule is None or bound is None:
        return []
    known = analysis.output_columns is not None and not bound.facts.syntax_errors
    result = bound.result if isinstance(bound.result, Scope) else None
    columns = dict(analysis.output_columns or ()) if known else None
    detection = Detection(query, query.rule, columns, result, bound.facts)
    found = [one for rule in RULES if rule.check_detection is not None for one in rule.check_detection(detection)]
    return sorted(found, key=lambda one: (one.start, one.end, one.code))


def describe(query: str, *, catalogue: Catalogue | None = None, platform: str = "auto") -> Description:
    """Parse and bind one query text, and tell what it gives and uses, without judging it.

    catalogue and platform are those of ``analyze``.  Never raises on any text.
    """
    from kql_lint.catalogue import Catalogue
    from kql_lint.semantics import bind
    from kql_lint.semantics.description import describe as describe_bound
    from kql_lint.syntax import parse

    catalogue = catalogue or Catalogue.default()
    parsed = parse(query)
    errors = [error.start for error in parsed.diagnostics]
    bound = bind(parsed.query, query, catalogue, platform=platform, errors=errors)
    return describe_bound(bound, parsed.diagnostics)
