from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Write = Callable[..., Path]
KqlLint = Callable[..., Result]

ID = "1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11"


def rule(id: str, name: str = "Legacy sign-in") -> str:
    return (
        f"id: {id}\nname: {name}\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\n"
        'triggerThreshold: 0\nquery: SigninLogs | where ClientAppUsed == "IMAP4"\n'
    )


def test_an_id_of_two_files_is_reported_in_the_second(write: Write, kql_lint: KqlLint) -> None:
    write("rules/a.yaml", rule(ID))
    write("rules/b.yml", rule(ID.upper()))
    write("rules/c.yaml", rule("6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55"))

    for _ in range(2):  # the second time from the cache
        result = kql_lint("check", "rules", "--output-format", "concise")
        assert result.exit_code == 1
        (line,) = [line for line in result.output.splitlines() if ": KL" in line]
        assert line == f"rules/b.yml:1:5: KL608 [error] the id {ID.upper()} is also that of a rule in rules/a.yaml"


def test_the_line_is_shown_also_when_the_result_comes_from_the_cache(write: Write, kql_lint: KqlLint) -> None:
    write("rules/a.yaml", rule(ID))
    write("rules/b.yaml", rule(ID))

    first, second = (kql_lint("check", "rules").output for _ in range(2))

    assert first == second
    assert f"  1 │ id: {ID}\n    │     {'^' * 36}\n" in second


def test_two_rules_of_one_file_point_at_each_other(write: Write, kql_lint: KqlLint) -> None:
    write("both.yaml", f"{rule(ID)}---\n{rule(ID, 'Another')}")

    output = kql_lint("check", "both.yaml").output

    assert output.startswith(
        "both.yaml:10:5: error KL608 duplicate-rule-id\n"
        f"  the id {ID} is that of an earlier rule in this file\n\n"
        f"   1 │ id: {ID}\n     │     {'-' * 36} the first rule with this id\n"
    )


def test_it_can_be_suppressed_and_ignored(write: Write, kql_lint: KqlLint) -> None:
    write("a.yaml", rule(ID))
    write("b.yaml", f"# kql-lint: disable-next-line=duplicate-rule-id -- for another workspace\n{rule(ID)}")

    assert kql_lint("check", ".").exit_code == 0

    write("b.yaml", rule(ID))
    assert kql_lint("check", ".", "--ignore", "KL608").exit_code == 0
    assert kql_lint("check", ".").exit_code == 1
