"""Letters that stand twice in a picture: with the very ground around them, or to the pixel.

The same letter is printed many times, but each time on another place of the background print, at other fractions of a
pixel and in other noise. Where the ground comes again too, while what lies further out does not, one was copied from
the other; so it was where two letters are far more alike than the likest of all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components
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
_USUAL, _PAIRS = 4, 8
"""Place of the pair, counted from the likest, that shows how alike letters are that were printed twice; pairs without
which that is not known."""
_UNLIKE = 0.001
"""What letters differ by that no picture shows."""
_PRINTED = 1.5
"""Logarithm by which letters printed twice differ more than by the noise of the picture: an original that never was on
paper has no noise, and many letters that are alike to the pixel."""
_STRIPS, _STRIP, _WINDOW, _STEADY = 12, 48, 9, 0.2
"""Strips of the picture and their rows by which its noise is told, side of a window, and the share of windows that are
steadier than the one that tells it: print makes the others uneven."""


@dataclass(frozen=True)
class Repeat:
    """Two boxes (x, y, width, height in pixels) that hold the same letter."""

    one: tuple[int, int, int, int]
    other: tuple[int, int, int, int]
    evidence: float
    """That one was copied from the other; above 0 for more than chance."""


@dataclass(frozen=True)
class Repeats:
    """The pairs likeliest to be copies; None where no two letters can be compared so."""

    ground: Repeat | None
    """By Fisher's z of how alike the ground around two letters is, beyond that of the ground further out."""
    letter: Repeat | None
    """By the logarithm of how much less the two letters differ than others that look the same."""


def strongest(grey: Floats, ppmm: float, judged: Mask) -> Repeats:
    """The pairs of letters likeliest to be copies, in (h, w) grey levels where `judged` (h, w)."""
    zoom = 2 if ppmm > FINEST_PPMM else 1
    small = grey
    if zoom > 1:
        half = (grey.shape[1] // zoom, grey.shape[0] // zoom)
        small = np.asarray(cv2.resize(grey, half, interpolation=cv2.INTER_AREA), np.float32)
        judged = judged[: zoom * half[1] : zoom, : zoom * half[0] : zoom]
    ppmm /= zoom
    ink = ((cv2.blur(small, (int(3 * ppmm) | 1,) * 2) - small > _DARKER) & judged).astype(np.uint8)
    letters = _letters(ink, ppmm)
    pairs = [(letters[i], letters[j]) for i, j in _alike(small, letters, ppmm)]
    pairs = [(a, b) for a, b in pairs if abs(a[0] - b[0]) >= a[2] or abs(a[1] - b[1]) >= a[3]]
    ground = small - cv2.GaussianBlur(small, (0, 0), 1.5)
    bare = cv2.dilate(ink, np.ones((5, 5), np.uint8)) == 0
    around = [_repeat(a, b, zoom, _grounds(small, ground, bare, a, b, ppmm)) for a, b in pairs]
    return Repeats(
        ground=max((r for r in around if r is not None), key=lambda r: r.evidence, default=None),
        letter=_twins(grey, [(zoom * a, zoom * b) for a, b in pairs], zoom, bare),
    )


def _repeat(
    one: npt.NDArray[np.int32], other: npt.NDArray[np.int32], zoom: int, evidence: float | None
) -> Repeat | None:
    if evidence is None:
        return None
    x, y, w, h, x2, y2 = (zoom * int(v) for v in (*one, *other[:2]))
    return Repeat((x, y, w, h), (x2, y2, w, h), evidence)


def _twins(
    grey: Floats, pairs: Sequence[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]], zoom: int, bare: Mask
) -> Repeat | None:
    """The likest of all pairs at the picture's own resolution, whole pixels apart: whoever copies in a scan shifts by
    whole pixels, and copies its noise. `pairs` were found, and `bare` tells the ground, `zoom` times coarser."""
    if len(pairs) < _PAIRS:
        return None
    unlike = np.array([_unlike(grey, one, other, zoom) for one, other in pairs])
    order = np.argsort(unlike)
    one, other = pairs[int(order[0])]
    x, y, w, h = (int(v) for v in one)
    by_noise = _noise(grey, bare, zoom) ** 2 / float(grey[y - 2 : y + h + 2, x - 2 : x + w + 2].var())
    beyond = np.log((np.array([unlike[order[_USUAL]], by_noise]) + _UNLIKE) / (unlike[order[0]] + _UNLIKE))
    return _repeat(one, other, 1, float(min(beyond[0], _PRINTED + beyond[1])))


