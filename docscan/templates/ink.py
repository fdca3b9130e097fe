"""What is written on a face, for whoever reads it: the ground and the labels taken away."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from docscan.arrays import components, cut
from docscan.document import Ink, TemplateMatch, Zone
from docscan.geometry import Box, Homography
from docscan.templates import laying, typography
from docscan.templates.laying import LaidFace
from docscan.templates.typography import Inked

FAINT = 0.15
"""Share of the ink's contrast that is left of background print and dirt, and counts as bare."""
LETTER_PEAK = 0.65
"""Share of the ink's contrast that the darkest spot of a letter reaches, and no remains of background print."""


def inks(match: TemplateMatch | None) -> tuple[Ink, ...]:
    """The ink of every face that lies on a template face with fields."""
    faces = match.faces if match else ()
    return tuple(
        ink(laying.laid(r), r.template_face.zones, face=r.face, to_face=np.linalg.inv(r.to_template).astype(np.float64))
        for r in faces
        if any(zone.kind == "field" for zone in r.template_face.zones)
    )


def ink(laid: LaidFace, zones: tuple[Zone, ...], *, face: int, to_face: Homography) -> Ink:
    """A laid face's fields in black on white, each brought to full contrast by itself."""
    ppmm = laid.ground.ppmm
    canvas = np.full(laid.darkness.shape, 255, np.uint8)
    places: dict[str, Box] = {}
    reach = laying.windows(zones, laid.ground)
    for zone in zones:
        if zone.kind != "field":
            continue
        inked = laid.inked[zone.name]
        if inked.contrast >= typography.READABLE:
            cut(canvas, reach[zone.name])[...] = _letters(cut(laid.darkness, reach[zone.name]), inked)
            places[zone.name] = reach[zone.name]
    return Ink(face=face, pixels=canvas, ppmm=ppmm, to_face=to_face, places=places)


def _letters(darkness: npt.NDArray[np.float32], inked: Inked) -> npt.NDArray[np.uint8]:
    """Dark on white: the parts of the ink that are dark enough to be of letters, with their soft edges."""
    level = np.clip((darkness / inked.contrast - FAINT) / (1 - FAINT), 0, 1)
    labels, stats = components(inked.mask)
    dark = np.zeros(len(stats), np.uint8)
    dark[labels[level > LETTER_PEAK]] = 1
    dark[0] = 0
    letters = cv2.dilate(dark[labels], np.ones((5, 5), np.uint8))
    return np.asarray(255 - np.rint(255 * level * letters), np.uint8)
