"""Places that are smoother than anything else in the same picture.

Paper, print and the sensor's noise leave something in every block of a capture. A patch that an editor filled or drew
has less of it than the smoothest genuine places.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from docscan.traces.blocks import SIZE, Floats

Mask = npt.NDArray[np.bool_]

_U, _V = np.mgrid[0:SIZE, 0:SIZE]
_BAND = ((_U + _V >= 2) & (_U + _V <= 7)).astype(np.float32)
"""Neither shading, which every surface has, nor what JPEG throws away first."""
_FLOOR = 0.05
_DARK, _BRIGHT = 12.0, 244.0
"""Mean grey levels beyond which a block is clipped, and smooth for that."""
WINDOW = (3, 2)
"""Columns and rows of blocks that must be smooth together."""
_LOWEST, _LOW = 0.02, 0.12
"""Shares of the windows that show how smooth the picture gets by itself, and how fast."""
_LEAST_SPREAD = 0.25
FEWEST = 300


def deficit(coefficients: Floats, judged: Mask) -> Floats | None:
    """(rows, columns) by how much a window of blocks is smoother than the picture gets by itself, in units of how fast
    its smoothest windows thin out; 0 where not judged, None where there are too few windows.

    `coefficients`: (rows, columns, 8, 8); `judged`: (rows, columns).
    """
    energy = np.log((coefficients**2 * _BAND).sum(axis=(2, 3)) / _BAND.sum() + _FLOOR)
    mean = coefficients[..., 0, 0] / SIZE + 128
    known = judged & (mean > _DARK) & (mean < _BRIGHT)
    whole = cv2.boxFilter(known.astype(np.float32), -1, WINDOW) > 0.99
    if whole.sum() < FEWEST:
        return None
    level = cv2.boxFilter(np.where(known, energy, 0).astype(np.float32), -1, WINDOW)
    lowest, low = np.quantile(level[whole], (_LOWEST, _LOW))
    return np.asarray(np.where(whole, np.maximum(0, (lowest - level) / (low - lowest + _LEAST_SPREAD)), 0), np.float32)
