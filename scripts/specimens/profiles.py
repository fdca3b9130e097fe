"""Profiles without pictures: workshops, loners and genuine documents drawn from the distributions that were measured.

For counting and timing what pictures would take days to draw. A workshop's place in each measure is drawn from the
distribution between sources, its documents from the one within; a counterfeiter departs in the page, an altering
workshop in two of its fields, whichever they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.series.evidence import SCALES, Evidence, Spread
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
        hand = None if counterfeit else _hand(model, rng)
        for _ in range(size):
            yield Simulated(_profile(patterns[which], sheets[which], places, hand, rng), source)
    for _ in range(genuine):
        which = int(rng.integers(len(patterns)))
        places = [np.zeros(len(sheet.names)) for sheet in sheets[which]]
        yield Simulated(_profile(patterns[which], sheets[which], places, None, rng), None)


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


def _hand(model: Evidence, rng: np.random.Generator) -> dict[str, float]:
    """How an altering workshop writes, against the genuine writing."""
    spreads = {name: one for name, one in model.spreads.items() if name.startswith("altered_")}
    scales = {name: float(rng.choice(SCALES[1:], p=_off(one))) for name, one in spreads.items()}
    return {name: float(rng.normal(0, scales[name])) * one.within for name, one in spreads.items()}


def _profile(
    pattern: Profile,
    sheets: Sequence[_Sheet],
    places: Sequence[Floats],
    hand: dict[str, float] | None,
    rng: np.random.Generator,
) -> Profile:
    faces = [
        sheet.filled(sheet.centre + place + rng.normal(0, 1, len(place)) * sheet.within)
        for sheet, place in zip(sheets, places, strict=True)
    ]
    if hand:
        faces = [_written_over(face, hand, rng) for face in faces]
    return pattern.model_copy(update={"faces": tuple(faces), "portrait": None, "document_number": None})


def _written_over(face: FaceProfile, hand: dict[str, float], rng: np.random.Generator) -> FaceProfile:
    """Some fields by another hand."""
    fields = dict(face.fields)
    for zone in rng.permutation(sorted(fields))[:ALTERED_FIELDS]:
        own = fields[str(zone)]
        fields[str(zone)] = {name: round(value + hand.get(f"altered_{name}", 0.0), 3) for name, value in own.items()}
    return face.model_copy(update={"fields": fields})
