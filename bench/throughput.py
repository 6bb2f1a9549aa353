"""How fast queries are analysed: characters a second in one process, and the peak of its memory.

python bench/throughput.py [DIR]     the .kql files below DIR; without it, those of rules_examples/
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import kql_lint

SECONDS = 5.0


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "rules_examples")
    queries = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.kql"))]
    kql_lint.analyze("DeviceEvents")  # loads the grammar
    characters, begin = 0, time.perf_counter()
    rounds = 0
    while not rounds or time.perf_counter() - begin < SECONDS:
        for query in queries:
            kql_lint.analyze(query)
            characters += len(query)
        rounds += 1
    taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    print(
        f"{len(queries):,} queries, {rounds} times: {characters / taken / 1000:.0f} k characters/s, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
