"""A face picture in a few bytes: what is the holder's own in it, a perceptual hash of that, and the comparison of two.

What all holders' portraits share on a document model (the middle of many faces, overprint, frame) is taken away by
subtracting the template's median, so that two strangers are not alike because both look into the camera.
"""

from __future__ import annotations

import base64
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from docscan.document import RegisteredFace, Value, Zone
from docscan.templates import laying, portrait

ROWS = portrait.GHOST_ROWS
REACH = 3
"""Rows and columns by which one picture may lie beside the other: a zone is cut to a millimetre or so."""
SCALES = (0.94, 0.97, 1.0, 1.03, 1.06)
MIN_COLUMNS = 8


class Likeness(Value):
    """A holder's own features: ROWS rows of `columns` signed bytes, zero in the mean."""

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """64-bit perceptual hash, hexadecimal."""
    columns: Annotated[int, Field(ge=MIN_COLUMNS, le=2 * ROWS)]
    pixels: str
    """Base64, row by row."""

    def array(self) -> npt.NDArray[np.float32]:
        """(ROWS, columns) values; ValueError where the bytes are not so many."""
        stored = np.frombuffer(base64.b64decode(self.pixels), np.int8)
        return stored.reshape(ROWS, self.columns).astype(np.float32)


def likeness_of(registered: RegisteredFace) -> Likeness | None:
    """The likeness in the face's portrait; None where the template has none there or the picture does not show it."""
    zone = next((zone for zone in registered.template_face.zones if zone.kind == "portrait"), None)
    if zone is None or not _covered(registered, zone):
        return None
    taken = laying.laid(registered)
    box = zone.box.scaled(registered.template_face.ppmm)
    return encoded(portrait.likeness(taken.lab[..., 0], taken.ground.lab[..., 0], box))


def _covered(registered: RegisteredFace, zone: Zone) -> bool:
    seen = zone.box.scaled(registered.template_face.ppmm).crop(registered.covered[..., None].astype(np.uint8))
    return bool(seen.size and seen.mean() > 0.95)


def encoded(own: npt.NDArray[np.float32]) -> Likeness:
    """A likeness from (ROWS, columns) values of any scale."""
    from imagehash import phash
    from PIL import Image

    spread = float(own.std()) + 1e-6
    stored = np.clip(np.rint((own - own.mean()) / spread * 32), -127, 127).astype(np.int8)
    picture = Image.fromarray((stored.astype(np.int16) + 128).astype(np.uint8))
    return Likeness(
        hash=str(phash(picture)), columns=own.shape[1], pixels=base64.b64encode(stored.tobytes()).decode("ascii")
    )


def bits_apart(a: str, b: str) -> int:
    """In how many of 64 bits two perceptual hashes differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def same_face(a: Likeness, b: Likeness) -> float:
    """Correlation (-1 to 1) of two likenesses where they agree best, shifted and scaled by a little."""
    fixed, moving = a.array(), b.array()
    inner = fixed[REACH:-REACH, REACH:-REACH]
    best = -1.0
    for scale in SCALES:
        size = (max(inner.shape[1], round(fixed.shape[1] * scale)), max(inner.shape[0], round(ROWS * scale)))
        found = cv2.matchTemplate(cv2.resize(moving, size, interpolation=cv2.INTER_AREA), inner, cv2.TM_CCOEFF_NORMED)
        best = max(best, float(found.max()))
    return best
