"""A text that many rules of a file share is analysed once, and each rule is compared with it."""

from __future__ import annotations

import pytest

from kql_lint import engine
from kql_lint.runner import Options, lint_file
from kql_lint.source import Source

BICEP_RULE = """\
resource r{0} 'Microsoft.SecurityInsights/alertRules@2023-01-01' = {{
  kind: 'Scheduled'
  properties: {{
    displayName: 'Rule {0}'
    queryFrequency: 'PT1H'
    queryPeriod: 'PT1H'
    query: query
    customDetails: {{ Detail: 'Missing{0}' }}
  }}
}}
"""
YAML_RULE = """\
- name: Rule {0}
  kind: Scheduled
  queryFrequency: 1h
  queryPeriod: 1h
  query: {1}
  customDetails:
    Detail: Missing{0}
"""
QUERY = "SigninLogs | where Nothing == 1 | project UserPrincipalName"
FILES = {
    "rules.bicep": f"var query = '{QUERY}'\n" + "".join(map(BICEP_RULE.format, range(3))),
    "rules.yaml": "".join(YAML_RULE.format(n, "*q" if n else f"&q {QUERY}") for n in range(3)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_text_is_analysed_once_and_each_rule_compared_with_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed = []
    analyze = engine.analyze

    def counting(query: str, **given: object) -> engine.Analysis:
        analysed.append(query)
        return analyze(query, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "analyze", counting)
    report = lint_file(name, Options(), lambda path: Source(path, FILES[path]))

    assert report.errors == []
    assert analysed == [QUERY]
    assert sorted((one.diagnostic.code, one.query) for one in report.findings if one.diagnostic.code != "KL605") == [
        ("KL201", "Rule 0"),
        *(("KL602", f"Rule {n}") for n in range(3)),
    ]
