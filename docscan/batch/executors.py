"""Who examines the pages: this process, a pool of processes, or a Dask cluster. All are `concurrent.futures`
executors for calls of `examine_page`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec, TypeVar

from docscan.batch.pool import Limits, Pool
from docscan.errors import EngineError, NoScheduler

_P = ParamSpec("_P")
_T = TypeVar("_T")
_AHEAD = 2
"""Calls handed in for each worker, so that none waits while an answer is being kept."""


@dataclass(frozen=True)
class Crew:
    """An executor, and how many calls it should have in hand."""

    executor: Executor
    in_hand: int


class Serial(Executor):
    """Does each call at once, in this process: without limits on time and memory."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Cluster(Executor):
    """A Dask cluster. Each of its workers hands the call to a pool of its own, for the limits' sake, and because what
    kills a process then does not kill the worker."""

    def __init__(self, executor: Any, limits: Limits) -> None:
        self._executor = executor
        self._limits = limits

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = self._executor.submit(_in_local_pool, self._limits, fn, args, kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait and not cancel_futures)


@contextmanager
def serial() -> Iterator[Crew]:
    yield Crew(Serial(), 1)


@contextmanager
def pool(workers: int, limits: Limits) -> Iterator[Crew]:
    executor = Pool(workers, limits)
    try:
        yield Crew(executor, _AHEAD * workers)
    except BaseException:
        executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()


@contextmanager
def cluster(scheduler: str, limits: Limits) -> Iterator[Crew]:
    """The cluster behind a Dask scheduler's address, for example "tcp://10.0.0.5:8786".

    Raises NoScheduler where none answers or it has no workers, EngineError where Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError("Dask is not installed: `pip install 'docscan[cluster]'`.") from error
    try:
        client = Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise NoScheduler(f"No Dask scheduler answers at {scheduler}.") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise NoScheduler(f"The Dask scheduler at {scheduler} has no workers.")
        yield Crew(Cluster(client.get_executor(), limits), _AHEAD * threads)


def default_workers() -> int:
    """One a core that this process may use."""
    return len(os.sched_getaffinity(0))


def _in_local_pool(limits: Limits, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Runs in a Dask worker."""
    return _local_pool(limits).submit(fn, *args, **kwargs).result()


@cache
def _local_pool(limits: Limits) -> Pool:
    """One process for each thread of the Dask worker that this is called in."""
    from distributed import get_worker

    return Pool(get_worker().state.nthreads, limits)
