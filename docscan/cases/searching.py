"""Finding documents in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from docscan.cases import tables
from docscan.cases.rows import number_key
from docscan.document import Decision
from docscan.errors import NoSuchRecord
from docscan.icao import transliterate
from docscan.report import Report


@dataclass(frozen=True)
class Filter:
    """What a document must be to be listed; all that is given holds. Nothing given: every document."""

    case: str = ""
    """Name of a case."""
    state: str = ""
    """Issuing State, as the MRZ has it."""
    number: str = ""
    """Part of the document number; spaces and hyphens do not count."""
    name: str = ""
    """Words that are all in the name, in any order; accents are put as the MRZ puts them."""
    text: str = ""
    """Words of the name, or part of the number."""
    outcomes: frozenset[Decision] = frozenset()
    reason: str = ""
    """A check or a finding's code among the reasons of the verdict."""
    since: date | None = None
    """Examined on this day or later."""
    until: date | None = None
    """Examined on this day or earlier."""
    decided: bool | None = None
    """Whether a person has decided on it."""
    series: int | None = None


def documents(
    session: Session, wanted: Filter = Filter(), *, limit: int | None = None, offset: int = 0
) -> Iterator[tables.Document]:
    """The documents that fit, in order of their numbers, without their reports and profiles, which are fetched when
    they are asked for."""
    found = (
        sa.select(tables.Document)
        .where(*conditions(wanted))
        .order_by(tables.Document.id)
        .options(defer(tables.Document.report), defer(tables.Document.profile), joinedload(tables.Document.file))
        .limit(limit)
        .offset(offset)
        .execution_options(yield_per=500)
    )
    yield from session.scalars(found)


def count(session: Session, wanted: Filter = Filter()) -> int:
    return session.execute(sa.select(sa.func.count(tables.Document.id)).where(*conditions(wanted))).scalar_one()


def document(session: Session, number: int) -> tables.Document:
    """Raises NoSuchRecord."""
    found = session.get(tables.Document, number)
    if found is None:
        raise NoSuchRecord(f"The store has no document {number}.")
    return found


def report(found: tables.Document) -> Report:
    """The whole report on a document, as it was kept."""
    return Report.model_validate_json(found.report)


def line(found: tables.Document) -> dict[str, Any]:
    """What a list shows of a document."""
    return {
        "document": found.id,
        "outcome": found.outcome,
        "probability": found.probability,
        "state": found.state,
        "document_number": found.document_number,
        "name": found.name,
        "examined_at": found.examined_at,
        "path": found.file.path,
        "page": found.page,
    }


def record(session: Session, found: tables.Document) -> dict[str, Any]:
    """What is known of a document besides its report: its cases, every verdict and every decision, first to last."""
    cases = (
        sa.select(tables.Case.name)
        .join(tables.CaseDocument, tables.CaseDocument.case == tables.Case.id)
        .where(tables.CaseDocument.document == found.id)
        .order_by(tables.Case.name)
    )
    verdicts = (
        sa.select(tables.Verdict, tables.Audit)
        .join(tables.Audit, tables.Audit.id == tables.Verdict.id)
        .where(tables.Verdict.document == found.id)
        .order_by(tables.Verdict.id)
    )
    decisions = sa.select(tables.Decision).where(tables.Decision.document == found.id).order_by(tables.Decision.id)
    return {
        "document": found.id,
        "cases": list(session.scalars(cases)),
        "verdicts": [
            {
                "id": verdict.id,
                "at": row.at,
                "by": row.by,
                "why": row.why,
                "outcome": verdict.outcome,
                "probability": verdict.probability,
                "operating_point": verdict.operating_point,
            }
            for verdict, row in session.execute(verdicts)
        ],
        "decisions": [
            {
                "id": decision.id,
                "at": decision.at,
                "by": decision.by,
                "ruling": decision.ruling,
                "kind": decision.kind,
                "note": decision.note,
                "tags": json.loads(decision.tags),
            }
            for decision in session.scalars(decisions)
        ],
    }


def conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """The filter as conditions on `tables.Document`, for queries of one's own."""
    table = tables.Document
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.case:
        members = sa.select(tables.CaseDocument.document).join(tables.Case, tables.Case.id == tables.CaseDocument.case)
        asked.append(table.id.in_(members.where(tables.Case.name == wanted.case)))
    if wanted.state:
        asked.append(table.state == wanted.state.upper())
    if wanted.number:
        asked.append(table.number_key.contains(number_key(wanted.number), autoescape=True))
    if wanted.name:
        asked.append(_named(wanted.name))
    if wanted.text:
        key = number_key(wanted.text)
        of_number = [table.number_key.contains(key, autoescape=True)] if key else []
        asked.append(sa.or_(_named(wanted.text), *of_number))
    if wanted.outcomes:
        asked.append(table.outcome.in_(sorted(wanted.outcomes)))
    if wanted.reason:
        reasons = sa.select(tables.Reason.document).where(
            (tables.Reason.check == wanted.reason) | (tables.Reason.code == wanted.reason)
        )
        asked.append(table.id.in_(reasons))
    if wanted.since:
        asked.append(table.examined_at >= wanted.since.isoformat())
    if wanted.until:
        asked.append(table.examined_at < day_after(wanted.until))
    if wanted.decided is not None:
        any_decision: Any = table.id.in_(sa.select(tables.Decision.document))
        asked.append(any_decision if wanted.decided else ~any_decision)
    if wanted.series is not None:
        members = sa.select(tables.SeriesMember.document).where(tables.SeriesMember.series == wanted.series)
        asked.append(table.id.in_(members))
    return asked


def day_after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()


def _named(words: str) -> sa.ColumnElement[bool]:
    name = sa.func.upper(tables.Document.name)
    return sa.and_(*(name.contains(_as_printed(word), autoescape=True) for word in words.split()))


def _as_printed(word: str) -> str:
    return transliterate(word).replace("<", " ").strip() or word.upper()
