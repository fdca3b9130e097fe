"""Reasons drawn on the picture: numbered rectangles, and the flagged place beside the same place of a genuine document.

A certain finding has a solid line and a square number, a doubtful one a dashed line and a round number, so that nothing
rests on colour. Numbers stand outside all rectangles, on a margin around the face if need be: what is shown is never
covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from docscan.document import Examination, Outcome, Reason
from docscan.geometry import Box, Pixels
from docscan.report import Report
from docscan.reporting.wording import OUTCOMES

WIDTH = 1400
"""Pixels to which a face is brought for drawing."""
CLOSEUP_WIDTH, CLOSEUP_HEIGHT = 900, 360
"""Pixels that an enlarged place may take."""

_MARGIN, _BADGE, _LINE = 48, 36, 4
_DASH, _GAP = 16, 10
_WHITE = (255, 255, 255)
_WHOLE = 0.6
"""A region that covers more of its face is the face: there is nothing to enlarge."""
_AROUND_MM, _LEAST_MM = 2.0, 9.0
"""What a close-up shows around its region, and its least width and height."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One rectangle in pixels of the face: the number of its reason and whether that is certain."""

    number: int
    box: Box
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class Closeup:
    """A flagged place and, where a template fits, the same place of a genuine document at the same scale."""

    label: str
    seen: Pixels
    genuine: Pixels | None
    width_mm: float


def certain(report: Report, reason: Reason) -> bool:
    """Whether a reason rests on a FAIL rather than on doubt."""
    return any(f.check == reason.check and f.code == reason.code and f.outcome is Outcome.FAIL for f in report.findings)


def marks(report: Report, face: int) -> tuple[Mark, ...]:
    """The rectangles of a face, numbered by the rank of their reasons."""
    return tuple(
        Mark(number, region.box, certain(report, reason))
        for number, reason in enumerate(report.verdict.reasons, start=1)
        for region in reason.regions
        if region.face == face
    )


