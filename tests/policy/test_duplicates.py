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
    write("rules/b.yml", rule(ID.upper(), "Another"))
    write("rules/c.yaml", rule("6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55"))

    for _ in range(2):  # the second time from the cache
        result = kql_lint("check", "rules", "--output-format", "concise")
        assert result.exit_code == 1
        (line,) = [line for line in result.output.splitlines() if ": KL" in line]
        assert line == f"rules/b.yml:1:5: KL608 [error] the id {ID.upper()} is also that of a rule in rules/a.yaml"


def test_the_line_is_shown_also_when_the_result_comes_from_the_cache(write: Write, kql_lint: KqlLint) -> None:
    write("rules/a.yaml", rule(ID))
    write("rules/b.yaml", rule(ID, "Another"))

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
    write("b.yaml", f"# kql-lint: disable-next-line=duplicate-rule-id -- for another workspace\n{rule(ID, 'Another')}")

    assert kql_lint("check", ".").exit_code == 0

    write("b.yaml", rule(ID, "Another"))
    assert kql_lint("check", ".", "--ignore", "KL608").exit_code == 0
    assert kql_lint("check", ".").exit_code == 1


def test_what_is_silenced_on_one_side_is_not_compared_with_the_other(write: Write, kql_lint: KqlLint) -> None:
    write(
        "dev/a.yaml", f"# kql-lint: disable-next-line=duplicate-rule-id -- a copy to try things\n{rule(ID, 'Another')}"
    )
    write("prod/a.yaml", rule(ID))

    assert kql_lint("check", ".").exit_code == 0, "neither the rule nor the comment is reported"

    write("dev/a.yaml", rule(ID, "Another"))
    assert kql_lint("check", ".").exit_code == 1
    for folder in ("dev", "prod"):
        write(".kql-lint.toml", f'[[per-path]]\npaths = ["{folder}/"]\nignore = ["KL608"]\n')
        assert kql_lint("check", ".").exit_code == 0
    write("test/a.yaml", rule(ID))
    result = kql_lint("check", ".", "--output-format", "concise", "--quiet")
    assert result.stdout == f"test/a.yaml:1:5: KL608 [error] the id {ID} is also that of a rule in dev/a.yaml\n"


def test_its_severity_can_be_another_where_it_is_reported(write: Write, kql_lint: KqlLint) -> None:
    write("a.yaml", rule(ID))
    write("b/a.yaml", rule(ID, "Another"))
    write(".kql-lint.toml", '[[per-path]]\npaths = ["b/"]\nseverity = {duplicate-rule-id = "info"}\n')

    result = kql_lint("check", ".", "--output-format", "concise", "--quiet")

    assert result.exit_code == 0
    assert result.stdout == f"b/a.yaml:1:5: KL608 [info] the id {ID} is also that of a rule in a.yaml\n"


def test_an_entry_of_a_baseline_is_not_stale_where_the_other_file_is_not_linted(
    write: Write, kql_lint: KqlLint
) -> None:
    write("a.yaml", rule(ID))
    write("b.yaml", rule(ID, "Another"))
    assert kql_lint("check", "--write-baseline", "known.json").exit_code == 0

    whole = kql_lint("check", "--baseline", "known.json")
    part = kql_lint("check", "--baseline", "known.json", "b.yaml")

    assert (whole.exit_code, whole.stdout) == (
        0,
        "No findings in 3 files (2 queries). 1 finding is in the baseline.\n",
    )
    assert (part.exit_code, part.stdout) == (0, "No findings in 1 file (1 query).\n")


def test_the_same_rule_in_a_source_and_in_a_bundle_is_one(write: Write, kql_lint: KqlLint) -> None:
    write("rules/a.yaml", rule(ID))
    write("build/all.yaml", f"{rule('6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55', 'Another')}---\n{rule(ID)}")
    assert kql_lint("check", ".").exit_code == 0

    changed = rule(ID).replace("IMAP4", "POP3")
    write("build/all.yaml", changed)
    result = kql_lint("check", ".", "--output-format", "concise", "--quiet")
    assert result.stdout == f"rules/a.yaml:1:5: KL608 [error] the id {ID} is also that of a rule in build/all.yaml\n"


def test_a_hunting_query_and_a_rule_do_not_replace_one_another(write: Write, kql_lint: KqlLint) -> None:
    write("Detections/a.yaml", rule(ID))
    write("Hunting Queries/a.yaml", f"id: {ID}\nname: Hunt\ntactics: [Persistence]\nquery: SigninLogs | take 5\n")
    result = kql_lint("check", ".", "--output-format", "concise", "--quiet")
    assert [line for line in result.stdout.splitlines() if "KL608" in line] == []


def named(name: str, id: str, query: str, mapped: str = "") -> str:
    mapping = (
        f"entityMappings:\n- entityType: IP\n  fieldMappings:\n  - {{identifier: Address, columnName: {mapped}}}\n"
    )
    return rule(id, name).replace('SigninLogs | where ClientAppUsed == "IMAP4"', query) + (mapping if mapped else "")


OTHER_ID = "6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55"
THIRD_ID = "2a7f1c3e-8b4d-4e6f-9a0b-1c2d3e4f5a6b"


