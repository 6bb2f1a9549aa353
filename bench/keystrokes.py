"""What a language server does while queries are typed: findings that come and go, time a keystroke takes, memory.

python bench/keystrokes.py [--queries FILE] [--first 0] [--count 200] [--every 1] [--edits 10000] [--show 5]

Each query is typed letter by letter, and linted at every n-th as the server lints an open text.  A passing finding is
an error or warning above the line that is being typed which the finished query has not; one at the very end of what is
written so far, but for blanks, lies at the cursor.  FILE has a query a line, as
JSON ({"query": ...}), packed or not; without it the queries are those of rules_examples.  Times are CPU times of
letters typed in a query of 300 lines in a YAML rule, a line here and a line there: of the diagnostics, and of a
completion.  The run ends with 1 where anything raised.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from kql_lint.language.completion.places import complete_in
from kql_lint.lsp.documents import Document
from kql_lint.lsp.governing import Given
from kql_lint.lsp.service import Service

LINES = 300
SHORT = "DeviceNetworkEvents\n| where ActionType == 'ConnectionSuccess'\n| project Timestamp, DeviceName\n"
TYPED = (
    '| where FileName has "x" and AccountName != ""',
    "| extend Host = tolower(DeviceName), Long = 5",
    "// what the account has done since",
    "| project-away Timestamp",
    '| where AccountDomain in ("a", "b")',
)
"""Lines that are typed into the long query, wherever."""


class Typed(NamedTuple):
    """A query that was typed: keystrokes that were looked at, and the passing findings at each that had some."""

    keystrokes: int
    passing: list[tuple[int, str, str]]
    raised: list[str]


def queries(path: str | None) -> Iterator[str]:
    if path is None:
        for file in sorted(Path("rules_examples").rglob("*.kql")):
            yield file.read_text(encoding="utf-8")
        return
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["query"] for line in lines)


class Desk:
    """A service with one text open."""

    def __init__(self, name: str, language: str = "kusto") -> None:
        self.service = Service(Given(isolated=True))
        self.uri = f"file:///nowhere/{name}"
        self.document = self.service.documents.open(types.TextDocumentItem(self.uri, language, 1, ""))

    def write(self, text: str) -> Document:
        change = types.TextDocumentContentChangeWholeDocument(text)
        found = self.service.documents.change(types.VersionedTextDocumentIdentifier(uri=self.uri, version=1), [change])
        assert found is not None
        self.document = found
        return found

    def type(self, letters: str) -> list[types.Diagnostic]:
        """What is found when letters were typed at the end of the text."""
        end = self.document.positions.position(len(self.document.source.text))
        place = types.Range(types.Position(*end), types.Position(*end))
        change = types.TextDocumentContentChangePartial(place, letters)
        found = self.service.documents.change(types.VersionedTextDocumentIdentifier(uri=self.uri, version=1), [change])
        assert found is not None
        self.document = found
        return self.service.check(found).diagnostics

    def findings(self, text: str) -> list[types.Diagnostic]:
        return self.service.check(self.write(text)).diagnostics


def typed(query: str, every: int) -> Typed:
    desk = Desk("query.kql")
    final = {(one.code, one.message) for one in desk.findings(query)}
    passing, raised, keystrokes = [], [], 0
    desk.write("")
    for end in range(1, len(query) + 1, every):
        text, keystrokes = query[:end], keystrokes + 1
        try:
            found = desk.type(text[len(desk.document.source.text) :])
        except Exception as error:
            raised.append(f"{type(error).__name__}: {error} at {text[-60:]!r}")
            continue
        raised += [one.message for one in found if one.code is None]
        line = text.rstrip().count("\n") if text.rstrip() else 0
        above = [one for one in found if one.range.end.line < line and (one.code, one.message) not in final]
        wrong = [
            one for one in above if one.severity in (types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning)
        ]
        passing += [(end, str(wrong[0].code), wrong[0].message)] if wrong else []
    return Typed(keystrokes, passing, raised)


def long_rule() -> str:
    """A rule with a query of 300 lines: lets, filters, columns, joins."""
    block = (
        "let Part{n} = DeviceProcessEvents\n"
        "    | where Timestamp > ago(1d) and ActionType == 'ProcessCreated'\n"
        "    | where FileName in~ ('cmd.exe', 'powershell.exe') and ProcessCommandLine has_any ('-enc', 'iex{n}')\n"
        "    | extend Length{n} = strlen(ProcessCommandLine), Account{n} = tolower(AccountName)\n"
        "    | summarize Count{n} = count(), Commands{n} = make_set(ProcessCommandLine, 10) by DeviceId, Account{n};\n"
    )
    lines = "".join(block.replace("{n}", str(number)) for number in range(LINES // 5 - 2)).splitlines()
    lines += ["DeviceNetworkEvents", "| where ActionType == 'ConnectionSuccess'", "| where RemotePort == 443"]
    lines += [f"| join kind=leftouter Part{number} on DeviceId" for number in range(3)]
    lines += ["| extend Note = strcat(DeviceName, RemoteUrl)"] * (LINES - len(lines))
    head = "id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01\nname: Long\nkind: Scheduled\nquery: |\n"
    return head + "".join(f"  {line}\n" for line in lines)


def latencies(count: int) -> tuple[list[float], list[float]]:
    """CPU milliseconds of the diagnostics and of a completion at each letter of lines typed into a long rule.

    The garbage collector is set as the server sets it.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    desk, text, chance = Desk("rule.yaml", "yaml"), long_rule(), random.Random(1)
    desk.findings(text)
    linting: list[float] = []
    completing: list[float] = []
    while len(linting) < count:
        at = text.index("\n", chance.randrange(text.index("query: |") + 12, len(text) - 1)) + 1
        if text[at - 2] == ";":
            continue  # an operator is typed into a pipeline
        text = f"{text[:at]}\n{text[at:]}"
        for letter in f"  {chance.choice(TYPED)}":
            text, at = f"{text[:at]}{letter}{text[at:]}", at + 1
            begun = time.process_time()
            desk.findings(text)
            linting.append((time.process_time() - begun) * 1000)
            begun = time.process_time()
            file = desk.service.file_of(desk.document)
            assert file is not None
            complete_in(file, at)
            completing.append((time.process_time() - begun) * 1000)
    gc.set_threshold(*thresholds)
    return sorted(linting), sorted(completing)


