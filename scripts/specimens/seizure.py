"""One document of a seizure: made by a workshop, or genuine; carried about; scanned by whoever came by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import capture, workshops
from .design import design
from .draw import draw
from .holder import invent
from .wear import worn

PPI = 300
SCANNERS = {
    "flatbed-300": 0.4,
    "flatbed-400": 0.15,
    "flatbed-200": 0.1,
    "document-camera": 0.1,
    "phone-a": 0.15,
    "phone-b": 0.1,
}
"""Devices on which the documents of a seizure come in, and their shares."""


def captured(source: int | None, seed: int) -> bytes:
    """The file of document number `seed` of a workshop, or of a genuine one; the same for the same arguments."""
    rng = np.random.default_rng([seed, 0x5CA])
    if source is None:
        base = design(str(rng.choice(workshops.DESIGNS)))
        faces = draw(base, invent(base, seed), PPI).faces
    else:
        faces = workshops.made(workshops.workshop(source), seed, PPI).faces
    used = float(rng.random() ** 2) * 0.5
    faces = tuple(replace(f, pixels=worn(f.pixels, f.ppi, seed + i, used)) for i, f in enumerate(faces))
    device = capture.DEVICES[str(rng.choice(list(SCANNERS), p=list(SCANNERS.values())))]
    return capture.encode(capture.capture(faces, device, seed))
