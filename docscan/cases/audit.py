"""The audit trail: who did what, when and why, each row chained by hash to the one before it.

A row's hash covers its own content, its number and the hash of the row before; a verdict's report and a decision are
vouched for by the digest in their row. So a change anywhere shows, unless everything after it was made anew; and that
shows where a head that was written out elsewhere is no longer found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import tables
from docscan.cases.rows import storable


class Head(NamedTuple):
    """The last row of the trail."""

    row: int
    at: str
    hash: str


def append(
    session: Session,
    action: str,
    subject: str,
    *,
    by: str,
    why: str = "",
    details: Mapping[str, Any] | None = None,
    vouches: str = "",
) -> int:
    """Adds a row, within a writing session, and gives its number. `details` hold nothing about a holder."""
    last = head(session)
    number = last.row + 1 if last else 1
    row = {
        "id": number,
        "at": tables.now(),
        "by": storable(by),
        "action": action,
        "subject": subject,
        "why": storable(why),
        "details": tables.canonical(dict(details or {})),
        "vouches": vouches,
        "previous": last.hash if last else "",
    }
    session.execute(sa.insert(tables.Audit).values(**row, hash=row_hash(row)))
    return number


def head(session: Session) -> Head | None:
    """None in an empty trail."""
    last = session.execute(
        sa.select(tables.Audit.id, tables.Audit.at, tables.Audit.hash).order_by(tables.Audit.id.desc()).limit(1)
    ).first()
    return Head(*last) if last else None


def rows(session: Session, subject: str | None = None, *, limit: int) -> list[dict[str, Any]]:
    """The last rows, on one subject or all, in their order."""
    columns = tables.Audit.__table__.columns
    last = sa.select(*columns).order_by(columns["id"].desc()).limit(limit)
    if subject is not None:
        last = last.where(columns["subject"] == subject)
    return [dict(row) for row in reversed(session.execute(last).mappings().all())]


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over all columns but the hash itself."""
    return tables.digest(tables.canonical({name: value for name, value in row.items() if name != "hash"}))
