"""What the store knows of a run: where it stands, what is still to do, and keeping what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.batch.examining import Examined, Failed, Setup, Work
from docscan.batch.sources import Item
from docscan.cases import history, saving, searching, tables
from docscan.cases.engines import Engine
from docscan.cases.rows import storable
from docscan.document import Decision, Watchlist


@dataclass(frozen=True)
class Run:
    """One batch in the store."""

    id: int
    case: str
    engine: Engine
    as_of: date
    by: str
    resumed: bool


def begin(session: Session, sources: Sequence[str], engine: Engine, *, case: str, as_of: date, by: str) -> Run:
    """The run over these sources that was begun before and not finished, else a new one. A run that goes on asks
    validity as of the day on which it began."""
    source = tables.canonical([storable(path) for path in sources])
    number = saving.open_case(session, case)
    open_run = session.scalars(
        sa.select(tables.Run)
        .where(tables.Run.case == number, tables.Run.engine == engine.id, tables.Run.source == source)
        .where(tables.Run.finished_at.is_(None))
        .order_by(tables.Run.id.desc())
    ).first()
    if open_run is not None:
        return Run(open_run.id, case, engine, date.fromisoformat(open_run.as_of), by, resumed=True)
    run = tables.Run(
        case=number,
        engine=engine.keep(session),
        source=source,
        as_of=as_of.isoformat(),
        by=storable(by),
        started_at=tables.now(),
    )
    session.add(run)
    session.flush()
    return Run(run.id, case, engine, as_of, by, resumed=False)


def as_begun(setup: Setup, run: Run) -> Setup:
    """The setup with the day on which the run began."""
    return replace(setup, on=run.as_of)


def finish(session: Session, run: Run) -> None:
    session.execute(sa.update(tables.Run).where(tables.Run.id == run.id).values(finished_at=tables.now()))


@dataclass(frozen=True)
class Progress:
    """What is done of an item."""

    in_run: frozenset[int]
    """Pages that this run has done, or given up; 0 stands for all of a file that did not open."""
    elsewhere: frozenset[int]
    """Pages that another run with the same engine has done."""
    pages: int | None
    """How many it has, where that is known."""


def progress(session: Session, run: Run, item: Item, sha256: str | None) -> Progress:
    """What is done of an item, as long as its bytes are still the same."""
    task = tables.Task
    mine = session.execute(
        sa.select(task.page, task.pages).where(task.run == run.id, task.item == item.key, task.scan == sha256)
    ).all()
    done = session.execute(
        sa.select(task.page, task.pages)
        .join(tables.Run, tables.Run.id == task.run)
        .where(task.scan == sha256, task.error.is_(None), tables.Run.engine == run.engine.id)
    ).all()
    pages = next((pages for _, pages in (*mine, *done) if pages is not None), None)
    in_run = frozenset(page for page, _ in mine)
    return Progress(in_run, frozenset(page for page, _ in done) - in_run, pages)


def take_over(
    session: Session, run: Run, item: Item, page: int, sha256: str, watchlist: Watchlist | None = None
) -> list[Decision]:
    """Notes that a page need not be examined: its documents are in the store, and now also in this run's case. The
    watchlist may be another than it was: they are looked up in it."""
    document = tables.Document
    known = session.scalars(
        sa.select(document.id).where(document.scan == sha256, document.page == page, document.engine == run.engine.id)
    ).all()
    outcomes = []
    for number in known:
        saving.put_into(session, run.case, number)
        outcomes.append(_looked_up(session, run, number, watchlist))
    before = session.scalars(
        sa.select(tables.Task).where(tables.Task.scan == sha256, tables.Task.page == page, tables.Task.error.is_(None))
    ).first()
    _note(session, run, item, page, scan=sha256, pages=before.pages if before else None, documents=len(known))
    return outcomes


def _looked_up(session: Session, run: Run, number: int, watchlist: Watchlist | None) -> Decision:
    """The outcome of a document, after what the watchlist says of it now."""
    report = searching.report(searching.document(session, number))
    if watchlist is not None and (now := history.listed(report, watchlist)) != report:
        saving.give_verdict(session, number, now, by=run.by, why=f"run {run.id}, watchlist")
        return now.verdict.outcome
    return report.verdict.outcome


def keep(session: Session, run: Run, work: Work, found: Examined) -> list[Decision]:
    """A page that was examined: its documents, verdicts, audit rows and the task, in one change."""
    outcomes = []
    for report, profile in zip(found.reports, found.profiles, strict=True):
        saved = saving.save(
            session, report, run.engine, by=run.by, why=f"run {run.id}", case=run.case, pages=found.scan.pages,
            profile=profile,
        )  # fmt: skip
        outcomes.append(saved.outcome)
    _note(
        session, run, work.item, work.page, scan=found.scan.sha256, pages=found.scan.pages, documents=len(outcomes),
        seconds=found.seconds,
    )  # fmt: skip
    return outcomes


def give_up(session: Session, run: Run, item: Item, page: int, sha256: str | None, failed: Failed) -> None:
    """A page that could not be examined."""
    _note(session, run, item, page, scan=sha256, pages=failed.pages, failed=failed, seconds=failed.seconds)


def _note(
    session: Session,
    run: Run,
    item: Item,
    page: int,
    *,
    scan: str | None,
    pages: int | None,
    documents: int = 0,
    failed: Failed | None = None,
    seconds: float = 0.0,
) -> None:
    """One row a page; what a former content of the same file left is gone."""
    task = tables.Task
    former = (task.scan != scan) | task.scan.is_(None) if scan else task.scan.is_not(None)
    session.execute(
        sa.delete(task).where(task.run == run.id, task.item == item.key).where(former | (task.page == page))
    )
    session.add(
        task(
            run=run.id,
            item=item.key,
            page=page,
            path=storable(item.name),
            scan=scan,
            pages=pages,
            documents=documents,
            error=failed.error if failed else None,
            exit_code=failed.exit_code if failed else None,
            message=storable(failed.message) if failed else None,
            remedy=failed.remedy if failed else None,
            seconds=seconds,
            at=tables.now(),
        )
    )
    session.flush()
