"""What lies on the review desk: documents that fit a filter, and how far persons have decided on each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from docscan.cases import deciding, searching, tables
from docscan.cases.deciding import Ruling
from docscan.cases.searching import Filter
from docscan.document import Decision

PAGE = 24
"""Documents on one page of the grid."""
FLAGGED = frozenset({Decision.REFER, Decision.SUSPECT})


class Standing(StrEnum):
    """How far persons have decided."""

    OPEN = "open"
    SECOND = "second"
    """Called genuine against the verdict, by one reviewer: another must agree."""
    DISAGREED = "disagreed"
    DECIDED = "decided"


@dataclass(frozen=True)
class View:
    """What the grid is asked for, as its address says it."""

    wanted: Filter
    standing: Standing | None = None
    page: int = 1

    @classmethod
    def of(cls, query: str) -> View:
        """From an address; nothing in it means what is flagged and open. What cannot be understood is left out: an
        address may be years old."""
        asked = parse_qs(query, keep_blank_values=True)

        def one(name: str) -> str:
            return (asked.get(name) or [""])[0].strip()[:64]

        outcomes = frozenset(Decision(text) for text in asked.get("outcome", ()) if text in set(Decision))
        return cls(
            Filter(
                case=one("case"),
                state=one("state"),
                number=one("number"),
                name=one("name"),
                outcomes=outcomes or (FLAGGED if not asked else frozenset()),
                reason=one("reason"),
                since=_day(one("since")),
                until=_day(one("until")),
                series=int(one("series")) if one("series").isdecimal() else None,
            ),
            Standing(one("standing")) if one("standing") in set(Standing) else (Standing.OPEN if not asked else None),
            max(1, int(one("page"))) if one("page").isdecimal() else 1,
        )

    def query(self, **changed: object) -> str:
        """The same as an address has it."""
        wanted = self.wanted
        parts: list[tuple[str, str]] = [("outcome", str(outcome)) for outcome in sorted(wanted.outcomes)]
        named = {
            "case": wanted.case,
            "state": wanted.state,
            "number": wanted.number,
            "name": wanted.name,
            "reason": wanted.reason,
            "since": wanted.since,
            "until": wanted.until,
            "series": wanted.series,
            "standing": self.standing,
        } | changed
        parts += [(name, str(value)) for name, value in named.items() if value not in ("", None)]
        return urlencode(parts or [("outcome", "")])


@dataclass(frozen=True)
class Entry:
    """One document on the desk."""

    document: tables.Document
    standing: Standing
    rulings: tuple[tuple[str, str], ...]
    """Who holds what now."""
    reason: str
    """Code of the gravest reason; empty where there is none."""


def count(session: Session, view: View, *, two_reviewers: bool) -> int:
    return session.execute(
        sa.select(sa.func.count(tables.Document.id)).where(*_conditions(view, two_reviewers))
    ).scalar_one()


def counts(session: Session, view: View, *, two_reviewers: bool) -> dict[str, int]:
    """Documents of each outcome, whatever outcome the filter asks for."""
    of_any = replace(view, wanted=replace(view.wanted, outcomes=frozenset()))
    found = sa.select(tables.Document.outcome, sa.func.count()).where(*_conditions(of_any, two_reviewers))
    known = {row[0]: row[1] for row in session.execute(found.group_by(tables.Document.outcome))}
    return {str(outcome): known.get(str(outcome), 0) for outcome in Decision}


def entries(session: Session, view: View, *, two_reviewers: bool) -> list[Entry]:
    """One page of the grid, the likeliest forgeries first."""
    found = (
        sa.select(tables.Document)
        .where(*_conditions(view, two_reviewers))
        .order_by(tables.Document.probability.desc(), tables.Document.id)
        .options(defer(tables.Document.report), defer(tables.Document.profile))
        .limit(PAGE)
        .offset((view.page - 1) * PAGE)
    )
    documents = list(session.scalars(found))
    numbers = [document.id for document in documents]
    rulings, reasons = _rulings(session, numbers), _reasons(session, numbers)
    return [
        Entry(d, standing(d.outcome, rulings[d.id], two_reviewers), tuple(rulings[d.id].items()), reasons.get(d.id, ""))
        for d in documents
    ]


def following(session: Session, view: View, after: int, by: str, *, two_reviewers: bool) -> int | None:
    """The next document of the view on which this person has no ruling."""
    latest = _standing_rows().subquery()
    mine = sa.select(latest.c.document).where(latest.c.by == by)
    found = (
        sa.select(tables.Document.id)
        .where(*_conditions(view, two_reviewers), tables.Document.id != after, tables.Document.id.not_in(mine))
        .order_by(tables.Document.probability.desc(), tables.Document.id)
        .limit(1)
    )
    return session.execute(found).scalar()


def standing(outcome: str, rulings: Mapping[str, str], two_reviewers: bool) -> Standing:
    """`rulings`: person -> what they hold now."""
    if not rulings:
        return Standing.OPEN
    if len(set(rulings.values())) > 1:
        return Standing.DISAGREED
    against = outcome == Decision.SUSPECT and Ruling.GENUINE in rulings.values()
    return Standing.SECOND if two_reviewers and against and len(rulings) < 2 else Standing.DECIDED


def history(session: Session, document: int) -> list[tuple[tables.Decision, list[str]]]:
    """All decisions on a document with their tags, first to last."""
    return [(decision, json.loads(decision.tags)) for decision in deciding.decisions(session, document)]


def states(session: Session) -> list[str]:
    """Issuing States of the documents in the store."""
    return list(session.scalars(sa.select(tables.Document.state).distinct().order_by(tables.Document.state)))


def reasons(session: Session) -> list[str]:
    """Checks that gave a reason on some document."""
    return list(session.scalars(sa.select(tables.Reason.check).distinct().order_by(tables.Reason.check)))


def siblings(session: Session, document: int) -> list[int]:
    """Other documents to compare it with: those of its series, else of its template, the nearest numbers first."""
    own = session.get_one(tables.Document, document)
    series = sa.select(tables.SeriesMember.series).where(tables.SeriesMember.document == document)
    members = sa.select(tables.SeriesMember.document).where(tables.SeriesMember.series.in_(series))
    table = tables.Document
    near = sa.func.abs(table.id - document)
    found = sa.select(table.id).where(table.id.in_(members), table.id != document).order_by(near).limit(20)
    same = list(session.scalars(found))
    if not same and own.template:
        found = sa.select(table.id).where(table.template == own.template, table.id != document).order_by(near).limit(20)
        same = list(session.scalars(found))
    return same


def _conditions(view: View, two_reviewers: bool) -> list[sa.ColumnElement[bool]]:
    found = searching.conditions(view.wanted)
    if view.standing is None:
        return found
    latest = _standing_rows().subquery()
    table = tables.Document
    ruled = sa.select(latest.c.document)
    torn = ruled.group_by(latest.c.document).having(sa.func.count(latest.c.ruling.distinct()) > 1)
    alone = ruled.group_by(latest.c.document).having(
        sa.func.count() == 1, sa.func.min(latest.c.ruling) == str(Ruling.GENUINE)
    )
    second = table.id.in_(alone) & (table.outcome == str(Decision.SUSPECT)) if two_reviewers else sa.false()
    by_standing: dict[Standing, sa.ColumnElement[bool]] = {
        Standing.OPEN: table.id.not_in(ruled),
        Standing.DISAGREED: table.id.in_(torn),
        Standing.SECOND: second,
        Standing.DECIDED: table.id.in_(ruled) & table.id.not_in(torn) & ~second,
    }
    return [*found, by_standing[view.standing]]


def _standing_rows() -> sa.Select[int, str, str]:
    """Each person's last decision on each document, where it was not withdrawn."""
    table = tables.Decision
    last = sa.select(sa.func.max(table.id)).group_by(table.document, table.by)
    return sa.select(table.document, table.by, table.ruling).where(
        table.id.in_(last), table.ruling != str(Ruling.WITHDRAWN)
    )


def _rulings(session: Session, documents: Sequence[int]) -> defaultdict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in session.execute(_standing_rows().where(tables.Decision.document.in_(documents))):
        found[row[0]][row[1]] = row[2]
    return found


def _reasons(session: Session, documents: Sequence[int]) -> dict[int, str]:
    table = tables.Reason
    found = sa.select(table.document, table.check).where(table.document.in_(documents), table.position == 1)
    return {row[0]: row[1] for row in session.execute(found)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
