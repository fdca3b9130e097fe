"""How far a value stands out from a handful of specimens.

A template may come from three specimens, so spreads are shrunk towards a floor and deviations are judged by Student's
t, expressed as the normal deviate of the same probability: 3 means the same for 3 specimens and for 30.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

PRIOR = 4.0
"""Specimens that the floor of a spread counts for."""

Floats = npt.NDArray[np.float64]
Number = float | npt.NDArray[Any]


def normal(values: Sequence[float] | Floats, floor: float) -> tuple[float, float]:
    """Median and spread of what specimens measured; the spread is never under `floor`'s share of it.

    The spread is the larger of the scaled median deviation and half the standard deviation: one misread specimen
    neither hides in the first nor drowns the second.
    """
    array = np.asarray(values, dtype=np.float64)
    median = float(np.median(array))
    mad = 1.4826 * float(np.median(np.abs(array - median)))
    spread = max(mad, 0.5 * float(array.std(ddof=1))) if len(array) > 1 else 0.0
    shrunk = np.sqrt((len(array) * spread**2 + PRIOR * floor**2) / (len(array) + PRIOR))
    return median, float(max(shrunk, floor / 2))


def deviate(value: Number, median: Number, spread: Number, specimens: int) -> Floats:
    """The two-sided normal deviate (with sign) of `value`, given median and spread of so many specimens.

    Student's t with specimens - 1 + PRIOR degrees of freedom by Wallace's approximation (1959).
    """
    t = (np.asarray(value, np.float64) - np.asarray(median)) / (np.asarray(spread) * np.sqrt(1 + 1 / specimens))
    nu = specimens - 1 + PRIOR
    z = (8 * nu + 1) / (8 * nu + 3) * np.sqrt(nu * np.log1p(t**2 / nu))
    return np.asarray(np.copysign(z, t), dtype=np.float64)


def of_squares(total: Number, count: int) -> Floats:
    """The normal deviate of a sum of so many squared ones (Wilson and Hilferty 1931)."""
    spread = 2 / (9 * count)
    return np.asarray((np.cbrt(np.asarray(total) / count) - (1 - spread)) / np.sqrt(spread), dtype=np.float64)


def of_many(z: float, comparisons: int) -> float:
    """The largest of so many deviates, reduced by what chance alone brings among them (0 or more)."""
    return float(np.sqrt(max(0.0, max(z, 0.0) ** 2 - 2 * np.log(max(1, comparisons)))))
