"""Was a letter copied from one place of the page to another?"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from docscan.checks._pixels import FacePixels, no_page, parts
from docscan.document import Examination, Finding, MrzReading, Outcome
from docscan.geometry import Box, project
from docscan.traces import blocks, repeats

STANDS_OUT, CLEARLY = 0.95, 1.1
"""Of the ground's evidence: letters printed twice stay below 0.8."""
TWINS, SURELY_TWINS = 1.2, 1.5
"""Of the letters' evidence: letters printed twice stay below 1.1."""
MIN_PPMM = 180 / 25.4
"""Resolution below which there is too little ground around a letter."""
BESIDE_MRZ_MM = 1.0
MEANING = {
    "repeat": "Two letters stand on the very same ground: one of them was copied from the other.",
    "twins": "Two letters are alike to the pixel, as no others are: one of them was copied from the other.",
}


class ImageCopyMove:
    """Looks for two letters on the very same ground, and for two that are far more alike than any others. The MRZ is
    left out: its fillers repeat on plain paper.

    `repeat`: how much more alike the ground around the two letters is than the ground further out. `twins`: logarithm
    of how much less two letters differ than the fifth likest pair, and than noise lets printed letters differ.
    """

    name = "image.copy_move"
    measures = ("repeat", "twins")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.page is None:
            yield no_page(self.name)
            return
        told = [found for part in parts(exam) if (found := self._face(part, exam.reading.mrz)) is not None]
        yield from told
        if not told:
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="no_letters_alike",
                message="No two letters are alike and large enough to look for copies.",
            )

    def _face(self, part: FacePixels, mrz: MrzReading | None) -> Finding | None:
        if part.ppmm < MIN_PPMM:
            return None
        judged = part.mask().astype(np.uint8)
        if mrz is not None and mrz.box is not None and mrz.face == part.index:
            corners = project(mrz.box.grown(BESIDE_MRZ_MM * part.face.ppmm).corners(), part.face.to_page)
            cv2.fillConvexPoly(judged, np.rint(corners - (part.x, part.y)).astype(np.int32), 0)
        found = repeats.strongest(blocks.luminance(part.pixels), part.ppmm, judged > 0)
        seen = {
            name: max(0.0, pair.evidence)
            for name, pair in (("repeat", found.ground), ("twins", found.letter))
            if pair is not None
        }
        if not seen:
            return None
        strength = {"repeat": seen.get("repeat", 0) / STANDS_OUT, "twins": seen.get("twins", 0) / TWINS}
        which = max(strength, key=lambda name: strength[name])
        pair = found.ground if which == "repeat" else found.letter
        if pair is None or strength[which] < 1:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="no_copies",
                message="No letter stands twice on the same ground.",
                measures=seen,
            )
        clearly = seen.get("repeat", 0) >= CLEARLY or seen.get("twins", 0) >= SURELY_TWINS
        places = [Box(x=x, y=y, width=w, height=h) for x, y, w, h in (pair.one, pair.other)]
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if clearly else Outcome.UNSURE,
            code="letter_copied",
            message=MEANING[which],
            regions=tuple(part.region(place.grown(2), "copied letter") for place in places),
            measures=seen,
        )
