"""A picture's luminance as the 8 x 8 blocks of cosine coefficients in which JPEG stores it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SIZE = 8
# The order in which ITU-T T.81 stores coefficients: row and column of each, lowest frequency first.
ZIGZAG: tuple[tuple[int, int], ...] = tuple(
    sorted(
        ((u, v) for u in range(SIZE) for v in range(SIZE)),
        key=lambda uv: (uv[0] + uv[1], uv[0] if (uv[0] + uv[1]) % 2 else uv[1]),
    )
)
_BASIS = cv2.dct(np.eye(SIZE, dtype=np.float32), flags=cv2.DCT_ROWS).T.copy()


def luminance(pixels: npt.NDArray[Any]) -> Floats:
    """(h, w) of (h, w, 3) RGB: JFIF's Y, unrounded."""
    return np.asarray(cv2.transform(pixels.astype(np.float32), np.array([[0.299, 0.587, 0.114]], dtype=np.float32)))


def coefficients(grey: Floats) -> Floats:
    """(rows, columns, 8, 8) orthonormal cosine coefficients of the whole blocks of `grey`, from its top left corner."""
    rows, columns = grey.shape[0] // SIZE, grey.shape[1] // SIZE
    strips = grey[: rows * SIZE, : columns * SIZE].reshape(rows, SIZE, columns * SIZE) - 128.0
    down = np.matmul(_BASIS, strips).reshape(rows * SIZE, columns, SIZE)
    both = np.matmul(down.reshape(-1, SIZE), _BASIS.T).reshape(rows, SIZE, columns, SIZE)
    return np.ascontiguousarray(both.transpose(0, 2, 1, 3))


def thinned(pixels: npt.NDArray[Any], every: int) -> npt.NDArray[Any]:
    """The picture made of every `every`-th block, across and down, of a (h, w) or (h, w, 3) picture."""
    rows, columns = pixels.shape[0] // SIZE, pixels.shape[1] // SIZE
    whole, rest = pixels[: rows * SIZE, : columns * SIZE], pixels.shape[2:]
    tiles = whole.reshape(rows, SIZE, columns, SIZE, *rest)[::every, :, ::every]
    return np.ascontiguousarray(tiles).reshape(tiles.shape[0] * SIZE, tiles.shape[2] * SIZE, *rest)
