"""Measures that hang together, weighed as a whole: a normal distribution on two levels (Aitken and Lucy 2004).

Sources lie about a mean with a covariance `between`, what one source leaves lies about its own place with another. What
is seen of a source is kept as precision and precision times value, in which documents of one source add up and what was
not measured is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

MISTAKEN = 0.05
"""Share of comparisons of one source in which something was measured wrongly."""
MOST_COUNTED = 2
"""Documents that several are trusted like: what a scanner or a day adds is shared and does not average out."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sights:
    """What documents, or groups of them, show of their source."""

    precision: Floats
    """(n, measures, measures)"""
    weighted: Floats
    """(n, measures) precision times departure from the mean of sources."""
    odds: Floats
    """(n,) log of how much likelier what was seen is a source's than a measurement that went wrong."""
    count: npt.NDArray[np.int64]
    """(n,) documents in each."""

    def at(self, rows: npt.NDArray[np.int64]) -> Sights:
        return Sights(self.precision[rows], self.weighted[rows], self.odds[rows], self.count[rows])

    def together(self) -> Sights:
        """All of them as one group."""
        precision, weighted = self.precision.sum(axis=0)[None], self.weighted.sum(axis=0)[None]
        return Sights(precision, weighted, self.odds.sum()[None], self.count.sum()[None])

    def trusted(self) -> Sights:
        """With no more weight than MOST_COUNTED documents have."""
        share = np.minimum(1.0, MOST_COUNTED / np.maximum(self.count, 1))
        return Sights(self.precision * share[:, None, None], self.weighted * share[:, None], self.odds, self.count)


@dataclass(frozen=True, eq=False)
class Levels:
    """How sources lie, and documents of one. Matrices are (measures, measures)."""

    mean: Floats
    """(measures,) of sources."""
    between: Floats
    within: Floats

    @cached_property
    def _precision(self) -> tuple[Floats, float]:
        return np.asarray(np.linalg.inv(self.between), np.float64), float(np.linalg.slogdet(self.between)[1])

    def sights(self, values: Floats) -> Sights:
        """What documents show, from the (documents, measures) of each; NaN where not measured."""
        precision, weighted = np.zeros((*values.shape, values.shape[1])), np.zeros(values.shape)
        for place, own in enumerate(values):
            known = np.flatnonzero(np.isfinite(own))
            precision[place], weighted[place] = self.sight(own, known, self.within[np.ix_(known, known)])
        seen = np.asarray(np.isfinite(values).any(axis=1), np.int64)
        return Sights(precision, weighted, np.zeros(len(values)), seen)

    def sight(self, values: Floats, known: npt.NDArray[np.int64], spread: Floats) -> tuple[Floats, Floats]:
        """Precision and weighted departure of (measures,) values, of which those at `known` were measured with such a
        covariance."""
        precision, weighted = np.zeros_like(self.between), np.zeros_like(self.mean)
        own = np.linalg.inv(spread)
        precision[np.ix_(known, known)] = own
        weighted[known] = own @ (values[known] - self.mean[known])
        return precision, weighted

    def middles(self, seen: Sights) -> Floats:
        """(n, measures) where sources probably lie, from the mean of all."""
        prior, _ = self._precision
        return np.asarray(np.linalg.solve(prior + seen.precision, seen.weighted[..., None])[..., 0], np.float64)

    def nats(self, one: Sights, other: Sights) -> Floats:
        """(n,) logarithm of how much likelier pairs are of one source than of two."""
        one, other = one.trusted(), other.trusted()
        both = self._evidence(one.precision + other.precision, one.weighted + other.weighted)
        apart = self._evidence(one.precision, one.weighted) + self._evidence(other.precision, other.weighted)
        # Where a measurement went wrong nothing is said of whose it is.
        return np.asarray(np.logaddexp(np.log1p(-MISTAKEN) + both - apart, np.log(MISTAKEN)))

    def _evidence(self, precision: Floats, weighted: Floats) -> Floats:
        """(n,) log density of what was seen over all sources, up to what does not depend on who is put together."""
        prior, spread = self._precision
        total = prior + precision
        gain = (weighted * np.linalg.solve(total, weighted[..., None])[..., 0]).sum(axis=1)
        return np.asarray(0.5 * (gain - np.linalg.slogdet(total)[1] - spread))


MATRICES = ("between", "within")


def encoded(model: Levels, measures: Sequence[str]) -> dict[str, Any]:
    halves = {name: half(getattr(model, name)) for name in MATRICES}
    return {"measures": list(measures), "mean": rounded(model.mean), **halves}


def decoded(stored: Mapping[str, Any], measures: Sequence[str]) -> Levels:
    """ValueError where it is of other measures."""
    if list(stored["measures"]) != list(measures):
        raise ValueError("other measures")
    return Levels(np.array(stored["mean"], np.float64), **{name: whole(stored[name]) for name in MATRICES})


def rounded(values: Floats) -> list[float]:
    return [float(v) for v in np.round(values, 5)]


def half(matrix: Floats) -> list[list[float]]:
    """The lower half of a symmetric matrix."""
    return [rounded(row[: i + 1]) for i, row in enumerate(matrix)]


def whole(lower: Sequence[Sequence[float]]) -> Floats:
    matrix = np.zeros((len(lower), len(lower)))
    for i, row in enumerate(lower):
        matrix[i, : i + 1] = matrix[: i + 1, i] = row
    return matrix
