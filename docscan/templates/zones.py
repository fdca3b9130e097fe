"""Finding the zones of a face by what varies between specimens: portrait, other pictures, and lines of print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import Floats, components, cut
from docscan.geometry import Box

Mask = npt.NDArray[np.bool_]

MIN_DEPARTURE = 8.0
"""CIELAB distance from the specimens' median at which a pixel counts as other."""
GRADIENT_ALLOWANCE = 0.35
"""Pixels of misregistration that a steep edge of static print is forgiven."""
PORTRAIT_ASPECT = (0.5, 1.05)
PALE_PPMM, PALE_DEPARTURE = 3.0, 1.0
"""Resolution at which pale pictures are looked for, and the standard deviation (L) from which an area varies."""
MIN_FILL = 0.3
"""Share of its box that a picture covers."""
LINE_MM = 3.6
"""Height up to which a part of a block is one of its lines."""
TALLEST_MM = 4.6
"""Height up to which varying print is a line; what is taller is a scrawl."""


def departures(labs: Sequence[Floats], covered: Sequence[Mask], median: Floats) -> list[Mask]:
    """For each specimen where it shows something else than the median of all."""
    lightness = median[..., 0]
    slope = np.hypot(
        cv2.Sobel(lightness, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(lightness, cv2.CV_32F, 0, 1, scale=0.125)
    )
    slope = cv2.dilate(slope, np.ones((3, 3)))
    distances = [cv2.blur(np.linalg.norm(lab - median, axis=2), (3, 3)) for lab in labs]
    usual = float(np.median([np.median(d) for d in distances]))
    threshold = max(MIN_DEPARTURE, 4 * usual) + GRADIENT_ALLOWANCE * slope
    kernel = np.ones((2, 2), np.uint8)
    return [
        cv2.morphologyEx(((d > threshold) & c).astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0
        for d, c in zip(distances, covered, strict=True)
    ]


def pictures(specimens: Sequence[Mask], labs: Sequence[Floats], ppmm: float) -> list[Box]:
    """Boxes (pixels) of variable areas of a portrait's shape, solid ones (photographs) before patchy ones (ghosts,
    signatures) before pale ones, the largest first of each."""
    solid = np.zeros(specimens[0].shape, bool)
    for mask in specimens:
        filled = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, _ellipse(0.4 * ppmm, 0.4 * ppmm))
        solid |= cv2.morphologyEx(filled, cv2.MORPH_OPEN, _ellipse(1.0 * ppmm, 1.0 * ppmm)) > 0
    closed = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, _ellipse(0.6 * ppmm, 0.6 * ppmm))
    large = cv2.morphologyEx(closed, cv2.MORPH_OPEN, _ellipse(4.0 * ppmm, 4.0 * ppmm))
    # What only one or two specimens have (the long stroke of a signature) must not join a ghost to its neighbour.
    joined = (np.sum(specimens, axis=0) >= max(1.0, 0.2 * len(specimens))).astype(np.uint8)
    patchy = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, _ellipse(1.2 * ppmm, 1.2 * ppmm))
    found: list[Box] = []
    for shape in (large, patchy, _pale(labs, ppmm)):
        boxes = [box for box, part in _components(shape) if _like_a_picture(box, ppmm) and part.mean() > MIN_FILL]
        for box in sorted(boxes, key=lambda b: -b.width * b.height):
            if not any(_touch(box, other) for other in found):
                found.append(box)
    return found