class TestNames:
    """KL619: rules of the same name with different queries."""

    def test_a_name_of_two_files_is_reported_in_the_second(self, write: Write, kql_lint: KqlLint) -> None:
        write("rules/a.yaml", named("Legacy  sign-in", ID, "SigninLogs | where ClientAppUsed == 'IMAP4'"))
        write("rules/b.yml", named("legacy sign-in", OTHER_ID, "SigninLogs | where ClientAppUsed == 'POP3'"))

        for _ in range(2):  # the second time from the cache
            output = kql_lint("check", "rules", "--output-format", "concise").output
            (line,) = [line for line in output.splitlines() if ": KL" in line]
            assert line == (
                'rules/b.yml:2:7: KL619 [warning] the name "legacy sign-in" is also that of a rule with another query '
                "in rules/a.yaml"
            )

    def test_two_rules_of_one_file_point_at_each_other(self, write: Write, kql_lint: KqlLint) -> None:
        first, second = named("A", ID, "SigninLogs | take 1"), named("A", OTHER_ID, "SigninLogs | take 2")
        write("both.yaml", f"{first}---\n{second}")

        output = kql_lint("check", "both.yaml").output

        assert output.startswith(
            "both.yaml:11:7: warning KL619 duplicate-rule-name\n"
            '  the name "A" is that of an earlier rule with another query in this file\n\n'
            "   2 │ name: A\n     │       - the first rule with this name\n"
        )

    def test_the_nearest_of_two_is_pointed_at(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1"))
        second = named("A", OTHER_ID, "SigninLogs | take 2")
        write("b.yaml", f"{second}---\n{named('A', THIRD_ID, 'SigninLogs | take 3')}")

        output = kql_lint("check", ".", "--output-format", "concise").output

        assert [line for line in output.splitlines() if ": KL" in line] == [
            'b.yaml:2:7: KL619 [warning] the name "A" is also that of a rule with another query in a.yaml',
            'b.yaml:11:7: KL619 [warning] the name "A" is that of an earlier rule with another query in this file',
        ]

    def test_a_copy_in_its_file_is_compared_with_other_files(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1"))
        second = named("A", OTHER_ID, "SigninLogs | take 2")
        write("b.yaml", f"{second}---\n{named('A', THIRD_ID, 'SigninLogs | take 2')}")

        output = kql_lint("check", ".", "--output-format", "concise").output

        assert [line for line in output.splitlines() if ": KL" in line] == [
            f'b.yaml:{line}:7: KL619 [warning] the name "A" is also that of a rule with another query in a.yaml'
            for line in (2, 11)
        ]

    def test_what_is_no_duplicate(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1"))
        write("same-query.yaml", named("A", OTHER_ID, "SigninLogs  | take 1"))
        write("hunting.yaml", 'id: x\nname: A\ntactics: [Impact]\nseverity: Low\nquery: "SigninLogs | take 3"\n')
        write("hole.yaml", named("{{ name }}", "9c8b7a60-5e4d-4c3b-8a29-1f0e9d8c7b6a", "SigninLogs | take 4"))

        assert kql_lint("check", ".", "--output-format", "concise").exit_code == 0

    def test_of_rules_with_the_same_id_the_id_is_said(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1"))
        write("b.yaml", named("A", ID, "SigninLogs | take 2"))

        output = kql_lint("check", ".", "--output-format", "concise").output
        assert [line.split()[1] for line in output.splitlines() if ": KL" in line] == ["KL608"]

    def test_it_can_be_suppressed_at_the_name(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1"))
        comment = "# kql-lint: disable-next-line=duplicate-rule-name -- another workspace"
        write("b.yaml", named("A", OTHER_ID, "SigninLogs | take 2").replace("name: A", f"{comment}\nname: A"))

        assert kql_lint("check", ".").exit_code == 0


class TestCopies:
    """KL620: a rule and its copy in another kind of file map different entities; off by default."""

    JSON = (
        '{{"displayName": "A", "kind": "Scheduled", "queryFrequency": "PT1H", "queryPeriod": "PT1H", '
        '"triggerOperator": "GreaterThan", "triggerThreshold": 0, "query": "SigninLogs | take 1", '
        '"entityMappings": [{{"entityType": "IP", '
        '"fieldMappings": [{{"identifier": "Address", "columnName": "{}"}}]}}]}}\n'
    )

    def test_a_copy_with_other_mappings(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1", "IPAddress"))
        write("b.json", self.JSON.format("IPAddressFromResourceProvider"))

        assert kql_lint("check", ".").exit_code == 0
        output = kql_lint("check", ".", "--extend-select", "KL620", "--output-format", "concise").output
        (line,) = [line for line in output.splitlines() if ": KL" in line]
        assert line == 'b.json:1:18: KL620 [info] the entity mappings of "A" differ from those of the rule in a.yaml'

    def test_copies_that_are_alike_and_rules_of_one_kind_of_file(self, write: Write, kql_lint: KqlLint) -> None:
        write("a.yaml", named("A", ID, "SigninLogs | take 1", "IPAddress"))
        write("b.json", self.JSON.format("IPAddress"))
        write("c.yaml", named("A", OTHER_ID, "SigninLogs | take 1", "IPAddressFromResourceProvider"))

        output = kql_lint("check", ".", "--extend-select", "KL620", "--output-format", "concise").output
        assert [line for line in output.splitlines() if ": KL" in line] == []
