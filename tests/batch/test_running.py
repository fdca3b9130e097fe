"""A batch over a pile: what is kept, what is done again, and what happens when it is ended in the middle."""

import multiprocessing
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import cheap_scans
import pytest
import sqlalchemy as sa

from docscan.batch.progress import Quiet
from docscan.batch.summary import summary
from docscan.cases import open_store, searching, tables

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def forkserver():
    """Processes that start with docscan and its models loaded, and can be killed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), *sys.path]))
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["loaded"])
        yield context


def test_killed_at_ten_random_moments_and_resumed_the_store_is_the_same(
    store_url, pile, uninterrupted, contents_of, forkserver
):
    import loaded

    moments = random.Random(7)
    open_store(store_url).close()
    for pages in (1, 0, 0, 1, 0, 0, 1, 0, 0, 1):
        mine, theirs = forkserver.Pipe(duplex=False)
        process = forkserver.Process(target=loaded.run, args=(store_url, str(pile), theirs))
        process.start()
        theirs.close()
        for _ in range(pages):
            mine.recv()
        time.sleep(moments.uniform(0, 0.2))
        assert process.is_alive()
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    mine, theirs = forkserver.Pipe(duplex=False)
    last = forkserver.Process(target=loaded.run, args=(store_url, str(pile), theirs))
    last.start()
    last.join()
    assert last.exitcode == 0
    store = open_store(store_url)
    assert contents_of(store) == uninterrupted
    store.close()


def test_the_pile_comes_to_what_is_in_it(uninterrupted):
    assert len(uninterrupted["documents"]) == 11
    assert [(error, page) for path, page, *_, error, _ in uninterrupted["tasks"] if error] == [
        ("DamagedSource", 1),
        ("EmptySource", 0),
        ("UnknownKind", 0),
    ]
    assert [outcome for _, outcome in uninterrupted["verdicts"]].count("refer") >= 2
    assert len(uninterrupted["pictures"]) == len(uninterrupted["scans"]) == 7
    assert any(path.endswith("archive.zip/../../eight.png") for path, *_ in uninterrupted["tasks"])


def test_a_second_run_takes_over_what_is_there_and_tries_errors_again(store, pile, batch, tmp_path):
    class Seen(Quiet):
        def __init__(self):
            super().__init__(0)
            self.known = []

        def page(self, name, page, outcomes, *, known):
            super().page(name, page, outcomes, known=known)
            self.known.append(known)

    folder = tmp_path / "few"
    folder.mkdir()
    (folder / "one.png").write_bytes(cheap_scans.png(1))
    (folder / "two.png").write_bytes(cheap_scans.broken(0))
    first, again = Seen(), Seen()
    assert batch(store, [folder], watcher=first) == (1, True)
    (folder / "two.png").write_bytes(cheap_scans.png(2))
    assert batch(store, [folder], watcher=again, case="Seizure 8") == (2, True)
    assert (first.known, again.known) == ([False], [True, False])
    assert (first.tally.errors, again.tally.errors) == (1, 0)
    with store.reading() as session:
        assert [summary(session, run).documents for run in (1, 2)] == [1, 2]
        assert summary(session, 1).errors == 1
        assert searching.count(session, searching.Filter(case="Seizure 8")) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(tables.Document)) == 2


def test_what_is_taken_over_is_looked_up_in_the_watchlist_of_today(store, batch, setup, tmp_path):
    (tmp_path / "one.png").write_bytes(cheap_scans.png(1))
    watchlist = tmp_path / "list.csv"
    watchlist.write_text("state,type,first,last,kind\nUTO,P,S1000000,S1999999,stolen\n")
    batch(store, [tmp_path / "one.png"])
    batch(store, [tmp_path / "one.png"], setup=replace(setup, watchlist=str(watchlist)))
    with store.reading() as session:
        (found,) = searching.documents(session, searching.Filter(reason="history.watchlist"))
        assert found.outcome in ("refer", "suspect")
        assert [verdict["why"] for verdict in searching.record(session, found)["verdicts"]] == [
            "run 1",
            "run 2, watchlist",
        ]
        assert summary(session, 2).first[0].reason.startswith("The watchlist has the number as stolen")


def test_another_setting_is_another_engine(store, batch, setup, tmp_path):
    (tmp_path / "one.png").write_bytes(cheap_scans.png(1))
    batch(store, [tmp_path / "one.png"])
    batch(store, [tmp_path / "one.png"], setup=replace(setup, operating_point="seizure"))
    with store.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(tables.Document)) == 2
