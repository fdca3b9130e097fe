"""Forgetting documents: everything that is known of their holders goes, and that it went is kept."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import audit, tables
from docscan.cases.searching import Filter, conditions
from docscan.cases.store import Store
from docscan.errors import UsageError

_AT_ONCE = 500
"""Documents of one change, and of one row of the audit trail."""
_FORGOTTEN = "(purged)"


def purge(store: Store, wanted: Filter, *, by: str, why: str) -> int:
    """Removes the documents that fit, with their readings, findings, verdicts, decisions, links and pictures, and gives
    their number. The audit trail keeps that they were removed, when, by whom and why, and stays whole.

    Raises UsageError without a reason, or for a filter that fits everything.
    """
    if not why.strip():
        raise UsageError("A purge needs a reason, for the audit trail.")
    if wanted == Filter():
        raise UsageError("Say which documents are to be purged.")
    removed = 0
    while True:
        with store.writing() as session:
            found = session.scalars(
                sa.select(tables.Document.id).where(*conditions(wanted)).order_by(tables.Document.id).limit(_AT_ONCE)
            ).all()
            if not found:
                break
            pictures = _remove(session, found)
            audit.append(session, "purge", "documents", by=by, why=why, details={"documents": list(found)})
        for sha256 in pictures:  # once the store no longer speaks of them
            store.pictures.drop(sha256)
        removed += len(found)
    store.tidy()
    return removed


def _remove(session: Session, documents: Sequence[int]) -> list[str]:
    """The digests of scans that no other document is on."""
    document, scan, task = tables.Document, tables.Scan, tables.Task
    scans = session.scalars(sa.select(document.scan).where(document.id.in_(documents)).distinct()).all()
    session.execute(sa.delete(document).where(document.id.in_(documents)))
    still = set(session.scalars(sa.select(document.scan).where(document.scan.in_(scans)).distinct()))
    gone = [sha256 for sha256 in scans if sha256 not in still]
    # The run keeps that it had a page there; the name of a file may be that of a person.
    session.execute(sa.update(task).where(task.scan.in_(gone)).values(scan=None, path=_FORGOTTEN))
    session.execute(sa.delete(scan).where(scan.sha256.in_(gone)))
    return gone
