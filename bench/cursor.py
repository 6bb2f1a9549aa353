"""How well and how fast an editor is answered: whether completion knows what is in scope, and what it costs.

    python bench/cursor.py RECORDS [--queries N] [--seed N]     RECORDS: a JSON record a line (.jsonl, .jsonl.gz)

Each query of the records (``query``) that has no syntax error is cut off in front of names that are columns there: the
column that stood there has to be among what is offered, whether or not the rest of the query follows.  Listed values in
strings are taken out in the same way.  Then lines are typed at some places of a rule in YAML whose query has 300 lines,
and each letter is answered; --keystrokes says how many.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kql_lint.catalogue import Catalogue
from kql_lint.language.completion import complete
from kql_lint.language.completion.places import complete_in
from kql_lint.language.file import OpenFile
from kql_lint.language.query import OpenQuery
from kql_lint.runner import Options
from kql_lint.semantics.events.kinds import list_of
from kql_lint.source import Source
from kql_lint.syntax import ast

CATALOGUE = Catalogue.default()
_TYPED = '\n  | where RemotePort == 443 and DeviceName has "srv"'
PLACES = 4  # of a query, so that long ones do not count for more


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keystrokes", type=int, default=300)
    parser.add_argument("--show", type=int, default=10, help="so many of the places that went wrong")
    options = parser.parse_args()
    random.seed(options.seed)
    queries = list(_queries(options.records))
    random.shuffle(queries)
    wrong = scopes(queries[: options.queries])
    for line in wrong[: options.show]:
        print("   ", line)
    latency(options.keystrokes)
    return 0


def _queries(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").splitlines():
        yield json.loads(line)["query"]


def scopes(queries: list[str]) -> list[str]:
    """Prints how often what is offered is right; gives the places at which it was not."""
    counts: Counter[str] = Counter()
    times: list[float] = []
    wrong: list[str] = []
    for text in queries:
        query = OpenQuery(text, CATALOGUE)
        if query.parsed.diagnostics:
            continue
        for what, node, wanted in _places(query):
            for way, given in (("cut", text[: node.start]), ("within", text[: node.start] + text[node.end :])):
                begin = time.process_time()
                items = complete(OpenQuery(given, CATALOGUE), node.start)
                times.append(time.process_time() - begin)
                offered = {item.label.strip('"') for item in items}
                counts[f"{what} {way}"] += 1
                if wanted in offered:
                    counts[f"{what} {way} right"] += 1
                else:
                    wrong.append(f"{what} {way}: {wanted} in {text[max(0, node.start - 70) : node.start]!r}")
    for what in ("column", "value"):
        for way in ("cut", "within"):
            all_of, right = counts[f"{what} {way}"], counts[f"{what} {way} right"]
            print(f"{what}s, {way}: {right} of {all_of} offered ({100 * right / max(all_of, 1):.2f} %)")
    _print_times("completion, CPU time", times)
    return wrong


def _places(query: OpenQuery) -> Iterator[tuple[str, ast.Node, str]]:
    """Some of the places at which a column is read, and those of listed values in strings: what stands there."""
    text, facts = query.text, query.bound.facts
    reads = {read.node: read.node.name for read in facts.reads if isinstance(read.node, ast.Name)}
    names = [(node, name) for node, name in reads.items() if text[node.start : node.end] == name]
    for node, name in random.sample(names, min(PLACES, len(names))):
        yield "column", node, name
    for comparison in facts.comparisons[:PLACES]:
        listed = {name for origin in comparison.origins if (known := list_of(origin)) for name in known.values}
        for constant in comparison.constants[:1]:
            written = text[constant.node.start : constant.node.end]
            if written == f'"{constant.value}"' and constant.value in listed and comparison.folded is None:
                yield "value", constant.node, str(constant.value)


def latency(keystrokes: int) -> None:
    """Prints what completion costs at places of a rule in YAML whose query has 300 lines."""
    lines = [
        "let Since = ago(1d);",
        "let Known = DeviceInfo | where Timestamp > Since | summarize arg_max(Timestamp, *) by DeviceId;",
        "DeviceNetworkEvents",
        '| where ActionType in ("ConnectionSuccess", "ConnectionFailed", "InboundConnectionAccepted")',
    ]
    for number in range(146):
        lines.append(
            f'| extend Part{number} = iff(RemoteUrl has "part{number}.example", strcat(DeviceName, "-{number}"), "")'
        )
        lines.append(f'| where not(InitiatingProcessFileName =~ "tool{number}.exe" and RemotePort == {number})')
    lines += ["| join kind=leftouter (Known) on DeviceId", "| where  ", "| summarize count() by DeviceName", "| take 5"]
    head = "id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001\nname: Long\nkind: Scheduled\nseverity: High\nquery: |\n"
    text = head + "".join(f"  {line}\n" for line in lines)
    times: list[float] = []
    file = OpenFile(Source("rule.yaml", text), Options())
    complete_in(file, text.index("| where  ") + 8)  # what is read once
    ends = [at for at in range(len(head), len(text)) if text[at] == "\n"][4:-4]
    for end in random.sample(ends, max(keystrokes // len(_TYPED), 1)):
        for typed in range(1, len(_TYPED) + 1):
            begin = time.process_time()
            file.update(Source("rule.yaml", text[:end] + _TYPED[:typed] + text[end:]))
            complete_in(file, end + typed)
            times.append(time.process_time() - begin)
    _print_times(f"a keystroke in a rule with {len(lines)} lines of query, CPU time", times)
    begin = time.process_time()
    OpenQuery(file.queries[0].hosted.text, CATALOGUE).analysis  # noqa: B018
    print(f"    (that query is analysed in {(time.process_time() - begin) * 1e3:.0f} ms)")


def _print_times(what: str, times: list[float]) -> None:
    times.sort()
    middle, late = times[len(times) // 2], times[int(0.95 * len(times))]
    print(f"{what}: median {middle * 1e3:.1f} ms, p95 {late * 1e3:.1f} ms, most {times[-1] * 1e3:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
