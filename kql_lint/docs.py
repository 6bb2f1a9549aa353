"""The rules as documents: the page of each, and the tables of all.

Everything is made from the Rule values; ``kql_lint.site`` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kql_lint import printable

if TYPE_CHECKING:
    from kql_lint.rules.rule import Rule

_FIXES = {
    "safe": "safe: the result can't change, or a failing query begins to work",
    "intent": "intent: changes a filter that could not work as written",
    "unsafe": "unsafe: a guess, never applied unless you ask for it",
    None: "none",
}
_INDEX = "README.md"
# What the rules of a hundred are about, by the first digit of their codes.
_FAMILIES = {
    "0": "Text and files",
    "1": "ActionTypes",
    "2": "Names",
    "3": "Types and functions",
    "4": "Logic",
    "5": "Cost and determinism",
    "6": "The rule around the query",
    "9": "kql-lint itself",
}
_GROUP = re.compile(r"(<!-- rules: (KL\d*) -->\n).*?(<!-- /rules -->)", re.DOTALL)
_BEGIN, _END = "<!-- rules: made by `make docs` -->", "<!-- /rules -->"


def page(rule: Rule) -> str:
    """The page of a rule, in Markdown."""
    state = "on" if rule.enabled else "off; `extend-select` in the configuration or `--extend-select` switches it on"
    facts = f"Severity: {rule.severity.label}  \nDefault: {state}  \nFix: {_FIXES[rule.fix]}"
    return f"# {rule.code} {rule.name}\n\n{facts}\n\n{rule.documentation.strip()}\n"


def table(rules: Sequence[Rule], folder: str = "") -> str:
    """A Markdown table of the rules whose names lead to their pages in ``folder``."""
    lines = ["| code | name | severity | default | fix | what |", "|---|---|---|---|---|---|"]
    for rule in rules:
        name = f"[{rule.name}]({folder}{rule.name}.md)"
        facts = (rule.code, name, rule.severity.label, _state(rule), rule.fix or "-", rule.summary)
        lines.append(f"| {' | '.join(facts)} |")
    return "\n".join(lines) + "\n"


def _state(rule: Rule) -> str:
    """Whether a rule is on where nobody says anything."""
    return "on" if rule.enabled else "off"


def pages(rules: Sequence[Rule]) -> Mapping[str, str]:
    """Every file of docs/rules/ by its name."""
    head = "# Rules\n\nMade by `make docs` from the rules' own documentation; `kql-lint explain RULE` prints a page.\n"
    groups = (f"\n## {family}\n\n{table(group)}" for family, group in families(rules).items())
    return {_INDEX: head + "".join(groups)} | {f"{rule.name}.md": page(rule) for rule in rules}


def families(rules: Sequence[Rule]) -> Mapping[str, Sequence[Rule]]:
    """The rules by what they are about, in the order of their codes."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(_FAMILIES[rule.code[2]], []).append(rule)
    return found


def as_text(rules: Sequence[Rule]) -> str:
    """The list of rules for a terminal."""
    header = ("code", "name", "severity", "default", "fix", "what")
    rows = [
        header,
        *((one.code, one.name, one.severity.label, _state(one), one.fix or "-", one.summary) for one in rules),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header) - 1)]
    return "".join("  ".join([*map(str.ljust, row[:-1], widths), row[-1]]) + "\n" for row in rows)


def as_json(rules: Sequence[Rule]) -> str:
    """The list of rules for programs."""
    records = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "severity": rule.severity.label,
            "fix": rule.fix,
            "enabled": rule.enabled,
            "documentation": rule.documentation.strip(),
        }
        for rule in rules
    ]
    return printable.as_json(records, indent=2) + "\n"


def styled(markdown: str) -> str:
    """Markdown with its headings and code set off by terminal escapes."""
    return "\n".join(_styled_lines(markdown.splitlines())) + "\n"


def _styled_lines(lines: Sequence[str]) -> Iterator[str]:
    code = False
    for line in lines:
        if line.startswith("```"):
            code = not code
        elif code:
            yield f"    \x1b[36m{line}\x1b[0m"
        elif line.startswith("#"):
            yield f"\x1b[1m{line.lstrip('# ')}\x1b[0m"
        else:
            yield line


def with_groups(page: str, rules: Sequence[Rule]) -> str:
    """A page of docs/how-to/ with a table of the rules of a prefix behind each ``<!-- rules: KL5 -->``."""

    def filled(found: re.Match[str]) -> str:
        group = [rule for rule in rules if rule.code.startswith(found[2])]
        return f"{found[1]}{table(group, '../rules/')}{found[3]}"

    return _GROUP.sub(filled, page)


def with_table(readme: str, rules: Sequence[Rule]) -> str:
    """A README with the table of the rules put between its two marks."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table(rules, 'docs/rules/')}{_END}{after}"
