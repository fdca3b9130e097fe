"""A face picture in a few bytes: a perceptual hash to find it by, and its fine features to compare it by.

What all holders' portraits share on a document model (the middle of many faces, overprint, frame) is taken away by
subtracting the template's median, so that two strangers are not alike because both look into the camera. Light, tone
and colour are taken away by looking at fine features alone, each against the contrast around it.
"""

from __future__ import annotations

import base64
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from docscan.arrays import Floats
from docscan.document import RegisteredFace
from docscan.geometry import Box, Value
from docscan.templates import laying, portrait

ROWS = 80
MIDDLE = (0.12, 0.15, 0.76, 0.8)
"""Left, top, width, height of the part that is compared: face and hair, no frame and no collar."""
FINE, COARSE = 1.0, 3.0
"""Blurs (rows) between which the features lie that are compared."""
REACH = 5
"""Rows and columns by which one picture may lie beside the other: a zone is cut to a millimetre or so."""
SCALES = (0.96, 0.98, 1.0, 1.02, 1.04)
MIN_COLUMNS = 16

Features = npt.NDArray[np.float32]


class Likeness(Value):
    """A holder's own features: ROWS rows of `columns` signed bytes."""

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """64-bit perceptual hash, hexadecimal."""
    columns: Annotated[int, Field(ge=MIN_COLUMNS, le=2 * ROWS)]
    pixels: str
    """Base64, row by row."""

    def array(self) -> Features:
        """(ROWS, columns) values; ValueError where the bytes are not so many."""
        stored = np.frombuffer(base64.b64decode(self.pixels), np.int8)
        return np.asarray(stored.reshape(ROWS, self.columns), np.float32)


def likeness_of(registered: RegisteredFace) -> Likeness | None:
    """The likeness in the face's portrait; None where the template has none there or the picture does not show it."""
    zone = next((zone for zone in registered.template_face.zones if zone.kind == "portrait"), None)
    if zone is None:
        return None
    box = zone.box.scaled(registered.template_face.ppmm)
    seen = box.crop(registered.covered[..., None].astype(np.uint8))
    if not seen.size or seen.mean() < 0.95:
        return None
    taken = laying.laid(registered)
    return likeness(taken.lightness, taken.ground.planes[0], box)


def likeness(lightness: Floats, ground: Floats, box: Box) -> Likeness:
    """The likeness in `box` (pixels) of a page's lightness, above its template's."""
    from imagehash import phash
    from PIL import Image

    whole = portrait.likeness(lightness, ground, box)
    shown = np.clip(128 + 32 * whole / (float(whole.std()) + 1e-6), 0, 255)
    middle = Box(
        x=box.x + MIDDLE[0] * box.width,
        y=box.y + MIDDLE[1] * box.height,
        width=MIDDLE[2] * box.width,
        height=MIDDLE[3] * box.height,
    )
    stored = _features(middle.crop((lightness - ground)[..., None])[..., 0])
    return Likeness(
        hash=str(phash(Image.fromarray(shown.astype(np.uint8)))),
        columns=stored.shape[1],
        pixels=base64.b64encode(stored.tobytes()).decode("ascii"),
    )


def _features(own: Floats) -> npt.NDArray[np.int8]:
    """(ROWS, columns) what lies between two blurs, against the contrast around it; 32 is as strong as usual."""
    columns = min(2 * ROWS, max(MIN_COLUMNS, round(ROWS * own.shape[1] / max(own.shape[0], 1))))
    small = cv2.resize(own, (columns, ROWS), interpolation=cv2.INTER_AREA)
    band = cv2.GaussianBlur(small, (0, 0), FINE) - cv2.GaussianBlur(small, (0, 0), COARSE)
    around = np.sqrt(cv2.GaussianBlur(band * band, (0, 0), COARSE)) + 0.3 * float(band.std()) + 1e-6
    return np.clip(np.rint(32 * band / around), -127, 127).astype(np.int8)


def bits_apart(a: str, b: str) -> int:
    """In how many of 64 bits two perceptual hashes differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def same_picture(a: Likeness, b: Likeness) -> float:
    """Correlation (-1 to 1) of two likenesses where they agree best, shifted and scaled by a little; 0 where one shows
    nothing."""
    fixed, moving = a.array(), b.array()
    inner = fixed[REACH:-REACH, REACH:-REACH]
    if min(float(inner.std()), float(moving.std())) < 1.0:
        return 0.0
    best = -1.0
    for scale in SCALES:
        size = (max(inner.shape[1], round(fixed.shape[1] * scale)), max(inner.shape[0], round(ROWS * scale)))
        found = cv2.matchTemplate(cv2.resize(moving, size, interpolation=cv2.INTER_LINEAR), inner, cv2.TM_CCOEFF_NORMED)
        best = max(best, float(found.max()))
    return best
