from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.config import Configurations
from kql_lint.language.file import OpenFile
from kql_lint.policy.apply import Policy
from kql_lint.policy.settings import AllSettings
from kql_lint.policy.texts import check_text
from kql_lint.source import Source, read_source

EXAMPLES = Path(__file__).parents[2] / "rules_examples"
SOME = sorted(path for path in EXAMPLES.rglob("*") if path.is_file())[::6]
Write = Callable[[str, str], Path]


@pytest.fixture
def policy() -> Policy:
    return Policy(AllSettings(Configurations(isolated=True)), stale=False)


@pytest.mark.parametrize("path", SOME, ids=lambda path: path.name)
def test_what_an_editor_knows_of_a_query_already_changes_nothing(path: Path, policy: Policy) -> None:
    source = read_source(str(path))
    options = policy.options(source.path)._replace(unnamed="plain")
    known = OpenFile(source, options).known
    assert known is not None
    expected = check_text(source, policy, options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("extracted_from", "_analyzed"):  # nothing is found out again
            patch.setattr(f"kql_lint.runner.lint.{name}", None)
        found = check_text(source, policy, options, known)

    assert found.raw.errors == []
    assert found.report.findings == expected.report.findings
    assert found.raw.findings == expected.raw.findings
    assert found.raw.companions == expected.raw.companions
    assert found.raw.comments == expected.raw.comments


def test_a_text_is_judged_anew_each_time(project: Path, write: Write, kql_lint: Callable[..., object]) -> None:
    bad = "Nonsense | take 5\n"
    write("a.kql", bad)
    kql_lint("check", "--write-baseline", "known.json", "a.kql")
    write(".kql-lint.toml", 'baseline = "known.json"\n')
    policy = Policy(AllSettings(Configurations()), stale=False)
    source = Source(str(project / "a.kql"), bad)

    # The baseline has one finding of this line, which is not used up by the first look at it.
    for _ in range(3):
        checked = check_text(source, policy)
        assert [one.diagnostic.code for one in checked.report.findings] == []
        assert [one.diagnostic.code for one in checked.raw.findings] == ["KL202"]
    again = check_text(Source(source.path, bad + bad), policy)
    assert len(again.report.findings) == len(again.raw.findings) - 1


def test_rules_of_one_text_that_share_an_id_are_found(policy: Policy) -> None:
    rule = "id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01\nname: A\nkind: Scheduled\nquery: DeviceEvents | take 5\n"

    checked = check_text(Source("/rules/a.yaml", f"{rule}---\n{rule}"), policy)

    assert "KL608" in {one.diagnostic.code for one in checked.report.findings}
