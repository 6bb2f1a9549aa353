"""KL417: columns that only bag_unpack and pivot bring, in the query of a rule."""

from __future__ import annotations

import pytest

from tests.rules.metadata.files import messages

RULE = """id: 0b0f3c52-6c5b-4a3e-9c4b-6f0b7a3d2a11
name: New owner of an application
kind: {kind}
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
{query}
"""
UNPACKED = "AuditLogs\n| mv-expand D = AdditionalDetails\n| evaluate bag_unpack(D)\n"


def said(query: str, kind: str = "Scheduled") -> list[tuple[str, str]]:
    indented = "\n".join(f"  {line}" for line in query.split("\n"))
    return messages(RULE.format(kind=kind, query=indented), "KL417")


def unknown(name: str, plugin: str = "bag_unpack") -> tuple[str, str]:
    message = f"{name} is a column only where {plugin} finds it in the data: without such rows the rule can't be saved"
    return name, message


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (UNPACKED + '| where key == "AppId"', ["key"]),
        (UNPACKED + "| extend A = strcat(key, value)\n| project A, key", ["key", "value"]),
        (UNPACKED + "| summarize count() by key", ["key"]),
        (
            UNPACKED
            + "| join kind=inner (SigninLogs) on $left.CorrelationId == $right.CorrelationId\n| where key == 1",
            ["key"],
        ),
        ("let T = " + UNPACKED.rstrip() + ";\nT\n| where isnotempty(key)", ["key"]),
        ("let F = () {\n" + UNPACKED + "| where key has 'x'\n};\nF()", ["key"]),
        ("union (" + UNPACKED.rstrip() + "), SigninLogs\n| where key == 'x'", ["key"]),
    ],
)
def test_a_name_that_only_the_data_brings(query: str, names: list[str]) -> None:
    assert said(query) == [unknown(name) for name in names]


def test_what_pivot_makes_of_values() -> None:
    query = "SigninLogs\n| evaluate pivot(ResultType, count(), UserPrincipalName)\n| where Success > 3"
    assert said(query, "NRT") == [unknown("Success", "pivot")]


@pytest.mark.parametrize(
    "query",
    [
        "AuditLogs\n| mv-expand D = AdditionalDetails\n| evaluate bag_unpack(D) : (*, key: string)\n| where key == 'x'",
        UNPACKED + '| extend K = column_ifexists("key", "")\n| where K == "x"',
        UNPACKED + "| where OperationName == 'x' and isnotempty(CorrelationId)",
        UNPACKED + "| extend key = 'x'\n| where key == 'x'",
        # The table may have the column itself.
        "Contoso_CL\n| evaluate bag_unpack(Bag_s)\n| where key == 'x'",
        "_GetWatchlist('vip')\n| where Mail == 'x'\n| union (SigninLogs | evaluate bag_unpack(DeviceDetail))",
    ],
)
def test_names_that_are_known_or_may_be(query: str) -> None:
    assert said(query) == []


def test_a_query_that_is_no_rule() -> None:
    text = RULE.format(kind="Scheduled", query="  SigninLogs")
    assert messages(text, "KL417") == []
    hunting = (
        "id: 0b0f3c52-6c5b-4a3e-9c4b-6f0b7a3d2a11\nname: Owners\ndescription: Owners\nquery: |\n"
        "  AuditLogs\n  | mv-expand D = AdditionalDetails\n  | evaluate bag_unpack(D)\n  | where key == 'x'\n"
        "tactics: [Persistence]\n"
    )
    assert messages(hunting, "KL417") == []
