"""Counts over time by outcome, kind and State, the progress of batches, and the trail's wholeness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from docscan.cases import lessons, tables
from docscan.document import Decision
from docscan.web.rendering import page
from docscan.web.roles import Allow
from docscan.web.rooms import OVERSEERS
from docscan.web.state import state_of

router = APIRouter(prefix="/overview", dependencies=[Depends(Allow(*OVERSEERS))], include_in_schema=False)

DAYS, RUNS = 14, 20
_ORDER = (Decision.SUSPECT, Decision.REFER, Decision.UNREADABLE, Decision.CLEAR)


@dataclass(frozen=True)
class Bar:
    """One day, week or State: how many documents of each outcome, in the order in which they are stacked."""

    name: str
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.parts)


@dataclass(frozen=True)
class Progress:
    """A batch: how far it is."""

    number: int
    case: str
    started_at: str
    finished_at: str | None
    pages: int
    documents: int
    errors: int
    last_at: str | None


@router.get("")
async def overview(request: Request) -> Response:
    state = state_of(request)

    def read() -> dict[str, Any]:
        with state.store.reading() as session:
            kinds = Counter(truth.kind or truth.ruling for truth in lessons.truths(session))
            return {
                "days": _bars(session, sa.func.substr(tables.Document.examined_at, 1, 10), DAYS, latest=True),
                "states": _bars(session, tables.Document.state, 15),
                "kinds": kinds.most_common(),
                "runs": _runs(session),
            }

    parts = "overview_runs" if request.headers.get("hx-target") == "runs" else "overview"
    return await page(request, parts, **await run_in_threadpool(read))


def _bars(session: Session, by: Any, most: int, *, latest: bool = False) -> tuple[Bar, ...]:
    """The `most` largest groups, or the latest where they are days."""
    counted: dict[str, Counter[str]] = {}
    found = sa.select(by, tables.Document.outcome, sa.func.count()).group_by(by, tables.Document.outcome)
    for name, outcome, number in session.execute(found):
        counted.setdefault(name, Counter())[outcome] = number
    bars = [Bar(name, tuple((str(o), counts[str(o)]) for o in _ORDER)) for name, counts in counted.items()]
    if latest:
        return tuple(sorted(bars, key=lambda bar: bar.name)[-most:])
    return tuple(sorted(bars, key=lambda bar: (-bar.total, bar.name))[:most])


def _runs(session: Session) -> list[Progress]:
    run, task = tables.Run, tables.Task
    found = (
        sa.select(
            run.id,
            tables.Case.name,
            run.started_at,
            run.finished_at,
            sa.func.count(task.id),
            sa.func.coalesce(sa.func.sum(task.documents), 0),
            sa.func.count(task.error),
            sa.func.max(task.at),
        )
        .join(tables.Case, tables.Case.id == run.case)
        .outerjoin(task, task.run == run.id)
        .group_by(run.id, tables.Case.name, run.started_at, run.finished_at)
        .order_by(run.id.desc())
        .limit(RUNS)
    )
    return [Progress(*row) for row in session.execute(found)]
