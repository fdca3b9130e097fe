"""Which way up a face without an MRZ lies: a head tells."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np

from docscan.document import Pixels

_WIDTH = 240
"""Pixels across the document at which heads are sought: a portrait is at least 20 mm wide, so 40 pixels or more."""
_HEAD = (30, 120)


def heads_by_turn(pixels: Pixels) -> tuple[bool, bool, bool, bool]:
    """Whether an upright head is seen in (h, w, 3) RGB pixels turned by 0, 90, 180, 270 degrees counter-clockwise."""
    h, w = pixels.shape[:2]
    scale = _WIDTH / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)

    def seen(turn: int) -> bool:
        view = np.ascontiguousarray(np.rot90(grey, turn))
        smallest, largest = _HEAD
        if min(view.shape) < smallest:
            return False
        found = _cascade().detect_multi_scale(
            view, scale_factor=1.2, step_ratio=1.0, min_size=(smallest, smallest), max_size=(largest, largest)
        )
        return len(found) > 0

    return seen(0), seen(1), seen(2), seen(3)


@cache
def _cascade() -> Any:
    from skimage import data
    from skimage.feature import Cascade

    return Cascade(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
