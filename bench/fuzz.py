"""Lints what nobody would write, and checks what has to be true whatever is linted.

python bench/fuzz.py [--seconds 60 | --count 10000] [--seed 1] [--first 0] [--save fuzz-failures]

Each input is a file of one of the kinds that are read: a text that people would write, changed; words at random; or a
query put into a file in a way that must bring it out again.  It goes the way of `kql-lint check`.  Checked is that
nothing raises or takes more than ten seconds; that each place lies within the text and has the right line and column;
that edits can be made and break no query that was sound; that messages have no line ends; that a second run, a report
out of the cache, and all formats say the same; that the JSON is JSON.

An input that fails is kept in --save, with what was wrong; `--seed S --first N --count 1` makes it again.  So are the
inputs that take the most steps a byte.  Ends with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fuzzing import checks
from fuzzing.inputs import SUFFIXES, Input, Seeds, made
from growing.measure import steps

if TYPE_CHECKING:
    from kql_lint.runner import FileReport

MEMORY = 3_000_000_000
SLOW_SECONDS = 10.0  # of CPU
SLOWEST = 5
MOST_FAILURES = 25
NEUTRAL_BYTES = 500  # added to the length, so that what each file costs does not make short ones the slowest
FORMATS = ("text", "concise", "sarif", "github", "gitlab", "junit", "azure", "markdown", "html")


class TooSlow(BaseException):
    """An input took too long.  No Exception: kql-lint would take it for a mistake in one query, and go on."""


class Slow(NamedTuple):
    """An input by its number, and the time it took a byte."""

    rate: float
    seconds: float
    number: int


def check(one: Input, number: int) -> str | None:
    """What is wrong with what kql-lint says of an input; None where nothing is."""
    first = report_of(one)
    text = first.source.text if first.source is not None else None
    wrong = checks.first(checks.wrong_in(first, text))
    wrong = wrong or same_again(one, first, cached=number % 8 == 0)
    wrong = wrong or came_out(one)
    if wrong is None and number % 4 == 0:
        wrong = fixes_break_nothing(one, first)
    return wrong or printed(one, first, all_formats=number % 16 == 0)


def report_of(one: Input) -> FileReport:
    from kql_lint.runner import Options, run

    (report,) = run([(one.path, Options())], read=lambda _: one.data)
    return report


def same_again(one: Input, first: FileReport, *, cached: bool) -> str | None:
    """Whether a second run, and a report that was packed, are the first again."""
    from kql_lint.runner import Options
    from kql_lint.runner.cache import ResultCache
    from kql_lint.runner.report import pack, unpack

    packed = pack(first)
    if pack(report_of(one)) != packed:
        return "a second run says something else"
    if pack(unpack(one.path, None, packed)) != packed:
        return "a packed report says something else"
    if cached and first.source is not None and not first.errors:
        cache = ResultCache()
        key = cache.key(one.path, Options(), one.data)
        cache.put(key, first)
        kept = cache.get(key, one.path, one.data)
        if kept is None:
            return "the cache does not give what was put there"
        if pack(kept) != packed:
            return "the cache says something else"
    return None


def came_out(one: Input) -> str | None:
    """Whether the query that was put into a file came out of it, each character from its place."""
    if one.query is None:
        return None
    from kql_lint.hosts import extract
    from kql_lint.source import read_source

    source = read_source(one.path, one.data)
    extraction = extract(source)
    assert extraction is not None
    if len(extraction.queries) != 1:
        return f"{len(extraction.queries)} queries came out of one"
    (query,) = extraction.queries
    text = query.text[query.preamble :]
    if text.strip() != one.query.strip():
        return f"another query came out: {text!r} of {one.query!r}"
    for place in range(query.preamble, len(query.text)):
        start, end = query.map.span(place, place + 1)
        if query.map.is_verbatim(place, place + 1) and source.text[start:end] != query.text[place]:
            return f"{query.text[place]!r} is said to be {source.text[start:end]!r}, at {start}"
    return None


def fixes_break_nothing(one: Input, report: FileReport) -> str | None:
    """Whether a file that could be parsed still can with the edits of a fix."""
    if any(found.diagnostic.code in ("KL001", "KL005") for found in report.findings) or report.source is None:
        return None
    for finding in report.findings:
        for fix in finding.diagnostic.fixes:
            changed = Input(one.path, checks.fixed(report.source.text, fix).encode("utf-8", "surrogatepass"))
            broken = [found for found in report_of(changed).findings if found.diagnostic.code in ("KL001", "KL005")]
            if broken:
                return f"{finding.diagnostic.code}: with {fix.title!r} {broken[0].diagnostic.message}"
    return None


def printed(one: Input, report: FileReport, *, all_formats: bool) -> str | None:
    """Whether what is left of a report can be printed, and the JSON says what the report says."""
    from kql_lint.config import Configurations
    from kql_lint.output import Style, Summary, create
    from kql_lint.policy.apply import Policy
    from kql_lint.policy.settings import AllSettings

    Policy(AllSettings(Configurations())).judge(report)
    wrong = report.findings and checks.first(checks.wrong_in(report, report.source.text if report.source else None))
    if wrong:
        return f"judged: {wrong}"
    summary = Summary()
    summary.add(report)
    for name in ("json", *(FORMATS if all_formats else ())):
        form = create(name, Style())
        text = form.begin() + form.report(report) + form.end(summary)
        if name == "json" and (said := checks.first(checks.wrong_json(report, text))):
            return said
    return None


class Fuzz:
    """A run over inputs: what failed, and what took longest."""

    def __init__(self, seed: int, save: Path | None) -> None:
        self.seeds = Seeds()
        self.seed = seed
        self.save = save
        self.count = self.bytes = 0
        self.failures: list[str] = []
        self.slowest: list[Slow] = []

    def run(self, numbers: Iterator[int]) -> None:
        signal.signal(signal.SIGVTALRM, _too_slow)
        for suffix in SUFFIXES:  # what is loaded once is no work on an input
            report_of(Input(f"a{suffix}", b"DeviceEvents | where ActionType == 'x'"))
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)  # as the command has it
        for number in numbers:
            if not self.one(number):
                return

    def one(self, number: int) -> bool:
        """Whether to go on behind this input."""
        one = made(self.seeds, self.seed, number)
        begin = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_SECONDS)
        try:
            wrong = check(one, number)
        except (Exception, TooSlow) as error:
            import traceback

            wrong = traceback.format_exc() if isinstance(error, Exception) else f"more than {SLOW_SECONDS:.0f} s"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        seconds = time.process_time() - begin
        self.count, self.bytes = self.count + 1, self.bytes + len(one.data)
        self.slowest.append(Slow(seconds / (len(one.data) + NEUTRAL_BYTES), seconds, number))
        self.slowest = sorted(self.slowest, reverse=True)[:SLOWEST]
        if wrong:
            self.failures.append(wrong)
            self._keep(one, number, wrong)
        return len(self.failures) < MOST_FAILURES

    def _keep(self, one: Input, number: int, wrong: str) -> None:
        again = f"--seed {self.seed} --first {number} --count 1"
        print(f"\n{again}: {one.path}, {len(one.data):,} bytes\n{wrong}", flush=True)
        if self.save is not None:
            self.save.mkdir(parents=True, exist_ok=True)
            suffix = Path(one.path).suffix
            (self.save / f"{self.seed}-{number}{suffix}").write_bytes(one.data)
            (self.save / f"{self.seed}-{number}.txt").write_text(f"{again}\n{wrong}\n", encoding="utf-8")

    def report_slow(self) -> None:
        """Prints the inputs that took longest a byte, with the lines of Python that they are."""
        print("\nThe most work a byte:")
        for slow in self.slowest:
            one = made(self.seeds, self.seed, slow.number)
            signal.setitimer(signal.ITIMER_VIRTUAL, 10 * SLOW_SECONDS)
            try:
                count = f"{steps(lambda one=one: report_of(one)):,.0f} steps"  # type: ignore[misc]
            except TooSlow:
                count = "too many steps"
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            print(f"  --first {slow.number}: {one.path}, {len(one.data):,} bytes, {count}, {slow.seconds:.2f} s")


def _too_slow(_signal: int, _frame: object) -> None:
    raise TooSlow


def numbers(first: int, count: int | None, seconds: float | None) -> Iterator[int]:
    """The numbers of inputs, up to a count, or for so long."""
    end = time.monotonic() + seconds if seconds is not None else None
    number = first
    while (count is None or number < first + count) and (end is None or time.monotonic() < end):
        yield number
        number += 1
        if number % 1_000 == 0:
            print(f"{number:,}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--save", type=Path, default=Path("fuzz-failures"))
    wish = parser.parse_args()
    seconds = wish.seconds if wish.seconds is not None or wish.count is not None else 60.0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    fuzz = Fuzz(wish.seed, wish.save.absolute())
    with tempfile.TemporaryDirectory() as folder:
        # results and configurations of this machine are not looked at
        os.environ["KQL_LINT_CACHE_DIR"] = str(Path(folder, "cache"))
        Path(folder, "top", ".git").mkdir(parents=True)
        os.chdir(Path(folder, "top"))
        fuzz.run(numbers(wish.first, wish.count, seconds))
        fuzz.report_slow()
        os.chdir("/")
    print(f"\n{fuzz.count:,} inputs, {fuzz.bytes:,} bytes, {len(fuzz.failures)} failures")
    return int(bool(fuzz.failures))


if __name__ == "__main__":
    sys.exit(main())
