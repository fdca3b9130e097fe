"""What is left of a page beside a document that reaches from side to side, as where two pictures were joined to one."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Pixels

Points = npt.NDArray[np.float64]

_ACROSS = 0.95
"""Share of a page's side along which the document must lie."""
_PLAIN = 16
"""Range of grey values in a row or column of a blank margin."""


def leftovers(page: Pixels, corners: Points) -> Iterator[Points]:
    """The parts above, below, left and right of a document at `corners`, blank margins cut off: each as (4, 2) page
    pixels, clockwise from the top left."""
    h, w = page.shape[:2]
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    parts = []
    if min(right, w) - max(left, 0) >= _ACROSS * w:
        parts += [(0, 0, w, round(top)), (0, round(bottom), w, h)]
    if min(bottom, h) - max(top, 0) >= _ACROSS * h:
        parts += [(0, 0, round(left), h), (round(right), 0, w, h)]
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    for x0, y0, x1, y1 in parts:
        part = grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
        if min(part.shape) < 2:
            continue
        rows = np.flatnonzero(np.ptp(part, axis=1) > _PLAIN)
        columns = np.flatnonzero(np.ptp(part, axis=0) > _PLAIN)
        if len(rows) and len(columns):
            a, b = max(0, x0) + columns[0], max(0, y0) + rows[0]
            c, d = max(0, x0) + columns[-1] + 1, max(0, y0) + rows[-1] + 1
            yield np.array([[a, b], [c, b], [c, d], [a, d]], dtype=np.float64)
