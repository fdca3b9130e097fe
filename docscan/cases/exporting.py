"""What the store holds as a table for other programs: one row a document, one row a page that could not be examined."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from typing import IO, Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from docscan.cases import searching, tables
from docscan.cases.deciding import standing
from docscan.cases.searching import Filter

COLUMNS = (
    "document",
    "outcome",
    "probability",
    "operating_point",
    "state",
    "type",
    "document_number",
    "name",
    "nationality",
    "date_of_birth",
    "date_of_expiry",
    "sex",
    "reasons",
    "rulings",
    "path",
    "page",
    "number_on_page",
    "sha256",
    "template",
    "examined_at",
    "error",
    "message",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width forms included."""


class Exported(NamedTuple):
    rows: int
    sha256: str


def export(session: Session, wanted: Filter, to: IO[bytes], form: Literal["csv", "jsonl"]) -> Exported:
    """Writes rows as they come, UTF-8; JSON lines carry the whole report too."""
    digest, rows = hashlib.sha256(), 0

    def write(line: str) -> None:
        content = line.encode("utf-8")
        digest.update(content)
        to.write(content)

    put = _csv(write) if form == "csv" else _jsonl(write)
    if form == "csv":
        put(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for row in _rows(session, wanted, with_report=form == "jsonl"):
        put(row)
        rows += 1
    return Exported(rows, digest.hexdigest())


def described(wanted: Filter) -> dict[str, Any]:
    """A filter for the audit trail: what was filtered by, but for numbers and names, which are of holders."""
    held = {name: value for name, value in asdict(wanted).items() if value not in ("", None, frozenset())}
    return {name: "given" if name in ("number", "name", "text") else _plain(value) for name, value in held.items()}


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(write: Callable[[str], None]) -> Callable[[dict[str, Any]], None]:
    def put(row: dict[str, Any]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([safe_cell(row.get(column, "")) for column in COLUMNS])
        write(line.getvalue())

    return put


def _jsonl(write: Callable[[str], None]) -> Callable[[dict[str, Any]], None]:
    return lambda row: write(json.dumps(row, ensure_ascii=True) + "\n")


def _rows(session: Session, wanted: Filter, *, with_report: bool) -> Iterator[dict[str, Any]]:
    for found in searching.documents(session, wanted):
        report = searching.report(found)
        yield {
            "document": found.id,
            "outcome": found.outcome,
            "probability": round(found.probability, 6),
            "operating_point": report.verdict.operating_point,
            "state": found.state,
            "type": found.type,
            "document_number": found.document_number,
            "name": found.name,
            "nationality": found.nationality,
            "date_of_birth": found.date_of_birth,
            "date_of_expiry": found.date_of_expiry,
            "sex": found.sex,
            "reasons": "; ".join(f"{reason.check}/{reason.code}" for reason in report.verdict.reasons),
            "rulings": "; ".join(_ruling(decision) for decision in standing(session, found.id)),
            "path": report.source.path,
            "page": found.page,
            "number_on_page": found.number,
            "sha256": found.scan,
            "template": found.template or "",
            "examined_at": found.examined_at,
            **({"report": json.loads(found.report)} if with_report else {}),
        }
        session.expunge(found)
    yield from _errors(session, wanted)


def _errors(session: Session, wanted: Filter) -> Iterator[dict[str, Any]]:
    """Pages that no run has examined since; none where the filter asks for something that only a document has."""
    if wanted != Filter(case=wanted.case, since=wanted.since, until=wanted.until):
        return
    task, later = tables.Task, aliased(tables.Task)
    again = sa.select(later.id).where(
        later.item == task.item,
        later.id > task.id,
        sa.or_(later.page == task.page, task.page == 0, later.page == 0),
    )
    failed = sa.select(task).where(task.error.is_not(None), ~again.exists()).order_by(task.id)
    if wanted.case:
        failed = failed.join(tables.Run, tables.Run.id == task.run).join(tables.Case, tables.Case.id == tables.Run.case)
        failed = failed.where(tables.Case.name == wanted.case)
    if wanted.since:
        failed = failed.where(task.at >= wanted.since.isoformat())
    if wanted.until:
        failed = failed.where(task.at < searching.day_after(wanted.until))
    for one in session.scalars(failed):
        yield {
            "path": one.path,
            "page": one.page,
            "sha256": one.scan or "",
            "examined_at": one.at,
            "error": one.error,
            "message": one.message,
        }


def _ruling(decision: tables.Decision) -> str:
    return f"{decision.by}: {decision.ruling}{f' ({decision.kind})' if decision.kind else ''}"


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value
