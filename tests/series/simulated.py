"""A small model and profiles drawn from it: no pictures, two hundred numbers a document."""

from __future__ import annotations

import numpy as np

from docscan.geometry import Box
from docscan.series.evidence import GROUPS, Evidence, Spread, Weights
from docscan.series.profile import FaceProfile, Profile

CELLS = 24
GRIDS = ("shift_x", "shift_y", "tone_l", "texture", "letters_added")
WHOLE = ("mrz_pitch", "mrz_left", "type_height", "type_stroke", "noise")
FIELDS = ("left", "height", "stroke")
ZONES = ("surname", "date_of_birth", "document_number")


def model(bound: float = 6.0) -> Evidence:
    weights = (0.6, 0.05, 0.05, 0.1, 0.1, 0.05, 0.05)
    names = (*GRIDS, *WHOLE, *(f"field_{name}" for name in FIELDS), "altered_height", "altered_stroke", "altered_left")
    alike = Weights(dict.fromkeys(GROUPS, 0.6), -2.0)
    return Evidence({name: Spread(0.0, 1.5, 1.0, weights) for name in names}, alike, alike, bound)


class Workshop:
    """Where a workshop lies, and documents of it; without `off` they are genuine."""

    def __init__(self, seed: int, off: float = 10.0, only: tuple[str, ...] = ()) -> None:
        rng = np.random.default_rng([seed, 1])
        self.rng = np.random.default_rng([seed, 2])
        self.off = off
        self.only = only
        self.place = {name: rng.normal(0, off, CELLS) for name in (*GRIDS, *WHOLE, *FIELDS)}
        self.altered = rng.normal(0, off, 3)

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
