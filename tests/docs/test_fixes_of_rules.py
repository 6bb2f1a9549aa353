"""Every rule that has a fix shows one on its page, as a diff that was made by running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.rules import RULES
from kql_lint.rules.rule import Rule
from kql_lint.site.fixes import section

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fix is not None], ids=lambda rule: rule.code)
def test_the_page_of_a_rule_shows_its_fix(rule: Rule) -> None:
    page = (ROOT / "docs" / "rules" / f"{rule.name}.md").read_text(encoding="utf-8")

    shown = section(rule, str(ROOT))

    assert shown.startswith("\n## Fix\n\n`kql-lint check --fix")
    assert "\n-" in shown
    assert "\n+" in shown or "`kql-lint check --fix`" in shown, "what a fix only takes out is safe"
    assert page.endswith(shown)
