"""How long a whole repository takes: `kql-lint check` on generated rules, as one process, with its peak memory.

With KQL_LINT_CORPUS naming a .jsonl.gz file of records with a "query", each of its queries is a file of a second run.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

RULES = 1_000
TABLES = ("DeviceProcessEvents", "DeviceNetworkEvents", "DeviceFileEvents", "DeviceLogonEvents", "DeviceRegistryEvents")
QUERY = """\
let Lookback = {days}d;
{table}
| where Timestamp > ago(Lookback)
| where DeviceName has "srv{number}" and InitiatingProcessFileName !in~ ("mstsc.exe", "svchost.exe")
| summarize Events = count(), First = min(Timestamp), Hosts = make_set(DeviceName, 50) by InitiatingProcessFileName
| where Events > {number}
| project First, Hosts, Events, InitiatingProcessFileName
"""
SENTINEL = """\
id: 00000000-0000-4000-8000-{number:012}
name: Generated rule {number}
kind: Scheduled
severity: Medium
query: |
{query}
queryFrequency: 1d
queryPeriod: 1d
"""


def generated() -> Iterable[tuple[str, str]]:
    """Names and contents of rule files, half of them Sentinel's YAML."""
    for number in range(RULES):
        query = QUERY.format(days=number % 14 + 1, table=TABLES[number % len(TABLES)], number=number)
        if number % 2:
            indented = "".join(f"  {line}\n" for line in query.splitlines())
            yield f"rule{number}.yaml", SENTINEL.format(number=number, query=indented)
        else:
            yield f"rule{number}.kql", query


def corpus(path: str) -> Iterable[tuple[str, str]]:
    """The queries of a corpus, a file each."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            yield f"query{number}.kql", json.loads(line)["query"]


def measure(name: str, files: Iterable[tuple[str, str]]) -> None:
    """Write the files, lint them, print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        count = 0
        for file, content in files:
            Path(folder, file).write_text(content, encoding="utf-8", newline="")
            count += 1
        program = str(Path(sys.executable).with_name("kql-lint"))
        begin = time.perf_counter()
        run = subprocess.run(
            [program, "check", folder, "--output-format", "json"], stdout=subprocess.DEVNULL, check=False
        )
        taken = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # kilobytes on Linux
    speed = f"{count:,} files in {taken:.1f} s ({count / taken:,.0f} a second)"
    print(f"{name}: {speed}, peak {peak:.0f} MB, exit {run.returncode}")


def main() -> None:
    measure("generated rules", generated())
    path = os.environ.get("KQL_LINT_CORPUS")
    if path:
        measure("public corpus", corpus(path))


if __name__ == "__main__":
    main()
