"""A message is one line without control characters, whatever the query or the rule that it quotes has in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kql_lint.diagnostic import MOST_RELATED, Diagnostic, Related, Severity
from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source
from kql_lint.wording import LONGEST
from tests.hostile import CONTROLS

from . import marked

HERE = Path(__file__).parent
EXAMPLES = Path(__file__).parents[2] / "rules_examples"
HARM = "\r\n\x1b[1m\u202e\u2028"
STRING = re.compile(r""""[^"\\\n]+"|'[^'\\\n]+'""")
NAME = re.compile(r"(?<!['\"\w@])\b[A-Za-z_]\w+\b(?!['\"])")
SCALAR = re.compile(r"^([ \-]*\w+: )([^|>\[\n].*)$", re.MULTILINE)


def hostile_queries() -> Iterator[str]:
    """The rules' examples and fixtures with harm in every string literal, and in one name after another."""
    queries = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*/bad.kql"))]
    for query in [*queries, *(case.query for path in (HERE / "fixtures").glob("*.kql") for case in marked.cases(path))]:
        yield STRING.sub(lambda found: f"```{found[0][1:2]}{HARM}{found[0][2:-1]}```", query)
    for query in queries:
        for found in NAME.finditer(query):
            yield f"{query[: found.start()]}['{found[0]}{escapes(HARM)}']{query[found.end() :]}"


def escapes(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def hostile_rules() -> Iterator[str]:
    """The examples of rules in YAML with harm in one value after another."""
    for path in sorted(EXAMPLES.glob("*/bad.yaml")):
        text = path.read_text(encoding="utf-8")
        yield STRING.sub(lambda found: json.dumps(f"{found[0][1:-1]}{HARM}"), text)
        for found in SCALAR.finditer(text):
            value = json.dumps(f"{found[2]}{HARM}")
            yield f"{text[: found.start()]}{found[1]}{value}{text[found.end() :]}"


def found_in(name: str, text: str) -> list[Diagnostic]:
    report = lint_file(name, Options(), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    return [finding.diagnostic for finding in report.findings]


def said(found: Diagnostic) -> list[str]:
    """All that it says."""
    related, titles = (item.message for item in found.related), (fix.title for fix in found.fixes)
    return [found.message, found.help or "", *related, *titles]


@pytest.mark.parametrize(
    ("name", "texts", "quoting"),
    [
        ("a.kql", hostile_queries, {"KL101", "KL107", "KL108", "KL201", "KL202", "KL203", "KL205"}),
        ("a.yaml", hostile_rules, {"KL004", "KL101", "KL601", "KL602", "KL603", "KL605", "KL606"}),
    ],
)
def test_every_rule_quotes_in_one_line(name: str, texts: Callable[[], Iterator[str]], quoting: set[str]) -> None:
    rules_that_quoted_harm = set()
    for text in texts():
        for found in found_in(name, text):
            for one in said(found):
                assert not CONTROLS.search(one), (found.code, one)
                assert "\n" not in one, (found.code, one)
                if r"\x1b[1m\u202e" in one:
                    rules_that_quoted_harm.add(found.code)

    assert rules_that_quoted_harm >= quoting  # else this would say nothing


def test_what_is_quoted_is_an_escape() -> None:
    (found,) = found_in("a.kql", "DeviceProcessEvents | where ActionType == ```Process\r\nCreated```")

    assert found.message == (
        r'unknown ActionType "Process\r\nCreated" for DeviceProcessEvents; did you mean "ProcessCreated"?'
    )


def test_a_long_string_is_quoted_without_its_middle() -> None:
    (found,) = found_in("a.kql", f'DeviceProcessEvents | where ActionType == "a{"x" * 100_000}z"')

    assert len(found.message) == LONGEST
    assert found.message.startswith('unknown ActionType "axxx')
    assert found.message.endswith('xxxz": DeviceProcessEvents has no such value as of 2023-05')
    assert found.message.count("…") == 1


def test_related_places_are_bounded() -> None:
    related = tuple(Related(place, place + 1, "here") for place in range(50))

    found = Diagnostic("KL101", "unknown-action-type", Severity.ERROR, "m", 0, 1, related=related)

    assert found.related == related[:MOST_RELATED]
