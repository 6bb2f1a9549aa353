from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.runner import Comment, FileReport, Finding, RuleId, Span
from kql_lint.runner.report import FunctionProblem, Packed, Unread, pack, unpack
from kql_lint.shape import fits

numbers = st.integers(0, 10**6)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
spans = st.builds(Span, numbers, numbers, numbers, numbers, numbers, numbers)
edits = st.builds(Edit, numbers, numbers, texts)
fixes = st.builds(Fix, texts, st.lists(edits, max_size=3).map(tuple), st.sampled_from(["safe", "intent", "unsafe"]))
related = st.builds(Related, numbers, numbers, texts)
diagnostics = st.builds(
    Diagnostic,
    texts,
    texts,
    st.sampled_from(Severity),
    texts,
    numbers,
    numbers,
    st.none() | texts,
    st.lists(related, max_size=3).map(tuple),
    st.lists(fixes, max_size=3).map(tuple),
)
findings = st.builds(Finding, diagnostics, spans, st.lists(spans, max_size=3).map(tuple), st.none() | texts)
comments = st.builds(Comment, texts, spans, st.none() | spans)


@given(
    st.lists(spans, max_size=3),
    st.lists(findings, max_size=4),
    st.lists(comments, max_size=3),
    st.lists(st.builds(RuleId, texts, spans, texts, texts), max_size=3),
    st.lists(texts, max_size=2),
    st.lists(st.builds(FunctionProblem, texts, numbers, numbers, texts), max_size=2),
    st.lists(st.builds(Unread, texts, numbers), max_size=2),
    st.lists(st.tuples(texts, texts), max_size=2),
)
def test_a_report_comes_back_as_it_was_packed(
    queries: list[Span],
    found: list[Finding],
    said: list[Comment],
    ids: list[RuleId],
    errors: list[str],
    problems: list[FunctionProblem],
    unread: list[Unread],
    companions: list[tuple[str, str]],
) -> None:
    report = FileReport("a.kql")
    report.queries, report.findings, report.comments, report.rule_ids = queries, found, said, ids
    report.errors, report.problems, report.unread, report.companions = errors, problems, unread, companions
    report.is_ours = not errors

    packed = pack(report)
    plain = json.loads(json.dumps(packed))

    assert fits(plain, Packed)
    for back in (unpack("a.kql", None, packed), unpack("a.kql", None, plain)):
        for name in FileReport.__slots__:
            assert getattr(back, name) == getattr(report, name), name
