"""Straight strips of the lines of an MRZ, cut from the full picture, with the way back to the page.

A strip is 32 rows high. The characters' height spans rows 6 to 26 and one pitch is 21 columns, whatever the size,
angle, perspective or curve of the line on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.reading.mrz.combs import Comb, Floats
from docscan.reading.mrz.marks import Gray

ROWS = 32
CAP = 20
"""Rows from the top to the foot of a character."""
PITCH = 21
"""Columns from a character to the next."""
MARGIN = 2
"""Characters kept free on both sides of a line."""
USUAL_ASPECT = 1.0
"""Height over pitch of OCR-B size I as it appears with the blur of a scan."""
LENGTHS = (30, 36, 44)
_ROOM = 10
_OVERSAMPLED = 1.4
"""A picture finer than the strip by more than this is first averaged down, so that no detail folds over."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The frame of one line on the page: where its characters stand, how high they are and how far they lean."""

    comb: Comb
    left: float
    """Character number at the left end of the strip; fractions count."""
    cells: int
    """Characters from end to end of the strip, margins included."""
    aspect: float
    """Height of a character over the pitch."""
    lean: float = 0.0
    """Columns to the right for each row upward."""
    drop: float = 0.0
    """How far below the comb the middle of the characters lies, in heights."""

    def to_page(self, points: npt.ArrayLike) -> Floats:
        """(k, 2) strip pixels to page pixels."""
        xy = np.asarray(points, float)
        up = (ROWS / 2 - 0.5 - xy[:, 1]) / CAP - self.drop
        n = self.left + (xy[:, 0] + 0.5) / PITCH + up * CAP * self.lean / PITCH
        step = self.comb.along(n)
        return np.asarray(self.comb.at(n) + (up * self.aspect)[:, None] * np.column_stack([step[:, 1], -step[:, 0]]))

    @property
    def width(self) -> int:
        return self.cells * PITCH


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One straightened line, (32, w), dark characters on a lighter ground, and its frame."""

    pixels: Gray
    line: Line

    def to_page(self, points: npt.ArrayLike) -> Floats:
        """(k, 2) pixels of this strip to page pixels."""
        return self.line.to_page(points)


def straighten(gray: Gray, combs: Sequence[Comb], aspect: float | None = None) -> tuple[Strip, ...]:
    """Strips of parallel lines counted alike, top line first as seen with the strips upright.

    `aspect` is the height of a character over the pitch; by default it is measured, which dark patterns between the
    lines can mislead.
    """
    lines = _framed(combs)
    lines = _fitted(gray, lines) if aspect is None else [replace(line, aspect=aspect) for line in lines]
    return tuple(Strip(cut(gray, line), line) for line in lines)


def _framed(combs: Sequence[Comb]) -> list[Line]:
    """One frame for all lines, wide enough for the shortest format that can hold what was seen."""
    first, last = min(c.first for c in combs), max(c.last for c in combs)
    cells = last - first + 1
    room = min(next((n for n in LENGTHS if n >= cells), cells) - cells, _ROOM) + MARGIN
    aspect = float(np.median([c.size / c.pitch for c in combs]))
    below = sorted(combs, key=lambda c: float(_normal(combs[0]) @ c.at([combs[0].middle])[0]))
    return [Line(c, first - 0.5 - room, cells + 2 * room, min(max(aspect, 0.7), 1.3)) for c in below]


def _normal(comb: Comb) -> Floats:
    x, y = comb.along([comb.middle])[0]
    return np.array([-y, x])


def cut(gray: Gray, line: Line, rows: int = ROWS) -> Gray:
    """(rows, w) pixels of the line's frame; more than 32 rows show more above and below."""
    offset = (rows - ROWS) / 2
    # The map is smooth: exact at every eighth pixel, bilinear between.
    xs, ys = np.arange(0, line.width + 8, 8), np.arange(0, rows + 8, 8)
    knots = line.to_page(np.stack(np.meshgrid(xs, ys - offset), axis=-1).reshape(-1, 2)).reshape(len(ys), len(xs), 2)
    low = np.floor(knots.min(axis=(0, 1)) - 4).astype(int).clip(0)
    high = np.ceil(knots.max(axis=(0, 1)) + 5).astype(int)
    part = gray[low[1] : max(high[1], low[1] + 1), low[0] : max(high[0], low[0] + 1)]
    if not part.size:
        return np.full((rows, line.width), 255, np.uint8)
    finer = line.comb.pitch / PITCH
    scale = 1.0
    if finer > _OVERSAMPLED:
        scale = _OVERSAMPLED / finer
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    local = (knots - low + 0.5) * scale - 0.5
    dense = cv2.warpAffine(
        local.astype(np.float32), np.array([[8.0, 0, 0], [0, 8.0, 0]]), (line.width, rows), flags=cv2.INTER_LINEAR
    )
    return np.asarray(
        cv2.remap(part, dense[..., 0], dense[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _fitted(gray: Gray, lines: Sequence[Line]) -> list[Line]:
    """The frames with lean, height and middle as the pixels show them."""
    tall = [_ink(cut(gray, line, ROWS * 3 // 2)) for line in lines]
    lean = _lean(tall)
    upright = [_sheared(t, lean) for t in tall]
    edges = [_edges(t) for t in upright]
    height = float(np.median([foot - top for top, foot in edges]))
    grow = min(max(height / CAP, 0.6), 1.5)
    middle = ROWS * 3 / 4
    return [
        replace(
            line,
            aspect=line.aspect * grow,
            lean=lean,
            drop=min(max(((top + foot) / 2 - middle) / (CAP * grow), -0.25), 0.25),
        )
        for line, (top, foot) in zip(lines, edges, strict=True)
    ]


def _ink(strip: Gray) -> npt.NDArray[np.float32]:
    """Darkness against the ground around, 0 to 1 of the line's dark ink."""
    ground = cv2.blur(cv2.dilate(strip, np.ones((13, 13), np.uint8)), (31, 31))
    ink = cv2.subtract(ground, strip).astype(np.float32)
    return np.asarray(np.clip(ink / max(float(np.percentile(ink, 95)), 4.0), 0, 1), np.float32)


def _sheared(ink: npt.NDArray[np.float32], lean: float, middle: float | None = None) -> npt.NDArray[np.float32]:
    """Rows moved so that strokes leaning by `lean` stand upright; the row `middle`, or the middle one, stays."""
    middle = (ink.shape[0] - 1) / 2 if middle is None else middle
    move = np.array([[1.0, -lean, lean * middle], [0, 1.0, 0]])
    return np.asarray(
        cv2.warpAffine(ink, move, (ink.shape[1], ink.shape[0]), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP),
        np.float32,
    )


def _lean(tall: Sequence[npt.NDArray[np.float32]]) -> float:
    """The lean at which strokes and gaps of all lines stand out most when columns are summed."""
    first, last = ROWS // 4 + 5, ROWS // 4 + 27
    strips = [(t[first:last], (t.shape[0] - 1) / 2 - first) for t in tall]
    leans = np.arange(-0.30, 0.301, 0.05)

    @cache
    def score(k: int) -> float:
        return sum(float(_sheared(t, float(leans[k]), m).mean(axis=0).var()) for t, m in strips)

    near = max(range(0, len(leans), 2), key=score)
    best = max((k for k in (near - 1, near, near + 1) if 0 <= k < len(leans)), key=score)
    if not 0 < best < len(leans) - 1:
        return 0.0
    before, at, after = (score(k) for k in (best - 1, best, best + 1))
    return float(leans[best] + 0.05 * 0.5 * (before - after) / (before - 2 * at + after))


def _edges(ink: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Top and foot of the characters, rows of a tall strip. A filler is lower than a letter, so the cells that reach
    farthest decide."""
    rows, width = ink.shape
    cells = ink[:, : width // PITCH * PITCH].reshape(rows, -1, PITCH)
    dark = np.sort(cells, axis=2)[:, :, -4:].mean(axis=2)
    reach = np.sort(dark, axis=1)[:, -max(4, dark.shape[1] // 5)]
    middle = rows // 2
    level = 0.5 * float(np.median(reach[middle - 7 : middle + 7]))
    top = _crossing(reach[middle::-1], level)
    foot = _crossing(reach[middle:], level)
    return middle - top, middle + foot


def _crossing(values: npt.NDArray[np.float32], level: float) -> float:
    """Where the values first stay below the level, from the middle of a character outward."""
    start = 5
    under = np.flatnonzero(values[start:] < level)
    if not len(under):
        return float(len(values) - 1)
    k = int(under[0]) + start
    high, low = float(values[k - 1]), float(values[k])
    return k - 1 + (high - level) / max(high - low, 1e-6)
