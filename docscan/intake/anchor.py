"""Where Doc 9303 puts an MRZ on its document, and hence where the document lies whose MRZ was read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.document import MrzOnPage
from docscan.geometry import Homography
from docscan.icao.formats import Format

Points = npt.NDArray[np.float64]

PITCH_MM = 2.54
"""10 characters an inch (Doc 9303 part 3, 4.4)."""
LEFT_MM = {Format.TD1: 5.0, Format.TD2: 4.0, Format.FRA_ID: 4.0, Format.TD3: 6.0, Format.MRV_A: 6.0, Format.MRV_B: 4.0}
"""Left edge of the document to that of the first character (parts 4-7, position of the MRZ); tolerance 1 mm."""
MIDDLE_MM = 11.6
"""Bottom edge of the document to the middle of its MRZ: half of the zone's 23.2 mm."""
_FAR = 1e6
"""Pixels: no page is so large."""
_HALF_GLYPH_MM = 0.8
_LINE_MM = {2: 6.35, 3: 4.23}
"""Distance of lines by their number: 4 and 6 lines an inch."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """The centres of an MRZ's characters, on the page and on the document."""

    format: Format
    page: Points
    """(n, 2) page pixels."""
    column: npt.NDArray[np.float64]
    """(n,) number of the character in its line, from 0."""
    row: npt.NDArray[np.intp]
    """(n,) number of the line, from 0."""
    mirrored: bool

    @property
    def nominal(self) -> Points:
        """(n, 2) millimetres from the document's top left corner."""
        _, height = self.format.size_mm
        rows = self.format.rows
        y = height - MIDDLE_MM + (self.row - (rows - 1) / 2) * _LINE_MM[rows]
        return np.column_stack([LEFT_MM[self.format] + _HALF_GLYPH_MM + self.column * PITCH_MM, y])

    def to_page(self) -> Homography:
        """Millimetres on the document -> page pixels, as if there were no perspective: the lines tell the direction
        and the scale along themselves; across, the same scale is taken, since lines may stand closer than nominal."""
        mm, page = self.nominal, self.page
        along = mm[:, 0] - _mean_by(mm[:, 0], self.row)
        direction = (along[:, None] * (page - _mean_by(page, self.row))).sum(axis=0) / max(
            float((along**2).sum()), 1e-9
        )
        across = np.array([-direction[1], direction[0]]) * (-1.0 if self.mirrored else 1.0)
        linear = np.column_stack([direction, across])
        matrix = np.eye(3)
        matrix[:2, :2] = linear
        matrix[:2, 2] = page.mean(axis=0) - linear @ mm.mean(axis=0)
        return matrix


def anchor(mrz: MrzOnPage) -> Anchor | None:
    """The anchor that `mrz` is; None where its format is unknown or its places do not span a line."""
    kind = mrz.reading.format
    if kind is None:
        return None
    if not all(np.isfinite(places).all() for places in (mrz.outline, *mrz.quads)) or np.abs(mrz.outline).max() > _FAR:
        return None
    lines = [np.asarray(quads, dtype=np.float64).reshape(-1, 4, 2).mean(axis=1) for quads in mrz.quads]
    if len(lines) != kind.rows or any(len(line) < kind.columns // 2 for line in lines):
        lines = _lines_of_outline(mrz.outline, kind)
        columns = [np.array([0.0, kind.columns - 1.0])] * kind.rows
    else:
        columns = [np.arange(len(line), dtype=np.float64) for line in lines]
    page = np.concatenate(lines)
    if np.ptp(page, axis=0).max() < kind.columns:
        return None
    row = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return Anchor(kind, page, np.concatenate(columns), row, mrz.mirrored)


def centre(mrz: MrzOnPage) -> Points:
    """(2,) middle of the MRZ in page pixels."""
    return np.asarray(np.asarray(mrz.outline, dtype=np.float64).reshape(4, 2).mean(axis=0))


def _lines_of_outline(outline: npt.ArrayLike, kind: Format) -> list[Points]:
    """First and last character's centre of each line, from the MRZ's four corners."""
    top_left, top_right, bottom_right, bottom_left = np.asarray(outline, dtype=np.float64).reshape(4, 2)
    inset = 0.5 / kind.columns
    lines = []
    for row in range(kind.rows):
        down = (row + 0.5) / kind.rows
        left = top_left + down * (bottom_left - top_left)
        right = top_right + down * (bottom_right - top_right)
        lines.append(np.stack([left + inset * (right - left), right + inset * (left - right)]))
    return lines


def _mean_by(values: npt.NDArray[np.float64], group: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Each value replaced by the mean of its group."""
    result = np.empty_like(values)
    for g in np.unique(group):
        result[group == g] = values[group == g].mean(axis=0)
    return result


_SIGMA_LEFT = 1.5
"""mm; Doc 9303 allows 1.0, and edges are worn and trimmed."""
_SIGMA_MIDDLE = 2.0
_SIGMA_PITCH = 0.5
"""mm of deviation within a line of 44: genuine pitch is up to 2 % off, that is 1 mm at either end."""
_SIGMA_STRAIGHT = 0.4
_SIGMA_LINE = 0.5
_INSIDE_MM = 1.3
"""From the centre of a character to the document's edge: half its height at least."""
_IMPOSSIBLE = 100.0


def misfits(anchored: Anchor, to_mm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How little each of (m, 3, 3) homographies, page pixels -> millimetres, puts the MRZ where its document should
    have it; 0 fits. (m,) negative log-likelihoods with Cauchy's heavy tails: a document that is out of the standard in
    one respect is still known by its edges."""
    at = to_mm @ np.column_stack([anchored.page, np.ones(len(anchored.page))]).T
    off = (at[:, :2] / at[:, 2:]).transpose(0, 2, 1) - anchored.nominal
    mean = off.mean(axis=1)
    along = off[..., 0] - mean[:, None, 0]
    pitch = np.sqrt((along**2).mean(axis=1))
    straight = np.zeros(len(off))
    row_means = []
    for row in np.unique(anchored.row):
        line = off[:, anchored.row == row, 1]
        row_means.append(line.mean(axis=1))
        straight += line.var(axis=1)
    line_distance = (row_means[-1] - row_means[0]) / max(len(row_means) - 1, 1)
    deviations = (
        mean[:, 0] / _SIGMA_LEFT,
        mean[:, 1] / _SIGMA_MIDDLE,
        pitch / _SIGMA_PITCH,
        np.sqrt(straight / len(row_means)) / _SIGMA_STRAIGHT,
        line_distance / _SIGMA_LINE,
    )
    place = off + anchored.nominal
    beyond = (np.minimum(place, np.array(anchored.format.size_mm) - place) < _INSIDE_MM).any(axis=(1, 2))
    return np.asarray(sum(np.log1p(0.5 * deviation**2) for deviation in deviations) + _IMPOSSIBLE * beyond)
