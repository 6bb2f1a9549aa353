"""The tuple of rules, and how rules are found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import kql_lint.rules
from kql_lint.rules import RULES, find
from kql_lint.rules.rule import Rule

MODULES = {
    path.stem
    for path in Path(kql_lint.rules.__file__).parent.rglob("*.py")
    if not path.stem.startswith("_") and path.stem != "rule"
}


def test_every_module_is_a_rule_in_the_tuple_and_bears_its_name() -> None:
    assert {rule.name.replace("-", "_") for rule in RULES} == MODULES


def test_codes_and_names_are_well_formed_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"KL\d{3}", rule.code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.fix in (None, "safe", "intent", "unsafe")


@pytest.mark.parametrize("text", ["KL101", "kl101", "unknown-action-type", "Unknown-Action-Type", " KL101 "])
def test_a_rule_is_found_by_code_or_name(text: str) -> None:
    rule = find(text)
    assert rule is not None
    assert (rule.code, rule.name) == ("KL101", "unknown-action-type")


@pytest.mark.parametrize("text", ["", "KL", "KL999", "unknown_action_type", "action-type"])
def test_anything_else_is_no_rule(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_summary_is_a_short_phrase(rule: Rule) -> None:
    assert 10 < len(rule.summary) <= 90
    assert not rule.summary.endswith(".")


def test_listing_the_rules_loads_neither_the_parser_nor_the_catalogue() -> None:
    code = (
        "import sys, kql_lint.rules;"
        "print([m for m in ('lark', 'yaml', 'kql_lint.syntax', 'kql_lint.semantics', 'kql_lint.catalogue')"
        " if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
