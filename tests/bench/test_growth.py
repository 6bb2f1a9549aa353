"""The bench of growth: toys whose growth is known get it, limits are told, and each construct is what it should be."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kql_lint.runner import Options, run

BENCH = Path(__file__).parents[2] / "bench"
TOYS = """
import json, sys
sys.path.insert(0, sys.argv[1])
from growing import measure
from growing.construct import Construct

def once(n):
    for _ in range(n):
        pass

def twice(n):
    for _ in range(n):
        once(n)

def halves(n):
    while n:
        once(n)
        n //= 2

def memory(n):
    return bytearray(n * measure.MEMORY)

def for_ever(n):
    while True:
        pass

def mistake(n):
    raise ValueError(n)

measure.SECONDS["steps"] = 1
work = globals()[sys.argv[2]]
# the tiny run is what a process does first; there only to load things
toy = Construct("toy", "toys", lambda n: (n, (lambda: work(n)) if n > 40 else list))
found = [measure.measure(toy, "steps", (100, 200, 400)) for _ in range(2)]
print(json.dumps([(one.slope, one.points, one.blown) for one in found]))
"""


def measured(toy: str) -> tuple[float, list[list[float]], str | None]:
    # a process of its own: it forks, which one with threads, as a test may be, should not
    command = [sys.executable, "-W", "error", "-c", TOYS, str(BENCH), toy]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert run.returncode == 0, run.stderr
    first, again = json.loads(run.stdout)
    assert first == again
    slope, points, blown = first
    return slope, points, blown


@pytest.mark.parametrize(("toy", "slope"), [("once", 1.0), ("halves", 1.0), ("twice", 2.0)])
def test_a_toy_grows_as_it_is_known_to(toy: str, slope: float) -> None:
    found, points, blown = measured(toy)

    assert blown is None
    assert [length for length, _ in points] == [100, 200, 400]
    assert found == pytest.approx(slope, abs=0.03)


@pytest.mark.parametrize(
    ("toy", "said"), [("memory", "memory at 100"), ("for_ever", "time at 100"), ("mistake", "ValueError: 100 at 100")]
)
def test_what_hits_a_limit_is_told_and_ends_nothing_else(toy: str, said: str) -> None:
    assert measured(toy) == (math.inf, [], said)


# What is no query that can be parsed, or holds none, on purpose.
WITHOUT_QUERIES = {
    "arm_doubling_if", "arm_doubling_join", "arm_nested_calls", "bicep_doubling_array", "bicep_nested_braces",
    "bicep_nested_brackets", "bicep_strings_open", "bicep_suppressions", "json_of_data", "markdown_backticks",
    "markdown_fences_of_others", "markdown_prose", "markdown_quotes_nested",
    "markdown_tildes", "terraform_nested_blocks", "yaml_doubling_anchors",
}  # fmt: skip
BROKEN = {
    "json_broken", "json_nested", "number_parts", "strings_of_one_quote_each", "strings_unclosed",
    "strings_unclosed_multi_line", "terraform_templates_open", "unknown_operator_chain", "yaml_broken",
    "yaml_nested_keys",
}  # fmt: skip


def test_every_construct_is_what_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from growing.construct import load

    monkeypatch.chdir(tmp_path)
    constructs = load()
    assert len(constructs) > 350
    empty, broken = set(), set()
    for name, one in constructs.items():
        short, long = (len(str(one.make(n))) for n in (60, 4_000))
        assert short < long, name
        _, work = one.prepare(10)
        work()  # raises for an internal error, and for anything else that makes a run fail
        if one.area == "syntax":
            continue
        reports = list(run((str(path), Options(query_keys=("hunt",))) for path in linted(Path())))
        if not any(report.queries for report in reports):
            empty.add(name)
        if any(found.diagnostic.code in ("KL001", "KL005") for report in reports for found in report.findings):
            broken.add(name)
    assert empty - broken == WITHOUT_QUERIES
    assert broken == BROKEN


def linted(folder: Path) -> Iterator[Path]:
    suffixes = (".kql", ".yaml", ".json", ".jsonc", ".workbook", ".ipynb", ".md", ".tf", ".bicep")
    for base, _, names in os.walk(folder):
        for name in names:
            if name.endswith(suffixes) and name != "known.json" and "tables" not in base:
                yield Path(base, name)
