"""Evidence to hand on: a document's scan, report, versions, decisions and audit rows in one ZIP that proves itself.

manifest.json                what is in it: every other file with its SHA-256
scans/SHA256.KIND            the file as it came
documents/N/report.json      the report, byte for byte as the audit trail vouches for it
documents/N/record.json      engine, day, decisions, audit rows
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from docscan import judging
from docscan.cases import audit, searching, tables
from docscan.cases.deciding import decisions
from docscan.cases.engines import Engine
from docscan.cases.store import Store
from docscan.errors import BundleError, OutputError
from docscan.pipeline import Settings, examine
from docscan.report import Report
from docscan.version import VERSION

_FORM = 1
_MOST_FILES, _MOST_BYTES = 10_000, 16 * 1024**3
_HISTORY = "history."
"""Checks that depend on a store or list, and cannot be asked again without."""


def write(store: Store, numbers: Sequence[int], to: Path, *, by: str, why: str = "") -> str:
    """Writes a bundle, notes that in the audit trail, and gives the manifest's SHA-256.

    Raises NoSuchRecord for a document that is not there or whose picture is missing, DamagedSource where that was
    changed, OutputError.
    """
    partial = to.with_name(to.name + ".part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            with store.reading() as session:
                files = dict(_filled(store, session, numbers, archive))
            manifest = tables.canonical(
                {"form": _FORM, "docscan": VERSION, "made_at": tables.now(), "by": by, "why": why, "files": files}
            )
            archive.writestr("manifest.json", manifest)
        digest = tables.digest(manifest)
        with store.writing() as session:
            details = {"documents": sorted(numbers), "manifest": digest}
            audit.append(session, "export", "bundle", by=by, why=why, details=details)
        partial.replace(to)
    except OSError as error:
        raise OutputError(f"The bundle cannot be written to {to}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return digest


def _filled(
    store: Store, session: Session, numbers: Sequence[int], archive: zipfile.ZipFile
) -> Iterator[tuple[str, str]]:
    """Writes all files but the manifest; name and SHA-256 of each."""
    scans = set()
    for number in sorted(set(numbers)):
        found = searching.document(session, number)
        report = searching.report(found)
        scan = f"scans/{found.scan}.{report.source.kind}"
        if scan not in scans:
            scans.add(scan)
            archive.write(store.pictures.verified(found.scan), scan, zipfile.ZIP_STORED)
            yield scan, found.scan
        for name, text in (("report", found.report), ("record", tables.canonical(_record(session, found, scan)))):
            archive.writestr(f"documents/{number}/{name}.json", text)
            yield f"documents/{number}/{name}.json", tables.digest(text)


def _record(session: Session, found: tables.Document, scan: str) -> dict[str, Any]:
    engine = session.get_one(tables.Engine, found.engine)
    rows = session.execute(
        sa.select(*tables.Audit.__table__.columns)
        .where(tables.Audit.subject == f"document {found.id}")
        .order_by(tables.Audit.id)
    ).mappings()
    return {
        "document": found.id,
        "scan": scan,
        "engine": {
            "id": engine.id,
            "versions": json.loads(engine.versions),
            "settings": json.loads(engine.settings),
        },
        "as_of": _as_of(session, found),
        "decisions": [
            {column.name: getattr(one, column.name) for column in tables.Decision.__table__.columns}
            for one in decisions(session, found.id)
        ],
        "audit": [dict(row) for row in rows],
    }


def _as_of(session: Session, found: tables.Document) -> str:
    """The day as of which validity was asked: its run's, else that of its examination."""
    run = (
        sa.select(tables.Run.as_of)
        .join(tables.Task, tables.Task.run == tables.Run.id)
        .where(tables.Task.scan == found.scan, tables.Task.page == found.page, tables.Run.engine == found.engine)
        .order_by(tables.Run.id)
    )
    return session.scalars(run).first() or found.examined_at[:10]


# --- proving one ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """One document of a bundle, examined again."""

    document: int
    engine_differs: tuple[str, ...]
    """Versions and settings that are others here; empty where this is the same engine."""
    before: str
    """Verdict in the bundle."""
    now: str
    """Verdict of this installation; "" where the document is no longer found on its page."""
    same: bool
    """Outcome, probability and reasons."""


