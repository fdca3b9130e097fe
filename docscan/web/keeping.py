"""From a result at the checkpoint to documents in the case store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from docscan.cases import audit, failures, saving
from docscan.cases.engines import Engine
from docscan.reporting.page import Referral, Sheet
from docscan.web.results import Result
from docscan.web.state import State

REFERRED = "Referred at the checkpoint"
EXAMINED = "Examined at the checkpoint"
"""Names of the cases that hold them."""


def refer(state: State, result: Result, sheet: Sheet, *, by: str, note: str) -> Referral:
    """Keeps the document and its scan, and writes into the audit trail who referred it and why."""
    _keep_scan(state, result, sheet)
    with state.store.writing() as session:
        number = _save(session, state, sheet, by=by, case=REFERRED)
        audit.append(session, "referral", f"document {number}", by=by, why=note)
    return Referral(document=number, by=by, at=f"{datetime.now():%Y-%m-%d %H:%M}", note=note)


def keep(state: State, result: Result, *, by: str) -> None:
    """Keeps all documents of a result."""
    for sheet in result.sheets:
        _keep_scan(state, result, sheet)
    with state.store.writing() as session:
        for sheet in result.sheets:
            _save(session, state, sheet, by=by, case=EXAMINED)


def _keep_scan(state: State, result: Result, sheet: Sheet) -> None:
    with result.scan.open("rb") as scan, failures.explained(state.store.url):
        state.store.pictures.keep(scan, sheet.report.source.sha256)


def _save(session: Session, state: State, sheet: Sheet, *, by: str, case: str) -> int:
    return saving.save(session, sheet.report, _engine(state, sheet), by=by, case=case).document


def _engine(state: State, sheet: Sheet) -> Engine:
    settings = state.settings
    chosen = {"operating_point": settings.operating_point, "thorough": "yes" if settings.thorough else "no"}
    return Engine(sheet.report.versions, chosen)
