"""Statements and every pipe operator: what the tree holds."""

from __future__ import annotations

import pytest

from kql_lint.syntax import ast, parse
from tests.syntax.outline import outline


def statements(text: str) -> list[str]:
    parsed = parse(text)
    assert parsed.diagnostics == []
    return [outline(statement) for statement in parsed.query.statements]


def operators(text: str) -> str:
    """The outlines of the operators of a query that begins with T."""
    (statement,) = parse_statements(f"T | {text}")
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    return " ".join(map(outline, statement.expression.operators))


def parse_statements(text: str) -> list[ast.Statement]:
    parsed = parse(text)
    assert parsed.diagnostics == []
    return parsed.query.statements


@pytest.mark.parametrize(
    ("text", "trees"),
    [
        ("let days = 7d; T", ["(Let days timespan:7d)", "(QueryStatement T)"]),
        ("let f = (a: string, n: int64 = 5) { a }", ["(Let f (Function [(FunctionParameter a string [] False -) (FunctionParameter n long [] False long:5)] [(QueryStatement a)] False))"]),
        ("let f = (t: (x: string), u: (*)) { t }", ["(Let f (Function [(FunctionParameter t - [x:string] False -) (FunctionParameter u - [] True -)] [(QueryStatement t)] False))"]),
        ("let v = view () { let y = 1; T | take y }", ["(Let v (Function [] [(Let y long:1) (QueryStatement (Pipeline T [(Take y [])]))] True))"]),
        ("let x = (T | take 1)", ["(Let x (Pipeline T [(Take long:1 [])]))"]),
        ("set notruncation; T", ["(SetOption notruncation -)", "(QueryStatement T)"]),
        ("declare query_parameters(a: string, d: datetime = datetime(2024-01-01)); T", ["(DeclareParameters [(FunctionParameter a string [] False -) (FunctionParameter d datetime [] False datetime:2024-01-01)])", "(QueryStatement T)"]),
        ("alias database X = cluster('c').database('d'); T", ["(AliasDatabase X (Member cluster(\"c\") database(\"d\")))", "(QueryStatement T)"]),
        ("restrict access to (A, B*); A", ["(RestrictAccess [A B*])", "(QueryStatement A)"]),
        ("union withsource=Source kind=outer A*, (B | take 1)", ["(QueryStatement (Pipeline (Union [A* (Pipeline B [(Take long:1 [])])] [(Parameter withsource Source) (Parameter kind outer)]) []))"]),
        ("print x = 1, 'y'", ['(QueryStatement (Pipeline (Print [(NamedExpression [x] long:1 False) "y"]) []))']),
        ("range x from 1 to 5 step 1 | count", ["(QueryStatement (Pipeline (Range x long:1 long:5 long:1) [(Count -)]))"]),
        ("datatable(a: string, b: long) ['x', 1, 'y', -2,]", ['(QueryStatement (DataTable [a:string b:long] ["x" long:1 "y" long:-2]))']),
        ("externaldata(a: string) [h@'https://example.org/a.csv'] with (format='csv')", ['(QueryStatement (ExternalData [a:string] ["https://example.org/a.csv"] [(Parameter format "csv")]))']),
        ("search in (A, B*) 'x' and c: 'y'", ['(QueryStatement (Pipeline (Search (and "x" (: c "y")) [A B*] []) []))']),
        ("find in (A) where x == 1 project a, b: string", ["(QueryStatement (Pipeline (Find (== x long:1) [A] [a b:string] - False []) []))"]),
        ("find 'x' in (A, B)", ['(QueryStatement (Pipeline (Find "x" [A B] - - False []) []))']),
        ("cluster('c').database('d').['T x'] | take 1", ["(QueryStatement (Pipeline (Member (Member cluster(\"c\") database(\"d\")) ['T x']) [(Take long:1 [])]))"]),
        ("", []),
        ("// nothing but a comment", []),
    ],
)  # fmt: skip
def test_statements(text: str, trees: list[str]) -> None:
    assert statements(text) == trees


