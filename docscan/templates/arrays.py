"""Small help for arrays and boxes."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from docscan.geometry import Box

Floats = npt.NDArray[Any]
"""Arrays of float32; OpenCV's stubs promise no more than numbers."""


def cut(array: npt.NDArray[Any], box: Box) -> npt.NDArray[Any]:
    """The view of an array inside a box of its pixels; may be empty."""
    top, left = max(0, round(box.y)), max(0, round(box.x))
    return array[top : max(top, round(box.bottom)), left : max(left, round(box.right))]
