"""One thread for all that takes time, so that messages are read meanwhile and nothing of kql-lint runs twice at once.

What is urgent, such as a completion, goes before what can wait.  What nobody waits for any more is never begun.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

# How soon an answer is needed: somebody types and waits; somebody asked; nobody did.
TYPING, ASKED, WHENEVER = range(3)


class _Job(NamedTuple):
    urgency: int
    number: int
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Worker:
    """Runs jobs one after another in a thread of its own, which ends with the process."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T], urgency: int = ASKED) -> T:
        """What a job gives, or raises.  A job whose waiting is cancelled before it begins does not begin."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="kql-lint", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(urgency, next(self._numbers), work, future, loop))
        return await future

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job.future.cancelled():
                continue
            try:
                result, error = job.work(), None
            except Exception as raised:
                result, error = None, raised
            if not job.loop.is_closed():
                job.loop.call_soon_threadsafe(_settle, job.future, result, error)


def _settle(future: asyncio.Future[Any], result: object, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
