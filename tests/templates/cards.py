"""Specimens of an invented card as documents, at a resolution low enough for quick tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import cv2
import numpy as np
from specimens.design import design
from specimens.draw import Specimen, draw
from specimens.holder import invent

from docscan.document import Document, Examination, Face, MrzReading, Quality, Reading, Template, TemplateMatch
from docscan.geometry import Box, Pixels
from docscan.templates import match

DESIGN = "UTO-I-2021"
PPMM = 9.0
QUALITY = Quality(sharpness=0.1, glare=0.0, exposure=0.6)
Edit = Callable[[Pixels, str], Pixels]


@lru_cache(maxsize=16)
def specimen(seed: int, design_id: str = DESIGN) -> Specimen:
    model = design(design_id)
    return draw(model, invent(model, seed), 300)


def scanned(pixels: Pixels, ppmm: float, seed: int) -> Pixels:
    """A flatbed's blur, tint and noise, at PPMM."""
    rng = np.random.default_rng(seed)
    scale = PPMM / ppmm
    image = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    image = cv2.GaussianBlur(image, (0, 0), 0.5) * rng.uniform(0.96, 1.0, 3) + rng.normal(0, 1.2, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def documents(
    seed: int, edit: Edit | None = None, upside_down: bool = False, design_id: str = DESIGN
) -> tuple[Document, Reading]:
    """The document of a holder with the reading of its MRZ; `edit(pixels, side)` changes the print before the scan."""
    faces, mrz = [], None
    for index, side in enumerate(specimen(seed, design_id).faces):
        print_ppmm = side.ppi / 25.4
        pixels = edit(side.pixels.copy(), side.side) if edit else side.pixels
        picture = scanned(pixels, print_ppmm, seed)
        picture = np.ascontiguousarray(picture[::-1, ::-1]) if upside_down else picture
        form = specimen(seed, design_id).design.format
        faces.append(Face(pixels=picture, ppmm=PPMM, to_page=np.eye(3), quality=QUALITY, format=form, edges_seen=True))
        if "mrz.1" in side.texts:
            rows = [f"mrz.{i}" for i in range(1, form.rows + 1)]
            corners = [(side.zones[row].x, side.zones[row].y) for row in rows]
            corners += [(side.zones[row].right, side.zones[row].bottom) for row in rows]
            box = Box.around(np.array(corners) * PPMM)
            lines = tuple(side.texts[row] for row in rows)
            mrz = MrzReading(engine="test", format=form, lines=lines, face=index, box=box)
    return Document(faces=tuple(faces)), Reading(mrz=mrz)


def examination(template: Template, seed: int, edit: Edit | None = None) -> Examination:
    document, reading = documents(seed, edit)
    found = match(document, reading, (template,))
    assert isinstance(found, TemplateMatch)
    return Examination(document, reading, found, on=date(2024, 6, 1))


def rect_pixels(seed: int, side: str, zone: str) -> tuple[slice, slice]:
    """Where a zone lies in the print's pixels."""
    face = specimen(seed).face(side)
    place, scale = face.zones[zone], face.ppi / 25.4
    return (
        slice(round(place.y * scale), round(place.bottom * scale)),
        slice(round(place.x * scale), round(place.right * scale)),
    )
