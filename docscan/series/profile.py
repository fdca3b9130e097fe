"""The profile of a document: what a workshop leaves on all it makes, in a few kilobytes without pixels.

After Lausanne's profiling method (Baechler, Ribaux, Margot): general features to filter by, and features that are seen
on the scan, do not change from holder to holder and tell workshops apart. Every defect is a departure from the
template; what could not be measured is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import numpy as np

from docscan.document import Side
from docscan.geometry import Box, Value, project
from docscan.templates.likeness import Likeness


class Fraud(StrEnum):
    """What the findings suggest was done; a person decides."""

    COUNTERFEIT = "counterfeit"
    FANTASY = "fantasy"
    PORTRAIT = "portrait substitution"
    DATA = "alteration of data"
    NONE = "none suggested"


class FaceProfile(Value):
    """The defects of one side, against its template face."""

    side: Side
    face: int
    """The side's place in its document."""
    size_mm: tuple[float, float]
    to_page: tuple[float, float, float, float, float, float, float, float, float]
    """Template millimetres to pixels of the page as it came: a homography, row by row."""
    whole: Mapping[str, float]
    """Measure -> departure of the side as a whole."""
    fields: Mapping[str, Mapping[str, float]]
    """Zone -> measure -> departure of this field from what the side's other fields share."""
    grids: Mapping[str, tuple[float | None, ...]]
    """Measure -> departure in each cell of CELL_MM, in reading order; None where nothing could be measured."""
    zones: Mapping[str, Box]
    """Zone -> its box in template millimetres, of the zones named in `fields` and of portrait and MRZ."""

    def on_page(self, box: Box) -> tuple[tuple[float, float], ...]:
        """The corners of a box in template millimetres, in pixels of the page."""
        corners = project(box.corners(), np.array(self.to_page, np.float64).reshape(3, 3))
        return tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)


class Profile(Value):
    """One per document; kept as JSON beside its report."""

    edition: Literal[1] = 1
    """Of the measures: profiles of different editions are not compared."""
    state: str | None
    """Issuing State as the MRZ has it, else the template's."""
    type: str | None
    """First letter of the document code."""
    template: str | None
    template_version: str = ""
    """First digits of its SHA-256: defects are relative to it, so that profiles by two versions are not compared."""
    document_number: str | None
    fraud: tuple[Fraud, ...]
    processes: Mapping[str, str]
    """Zone -> how it seems to be printed."""
    faces: tuple[FaceProfile, ...]
    portrait: Likeness | None

    @property
    def block(self) -> str:
        """Documents are compared within a block: a template's, else a State's and type's."""
        if self.template:
            return f"{self.template} {self.template_version}".rstrip()
        return f"{self.state or '?'}-{self.type or '?'}"
