"""Heads: where they are, and which way up a face without an MRZ lies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Box, Pixels

_WIDTH = 240
"""Pixels across the document at which heads are sought: a portrait is at least 20 mm wide, so 40 pixels or more."""
_HEAD = (30, 120)


def turn_of_head(pixels: Pixels, turns: Sequence[int] = range(4)) -> int | None:
    """The first of `turns` (quarters counter-clockwise) by which (h, w, 3) RGB pixels show an upright head."""
    grey, _ = _small(pixels)
    return next((turn for turn in turns if _found(np.ascontiguousarray(np.rot90(grey, turn)))), None)


def heads(pixels: Pixels) -> tuple[Box, ...]:
    """Upright heads, from about the eyebrows to the chin, in pixels of the picture."""
    grey, scale = _small(pixels)
    return tuple(Box(x=f["c"], y=f["r"], width=f["width"], height=f["height"]).scaled(1 / scale) for f in _found(grey))


def _small(pixels: Pixels) -> tuple[npt.NDArray[Any], float]:
    """Grey, _WIDTH pixels the longer way, and the scale at which it is."""
    h, w = pixels.shape[:2]
    scale = _WIDTH / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    return cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY), scale


def _found(grey: npt.NDArray[Any]) -> list[Any]:
    smallest, largest = _HEAD
    if min(grey.shape) < smallest:
        return []
    return list(
        _cascade().detect_multi_scale(
            grey, scale_factor=1.2, step_ratio=1.0, min_size=(smallest, smallest), max_size=(largest, largest)
        )
    )


@cache
def _cascade() -> Any:
    from skimage import data
    from skimage.feature import Cascade

    return Cascade(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