@pytest.mark.parametrize(
    ("text", "trees"),
    [
        ("where a == 1", "(Where (== a long:1) [])"),
        ("filter a", "(Where a [])"),
        ("extend x = a, ['y z'] = b, c.d", "(Extend [(NamedExpression [x] a False) (NamedExpression [['y z']] b False) (Member c d)])"),
        ("extend (a, b) = f(x)", "(Extend [(NamedExpression [a b] f(x) True)])"),
        ("project a, b = c", "(Project [a (NamedExpression [b] c False)])"),
        ("project-away a*, ['b c']", "(ProjectAway [a* ['b c']])"),
        ("project-keep a", "(ProjectKeep [a])"),
        ("project-rename a = b", "(ProjectRename [(NamedExpression [a] b False)])"),
        ("project-reorder a, b* desc", "(ProjectReorder [a (Ordered b* desc -)])"),
        ("project-by-names a, dynamic(['b'])", '(ProjectByNames [a (Dynamic (JsonArray ["b"]))])'),
        ("distinct *", "(Distinct [*] [])"),
        ("summarize count(), m = max(x) by bin(t, 1h), c", "(Summarize [count() (NamedExpression [m] max(x) False)] [bin(t timespan:1h) c] [] -)"),
        ("summarize hint.strategy=shuffle by c", "(Summarize [] [c] [(Parameter hint.strategy shuffle)] -)"),
        ("summarize hint.num_partitions=5 title = count()", "(Summarize [(NamedExpression [title] count() False)] - [(Parameter hint.num_partitions long:5)] -)"),
        ("join kind=leftanti hint.remote=left (U) on a, $left.b == $right.c", "(Join U [a (== (Member $left b) (Member $right c))] [(Parameter kind leftanti) (Parameter hint.remote left)] -)"),
        ("join U on a", "(Join U [a] [] -)"),
        ("lookup kind=inner (U | take 1) on a", "(Lookup (Pipeline U [(Take long:1 [])]) [a] [(Parameter kind inner)] -)"),
        ("union U, f(x)", "(Union [U f(x)] [])"),
        ("mv-expand kind=array a, b = c to typeof(string) limit 5", "(MvExpand [(Expansion a -) (Expansion (NamedExpression [b] c False) string)] long:5 [(Parameter kind array)])"),
        ("mv-apply a on (where a > 1 | take 2)", "(MvApply [(Expansion a -)] - (Pipeline - [(Where (> a long:1) []) (Take long:2 [])]) [])"),
        ("parse kind=regex flags=i x with * 'a' b: long 'c' d", '(Parse x [* "a" b:long "c" d] [(Parameter kind regex) (Parameter flags i)] False)'),
        ("parse-where x with 'a' b", '(Parse x ["a" b] [] True)'),
        ("parse-kv x as (a: string) with (pair_delimiter=';')", '(ParseKv x [a:string] [(Parameter pair_delimiter ";")] [])'),
        ("take 5", "(Take long:5 [])"),
        ("top 5 by a desc nulls last", "(Top long:5 (Ordered a desc last) [])"),
        ("top-nested 3 of a with others = 'x' by count(), top-nested of b by max(c)", '(TopNested [(TopNestedClause long:3 a "x" count()) (TopNestedClause - b - max(c))])'),
        ("top-hitters 5 of a by b", "(TopHitters long:5 a b [])"),
        ("sort by a asc, b", "(Sort [(Ordered a asc -) b] [])"),
        ("count as n", "(Count n)"),
        ("make-series n = count() default = 0, avg(x) on t from ago(1d) to now() step 1h by d", "(MakeSeries [(SeriesAggregate (NamedExpression [n] count() False) long:0) (SeriesAggregate avg(x) -)] t ago(timespan:1d) now() timespan:1h [d] [])"),
        ("make-series count() on t in range(a, b, 1h)", "(MakeSeries [(SeriesAggregate count() -)] t a b timespan:1h [] [])"),
        ("evaluate bag_unpack(d, 'p_'): (a: string, *)", '(Evaluate bag_unpack(d "p_") (TypeOf - [a:string] True) [])'),
        ("invoke f(1)", "(Invoke f(long:1))"),
        ("render timechart with (title='x', ycolumns=a, b)", "(Render timechart [(Parameter title \"x\") (Parameter ycolumns a)])"),
        ("serialize n = row_number()", "(Serialize [(NamedExpression [n] row_number() False)] [])"),
        ("as hint.materialized=true X", "(As X [(Parameter hint.materialized bool:True)])"),
        ("sample 5", "(Sample long:5 [])"),
        ("sample-distinct 5 of a", "(SampleDistinct long:5 a [])"),
        ("partition hint.strategy=native by a (take 1)", "(Partition a - (Pipeline - [(Take long:1 [])]) [(Parameter hint.strategy native)])"),
        ("partition by a { U | take 1 }", "(Partition a - (Pipeline U [(Take long:1 [])]) [])"),
        ("fork (count) b = (take 1)", "(Fork [(ForkBranch - (Pipeline - [(Count -)])) (ForkBranch b (Pipeline - [(Take long:1 [])]))])"),
        ("facet by a, b with (take 1)", "(Facet [a b] (Pipeline - [(Take long:1 [])]))"),
        ("reduce by a with threshold=0.1", "(Reduce a [(Parameter threshold real:0.1)] [])"),
        ("scan declare (n: long = 0) with (step s1: a => n = 1; step s2 output=none: b;)", "(Scan [] [] [n:long] [long:0] [(ScanStep s1 False - a [(NamedExpression [n] long:1 False)]) (ScanStep s2 False none b [])] [])"),
        ("getschema", "(GetSchema -)"),
        ("consume", "(Consume [])"),
        ("assert-schema (a: string)", "(AssertSchema [a:string])"),
        ("make-graph a --> b with N on id", "(MakeGraph a b True [(GraphTable N id)] - - - [])"),
        ("graph-match (a)-[e*1..3]->(b)<--(c) where a.x project a.y", "(GraphMatch [[(GraphNode a) (GraphEdge e > True) (GraphNode b) (GraphEdge - < False) (GraphNode c)]] (Member a x) [(Member a y)] [])"),
        ("graph-match (a)<-[e]-(b) project e", "(GraphMatch [[(GraphNode a) (GraphEdge e < False) (GraphNode b)]] - [e] [])"),
        ("graph-to-table nodes as N, edges", "(GraphToTable [(GraphOutput nodes N []) (GraphOutput edges - [])] [])"),
    ],
)  # fmt: skip
def test_operators(text: str, trees: str) -> None:
    assert operators(text) == trees


