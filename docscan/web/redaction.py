"""Pictures for a class: who the holder is cannot be seen in them, what was done to the document can.

It is decided what may be seen, and everything else that is personal is blotted out in the pixels: names, numbers,
places, addresses, signatures, the MRZ's characters of those, and portraits unless the trace lies in them. Of blotted
text at most two places of three characters stay, where a trace is in them. Of a document that fits no template
everything is blotted out but that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from docscan.document import Examination, RegisteredFace, Template
from docscan.geometry import Box, Homography, Pixels, project
from docscan.icao.formats import Format
from docscan.report import MrzRecord, Report
from docscan.reporting import wording
from docscan.templates import laying
from docscan.web import restoring
from docscan.web.viewing import FaceView, frame, jpeg, marks

SEEN = frozenset(
    {
        "authority",
        "date_of_birth",
        "date_of_expiry",
        "date_of_issue",
        "document_code",
        "issuing_state",
        "nationality",
        "sex",
    }
)
"""Fields that a class may read: without name, number and face they tell of nobody."""
_MARGIN_MM, _WIDE_MM, _SURELY = 1.0, 3.0, 0.3
"""Blotted out around a zone; more where the template's score is lower: a counterfeit's zones may lie beside it."""
_SMALL_MM, _MOST_SMALL = 8.0, 2
"""Width of three characters, and at how many places so many may be seen of a text that is blotted out."""
_PORTRAIT_BLOCKS = 9
"""Blocks across a portrait: enough to see that there is a head, too few to know it again."""


def redacted(report: Report, scan: Path, known: tuple[Template, ...]) -> tuple[FaceView, ...]:
    """Each face of a document in the store, as a class may see it. Raises SourceError."""
    exam = restoring.examination(report, scan, known)
    return tuple(_face(report, exam, index) for index in range(len(exam.document.faces)))


def _face(report: Report, exam: Examination, index: int) -> FaceView:
    to_frame, width, height = frame(exam, index)
    pixels = np.asarray(
        cv2.warpPerspective(
            exam.document.faces[index].pixels,
            to_frame,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )
    registered = exam.registered(index)
    ppmm = exam.document.faces[index].ppmm * float(np.sqrt(abs(np.linalg.det(to_frame[:2, :2]))))
    seen = [r for reason in report.verdict.reasons for r in reason.regions if r.face == index]
    traces = [Box.around(project(region.box.corners(), to_frame)) for region in seen]
    if registered is not None:
        blotted = _known(report, exam, registered, pixels, traces, to_frame)
    else:
        blotted = pixels.copy()
        _blot(blotted, Box(x=0, y=0, width=width, height=height), width / 24)
        of_portraits = [reason.regions for reason in report.verdict.reasons if reason.check.startswith("portrait.")]
        for region in (region for regions in of_portraits for region in regions if region.face == index):
            _show(blotted, pixels, Box.around(project(region.box.corners(), to_frame)))
    small = [trace for trace in traces if max(trace.width, trace.height) <= _SMALL_MM * ppmm]
    for trace in small[:_MOST_SMALL]:
        _show(blotted, pixels, trace)
    return FaceView(
        name=wording.face_name(report, index),
        width=width,
        height=height,
        plain=jpeg(blotted),
        genuine=jpeg(registered.template_face.reference) if registered else None,
        heat=None,
        marks=marks(report, index, to_frame, width, height),
    )


def _known(
    report: Report,
    exam: Examination,
    registered: RegisteredFace,
    pixels: Pixels,
    traces: list[Box],
    to_frame: Homography,
) -> Pixels:
    """Blotted out where the template says that something personal stands."""
    blotted = pixels.copy()
    ppmm = registered.template_face.ppmm * pixels.shape[1] / registered.template_face.reference.shape[1]
    score = exam.match.score if exam.match is not None else 0.0
    margin = (_MARGIN_MM if score >= _SURELY else _WIDE_MM) * ppmm
    for box in _pictures(registered, ppmm, traces, margin):
        _blot(blotted, box, box.width / _PORTRAIT_BLOCKS)
    for box in (*_fields(exam, registered, ppmm, to_frame, margin), *_mrz(report, registered, ppmm, to_frame)):
        _blot(blotted, box, 2.5 * box.height)
    return blotted


def _pictures(registered: RegisteredFace, ppmm: float, traces: list[Box], margin: float) -> Iterator[Box]:
    """Portraits, ghosts and signatures; portraits and ghosts only where no trace lies in them."""
    for zone in registered.template_face.zones:
        box = zone.box.scaled(ppmm).grown(margin)
        traced = zone.kind != "signature" and any(_covers(trace, zone.box.scaled(ppmm)) for trace in traces)
        if zone.kind in ("portrait", "ghost", "signature") and not traced:
            yield box


def _fields(
    exam: Examination, registered: RegisteredFace, ppmm: float, to_frame: Homography, margin: float
) -> Iterator[Box]:
    """Written zones that are not to be read, with room for the longest value, and fields that were found elsewhere."""
    face = registered.template_face
    for name, window in laying.windows(face.zones, laying.ground_of(face)).items():
        zone = face.zone(name)
        if zone is not None and zone.kind == "field" and not set(name.split("+")) <= SEEN:
            yield window.scaled(ppmm / face.ppmm).grown(margin - _MARGIN_MM * ppmm)
    for field in exam.reading.fields:
        if field.face == registered.face and field.box is not None and not set(field.name.split("+")) <= SEEN:
            yield Box.around(project(field.box.corners(), to_frame)).grown(margin)


def _mrz(report: Report, registered: RegisteredFace, ppmm: float, to_frame: Homography) -> Iterator[Box]:
    """Characters of the MRZ but those of fields that may be read; all of it where they cannot be told apart."""
    mrz = report.mrz
    if mrz is None or mrz.format is None or mrz.face != registered.face or not _is_whole(mrz, mrz.format):
        yield from (z.box.grown(_MARGIN_MM).scaled(ppmm) for z in registered.template_face.zones if z.kind == "mrz")
        return
    readable = {
        (field.line, column)
        for field in mrz.fields
        if field.name.removesuffix("_check") in SEEN
        for column in range(field.start, field.start + len(field.text))
    }
    for row, line in enumerate(mrz.symbols):
        run: list[Box] = []
        for column, symbol in enumerate(line):
            hidden = (row, column) not in readable and symbol.char != "<"
            if hidden and symbol.box is not None:
                run.append(symbol.box)
            if run and (not hidden or column == len(line) - 1):
                corners = np.concatenate([box.corners() for box in run])
                yield Box.around(project(corners, to_frame)).grown(3)
                run = []


def _is_whole(mrz: MrzRecord, format: Format) -> bool:
    """Whether every character has its place, and lines and characters are as many as the format has."""
    placed = all(symbol.box for line in mrz.symbols for symbol in line)
    return placed and [len(line) for line in mrz.symbols] == [format.columns] * format.rows


def _show(blotted: Pixels, pixels: Pixels, box: Box) -> None:
    """Takes blots off again, in place."""
    left, top, right, bottom = _inside(box, pixels.shape[1], pixels.shape[0])
    blotted[top:bottom, left:right] = pixels[top:bottom, left:right]


def _blot(pixels: Pixels, box: Box, block: float) -> None:
    """Blocks of one colour each, `block` pixels wide, in place."""
    left, top, right, bottom = _inside(box, pixels.shape[1], pixels.shape[0])
    if right <= left or bottom <= top:
        return
    part = pixels[top:bottom, left:right]
    columns = max(1, round(part.shape[1] / max(1.0, block)))
    rows = max(1, round(part.shape[0] / max(1.0, block)))
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    pixels[top:bottom, left:right] = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)


def _covers(trace: Box, box: Box) -> bool:
    """Whether a trace lies in a zone: half of the one or the other is shared."""
    wide = min(trace.right, box.right) - max(trace.x, box.x)
    high = min(trace.bottom, box.bottom) - max(trace.y, box.y)
    least = min(trace.width * trace.height, box.width * box.height)
    return wide > 0 and high > 0 and wide * high >= 0.5 * least


def _inside(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = max(0, int(box.x)), max(0, int(box.y))
    return left, top, min(width, int(np.ceil(box.right))), min(height, int(np.ceil(box.bottom)))
