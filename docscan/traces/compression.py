"""What JPEG left in the coefficients of a picture, and where one part was saved less often than the rest.

A coefficient that was stored lies on a multiple of its quantisation step. One that was stored twice, first with another
step, lies on some multiples more often than on others (double quantisation); where a part was put in between, it lies
on all alike (Bianchi and Piva, Image forgery localization via block-grained analysis of JPEG artifacts, 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docscan.traces.blocks import SIZE, ZIGZAG, Floats

FREQUENCIES = ZIGZAG[1:14]
"""The lowest ones beside the mean: those that survive saving."""
MAX_STEP = 40
FEWEST = 400
"""Coefficients of one frequency beside zero from which anything is said of its steps."""
COMB = 0.5
"""Share of what chance would put there that the emptiest class of multiples may hold, where there was a first step."""
GAIN, GAIN_UNGRIDDED, SEVERAL = 0.03, 0.3, 3
"""Nats a coefficient that a comb must explain, on the grid of a last saving and on none, where other things make weak
combs (colours that were saved without turning them into luminance); how many combs or grids make a saving certain."""
MOST, MOST_OFF_GRID = 4.0, 1.5
"""Nats that one block may count: a scratch or a dazzled spot spoils one, an edit several that touch. Decoding glaring
colours puts blocks off the grid too, so that counts less."""
_CANDIDATES = np.arange(2, MAX_STEP + 1, dtype=np.float32)
_ROUNDED, _STORED_AGAIN = 0.44, 0.49
"""Spread (grey levels) of a coefficient around its multiple: rounding in the decoder and to RGB gives 0.35; a second
saving, be it at the highest quality, more than this."""
_REACH = 48
"""Multiples of the step that are counted, either side of zero."""
_LEAST = 0.05
"""Lowest ratio of densities that is believed: noise and clipped colours put a stored coefficient anywhere."""
_TELLING = 0.8
"""Size (grey levels) from which a coefficient is told from zero."""
FINEST_GRID = 3
"""Step from which rounding leaves it visible which coefficients lie on the grid."""
_PHASES = 10
_CLIPPED = 3
"""Grey levels from black or white within which decoding may have cut colours off."""

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Comb:
    """What a first saving left of one frequency: how much likelier a stored coefficient lies on each class of
    multiples, the last step's multiples counted modulo the number of classes."""

    ratios: Floats
    gain: float
    """Nats that the comb explains, per coefficient."""


