"""Is a place smoother than anything that the same capture shows elsewhere?"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from docscan.arrays import components
from docscan.checks._pixels import FacePixels, blocks_of, no_page, parts
from docscan.document import Examination, Finding, Outcome
from docscan.geometry import Box
from docscan.traces import smoothness
from docscan.traces.blocks import SIZE

STANDS_OUT, CLEARLY = 3.0, 4.5
"""Of `smoothness.deficit`: genuine captures and renders stay below 2.2."""


class ImageNoise:
    """Looks for places without the noise and grain that the rest of the capture has, as an editor's patches are.

    `smooth`: by how much the smoothest place is smoother than the picture gets by itself.
    """

    name = "image.noise"
    measures = ("smooth",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.page is None:
            yield no_page(self.name)
            return
        told = [found for part in parts(exam) if (found := self._face(part)) is not None]
        yield from told
        if not told:
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="too_few_blocks",
                message="The picture is too small or too flat for its noise to be compared from place to place.",
            )

    def _face(self, part: FacePixels) -> Finding | None:
        grid = blocks_of(part)
        deficit = smoothness.deficit(grid.coefficients, grid.on_face)
        if deficit is None:
            return None
        strongest = float(deficit.max())
        if strongest < STANDS_OUT:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="noise_everywhere",
                message="Noise and grain are the same all over the picture.",
                measures={"smooth": strongest},
            )
        smooth = cv2.dilate((deficit > STANDS_OUT / 2).astype(np.uint8), np.ones(smoothness.WINDOW[::-1], np.uint8))
        labels, stats = components(smooth)
        place = int(labels.flat[int(np.argmax(deficit))])
        x, y, w, h = (float(v) for v in stats[place, :4])
        box = Box(x=x, y=y, width=w, height=h).scaled(grid.every * SIZE)
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if strongest >= CLEARLY else Outcome.UNSURE,
            code="no_noise",
            message="The marked place lacks the noise and grain of the rest of the picture, as an editor's patch does.",
            regions=(part.region(box, "smooth pixels"),),
            measures={"smooth": strongest},
        )
