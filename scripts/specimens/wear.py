"""Use and dirt: what years in a pocket leave on a page, genuine or not."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def worn(page: Pixels, ppi: float, seed: int, amount: float) -> Pixels:
    """`page` after use; `amount` 0 is new, 1 is much used."""
    if amount <= 0:
        return page
    rng = np.random.default_rng([seed, 0xD127])
    h, w = page.shape[:2]
    mm = ppi / 25.4
    fade = 0.06 * amount * rng.random()
    out = cv2.addWeighted(page, 1 - fade, np.full_like(page, 232), fade, 0.0)
    scratches = np.zeros((h, w), dtype=np.uint8)
    for _ in range(rng.poisson(4 * amount)):
        start = rng.uniform(0, 1, 2) * (w, h)
        bends = np.cumsum(rng.normal(0, 1.2 * mm, (8, 2)) + rng.normal(0, 1.6 * mm, 2), axis=0)
        line = np.round((start + bends) * 16).astype(np.int32)
        cv2.polylines(scratches, [line], False, int(rng.integers(30, 90)), 1, cv2.LINE_AA, 4)
    for _ in range(rng.poisson(25 * amount)):
        x, y = (int(v) for v in rng.uniform(0, 1, 2) * (w, h))
        cv2.circle(scratches, (x, y), max(1, round(rng.uniform(0.03, 0.09) * mm)), int(rng.integers(40, 130)), -1)
    light = rng.random() < 0.5
    out = cv2.add(out, cv2.merge([scratches] * 3)) if light else cv2.subtract(out, cv2.merge([scratches] * 3))
    for _ in range(rng.poisson(1.2 * amount)):
        small = np.zeros((h // 16 + 1, w // 16 + 1), dtype=np.uint8)
        x, y = (int(v) for v in rng.uniform(0, 1, 2) * small.shape[::-1])
        radius = round(rng.uniform(2, 7) * mm / 16)
        cv2.ellipse(small, (x, y), (radius + 1, max(1, radius // 2)), float(rng.uniform(0, 180)), 0, 360, 255, -1)
        spread = cv2.resize(cv2.GaussianBlur(small, (0, 0), 3.0), (w, h))
        left, top, width, height = cv2.boundingRect(spread)
        at = slice(top, top + height), slice(left, left + width)
        stain = spread[at].astype(np.float32)[..., None] / 255
        part = out[at] * (1 - stain * np.array([0.03, 0.06, 0.12], dtype=np.float32) * rng.uniform(0.4, 1))
        out[at] = part.astype(np.uint8)
    return out
