"""Pages and workers that fail, and clusters: through the real pipeline, each kind of crew."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from threading import Thread

import cheap_scans
import pytest
import sqlalchemy as sa

from docscan import judging
from docscan.batch import executors, runs
from docscan.batch.comparing import compare
from docscan.batch.pool import Limits
from docscan.batch.progress import Quiet
from docscan.cases import open_store, tables
from docscan.errors import NoScheduler, StoreFull, WorkerDiffers

HERE = Path(__file__).parent


@pytest.fixture
def plugin(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    return "light:FAULT"


@pytest.fixture
def sqlite(tmp_path):
    store = open_store(str(tmp_path / "cases.db"))
    yield store
    store.close()


def with_digit(digit):
    """The first number whose passport's number ends in a digit."""
    numbers = range(1, 200)
    return next(n for n in numbers if cheap_scans.lines(n)[1][:9].rstrip("<")[-1] == digit)


def test_a_page_that_kills_hangs_or_eats_memory_costs_that_page(sqlite, batch, setup, plugin, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name, digit in (("hangs", "3"), ("hungry", "5"), ("unforeseen", "7"), ("fine", "0")):
        (folder / f"{name}.png").write_bytes(cheap_scans.png(with_digit(digit)))
    dies, fine = (cheap_scans.picture(with_digit(digit)) for digit in ("1", "2"))
    dies.save(folder / "two.tif", save_all=True, append_images=[fine])
    watcher = Quiet(0)
    crew = executors.pool(1, Limits(seconds=30))
    assert batch(sqlite, [folder], setup=replace(setup, checks=(plugin,)), crew=crew, watcher=watcher) == (1, True)
    with sqlite.reading() as session:
        tasks = {
            (Path(task.path).stem, task.page): (task.error, task.message)
            for task in session.scalars(sa.select(tables.Task))
        }
    assert {place: error for place, (error, _) in tasks.items()} == {
        ("hangs", 1): "PageTooSlow",
        ("hungry", 1): "PageTooHungry",
        ("unforeseen", 1): "DocscanError",
        ("fine", 1): None,
        ("two", 1): "WorkerDied",
        ("two", 2): None,
    }
    assert "ERIKSSON" not in tasks["unforeseen", 1][1]
    assert "ValueError" in tasks["unforeseen", 1][1]
    assert (watcher.tally.errors, watcher.tally.pages) == (4, 2)


def test_a_worker_killed_from_outside_loses_nothing(sqlite, batch, pile, uninterrupted, contents_of):
    class Killer(Quiet):
        """Kills a worker once the second page is done."""

        def __init__(self):
            super().__init__(0)
            self.killed = 0

        def page(self, *told, **known):
            super().page(*told, **known)
            if self.tally.pages == 2:
                os.kill(crew.executor.processes[0], signal.SIGKILL)
                self.killed += 1

    killer = Killer()
    with executors.pool(2, Limits()) as crew:
        from contextlib import nullcontext

        assert batch(sqlite, [pile], crew=nullcontext(crew), watcher=killer) == (1, True)
    assert killer.killed == 1
    found = contents_of(sqlite)
    # Which of two documents with one number comes second, and is judged again for it, is the cluster's matter.
    ordered = {"audit": lambda row: row[0], "verdicts": lambda row: row[1]}
    for part, told in ordered.items():
        assert Counter(map(told, found.pop(part))) == Counter(map(told, uninterrupted[part]))
    assert found == {part: rows for part, rows in uninterrupted.items() if part not in ordered}


def test_a_dask_cluster_with_a_worker_killed_in_the_middle_gives_the_same_store(
    sqlite, batch, pile, uninterrupted, contents_of
):
    from distributed import LocalCluster

    class Killer(Quiet):
        def __init__(self, pid):
            super().__init__(0)
            self.pid, self.killed = pid, 0

        def page(self, *told, **known):
            super().page(*told, **known)
            if self.tally.pages == 2:
                os.kill(self.pid, signal.SIGKILL)
                self.killed += 1

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        killer = Killer(cluster.workers[0].process.pid)
        crew = executors.cluster(cluster.scheduler_address, Limits())
        assert batch(sqlite, [pile], crew=crew, watcher=killer) == (1, True)
    assert killer.killed == 1
    found = contents_of(sqlite)
    # Which of two documents with one number comes second, and is judged again for it, is the cluster's matter.
    ordered = {"audit": lambda row: row[0], "verdicts": lambda row: row[1]}
    for part, told in ordered.items():
        assert Counter(map(told, found.pop(part))) == Counter(map(told, uninterrupted[part]))
    assert found == {part: rows for part, rows in uninterrupted.items() if part not in ordered}


def test_no_scheduler_is_a_sentence():
    with (
        pytest.raises(NoScheduler, match="No Dask scheduler answers"),
        executors.cluster("tcp://127.0.0.1:1", Limits()),
    ):
        pass
    with pytest.raises(NoScheduler), executors.cluster("nonsense", Limits()):
        pass


def test_a_worker_with_other_versions_stops_the_run(sqlite, batch, setup, tmp_path, monkeypatch):
    (tmp_path / "one.png").write_bytes(cheap_scans.png(1))
    begin = runs.begin

    def of_another(session, sources, engine, **options):
        return begin(session, sources, replace(engine, versions={**engine.versions, "docscan": "9"}), **options)

    monkeypatch.setattr(runs, "begin", of_another)
    with pytest.raises(WorkerDiffers):
        batch(sqlite, [tmp_path / "one.png"])
    with sqlite.reading() as session:
        assert session.scalars(sa.select(tables.Task.id)).all() == []


def test_a_full_disk_is_a_clear_stop_and_the_run_goes_on_when_there_is_room(
    tmp_path, batch, pile, uninterrupted, contents_of
):
    store = open_store(str(tmp_path / "cases.db"))
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limits = [pages + 60]
    sa.event.listen(
        store.engine, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {limits[-1]}"), named=False
    )
    with pytest.raises(StoreFull, match="No room"):
        batch(store, [pile])
    with store.reading() as session:
        assert 0 < len(session.scalars(sa.select(tables.Task.id)).all()) < len(uninterrupted["tasks"])
    limits.append(1_000_000)
    assert batch(store, [pile]) == (1, True)
    assert contents_of(store) == uninterrupted
    store.close()


def test_two_runs_are_compared_and_the_check_that_made_the_difference_is_named(
    sqlite, batch, setup, tmp_path, monkeypatch
):
    """The second version takes Utopia's date of expiry for one that is over: mrz.dates fails."""
    from docscan.checks.mrz_dates import MrzDates
    from docscan.document import Finding, Outcome

    (tmp_path / "one.png").write_bytes(cheap_scans.png(1))
    batch(sqlite, [tmp_path / "one.png"])
    with sqlite.reading() as session:
        before = session.scalars(sa.select(tables.Document.outcome)).one()
    failing = Finding(
        check="mrz.dates",
        outcome=Outcome.FAIL,
        code="date_impossible",
        message="No such day.",
        measures={"dates_wrong": 9.0},
    )
    monkeypatch.setattr(MrzDates, "__call__", lambda self, exam: [failing])
    monkeypatch.setattr(judging, "model_version", lambda: "another")
    from docscan.batch import examining

    examining.engine_of.cache_clear()
    batch(sqlite, [tmp_path / "one.png"])
    examining.engine_of.cache_clear()
    with sqlite.reading() as session:
        found = compare(session, 1, 2)
        after = session.scalars(sa.select(tables.Document.outcome).order_by(tables.Document.id.desc())).first()
    assert (found.both, found.only) == (1, (0, 0))
    assert "classifier" in found.differing
    if before == after:
        pytest.fail(f"the verdict stayed {before}: nothing is compared")
    (change,) = found.changes
    assert (change.before, change.after) == (before, after)
    assert change.causes[0].check == "mrz.dates"
    assert (change.causes[0].before, change.causes[0].after) == (Outcome.PASS, Outcome.FAIL)


def test_ctrl_c_keeps_what_runs_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.png").write_bytes(cheap_scans.png(number))
    command = [sys.executable, "-m", "docscan.cli", "batch", str(folder), "--store", str(tmp_path / "cases.db")]
    process = subprocess.Popen([*command, "--workers", "1", "--json"], stdout=subprocess.PIPE, text=True)
    events = []

    def read():
        for line in process.stdout:
            events.append(json.loads(line))
            if len(events) == 2:
                process.send_signal(signal.SIGINT)

    reader = Thread(target=read)
    reader.start()
    assert process.wait(timeout=120) == 130
    reader.join()
    kinds = [event["event"] for event in events]
    assert kinds.count("finishing") == 1
    assert kinds[-1] == "summary"
    kept = events[-1]["pages"]
    assert kept == kinds.count("page") < 12
    assert events[-1]["finished_at"] is None
    store = open_store(str(tmp_path / "cases.db"))
    with store.reading() as session:
        assert len(session.scalars(sa.select(tables.Task.id)).all()) == kept
    store.close()
