"""What the checks that pixels alone decide share: a face's part of the page as the file holds it, and places in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Examination, Face, Finding, Outcome
from docscan.geometry import Box, Pixels, Region, project
from docscan.traces import blocks
from docscan.traces.blocks import SIZE, Floats

RIM_MM = 1.5
"""Rim of a face that is not judged: its cut, rounded corners, its shadow."""

MANY_BLOCKS = 24_000
"""More than these (a passport page at 300 ppi has 23 000) and every second one, across and down, is enough."""

NO_PAGE = "The pixels of the page as the file holds them were not kept, so they were not examined."


@dataclass(frozen=True, eq=False)
class FacePixels:
    """The part of a page on which a face lies, cut out on the grid of the page's 8 x 8 blocks."""

    index: int
    face: Face
    x: int
    y: int
    """Of its top left pixel on the page."""
    pixels: Pixels

    @cached_property
    def luminance(self) -> Floats:
        """(h, w) of the part."""
        return blocks.luminance(self.pixels)

    @property
    def ppmm(self) -> float:
        """Pixels of the page a millimetre of the face, at its middle."""
        return self.face.ppmm * self._zoom

    @property
    def _zoom(self) -> float:
        h, w = self.face.pixels.shape[:2]
        middle = np.array([[w / 2, h / 2], [w / 2 + 10, h / 2], [w / 2, h / 2 + 10]])
        on_page = project(middle, self.face.to_page)
        return float(np.sqrt(abs(np.linalg.det(on_page[1:] - on_page[0]))) / 10)

    def region(self, box: Box, label: str) -> Region:
        """A box in pixels of this part as a region of the document."""
        on_page = Box(x=box.x + self.x, y=box.y + self.y, width=box.width, height=box.height)
        on_face = Box.around(project(on_page.corners(), self.face.from_page))
        return self.face.region(on_face, label=label, face=self.index)

    def mask(self, rim_mm: float = RIM_MM) -> npt.NDArray[np.bool_]:
        """(h, w) pixels of this part that lie on the face, `rim_mm` left out."""
        return _on_face(self.face, self.pixels.shape[:2], (self.x, self.y), rim_mm)


@dataclass(frozen=True, eq=False)
class FaceBlocks:
    """The blocks of a face's part of the page, or every second one of very many."""

    every: int
    pixels: Pixels
    """The picture that these blocks make."""
    coefficients: Floats
    """(rows, columns, 8, 8) of its luminance."""
    on_face: npt.NDArray[np.bool_]
    """(rows, columns) blocks that lie on the face whole, its rim left out."""


@lru_cache(maxsize=1)
def parts(exam: Examination) -> tuple[FacePixels, ...]:
    """Each face's part of the page; none where the page was not kept. Several checks of one document share them."""
    if exam.page is None:
        return ()
    pixels = exam.page.pixels
    height, width = pixels.shape[:2]
    found = []
    for index, face in enumerate(exam.document.faces):
        h, w = face.pixels.shape[:2]
        around = Box.around(project(Box(x=0, y=0, width=w, height=h).corners(), face.to_page))
        x, y = (max(0, int(v) // SIZE * SIZE) for v in (around.x, around.y))
        right, bottom = min(width, int(around.right) + 1), min(height, int(around.bottom) + 1)
        part = pixels[y:bottom, x:right]
        if min(part.shape[:2]) >= 4 * SIZE:
            found.append(FacePixels(index, face, x, y, part))
    return tuple(found)


@lru_cache(maxsize=2)
def blocks_of(part: FacePixels) -> FaceBlocks:
    rows, columns = part.pixels.shape[0] // SIZE, part.pixels.shape[1] // SIZE
    mask = part.mask()[: rows * SIZE, : columns * SIZE].astype(np.float32)
    on_face = np.asarray(cv2.resize(mask, (columns, rows), interpolation=cv2.INTER_AREA) == 1)
    every = 2 if on_face.size > MANY_BLOCKS else 1
    # JPEG decodes to whole steps of luminance; what the colours' rounding adds, slanting over a tint, goes by rounding.
    whole = np.rint(blocks.thinned(part.luminance, every))
    pixels = blocks.thinned(part.pixels, every)
    return FaceBlocks(every, pixels, blocks.coefficients(whole), np.ascontiguousarray(on_face[::every, ::every]))


def _on_face(face: Face, shape: tuple[int, ...], origin: tuple[int, int], rim_mm: float) -> npt.NDArray[np.bool_]:
    h, w = face.pixels.shape[:2]
    inner = Box(x=0, y=0, width=w, height=h).grown(-rim_mm * face.ppmm)
    corners = project(inner.corners(), face.to_page) - origin
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 1)
    return np.asarray(mask > 0)


def no_page(check: str) -> Finding:
    return Finding(check=check, outcome=Outcome.NOT_DONE, code="no_page", message=NO_PAGE)