def step(values: Floats) -> int | None:
    """The quantisation step on whose multiples (n,) coefficients of one frequency lie, as near as rounding to whole
    grey levels lets them; 1 where they lie on no such grid, None where it cannot be told."""
    some = np.abs(values[:: max(1, len(values) // 2000)])
    fits = np.cos(2 * np.pi * some[:, None] / _CANDIDATES).mean(axis=0)
    off = _CANDIDATES / np.pi * np.sqrt(-0.5 * np.log(np.clip(fits, 1e-3, 1)))
    # Every divisor of the step fits as well: the largest that fits is the step.
    least = float(off.min())
    if least < _ROUNDED:
        return int(_CANDIDATES[off < least + 0.04][-1])
    return None if least < _STORED_AGAIN else 1


def comb(multiples: Counts, last: int) -> Comb | None:
    """The comb that a first saving left in (n,) multiples, none of them zero, of the `last` step; None where none
    stands out."""
    sizes = np.abs(multiples[np.abs(multiples) <= _REACH])
    if len(sizes) < FEWEST:
        return None
    histogram = np.bincount(sizes, minlength=_REACH + 1)[1:].astype(np.float64)
    place = np.arange(1, _REACH + 1)
    expected = _smooth(histogram, place)
    best = None
    for classes, fold in _folds(last):
        seen = np.bincount(fold, histogram, classes // 2 + 1)
        chance = np.bincount(fold, expected, classes // 2 + 1)
        ratios = np.maximum(_LEAST, (seen + 2) / (chance + 2))
        gain = float((seen * np.log(ratios)).sum() / seen.sum()) - 0.5 * len(ratios) * np.log(len(sizes)) / len(sizes)
        if ratios.min() < COMB and (best is None or gain > best.gain):
            best = Comb(ratios[np.minimum(np.arange(classes), -np.arange(classes) % classes)].astype(np.float32), gain)
    return best


@cache
def _folds(last: int) -> tuple[tuple[int, npt.NDArray[np.intp]], ...]:
    """How many classes of multiples of the last step any first step can leave, and the class of each place from 1 to
    `_REACH`; a multiple and its negative are alike."""
    place = np.arange(1, _REACH + 1)
    numbers = {first // gcd(first, last) for first in range(2, MAX_STEP + 1)} - {1}
    return tuple((n, np.minimum(place % n, -place % n)) for n in sorted(numbers) if n <= _REACH // 3)


def _smooth(histogram: npt.NDArray[np.float64], place: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The histogram without combs: a curve of three degrees in double logarithms, with the same sum."""
    x = np.log(place)
    weights = np.sqrt(histogram + 1)
    fitted = np.polynomial.Polynomial.fit(x, np.log(histogram + 0.5), 3, w=weights)
    curve = np.exp(fitted(x))
    return np.asarray(curve * histogram.sum() / curve.sum())


@dataclass(frozen=True, eq=False)
class Later:
    """(rows, columns) log-likelihoods in nats that a block was put in after the rest of the picture had been saved as
    JPEG; 0 where a block says nothing."""

    once: Floats | None
    """Saved once where the rest was saved twice; None where nothing shows a second saving."""
    never: Floats | None
    """Never saved, where the rest lies on the grid of a JPEG; None where it lies on none."""


def later(blocks: Floats, told: npt.NDArray[np.bool_]) -> Later:
    """Which of the blocks `told`, of (rows, columns, 8, 8) coefficients, were put in later."""
    once, never = (np.zeros(blocks.shape[:2], np.float32) for _ in range(2))
    combs = grids = 0
    for u, v in FREQUENCIES:
        values = blocks[..., u, v]
        telling = (np.abs(values) > _TELLING) & told
        if telling.sum() < FEWEST:
            continue
        last = step(values[telling])
        if last is None:
            continue
        multiples = np.rint(values / last).astype(np.int32)
        # What is rounded to zero is told by nothing: rounding alone puts small ones anywhere.
        telling &= multiples != 0
        if last >= FINEST_GRID and telling.any():
            grids += 1
            never += np.where(telling, _off_grid(np.abs(values / last - multiples), telling), 0)
        found = comb(multiples[telling], last)
        if found is not None and found.gain >= (GAIN if last > 1 else GAIN_UNGRIDDED):
            combs += 1
            once -= np.where(telling, np.log(found.ratios)[multiples % len(found.ratios)], 0)
    return Later(
        np.clip(once, -MOST, MOST) if combs >= SEVERAL else None,
        np.clip(never, -MOST_OFF_GRID, MOST_OFF_GRID) if grids >= SEVERAL else None,
    )


def _off_grid(distance: npt.NDArray[Any], telling: npt.NDArray[np.bool_]) -> Floats:
    """Nats by which a coefficient that far (in steps) from a multiple is likelier anywhere than on the grid."""
    cells = np.minimum((distance * 2 * _PHASES).astype(np.int32), _PHASES - 1)
    density = np.bincount(cells[telling], minlength=_PHASES) / telling.sum() * _PHASES
    return np.asarray(-np.log(np.maximum(density, _LEAST))[cells], np.float32)


def clipped(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """(rows, columns) blocks of an (h, w, 3) picture in which decoding may have cut colours off."""
    rows, columns = pixels.shape[0] // SIZE, pixels.shape[1] // SIZE
    cut = pixels[: rows * SIZE, : columns * SIZE]
    least, most = _CLIPPED + 1, 255 - _CLIPPED - 1
    within = cv2.inRange(cut, (least,) * 3, (most,) * 3).astype(np.float32)
    shares = cv2.resize(within, (columns, rows), interpolation=cv2.INTER_AREA) / 255
    return np.asarray(shares < 1 - 1.5 / SIZE**2)
