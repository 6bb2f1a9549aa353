"""The documentation of each rule: its parts, and its examples, which are run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kql_lint import analyze
from kql_lint.catalogue import Catalogue
from kql_lint.rules import RULES
from kql_lint.rules.metadata import duplicate_rule_id, duplicate_rule_name
from kql_lint.rules.rule import Rule
from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

_FENCE = re.compile(r"```kql(?: platform=(\w+))?\n(.*?)```", re.DOTALL)
_YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
# The rules and families whose pages show rules in YAML; elsewhere YAML is an overlay of the catalogue.
_ABOUT_FILES = ("KL417", "KL504", "KL509", "KL6")


def section(rule: Rule, heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", rule.documentation, re.DOTALL | re.MULTILINE)
    assert found is not None, f"{rule.code} has no section {heading}"
    return found[1]


@pytest.fixture
def catalogue(rule: Rule, tmp_path: Path) -> Catalogue:
    """The catalogue with the overlay that a page shows, where it shows one."""
    shown = _YAML.search(rule.documentation)
    if shown is None or rule.code.startswith(_ABOUT_FILES):
        return Catalogue.default()
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(shown[1], encoding="utf-8")
    return Catalogue.with_overlays([str(overlay)])


def examples(heading: str) -> list[object]:
    return [
        pytest.param(rule, query, platform or "auto", id=f"{rule.code}-{number}")
        for rule in RULES
        for number, (platform, query) in enumerate(_FENCE.findall(section(rule, heading)), 1)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_parts_of_a_page(rule: Rule) -> None:
    headings = re.findall(r"^## (.*)$", rule.documentation, re.MULTILINE)
    assert headings == ["Bad", "Good", "When to silence it"]
    first, _, rest = rule.documentation.partition("\n\n")
    assert first.endswith(".")
    assert "\n" not in first
    assert len(rest) > 200
    for heading in ("Bad", "Good"):
        assert "```" in section(rule, heading)
    assert section(rule, "When to silence it").strip()


@pytest.mark.parametrize(("rule", "query", "platform"), examples("Bad"))
def test_a_bad_example_is_reported_by_its_rule_alone(
    rule: Rule, query: str, platform: str, catalogue: Catalogue
) -> None:
    found = analyze(query, platform=platform, catalogue=catalogue, extend_select=[rule.code]).diagnostics
    assert {diagnostic.code for diagnostic in found} == {rule.code}


@pytest.mark.parametrize(("rule", "query", "platform"), examples("Good"))
def test_a_good_example_is_silent(rule: Rule, query: str, platform: str, catalogue: Catalogue) -> None:
    assert analyze(query, platform=platform, catalogue=catalogue, extend_select=[rule.code]).diagnostics == []


def files(heading: str) -> list[object]:
    return [
        pytest.param(rule, text, id=f"{rule.code}-{number}")
        for rule in RULES
        if rule.code.startswith(_ABOUT_FILES)
        for number, text in enumerate(_YAML.findall(section(rule, heading)), 1)
    ]


def found_in_file(rule: Rule, text: str) -> set[str]:
    """The codes of what is found in a rule's file by this rule and those that are on by default."""
    options = Options(extend_select=(rule.code,))
    report = lint_file("rule.yaml", options, lambda path: read_source(path, text.encode()))
    assert report.errors == []
    comparing = (duplicate_rule_id, duplicate_rule_name)
    twice = [one for rule in comparing for one in rule.seen().check("rule.yaml", report.rule_ids)]
    return {item.diagnostic.code for item in report.findings} | {item.code for item in twice}


@pytest.mark.parametrize(("rule", "text"), files("Bad"))
def test_a_bad_file_is_reported_by_its_rule_alone(rule: Rule, text: str) -> None:
    assert found_in_file(rule, text) == {rule.code}


@pytest.mark.parametrize(("rule", "text"), files("Good"))
def test_a_good_file_is_silent(rule: Rule, text: str) -> None:
    assert found_in_file(rule, text) == set()


def test_each_rule_over_detections_shows_files() -> None:
    shown = {rule.code for rule in RULES if rule.code.startswith(_ABOUT_FILES) and _YAML.search(section(rule, "Bad"))}
    assert shown == {rule.code for rule in RULES if rule.check_detection is not None} | {"KL608", "KL619"}


def test_each_rule_over_queries_shows_it() -> None:
    shown = {rule.code for rule in RULES if _FENCE.search(section(rule, "Bad"))}
    assert shown == {rule.code for rule in RULES if rule.check is not None} | {"KL001", "KL002"}
