"""Small help for arrays and boxes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.geometry import Box

Floats = npt.NDArray[Any]
"""Arrays of float32; OpenCV's stubs promise no more than numbers."""


def cut(array: npt.NDArray[Any], box: Box) -> npt.NDArray[Any]:
    """The view of an array inside a box of its pixels; may be empty."""
    top, left = max(0, round(box.y)), max(0, round(box.x))
    return array[top : max(top, round(box.bottom)), left : max(left, round(box.right))]


def components(mask: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """(h, w) labels of the marks that hang together in a mask, corners included, 0 the ground, and OpenCV's statistics
    of each. Of OpenCV's ways, which all find the same, the fastest on one thread."""
    marks = np.asarray(mask, np.uint8)
    # OpenCV takes half the time for labels of 16 bits. It starts no more of them than there are runs in the rows.
    few = np.count_nonzero(marks[:, :1]) + np.count_nonzero(marks[:, 1:] > marks[:, :-1]) < np.iinfo(np.uint16).max
    kind, way = (cv2.CV_16U, cv2.CCL_SPAGHETTI) if few else (cv2.CV_32S, cv2.CCL_BBDT)
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(marks, 8, kind, way)
    return labels, stats


def averaged(image: npt.NDArray[Any], size: tuple[int, int]) -> npt.NDArray[Any]:
    """`image` at a smaller size (columns, rows), each pixel the mean of those it stands for. Halving comes first, since
    OpenCV is fast at that and slow at any other factor."""
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        even = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
        image = cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