def resident() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def memory(edits: int) -> tuple[tuple[float, int], tuple[float, int]]:
    """The memory in MB, and how many objects there are, after a tenth of some edits and after all of them."""
    desk, marks = Desk("query.kql"), []
    for number in range(1, edits + 1):
        desk.findings(f"{SHORT}| where DeviceName == 'a{number}' and Column{number} == 5")
        file = desk.service.file_of(desk.document)
        assert file is not None
        if number % 20 == 0:
            complete_in(file, len(SHORT) + 8)
        if number in (edits // 10, edits):
            gc.collect()
            marks.append((resident(), len(gc.get_objects())))
    return marks[0], marks[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--longest", type=int, default=1_500, help="queries of more characters are left out")
    parser.add_argument("--edits", type=int, default=10_000, help="0: memory is not looked at")
    parser.add_argument("--keystrokes", type=int, default=200, help="of the long query; 0: none")
    parser.add_argument("--show", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.keystrokes:
        for name, times in zip(("diagnostics", "completion"), latencies(arguments.keystrokes), strict=True):
            half, most = times[len(times) // 2], times[int(len(times) * 0.95)]
            print(f"{name} of {LINES} lines in YAML: median {half:.1f} ms, 95 % within {most:.1f} ms of CPU time")
    if arguments.edits:
        (before, some), (after, more) = memory(arguments.edits)
        print(
            f"{arguments.edits} edits: {before:.1f} MB, {some} objects after a tenth, {after:.1f} MB, {more} after all"
        )
    chosen = [query for query in queries(arguments.queries) if len(query) <= arguments.longest]
    chosen = chosen[arguments.first : arguments.first + arguments.count]
    return report([typed(query, arguments.every) for query in chosen], arguments.show)


def report(found: list[Typed], show: int) -> int:
    """Prints what typing gave, and gives the exit code."""
    keystrokes, raised = sum(one.keystrokes for one in found), [text for one in found for text in one.raised]
    passing = [one for each in found for one in each.passing]
    print(f"{len(found)} queries, {keystrokes} keystrokes, {len(raised)} failures")
    print(f"{len(passing)} with a passing finding above the line: {len(passing) / max(keystrokes, 1):.2%}")
    for code, number in Counter(code for _, code, _ in passing).most_common(show):
        message = next(message for _, other, message in passing if other == code)
        print(f"  {number} {code} such as: {message.splitlines()[0]}")
    for text in raised[:show]:
        print(f"  failed: {text}")
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main())
