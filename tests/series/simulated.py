"""A small model and profiles drawn from it: no pictures, two hundred numbers a document."""

from __future__ import annotations

import numpy as np

from docscan.geometry import Box
from docscan.series import photo
from docscan.series.evidence import GROUPS, Evidence, Spread, Weights
from docscan.series.hands import MEASURES, Hands
from docscan.series.levels import Levels
from docscan.series.profile import FaceProfile, Profile

CELLS = 24
GRIDS = ("shift_x", "shift_y", "tone_l", "texture", "letters_added")
WHOLE = ("mrz_pitch", "mrz_left", "type_height", "type_stroke", "noise")
FIELDS = ("left", "height", "stroke")
ZONES = ("surname", "date_of_birth", "document_number")


def hands() -> Hands:
    """Genuine fields a unit about nothing, hands five about it, documents of one hand a third of a unit about it."""
    unit = np.eye(len(MEASURES))
    return Hands(unit, 2.0, np.zeros(len(MEASURES)), 25.0 * unit, 0.1 * unit, 0.2 * unit)


def photos() -> Levels:
    """Photographs five units about nothing, those of one workshop half a unit about its own place."""
    unit = np.eye(len(photo.MEASURES))
    return Levels(np.zeros(len(photo.MEASURES)), 25.0 * unit, 0.25 * unit)


def model(bound: float = 6.0) -> Evidence:
    weights = (0.6, 0.05, 0.05, 0.1, 0.1, 0.05, 0.05)
    names = (*GRIDS, *WHOLE, *(f"field_{name}" for name in FIELDS), *(f"altered_{name}" for name in MEASURES))
    alike = Weights(dict.fromkeys(GROUPS, 0.6), -2.0)
    return Evidence(hands(), photos(), {name: Spread(0.0, 1.5, 1.0, weights) for name in names}, alike, alike, bound)


class Workshop:
    """Where a workshop lies, and documents of it; without `off` they are genuine."""

    def __init__(self, seed: int, off: float = 10.0, only: tuple[str, ...] = ()) -> None:
        rng = np.random.default_rng([seed, 1])
        self.rng = np.random.default_rng([seed, 2])
        self.off = off
        self.only = only
        self.place = {name: rng.normal(0, off, CELLS) for name in (*GRIDS, *WHOLE, *FIELDS)}

    def _value(self, name: str, index: int) -> float:
        centre = self.place[name][index] if not self.only or name in self.only else 0.0
        return round(float(centre + self.rng.normal()), 3)

    def document(self, number: str | None = None, template: str = "UTO-P-2020") -> Profile:
        face = FaceProfile(
            side="page",
            face=0,
            size_mm=(72.0, 48.0),
            to_page=(10.0, 0.0, 5.0, 0.0, 10.0, 7.0, 0.0, 0.0, 1.0),
            whole={name: self._value(name, 0) for name in WHOLE},
            fields={z: {name: self._value(name, i) for name in FIELDS} for i, z in enumerate(ZONES)},
            grids={name: tuple(self._value(name, i) for i in range(CELLS)) for name in GRIDS},
            zones={z: Box(x=10, y=10 * i, width=20, height=3) for i, z in enumerate(ZONES)},
        )
        return Profile(
            state="UTO",
            type="P",
            template=template,
            document_number=number,
            fraud=(),
            processes={},
            faces=(face,),
            portrait=None,
        )


def genuine(seed: int) -> Workshop:
    return Workshop(seed, off=0.0)


class Alterer:
    """A hand, and true pages on which it wrote some of the fields; with `hand` None they are genuine."""

    ZONES = ("surname", "given_names", "date_of_birth", "date_of_expiry", "document_number", "place_of_birth")

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 3])
        self.hand = self.rng.normal(0, 5, len(MEASURES))

    def document(self, fields: tuple[str, ...] = ("surname",)) -> Profile:
        own = self.hand + self.rng.normal(0, np.sqrt(0.1), len(MEASURES))
        written = {zone: self.rng.normal(0, 1, len(MEASURES)) for zone in self.ZONES}
        written |= {zone: own + self.rng.normal(0, np.sqrt(0.2), len(MEASURES)) for zone in fields}
        return true_page(written)


def true_page(written: dict[str, np.ndarray], **changed: object) -> Profile:
    """A page whose static print is in place; zone -> (MEASURES,) of its fields."""
    face = FaceProfile(
        side="page",
        face=0,
        size_mm=(72.0, 48.0),
        to_page=(10.0, 0.0, 5.0, 0.0, 10.0, 7.0, 0.0, 0.0, 1.0),
        whole={},
        fields={zone: dict(zip(MEASURES, map(float, values), strict=True)) for zone, values in written.items()},
        grids={"shift_x": (0.0,) * CELLS, "shift_y": (0.0,) * CELLS},
        zones={zone: Box(x=10, y=7 * i, width=20, height=3) for i, zone in enumerate(written)},
    ).model_copy(update=changed)
    profile = Workshop(0, off=0.0).document()
    return profile.model_copy(update={"faces": (face,)})
