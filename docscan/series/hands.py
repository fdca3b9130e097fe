"""Another hand on a true page: which fields it wrote, and what two documents' hands say for one source.

A workshop that alters documents leaves a dozen numbers, with the noise of one or two short texts, and they hang
together: another typeface is another weight and another width at once. So they are weighed together, as a normal
distribution on two levels (Aitken and Lucy 2004): hands lie about a mean with a covariance `between`, documents of one
hand about it with `documents`, its fields with `fields`. What a document shows is kept as precision and precision times
value, in which documents of one hand add up and what was not measured is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan.series.profile import FaceProfile

MEASURES = (
    "left",
    "baseline",
    "depth",
    "hue_a",
    "hue_b",
    "crispness",
    "background",
    "patch_l",
    "patch_a",
    "patch_b",
    "height",
    "stroke",
    "slant",
    "advance",
    "glyphs",
    "oddest_glyph",
)
"""Of a field, in the order of all vectors and matrices here."""
STEADY = 10
"""So many of them, the first, hardly depend on what is written; a long name is set narrower by the true press too."""
OUT_OF_PLACE_MM = 0.08
"""Offset of static print, in one cell of twenty, from which a page is not the true press's."""
SMALL = 0.7
"""Height, as a share of the side's middle field, below which a zone's lettering is a label's and not the holder's."""
MOST_FIELDS = 0.5
"""Share of the fields beyond which the page is another, not the field."""
INK = ("hue_a", "hue_b")
FADING = 0.5
"""Share of thin strokes' colour that is lost where a capture loses all colour of the ground's pattern."""
SOFT = 0.7
"""Share of the pattern's colour kept below which a capture is so soft that contrast tells the width of strokes."""
TAIL = 4.0
"""Degrees of freedom of the t distributions by which a field is told from the true press's."""
ALTERED = float(np.log(10))
"""Log of how many fields are the true press's for each that is not."""
MISTAKEN = 0.05
"""Share of comparisons of one hand in which something was measured wrongly."""
MOST_COUNTED = 3
"""Documents that several are trusted like: what a scanner or a day adds is shared and does not average out."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sights:
    """What documents, or groups of them, show of the hand that altered them."""

    precision: Floats
    """(n, measures, measures)"""
    weighted: Floats
    """(n, measures) precision times departure from the mean of hands."""
    odds: Floats
    """(n,) log of how much likelier another hand is than fields of the true press that went wrong."""
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
class Hands:
    """How fields lie: those of the true press, and those of other hands. Matrices are (measures, measures)."""

    genuine: Floats
    """Mean products of what genuine fields depart by."""
    limit: float
    """Root mean square of steady departures, in spreads of genuine ones, up to which a field is nobody else's."""
    mean: Floats
    """(measures,) of hands."""
    between: Floats
    documents: Floats
    fields: Floats

    @cached_property
    def _precision(self) -> tuple[Floats, float]:
        return np.asarray(np.linalg.inv(self.between), np.float64), float(np.linalg.slogdet(self.between)[1])

    def altered(self, face: FaceProfile) -> dict[str, Floats]:
        """Zone -> (measures,) of the fields that were written by another hand than their siblings; none where most of
        them were, or where the page is not the true press's: a counterfeiter's fields vary by themselves."""
        found = self.deviating(face)
        if not found:
            return {}
        odds = self.odds(np.array(list(found.values())))
        return {zone: values for (zone, values), log in zip(found.items(), odds, strict=True) if log > 0}

    def deviating(self, face: FaceProfile) -> dict[str, Floats]:
        """The same of all fields that depart more than genuine ones, another hand's or not."""
        zones, values = lines(face)
        if not zones:
            return {}
        found = np.flatnonzero(self.deviates(values) > self.limit)
        return {zones[i]: values[i] for i in found} if len(found) <= MOST_FIELDS * len(zones) else {}

    def deviates(self, values: Floats) -> Floats:
        """(n,) root mean square of the steady departures of (n, measures) fields, in spreads of genuine ones."""
        square, _, known = _distances(values[:, :STEADY], self.genuine[:STEADY, :STEADY])
        return np.asarray(np.sqrt(square / np.maximum(known, 1)))

    def odds(self, values: Floats) -> Floats:
        """(n,) log of how much likelier (n, measures) fields are another hand's than the true press's; both with the
        tails of a t distribution, as any measurement may go wrong."""
        theirs = _distances(values - self.mean, self.between + self.documents + self.fields)
        own = _distances(values, self.genuine)
        density = [
            -0.5 * (spread + (TAIL + known) * np.log1p(square / TAIL)) for square, spread, known in (theirs, own)
        ]
        return np.asarray(density[0] - density[1], np.float64)

    def sights(self, documents: Sequence[Floats]) -> Sights:
        """What documents show, from the (fields, measures) of the altered fields of each."""
        size = len(MEASURES)
        precision, weighted = np.zeros((len(documents), size, size)), np.zeros((len(documents), size))
        for place, values in enumerate(documents):
            count = np.isfinite(values).sum(axis=0)
            known = np.flatnonzero(count)
            at = np.ix_(known, known)
            share = 1 / np.sqrt(count[known])
            own = np.linalg.inv(self.documents[at] + self.fields[at] * share[:, None] * share)
            precision[place][at] = own
            weighted[place][known] = own @ (np.nanmean(values[:, known], axis=0) - self.mean[known])
        odds = np.array([self.odds(values).sum() for values in documents], np.float64)
        return Sights(precision, weighted, odds, np.ones(len(documents), np.int64))

    def places(self, seen: Sights) -> Floats:
        """(n, measures) where the hands probably lie, in spreads within a hand."""
        prior, _ = self._precision
        middle = np.linalg.solve(prior + seen.precision, seen.weighted[..., None])[..., 0]
        return np.asarray(np.linalg.solve(np.linalg.cholesky(self.documents + self.fields), middle.T).T, np.float64)

    def nats(self, one: Sights, other: Sights) -> Floats:
        """(n,) logarithm of how much likelier pairs are by one hand than by two."""
        one, other = one.trusted(), other.trusted()
        both = self._evidence(one.precision + other.precision, one.weighted + other.weighted)
        apart = self._evidence(one.precision, one.weighted) + self._evidence(other.precision, other.weighted)
        # Where a measurement went wrong nothing is said of whose hand it is.
        same = np.logaddexp(np.log1p(-MISTAKEN) + both - apart, np.log(MISTAKEN))
        # Two fields of the true press may go wrong alike, and that is no hand.
        doubt = np.logaddexp(0.0, ALTERED - one.odds) + np.logaddexp(0.0, ALTERED - other.odds)
        return np.asarray(same - doubt, np.float64)

    def _evidence(self, precision: Floats, weighted: Floats) -> Floats:
        """(n,) log density of what was seen over all hands, up to what does not depend on who is put together."""
        prior, spread = self._precision
        total = prior + precision
        gain = (weighted * np.linalg.solve(total, weighted[..., None])[..., 0]).sum(axis=1)
        return np.asarray(0.5 * (gain - np.linalg.slogdet(total)[1] - spread))


