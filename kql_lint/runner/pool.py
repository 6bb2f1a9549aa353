"""Several processes that lint files, in chunks, for a run that wants its reports in order.

A process that dies (killed by the system for its memory, say) costs only the file that it was at: the files of a chunk
that was lost are linted again one by one.  Interrupts are the main process's business, and should that one be gone, its
workers go too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from kql_lint.runner.report import FileReport, Packed, pack, unpack, with_source
from kql_lint.runner.task import Task, lint

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext


class Pool:
    """Lints chunks of files in other processes; to be closed in the end, whatever happened."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, tasks: list[Task]) -> Chunk:
        """Begin with some files; where no processes can be started, lint them here and now."""
        future: Future[list[Packed]] = Future()
        try:
            if self._executor is None:
                self._executor = _executor(self._jobs)
            future = self._executor.submit(_lint_all, tasks)
        except BrokenProcessPool as error:
            future.set_exception(error)
        except (OSError, ImportError, NotImplementedError):  # no semaphores, no more processes
            future.set_result(_lint_all(tasks))
        return Chunk(tasks, future, self._mend)

    def close(self) -> None:
        """Waits for what is being linted just now, and lets the processes go."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _mend(self, task: Task) -> Packed | None:
        """The report of a file of a lost chunk, from a process of its own; None if that one dies as well."""
        self.close()
        with _executor(1) as single:
            try:
                return single.submit(_lint_all, [task]).result()[0]
            except BrokenProcessPool:
                return None


class Chunk:
    """Files that are being linted together."""

    def __init__(self, tasks: list[Task], future: Future[list[Packed]], mend: Callable[[Task], Packed | None]) -> None:
        self._tasks = tasks
        self._future = future
        self._mend = mend
        self._packed: list[Packed | None] | None = None

    def __len__(self) -> int:
        return len(self._tasks)

    def done(self) -> bool:
        """Whether the reports are there."""
        return self._future.done()

    def report(self, number: int) -> FileReport:
        """The report of one of the files; waits for it."""
        if self._packed is None:
            try:
                self._packed = list(self._future.result())
            except BrokenProcessPool:
                self._packed = [self._mend(task) for task in self._tasks]
        task, packed = self._tasks[number], self._packed[number]
        if packed is None:
            report = FileReport(task.path)
            report.errors.append("the process that linted it has died, perhaps for want of memory")
            return report
        return with_source(unpack(task.path, None, packed), task.data)


def _lint_all(tasks: list[Task]) -> list[Packed]:
    return [pack(lint(task)) for task in tasks]


def _executor(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_begin)


# A fork has the parser and the catalogue's tables ready; elsewhere than on Linux, forks are not safe or not there.
_METHOD = "fork" if sys.platform == "linux" else "spawn"


def _context() -> BaseContext:
    import multiprocessing

    if _METHOD == "spawn":
        _import_nothing_of_the_tree()
    return multiprocessing.get_context(_METHOD)


def _import_nothing_of_the_tree() -> None:
    """Keeps new interpreters from importing what lies in the working directory: they are started with ``-c``.

    Raises NotImplementedError where that can't be done; then there are no processes.
    """
    if sys.flags.isolated or getattr(sys.flags, "safe_path", False):
        return  # they are too
    if sys.flags.ignore_environment or not hasattr(sys.flags, "safe_path"):  # Python 3.10 has no such switch
        raise NotImplementedError
    os.environ["PYTHONSAFEPATH"] = "1"


def _begin() -> None:
    """The first thing that a worker does."""
    import gc
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):  # a fork would do what the main process does
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    gc.set_threshold(100_000, 50, 100)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()


def _leave_with_the_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
