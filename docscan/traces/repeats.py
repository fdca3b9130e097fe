"""Letters that stand twice in a picture with the very ground around them.

The same letter is printed many times, but each time on another place of the background print and in other noise. Where
ground and noise come again too, while what lies further out does not, one was copied from the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.templates.arrays import components
from docscan.traces.blocks import Floats

Mask = npt.NDArray[np.bool_]
Slices = tuple[slice, slice]

FINEST_PPMM = 17.0
"""Pixels a millimetre beyond which half as many are enough."""
_DARKER = 22.0
"""Grey levels by which ink is darker than its surroundings of some millimetres."""
_HEIGHT, _WIDTH, _FULL = (1.2, 4.5), (0.25, 4.5), 0.12
"""Millimetres of a letter, and the share of its box that it fills at least."""
MOST_LETTERS, MOST_PAIRS = 320, 80
_ALIKE = 0.9
"""Correlation of two letters from which they may be one."""
_CLOSE_MM, _FAR_MM, _REACH_MM = 0.25, 0.6, 1.3
"""The ground within the first is copied with a letter; between the other two it is another place's."""
_FEWEST = 40
"""Pixels of bare ground around a letter by which it can be told."""
_DOUBT = 4.8
"""Standard errors that are taken off, since neighbouring pixels go together."""


@dataclass(frozen=True)
class Repeat:
    """Two boxes (x, y, width, height in pixels) that hold the same letter on the same ground."""

    one: tuple[int, int, int, int]
    other: tuple[int, int, int, int]
    evidence: float
    """Fisher's z of how alike the ground around the letters is, beyond that of the ground further out."""


def strongest(grey: Floats, ppmm: float, judged: Mask) -> Repeat | None:
    """The pair of letters likeliest to be a copy, in (h, w) grey levels where `judged` (h, w); None where there are no
    two alike with enough ground around them."""
    zoom = 1
    if ppmm > FINEST_PPMM:
        zoom = 2
        half = (grey.shape[1] // 2, grey.shape[0] // 2)
        grey = np.asarray(cv2.resize(grey, half, interpolation=cv2.INTER_AREA), np.float32)
        judged, ppmm = judged[: 2 * grey.shape[0] : 2, : 2 * grey.shape[1] : 2], ppmm / 2
    ink = ((cv2.blur(grey, (int(3 * ppmm) | 1,) * 2) - grey > _DARKER) & judged).astype(np.uint8)
    letters = _letters(ink, ppmm)
    ground = grey - cv2.GaussianBlur(grey, (0, 0), 1.5)
    bare = cv2.dilate(ink, np.ones((5, 5), np.uint8)) == 0
    best: Repeat | None = None
    for i, j in _alike(grey, letters, ppmm):
        found = _compared(grey, ground, bare, letters[i], letters[j], ppmm)
        if found is not None and (best is None or found.evidence > best.evidence):
            best = found
    if best is None or zoom == 1:
        return best
    one, other = (tuple(zoom * v for v in box) for box in (best.one, best.other))
    return Repeat(one, other, best.evidence)  # type: ignore[arg-type]


def _letters(ink: npt.NDArray[np.uint8], ppmm: float) -> npt.NDArray[np.int32]:
    """(n, 4) boxes of what may be letters, far enough from the edges to be looked around."""
    _, stats = components(ink)
    x, y, width, height, area = (stats[:, k] for k in range(5))
    reach = int(_REACH_MM * ppmm) + 2
    fits = (height > _HEIGHT[0] * ppmm) & (height < _HEIGHT[1] * ppmm)
    fits &= (width > _WIDTH[0] * ppmm) & (width < _WIDTH[1] * ppmm) & (area > _FULL * width * height)
    fits &= (x > reach) & (y > reach) & (x + width + reach < ink.shape[1]) & (y + height + reach < ink.shape[0])
    fits[0] = False
    kept = stats[fits]
    return np.asarray(kept[np.argsort(-kept[:, 4])[:MOST_LETTERS], :4], np.int32)


def _alike(grey: Floats, letters: npt.NDArray[np.int32], ppmm: float) -> list[tuple[int, int]]:
    """Pairs of letters that look the same, the most alike first."""
    if len(letters) < 2:
        return []
    shape = int(_HEIGHT[1] * ppmm) + 6, int(_WIDTH[1] * ppmm) + 6
    looks = np.zeros((len(letters), *shape), np.float32)
    for look, (x, y, w, h) in zip(looks, letters, strict=True):
        part = grey[y - 2 : y + h + 2, x - 2 : x + w + 2]
        part = part - part.mean()
        look[: h + 4, : w + 4] = part / (np.linalg.norm(part) + 1e-3)
    flat = looks.reshape(len(letters), -1)
    sizes = letters[:, 2:]
    same = np.abs(sizes[:, None] - sizes[None]).max(axis=2) <= 1
    i, j = np.triu_indices(len(letters), 1)
    scores = np.where(same, flat @ flat.T, 0)[i, j]
    order = np.argsort(-scores)[:MOST_PAIRS]
    return [(int(i[k]), int(j[k])) for k in order if scores[k] > _ALIKE]


def _compared(
    grey: Floats, ground: Floats, bare: Mask, one: npt.NDArray[np.int32], other: npt.NDArray[np.int32], ppmm: float
) -> Repeat | None:
    x, y, w, h = (int(v) for v in one)
    x2, y2 = int(other[0]), int(other[1])
    if abs(x - x2) < w and abs(y - y2) < h:
        return None
    reach, close, far = (max(2, int(mm * ppmm)) for mm in (_REACH_MM, _CLOSE_MM, _FAR_MM))

    def around(left: int, top: int, margin: int) -> Slices:
        return slice(top - margin, top + h + margin), slice(left - margin, left + w + margin)

    letter = grey[around(x, y, 2)]
    moves = [(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    dx, dy = min(moves, key=lambda m: float(np.abs(letter - grey[around(x2 + m[0], y2 + m[1], 2)]).sum()))
    here, there = around(x, y, reach), around(x2 + dx, y2 + dy, reach)
    free = bare[here] & bare[there]
    near, out = np.zeros_like(free), np.ones_like(free)
    near[reach - close : close - reach, reach - close : close - reach] = True
    out[reach - far : far - reach, reach - far : far - reach] = False
    alike, usual = (_correlation(ground[here], ground[there], free & where) for where in (near, out))
    if alike is None or usual is None:
        return None
    pixels = int((free & near).sum())
    evidence = float(np.arctanh(alike) - max(0.0, float(np.arctanh(usual))) - _DOUBT / np.sqrt(pixels))
    return Repeat((x, y, w, h), (x2, y2, w, h), evidence)


def _correlation(one: Floats, other: Floats, where: Mask) -> float | None:
    if where.sum() < _FEWEST:
        return None
    a, b = one[where] - one[where].mean(), other[where] - other[where].mean()
    value = float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-3))
    return float(np.clip(value, -0.99, 0.99))
