"""Mistakes of the rules KL418 and KL501 to KL510, each planted through constructs that a query is made of.

Each is found at its own place, and nowhere else.
"""

from __future__ import annotations

import pytest

from kql_lint import analyze

# A pipeline in place of SOURCE, in which the mistake lies.
AROUND = {
    "alone": "{}",
    "in a let": "let Found = {};\nFound\n| project-away Type",
    "in a materialized let": "let Found = materialize({});\nFound\n| count",
    "in a function": "let Find = (Since: timespan) {{\n    {}\n}};\nFind(7d)",
    "on the right side of a join": "AuditLogs\n| where TimeGenerated > ago(1d)\n| join kind=inner ({}) on Type",
    "in a union": "union isfuzzy=true (AuditLogs | where TimeGenerated > ago(1d)), ({})",
    "in a subquery": "AuditLogs\n| where TimeGenerated > ago(1d) and Type in (({} | project Type))",
    "handed to a scalar": "let Many = toscalar({} | count);\nprint Many",
    "behind a comment": "// All of them\n{} // and no others",
}

# The mistake with « and » around the place that is reported.
PLANTED = {
    "KL418": 'AzureActivity | where TimeGenerated > ago(1d) and «ResourceProviderValue == "Microsoft.Compute"»',
    "KL501": "SigninLogs | where TimeGenerated > ago(1d) | «join» (AADRiskyUsers | where TimeGenerated > ago(1d)) "
    "on $left.UserId == $right.Id",
    "KL502": 'SigninLogs | where TimeGenerated > ago(1d) and UserAgent «contains» "python-requests"',
    "KL503": '«SigninLogs» | where ResultType == "50126"',
    "KL505": '«search» "203.0.113.7"',
    "KL506": 'SigninLogs | where TimeGenerated > ago(1d) | where «tolower(UserPrincipalName)» in ("a@b.c", "d@b.c")',
    "KL507": "SigninLogs | where TimeGenerated > ago(1d) | summarize Count = count() by Type, Identity "
    '| where «Identity startswith "adm"»',
    "KL508": 'SigninLogs | where TimeGenerated > ago(1d) and UserAgent matches regex «"^curl/"»',
    "KL510": 'SecurityEvent | where TimeGenerated > ago(1d) and «Process in ("cmd.exe", "net.exe")»',
}
RULES = tuple(f"KL5{number:02}" for number in range(1, 11))


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_mistake_is_found_at_its_place(code: str, around: str) -> None:
    marked = AROUND[around].format(PLANTED[code])
    start, end = marked.index("«"), marked.index("»") - 1
    query = marked.replace("«", "").replace("»", "")

    found = analyze(query, extend_select=RULES).diagnostics

    assert [(one.code, one.start, one.end) for one in found if one.code in (*RULES, "KL418")] == [(code, start, end)]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("code", PLANTED)
def test_what_is_off_is_not_run(code: str, around: str) -> None:
    query = AROUND[around].format(PLANTED[code]).replace("«", "").replace("»", "")

    found = {one.code for one in analyze(query).diagnostics}

    assert found <= {"KL418", "KL201", "KL209"}
    assert found.isdisjoint(RULES)
