"""A lesson as a data set for others: redacted pictures, measures and what the reviewers held, under a version."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from starlette.concurrency import run_in_threadpool

from docscan.cases import audit, lessons, searching, tables
from docscan.report import Report
from docscan.version import VERSION
from docscan.web.state import State

SCHEMA = 1


async def pack(state: State, number: int, *, by: str) -> bytes:
    """The ZIP: `manifest.json`, `documents.jsonl`, `pictures/`. Who made it and when is in the audit trail."""

    def read() -> list[tuple[tables.LessonItem, Report]]:
        with state.store.reading() as session:
            lessons.lesson(session, number)
            found = lessons.items(session, number)
            return [(item, searching.report(searching.document(session, item.document))) for item in found]

    rows: list[dict[str, Any]] = []
    pictures: dict[str, bytes] = {}
    for item, report in await run_in_threadpool(read):
        views = await state.gallery.redacted(item.document)
        names = [f"pictures/{item.position:04}-{face}.jpg" for face in range(len(views))]
        pictures |= {name: view.plain for name, view in zip(names, views, strict=True)}
        rows.append(_row(item, report, names))
    documents = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows).encode()
    files = {"documents.jsonl": documents} | pictures
    version = hashlib.sha256(b"".join(hashlib.sha256(files[name]).digest() for name in sorted(files))).hexdigest()
    manifest = {
        "schema": SCHEMA,
        "version": version,
        "docscan": VERSION,
        "documents": len(rows),
        "forged": sum(row["truth"] == "forged" for row in rows),
        "redacted": True,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"manifest.json": json.dumps(manifest, indent=1).encode(), **files}.items():
            # No times: the same data set is the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)

    def note() -> None:
        with state.store.writing() as session:
            details = {"version": version, "documents": len(rows)}
            audit.append(session, "export", f"lesson {number}", by=by, details=details)

    await run_in_threadpool(note)
    return packed.getvalue()


def _row(item: tables.LessonItem, report: Report, pictures: list[str]) -> dict[str, Any]:
    """Nothing in it names the holder, the document or the scan."""
    measures = {f"{f.check}/{name}": value for f in report.findings for name, value in f.measures.items()}
    return {
        "position": item.position,
        "truth": item.ruling,
        "kind": item.kind,
        "outcome": str(report.verdict.outcome),
        "probability": report.verdict.probability,
        "template": report.template.id if report.template else None,
        "format": report.format,
        "measures": dict(sorted(measures.items())),
        "versions": dict(report.versions),
        "pictures": pictures,
    }
