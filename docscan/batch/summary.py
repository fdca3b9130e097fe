"""What a run came to: the page that an analyst reads in the morning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import tables
from docscan.cases.searching import report
from docscan.document import Decision
from docscan.errors import NoSuchRecord

_FIRST = 10


@dataclass(frozen=True)
class Look:
    """A document to look at first, and why."""

    document: int
    outcome: Decision
    probability: float
    state: str
    path: str
    page: int
    reason: str


@dataclass(frozen=True)
class Summary:
    run: int
    case: str
    started_at: str
    finished_at: str | None
    files: int
    pages: int
    documents: int
    errors: int
    outcomes: Mapping[Decision, int]
    states: Mapping[str, Counter[Decision]]
    """Issuing State -> outcomes, most documents first; "" where none was read."""
    reasons: Mapping[tuple[str, str], int]
    """(check, code) -> documents that were flagged for it, most first."""
    failures: Mapping[str, tuple[int, str]]
    """Class of error -> how many pages, and one of the sentences."""
    first: tuple[Look, ...]
    """What to look at first: what is listed, then what is likeliest forged."""

    @property
    def flagged(self) -> int:
        return self.outcomes.get(Decision.REFER, 0) + self.outcomes.get(Decision.SUSPECT, 0)


def documents_of(run: tables.Run) -> sa.Select[int]:
    """Numbers of the documents on the pages of a run."""
    document, task = tables.Document, tables.Task
    return (
        sa.select(document.id)
        .join(task, (task.scan == document.scan) & (task.page == document.page))
        .where(task.run == run.id, task.error.is_(None), document.engine == run.engine)
        .distinct()
    )


def run_of(session: Session, number: int) -> tables.Run:
    """Raises NoSuchRecord."""
    run = session.get(tables.Run, number)
    if run is None:
        raise NoSuchRecord(f"The store has no run {number}.")
    return run


def summary(session: Session, number: int) -> Summary:
    """Raises NoSuchRecord."""
    run = run_of(session, number)
    task = tables.Task
    mine = task.run == run.id
    members = documents_of(run)
    document = tables.Document
    by_state: dict[str, Counter[Decision]] = {}
    outcomes: Counter[Decision] = Counter()
    for state, outcome, count in session.execute(
        sa.select(document.state, document.outcome, sa.func.count())
        .where(document.id.in_(members))
        .group_by(document.state, document.outcome)
    ):
        by_state.setdefault(state, Counter())[Decision(outcome)] += count
        outcomes[Decision(outcome)] += count
    reason = tables.Reason
    flagged = document.outcome.in_((Decision.REFER, Decision.SUSPECT))
    reasons = session.execute(
        sa.select(reason.check, reason.code, sa.func.count(sa.distinct(reason.document)))
        .join(document, document.id == reason.document)
        .where(document.id.in_(members), flagged)
        .group_by(reason.check, reason.code)
        .order_by(sa.func.count(sa.distinct(reason.document)).desc(), reason.check)
    )
    failures = session.execute(
        sa.select(task.error, sa.func.count(), sa.func.min(task.message))
        .where(mine, task.error.is_not(None))
        .group_by(task.error)
        .order_by(sa.func.count().desc(), task.error)
    )
    case = session.get_one(tables.Case, run.case)
    return Summary(
        run=run.id,
        case=case.name,
        started_at=run.started_at,
        finished_at=run.finished_at,
        files=_count(session, sa.select(sa.func.count(sa.distinct(task.item))).where(mine)),
        pages=_count(session, sa.select(sa.func.count()).where(mine, task.error.is_(None))),
        documents=outcomes.total(),
        errors=_count(session, sa.select(sa.func.count()).where(mine, task.error.is_not(None))),
        outcomes=outcomes,
        states=dict(sorted(by_state.items(), key=lambda item: (-item[1].total(), item[0]))),
        reasons={(check, code): count for check, code, count in reasons},
        failures={str(error): (count, str(message)) for error, count, message in failures},
        first=_first(session, members),
    )


class Line(NamedTuple):
    """A run in the list of all."""

    run: int
    case: str
    started_at: str
    finished_at: str | None
    by: str
    pages: int
    errors: int


def all_runs(session: Session) -> list[Line]:
    """All runs, first to last."""
    run, task = tables.Run, tables.Task
    found = session.execute(
        sa.select(
            run.id,
            tables.Case.name,
            run.started_at,
            run.finished_at,
            run.by,
            sa.func.count(task.id) - sa.func.count(task.error),
            sa.func.count(task.error),
        )
        .join(tables.Case, tables.Case.id == run.case)
        .outerjoin(task, task.run == run.id)
        .group_by(run.id, tables.Case.name, run.started_at, run.finished_at, run.by)
        .order_by(run.id)
    )
    return [Line(*row) for row in found]


def as_json(found: Summary) -> dict[str, Any]:
    """For programs."""
    return {
        "run": found.run,
        "case": found.case,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "files": found.files,
        "pages": found.pages,
        "documents": found.documents,
        "errors": found.errors,
        "outcomes": {str(decision): found.outcomes.get(decision, 0) for decision in Decision},
        "states": {state: {str(d): n for d, n in counts.items()} for state, counts in found.states.items()},
        "reasons": [{"check": check, "code": code, "documents": n} for (check, code), n in found.reasons.items()],
        "failures": [{"class": e, "pages": n, "example": said} for e, (n, said) in found.failures.items()],
        "first": [vars(look) | {"outcome": str(look.outcome)} for look in found.first],
    }


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.execute(query).scalar_one()


def _first(session: Session, members: sa.Select[int]) -> tuple[Look, ...]:
    document = tables.Document
    listed = document.id.in_(sa.select(tables.Reason.document).where(tables.Reason.check == "history.watchlist"))
    found = session.scalars(
        sa.select(document)
        .where(document.id.in_(members), document.outcome.in_((Decision.REFER, Decision.SUSPECT)))
        .order_by(
            listed.desc(), (document.outcome == Decision.SUSPECT).desc(), document.probability.desc(), document.id
        )
        .limit(_FIRST)
    )
    return tuple(_look(one) for one in found)


def _look(found: tables.Document) -> Look:
    full = report(found)
    reasons = full.verdict.reasons
    listed = next((reason for reason in reasons if reason.check == "history.watchlist"), None)
    reason = listed or next(iter(reasons), None)
    return Look(
        document=found.id,
        outcome=Decision(found.outcome),
        probability=found.probability,
        state=found.state,
        path=full.source.path,
        page=found.page,
        reason=reason.message if reason else "No check stands out; all together are unusual.",
    )
