"""Another hand on a true page: which fields it wrote, and what two documents' hands say for one source.

A workshop that alters documents leaves a dozen numbers, with the noise of one or two short texts, and they hang
together: another typeface is another weight and another width at once. So they are weighed together (`levels`): hands
lie about a mean with a covariance `between`, documents of one hand about it with `documents`, its fields with `fields`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan.series.levels import Floats, Levels, Sights, half, rounded, whole
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
    def levels(self) -> Levels:
        return Levels(self.mean, self.between, self.documents)

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
            means = np.full(size, np.nan)
            means[known] = np.nanmean(values[:, known], axis=0)
            spread = self.documents[at] + self.fields[at] * share[:, None] * share
            precision[place], weighted[place] = self.levels.sight(means, known, spread)
        odds = np.array([self.odds(values).sum() for values in documents], np.float64)
        return Sights(precision, weighted, odds, np.ones(len(documents), np.int64))

    def places(self, seen: Sights) -> Floats:
        """(n, measures) where the hands probably lie, in spreads within a hand."""
        middle = self.levels.middles(seen)
        return np.asarray(np.linalg.solve(np.linalg.cholesky(self.documents + self.fields), middle.T).T, np.float64)

    def nats(self, one: Sights, other: Sights) -> Floats:
        """(n,) logarithm of how much likelier pairs are by one hand than by two."""
        # Two fields of the true press may go wrong alike, and that is no hand.
        doubt = np.logaddexp(0.0, ALTERED - one.odds) + np.logaddexp(0.0, ALTERED - other.odds)
        return np.asarray(self.levels.nats(one, other) - doubt, np.float64)


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
    if not true_page(face):
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


def true_page(face: FaceProfile) -> bool:
    """Whether static print stands where the template has it."""
    cells = [abs(v) for name in ("shift_x", "shift_y") for v in face.grids.get(name, ()) if v is not None]
    return bool(cells) and float(np.percentile(cells, 95)) < OUT_OF_PLACE_MM


MATRICES = ("genuine", "between", "documents", "fields")


def encoded(model: Hands) -> dict[str, Any]:
    """As the model file has it: of the symmetric matrices their lower halves."""
    halves = {name: half(getattr(model, name)) for name in MATRICES}
    return {"measures": list(MEASURES), "limit": round(model.limit, 4), "mean": rounded(model.mean), **halves}


def decoded(stored: Mapping[str, Any]) -> Hands:
    """ValueError where it is of other measures."""
    if tuple(stored["measures"]) != MEASURES:
        raise ValueError("other measures of hands")
    return Hands(
        limit=float(stored["limit"]),
        mean=np.array(stored["mean"], np.float64),
        **{name: whole(stored[name]) for name in MATRICES},
    )
