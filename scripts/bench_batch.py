"""How `docscan batch` scales, and whether its coordinator's memory stays flat.

    scripts/bench batch [--scans N] [--broken N] [--rounds N] [--pages N] [--replay] [--out FILE]

The scans are drawn MRZ strips (scripts/cheap_scans.py), so that what is measured is what happens around the pages.
Throughput: `--rounds` times, one worker and then two over the same number of fresh scans, by turns in one process, so
that whatever else the machine does befalls both; pages a second of wall-clock time, workers started before. Memory:
resident memory of the coordinator after 200 pages and after each further 200, in one run over all scans. With
`--replay` a page that opens is not examined but answered with the report on another one, made out to this one: the
coordinator cannot tell, and thousands of pages pass it in a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import cheap_scans
import sqlalchemy as sa

from docscan.batch import executors, runs
from docscan.batch.examining import Examined, Failed, Setup, Work, engine_of, examine_page
from docscan.batch.executors import Crew
from docscan.batch.pool import Limits
from docscan.batch.progress import Quiet
from docscan.batch.running import Batch
from docscan.batch.sources import Item, walk
from docscan.cases import Store, open_store, tables
from docscan.document import Decision

SETUP = Setup(on=date(2026, 6, 1))
STEP = 200


class Memory(Quiet):
    """Notes the coordinator's resident memory, in megabytes, after every STEP pages."""

    def __init__(self) -> None:
        super().__init__(0)
        self.after: dict[int, float] = {}

    def page(self, name: str, page: int, outcomes: list[Decision], *, known: bool) -> None:
        super().page(name, page, outcomes, known=known)
        self._sample()

    def failed(self, name: str, page: int, failure: Failed) -> None:
        super().failed(name, page, failure)
        self._sample()

    def _sample(self) -> None:
        done = self.tally.pages + self.tally.errors
        if done % STEP == 0:
            self.after[done] = round(resident_mb(), 1)
            print(f"after {done} pages: {self.after[done]} MB, {self.tally.rate:.0f} pages a minute", flush=True)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Replay(Executor):
    """Examines one page, and answers every other one that opens with that."""

    def __init__(self, scan: Path) -> None:
        item = Item(str(scan))
        answer = examine_page(SETUP, engine_of(SETUP).id, Work(item, 1, item.sha256()))
        assert isinstance(answer, Examined)  # noqa: S101
        self.answer = answer

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        work: Work = args[-1]
        future: Future[Any] = Future()
        number = int(Path(work.item.path).stem)
        if Path(work.item.path).read_bytes() == cheap_scans.png(number):
            future.set_result(self._made_out_to(work, number))
        else:
            future.set_result(fn(*args, **kwargs))
        return future

    def _made_out_to(self, work: Work, number: int) -> Examined:
        (report,) = self.answer.reports
        source = report.source.model_copy(update={"sha256": work.sha256, "path": work.item.name})
        mrz = report.mrz.model_copy(update={"lines": cheap_scans.lines(number)}) if report.mrz else None
        return replace(
            self.answer,
            scan=replace(self.answer.scan, sha256=work.sha256),
            reports=(report.model_copy(update={"source": source, "mrz": mrz}),),
        )


def draw(folder: Path, first: int, count: int, broken: int = 0) -> None:
    """`count` scans, `broken` of them files that cannot be examined, spread evenly."""
    folder.mkdir()
    every = count // broken if broken else 0
    for number in range(count):
        bad = every and number % every == every - 1 and number // every < broken
        content = cheap_scans.broken(number // every) if bad else cheap_scans.png(first + number)
        (folder / f"{number:05}.png").write_bytes(content)


@contextmanager
def warm_pool(workers: int, scan: Path) -> Iterator[Crew]:
    """A pool whose workers have loaded what they need."""
    with executors.pool(workers, Limits()) as crew:
        item = Item(str(scan))
        work, engine = Work(item, 1, item.sha256()), engine_of(SETUP).id
        for future in [crew.executor.submit(examine_page, SETUP, engine, work) for _ in range(2 * workers)]:
            future.result()
        yield crew


def run(store: Store, folder: Path, crew: Crew, watcher: Quiet) -> float:
    """Seconds that a batch over the folder takes."""
    with store.writing() as session:
        begun = runs.begin(session, [str(folder)], engine_of(SETUP), case="bench", as_of=SETUP.on, by="bench")
    started = time.perf_counter()
    Batch(store, begun, SETUP, crew, watcher)(walk([str(folder)]))
    return time.perf_counter() - started


def throughput(work: Path, rounds: int, pages: int) -> dict[str, object]:
    store = open_store(str(work / "throughput.db"))
    rates: dict[int, list[float]] = {1: [], 2: []}
    (work / "warm.png").write_bytes(cheap_scans.png(0))
    number = 1_000_000
    with warm_pool(1, work / "warm.png") as one, warm_pool(2, work / "warm.png") as two:
        for turn in range(rounds):
            for workers, crew in ((1, one), (2, two)):
                folder = work / f"round-{turn}-{workers}"
                draw(folder, number, pages)
                number += pages
                rates[workers].append(pages / run(store, folder, crew, Quiet(0)))
                print(f"{workers} workers: {rates[workers][-1]:.2f} pages a second", flush=True)
    store.close()
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    return {"pages_a_second": rates, "ratios": ratios, "median_ratio": statistics.median(ratios)}


def memory(work: Path, scans: int, broken: int, *, replay: bool) -> dict[str, object]:
    draw(work / "scans", 0, scans, broken)
    store, watcher = open_store(str(work / "memory.db")), Memory()
    first = work / "scans" / "00000.png"
    with nullcontext(Crew(Replay(first), 1)) if replay else warm_pool(2, first) as crew:
        seconds = run(store, work / "scans", crew, watcher)
    with store.reading() as session:
        verdicts = session.scalar(sa.select(sa.func.count()).select_from(tables.Verdict))
        documents = session.scalar(sa.select(sa.func.count()).select_from(tables.Document))
        errors = session.scalar(sa.select(sa.func.count()).where(tables.Task.error.is_not(None)))
    store.close()
    grown = max(watcher.after.values()) - watcher.after[min(watcher.after)] if watcher.after else None
    return {
        "documents": documents,
        "verdicts": verdicts,
        "errors": errors,
        "replayed": replay,
        "seconds": round(seconds),
        "resident_mb": watcher.after,
        "grown_mb": grown,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=2000)
    parser.add_argument("--broken", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=40, help="scans of each round and number of workers")
    parser.add_argument("--replay", action="store_true", help="answer most pages with the report on one")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docscan-bench-") as folder:
        figures = {
            "throughput": throughput(Path(folder), options.rounds, options.pages) if options.rounds else None,
            "memory": memory(Path(folder), options.scans, options.broken, replay=options.replay)
            if options.scans
            else None,
        }
    print(json.dumps(figures, indent=1))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
