"""How many of the names that queries declare can be renamed, and whether a rename ever changes more than the name.

python bench/renaming.py [--queries FILE] [--first 0] [--every 1] [--show 10] [--pairs FILE]

Each let, function, parameter and column that a query declares, or makes and uses, gets a name that nothing has.  Wrong,
and the run ends with 1, is a rename after which the query returns other columns but for the name or has other findings,
or that can't be taken back.  FILE has a query a line, as JSON ({"query": ...}); without it the queries are those of
rules_examples.  --pairs writes each query before and after, for another parser to judge.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kql_lint.language.file import OpenFile
from kql_lint.language.names import named_at
from kql_lint.language.rename import Refusal, put_in, rename, written_in_kql
from kql_lint.runner import Options
from kql_lint.source import Source

FRESH = "Zq7Fresh"


class Outcome(NamedTuple):
    """What became of a name: the text with another one, or why it was refused; wrong: what is not as it should be."""

    name: str
    text: str
    reason: str = ""
    wrong: str = ""


def opened(text: str) -> OpenFile:
    return OpenFile(Source("query.kql", text), Options())


def outcomes(text: str) -> Iterator[Outcome]:
    """A rename of each name that is written where it is declared."""
    file = opened(text)
    places = set()
    for found in file.queries:
        for symbol in found.query.symbols.all:
            written = [one for one in symbol.declarations if one.written]
            first = written or (symbol.uses[:1] if symbol.declarations else [])
            places.update(found.span(one.start, one.end) for one in first)
    for start, _ in sorted(places):
        named = named_at(file, start)
        if named is not None and FRESH not in text:
            yield _outcome(file, start, named.symbol.name)


def _outcome(file: OpenFile, place: int, name: str) -> Outcome:
    edits = rename(file, place, FRESH)
    if isinstance(edits, Refusal):
        return Outcome(name, "", edits.reason)
    text = put_in(file.source.text, edits)
    after = opened(text)
    for old, new in zip(file.queries, after.queries, strict=True):
        if _columns(old, name) != _columns(new, name):
            return Outcome(name, text, wrong="other columns")
        if _codes(old) != _codes(new):
            return Outcome(name, text, wrong="other findings")
    if any(edit.start == edit.end for edit in edits):
        return Outcome(name, text)  # a name that was put in front of an expression is not taken out again
    if written_in_kql(name) != name or f"['{name}']" in file.source.text or f'["{name}"]' in file.source.text:
        return Outcome(name, text)  # brackets are written where they are needed, and where a name begins with a digit
    moved = place + sum(len(edit.text) - (edit.end - edit.start) for edit in edits if edit.end <= place)
    back = rename(after, moved, name)
    if isinstance(back, Refusal):
        return Outcome(name, text, wrong=f"no way back: {back.reason}")
    return Outcome(name, text, wrong="" if put_in(text, back) == file.source.text else "the way back leads elsewhere")


def _columns(found: object, name: str) -> object:
    columns = found.query.analysis.output_columns  # type: ignore[attr-defined]
    return columns and [(FRESH if one == name else one, kind) for one, kind in columns]


def _codes(found: object) -> Counter[str]:
    return Counter(one.code for one in found.query.analysis.diagnostics)  # type: ignore[attr-defined]


def queries(path: str | None) -> Iterator[str]:
    if path is None:
        for file in sorted(Path("rules_examples").rglob("*.kql")):
            yield file.read_text(encoding="utf-8")
        return
    with Path(path).open(encoding="utf-8") as lines:
        yield from (json.loads(line)["query"] for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", help="a file with a query a line, as JSON")
    parser.add_argument("--first", type=int, default=0, help="from this query on")
    parser.add_argument("--every", type=int, default=1, help="each of so many queries")
    parser.add_argument("--show", type=int, default=10, help="so many of those that are refused")
    parser.add_argument("--pairs", help="where to write the queries before and after")
    wish = parser.parse_args()
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    pairs: list[str] = []
    for number, text in enumerate(queries(wish.queries)):
        if number < wish.first or (number - wish.first) % wish.every:
            continue
        counts["queries"] += 1
        for found in outcomes(text):
            counts["wrong" if found.wrong else "refused" if found.reason else "renamed"] += 1
            if found.wrong:
                print(f"WRONG, {found.wrong}: {found.name}\n{text}\n--\n{found.text}\n")
            elif found.reason:
                reasons[found.reason.replace(found.name, "NAME")] += 1
            else:
                pairs.append(json.dumps({"query": text, "after": found.text, "name": found.name}))
    print(dict(counts))
    for reason, count in reasons.most_common(wish.show):
        print(f"{count:6} {reason}")
    if wish.pairs:
        Path(wish.pairs).write_text("\n".join(pairs) + "\n", encoding="utf-8")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
