"""What holds for every kind of file: how it is told, that nothing in it raises, and where queries may stand."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kql_lint.hosts import SUFFIXES, extract, extract_as, findings, kind_of
from kql_lint.rules import analysis_limit, no_query_found, several_queries, syntax_error, unreadable_file
from kql_lint.source import Source

KINDS = ["plain", "yaml", "json", "notebook", "markdown"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.kql", "plain"),
        ("rules.d/A.KQL", "plain"),
        ("a.csl", "plain"),
        ("a.kusto", "plain"),
        ("a.test.yaml", "yaml"),
        ("a.YML", "yaml"),
        ("a.json", "json"),
        ("a.jsonc", "json"),
        ("a.workbook", "json"),
        ("a.ipynb", "notebook"),
        ("a.md", "markdown"),
        ("main.tf", "terraform"),
        ("main.bicep", "bicep"),
        ("Hunt.ps1", "powershell"),
        ("Hunt.psm1", "powershell"),
        ("prod.tfvars", None),
        ("a.docx", None),
        ("a.txt", "guessed"),
        ("Rule.TXT", "guessed"),
        ("kql", "guessed"),
        ("a.kql/readme", "guessed"),
        ("Failed logons v1.2", "guessed"),
        (".gitignore", None),
        (".gitignore.txt", None),
        ("<stdin>", None),
    ],
)
def test_the_kind_of_a_file(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind
    assert (extract(Source(path, "T")) is None) == (kind is None)


def test_endings_of_the_user_come_first() -> None:
    extensions = ((".kql.j2", "plain"), (".md", "yaml"), ("", "plain"))

    kinds = [kind_of(path, extensions) for path in ("a.kql.j2", "b.md", "b.MD", "rules/readme", "c.txt", "d.j2")]

    assert kinds == ["plain", "yaml", "yaml", "plain", "guessed", None]


def test_suffixes() -> None:
    assert sorted(SUFFIXES) == (
        ".bicep .csl .ipynb .json .jsonc .kql .kusto .markdown .md .ps1 .psm1 .tf .workbook .yaml .yml".split()
    )


def test_a_text_read_as_another_kind() -> None:
    extraction = extract_as(Source("<stdin>", "```kql\nT\n```"), "markdown")

    assert [query.text for query in extraction.queries] == ["T\n"]


def test_the_findings_of_hosts_are_those_of_their_rules() -> None:
    made = (
        (findings.wrong_fence(0, 0, ""), syntax_error.RULE),
        (findings.no_query_found(0, 0, ""), no_query_found.RULE),
        (findings.unreadable(0, 0, ""), unreadable_file.RULE),
        (findings.several_queries(0, 0, "", ()), several_queries.RULE),
        (findings.analysis_limit(0, 0, "expression"), analysis_limit.RULE),
    )
    for diagnostic, rule in made:
        assert (diagnostic.code, diagnostic.name, diagnostic.severity) == (rule.code, rule.name, rule.severity)


# Pieces of the formats, so that random texts get past their first line.
PIECES = st.sampled_from(
    "T\n, \n\n,|take 1,|,|\n,>-\n,let n = 1;,n,(,),[,],{,},',\",```,~~~,```kql\n,query: ,kind: NRT\n,- ,> ,  ,"
    "\t,\r\n,\r,//,;,=,*,in,union,\\u00e9,\\ud83d,\\,&a ,*a,!t ,---\n,...\n,#,%,@,é😀,\u2028,\x85,\x00,\x01,\ufeff,"
    "\u200b,<<: ".split(",")
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("kind", KINDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(TEXTS)
@example("kind: NRT\nquery: *a\n")
@example("? [a]\n: b\n")
@example("\u200b \u200b\n\n\u200b")
def test_nothing_raises_and_every_place_lies_in_the_file(kind: str, text: str) -> None:
    extraction = extract_as(Source("a", text), kind)

    for diagnostic in extraction.diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.end <= len(text)
        for fix in diagnostic.fixes:
            assert all(0 <= edit.start <= edit.end <= len(text) for edit in fix.edits)
    for query in extraction.queries:
        assert query.map.length == len(query.text)
        query.text.encode()  # can be printed
        spans = [query.map.span(at, at + 1) for at in range(len(query.text))]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert [start for start, _ in spans] == sorted(start for start, _ in spans)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_blocks_of_a_plain_file_are_in_order_and_lose_no_code(text: str) -> None:
    extraction = extract_as(Source("a.kql", text), "plain")
    places = [query.map.span(query.preamble, len(query.text)) for query in extraction.queries]

    assert places == sorted(places)
    left, end = "", 0
    for start, stop in places:
        assert start >= end
        left += text[end:start]
        end = stop
    if places:
        assert (left + text[end:]).replace("\u200b", "").replace("\ufeff", "").strip() == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "```",
        "a *\n\n",
        "union\n\na=1\n\n",
        "let a = a;\n\n",
        "T\n\n",
        "// c\n\n",
        "> ",
        "- ",
        "'",
        '"\\',
        "a\n\n// x\n\n",
        "~~~kql\n",
    ],
)
def test_long_texts_of_one_piece_are_survived(kind: str, piece: str) -> None:
    text = piece * 20_000

    extraction = extract_as(Source("a", text), kind)

    assert sum(len(query.text) - query.preamble for query in extraction.queries) <= len(text)