def annotated(pixels: Pixels, drawn: Sequence[Mark]) -> Pixels:
    """A face with `drawn` on it, `WIDTH` pixels wide, on a white margin for the numbers."""
    scale = WIDTH / pixels.shape[1]
    face = _resized(pixels, scale)
    canvas = np.full((face.shape[0] + 2 * _MARGIN, face.shape[1] + 2 * _MARGIN, 3), 255, dtype=np.uint8)
    canvas[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = face
    frame = Box(x=_MARGIN, y=_MARGIN, width=face.shape[1], height=face.shape[0])
    boxes = [_within(_moved(mark.box.scaled(scale), _MARGIN, _MARGIN), frame).grown(_LINE) for mark in drawn]
    for mark, box in zip(drawn, boxes, strict=True):
        _rectangle(canvas, box, mark.certain)
    picture = Image.fromarray(canvas)
    pen = ImageDraw.Draw(picture)
    badges: list[Box] = []
    for mark, box in zip(drawn, boxes, strict=True):
        badges.append(_free_place(box, boxes, badges, canvas))
        _badge(pen, mark, badges[-1])
    return np.asarray(picture, dtype=np.uint8)


def closeups(exam: Examination, reason: Reason) -> Iterator[Closeup]:
    """The places of a reason, enlarged; whole faces are left out."""
    for region in reason.regions:
        face = exam.document.faces[region.face]
        height, width = face.pixels.shape[:2]
        if region.box.width * region.box.height > _WHOLE * width * height:
            continue
        wanted = _at_least(region.box.grown(_AROUND_MM * face.ppmm), _LEAST_MM * face.ppmm)
        box = _within(wanted, Box(x=0, y=0, width=width, height=height))
        seen = box.crop(face.pixels)
        if min(seen.shape[:2]) < 2:
            continue
        left, top = round(box.x), round(box.y)
        genuine = _genuine(exam, region.face, (left, top), seen.shape)
        mark = _moved(region.box, -left, -top)
        yield Closeup(
            region.label,
            _enlarged(seen, mark),
            None if genuine is None else _enlarged(genuine, mark),
            seen.shape[1] / face.ppmm,
        )


def _genuine(exam: Examination, index: int, origin: tuple[int, int], shape: tuple[int, ...]) -> Pixels | None:
    """The template's reference as it would lie on the face at `origin`, `shape` large."""
    registered = exam.registered(index)
    if registered is None:
        return None
    to_face = np.array([[1.0, 0.0, origin[0]], [0.0, 1.0, origin[1]], [0.0, 0.0, 1.0]])
    laid = cv2.warpPerspective(
        registered.template_face.reference,
        registered.to_template @ to_face,
        (shape[1], shape[0]),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_WHITE,
    )
    return np.asarray(laid, dtype=np.uint8)


def _enlarged(pixels: Pixels, mark: Box) -> Pixels:
    """A close-up with the corners of its region marked."""
    scale = min(CLOSEUP_WIDTH / pixels.shape[1], CLOSEUP_HEIGHT / pixels.shape[0], 6.0)
    picture = _resized(pixels, scale)
    box = mark.scaled(scale).grown(6)
    arm = max(8, round(0.12 * min(box.width, box.height)))
    for x, y, right, down in ((box.x, box.y, 1, 1), (box.right, box.y, -1, 1), (box.right, box.bottom, -1, -1),
                              (box.x, box.bottom, 1, -1)):  # fmt: skip
        corner = (round(x), round(y))
        for end in ((corner[0] + arm * right, corner[1]), (corner[0], corner[1] + arm * down)):
            cv2.line(picture, corner, end, _WHITE, 5, cv2.LINE_AA)
            cv2.line(picture, corner, end, (20, 20, 20), 2, cv2.LINE_AA)
    return picture


# --- drawing ----------------------------------------------------------------------------------------------------------


def _colour(is_certain: bool) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(OUTCOMES[Outcome.FAIL if is_certain else Outcome.UNSURE].colour)[:3]
    return red, green, blue


def _resized(pixels: Pixels, scale: float) -> Pixels:
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.array(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)


def _rectangle(canvas: Pixels, box: Box, is_certain: bool) -> None:
    """A line with a white edge, so that it stands out from any print."""
    corners = [(round(x), round(y)) for x, y in box.corners()]
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        for first, last in [(start, end)] if is_certain else _dashes(start, end):
            cv2.line(canvas, first, last, _WHITE, _LINE + 4, cv2.LINE_AA)
            cv2.line(canvas, first, last, _colour(is_certain), _LINE, cv2.LINE_AA)


def _dashes(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    length = max(1.0, float(np.hypot(end[0] - start[0], end[1] - start[1])))

    def at(distance: float) -> tuple[int, int]:
        share = min(1.0, distance / length)
        return round(start[0] + share * (end[0] - start[0])), round(start[1] + share * (end[1] - start[1]))

    for begin in np.arange(0.0, length, _DASH + _GAP):
        yield at(begin), at(begin + _DASH)


def _badge(pen: ImageDraw.ImageDraw, mark: Mark, place: Box) -> None:
    corners = (place.x, place.y, place.right, place.bottom)
    draw = pen.rectangle if mark.certain else pen.ellipse
    draw(corners, fill=_colour(mark.certain), outline=_WHITE, width=2)
    middle = (place.x + place.width / 2, place.y + place.height / 2)
    pen.text(middle, str(mark.number), font=ImageFont.load_default(size=22), fill=_WHITE, anchor="mm")


def _free_place(box: Box, boxes: Sequence[Box], badges: Sequence[Box], canvas: Pixels) -> Box:
    """Where the number of `box` covers least: beside it, off all rectangles and numbers, and on little print."""
    near, far = _BADGE + 3.0, 3.0
    beside = [(x, y) for y in (box.y - near, box.bottom + far) for x in (box.x, box.right - _BADGE)]
    beside += [(x, y) for x in (box.x - near, box.right + far) for y in (box.y, box.bottom - _BADGE)]
    frame = Box(x=0, y=0, width=canvas.shape[1] - 1, height=canvas.shape[0] - 1)

    def covered(place: Box) -> float:
        print_below = float(place.crop(canvas).mean(axis=2).std()) / 128
        marks_below = sum(place.shared(b) for b in boxes) + 2 * sum(place.shared(b) for b in badges)
        return print_below + marks_below / _BADGE**2

    return min((_inside(Box(x=x, y=y, width=_BADGE, height=_BADGE), frame) for x, y in beside), key=covered)


# --- boxes ------------------------------------------------------------------------------------------------------------


def _moved(box: Box, right: float, down: float) -> Box:
    return box.model_copy(update={"x": box.x + right, "y": box.y + down})


def _inside(box: Box, frame: Box) -> Box:
    """`box` moved as little as possible to lie in `frame`."""
    x = min(max(box.x, frame.x), frame.right - box.width)
    y = min(max(box.y, frame.y), frame.bottom - box.height)
    return box.model_copy(update={"x": x, "y": y})


def _within(box: Box, frame: Box) -> Box:
    """The part of `box` that lies in `frame`."""
    x, y = min(max(box.x, frame.x), frame.right), min(max(box.y, frame.y), frame.bottom)
    right, bottom = min(max(box.right, x), frame.right), min(max(box.bottom, y), frame.bottom)
    return Box(x=x, y=y, width=right - x, height=bottom - y)


def _at_least(box: Box, size: float) -> Box:
    """`box` grown about its middle to at least `size` each way."""
    wide, high = max(0.0, size - box.width) / 2, max(0.0, size - box.height) / 2
    return Box(x=box.x - wide, y=box.y - high, width=box.width + 2 * wide, height=box.height + 2 * high)
