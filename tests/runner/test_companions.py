"""Queries that lie in a file of their own: what stands around them in Bicep and Terraform is compared with them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.runner.companions import Companions

Call = Callable[..., Result]
Write = Callable[[str, str | bytes], Path]

# The query drops the column that the rule maps an entity to, and misspells an operator's column.
QUERY = "SigninLogs\n| where ResultTyp == 0\n| project TimeGenerated, UserPrincipalName\n"
BICEP = """\
resource rule 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  name: 'logons'
  kind: 'Scheduled'
  properties: {
    displayName: 'Logons'
    severity: 'Low'
    enabled: true
    query: loadTextContent('queries/logons.kql')
    queryFrequency: 'PT1H'
    queryPeriod: 'PT1H'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
    entityMappings: [
      {
        entityType: 'IP'
        fieldMappings: [{ identifier: 'Address', columnName: 'IPAddress' }]
      }
    ]
  }
}
"""
TERRAFORM = """\
locals {
  query = file("${path.module}/queries/logons.kql")
}
resource "azurerm_sentinel_alert_rule_scheduled" "logons" {
  name            = "logons"
  display_name    = "Logons"
  severity        = "Low"
  query           = QUERY
  query_frequency = "PT1H"
  query_period    = "PT1H"
  entity_mapping {
    entity_type = "IP"
    field_mapping {
      identifier  = "Address"
      column_name = "IPAddress"
    }
  }
}
"""
OF_QUERY = 'queries/logons.kql:2:9: KL201 [error] unknown column "ResultTyp"; did you mean "ResultType"?\n'
SAID = 'KL601 [error] the query returns no column "IPAddress" for Address of IP\n'


@pytest.fixture
def check(kql_lint: Call) -> Callable[..., Result]:
    return lambda *paths: kql_lint("check", "--output-format", "concise", *paths)


def test_a_bicep_rule_is_compared_with_the_query_that_it_loads(check: Call, write: Write) -> None:
    write("queries/logons.kql", QUERY)
    write("main.bicep", BICEP)

    result = check()

    assert result.stdout == (f"main.bicep:16:63: {SAID}{OF_QUERY}Found 2 errors in 2 files (2 queries).\n"), (
        "each finding once, at its own file"
    )
    assert check().stdout == result.stdout


@pytest.mark.parametrize(
    "query",
    [
        "local.query",
        'file("queries/logons.kql")',
        'templatefile("${path.module}/queries/logons.kql", { days = 7 })',
        'trimspace(file("./queries/logons.kql"))',
    ],
)
def test_a_terraform_rule_is_compared_with_the_query_that_it_loads(check: Call, write: Write, query: str) -> None:
    write("queries/logons.kql", QUERY)
    write("main.tf", TERRAFORM.replace("QUERY", query))

    assert check().stdout == f"main.tf:15:22: {SAID}{OF_QUERY}Found 2 errors in 2 files (2 queries).\n"


def test_a_module_is_given_the_query_and_what_belongs_to_it(check: Call, write: Write) -> None:
    write("queries/logons.kql", QUERY)
    write(
        "main.bicep",
        """\
