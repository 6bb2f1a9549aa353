"""Compares what kql-lint says of ActionTypes with what random queries do, evaluated row by row.

python bench/soundness.py [--count 20000] [--seed 1] [--first 0]

Each query goes over a few tables of events whose catalogue is made for it (reasoning/model.py).  Wrong is:
- an ActionType that a row of the result has, or one that reaches the end of a subquery, and that describe() rules out;
- a value of any other column of such a row that its domain rules out;
- an ActionType that is unknown, or a pattern that matches none (KL101, KL102, KL103, KL108), and that an event matched;
- a filter that no row passes (KL107, KL401), and that one passed; one that is always true (KL402), and that a row
  failed; a column that is never filled (KL104), and that was;
- a query that kql-lint can't parse, or a column that it does not know.

Queries that are wrong are printed with the number that makes them again.  Ends with 1 if there are any.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reasoning.making import Making
from reasoning.model import TABLES, catalogue
from reasoning.queries import made
from reasoning.tables import TooMany
from reasoning.trace import Span, Trace, unmarked

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.engine import Analysis
    from kql_lint.semantics.description import TableUse

WORDS = ("KL101", "KL102", "KL103")
# What no generated query has: the generator and kql-lint do not understand each other there.
SANITY = ("KL001", "KL201", "KL202", "KL203", "KL302", "KL305")


_QUOTED = re.compile(r'"[^"]*"')
UNKNOWN = [table.name for table in TABLES if not table.known]


class Tried:
    """A query that was evaluated and analysed."""

    def __init__(self, known: Catalogue, seed: int, number: int) -> None:
        self.making = Making(random.Random(f"{seed}:{number}"))
        query = made(self.making)
        self.text, self.spans = unmarked(query.text)
        self.trace.chance = self.making.chance
        for self.trace.second in (False, True):
            self.trace.survive(query.rows())
        self.analysis = _analysis(known, self.text)
        self.tables = _tables(self.analysis)

    @property
    def trace(self) -> Trace:
        return self.making.trace

    @property
    def narrowed(self) -> list[TableUse]:
        """The tables of which some ActionType is said not to come through."""
        return [
            use
            for use in self.tables
            if use.action_types and not (use.action_types.any and not use.action_types.excluded)
        ]

    def wrong(self) -> Iterator[str]:
        """What kql-lint says that is not so."""
        yield from self._excluded()
        yield from self._impossible()
        for found in self.analysis.diagnostics:
            if self._contradicted(found):
                place = self.text[found.start : found.end]
                yield f"{found.code} at {found.start} ({place!r}): {found.message}"

    def _excluded(self) -> Iterator[str]:
        """ActionTypes that rows have and that are ruled out."""
        places = {span: number for number, span in self.spans.items()}
        for use in self.tables:
            survived = self.trace.survived.get(places.get((use.start, use.end), 0), set())
            left = use.action_types
            if left is None:
                continue
            for name in sorted(survived):
                if (name in left.excluded) if left.any else (name not in left.values):
                    yield f"excluded: {name} of {use.name} at {use.start}; left are {left}"

    def _impossible(self) -> Iterator[str]:
        """Values that rows have, in any column, and that are ruled out."""
        from kql_lint.semantics.description import states_of_references

        assert self.analysis.bound is not None
        places = {span: number for number, span in self.spans.items()}
        for (start, end, name), state in states_of_references(self.analysis.bound.facts).items():
            for cells in self.trace.cells.get(places.get((start, end), 0), ()):
                for column, value in cells:
                    if value not in state.domain(column):
                        yield f"impossible: {column} == {value!r} of {name} at {start}; it is {state.domain(column)}"
                if state.empty:
                    yield f"impossible: a row of {name} at {start}"

    def _places(self, numbers: set[int]) -> list[Span]:
        """Those of the places that are in the text: what is made is not always used."""
        return [self.spans[number] for number in numbers if number in self.spans]

    def _contradicted(self, found: Diagnostic) -> bool:
        span = found.start, found.end
        if found.code in SANITY:
            return self.text[found.start : found.end] not in UNKNOWN
        if found.code in WORDS or found.code == "KL108":
            return self._matched(found.code, span, found.message)
        if found.code == "KL402":
            said = self.text[slice(*span)]
            failed = (self.text[slice(*self.spans[number])] for number in self.trace.failed if number in self.spans)
            return any(one.strip("()") == said.strip("()") for one in failed)
        if found.code in ("KL107", "KL401"):
            around = [number for number in self.trace.conditions if _within(span, self.spans.get(number, (0, 0)))]
            nearest = min(around, key=lambda number: self.spans[number][1] - self.spans[number][0], default=0)
            return nearest in self.trace.passed
        if found.code == "KL104":
            # what is said of a place holds for the rows that come through in the end
            rows = [one for number, rows in self.trace.filled.items() if self.spans.get(number) == span for one in rows]
            return any(self.trace.came_through(events) for events in rows)
        return False

    def _matched(self, code: str, span: Span, message: str) -> bool:
        """Whether an event matched a literal, or a list, that none is said to match.

        The message names the tables; a comparison with another one's ActionTypes says nothing of theirs.
        """
        trace = self.trace
        spans = self.spans
        # The first value that is quoted is the one that a finding is about; a pattern may be one of several.
        said = message.partition("; did you mean")[0] if code == "KL108" else "".join(_QUOTED.findall(message)[:1])
        met = trace.matched if code == "KL108" else trace.equal
        places = {
            place
            for literal, place, text in met
            if literal in spans and _within(spans[literal], span) and f'"{text}"' in said
        }
        if code == "KL108":
            places |= {place for place in trace.true if self.spans.get(place) == span}
        named = [table.name for table in TABLES if table.name in message.partition(" but in ")[0]]
        compared = {self._table(reference) for place in places for reference in trace.compared[place]}
        return bool(places) and (not named or not compared.isdisjoint(named))

    def _table(self, reference: int) -> str:
        """The table that is named there."""
        start, end = self.spans[reference]
        return self.text[start:end].removeprefix("table('").removesuffix("')")


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _analysis(known: Catalogue, text: str) -> Analysis:
    from kql_lint import analyze

    return analyze(text, catalogue=known)


def _tables(analysis: Analysis) -> list[TableUse]:
    """What describe() says of the tables; nothing is bound a second time for it."""
    from kql_lint.semantics.description import describe

    assert analysis.bound is not None
    return describe(analysis.bound, analysis.diagnostics).tables


def run(seed: int, numbers: range, folder: Path) -> Iterator[tuple[int, str, list[str], Counter[str]]]:
    """Each query's number, its text, what is wrong, and how often each rule spoke."""
    known = catalogue(folder)
    for number in numbers:
        try:
            tried = Tried(known, seed, number)
        except TooMany:
            continue
        codes = Counter(found.code for found in tried.analysis.diagnostics)
        codes["survivors"] = sum(map(len, tried.trace.survived.values()))
        codes["narrowed"] = len(tried.narrowed)
        yield number, tried.text, list(tried.wrong()), codes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    wish = parser.parse_args()
    queries, narrowed, codes, kinds = 0, 0, Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for number, text, wrong, spoke in run(wish.seed, range(wish.first, wish.first + wish.count), Path(folder)):
            queries += 1
            narrowed += spoke["narrowed"] > 0
            codes += spoke
            kinds.update(one.split()[0].rstrip(":") for one in wrong)
            if wrong:
                print(f"\n--seed {wish.seed} --first {number} --count 1\n{text}")
                print("\n".join(f"  {one}" for one in wrong), flush=True)
    survivors, tables = codes.pop("survivors", 0), codes.pop("narrowed", 0)
    print(f"\n{queries:,} queries; in {narrowed:,} of them {tables:,} tables with ActionTypes that are ruled out")
    print(f"{survivors:,} ActionTypes that came through; findings: {dict(sorted(codes.items()))}")
    print(f"wrong: {dict(kinds) or 'none'}")
    return int(bool(kinds))


if __name__ == "__main__":
    sys.exit(main())
