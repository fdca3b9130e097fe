"""Was the document itself before the camera, or a screen or a copy?"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from docscan.document import Examination, Face, Finding, Outcome, RegisteredFace
from docscan.templates import registration
from docscan.traces import blocks, colours, lattice

GRID_STANDS_OUT, GRID_CLEARLY = 1.6, 2.2
"""Nats by which a grid towers above all around it: print stays below 1.3, a screen's pixels reach 2 to 8."""
COLOURFUL = 6.0
"""CIELAB chroma that the security print of a side reaches."""
NO_COLOUR = 0.6
"""Share of that which must be missing for a side to be called colourless."""
RIM_MM = 2.0
MAY_BE_PRINT = 0.5
"""Grid from which it is looked whether the template's own print makes one in pixels of this size."""


class CaptureRecapture:
    """Looks for the grid of a screen's pixels or a copier's dots, and for security print without colours.

    `grid`: nats by which the strongest square grid stands out of the spectrum of the whole side, less those of the
    template's own print; `colourless`: share of the colours of security print that is missing.
    """

    name = "capture.recapture"
    measures = ("grid", "colourless")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        for index, face in enumerate(exam.document.faces):
            laid = next((r for r in exam.match.faces if r.face == index), None) if exam.match is not None else None
            yield self._face(index, face, laid)

    def _face(self, index: int, face: Face, laid: RegisteredFace | None) -> Finding:
        rim = round(RIM_MM * face.ppmm)
        inner = face.pixels[rim:-rim, rim:-rim]
        if min(inner.shape[:2]) < lattice.WINDOW:
            return Finding(
                check=self.name,
                outcome=Outcome.UNSURE,
                code="too_few_pixels",
                message="The picture has too few pixels to tell a document from a screen or a copy.",
            )
        found = lattice.spectrum(blocks.luminance(inner))
        grid, pitch = lattice.grid(found) if found is not None else (0.0, 0.0)
        if found is not None and laid is not None and grid >= MAY_BE_PRINT:
            printed = cv2.cvtColor(laid.template_face.reference, cv2.COLOR_RGB2GRAY)
            to_face = np.asarray(np.linalg.inv(laid.to_template), np.float64)
            own, _ = registration.warp(np.asarray(printed, np.uint8), to_face, face.pixels.shape[1::-1])
            grid, pitch = lattice.grid(found, lattice.spectrum(own[rim:-rim, rim:-rim].astype(np.float32)))
        colourless = max(0.0, 1 - colours.variety(inner, face.ppmm) / COLOURFUL)
        measures = {"grid": grid, "colourless": colourless}
        if grid >= GRID_STANDS_OUT:
            return Finding(
                check=self.name,
                outcome=Outcome.FAIL if grid >= GRID_CLEARLY else Outcome.UNSURE,
                code="grid",
                message="A fine even grid lies over the whole side, as of a screen's pixels or a copier's dots.",
                seen=f"a grid of {pitch / face.ppmm:.2f} mm",
                regions=(face.whole(index),),
                measures=measures,
            )
        if colourless >= NO_COLOUR:
            return Finding(
                check=self.name,
                outcome=Outcome.UNSURE,
                code="no_colours",
                message="The side has no colours: a black-and-white copy, or a scan in grey. Scan it in colour.",
                regions=(face.whole(index),),
                measures=measures,
            )
        return Finding(
            check=self.name,
            outcome=Outcome.PASS,
            code="no_trace_of_recapture",
            message="Nothing shows that a screen or a copy was captured.",
            measures=measures,
        )
