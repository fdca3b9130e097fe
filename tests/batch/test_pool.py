"""A pool outlives its workers, and a call that kills, hangs or eats memory costs that call."""

import os
import signal
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from docscan.batch.pool import Limits, Pool
from docscan.errors import PageTooSlow, WorkerDied

HERE = Path(__file__).parent
LIMITS = Limits(seconds=2, memory=1024**3)


@pytest.fixture
def light(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    import light

    return light


@pytest.fixture
def pool():
    pool = Pool(2, LIMITS)
    yield pool
    pool.shutdown(cancel_futures=True)


def gone(pid):
    """Whether a process ends soon; one that only waits to be asked after has."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def test_calls_are_answered(pool, light):
    assert [future.result() for future in [pool.submit(light.double, n) for n in range(20)]] == list(range(0, 40, 2))


def test_what_befalls_a_call_befalls_that_call_alone(pool, light):
    faults = {
        pool.submit(light.kill_self): WorkerDied,
        pool.submit(light.hang): PageTooSlow,
        pool.submit(light.hunger): MemoryError,
        pool.submit(light.fail): ValueError,
        pool.submit(light.unpicklable): WorkerDied,
    }
    after = [pool.submit(light.double, n) for n in range(10)]
    for future, error in faults.items():
        assert isinstance(future.exception(), error), future.exception()
    assert [future.result() for future in after] == list(range(0, 20, 2))


def test_who_was_killed_from_outside_is_tried_again(pool, light, tmp_path):
    assert pool.submit(light.kill_self_once, str(tmp_path / "killed")).result() == "alive"


def test_what_a_worker_started_ends_with_it(pool, light, tmp_path):
    told = tmp_path / "pid"
    assert isinstance(pool.submit(light.child_of, str(told)).exception(), PageTooSlow)
    assert gone(int(told.read_text()))


def test_workers_go_when_their_master_is_killed(light, tmp_path):
    pid = os.fork()
    if pid == 0:
        pool = Pool(1, Limits(seconds=1))
        pool.submit(light.double, 1).result()
        (tmp_path / "worker").write_text(str(pool.processes[0]))
        pool.submit(light.hang)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert gone(int((tmp_path / "worker").read_text()))


def test_shutdown_finishes_what_was_handed_in_or_drops_it(light):
    patient = Pool(1, LIMITS)
    futures = [patient.submit(light.double, n) for n in range(5)]
    patient.shutdown()
    assert [future.result() for future in futures] == [0, 2, 4, 6, 8]
    hasty = Pool(1, Limits())
    running, waiting = hasty.submit(light.hang), hasty.submit(light.double, 1)
    while not running.running() or not hasty.processes:
        time.sleep(0.01)
    hasty.shutdown(cancel_futures=True)
    assert isinstance(running.exception(), WorkerDied)
    with pytest.raises(CancelledError):
        waiting.result()