def _distances(x: Floats, spread: Floats) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """(n,) squared distances of (n, m) from 0 by (m, m) mean products, the log determinants of these, and how many
    of the m were measured."""
    known = np.isfinite(x)
    # What was not measured gets a spread of its own and no departure.
    own = np.where(known[:, :, None] & known[:, None, :], spread, np.eye(len(spread)))
    x = np.where(known, x, 0.0)
    square = (x * np.linalg.solve(own, x[..., None])[..., 0]).sum(axis=1)
    return square, np.linalg.slogdet(own)[1], known.sum(axis=1)


def lines(face: FaceProfile) -> tuple[list[str], Floats]:
    """The zones of a true page that hold a line of the holder's data, and (zones, measures) what each departs by; none
    of a page whose static print is out of place."""
    if not _true_page(face):
        return [], np.zeros((0, len(MEASURES)))
    heights = {zone: face.zones[zone].height for zone in face.fields}
    least = SMALL * float(np.median(list(heights.values()) or [0.0]))
    zones = [zone for zone in sorted(face.fields) if heights[zone] >= least]
    values = np.array([[face.fields[zone].get(name, np.nan) for name in MEASURES] for zone in zones], np.float64)
    values = values.reshape(-1, len(MEASURES))
    kept = _colour_kept(face)
    values[:, [MEASURES.index(name) for name in INK]] /= 1.0 - FADING * (1.0 - kept)
    if kept < SOFT:
        values[:, MEASURES.index("depth")] = np.nan
    return zones, values


def _colour_kept(face: FaceProfile) -> float:
    """Share of the colour of fine lines that the capture kept, by the pattern of the ground."""
    pattern = [face.whole[name] for name in ("pattern_a", "pattern_b") if name in face.whole]
    return float(np.clip(np.mean(pattern), 0.0, 1.2)) if pattern else 1.0


def _true_page(face: FaceProfile) -> bool:
    """Whether static print stands where the template has it."""
    cells = [abs(v) for name in ("shift_x", "shift_y") for v in face.grids.get(name, ()) if v is not None]
    return bool(cells) and float(np.percentile(cells, 95)) < OUT_OF_PLACE_MM


MATRICES = ("genuine", "between", "documents", "fields")


def encoded(model: Hands) -> dict[str, Any]:
    """As the model file has it: of the symmetric matrices their lower halves."""
    halves = {name: [_rounded(row[: i + 1]) for i, row in enumerate(getattr(model, name))] for name in MATRICES}
    return {"measures": list(MEASURES), "limit": round(model.limit, 4), "mean": _rounded(model.mean), **halves}


def decoded(stored: Mapping[str, Any]) -> Hands:
    """ValueError where it is of other measures."""
    if tuple(stored["measures"]) != MEASURES:
        raise ValueError("other measures of hands")
    return Hands(
        limit=float(stored["limit"]),
        mean=np.array(stored["mean"], np.float64),
        **{name: _whole(stored[name]) for name in MATRICES},
    )


def _rounded(values: Floats) -> list[float]:
    return [float(v) for v in np.round(values, 5)]


def _whole(half: Sequence[Sequence[float]]) -> Floats:
    matrix = np.zeros((len(MEASURES), len(MEASURES)))
    for i, row in enumerate(half):
        matrix[i, : i + 1] = matrix[: i + 1, i] = row
    return matrix
