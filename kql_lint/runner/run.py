"""A run over files: reports in the order of the files, from the cache, from this process or from several.

Whatever comes from where, a report is the same, and only as many are held as wait for one before them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.reading import looks_at
from kql_lint.runner.cache import ResultCache, prune
from kql_lint.runner.companions import places
from kql_lint.runner.lint import Options, unreadable
from kql_lint.runner.report import FileReport

if TYPE_CHECKING:
    from kql_lint.runner.pool import Chunk, Pool
    from kql_lint.runner.task import Task

Target = tuple[str, Options]

# What is linted before processes are started: less than that is done sooner without them, and it makes the parser and
# the tables ready that a fork begins with.
WARM_UP = 16
# Bytes of a chunk, and files: enough that passing them on costs little, and no process waits long for the last one.
CHUNK_BYTES = 40_000
CHUNK_FILES = 32
# How many chunks a process may be ahead, and how many reports may wait for an earlier one.
AHEAD = 4
WAITING = 2_000


def run(
    targets: Iterable[Target],
    *,
    read: Callable[[str], bytes] | None = None,
    jobs: int = 1,
    cache: bool = False,
) -> Iterator[FileReport]:
    """The report of each file, in order.

    read gives a file's content; it is there for standard input and for tests.  jobs is the number of processes, 0 for
    as many as can run at once.  cache: whether results of earlier runs are taken, and this one's kept.  Raises
    CatalogueError for a wrong overlay.
    """
    running = _Run(read, jobs or available(), ResultCache() if cache else None)
    try:
        yield from running.reports(targets)
    finally:
        running.close()


def available() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Run:
    def __init__(self, read: Callable[[str], bytes] | None, jobs: int, cache: ResultCache | None) -> None:
        self._read = read
        self._jobs = jobs
        self._cache = cache
        self._missed = 0  # files that were not in the cache
        self._pool: Pool | None = None
        self._tasks: list[Task] = []  # of the chunk that is being filled
        self._bytes = 0
        self._chunks: deque[Chunk] = deque()
        self._waiting: deque[FileReport | int] = deque()  # reports, and places in the chunks

    def reports(self, targets: Iterable[Target]) -> Iterator[FileReport]:
        for path, options in targets:
            self._waiting.append(self._begin(path, options))
            yield from self._ready()
        self._submit()
        while self._waiting:
            yield self._next()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        if self._cache is not None and self._missed:
            prune()

    def _begin(self, path: str, options: Options) -> FileReport | int:
        """The report of a file if it can be had at once, else its place in the chunk that is being filled."""
        from kql_lint.reading import RULE, Unreadable, read_file

        try:
            data = self._read(path) if self._read is not None else read_file(path, RULE)
        except Unreadable as error:
            return unreadable(path, error, options)
        key = None
        if self._cache is not None:
            key = self._cache.key(path, options, data)
            report = self._cache.get(key, path, data, options.allowed)
            if report is not None:
                return report
        return self._lint(path, options, data, key)

    def _lint(self, path: str, options: Options, data: bytes, key: str | None) -> FileReport | int:
        from kql_lint.runner.task import Task, lint

        self._missed += 1
        task = Task(path, options, data, key)
        if self._jobs == 1 or self._missed <= WARM_UP:
            return lint(task)
        self._tasks.append(task)
        self._bytes += len(data)
        place = len(self._tasks) - 1
        if self._bytes >= CHUNK_BYTES or len(self._tasks) >= CHUNK_FILES:
            self._submit()
        return place

    def _submit(self) -> None:
        """Hands the chunk that was filled to the processes."""
        if not self._tasks:
            return
        if self._pool is None:
            from kql_lint.runner.pool import Pool

            self._pool = Pool(self._jobs)
        self._chunks.append(self._pool.submit(self._tasks))
        self._tasks, self._bytes = [], 0

    def _ready(self) -> Iterator[FileReport]:
        """The reports that can be given now; waits for some where too much is waiting."""
        while self._waiting:
            full = len(self._chunks) > self._jobs * AHEAD or len(self._waiting) > WAITING
            if isinstance(self._waiting[0], int) and not full and not (self._chunks and self._chunks[0].done()):
                return
            yield self._next()

    def _next(self) -> FileReport:
        first = self._waiting.popleft()
        if not isinstance(first, int):
            return first
        if not self._chunks:
            self._submit()
        chunk = self._chunks[0]
        if first == len(chunk) - 1:
            self._chunks.popleft()
        report = chunk.report(first)
        for path in places(report.path, report.companions):
            looks_at(path)  # another process has done so
        return report
