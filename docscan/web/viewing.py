"""What the review desk looks at: each face of a document in its template's own frame, so that document, template and
another document of the same model lie exactly on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from docscan.document import Examination, RegisteredFace, Template
from docscan.geometry import Box, Homography, Pixels, project
from docscan.report import Report
from docscan.reporting import annotate, wording
from docscan.templates import laying
from docscan.web import restoring

WIDEST = 2400
"""Pixels that a face is shown with at most: two or three to each of the screen's."""
THUMBNAIL = 420
_QUALITY = 88
_COLD, _HOT = 2.0, 6.0
"""Deviates at which heat begins to be seen, and is strongest."""
_SAME_CORNER = 0.02
"""Share of a face's width and height within which one number would hide another."""
_HEAT = (150, 0, 120)
_HEAT_MAPS = ("texture", "tone")


@dataclass(frozen=True, slots=True)
class ViewMark:
    """A reason's rectangle, in shares of the face's width and height."""

    number: int
    certain: bool
    x: float
    y: float
    width: float
    height: float
    before: int
    """Numbers of other marks that stand at the same corner already."""


@dataclass(frozen=True, slots=True)
class FaceView:
    name: str
    width: int
    height: int
    plain: bytes
    """JPEG."""
    genuine: bytes | None
    """JPEG of the template, of the same shape; None where none fits."""
    heat: bytes | None
    """PNG that is transparent where the face is as on genuine specimens."""
    marks: tuple[ViewMark, ...]

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.genuine or b"") + len(self.heat or b"")


def views(report: Report, scan: Path, known: Sequence[Template]) -> tuple[FaceView, ...]:
    """Each face of a document that was kept. Raises SourceError."""
    exam = restoring.examination(report, scan, known)
    return tuple(_view(report, exam, index) for index in range(len(exam.document.faces)))


def thumbnail(report: Report, scan: Path) -> bytes:
    """JPEG of the first face. Raises SourceError."""
    return jpeg(shrunk(restoring.faces(report, scan)[0].pixels, THUMBNAIL))


def jpeg(pixels: Pixels) -> bytes:
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def shrunk(pixels: Pixels, width: int) -> Pixels:
    """At most `width` pixels wide."""
    scale = width / pixels.shape[1]
    if scale >= 1:
        return pixels
    size = (width, max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def frame(exam: Examination, index: int) -> tuple[Homography, int, int]:
    """From pixels of a face to those it is shown with, and the width and height of that frame: the template's, where
    one fits."""
    face, registered = exam.document.faces[index], exam.registered(index)
    if registered is None:
        height, width = face.pixels.shape[:2]
        scale = min(1.0, WIDEST / width)
        to_frame = np.eye(3)
    else:
        height, width = registered.template_face.reference.shape[:2]
        scale = min(max(1.0, face.ppmm / registered.template_face.ppmm), WIDEST / width)
        to_frame = registered.to_template
    return np.diag([scale, scale, 1.0]) @ to_frame, round(width * scale), round(height * scale)


def marks(report: Report, index: int, to_frame: Homography, width: int, height: int) -> tuple[ViewMark, ...]:
    found: list[ViewMark] = []
    for mark in annotate.marks(report, index):
        box = Box.around(project(mark.box.corners(), to_frame))
        x, y = box.x / width, box.y / height
        before = sum(max(abs(other.x - x), abs(other.y - y)) < _SAME_CORNER for other in found)
        found.append(ViewMark(mark.number, mark.certain, x, y, box.width / width, box.height / height, before))
    return tuple(found)


def _view(report: Report, exam: Examination, index: int) -> FaceView:
    face, registered = exam.document.faces[index], exam.registered(index)
    to_frame, width, height = frame(exam, index)
    plain = cv2.warpPerspective(
        face.pixels, to_frame, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return FaceView(
        name=wording.face_name(report, index),
        width=width,
        height=height,
        plain=jpeg(np.asarray(plain, np.uint8)),
        genuine=jpeg(registered.template_face.reference) if registered else None,
        heat=_heat(registered) if registered else None,
        marks=marks(report, index, to_frame, width, height),
    )


def _heat(registered: RegisteredFace) -> bytes:
    """Where background and tone depart from genuine specimens."""
    laid, face = laying.laid(registered), registered.template_face
    maps = [np.nan_to_num(laying.standing_out_on(laid, face, name)) for name in _HEAT_MAPS]
    strength = np.clip((np.max(maps, axis=0) - _COLD) / (_HOT - _COLD), 0.0, 1.0).astype(np.float32)
    height, width = face.reference.shape[:2]
    alpha = cv2.resize(strength, (width // 2, height // 2), interpolation=cv2.INTER_LINEAR)
    red, green, blue = _HEAT
    rgba = np.empty((*alpha.shape, 4), np.uint8)
    rgba[...] = (blue, green, red, 0)
    rgba[..., 3] = (alpha * 190).astype(np.uint8)
    return cv2.imencode(".png", rgba)[1].tobytes()
