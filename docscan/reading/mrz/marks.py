"""Dark marks that could be characters, and which of them stand near a point."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components
from docscan.reading.mrz.combs import Floats

Gray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Dark marks that could be characters."""

    centres: Floats
    """(n, 2) middles of their boxes."""
    sizes: Floats
    """(n, 2) width and height of their boxes."""


class Neighbours:
    """Exact nearest points. OpenCV's index: SciPy's takes half a second to import."""

    def __init__(self, points: Floats) -> None:
        self._points = points.astype(np.float32)
        self._index = cv2.flann.Index(self._points, {"algorithm": _KD_TREE})
        order = np.argsort(points[:, 0], kind="stable")
        self._order, (self._x, self._y) = order.tolist(), points[order].T.tolist()

    def of(self, points: npt.ArrayLike, count: int) -> tuple[Floats, npt.NDArray[np.intp]]:
        """(k, count) distances and numbers of the nearest to each of (k, 2) points, the nearest first."""
        asked = np.asarray(points, np.float32).reshape(-1, 2)
        number, squared = self._index.knnSearch(asked, count, params={"checks": -1})
        return np.sqrt(squared.astype(np.float64)), number.astype(np.intp)

    def within(self, reach: float, of: tuple[float, float]) -> int | None:
        """The number of the nearest to one point, if it is nearer than `reach`. Plain numbers: it is asked for every
        character, one after the other."""
        x, y = of
        nearest, least = None, reach * reach
        for k in range(bisect_left(self._x, x - reach), len(self._x)):
            off = self._x[k] - x
            if off > reach:
                break
            squared = off * off + (self._y[k] - y) ** 2
            if squared < least:
                nearest, least = self._order[k], squared
        return nearest


_KD_TREE = 4
"""cvflann::FLANN_INDEX_KDTREE_SINGLE, the one that is exact."""

_INK = 0.42
"""Share of the strongest contrast nearby from which a pixel is ink."""
_FAINTEST = 7
"""Grey levels of contrast that are no ink in any case."""


def find_marks(gray: Gray) -> Marks:
    """Connected dark marks the size of characters. The threshold is a share of the strongest contrast nearby, so that
    faint background patterns beside dark print fall away while faint print on a plain ground stays."""
    gray = np.asarray(cv2.GaussianBlur(gray, (3, 3), 0), np.uint8)
    ground = cv2.blur(gray, (31, 31))
    contrast = cv2.subtract(ground, gray)
    peak = cv2.blur(cv2.dilate(contrast, np.ones((35, 35), np.uint8)), (35, 35))
    least = np.maximum(cv2.convertScaleAbs(peak, alpha=_INK), _FAINTEST)
    ink = cv2.compare(contrast, least, cv2.CMP_GT)
    _, stats = components(ink)
    box = stats[1:, :4].astype(np.float64)
    large, thin = box[:, 2:].max(axis=1), box[:, 2:].min(axis=1)
    keep = (large >= 5) & (large <= 80) & (thin >= 2)
    box = box[keep]
    return Marks(box[:, :2] + (box[:, 2:] - 1) / 2, box[:, 2:])
