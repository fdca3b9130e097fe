"""Was a letter copied from one place of the page to another?"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from docscan.checks._pixels import FacePixels, no_page, parts
from docscan.document import Examination, Finding, MrzReading, Outcome
from docscan.geometry import Box, project
from docscan.traces import repeats

STANDS_OUT, CLEARLY = 0.95, 1.1
"""Of `repeat`: letters printed twice stay below 0.8."""
TWINS, SURELY_TWINS = 1.2, 1.5
"""Of `twins`: letters printed twice stay below 1.1."""
LEVELS = {"repeat": (STANDS_OUT, CLEARLY), "twins": (TWINS, SURELY_TWINS)}
SEVERITY = (Outcome.PASS, Outcome.UNSURE, Outcome.FAIL)
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
        found = repeats.strongest(part.luminance, part.ppmm, judged > 0)
        pairs = {name: pair for name, pair in (("repeat", found.ground), ("twins", found.letter)) if pair is not None}
        if not pairs:
            return None
        measures = {name: max(0.0, pair.evidence) for name, pair in pairs.items()}
        outcomes = {name: _outcome(name, evidence) for name, evidence in measures.items()}
        worst = max(outcomes, key=lambda name: (SEVERITY.index(outcomes[name]), measures[name]))
        if outcomes[worst] is Outcome.PASS:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="no_copies",
                message="No letter stands twice on the same ground.",
                measures=measures,
            )
        places = [Box(x=x, y=y, width=w, height=h) for x, y, w, h in (pairs[worst].one, pairs[worst].other)]
        return Finding(
            check=self.name,
            outcome=outcomes[worst],
            code="letter_copied",
            message=MEANING[worst],
            regions=tuple(part.region(place.grown(2), "copied letter") for place in places),
            measures=measures,
        )


def _outcome(measure: str, evidence: float) -> Outcome:
    stands_out, clearly = LEVELS[measure]
    return Outcome.FAIL if evidence >= clearly else Outcome.UNSURE if evidence >= stands_out else Outcome.PASS
