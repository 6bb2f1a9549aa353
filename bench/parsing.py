"""How fast the parser is: loading it, parsing generated queries, and how its time grows with the length of a query.

With KQL_LINT_CORPUS naming a .jsonl.gz file of records with a "query", its queries are parsed too.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time

from kql_lint.syntax import parse

UNITS = {
    "filters": '\n| where ActionType == "ConnectionSuccess" and RemotePort in (445, 3389) and DeviceName has "srv"',
    "conjunction": ' and RemotePort != 443 and InitiatingProcessFileName !in~ ("chrome.exe", "msedge.exe")',
    "list": ', "10.0.0.1", "a.example.org"',
    "errors": "\n| where RemotePort == and DeviceName",
}
HEADS = {"filters": "T", "conjunction": "T | where x == 1", "list": 'T | where x in ("a"', "errors": "T"}
TAILS = {"list": ")"}
SIZES = (16_000, 64_000, 256_000, 1_000_000)
LOAD = """\
import time
from kql_lint.syntax import loading
loading.load()
begin = time.perf_counter()
loading.load()
print((time.perf_counter() - begin) * 1000)
"""


def generated(kind: str, size: int) -> str:
    """A query of about ``size`` characters made of one kind of piece."""
    head, unit, tail = HEADS[kind], UNITS[kind], TAILS.get(kind, "")
    return head + unit * ((size - len(head) - len(tail)) // len(unit)) + tail


def seconds(text: str) -> float:
    """The best of three parses, in seconds."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        parse(text)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    load = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout
    print(f"loading the parser        {float(load):32.1f} ms")
    parse("T")
    print("parse, k characters/s     " + "".join(f"{size // 1000:>8} kB" for size in SIZES) + "   1 MB : 64 kB")
    for kind in UNITS:
        taken = {size: seconds(generated(kind, size)) for size in SIZES}
        speeds = "".join(f"{size / taken[size] / 1000:11.0f}" for size in SIZES)
        print(f"  {kind:24}{speeds}{taken[1_000_000] / taken[64_000] / (1_000_000 / 64_000):14.2f} x per character")
    corpus = os.environ.get("KQL_LINT_CORPUS")
    if corpus:
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            queries = [json.loads(line)["query"] for line in lines]
        begin = time.perf_counter()
        for query in queries:
            parse(query)
        taken_all = time.perf_counter() - begin
        print(f"  public corpus{sum(map(len, queries)) / taken_all / 1000:21.0f}")


if __name__ == "__main__":
    main()
