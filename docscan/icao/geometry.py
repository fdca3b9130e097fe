"""The generic template of each format: where Doc 9303 puts things on any document, in mm from its top left corner.

Parts 4 (3.2, 3.3, figures 7 and 8), 5, 6 and 7; Part 3, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from docscan.icao.formats import Format

MRZ_HEIGHT, MRZ_TOLERANCE = 23.2, 1.0
"""The MRZ takes the lowest 23.2 mm, 1.0 mm either way; no other text stands there."""
MARGIN = 2.0
"""No print but the background's stands nearer to the edge."""
PORTRAIT_HEIGHT, PORTRAIT_WIDTH = (32.0, 45.0), (26.0, 35.0)
"""Least and largest portrait of a passport's data page."""
HEAD = (0.7, 0.8)
"""Share of the portrait's height from chin to crown."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """What holds for every document of a format."""

    width: float
    height: float
    portrait_right: float | None
    """Right end of the zone that holds the portrait, where the format fixes its place."""
    head: tuple[float, float] | None
    """Least and largest height of the portrait's head, where the format fixes it."""

    @property
    def mrz_top(self) -> float:
        return self.height - MRZ_HEIGHT


def geometry(format: Format) -> Geometry:
    """The generic template of a format."""
    width, height = format.size_mm
    if format is not Format.TD3:
        return Geometry(width, height, None, None)
    # The portrait's zone begins at the left edge of the page; its right end lies a margin beyond the widest portrait.
    right = MARGIN + PORTRAIT_WIDTH[1] + MARGIN
    return Geometry(width, height, right, (HEAD[0] * PORTRAIT_HEIGHT[0], HEAD[1] * PORTRAIT_HEIGHT[1]))
