"""From a report to the rows of the store, in one change with the audit row that vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import audit, history, rows, tables
from docscan.cases.engines import Engine
from docscan.document import Decision
from docscan.report import Report, Source


class Saved(NamedTuple):
    document: int
    """Its number in the store."""
    new: bool
    """False where the store had it from this engine already: then nothing was changed."""
    outcome: Decision
    """Of the verdict that the store has."""


def save(
    session: Session,
    report: Report,
    engine: Engine,
    *,
    by: str,
    why: str = "",
    case: str = "",
    pages: int | None = None,
    profile: Mapping[str, Any] | None = None,
) -> Saved:
    """Keeps a report, once under (SHA-256, page, document, engine), within a writing session. Its number is looked up,
    and documents that have the same are told of it.

    `case` is the name of the case it belongs to besides those it is in; `pages` how many the file has. The picture is
    kept apart, and before (`store.pictures`).
    """
    document = find(session, report.source, engine)
    new = document is None
    if document is None:
        report = history.looked_up(session, report)
        document = _insert(session, report, engine, pages, profile)
        give_verdict(session, document, report, by=by, why=why)
        for other, amended in history.touched(session, report):
            give_verdict(session, other, amended, by=by, why=f"document {document} has the same number")
    if case:
        put_into(session, case, document)
    outcome = session.execute(sa.select(tables.Document.outcome).where(tables.Document.id == document)).scalar_one()
    return Saved(document, new, Decision(outcome))


def find(session: Session, source: Source, engine: Engine) -> int | None:
    """The number of a document that this engine examined before."""
    known = tables.Document
    return session.execute(
        sa.select(known.id).where(
            known.scan == source.sha256,
            known.page == source.page,
            known.number == source.document,
            known.engine == engine.id,
        )
    ).scalar()


def give_verdict(session: Session, document: int, report: Report, *, by: str, why: str = "") -> None:
    """Makes `report` the one on a document: its rows, its verdict, and the audit row that vouches for it."""
    text = rows.report_text(report)
    values = rows.document(report) | {"report": text}
    session.execute(sa.update(tables.Document).where(tables.Document.id == document).values(**values))
    for table, made in (
        (tables.Reading, rows.readings(report)),
        (tables.Finding, rows.findings(report)),
        (tables.Reason, rows.reasons(report)),
    ):
        session.execute(sa.delete(table).where(table.document == document))
        if made:
            session.execute(sa.insert(table), [{"document": document, **row} for row in made])
    verdict = {
        "outcome": str(report.verdict.outcome),
        "probability": report.verdict.probability,
        "operating_point": report.verdict.operating_point,
    }
    row = audit.append(
        session,
        "verdict",
        f"document {document}",
        by=by,
        why=why,
        details=verdict | {"scan": report.source.sha256},
        vouches=tables.digest(text),
    )
    session.execute(sa.insert(tables.Verdict).values(id=row, document=document, **verdict))


def open_case(session: Session, name: str) -> int:
    """The number of the case of that name, opened where there is none."""
    name = rows.storable(name)
    number = session.execute(sa.select(tables.Case.id).where(tables.Case.name == name)).scalar()
    if number is None:
        case = tables.Case(name=name, opened_at=tables.now())
        session.add(case)
        session.flush()
        number = case.id
    return number


def put_into(session: Session, case: str, document: int) -> None:
    number = open_case(session, case)
    if session.get(tables.CaseDocument, (number, document)) is None:
        session.add(tables.CaseDocument(case=number, document=document))
        session.flush()


def _insert(
    session: Session, report: Report, engine: Engine, pages: int | None, profile: Mapping[str, Any] | None
) -> int:
    source = report.source
    if session.get(tables.Scan, source.sha256) is None:
        path = rows.storable(source.path)
        scan = tables.Scan(sha256=source.sha256, kind=source.kind, path=path, pages=pages, added_at=tables.now())
        session.add(scan)
        session.flush()
    document = tables.Document(
        **rows.document(report),
        engine=engine.keep(session),
        examined_at=tables.now(),
        report=rows.report_text(report),
        profile=tables.canonical(dict(profile)) if profile is not None else None,
    )
    session.add(document)
    session.flush()
    return document.id
