"""Lessons: reviewed documents to learn from, the answers that were given, and how good they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from docscan.cases import audit, deciding, tables
from docscan.cases.deciding import Ruling
from docscan.cases.rows import storable
from docscan.document import Decision
from docscan.errors import NoSuchRecord, UsageError

MOST = 200
"""Documents of one lesson."""
_FLAGGED = (str(Decision.REFER), str(Decision.SUSPECT))


@dataclass(frozen=True)
class Truth:
    """What the reviewers hold, all of one mind."""

    document: int
    ruling: str
    kind: str


@dataclass(frozen=True)
class Score:
    """How often somebody, or the program, was right."""

    name: str
    documents: int
    right: int
    kinds: int
    kinds_right: int
    places: int
    places_right: int
    program_right: int
    """On the same documents: flagged where forged, clear where genuine."""


def truths(session: Session, conditions: Sequence[sa.ColumnElement[bool]] = ()) -> list[Truth]:
    """Documents that every reviewer who decided on them holds forged, or genuine; the latest decided first."""
    table = tables.Decision
    decided = sa.select(table.document).join(tables.Document, tables.Document.id == table.document).where(*conditions)
    latest = decided.group_by(table.document).order_by(sa.func.max(table.id).desc())
    found = []
    for document in session.scalars(latest):
        standing = deciding.standing(session, document)
        rulings = {decision.ruling for decision in standing}
        if len(rulings) == 1 and rulings <= {str(Ruling.FORGED), str(Ruling.GENUINE)}:
            kind = next((decision.kind for decision in reversed(standing) if decision.kind), "")
            found.append(Truth(document, rulings.pop(), kind))
    return found


def make(session: Session, name: str, chosen: Sequence[Truth], *, by: str) -> int:
    """Keeps a lesson, not yet open to trainees, and gives its number. Raises UsageError where nothing was chosen."""
    if not chosen:
        raise UsageError("No reviewed document fits, so there is nothing to learn from.")
    lesson = tables.Lesson(name=storable(name)[:120] or "-", by=by, made_at=tables.now(), is_open=False)
    session.add(lesson)
    session.flush()
    for position, truth in enumerate(chosen[:MOST], start=1):
        session.add(
            tables.LessonItem(
                lesson=lesson.id,
                position=position,
                document=truth.document,
                ruling=truth.ruling,
                kind=truth.kind,
            )
        )
    documents = [truth.document for truth in chosen[:MOST]]
    audit.append(session, "lesson", f"lesson {lesson.id}", by=by, details={"documents": documents})
    return lesson.id


def lesson(session: Session, number: int) -> tables.Lesson:
    """Raises NoSuchRecord."""
    found = session.get(tables.Lesson, number)
    if found is None:
        raise NoSuchRecord(f"The store has no lesson {number}.")
    return found


def items(session: Session, number: int) -> list[tables.LessonItem]:
    """What is left of a lesson: purged documents are in none."""
    table = tables.LessonItem
    return list(session.scalars(sa.select(table).where(table.lesson == number).order_by(table.position)))


def item(session: Session, number: int, position: int) -> tables.LessonItem:
    """Raises NoSuchRecord."""
    found = session.get(tables.LessonItem, (number, position))
    if found is None:
        raise NoSuchRecord(f"The lesson has no document {position}.")
    return found


def answers(session: Session, number: int, account: int) -> dict[int, tables.QuizAnswer]:
    """An account's answers, by position."""
    table = tables.QuizAnswer
    found = sa.select(table).where(table.lesson == number, table.account == account)
    return {answer.position: answer for answer in session.scalars(found)}


def answer(
    session: Session,
    asked: tables.LessonItem,
    account: int,
    *,
    ruling: Ruling,
    kind: str,
    place: tuple[int, float, float] | None,
    place_is_right: bool | None,
) -> None:
    """Keeps an answer; a second one to the same question changes nothing."""
    table = tables.QuizAnswer
    asked_before = sa.select(table.id).where(
        table.lesson == asked.lesson, table.position == asked.position, table.account == account
    )
    if session.execute(asked_before).scalar() is not None:
        return
    forged = asked.ruling == Ruling.FORGED
    face, x, y = place or (None, None, None)
    session.add(
        table(
            lesson=asked.lesson,
            position=asked.position,
            account=account,
            at=tables.now(),
            ruling=str(ruling),
            kind=kind,
            face=face,
            x=x,
            y=y,
            is_right=ruling == asked.ruling,
            kind_is_right=kind == asked.kind if forged and asked.kind else None,
            place_is_right=place_is_right if forged else None,
        )
    )


def scores(session: Session, number: int | None = None, account: int | None = None) -> list[Score]:
    """By person, the best first: of one lesson or all."""
    return _scores(session, tables.Account.name, number, account)


def scores_by_kind(session: Session, number: int | None = None, account: int | None = None) -> list[Score]:
    """By kind of fraud; genuine documents are a kind of their own."""
    kind = sa.case((tables.LessonItem.kind != "", tables.LessonItem.kind), else_=tables.LessonItem.ruling)
    return _scores(session, kind, number, account)


def _scores(
    session: Session, by: sa.ColumnElement[str] | InstrumentedAttribute[str], number: int | None, account: int | None
) -> list[Score]:
    answered, item, document = tables.QuizAnswer, tables.LessonItem, tables.Document
    flagged = document.outcome.in_(_FLAGGED)
    forged = item.ruling == str(Ruling.FORGED)

    def many(holds: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((holds, 1), else_=0))

    found = (
        sa.select(
            by,
            sa.func.count(),
            many(answered.is_right.is_(True)),
            many(answered.kind_is_right.is_not(None)),
            many(answered.kind_is_right.is_(True)),
            many(answered.place_is_right.is_not(None)),
            many(answered.place_is_right.is_(True)),
            many((forged & flagged) | (~forged & ~flagged)),
        )
        .join(item, (item.lesson == answered.lesson) & (item.position == answered.position))
        .join(document, document.id == item.document)
        .join(tables.Account, tables.Account.id == answered.account)
        .group_by(by)
        .order_by(sa.desc(many(answered.is_right.is_(True)) * 1.0 / sa.func.count()), by)
    )
    if number is not None:
        found = found.where(answered.lesson == number)
    if account is not None:
        found = found.where(answered.account == account)
    return [Score(*row) for row in session.execute(found)]
