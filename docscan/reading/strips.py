"""Small places on faces read together: cut out, cleaned of background print, brought to one size of type, stacked on
one white canvas, read in one call of Tesseract and told apart again. A call costs the same whatever it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components
from docscan.document import Face
from docscan.geometry import Box
from docscan.reading import tesseract
from docscan.reading.layout import Segment, rows, segments

Grey = npt.NDArray[np.uint8]

CAP_HEIGHT = 32
"""Pixels to which the capitals of a strip are brought."""
GAP = 2 * CAP_HEIGHT
"""White around each picture on a canvas, in pixels."""
CLEAN_PAPER, FULL_INK = 0.05, 0.50
"""How much darker than the paper a pixel may be and still count as paper, and must be to count as full ink. Background
print lies between: it is lighter than personal data by design, but so is type under a transparent kinegram."""

_LETTER_CORE, _LETTER_FAINT = 96, 135
"""Grey on a flattened picture (ink of a third) that the core of a letter's strokes reaches and background print beside
it does not, and that letters under a foil still reach."""
_LETTER_HEIGHT_MM, _FAINT_HEIGHT_MM, _HIGHEST_MM, _LETTER_WIDTH_MM = 0.7, 0.56, 5.0, 8.0
"""Of a letter, or of some that touch, at least and at most."""
_LETTER_AREA_MM2 = 0.08
_IN_LINE_MM, _WITHIN_LINE = 6.0, 0.85
"""Width around sure letters in which fainter ones stand in their line, and share of them that is no higher or lower."""
_POINT_WIDTH_MM, _POINT_NEAR_MM = 1.2, 2.0
"""Of points, dashes and accents, and the width around a letter in which they stand beside it."""
_SOFT_EDGE = 5
"""Pixels of the square around a stroke that belong to its soft edge."""

_COARSE = 8.0
"""Pixels per millimetre at which the paper is estimated."""
_BRIGHT_LINE_MM, _STROKE_MM = 0.4, 2.0
"""Wider than the bright lines of background print and than the strokes of type."""
_LETTER_MM = 2.0
_MOST_LETTERS = 2
"""How far a box is widened at a time, and how often, to hold a letter that it cuts."""
_CONTEXT_MM = 2.0
"""How far around a strip its paper is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One place on a face ready to be read, and the way back."""

    pixels: Grey
    origin: tuple[float, float]
    """Left and top on the face."""
    scale: float

    def on_face(self, box: Box, top: int) -> Box:
        """`box` on a canvas that has this strip at row `top`, in pixels of the face."""
        moved = box.model_copy(update={"x": box.x - GAP, "y": box.y - top}).scaled(1 / self.scale)
        return moved.model_copy(update={"x": moved.x + self.origin[0], "y": moved.y + self.origin[1]})


def cut(face: Face, box: Box) -> Strip | None:
    """The strip at `box` (pixels of the face), or None where too little of it is on the face."""
    if min(box.crop(face.pixels).shape[:2]) < 0.8 * face.ppmm:
        return None
    around = box.grown(_CONTEXT_MM * face.ppmm)
    pixels = around.crop(face.pixels)
    inside = box.model_copy(update={"x": box.x - max(0, round(around.x)), "y": box.y - max(0, round(around.y))})
    height = _cap_height(inside.crop(flatten(pixels, face.ppmm, face.ppmm)), face.ppmm)
    scale = _scale(height)
    flat = inside.scaled(scale).crop(flatten(pixels, face.ppmm, face.ppmm * scale))
    return Strip(_without_neighbours(flat), (max(0.0, box.x), max(0.0, box.y)), scale)


def of_ink(ink: Grey, ppmm: float, box: Box) -> Strip | None:
    """The strip at `box` on a picture of ink alone (255 bare, 0 full ink), or None where too little of it is there."""
    crop = box.crop(ink)
    if min(crop.shape) < 0.8 * ppmm:
        return None
    scale = _scale(_cap_height(crop, ppmm))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = np.asarray(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=interpolation), np.uint8)
    return Strip(_without_neighbours(sized), (max(0.0, round(box.x)), max(0.0, round(box.y))), scale)


def _scale(cap_height: float) -> float:
    return float(np.clip(CAP_HEIGHT / cap_height, 0.5, 4.0))


def whole_letters(face: Face, box: Box) -> Box:
    """`box` widened to the left and right while its edges cut through letters, as where an engine missed the first."""
    for _ in range(_MOST_LETTERS):
        wide = Box(
            x=box.x - _LETTER_MM * face.ppmm, y=box.y, width=box.width + 2 * _LETTER_MM * face.ppmm, height=box.height
        )
        flat = flatten(wide.crop(face.pixels), face.ppmm, face.ppmm)
        left, right = (round(x - max(0.0, wide.x)) for x in (box.x, box.right))
        high = _cap_height(flat, face.ppmm)
        cuts = [_cuts_letter(flat, column, high) for column in (left, right)]
        if not any(cuts):
            break
        x = wide.x if cuts[0] else box.x
        box = Box(x=x, y=box.y, width=(wide.right if cuts[1] else box.right) - x, height=box.height)
    return box


def _cuts_letter(flat: Grey, column: int, cap_height: float) -> bool:
    """True where ink as high as a letter lies on both sides of a column."""
    if not 1 <= column < flat.shape[1] - 1:
        return False
    labels, stats = components(flat < 128)
    crossing = set(labels[:, column - 1]) & set(labels[:, column]) - {0}
    heights = (stats[label, cv2.CC_STAT_HEIGHT] for label in crossing)
    return any(0.6 * cap_height < height < 1.5 * cap_height for height in heights)


def read(strips: Sequence[Strip]) -> Iterator[tuple[Segment, Box] | None]:
    """What each strip says and where on its face, None where it says nothing.

    Raises EngineError as `tesseract.words` does.
    """
    if not strips:
        return
    canvas, tops = stack([strip.pixels for strip in strips])
    words = tesseract.words(canvas, tesseract.BLOCK)
    for strip, top in zip(strips, tops, strict=True):
        first, last = top - GAP / 2, top + strip.pixels.shape[0] + GAP / 2
        lines = segments([w for w in words if first <= w.box.y + w.box.height / 2 < last])
        if not lines:
            yield None
            continue
        found = Segment(tuple(word for row in rows(lines) for line in row for word in line.words))
        yield found, strip.on_face(found.box, top)


def stack(pictures: Sequence[Grey]) -> tuple[Grey, list[int]]:
    """All pictures under one another on white, and the row at which each begins; each begins at column `GAP`."""
    width = max(picture.shape[1] for picture in pictures) + 2 * GAP
    canvas = np.full((sum(p.shape[0] + GAP for p in pictures) + GAP, width), 255, dtype=np.uint8)
    tops: list[int] = []
    top = GAP
    for picture in pictures:
        canvas[top : top + picture.shape[0], GAP : GAP + picture.shape[1]] = picture
        tops.append(top)
        top += picture.shape[0] + GAP
    return canvas, tops


def flatten(pixels: npt.NDArray[np.uint8], ppmm: float, to_ppmm: float) -> Grey:
    """A grey picture at `to_ppmm` with the paper white and the background print faded, so that the type stands alone.

    The paper's brightness is what is left when bright lines and then all strokes of type are filled from around them.
    """
    scale = to_ppmm / ppmm
    grey = cv2.resize(
        cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY),
        None,
        fx=scale,
        fy=scale,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
    coarse = cv2.resize(grey, None, fx=_COARSE / to_ppmm, fy=_COARSE / to_ppmm, interpolation=cv2.INTER_AREA)
    dark = cv2.morphologyEx(coarse, cv2.MORPH_OPEN, _disc(_BRIGHT_LINE_MM))
    paper = cv2.GaussianBlur(cv2.morphologyEx(dark, cv2.MORPH_CLOSE, _disc(_STROKE_MM)), (9, 9), 0)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    inked = 1 - grey / np.maximum(paper, 1)
    return np.asarray(np.clip((FULL_INK - inked) / (FULL_INK - CLEAN_PAPER) * 255, 0, 255), dtype=np.uint8)


def letters_alone(flat: Grey, ppmm: float) -> Grey:
    """A flattened picture with nothing left but what has the size of letters, fainter ones in their lines, and the
    points and accents beside them: Tesseract takes lines of background print for text, and most of its time with them.
    """
    labels, stats = components(flat < _LETTER_CORE)
    kept = _letters(stats, ppmm, _LETTER_HEIGHT_MM)[labels]
    fainter, faint_stats = components(flat < _LETTER_FAINT)
    line = _around(kept, _IN_LINE_MM * ppmm, 1)
    area = np.maximum(faint_stats[:, cv2.CC_STAT_AREA], 1)
    inside = np.bincount(fainter[line > 0], minlength=len(faint_stats)) / area
    beside = _letters(faint_stats, ppmm, _FAINT_HEIGHT_MM) & (inside >= _WITHIN_LINE)
    kept |= beside[fainter]
    width, height = stats[:, cv2.CC_STAT_WIDTH] / ppmm, stats[:, cv2.CC_STAT_HEIGHT] / ppmm
    points = ((height <= _LETTER_HEIGHT_MM) & (width < _POINT_WIDTH_MM)).astype(np.uint8)
    points[0] = 0
    kept |= points[labels] & _around(kept, _POINT_NEAR_MM * ppmm, ppmm)
    return np.where(_around(kept, _SOFT_EDGE, _SOFT_EDGE) > 0, flat, np.uint8(255))


def _letters(stats: npt.NDArray[np.int32], ppmm: float, lowest: float) -> Grey:
    """(marks,) 1 for those that have the size of letters."""
    width, height = stats[:, cv2.CC_STAT_WIDTH] / ppmm, stats[:, cv2.CC_STAT_HEIGHT] / ppmm
    fits = (height > lowest) & (height < _HIGHEST_MM) & (width < _LETTER_WIDTH_MM)
    fits &= stats[:, cv2.CC_STAT_AREA] > _LETTER_AREA_MM2 * ppmm**2
    fits[0] = False
    return fits.astype(np.uint8)


def _around(mask: Grey, across: float, down: float) -> Grey:
    """The mask grown to both sides by half of so many pixels."""
    return np.asarray(cv2.dilate(mask, np.ones((round(down) | 1, round(across) | 1), np.uint8)), np.uint8)


def _disc(mm: float) -> npt.NDArray[np.uint8]:
    size = int(mm * _COARSE) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), dtype=np.uint8)


def _cap_height(flat: Grey, ppmm: float) -> float:
    """Height in pixels of the letters on a flattened picture; 2 mm where none stand out."""
    _, stats = components(flat < 128)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    letters = heights[(heights > 0.8 * ppmm) & (heights < 5.0 * ppmm)]
    return float(np.percentile(letters, 75)) if len(letters) else 2.0 * ppmm


def _without_neighbours(flat: Grey) -> Grey:
    """A strip without what reaches in from the lines above and below: ink that touches its upper or lower edge and is
    less high than a capital."""
    labels, stats = components(flat < 200)
    top, height = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
    touching = (top == 0) | (top + height == flat.shape[0])
    foreign = touching & (height < 0.7 * CAP_HEIGHT)
    foreign[0] = False
    return np.where(foreign[labels], np.uint8(255), flat)