def verify(path: Path, settings: Settings) -> Iterator[Proof]:
    """Examines each document of a bundle again, with its own settings and the templates of `settings`.

    Raises BundleError where the file is no bundle, or anything in it is not what its manifest and audit rows say.
    """
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="docscan-") as folder:
            files = _checked(archive)
            for name in sorted(files):
                if name.endswith("/record.json"):
                    yield _proof(archive, name, files, settings, Path(folder))
    except FileNotFoundError as error:
        raise BundleError(f"There is no file {path}.") from error
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise BundleError(f"{path} is cut off or no ZIP file.") from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BundleError(f"{path} is no evidence bundle of docscan.") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name and SHA-256 of each file, after all of them were compared with the manifest."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries.values()) > _MOST_BYTES:
        raise BundleError("The bundle is larger than any that docscan writes.")
    if len(entries) != len(archive.infolist()):
        raise BundleError("The bundle holds a file twice.")
    manifest = json.loads(archive.read("manifest.json"))
    files: dict[str, str] = manifest["files"]
    if manifest["form"] != _FORM:
        raise BundleError("The bundle was written by another version of docscan.")
    if extra := entries.keys() - files.keys() - {"manifest.json"}:
        raise BundleError(f"The bundle holds {min(extra)!r}, which its manifest does not name.")
    for name, sha256 in files.items():
        if name not in entries:
            raise BundleError(f"{name!r} is missing in the bundle.")
        with archive.open(name) as inside:
            if _digest(inside) != sha256:
                raise BundleError(f"{name!r} in the bundle was changed.")
    return files


def _proof(archive: zipfile.ZipFile, name: str, files: dict[str, str], settings: Settings, folder: Path) -> Proof:
    record = json.loads(archive.read(name))
    text = archive.read(str(PurePosixPath(name).with_name("report.json"))).decode()
    number = int(record["document"])
    for row in record["audit"]:
        if audit.row_hash(row) != row["hash"]:
            raise BundleError(f"Audit row {row['id']} on document {number} was changed.")
    verdicts = [row for row in record["audit"] if row["action"] == "verdict"]
    if not verdicts or verdicts[-1]["vouches"] != tables.digest(text):
        raise BundleError(f"The audit trail does not vouch for the report on document {number}.")
    try:
        before = Report.model_validate_json(text)
    except ValidationError as error:
        raise BundleError(f"The report on document {number} cannot be understood.") from error
    if before.source.sha256 != files[record["scan"]]:
        raise BundleError(f"The scan of document {number} is another.")
    scan = folder / before.source.sha256
    if not scan.exists():
        with archive.open(record["scan"]) as inside, scan.open("wb") as copy:
            while block := inside.read(1 << 20):
                copy.write(block)
    return _compared(number, before, _again(before, scan, record, settings), record["engine"], settings)


def _again(before: Report, scan: Path, record: dict[str, Any], settings: Settings) -> Report | None:
    chosen = record["engine"]["settings"]
    asked = replace(
        settings,
        on=date.fromisoformat(record["as_of"]),
        operating_point=chosen["operating_point"],
        thorough=chosen["thorough"] == "yes",
    )
    found = examine(scan, asked, before.source.page)
    now = next((i.report for i in found if i.report.source.document == before.source.document), None)
    if now is None:
        return None
    verdict = now.verdict
    for finding in before.findings:  # what a store or list said then is taken as it was
        if finding.check.startswith(_HISTORY):
            verdict = judging.amend(verdict, finding)
    return now.model_copy(update={"verdict": verdict})


def _compared(number: int, before: Report, now: Report | None, engine: dict[str, Any], settings: Settings) -> Proof:
    here = Engine.of(settings)
    mine = {n: v for n, v in here.versions.items() if n in engine["versions"] or not n.startswith("template ")}
    differs = {n for n in mine.keys() | engine["versions"].keys() if mine.get(n) != engine["versions"].get(n)}
    differs |= {n for n in ("checks",) if n in engine["settings"]}
    same = now is not None and (
        now.verdict.outcome == before.verdict.outcome
        and abs(now.verdict.probability - before.verdict.probability) < 1e-6
        and [(r.check, r.code) for r in now.verdict.reasons] == [(r.check, r.code) for r in before.verdict.reasons]
    )
    return Proof(
        document=number,
        engine_differs=tuple(sorted(differs)),
        before=str(before.verdict.outcome),
        now=str(now.verdict.outcome) if now else "",
        same=same,
    )


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
