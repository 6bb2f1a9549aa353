"""How much work a construct makes: lines of Python that are run, CPU time, instructions of the processor.

Each measurement is a process of its own, forked when everything that is loaded once has been loaded (the construct was
run at a tiny length before), and bounded in memory and CPU time.  What the tiny run costs is taken off, so that the
slope is that of what grows.

- ``steps`` are lines that Python runs, counted by a trace function: the same number each time.  Work inside one call of
  C (a regex, a copy of a dictionary, a sum of strings) counts as the one line that it is called from.
- ``cpu`` is CPU time, which sees that work, and noise; it is taken at four times the length, and where it seems to grow
  too fast, the least of several runs counts.
- ``instructions`` are what valgrind counts: exact, of everything, and about thirty times slower.
"""

from __future__ import annotations

import gc
import json
import math
import os
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from growing.construct import TINY, Construct, Work

SIZES = (1_000, 4_000, 16_000)
CPU_TIMES = 4  # how much longer the input is where time is taken
SECONDS = {"steps": 30, "cpu": 10, "instructions": 900}  # of CPU, for one measurement
MEMORY = 2_000_000_000  # bytes of address space
LEAST = {"steps": 100, "cpu": 0.01, "instructions": 1e6}  # less work than that is taken for that: noise has no slope
AGAIN = 4  # more runs, whose least time counts, where a slope seems too steep


class Point(NamedTuple):
    """A length in bytes, and the work that it made."""

    length: int
    work: float


class Growth(NamedTuple):
    """What was measured, and the limit that was hit (``memory``, ``time``, or the error), if one was."""

    points: tuple[Point, ...]
    blown: str | None = None

    @property
    def slope(self) -> float:
        """The power of the length that work grows with: over all points, or between the last two where that is more."""
        if self.blown:
            return math.inf
        return max(slope(self.points), slope(self.points[-2:]))


def slope(points: tuple[Point, ...]) -> float:
    """The least-squares slope of log(work) over log(length); 0 where there is nothing to compare."""
    logs = [(math.log(one.length), math.log(one.work)) for one in points]
    if len(logs) < 2:
        return 0.0
    x, y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    spread = sum((a - x) ** 2 for a, _ in logs)
    return sum((a - x) * (b - y) for a, b in logs) / spread if spread else 0.0


def measure(construct: Construct, count: str, sizes: tuple[int, ...] = SIZES, limit: float = 1.15) -> Growth:
    """The growth of a construct, by ``steps``, ``cpu`` or ``instructions``; limit is what makes a time doubtful."""
    if count == "instructions":
        return by_instructions(construct, sizes)
    if count == "steps":
        return _growth(construct, count, sizes, steps)
    sizes = tuple(size * CPU_TIMES for size in sizes)
    found = _growth(construct, count, sizes, cpu_time)
    if found.blown or found.slope <= limit:
        return found
    again = _growth(construct, count, sizes, cpu_time, AGAIN)
    if again.blown:
        return again
    least = (min(one, two) for one, two in zip(found.points, again.points, strict=True))
    return Growth(tuple(least))


def steps(work: Work) -> float:
    """How many lines of Python are run."""
    count = 0

    def trace(_frame: object, event: str, _argument: object) -> object:
        nonlocal count
        if event == "line":
            count += 1
        return trace

    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def cpu_time(work: Work) -> float:
    """How many seconds of CPU time it takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _growth(
    construct: Construct, count: str, sizes: tuple[int, ...], of: Callable[[Work], float], runs: int = 1
) -> Growth:
    points: list[Point] = []
    bases: list[Point] = []
    for size in sizes:
        found = []
        for _ in range(runs):
            point = bounded(lambda size=size: _point(construct, size, of), SECONDS[count])  # type: ignore[misc]
            if isinstance(point, str):
                return Growth(tuple(points), f"{point} at {size:,}")
            found.append(Point(int(point[0]), point[1]))
            bases.append(Point(int(point[2]), point[3]))
        points.append(min(found, key=lambda one: one.work))
    return Growth(_without(min(bases, key=lambda one: one.work), points, LEAST[count]))


def _without(base: Point, points: list[Point], least: float) -> tuple[Point, ...]:
    """The points without what a tiny run costs too; its cost is none of theirs where it is no tiny one.

    Some constructs can't be short (forty joins inside one another), and in some the tiny input takes another way.
    """
    common = 0.0 if base.length * 4 > points[0].length or base.work >= min(one.work for one in points) else base.work
    return tuple(Point(one.length, max(one.work - common, least)) for one in points)


def _point(construct: Construct, size: int, of: Callable[[Work], float]) -> tuple[float, ...]:
    with _folder():
        construct.prepare(TINY)[1]()  # loads what is loaded once
        tiny, work = construct.prepare(TINY)  # anew, since it may have left a file
        base = of(work)
        length, work = construct.prepare(size)
        return length, of(work), tiny, base


@contextmanager
def _folder():  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir("/")


def bounded(work: Callable[[], tuple[float, ...]], seconds: int) -> tuple[float, ...] | str:
    """What work gives, done in a process of its own; ``memory``, ``time`` or the error where it does not end well."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, seconds, writing)
    os.close(writing)
    answer = b""
    end = time.monotonic() + 20 * seconds + 300  # a process that waits uses no CPU time
    while select.select([reading], [], [], max(0.0, end - time.monotonic()))[0]:
        part = os.read(reading, 65_536)
        if not part:
            break
        answer += part
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "time" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else f"signal {os.WTERMSIG(status)}"
    found = json.loads(answer or b'"no answer"')
    return found if isinstance(found, str) else tuple(found)


def _work(work: Callable[[], tuple[float, ...]], seconds: int, writing: int) -> None:
    """Does the work within its limits, writes what it gave, and ends this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(100_000, 50, 100)  # as the command has it
    answer: object
    try:
        answer = work()
    except MemoryError:
        answer = "memory"
    except BaseException as error:
        answer = "memory" if "MemoryError" in str(error) else f"{type(error).__name__}: {error}"
    os.write(writing, json.dumps(answer).encode())
    os._exit(0)


_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def by_instructions(construct: Construct, sizes: tuple[int, ...]) -> Growth:
    """Counts with valgrind: one process that loads everything, and a fork of it for each length."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        command += [f"--log-file={folder}/%p", sys.executable, sys.argv[0], "--fork", construct.name]
        command += ["--sizes", ",".join(map(str, sizes))]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        points = []
        for line in run.stdout.splitlines():
            pid, length, code = map(int, line.split())
            counted = _COUNTED.search(Path(folder, str(pid)).read_text(encoding="utf-8"))
            if code or counted is None:
                return Growth((), f"{'time' if code else 'no count'} at {length:,}")
            points.append(Point(length, int(counted[1].replace(",", ""))))
    if len(points) <= len(sizes):
        return Growth((), run.stderr[-200:] or "no answer")
    return Growth(_without(points[0], points[1:], LEAST["instructions"]))


def fork(construct: Construct, sizes: tuple[int, ...]) -> None:
    """Prints the process, the length and the exit code of a fork for each length, the tiny one first.  For valgrind."""
    with _folder():
        construct.prepare(TINY)[1]()
        for size in (TINY, *sizes):
            length, work = construct.prepare(size)
            child = os.fork()
            if child == 0:
                resource.setrlimit(resource.RLIMIT_CPU, (SECONDS["instructions"],) * 2)
                work()
                os._exit(0)
            _, status = os.waitpid(child, 0)
            print(child, length, os.waitstatus_to_exitcode(status), flush=True)
