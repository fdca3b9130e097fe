"""A pool of worker processes that outlives its workers.

`concurrent.futures.ProcessPoolExecutor` breaks as a whole when one of its processes is killed. Here each worker has a
thread that hands it one call at a time and waits; when the worker dies, the thread starts another one and tries once
more, since who was killed from outside is not at fault. A call that takes too long or dies again costs that call.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

from docscan.errors import PageTooSlow, WorkerDied

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Call = tuple[Future[Any], Callable[[], Any]]


@dataclass(frozen=True)
class Limits:
    """What one call may take."""

    seconds: float = 120.0
    memory: int = 4 * 1024**3
    """Bytes of data, in each process."""


class Pool(Executor):
    """An executor for module-level functions with arguments that can be pickled."""

    def __init__(self, workers: int, limits: Limits = Limits()) -> None:
        self.limits = limits
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._workers: dict[int, _Worker] = {}
        self._lock = Lock()
        self._closed = False
        self._threads = [Thread(target=self._serve, args=(n,), daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()
        self._calls.put((future, partial(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the workers: once the calls that were handed in are done, or at once with `cancel_futures`."""
        if cancel_futures:
            with self._lock:
                self._closed = True
                for worker in self._workers.values():
                    worker.kill()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    @property
    def processes(self) -> list[int]:
        """Ids of the worker processes that live now."""
        with self._lock:
            return [worker.process.pid for worker in self._workers.values()]

    def _serve(self, place: int) -> None:
        while (call := self._calls.get()) is not None:
            future, function = call
            if self._closed:
                future.cancel()
            if future.set_running_or_notify_cancel():
                self._answer(place, future, function)
        self._bury(place)

    def _answer(self, place: int, future: Future[Any], function: Callable[[], Any]) -> None:
        for last_try in (False, True):
            try:
                worked, answer = self._worker(place).call(function)
            except (EOFError, OSError):
                died_of = self._bury(place)
                if died_of == signal.SIGALRM:
                    future.set_exception(PageTooSlow(f"It took longer than {self.limits.seconds:g} seconds."))
                    return
                if last_try or self._closed:
                    future.set_exception(WorkerDied(f"The process that examined it died ({_cause(died_of)})."))
                    return
                continue
            except Exception as error:  # what cannot be pickled, there or back
                worked, answer = False, error
            if worked:
                future.set_result(answer)
            else:
                future.set_exception(answer)
            return

    def _worker(self, place: int) -> _Worker:
        with self._lock:
            if self._closed:
                raise EOFError
            if place not in self._workers:
                self._workers[place] = _Worker(self.limits)
            return self._workers[place]

    def _bury(self, place: int) -> int:
        """The signal that a worker died of, 0 for none, after all that it started is gone too."""
        with self._lock:
            worker = self._workers.pop(place, None)
        return worker.bury() if worker else 0


class _Worker:
    def __init__(self, limits: Limits) -> None:
        self.connection: Connection[Any, Any]
        self.connection, theirs = Pipe()
        arguments = [str(theirs.fileno()), str(limits.seconds), str(limits.memory)]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "docscan.batch.worker", *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # decoders write what they please there
                env=os.environ | {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
                start_new_session=True,  # out of reach of the terminal's Ctrl-C; and a group that can be killed whole
            )

    def call(self, function: Callable[[], Any]) -> tuple[bool, Any]:
        self.connection.send(function)
        worked, answer = self.connection.recv()
        return worked, answer

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def bury(self) -> int:
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)  # a worker whose pipe is closed goes by itself
        died_of = -(self.process.poll() or 0)
        self.kill()  # what it started, tesseract for one
        self.process.wait()
        return max(0, died_of)


def _cause(died_of: int) -> str:
    try:
        return f"signal {signal.Signals(died_of).name}"
    except ValueError:
        return "it ended"
