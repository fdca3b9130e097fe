"""A photograph put over a page: where it lies, how large it is, and the wall behind its head.

A workshop cuts its photographs by one measure, lays them by one habit and takes or prints them in one light. What is
put over a page hides its pattern, so where the page begins to be the template's again is where the photograph ends,
however near its wall is to the paper's colour.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from docscan.arrays import Floats, cut
from docscan.geometry import Box

MEASURES = ("across", "down", "width", "height", "wall_l", "wall_a", "wall_b")
INSIDE_MM, OUTSIDE_MM = 4.0, 5.5
"""How far from the border of the template's portrait the photograph's is sought; the template's is where faces end,
which fade out on most documents."""
SIDE_MM = 0.6
"""Width of the two strips that are compared."""
LIKE_NOTHING = 6.0
"""Colour difference (CIE76) from which the page is not the template's, and more is no more: hair against a wall is no
border."""
LEAST_STEP = 1.2
"""Colour difference by which one strip must depart further from the template than the next."""
CLEAR_MM = 0.3
"""Kept from other zones, where any document differs from the template."""
MIDDLE = 0.12, 0.88
"""Part of each side along which its border is sought."""
STEPS = 96
CORNERS = 0.1, 0.2
"""Shares of the portrait's width and height of the corners in which the wall is looked at."""
RIM_MM = 1.5
"""Of the portrait, which is left out there: it may be the page's."""


def measure(lab: Floats, ground: Floats, portrait: Box, others: Sequence[Box], ppmm: float) -> dict[str, float]:
    """Departures of the photograph from the template's portrait: `across` and `down` (of its middle, millimetres),
    `width` and `height` (millimetres larger), `wall_l`, `wall_a`, `wall_b` (CIELAB). What cannot be told is absent.

    `lab` and `ground` are (h, w, 3) of the page and of the template, `portrait` and `others` the template's zones in
    millimetres.
    """
    found = _wall(lab, ground, portrait.grown(-RIM_MM).scaled(ppmm))
    around = portrait.grown(OUTSIDE_MM + 1).scaled(ppmm)
    at = max(0, round(around.x)), max(0, round(around.y))
    apart = np.linalg.norm(cut(lab, around) - cut(ground, around), axis=2)
    apart = np.minimum(apart, LIKE_NOTHING).astype(np.float32)
    box = portrait.scaled(ppmm)
    box = box.model_copy(update={"x": box.x - at[0], "y": box.y - at[1]})
    reach = _reach(portrait, others)
    left, top, right, bottom = (_border(apart, box, side, free, ppmm) for side, free in enumerate(reach))
    for middle, size, first, last in (("across", "width", left, right), ("down", "height", top, bottom)):
        if first is not None and last is not None:
            found |= {middle: (last - first) / 2, size: first + last}
    return found


def _wall(lab: Floats, ground: Floats, inner: Box) -> dict[str, float]:
    """The upper corners, which no head and little hair reaches."""
    across, down = CORNERS[0] * inner.width, CORNERS[1] * inner.height
    corners = [Box(x=x, y=inner.y, width=across, height=down) for x in (inner.x, inner.right - across)]
    seen, known = (np.concatenate([cut(image, corner).reshape(-1, 3) for corner in corners]) for image in (lab, ground))
    if not len(seen):
        return {}
    off = np.median(seen, axis=0) - np.median(known, axis=0)
    return {f"wall_{name}": float(value) for name, value in zip("lab", off, strict=True)}


def _reach(portrait: Box, others: Sequence[Box]) -> tuple[float, float, float, float]:
    """Millimetres free of other zones beyond the left, top, right and bottom side."""
    left = top = right = bottom = OUTSIDE_MM
    for other in others:
        if other.y < portrait.bottom and other.bottom > portrait.y:
            left = min(left, portrait.x - other.right) if other.right <= portrait.x else left
            right = min(right, other.x - portrait.right) if other.x >= portrait.right else right
        if other.x < portrait.right and other.right > portrait.x:
            top = min(top, portrait.y - other.bottom) if other.bottom <= portrait.y else top
            bottom = min(bottom, other.y - portrait.bottom) if other.y >= portrait.bottom else bottom
    return left - CLEAR_MM, top - CLEAR_MM, right - CLEAR_MM, bottom - CLEAR_MM


def _border(apart: Floats, box: Box, side: int, free: float, ppmm: float) -> float | None:
    """Millimetres by which the photograph reaches beyond a side of the box (pixels); None where no border is seen."""
    wide = max(2, round(SIDE_MM * ppmm))
    offsets = np.arange(round(-INSIDE_MM * ppmm), round(free * ppmm) + 1, dtype=np.float32)
    if len(offsets) < 2 * wide:
        return None
    sign = -1 if side < 2 else 1
    across = (box.x, box.y, box.right, box.bottom)[side] + sign * offsets
    vertical = side in (0, 2)
    first, length = (box.y, box.height) if vertical else (box.x, box.width)
    along = np.linspace(first + MIDDLE[0] * length, first + MIDDLE[1] * length, STEPS, dtype=np.float32)
    x, y = np.meshgrid(across, along) if vertical else reversed(np.meshgrid(across, along))
    strips = cv2.remap(apart, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    total = np.concatenate([[0.0], np.cumsum(np.median(strips, axis=0))])
    at = np.arange(wide, len(offsets) - wide + 1)
    step = (2 * total[at] - total[at - wide] - total[at + wide]) / wide
    best = int(np.argmax(step))
    return float(offsets[at[best]] - 0.5) / ppmm if step[best] >= LEAST_STEP else None
