"""How often the domain of one column is exactly the values that pass a random predicate on it.

python bench/exactness.py [--count 20000] [--seed 1] [--show 10]

Each predicate compares ActionType of a table whose list is complete, in all the ways that bench/reasoning knows, and is
evaluated for each of its values.  Wider is a domain that has a value which does not pass; a domain that lacks one that
does is wrong, and ends the run with 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import reasoning.lists  # noqa: F401  (conditions take lists from there)
from reasoning.conditions import predicate
from reasoning.making import Making
from reasoning.model import TABLES, catalogue
from reasoning.trace import unmarked

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue

TABLE = TABLES[0]


def compared(known: Catalogue, seed: int, number: int) -> tuple[str, set[str], set[str]]:
    """A query, the ActionTypes that pass its filter, and those that are thought to."""
    from kql_lint import analyze
    from kql_lint.semantics.description import states_of_references

    making = Making(random.Random(f"{seed}:{number}"))
    condition = predicate(making, {"ActionType": "string"})
    text, _ = unmarked(f"{TABLE.name} | where {condition.text}")
    passed = {str(row["ActionType"]) for row in TABLE.rows(0) if condition.of(row)}
    bound = analyze(text, catalogue=known).bound
    assert bound is not None
    (state,) = states_of_references(bound.facts).values()
    kinds = [kind.name for kind in TABLE.kinds or ()]
    left = set() if state.empty else set(state.domain("ActionType").among(kinds))
    return text, passed, {str(value) for value in left}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many of those that are wider")
    wish = parser.parse_args()
    exact = wider = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        known = catalogue(Path(folder))
        for number in range(wish.count):
            text, passed, left = compared(known, wish.seed, number)
            exact += left == passed
            wider += left > passed
            if not passed <= left:
                wrong += 1
                print(f"wrong: {text}\n  passed {sorted(passed)}, thought {sorted(left)}")
            elif left > passed and wider <= wish.show:
                print(f"wider: {text}\n  passed {sorted(passed)}, thought {sorted(left)}")
    print(f"{exact:,} exact of {wish.count:,} ({100 * exact / wish.count:.2f} %), {wider:,} wider, {wrong:,} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
