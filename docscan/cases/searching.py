"""Finding documents in the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

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
        .options(defer(tables.Document.report), defer(tables.Document.profile))
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
    for word in wanted.name.split():
        asked.append(sa.func.upper(table.name).contains(_as_printed(word), autoescape=True))
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
        asked.append(table.examined_at < (wanted.until + timedelta(days=1)).isoformat())
    if wanted.decided is not None:
        any_decision: Any = table.id.in_(sa.select(tables.Decision.document))
        asked.append(any_decision if wanted.decided else ~any_decision)
    if wanted.series is not None:
        members = sa.select(tables.SeriesMember.document).where(tables.SeriesMember.series == wanted.series)
        asked.append(table.id.in_(members))
    return asked


def _as_printed(word: str) -> str:
    return transliterate(word).replace("<", " ").strip() or word.upper()
