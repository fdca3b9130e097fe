"""What of a side stands out from the rest of it: fields of another hand, a portrait of another press.

Which field a forger has to alter, and whether the portrait, is the holder's matter and no habit of the workshop. So
altered fields are taken together, whichever they are, and what was left alone says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from docscan.series.profile import FaceProfile

WRITING = (
    "height",
    "stroke",
    "slant",
    "depth",
    "hue_a",
    "hue_b",
    "crispness",
    "glyphs",
    "left",
    "baseline",
    "background",
)
"""Measures of a field by which another hand is told."""
STRONGEST, ANOTHER_HAND = 4, 4.0
"""Of so many measures, those that depart most, the root mean square deviate from which a field is another hand's."""
MOST_FIELDS = 0.5
"""Share of the fields beyond which the page is another, not the field."""
OUT_OF_PLACE_MM = 0.08
"""Offset of static print, in one cell of twenty, from which a page is not the true press's."""
PRINTING = ("portrait_overlay", "portrait_noise", "portrait_grain_fine", "portrait_grain_middle")
ANOTHER_PRESS = 7.0
"""Deviate of the portrait's print from which it did not come from the page's press."""


def altered(face: FaceProfile) -> frozenset[str]:
    """The fields that were written by another hand than their siblings; none where most of them were, or where the page
    is not the true press's: a counterfeiter's fields vary by themselves."""
    if not _true_page(face):
        return frozenset()
    hand = set()
    for zone, own in face.fields.items():
        if "glyphs" not in own:  # letters that cannot be told apart cannot be measured one by one either
            continue
        departures = sorted((abs(own[name]) for name in WRITING if name in own), reverse=True)[:STRONGEST]
        if departures and float(np.sqrt(np.mean(np.square(departures)))) > ANOTHER_HAND:
            hand.add(zone)
    return frozenset(hand) if len(hand) <= MOST_FIELDS * len(face.fields) else frozenset()


def together(face: FaceProfile) -> dict[str, float]:
    """The middle of the altered fields, by measure; empty where there is none."""
    hand = [face.fields[zone] for zone in sorted(altered(face))]
    measures = {name for own in hand for name in own}
    return {
        f"altered_{name}": float(np.median([own[name] for own in hand if name in own])) for name in sorted(measures)
    }


def _true_page(face: FaceProfile) -> bool:
    """Whether static print stands where the template has it."""
    cells = [abs(v) for name in ("shift_x", "shift_y") for v in face.grids.get(name, ()) if v is not None]
    return bool(cells) and float(np.percentile(cells, 95)) < OUT_OF_PLACE_MM


def replaced_portrait(whole: Mapping[str, float]) -> bool:
    """Whether the portrait is printed otherwise than the template's."""
    return max(abs(whole.get(name, 0.0)) for name in PRINTING) > ANOTHER_PRESS