def _pale(labs: Sequence[Floats], ppmm: float) -> Mask:
    """Areas that vary too faintly for single pixels to tell: pale ghosts."""
    height, width = labs[0].shape[:2]
    size = (round(width * PALE_PPMM / ppmm), round(height * PALE_PPMM / ppmm))
    small = np.stack([cv2.resize(lab[..., 0], size, interpolation=cv2.INTER_AREA) for lab in labs])
    varied = small.std(axis=0)
    faint = (varied > max(PALE_DEPARTURE, 4 * float(np.median(varied)))).astype(np.uint8)
    joined = cv2.morphologyEx(faint, cv2.MORPH_CLOSE, _ellipse(1.2 * PALE_PPMM, 1.2 * PALE_PPMM))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _ellipse(2.5 * PALE_PPMM, 2.5 * PALE_PPMM))
    return np.asarray(cv2.resize(opened, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _like_a_picture(box: Box, ppmm: float) -> bool:
    low, high = PORTRAIT_ASPECT
    return box.height >= 5.5 * ppmm and box.width >= 4.5 * ppmm and low <= box.width / box.height <= high


def _touch(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def squared(box: Box, variable: Mask, ppmm: float) -> Box:
    """`box` moved to the rows and columns where variation begins, at most 2 mm outward or inward."""
    reach = round(2 * ppmm)
    left, top, right, bottom = round(box.x), round(box.y), round(box.right), round(box.bottom)
    height, width = variable.shape
    rows = slice(top + (bottom - top) // 5, bottom - (bottom - top) // 5)
    columns = slice(left + (right - left) // 5, right - (right - left) // 5)

    def edge(profile: npt.NDArray[np.float64], start: int, outward: int) -> int:
        usual = float(
            np.median(profile[min(start, start - outward * 3 * reach) : max(start, start - outward * 3 * reach)])
        )
        best = start
        for step in range(-reach, reach + 1):
            at = start + outward * step
            if 0 <= at < len(profile) and profile[at] > 0.5 * usual:
                best = at
        return best

    across, down = variable[rows].mean(axis=0), variable[:, columns].mean(axis=1)
    x0, x1 = edge(across, left, -1), edge(across, min(right, width) - 1, 1) + 1
    y0, y1 = edge(down, top, -1), edge(down, min(bottom, height) - 1, 1) + 1
    return Box(x=x0, y=y0, width=max(1, x1 - x0), height=max(1, y1 - y0))


def lines(specimens: Sequence[Mask], apart: Iterable[Box], ppmm: float) -> tuple[list[Box], list[Box]]:
    """Boxes (pixels) of lines of print and of scrawls too tall for a line, in reading order."""
    count = np.asarray(np.sum(specimens, axis=0, dtype=np.int32))
    for box in apart:
        cut(count, box)[...] = 0
    margin = round(0.8 * ppmm)
    inner = np.zeros_like(count)
    inner[margin:-margin, margin:-margin] = count[margin:-margin, margin:-margin]
    any_ink = inner > 0
    closed = cv2.morphologyEx(
        any_ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((max(1, round(0.3 * ppmm)), round(1.2 * ppmm)), np.uint8)
    )
    found: list[Box] = []
    tall: list[Box] = []
    for box, part in _components(closed > 0):
        for piece in _split(box, cut(inner, box) * part, ppmm):
            written = sum(bool(cut(s, piece).sum() > (0.3 * ppmm) ** 2) for s in specimens)
            # A line that one specimen alone has is a rare entry; a speck that one alone has is dirt.
            rare = written == 1 and piece.width < 3.0 * ppmm
            if written == 0 or rare or piece.height < 0.8 * ppmm or piece.width < 0.6 * ppmm:
                continue
            (tall if piece.height > TALLEST_MM * ppmm else found).append(piece)
    return ordered(_merged(found, ppmm)), ordered(tall)


def _split(box: Box, ink: npt.NDArray[Any], ppmm: float) -> list[Box]:
    """A component cut at rows that hold much less ink than the rows above and below, so that close lines come apart."""
    if box.height < 3.2 * ppmm:
        return [box]
    profile = cv2.GaussianBlur(ink.sum(axis=1).astype(np.float32)[:, None], (1, 0), 0.12 * ppmm)[:, 0]
    least = round(1.3 * ppmm)
    cuts: list[int] = []
    for row in range(least, len(profile) - least):
        above, below = profile[(cuts or [0])[-1] : row], profile[row : row + 3 * least]
        valley = profile[row] < 0.3 * min(above.max(), below.max())
        if (
            valley
            and profile[row] == profile[max(0, row - least // 2) : row + least // 2].min()
            and len(above) >= least
        ):
            cuts.append(row)
    pieces = []
    for start, stop in zip([0, *cuts], [*cuts, len(profile)], strict=True):
        rows = np.flatnonzero(ink[start:stop].any(axis=1))
        columns = np.flatnonzero(ink[start:stop].any(axis=0))
        if len(rows) and rows[-1] - rows[0] >= 0.8 * ppmm:
            pieces.append(
                Box(
                    x=box.x + columns[0],
                    y=box.y + start + rows[0],
                    width=columns[-1] - columns[0] + 1,
                    height=rows[-1] - rows[0] + 1,
                )
            )
    # A signature has valleys too, but its parts are too tall for lines.
    return pieces if pieces and all(piece.height <= LINE_MM * ppmm for piece in pieces) else [box]


def _merged(boxes: Sequence[Box], ppmm: float) -> list[Box]:
    """Parts of one line, less than 1.6 mm apart, as one box."""
    merged = list(boxes)
    changed = True
    while changed:
        changed = False
        for i, a in enumerate(merged):
            for b in merged[i + 1 :]:
                overlap = min(a.bottom, b.bottom) - max(a.y, b.y)
                gap = max(a.x, b.x) - min(a.right, b.right)
                alike = abs(a.bottom - b.bottom) < 0.5 * ppmm or abs(a.y - b.y) < 0.5 * ppmm
                if alike and overlap > 0.6 * min(a.height, b.height) and gap < 1.6 * ppmm:
                    merged = [m for m in merged if m is not a and m is not b]
                    merged.append(Box.around([[a.x, a.y], [a.right, a.bottom], [b.x, b.y], [b.right, b.bottom]]))
                    changed = True
                    break
            if changed:
                break
    return merged


def ordered(boxes: Sequence[Box]) -> list[Box]:
    """In reading order."""
    return sorted(boxes, key=lambda b: (round(b.y), b.x))


def _components(mask: npt.NDArray[Any] | Mask) -> list[tuple[Box, Mask]]:
    labels, stats = components(mask)
    parts = []
    for index in range(1, len(stats)):
        x, y, width, height = (int(v) for v in stats[index, :4])
        parts.append((Box(x=x, y=y, width=width, height=height), labels[y : y + height, x : x + width] == index))
    return parts


def _ellipse(width: float, height: float) -> npt.NDArray[Any]:
    size = (max(1, round(width) | 1), max(1, round(height) | 1))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size), np.uint8)