module logons 'rule.bicep' = {
  name: 'logons'
  params: {
    displayName: 'Logons'
    query: loadTextContent('queries/logons.kql')
    queryFrequency: 'PT1H'
    entityMappings: [
      { entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'IPAddress' }] }
    ]
  }
}
""",
    )

    assert f"main.bicep:8:81: {SAID}" in check().stdout


MODULE = """\
param title string
param kql string
param period string = 'PT1H'
param entities array
resource rule 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  name: guid(title)
  kind: 'Scheduled'
  properties: {
    displayName: title
    severity: 'Low'
    enabled: true
    query: kql
    queryFrequency: period
    queryPeriod: period
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
    customDetails: { Ip: 'IPAddress' }
    entityMappings: entities
  }
}
"""
USES = """\
module logons 'modules/rule.bicep' = {
  name: 'logons'
  params: {
    title: 'Logons'
    kql: loadTextContent('queries/logons.kql')
    entities: [{ entityType: 'Account', fieldMappings: [{ identifier: 'Name', columnName: 'Usr' }] }]
  }
}
module inline 'modules/rule.bicep' = {
  name: 'inline'
  params: {
    title: 'Inline'
    kql: \'\'\'
SigninLogs
| where ResultTyp == 0
| project TimeGenerated, IPAddress
\'\'\'
    entities: []
  }
}
"""
OF_MODULE = (
    'main.bicep:1:8: KL602 [error] the query returns no column "IPAddress" for the custom detail "Ip"\n'
    'main.bicep:6:92: KL601 [error] the query returns no column "Usr" for Name of Account\n'
)


def test_a_rule_in_a_module_is_compared_with_the_query_that_the_module_is_handed(check: Call, write: Write) -> None:
    write("queries/logons.kql", QUERY)
    write("modules/rule.bicep", MODULE)
    write("main.bicep", USES)

    assert check().stdout == (
        f"{OF_MODULE}"
        'main.bicep:15:9: KL201 [error] unknown column "ResultTyp"; did you mean "ResultType"?\n'
        f"{OF_QUERY}Found 4 errors in 2 of 3 files (3 queries).\n"
    )
    assert check("modules").stdout.startswith("No findings in 1 file (0 queries)")

    write("modules/rule.bicep", MODULE.replace("Ip: 'IPAddress'", ""))
    assert "KL602" not in check().stdout, "the cache knows what it depends on"


@pytest.mark.parametrize(
    "path", ["modules/gone.bicep", "br:example.azurecr.io/rule:v1", "main.bicep", "../../outside.bicep", "queries"]
)
def test_a_module_that_is_not_there_or_itself_says_nothing(check: Call, write: Write, path: str) -> None:
    write("queries/logons.kql", "SigninLogs\n")
    write("main.bicep", USES.replace("modules/rule.bicep", path).replace("ResultTyp ", "ResultType "))

    assert check().stdout == "No findings in 2 files (2 queries).\n"


def test_modules_in_modules_read_files_relative_to_themselves(check: Call, write: Write) -> None:
    write("modules/queries/logons.kql", QUERY)
    write("modules/rule.bicep", MODULE)
    write("modules/uses.bicep", "param unused string\n" + USES.replace("modules/rule.bicep", "rule.bicep"))
    write("main.bicep", "module all 'modules/uses.bicep' = {\n  params: { unused: 'T | take 1' }\n}\n")

    lines = check("modules").stdout.splitlines()

    assert [line.split()[1] for line in lines[:-1]] == ["KL201", "KL602", "KL601", "KL201"]
    assert check("main.bicep").stdout == "No findings in 1 file (0 queries).\n"


def test_what_is_written_around_the_loaded_text_is_linted_here(check: Call, write: Write) -> None:
    write("lets.kql", "let Since = 7d; // kql-lint: disable=KL201\nlet Names = SigninLogs | where Nothin == 1;\n")
    write(
        "main.bicep",
        BICEP.replace(
            "loadTextContent('queries/logons.kql')", "'${loadTextContent('lets.kql')} SigninLogs | where Nam == 1'"
        ),
    )

    assert [line for line in check("main.bicep").stdout.splitlines() if "KL" in line] == [
        'main.bicep:8:63: KL201 [warning] unknown column "Nam": SigninLogs has no such column as of 2026-08'
    ]


def test_a_file_that_nothing_else_reads_is_linted_where_it_is_loaded(check: Call, write: Write) -> None:
    write("logons.kql.tftpl", QUERY.replace("== 0", "== ${result}"))
    write("branch.tftpl", "SigninLogs\n%{ if all }\n| where ResultTyp == 1\n%{ endif }\n")
    write("main.tf", TERRAFORM.replace("QUERY", 'templatefile("logons.kql.tftpl", { result = 0 })'))
    write("other.tf", TERRAFORM.replace("QUERY", 'templatefile("branch.tftpl", { all = true })'))
    unknown = 'KL201 [error] unknown column "ResultTyp"; did you mean "ResultType"?\n'

    assert check().stdout == (
        f"main.tf:8:21: {unknown}main.tf:15:22: {SAID}Found 2 errors in 1 of 2 files (2 queries).\n"
    )

    write(".kql-lint.toml", 'extensions = {tftpl = "kql"}\n')
    assert check("main.tf", "logons.kql.tftpl").stdout == (
        f"logons.kql.tftpl:2:9: {unknown}main.tf:15:22: {SAID}Found 2 errors in 2 files (2 queries).\n"
    )


def test_a_file_that_can_not_be_read_is_said_where_a_query_needs_it(check: Call, write: Write, project: Path) -> None:
    (project.parent / "outside.kql").write_text(QUERY)
    write("main.bicep", BICEP + BICEP.replace("queries/logons.kql", "../outside.kql").replace("rule ", "other "))
    write("user.tf", 'resource "x" "y" {\n  user_data = file("gone.sh")\n  query = 1\n}\n')

    assert check().stdout == (
        "main.bicep:8:12: KL005 [info] queries/logons.kql: no such file\n"
        "main.bicep:28:12: KL005 [warning] ../outside.kql: leads out of the repository; "
        "--allow-outside PATH allows that\n"
        "Found 1 warning and 1 note in 1 of 2 files (0 queries).\n"
    )
    allowed = check("--allow-outside", str(project.parent / "outside.kql")).stdout
    assert f"main.bicep:36:63: {SAID}" in allowed


def test_a_report_of_the_cache_is_none_where_the_query_has_changed(check: Call, write: Write) -> None:
    write("queries/logons.kql", QUERY)
    write("main.bicep", BICEP)
    assert f"main.bicep:16:63: {SAID}" in check("main.bicep").stdout

    write("queries/logons.kql", QUERY + "| extend IPAddress = ''\n")

    assert check("main.bicep").stdout == "No findings in 1 file (1 query).\n"


def test_a_rule_is_linted_when_its_query_has_changed(check: Call, write: Write, project: Path) -> None:
    (project / ".git").rmdir()
    write("queries/logons.kql", QUERY + "| extend IPAddress = ''\n")
    write("main.bicep", BICEP)
    write("main.tf", TERRAFORM.replace("QUERY", "local.query"))
    write("other.tf", TERRAFORM.replace("QUERY", '"SigninLogs"').replace("logons.kql", "other.kql"))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(project)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run([*git, *words], check=True)
    write("queries/logons.kql", QUERY)

    result = check("--changed-since", "HEAD", ".")

    assert result.stdout == (
        f"main.bicep:16:63: {SAID}main.tf:15:22: {SAID}{OF_QUERY}Found 3 errors in 3 files (3 queries).\n"
    )


def test_files_of_one_file_are_not_read_without_end(
    write: Write, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kql_lint.runner.companions._MOST", 10)
    write("a.kql", "T | take 5")
    write("b.kql", "T")
    companions = Companions(str(project / "main.bicep"))

    texts = [companions.load(name).text for name in ("a.kql", "a.kql", "./a.kql", "b.kql", "\0", "..")]

    assert texts == ["T | take 5", "T | take 5", None, None, None, None]
