"""Is the audit trail whole, and is everything in the store still what it vouches for?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from docscan.cases import audit, rows, tables
from docscan.cases.deciding import content_digest
from docscan.cases.store import Store
from docscan.errors import DamagedSource, NoSuchRecord
from docscan.report import Report


@dataclass
class Trail:
    """What the audit trail says of documents and decisions, gathered while it is read."""

    reports: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Document -> last row that vouches for its report, and the report's digest."""
    verdicts: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """Audit row -> document and what the verdict was."""
    decisions: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Audit row -> document and the decision's digest."""
    purged: set[int] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)
    """Of the rows whose number and place are right."""


def verify(session: Session, heads: Sequence[str] = ()) -> Iterator[str]:
    """A sentence on everything that was changed, removed, added or put elsewhere; nothing where all is whole.

    `heads` are hashes that were written out before (`audit.head`): each must still be in the trail.
    """
    trail = Trail()
    yield from _chain(session, trail)
    for head in heads:
        if head.lower() not in trail.hashes:
            yield f"The head {head[:12]}... is not in the audit trail: rows were cut off, or the trail was made anew."
    yield from _verdicts(session, trail)
    yield from _decisions(session, trail)
    yield from _documents(session, trail)


def verify_pictures(store: Store) -> Iterator[str]:
    """A sentence on every scan whose picture is missing or was changed; reads all of them."""
    with store.reading() as session:
        scans = session.scalars(sa.select(tables.Scan.sha256).order_by(tables.Scan.sha256)).all()
    for sha256 in scans:
        try:
            store.pictures.verified(sha256)
        except (NoSuchRecord, DamagedSource) as error:
            yield str(error)


def _chain(session: Session, trail: Trail) -> Iterator[str]:
    expected, previous = 1, ""
    columns = tables.Audit.__table__.columns
    found = session.execute(sa.select(*columns).order_by(columns["id"]).execution_options(yield_per=1000))
    for row in found.mappings():
        number = row["id"]
        if number > expected:
            last = f" to {number - 1}" if number - 1 > expected else ""
            yield f"Audit row {expected}{last} is missing."
        if audit.row_hash(dict(row)) != row["hash"]:
            yield f"Audit row {number} was changed."
        elif row["previous"] != previous and number == expected:
            yield f"Audit row {number} does not follow row {number - 1}: one of them was changed and hashed anew."
        else:
            trail.hashes.add(row["hash"])
        expected, previous = number + 1, row["hash"]
        yield from _gather(row, trail)


def _gather(row: sa.RowMapping, trail: Trail) -> Iterator[str]:
    """Notes what the row vouches for; a row that was changed may hold anything."""
    number, action = row["id"], row["action"]
    try:
        details = json.loads(row["details"])
        if action == "purge":
            trail.purged.update(details["documents"])
        if action not in ("verdict", "decision", "override"):
            return
        document = int(row["subject"].removeprefix("document "))
        if action == "verdict":
            trail.reports[document] = number, row["vouches"]
            trail.verdicts[number] = document, {k: details[k] for k in ("outcome", "probability", "operating_point")}
        else:
            trail.decisions[number] = document, row["vouches"]
    except (ValueError, KeyError, TypeError):
        yield f"Audit row {number} cannot be understood."


def _verdicts(session: Session, trail: Trail) -> Iterator[str]:
    for verdict in session.scalars(sa.select(tables.Verdict).execution_options(yield_per=1000)):
        document, said = trail.verdicts.pop(verdict.id, (0, {}))
        if not document:
            yield f"Verdict {verdict.id} on document {verdict.document} is not in the audit trail."
        elif document != verdict.document or any(getattr(verdict, name) != value for name, value in said.items()):
            yield f"Verdict {verdict.id} on document {document} was changed."
    for number, (document, _) in trail.verdicts.items():
        if document not in trail.purged:
            yield f"Verdict {number} on document {document} was removed."


def _decisions(session: Session, trail: Trail) -> Iterator[str]:
    columns = tables.Decision.__table__.columns
    for row in session.execute(sa.select(*columns)).mappings():
        content = dict(row)
        number = content.pop("id")
        document, vouched = trail.decisions.pop(number, (0, ""))
        if not document:
            yield f"Decision {number} on document {content['document']} is not in the audit trail."
        elif content_digest(content) != vouched:
            yield f"Decision {number} on document {document} was changed."
    for number, (document, _) in trail.decisions.items():
        if document not in trail.purged:
            yield f"Decision {number} on document {document} was removed."


def _documents(session: Session, trail: Trail) -> Iterator[str]:
    present = set()
    for found in session.scalars(sa.select(tables.Document).execution_options(yield_per=100)):
        present.add(found.id)
        row, vouched = trail.reports.get(found.id, (0, ""))
        if not row:
            yield f"Document {found.id} is not in the audit trail."
            continue
        if tables.digest(found.report) != vouched:
            yield f"The report on document {found.id} was changed: it is not the one of audit row {row}."
        yield from _derived(session, found)
        session.expunge(found)
    for document in trail.reports:
        if document not in present and document not in trail.purged:
            yield f"Document {document} was removed."


def _derived(session: Session, found: tables.Document) -> Iterator[str]:
    """What is searched for must still be what the report says."""
    try:
        report = Report.model_validate_json(found.report)
    except ValidationError:
        yield f"The report on document {found.id} cannot be understood."
        return
    for name, value in rows.document(report).items():
        if getattr(found, name) != value:
            yield f"The {name.replace('_', ' ')} of document {found.id} was changed: its report says something else."
    for what, table, expected in (
        ("Reading", tables.Reading, rows.readings(report)),
        ("Finding", tables.Finding, rows.findings(report)),
        ("Reason", tables.Reason, rows.reasons(report)),
    ):
        kept = {row["position"]: dict(row) for row in _of_document(session, table, found.id)}
        for row in expected:
            position = row["position"]
            there = kept.pop(position, None)
            if there is None:
                yield f"{what} {position} of document {found.id} was removed."
            elif there != {"document": found.id, **row}:
                yield f"{what} {position} of document {found.id} was changed."
        for position in kept:
            yield f"{what} {position} of document {found.id} was added."


def _of_document(session: Session, table: type[tables.Base], document: int) -> Sequence[sa.RowMapping]:
    columns = table.__table__.columns
    return session.execute(sa.select(*columns).where(columns["document"] == document)).mappings().all()