def test_nodes_lie_where_their_text_is() -> None:
    text = "let f = (a: string) { T | where x == a };\nf('y')\n| extend z = (1 + 2), w = 3\n| join kind=inner (U) on k // end"
    let, statement = parse_statements(text)
    assert isinstance(let, ast.Let)
    assert isinstance(statement, ast.QueryStatement)
    pipeline = statement.expression
    assert isinstance(pipeline, ast.Pipeline)
    assert isinstance(pipeline.source, ast.Node)
    assert text[let.start : let.end] == "let f = (a: string) { T | where x == a }"
    assert text[pipeline.source.start : pipeline.source.end] == "f('y')"
    assert [text[o.start : o.end] for o in pipeline.operators] == [
        "extend z = (1 + 2), w = 3",
        "join kind=inner (U) on k",
    ]


def test_comments_are_kept_and_those_in_strings_are_none() -> None:
    text = "T // one\n| where url == 'https://x' // two\n| where p == @'\\' //three"
    assert [(c.text, text[c.start : c.end]) for c in parse(text).comments] == [
        (c, c) for c in ("// one", "// two", "//three")
    ]


def test_client_directives_are_no_text_of_the_query() -> None:
    assert statements("#connect cluster('help')\nT") == ["(QueryStatement T)"]
    assert statements("T\n  # a note\n| take 1") == ["(QueryStatement (Pipeline T [(Take long:1 [])]))"]


def test_a_management_command_is_not_a_query() -> None:
    parsed = parse(".show tables | where")
    assert (parsed.query.statements, parsed.diagnostics) == ([], [])


def test_the_query_inside_a_command_is_parsed() -> None:
    text = ".set-or-append Target <| T | where a =="
    (error,) = parse(text).diagnostics
    assert (error.start, error.message) == (len(text), "the query ends here; expected an expression or `typeof`")
