"""Processes that do the heavy work, warm from the start, so that no request waits for another's pictures.

A job is a function of a module and its arguments; whoever is served at a desk goes before whoever sends a pile. A
worker that dies, hangs or swells costs its job an error and is replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from docscan.errors import DocscanError

T = TypeVar("T")
Start = Callable[..., None]

_SPAWN = multiprocessing.get_context("spawn")
_START_S = 180.0


class WorkFailed(Exception):
    """The work on one job came to nothing; the job's own errors are raised as they are."""


class TookTooLong(WorkFailed):
    """The job was stopped at its time limit."""


class TooBusy(WorkFailed):
    """Too many jobs wait already."""


class _Worker:
    """One process and the pipe to it; one caller at a time."""

    def __init__(self, start: Start, args: tuple[Any, ...], megabytes: int) -> None:
        self._recipe = (start, args, megabytes)
        self._open()

    def _open(self) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, *self._recipe), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, job: Callable[..., T], args: tuple[Any, ...], longest_s: float) -> T:
        """Raises what the job raises, or WorkFailed."""
        try:
            self._pipe.send((job, args))
            if not self._pipe.poll(longest_s):
                raise TookTooLong
            done, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.replace()
            raise WorkFailed from error
        except TookTooLong:
            self.replace()
            raise
        if not done:
            raise value
        result: T = value
        return result

    def replace(self) -> None:
        self.close()
        self._open()

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


class Workers:
    """A fixed number of workers and the queue before them."""

    def __init__(
        self,
        count: int,
        start: Start,
        args: tuple[Any, ...] = (),
        *,
        longest_s: float,
        most_waiting: int,
        megabytes: int,
    ) -> None:
        self._free = [_Worker(start, args, megabytes) for _ in range(count)]
        self._all = tuple(self._free)
        self._queue: list[tuple[bool, int, asyncio.Future[_Worker]]] = []
        self._order = itertools.count()
        self._longest_s, self._most_waiting = longest_s, most_waiting

    async def warm(self) -> None:
        """Returns when every worker has started."""
        await asyncio.gather(*(asyncio.to_thread(w.call, _nothing, (), _START_S) for w in self._all))

    async def run(self, job: Callable[..., T], *args: Any, urgent: bool = True) -> T:
        """The job's result, after those that came before. Raises what the job raises, or WorkFailed."""
        worker = await self._take(urgent)
        call = asyncio.ensure_future(asyncio.to_thread(worker.call, job, args, self._longest_s))
        # Whoever asked may go away meanwhile; the worker is free only when it has answered.
        call.add_done_callback(lambda _: self._give(worker))
        return await asyncio.shield(call)

    def close(self) -> None:
        for worker in self._all:
            worker.close()

    async def _take(self, urgent: bool) -> _Worker:
        if self._free:
            return self._free.pop()
        self._queue = [waiting for waiting in self._queue if not waiting[2].done()]
        heapq.heapify(self._queue)
        if len(self._queue) >= self._most_waiting:
            raise TooBusy
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (not urgent, next(self._order), turn))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give(turn.result())
            raise

    def _give(self, worker: _Worker) -> None:
        while self._queue:
            turn = heapq.heappop(self._queue)[2]
            if not turn.done():
                turn.set_result(worker)
                return
        self._free.append(worker)


def _serve(pipe: Connection, start: Start, args: tuple[Any, ...], megabytes: int) -> None:
    """What a worker does all day."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024**2,) * 2)
    start(*args)
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            job, given = pipe.recv()
            try:
                answer = (True, job(*given))
            except DocscanError as error:
                answer = (False, error)
            except Exception as error:
                # Its text may hold what a document says: the class is enough.
                answer = (False, WorkFailed(type(error).__name__))
            pipe.send(answer)


def _nothing() -> None:
    """The first job of each worker, done when it has started."""
