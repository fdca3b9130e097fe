"""Values, pixels and places on them: what every other noun is made of."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

Pixels = npt.NDArray[np.uint8]
Homography = npt.NDArray[np.float64]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Value(BaseModel):
    """A frozen value that travels into the report."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Box(Value):
    """An upright rectangle: left, top, width, height, in pixels of a face unless said otherwise."""

    x: float
    y: float
    width: Annotated[float, Field(ge=0)]
    height: Annotated[float, Field(ge=0)]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def scaled(self, factor: float) -> Box:
        return Box(x=self.x * factor, y=self.y * factor, width=self.width * factor, height=self.height * factor)

    def grown(self, margin: float) -> Box:
        return Box(
            x=self.x - margin,
            y=self.y - margin,
            width=max(0.0, self.width + 2 * margin),
            height=max(0.0, self.height + 2 * margin),
        )

    def corners(self) -> npt.NDArray[np.float64]:
        """(4, 2) corners, clockwise from the top left."""
        return np.array(
            [[self.x, self.y], [self.right, self.y], [self.right, self.bottom], [self.x, self.bottom]], dtype=np.float64
        )

    def crop(self, pixels: Pixels) -> Pixels:
        """The part of `pixels` inside the box; may be empty where the box lies outside."""
        top, left = max(0, round(self.y)), max(0, round(self.x))
        return pixels[top : max(top, round(self.bottom)), left : max(left, round(self.right))]

    def shared(self, other: Box) -> float:
        """Area of the part that two boxes share."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, wide) * max(0.0, high)

    @classmethod
    def around(cls, points: npt.ArrayLike) -> Self:
        """The smallest box around (n, 2) points."""
        xy = np.asarray(points, dtype=np.float64)
        (x, y), (right, bottom) = xy.min(axis=0), xy.max(axis=0)
        return cls(x=float(x), y=float(y), width=float(right - x), height=float(bottom - y))


def project(points: npt.ArrayLike, homography: Homography) -> npt.NDArray[np.float64]:
    """(n, 2) points through a 3x3 homography."""
    xy = np.asarray(points, dtype=np.float64)
    mapped = np.column_stack([xy, np.ones(len(xy))]) @ homography.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


class Region(Value):
    """A place on the document that a finding speaks of, in three coordinate systems."""

    face: int = 0
    label: str = ""
    box: Box
    """Pixels of the straightened face."""
    mm: Box
    """Millimetres from the top left corner of the face."""
    on_page: tuple[tuple[float, float], ...]
    """The four corners in pixels of the page as it came."""

    def framed(self, mm: float) -> Region:
        """The region with so many millimetres around it. Its corners on the page are moved along its own sides."""
        return self._reaching(self.mm.grown(mm))

    def joined(self, other: Region) -> Region:
        """The region around this one and another on the same face."""
        return self._reaching(Box.around(np.vstack([self.mm.corners(), other.mm.corners()])))

    def _reaching(self, mm: Box) -> Region:
        """The region with its sides moved to those of a box in millimetres."""
        if not (self.mm.width and self.mm.height):
            return self
        shares = (mm.corners() - [self.mm.x, self.mm.y]) / [self.mm.width, self.mm.height]
        box = shares * [self.box.width, self.box.height] + [self.box.x, self.box.y]
        across, down = shares[:, :1], shares[:, 1:]
        top_left, top_right, bottom_right, bottom_left = np.array(self.on_page)
        top, bottom = top_left + across * (top_right - top_left), bottom_left + across * (bottom_right - bottom_left)
        page = top + down * (bottom - top)
        return Region(
            face=self.face,
            label=self.label,
            box=Box.around(box),
            mm=mm,
            on_page=tuple((round(float(x), 1), round(float(y), 1)) for x, y in page),
        )
