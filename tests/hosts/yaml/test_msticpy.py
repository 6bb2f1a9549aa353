"""Query files of MSTICPy: which queries they have, and what of a query only a call fills in."""

from __future__ import annotations

import pytest

from kql_lint.hosts import HostedQuery, extract
from kql_lint.runner.lint import Options, lint_file
from kql_lint.source import Source

pytestmark = pytest.mark.usefixtures("parser")

FILE = """\
metadata:
  version: 1
  description: Sign-ins
  data_environments: [{environments}]
  data_families: [Entra]
defaults:
  parameters:
    table: {{description: where to look, type: str, default: SigninLogs}}
sources:
  list_failures:
    description: Failed sign-ins
    args:
      query: '
        {{table}}
        {{filter}}
        | where UserPrincipalName has "{{name}}" and TimeGenerated > datetime({{start}})
        | extend Code = extract("^[0-9]{{{{2}}}}", 0, ResultType)
        | take {{count}}'
      uri: None
  count_all:
    args:
      query: |
        SigninLogs | count
"""


def found(environments: str) -> list[HostedQuery]:
    extraction = extract(Source("queries.yaml", FILE.format(environments=environments)))
    assert extraction is not None
    assert extraction.diagnostics == []
    return extraction.queries


@pytest.mark.parametrize(
    ("environments", "platform"),
    [
        ("LogAnalytics", "sentinel"),
        ("MSSentinel, AzureSentinel", "sentinel"),
        ("MDE, M365D", "defender"),
        ("M365D, LogAnalytics", None),
        ("Kusto", None),
    ],
)
def test_all_queries_are_found_whatever_they_begin_with(environments: str, platform: str | None) -> None:
    queries = found(environments)

    assert [(query.label, query.kind, query.platform) for query in queries] == [
        ("list_failures", "query-template", platform),
        ("count_all", "query-template", platform),
    ]
    assert all(query.rule is None for query in queries)


@pytest.mark.parametrize("environments", ["Splunk", "ResourceGraph", "", "Cybereason, Sumologic"])
def test_those_of_other_services_are_left_alone(environments: str) -> None:
    assert found(environments) == []


def test_parameters_are_holes_and_two_braces_are_one() -> None:
    query = found("LogAnalytics")[0]

    holes = [query.text[start:end] for start, end in query.holes]
    assert holes == ["{table}", "{filter}", "{name}", "{start}", "{count}"]
    assert 'extract("^[0-9]{2}", 0, ResultType)' in query.text
    text = FILE.format(environments="LogAnalytics")
    braces = query.text.index("{2}")
    assert text[slice(*query.map.span(braces, braces + 3))] == "{{2}}"
    assert text[slice(*query.map.span(braces + 4, braces + 5))] == ","


def test_what_is_around_the_parameters_is_checked() -> None:
    text = FILE.format(environments="LogAnalytics").replace("{table}", "SigninLogs").replace("{filter}", "")

    report = lint_file("q.yaml", Options(), lambda path: Source(path, text.replace("ResultType", "ResultCodes")))

    (finding,) = report.findings
    assert (finding.diagnostic.code, finding.span.line, finding.span.column) == ("KL201", 17, 51)
    assert finding.diagnostic.message == 'unknown column "ResultCodes": SigninLogs has no such column as of 2026-08'
