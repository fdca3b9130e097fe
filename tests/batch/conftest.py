"""A small pile to examine, cheap and of every kind; running a batch over it; and what a store holds, to be compared."""

import json
import re
import zipfile
from datetime import date

import cheap_scans
import pytest
import sqlalchemy as sa

from docscan.batch import executors, runs
from docscan.batch.examining import Setup, engine_of
from docscan.batch.progress import Quiet
from docscan.batch.running import Batch
from docscan.batch.sources import walk
from docscan.cases import tables
from docscan.cases.verifying import verify

SETUP = Setup(on=date(2026, 6, 1))


def make_pile(folder):
    """12 pages, one of them twice, another with the number of a third, and 3 files that cannot be examined."""
    (folder / "deeper").mkdir(parents=True)
    (folder / "one.png").write_bytes(cheap_scans.png(1))
    (folder / "deeper" / "two.png").write_bytes(cheap_scans.png(2))
    (folder / "deeper" / "same-again.png").write_bytes(cheap_scans.png(2))
    (folder / "another-holder.png").write_bytes(cheap_scans.png(2, holder=3))
    first, *others = (cheap_scans.picture(number) for number in (4, 5, 6, 9, 10))
    first.save(folder / "pages.tif", save_all=True, append_images=others, compression="tiff_lzw")
    others[0].save(folder / "page.pdf", resolution=127.0)
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        archive.writestr("inside/seven.png", cheap_scans.png(7))
        archive.writestr("../../eight.png", cheap_scans.png(8))
        archive.writestr("broken.png", cheap_scans.broken(0))
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "note.txt").write_text("No picture at all.\n")
    return folder


@pytest.fixture(scope="session")
def pile(tmp_path_factory):
    return make_pile(tmp_path_factory.mktemp("pile") / "seizure")


def run_batch(store, sources, *, setup=SETUP, crew=None, case="default", watcher=None, by="anna"):
    """The number of the run, and whether it came to its end."""
    sources = [str(source) for source in sources]
    with store.writing() as session:
        run = runs.begin(session, sources, engine_of(setup), case=case, as_of=setup.on, by=by)
    setup = runs.as_begun(setup, run)
    with crew or executors.serial() as workers:
        return run.id, Batch(store, run, setup, workers, watcher or Quiet(0))(walk(sources, store.files))


@pytest.fixture
def setup():
    return SETUP


@pytest.fixture(scope="session")
def batch():
    return run_batch


def contents(store):
    """All that a store holds, but for numbers of rows and times; and that its audit trail is whole."""
    with store.reading() as session:
        assert list(verify(session)) == []
        documents = {d.id: d for d in session.scalars(sa.select(tables.Document))}
        name = {d.id: f"{d.scan[:8]}/{d.page}/{d.number}" for d in documents.values()}
        held = {
            "documents": sorted(
                (name[d.id], d.engine, d.outcome, _report(d, name), d.profile) for d in documents.values()
            ),
            "tasks": sorted(
                (t.path, t.page, t.scan, t.pages, t.documents, t.error, t.message)
                for t in session.scalars(sa.select(tables.Task))
            ),
            "runs": [(r.finished_at is not None, r.source) for r in session.scalars(sa.select(tables.Run))],
            "scans": sorted(session.scalars(sa.select(tables.Scan.sha256))),
            "cases": sorted(name[c.document] for c in session.scalars(sa.select(tables.CaseDocument))),
            "verdicts": sorted((name[v.document], v.outcome) for v in session.scalars(sa.select(tables.Verdict))),
            "audit": sorted(
                (a.action, name[int(a.subject.split()[1])]) for a in session.scalars(sa.select(tables.Audit))
            ),
        }
    held["pictures"] = sorted(path.name for path in store.pictures.folder.glob("*/*"))
    return held


def _report(document, name):
    """The report without times, documents named for their content. Of two files with the same bytes either may be the
    first: where a scan was seen is told by the tasks."""
    report = json.loads(document.report)
    del report["elapsed_ms"], report["stages_ms"], report["source"]["path"]
    for finding in (*report["findings"], *report["verdict"]["reasons"]):
        if finding["check"] == "history.number":
            finding["message"] = re.sub(r"\d+", lambda number: name[int(number[0])], finding["message"])
    return json.dumps(report, sort_keys=True)


@pytest.fixture(scope="session")
def contents_of():
    return contents


@pytest.fixture(scope="session")
def uninterrupted(pile, tmp_path_factory):
    """What a store holds after a batch over the pile that nothing befell."""
    from docscan.cases import open_store

    store = open_store(str(tmp_path_factory.mktemp("store") / "cases.db"))
    assert run_batch(store, [pile]) == (1, True)
    held = contents(store)
    store.close()
    return held
