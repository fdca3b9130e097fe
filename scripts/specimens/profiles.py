"""Profiles without pictures: workshops, loners and genuine documents drawn from the distributions that were measured.

For counting and timing what pictures would take days to draw. A workshop's place in each measure is drawn from the
distribution between sources, its documents from the one within; a counterfeiter departs in the page, an altering
workshop, whose hand is drawn as a whole, in two of its fields, whichever they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.series.evidence import SCALES, Evidence, Spread
from docscan.series.hands import MEASURES, Hands
from docscan.series.profile import FaceProfile, Profile

COUNTERFEITS = 0.65
ALTERED_FIELDS = 2

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Simulated:
    profile: Profile
    source: int | None
    """None for a genuine document."""


def simulated(
    model: Evidence, patterns: Sequence[Profile], sizes: Sequence[int], genuine: int, seed: int
) -> Iterator[Simulated]:
    """Documents of as many sources as there are `sizes`, and genuine ones; `patterns` are real profiles that say what
    is measured on which template."""
    rng = np.random.default_rng([seed, 0x5E21])
    sheets = [[_Sheet(model, face) for face in pattern.faces] for pattern in patterns]
    for source, size in enumerate(sizes):
        which = int(rng.integers(len(patterns)))
        counterfeit = rng.random() < COUNTERFEITS
        places = [sheet.place(rng) if counterfeit else np.zeros(len(sheet.names)) for sheet in sheets[which]]
        hand = None if counterfeit else rng.multivariate_normal(model.hands.mean, model.hands.between)
        for _ in range(size):
            made = _profile(patterns[which], sheets[which], places, rng)
            yield Simulated(made if hand is None else _altered(made, model.hands, hand, rng), source)
    for _ in range(genuine):
        which = int(rng.integers(len(patterns)))
        places = [np.zeros(len(sheet.names)) for sheet in sheets[which]]
        yield Simulated(_profile(patterns[which], sheets[which], places, rng), None)


class _Sheet:
    """The measures of one side, in the order: cells, side, fields."""

    def __init__(self, model: Evidence, face: FaceProfile) -> None:
        self.face = face
        names = [name for name, cells in face.grids.items() for _ in cells]
        names += [*face.whole, *(f"field_{name}" for own in face.fields.values() for name in own)]
        self.names = names
        known = [model.spreads.get(name) for name in names]
        self.centre = np.array([one.centre if one else 0.0 for one in known])
        self.within = np.array([one.within if one else 0.0 for one in known])
        self.off = {name: _off(one) for name, one in zip(names, known, strict=True) if one}

    def place(self, rng: np.random.Generator) -> Floats:
        """Where a counterfeiter lies, in the measures' own units; all cells of a grid are as far off."""
        scale = {name: float(rng.choice(SCALES[1:], p=share)) for name, share in self.off.items()}
        return rng.normal(0, 1, len(self.names)) * [scale.get(name, 0.0) for name in self.names] * self.within

    def filled(self, values: Floats) -> FaceProfile:
        left = iter(np.round(values, 3).tolist())
        grids = {name: tuple(next(left) for _ in cells) for name, cells in self.face.grids.items()}
        whole = {name: next(left) for name in self.face.whole}
        fields = {zone: {name: next(left) for name in own} for zone, own in self.face.fields.items()}
        return self.face.model_copy(update={"grids": grids, "whole": whole, "fields": fields})


def _off(spread: Spread) -> Floats:
    """Shares of SCALES among the sources that are not as genuine documents."""
    share = np.array(spread.weights[1:])
    return share / share.sum()


def _profile(pattern: Profile, sheets: Sequence[_Sheet], places: Sequence[Floats], rng: np.random.Generator) -> Profile:
    faces = [
        sheet.filled(sheet.centre + place + rng.normal(0, 1, len(place)) * sheet.within)
        for sheet, place in zip(sheets, places, strict=True)
    ]
    return pattern.model_copy(update={"faces": tuple(faces), "portrait": None, "document_number": None})


def _altered(profile: Profile, hands: Hands, hand: Floats, rng: np.random.Generator) -> Profile:
    """Some fields of each side by another hand."""
    none = np.zeros(len(MEASURES))
    own = hand + rng.multivariate_normal(none, hands.documents)
    faces = []
    for face in profile.faces:
        fields = dict(face.fields)
        for zone in rng.permutation(sorted(fields))[:ALTERED_FIELDS]:
            written = dict(zip(MEASURES, own + rng.multivariate_normal(none, hands.fields), strict=True))
            fields[str(zone)] = {name: round(float(written[name]), 3) for name in fields[str(zone)] if name in written}
        faces.append(face.model_copy(update={"fields": fields}))
    return profile.model_copy(update={"faces": tuple(faces)})
