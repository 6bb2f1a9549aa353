"""analyze(): one query text in, its diagnostics out; describe(): what it gives and uses; trace(): operator by operator.

Pure: none of them reads a file.

The catalogue is read from disk lazily, table by table, as the query names them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kql_lint.catalogue import Catalogue
    from kql_lint.hosts.hosted import HostedQuery
    from kql_lint.semantics import Bound
    from kql_lint.semantics.again import Earlier
    from kql_lint.semantics.description import Description
    from kql_lint.semantics.trace import Trace
    from kql_lint.syntax import Holes, Parsed


@dataclass(slots=True)
class Analysis:
    """What is known of one query.

    diagnostics are sorted by their place; offsets are half-open, in code points of the query.  output_columns are the
    (name, KQL type) pairs of the result in order, None where they can't be known.  bound is what binding found out,
    parsed what the parser did.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    output_columns: list[tuple[str, str]] | None = None
    bound: Bound | None = field(default=None, repr=False, compare=False)
    parsed: Parsed | None = field(default=None, repr=False, compare=False)


def analyze(
    query: str,
    *,
    catalogue: Catalogue | None = None,
    platform: str = "auto",
    strict_fields: bool = False,
    used_elsewhere: Collection[str] = (),
    bounded: bool = False,
    holes: Holes = (),
    steps: bool = False,
    names: bool = False,
    extend_select: Collection[str] = (),
    earlier: Earlier | None = None,
) -> Analysis:
    """Parse, bind and judge one query text.

    catalogue is what tables and ActionTypes are compared with, by default the one that comes with kql-lint.  platform
    is ``auto``, ``defender`` or ``sentinel``.  strict_fields takes the catalogue's field lists literally (KL105 becomes
    KL104).  used_elsewhere are names of lets that other queries of the same file use.  bounded: what runs the query
    asks for rows of a time range, as a rule does.  holes are half-open stretches of the query, in code points, whose
    content only the deployment knows, such as ``{{table}}``: nothing is said that depends on what they hold.  steps:
    keep what is in scope behind each operator, for a trace.  names: keep which declaration each use of a name belongs
    to, for ``semantics.symbols``.  extend_select are the codes of rules that are off by default and are to run as well.
    earlier is what is known of the text that this one was before an edit, whose analysis is lost by it.
    Never raises on any text; raises OSError where the installation lacks its grammar or catalogue.
    """
    from kql_lint.catalogue import Catalogue
    from kql_lint.rules import RULES

    parsed, bound = _bound(
        query,
        catalogue or Catalogue.default(),
        platform,
        strict_fields,
        holes,
        steps=steps,
        names=names,
        earlier=earlier,
    )
    errors = [found.start for found in parsed.doubtful if found.code == "KL001"]
    bound.facts.syntax_errors = (*errors, *parsed.hidden)
    bound.facts.used_elsewhere, bound.facts.platform, bound.facts.bounded = used_elsewhere, platform, bounded
    diagnostics = list(parsed.diagnostics)
    for rule in RULES:
        if rule.check is not None and (rule.enabled or rule.code in extend_select):
            diagnostics.extend(rule.check(bound.facts))
    if parsed.holes:
        diagnostics = list(_apart_from(parsed.holes, diagnostics))
    diagnostics.sort(key=lambda found: (found.start, found.end, found.code))
    return Analysis(diagnostics, bound.output_columns, bound, parsed)


def judge_detection(query: HostedQuery, analysis: Analysis, extend_select: Collection[str] = ()) -> list[Diagnostic]:
    """What the rules about metadata say of a query's rule, with offsets of the FILE; analysis is that of the query.

    extend_select is that of ``analyze``.  Nothing where the host says nothing of a rule.
    """
    from kql_lint.rules import RULES
    from kql_lint.rules.rule import Detection
    from kql_lint.semantics.scopes.scope import Scope

    bound = analysis.bound
    if query.rule is None or bound is None:
        return []
    known = analysis.output_columns is not None and not bound.facts.syntax_errors
    result = bound.result if isinstance(bound.result, Scope) else None
    columns = dict(analysis.output_columns or ()) if known else None
    detection = Detection(query, query.rule, columns, result, bound.facts)
    found: list[Diagnostic] = []
    for rule in RULES:
        if rule.check_detection is not None and (rule.enabled or rule.code in extend_select):
            found.extend(rule.check_detection(detection))
    return sorted(found, key=lambda one: (one.start, one.end, one.code))


def describe(
    query: str, *, catalogue: Catalogue | None = None, platform: str = "auto", holes: Holes = ()
) -> Description:
    """Parse and bind one query text, and tell what it gives and uses, without judging it.

    catalogue, platform and holes are those of ``analyze``.  Never raises on any text.
    """
    from kql_lint.catalogue import Catalogue
    from kql_lint.semantics.description import describe as describe_bound

    parsed, bound = _bound(query, catalogue or Catalogue.default(), platform, False, holes)
    return describe_bound(bound, parsed.diagnostics)


def trace(query: str, *, catalogue: Catalogue | None = None, platform: str = "auto", holes: Holes = ()) -> Trace:
    """Parse and bind one query text, and tell what is in scope behind each of its operators, without judging it.

    catalogue, platform and holes are those of ``analyze``.  Never raises on any text.
    """
    from kql_lint.catalogue import Catalogue
    from kql_lint.semantics.trace import trace as trace_bound

    parsed, bound = _bound(query, catalogue or Catalogue.default(), platform, False, holes, steps=True)
    return trace_bound(bound, parsed.diagnostics)


def _bound(
    query: str,
    catalogue: Catalogue,
    platform: str,
    strict_fields: bool,
    holes: Holes,
    *,
    steps: bool = False,
    names: bool = False,
    earlier: Earlier | None = None,
) -> tuple[Parsed, Bound]:
    from kql_lint.semantics import bind
    from kql_lint.syntax import parse

    parsed = parse(query, holes, earlier=None if earlier is None else earlier.text)
    doubtful = [*(error.start for error in parsed.doubtful), *parsed.hidden, *parsed.unseen]
    bound = bind(
        parsed.query,
        query,
        catalogue,
        platform=platform,
        strict_fields=strict_fields,
        errors=doubtful,
        holes=parsed.holes,
        steps=steps,
        names=names,
        earlier=None if earlier is None else earlier.facts,
    )
    return parsed, bound


def _apart_from(holes: Holes, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings that no hole is part of, with those of their fixes that touch none."""
    from kql_lint.syntax import touches

    for found in diagnostics:
        if not touches(holes, found.start + 1, found.end - 1):
            fixes = tuple(
                fix for fix in found.fixes if not any(touches(holes, edit.start, edit.end) for edit in fix.edits)
            )
            yield found if fixes == found.fixes else found._replace(fixes=fixes)
