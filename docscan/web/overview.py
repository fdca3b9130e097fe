"""Counts over time by outcome, kind and State, the progress of batches, and the trail's wholeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from docscan.cases import lessons, tables
from docscan.cases.deciding import Fraud
from docscan.document import Decision
from docscan.web import desk
from docscan.web.rendering import page
from docscan.web.roles import Allow
from docscan.web.rooms import OVERSEERS
from docscan.web.state import state_of

router = APIRouter(prefix="/overview", dependencies=[Depends(Allow(*OVERSEERS))], include_in_schema=False)

PERIODS, RUNS = 14, 20
_LENGTHS = {"day": 10, "month": 7}
"""Of a date's text that tells the period."""
_ORDER = (Decision.SUSPECT, Decision.REFER, Decision.UNREADABLE, Decision.CLEAR)


@dataclass(frozen=True)
class Bar:
    """One day, month or State: how many documents of each outcome, in the order in which they are stacked."""

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
async def overview(request: Request, period: str = "day", state: str = "", kind: str = "") -> Response:
    """All documents, or those of one State, or of one kind as reviewers decided."""
    store = state_of(request).store
    length = _LENGTHS.get(period, _LENGTHS["day"])

    def read() -> dict[str, Any]:
        with store.reading() as session:
            document = tables.Document
            of_state = [document.state == state] if state else []
            decided = [(truth.document, truth.kind or truth.ruling) for truth in lessons.truths(session, of_state)]
            of_kind = [document.id.in_([number for number, of in decided if of == kind])] if kind else []
            chosen = [*of_state, *of_kind]
            return {
                "times": _bars(session, sa.func.substr(document.examined_at, 1, length), chosen, PERIODS, latest=True),
                "states": _bars(session, document.state, chosen, 15),
                "kinds": Counter(of for _, of in decided).most_common(),
                "runs": _runs(session),
                "all_states": desk.states(session),
            }

    parts = "overview_runs" if request.headers.get("hx-target") == "runs" else "overview"
    shown = await run_in_threadpool(read)
    return await page(request, parts, period=period, state=state, kind=kind, all_kinds=("genuine", *Fraud), **shown)


def _bars(
    session: Session, by: Any, chosen: Sequence[sa.ColumnElement[bool]], most: int, *, latest: bool = False
) -> tuple[Bar, ...]:
    """The `most` largest groups of the documents that are chosen, or the latest where they are times."""
    counted: dict[str, Counter[str]] = {}
    outcome_of = tables.Document.outcome
    found = sa.select(by, outcome_of, sa.func.count()).where(*chosen).group_by(by, outcome_of)
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
