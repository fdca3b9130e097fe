"""How good a score is, in the terms of ISO/IEC 30107-3.

A document is called forged where its score reaches a threshold. APCER is the share of forged documents (attack
presentations) below it, BPCER the share of genuine ones (bona fide presentations) at or above it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from docscan.geometry import Value

Scores = npt.NDArray[np.float64]
Statistic = Callable[[Scores, Scores], float]


class Figure(Value):
    """A statistic with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def apcer(forged: Scores, threshold: float) -> float:
    return float(np.mean(forged < threshold))


def bpcer(genuine: Scores, threshold: float) -> float:
    return float(np.mean(genuine >= threshold))


def auc(genuine: Scores, forged: Scores) -> float:
    """Chance that a forged document scores above a genuine one, ties counting half."""
    ranks = np.sort(genuine)
    below = np.searchsorted(ranks, forged, side="left")
    at_most = np.searchsorted(ranks, forged, side="right")
    return float(np.mean(below + at_most) / (2 * len(genuine)))


def eer(genuine: Scores, forged: Scores) -> float:
    """The error rate where APCER and BPCER meet, their mean at the threshold where they differ least."""
    thresholds = np.unique(np.concatenate([genuine, forged, [np.inf]]))
    missed = np.searchsorted(np.sort(forged), thresholds, side="left") / len(forged)
    alarmed = 1 - np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    nearest = int(np.argmin(np.abs(missed - alarmed)))
    return float((missed[nearest] + alarmed[nearest]) / 2)


def threshold_at_bpcer(genuine: Scores, share: float) -> float:
    """The lowest threshold that at most `share` of the genuine scores reach."""
    ordered = np.sort(genuine)[::-1]
    allowed = int(np.floor(share * len(ordered)))
    return float(np.nextafter(ordered[allowed], np.inf)) if allowed < len(ordered) else float(ordered[-1])


def threshold_at_apcer(forged: Scores, share: float) -> float:
    """The highest threshold that at most `share` of the forged scores stay below."""
    ordered = np.sort(forged)
    allowed = int(np.floor(share * len(ordered)))
    return float(ordered[min(allowed, len(ordered) - 1)])


def bpcer_at_apcer(share: float) -> Statistic:
    return lambda genuine, forged: bpcer(genuine, threshold_at_apcer(forged, share))


def apcer_at_bpcer(share: float) -> Statistic:
    return lambda genuine, forged: apcer(forged, threshold_at_bpcer(genuine, share))


def with_interval(
    statistic: Statistic, genuine: Scores, forged: Scores, *, seed: int = 0, rounds: int = 1000
) -> Figure:
    """The statistic, and its 2.5th and 97.5th percentile over `rounds` bootstrap samples of both sets."""
    rng = np.random.default_rng(seed)
    values = [statistic(rng.choice(genuine, len(genuine)), rng.choice(forged, len(forged))) for _ in range(rounds)]
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(value=statistic(genuine, forged), low=float(low), high=float(high))


def share(hits: int, of: int, *, seed: int = 0, rounds: int = 1000) -> Figure:
    """`hits` of `of` as a share. Where all or none are hits a bootstrap sample never differs; there the exact binomial
    bound stands."""
    value = hits / of
    bound = 0.025 ** (1 / of)
    if hits in (0, of):
        return Figure(value=value, low=bound if hits else 0.0, high=1.0 if hits else 1 - bound)
    low, high = np.percentile(np.random.default_rng(seed).binomial(of, value, rounds) / of, [2.5, 97.5])
    return Figure(value=value, low=float(low), high=float(high))