def _noise(grey: Floats, bare: Mask, zoom: int) -> float:
    """Standard deviation in grey levels of what differs from pixel to pixel on bare ground; `bare` is `zoom` times
    smaller than the picture."""
    found = []
    for top in np.linspace(0, max(0, grey.shape[0] - _STRIP), _STRIPS).astype(int):
        strip = grey[top : top + _STRIP]
        free = bare[top // zoom : (top + len(strip)) // zoom].astype(np.float32)
        fine = strip - cv2.GaussianBlur(strip, (0, 0), 1.0)
        power = cv2.blur(fine * fine, (_WINDOW, _WINDOW))
        within = cv2.resize(free, strip.shape[::-1], interpolation=cv2.INTER_NEAREST)
        found.append(power[cv2.erode(within, np.ones((_WINDOW, _WINDOW))) > 0][::_WINDOW])
    powers = np.concatenate(found)
    # A Gaussian of one pixel takes a fifth of white noise's amplitude away with what it smooths.
    return float(np.sqrt(np.quantile(powers, _STEADY))) / 0.8 if powers.size else 0.0


def _unlike(grey: Floats, one: npt.NDArray[np.int32], other: npt.NDArray[np.int32], reach: int) -> float:
    """1 less the greatest correlation of two letters, the other moved by up to `reach` pixels."""
    x, y, w, h = (int(v) for v in one)
    x2, y2 = int(other[0]), int(other[1])
    letter = grey[y - 2 : y + h + 2, x - 2 : x + w + 2]
    field = grey[y2 - 2 - reach : y2 + h + 2 + reach, x2 - 2 - reach : x2 + w + 2 + reach]
    return float(1 - cv2.matchTemplate(field, letter, cv2.TM_CCOEFF_NORMED).max())


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
    widest, highest = letters[:, 2:].max(axis=0) + 4
    looks = np.zeros((len(letters), highest, widest), np.float32)
    for look, (x, y, w, h) in zip(looks, letters, strict=True):
        part = grey[y - 2 : y + h + 2, x - 2 : x + w + 2]
        part = part - part.mean()
        look[: h + 4, : w + 4] = part / (np.linalg.norm(part) + 1e-3)
    flat = looks.reshape(len(letters), -1)
    sizes = letters[:, 2:]
    same = np.abs(sizes[:, None] - sizes[None]).max(axis=2) <= 1
    i, j = np.triu_indices(len(letters), 1)
    scores = np.where(same, flat @ flat.T, 0)[i, j]
    alike = np.flatnonzero(scores > _ALIKE)
    order = alike[np.argsort(-scores[alike], kind="stable")[:MOST_PAIRS]]
    return [(int(i[k]), int(j[k])) for k in order]


def _grounds(
    grey: Floats, ground: Floats, bare: Mask, one: npt.NDArray[np.int32], other: npt.NDArray[np.int32], ppmm: float
) -> float | None:
    """How much more alike the ground close to two letters is than the ground further out; None without ground."""
    x, y, w, h = (int(v) for v in one)
    x2, y2 = int(other[0]), int(other[1])
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
    return float(np.arctanh(alike) - max(0.0, float(np.arctanh(usual))) - _DOUBT / np.sqrt(pixels))


def _correlation(one: Floats, other: Floats, where: Mask) -> float | None:
    if where.sum() < _FEWEST:
        return None
    a, b = one[where] - one[where].mean(), other[where] - other[where].mean()
    value = float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-3))
    return float(np.clip(value, -0.99, 0.99))
