"""What the store knows of a number, and telling the documents that share one of each other.

Documents of one number point at each other whichever came first: when one is saved, those before it are amended. So the
store says the same in the end, whatever the order in which a batch got to its pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan import icao, judging
from docscan.cases import tables
from docscan.cases.rows import number_key
from docscan.cases.store import Store
from docscan.checks.history_number import HistoryNumber, is_sure
from docscan.checks.history_watchlist import HistoryWatchlist
from docscan.document import (
    Document,
    Examination,
    Face,
    FieldReading,
    Finding,
    History,
    MrzReading,
    NotDone,
    Outcome,
    Reading,
    Sighting,
    Watchlist,
)
from docscan.report import Report, Source
from docscan.templates.likeness import bits_apart


@dataclass(frozen=True, eq=False)
class Known:
    """A `docscan.document.History`: the store, as a session sees it."""

    session: Session
    apart_from: Source | None = None
    """A document that is not to be held against itself, whichever engine examined it."""

    def with_number(self, state: str, number: str) -> Sequence[Sighting]:
        return [_sighting(document) for document in self.documents(state, number)]

    def portraits_near(self, hash: str, bits: int) -> Sequence[tuple[Sighting, str]]:
        table = tables.Document
        # PostgreSQL has to be told that the text is JSON; SQLite takes it as it is.
        postgresql = self.session.get_bind().dialect.name == "postgresql"
        kept: Any = (sa.cast if postgresql else sa.type_coerce)(table.profile, sa.JSON)
        last = sa.select(sa.func.max(table.id)).group_by(table.scan, table.page, table.number)
        hashes = sa.select(table.id, kept["portrait"]["hash"].as_string().label("hash")).where(
            table.profile.is_not(None), table.id.in_(last)
        )
        near = [row.id for row in self.session.execute(hashes) if row.hash and bits_apart(row.hash, hash) <= bits]
        found = self.session.scalars(sa.select(table).where(table.id.in_(near)).order_by(table.id))
        return [(_sighting(one), json.dumps(json.loads(one.profile or "{}")["portrait"])) for one in found]

    def documents(self, state: str, number: str) -> list[tables.Document]:
        """Of a document that several engines examined, the last one's record."""
        table = tables.Document
        same = sa.select(sa.func.max(table.id)).where(table.state == state, table.number_key == number_key(number))
        if self.apart_from:
            source = self.apart_from
            same = same.where(
                ~sa.and_(table.scan == source.sha256, table.page == source.page, table.number == source.document)
            )
        same = same.group_by(table.scan, table.page, table.number)
        return list(self.session.scalars(sa.select(table).where(table.id.in_(same)).order_by(table.id)))


@dataclass(frozen=True, eq=False)
class InStore:
    """A `docscan.document.History`: the store as it is when it is asked."""

    store: Store

    def with_number(self, state: str, number: str) -> Sequence[Sighting]:
        with self.store.reading() as session:
            return Known(session).with_number(state, number)

    def portraits_near(self, hash: str, bits: int) -> Sequence[tuple[Sighting, str]]:
        with self.store.reading() as session:
            return Known(session).portraits_near(hash, bits)


def looked_up(session: Session, report: Report) -> Report:
    """The report with the answer of `history.number` as the store has it now, and the verdict that follows."""
    (finding,) = HistoryNumber()(examination(report, Known(session, apart_from=report.source)))
    return _amended(report, finding)


def touched(session: Session, report: Report) -> Iterator[tuple[int, Report]]:
    """The documents that share the number of a report that was saved, with their reports where those now say more."""
    number, state = _number(report)
    if not number:
        return
    for document in Known(session, apart_from=report.source).documents(state, number):
        before = Report.model_validate_json(document.report)
        after = looked_up(session, before)
        if after != before:
            yield document.id, after


def listed(report: Report, watchlist: Watchlist) -> Report:
    """The report with the answer of `history.watchlist` as the list has it now, and the verdict that follows."""
    (finding,) = HistoryWatchlist()(examination(report, watchlist=watchlist))
    return _amended(report, finding)


def _amended(report: Report, finding: Finding) -> Report:
    """The report with one check's answer put in the place of its former one."""
    others = [known.check for known in report.findings]
    place = others.index(finding.check) if finding.check in others else len(others)
    findings = (*report.findings[:place], finding, *report.findings[place + 1 :])
    return report.model_copy(
        update={
            "findings": findings,
            "verdict": judging.amend(report.verdict, finding),
            "not_done": tuple(
                NotDone(check=f.check, code=f.code, message=f.message)
                for f in findings
                if f.outcome is Outcome.NOT_DONE
            ),
        }
    )


def _number(report: Report) -> tuple[str, str]:
    if report.mrz is None:
        return "", ""
    read = icao.parse(report.mrz.lines, report.mrz.format)
    return read.document_number, read.value("issuing_state")


def examination(report: Report, history: History | None = None, watchlist: Watchlist | None = None) -> Examination:
    """What a report still knows of an examination: all that is written, and where; no pixels, no template."""
    record = report.mrz
    mrz = None
    if record is not None:
        mrz = MrzReading(
            engine=record.engine,
            format=record.format,
            lines=record.lines,
            symbols=record.symbols,
            face=record.face,
            box=record.box,
        )
    faces = tuple(
        Face(
            pixels=np.broadcast_to(np.uint8(0), (face.height, face.width, 3)),
            ppmm=face.ppmm,
            to_page=np.array(face.to_page, dtype=np.float64),
            quality=face.quality,
            edges_seen=face.edges_seen,
        )
        for face in report.faces
    )
    fields: tuple[FieldReading, ...] = tuple(row.reading for row in report.fields if row.reading is not None)
    return Examination(
        Document(faces, report.format),
        Reading(mrz=mrz, fields=fields),
        None,
        on=date.min,
        history=history,
        watchlist=watchlist,
    )


def _sighting(document: tables.Document) -> Sighting:
    return Sighting(
        document=document.id,
        type=document.type,
        name=document.name,
        date_of_birth=document.date_of_birth,
        date_of_expiry=document.date_of_expiry,
        sure=is_sure(examination(Report.model_validate_json(document.report))),
    )
