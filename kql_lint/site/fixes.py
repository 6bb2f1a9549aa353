"""What the page of a rule shows of its fix: a diff, made by running it on an example."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from kql_lint.fixes import LEVELS, Linting, fix_text
from kql_lint.fixes.diff import unified
from kql_lint.policy.apply import Policy
from kql_lint.reading import RULE, read_text
from kql_lint.rules.rule import Rule
from kql_lint.runner import FileReport, Finding, Options, lint_file
from kql_lint.source import Source

EXAMPLES = "rules_examples"
_FENCE = re.compile(r"^## Bad\n.*?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ENDINGS = {"kql": "kql", "yaml": "yaml", "json": "json", "markdown": "md"}
_OPTIONS = {"safe": "--fix", "intent": "--fix-intent", "unsafe": "--fix --unsafe-fixes"}


def section(rule: Rule, root: str) -> str:
    """The part of a rule's page about its fix; empty for a rule without one, or without an example of it.

    Shown is the safest fix of the first example that has one: ``fix.kql`` in the rule's folder of examples, the bad
    query of its documentation, ``bad.kql``.
    """
    for level in LEVELS if rule.fix is not None else ():
        for name, text in _examples(rule, root):
            lines = _diff(rule, level, name, text, root)
            if lines:
                shown = "\n".join(lines[2:])
                command = f"`kql-lint check {_OPTIONS[level]}` changes it like this:"
                return f"\n## Fix\n\n{command}\n\n```diff\n{shown}\n```\n"
    return ""


def _examples(rule: Rule, root: str) -> Iterator[tuple[str, str]]:
    folder = os.path.join(root, EXAMPLES, rule.name)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    yield from ((name, read_text(os.path.join(folder, name), RULE)) for name in names if name.startswith("fix."))
    documented = _FENCE.search(rule.documentation)
    if documented is not None and documented[1] in _ENDINGS:
        yield f"rule.{_ENDINGS[documented[1]]}", documented[2]
    yield from ((name, read_text(os.path.join(folder, name), RULE)) for name in names if name.startswith("bad."))


def _diff(rule: Rule, level: str, name: str, text: str, root: str) -> list[str]:
    from kql_lint.config import Configurations
    from kql_lint.policy.select import Layer
    from kql_lint.policy.settings import AllSettings, Said

    overlay = os.path.join(root, EXAMPLES, rule.name, "catalog")
    options = Options(catalog=(overlay,) if os.path.isdir(overlay) else (), extend_select=(rule.code,))
    layer = Layer(None, (rule.code,))
    policy = Policy(AllSettings(Configurations(isolated=True), Said(layer)), stale=False)

    def lint(source: Source) -> FileReport:
        return lint_file(name, options, lambda _: source)

    def of_the_rule(report: FileReport) -> list[Finding]:
        return [one for one in policy.reported(report) if one.diagnostic.code == rule.code]

    outcome = fix_text(Source(name, text), level, Linting(lint, of_the_rule, policy.counts(name)))
    return unified(name, text, outcome.source.text)
