"""How work grows with the length of the input: the slope of log(work) over log(length), for each of many constructs.

python bench/growth.py [--only NAME] [--sizes 1000,4000,16000] [--count steps,cpu] [--max-slope 1.15] [--json] [--list]

1 is linear, 2 is quadratic.  ``steps`` are lines of Python that are run, ``cpu`` is time; what they count, and the
limits that each measurement has, is told in growing/measure.py.  --count instructions uses valgrind.  --only takes
names, areas, and beginnings of names, separated by commas.  --max-slope ends with 1 if anything grows faster, or hit a
limit.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator

from growing.construct import CONSTRUCTS, load
from growing.measure import SIZES, Growth, fork, measure

LIMIT = 1.15
Found = tuple[str, dict[str, Growth]]


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one.replace("_", "")) for one in text.split(","))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAMES", default="")
    parser.add_argument("--sizes", type=numbers, default=SIZES, help="lengths in characters; time is taken at 4 times")
    parser.add_argument("--count", default="steps,cpu", help="steps, cpu, instructions")
    parser.add_argument("--max-slope", type=float)
    parser.add_argument("--jobs", type=int, default=1, help="constructs that are measured at once")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--list", action="store_true", help="names the constructs, and measures nothing")
    parser.add_argument("--fork", help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(only: str) -> list[str]:
    """The names of the constructs that were asked for."""
    words = [word for word in only.split(",") if word]
    names = [
        one.name
        for one in CONSTRUCTS.values()
        if not words or one.area in words or any(one.name.startswith(word) for word in words)
    ]
    if not names:
        raise SystemExit(f"no construct is called {only!r}; --list names them all")
    return names


def _measured(order: tuple[str, tuple[str, ...], tuple[int, ...], float]) -> Found:
    name, counts, sizes, limit = order
    return name, {count: measure(CONSTRUCTS[name], count, sizes, limit) for count in counts}


def all_measured(names: list[str], wish: argparse.Namespace) -> Iterator[Found]:
    counts = tuple(wish.count.split(","))
    orders = [(name, counts, wish.sizes, wish.max_slope or LIMIT) for name in names]
    if wish.jobs == 1:
        yield from map(_measured, orders)
        return
    with multiprocessing.get_context("fork").Pool(wish.jobs) as pool:
        yield from pool.imap_unordered(_measured, orders)


def steepest(growths: dict[str, Growth]) -> float:
    return max(one.slope for one in growths.values())


def row(name: str, growths: dict[str, Growth]) -> str:
    parts = [f"{CONSTRUCTS[name].area:13}{name:36}"]
    for count, growth in growths.items():
        last = growth.points[-1] if growth.points else None
        work = f"{last.work:10.3f} s" if last and count == "cpu" else f"{last.work:12,.0f}" if last else f"{'':12}"
        length = f"{last.length:9,}" if last else f"{'':9}"
        parts.append(f"{count:>6} {'  inf' if growth.blown else f'{growth.slope:5.2f}'} {work} for {length}")
        if growth.blown:
            parts.append(f"({growth.blown})")
    return "  ".join(parts).rstrip()


def as_json(found: list[Found]) -> str:
    return json.dumps(
        [
            {
                "name": name,
                "area": CONSTRUCTS[name].area,
                **{
                    count: {
                        "slope": None if math.isinf(growth.slope) else round(growth.slope, 3),
                        "blown": growth.blown,
                        "points": growth.points,
                    }
                    for count, growth in growths.items()
                },
            }
            for name, growths in found
        ],
        indent=1,
    )


def report(found: list[Found], limit: float, *, as_lines: bool) -> None:
    found.sort(key=lambda one: (-steepest(one[1]), one[0]))
    if not as_lines:
        print(as_json(found))
        return
    print("The worst five:")
    for name, growths in found[:5]:
        print("  " + row(name, growths))
    print("\nAll, the steepest first:")
    for name, growths in found:
        print("  " + row(name, growths))
    over = sum(steepest(growths) > limit for _, growths in found)
    print(f"\n{len(found)} constructs, {over} grow faster than n^{limit}")


def main() -> int:
    wish = arguments()
    load()
    if wish.fork:
        fork(CONSTRUCTS[wish.fork], wish.sizes)
        return 0
    names = chosen(wish.only)
    if wish.list:
        print("\n".join(f"{CONSTRUCTS[name].area:13} {name}" for name in names))
        return 0
    with tempfile.TemporaryDirectory() as cache:
        os.environ.setdefault("KQL_LINT_CACHE_DIR", cache)  # with the parser's tables; results are not kept
        import kql_lint

        kql_lint.analyze("DeviceEvents")
        gc.freeze()  # so that looking for garbage in a fork does not copy what is here
        found = []
        for number, one in enumerate(all_measured(names, wish), 1):
            found.append(one)
            if not wish.json:
                print(f"{number:4}/{len(names)}  {row(*one)}", file=sys.stderr, flush=True)
        limit = wish.max_slope or LIMIT
        report(found, limit, as_lines=not wish.json)
    return int(wish.max_slope is not None and any(steepest(growths) > limit for _, growths in found))


if __name__ == "__main__":
    sys.exit(main())
