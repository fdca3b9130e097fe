"""From a report that was kept, and its scan, back to what was examined: no reader or check runs again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from docscan import intake, templates
from docscan.document import Document, Examination, Face, MrzReading, Page, Reading, Template
from docscan.errors import DamagedSource
from docscan.geometry import Pixels
from docscan.report import FaceRecord, MrzRecord, Report


def faces(report: Report, scan: Path) -> tuple[Face, ...]:
    """The document's straightened faces. Raises SourceError."""
    wanted = report.source.page
    page = next((page for page in intake.pages(scan) if page.number == wanted), None)
    if page is None:
        raise DamagedSource("The scan has no such page.")
    return tuple(_face(report, record, page) for record in report.faces)


def examination(report: Report, scan: Path, known: Sequence[Template]) -> Examination:
    """What was examined, laid again on the template that was found then, if it is known here. Raises SourceError."""
    document = Document(faces(report, scan), report.format)
    reading = Reading(
        mrz=_mrz(report.mrz) if report.mrz else None,
        opinions=report.mrz.opinions if report.mrz else (),
        fields=tuple(row.reading for row in report.fields if row.reading is not None),
    )
    found = report.template
    same = [t for t in known if found is not None and t.id == found.id]
    match = templates.match(document, reading, same) if same else None
    return Examination(document, reading, match, on=date.today())


def _face(report: Report, record: FaceRecord, page: Page) -> Face:
    to_page = np.array(record.to_page, dtype=np.float64)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (record.width, record.height)
    pixels: Pixels = np.asarray(
        cv2.warpPerspective(page.pixels, to_page, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )
    return Face(pixels, record.ppmm, to_page, record.quality, report.format, record.edges_seen, page.number)


def _mrz(record: MrzRecord) -> MrzReading:
    return MrzReading(
        engine=record.engine,
        format=record.format,
        lines=record.lines,
        symbols=record.symbols,
        face=record.face,
        box=record.box,
    )
