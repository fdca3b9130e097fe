"""Was a part of the picture put in after the picture had been saved?"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from docscan.arrays import components
from docscan.checks._pixels import FacePixels, blocks_of, no_page, parts
from docscan.document import Examination, Finding, Outcome
from docscan.geometry import Box
from docscan.traces import compression
from docscan.traces.blocks import SIZE, Floats

WINDOWS = ((3, 3), (7, 3), (15, 5))
"""Columns and rows of blocks in which evidence is summed: a letter, a word, a line or a picture."""
STANDS_OUT, CLEARLY = 14.0, 20.0
"""Nats from which a place is shown, and from which it is called a failure: at the first, chance does it once in ten
million windows if blocks are independent, which neighbours are not quite."""
SHOWN = 4


class ImageCompression:
    """Compares how often each 8 x 8 block of the page's own pixels was stored as JPEG with how often the rest was.

    `later`: log-likelihood (nats) that the strongest place was put in after the rest had been saved.
    """

    name = "image.compression"
    measures = ("later",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        told = [found for part in parts(exam) if (found := self._face(part)) is not None]
        if exam.page is None:
            yield no_page(self.name)
        elif told:
            yield from told
        else:
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="saved_once",
                message="The picture shows no trace of a second saving by which its parts could be compared.",
            )

    def _face(self, part: FacePixels) -> Finding | None:
        grid = blocks_of(part)
        found = compression.later(grid.coefficients, grid.on_face & ~compression.clipped(grid.pixels))
        maps = [evidence for evidence in (found.once, found.never) if evidence is not None]
        if not maps:
            return None
        sums = [[_summed(evidence, window) for window in WINDOWS] for evidence in maps]
        peaks = [max(0.0, *(float(s.max()) for s in one)) for one in sums]
        strongest = max(peaks)
        which = peaks.index(strongest)
        if strongest < STANDS_OUT:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="saved_alike",
                message="All parts of the picture were saved equally often.",
                measures={"later": strongest},
            )
        places = _places(maps[which], sums[which])
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if strongest >= CLEARLY else Outcome.UNSURE,
            code="put_in_later",
            message="The marked part was put into the picture after the rest of it had been saved as JPEG.",
            expected="all parts saved equally often",
            seen=f"a part saved less often (evidence {strongest:.0f} nats)",
            regions=tuple(part.region(box.scaled(grid.every * SIZE), "changed pixels") for box in places),
            measures={"later": strongest},
        )


def _summed(evidence: Floats, window: tuple[int, int]) -> Floats:
    summed = cv2.boxFilter(evidence, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(summed, np.float32)


def _places(evidence: Floats, sums: list[Floats]) -> list[Box]:
    """Boxes (blocks) around the groups of blocks that stand out together, the strongest first."""
    near = np.max([s >= STANDS_OUT / 2 for s in sums[:2]], axis=0) | (sums[2] >= STANDS_OUT)
    changed = ((evidence > 0) & near).astype(np.uint8)
    joined = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
    labels, stats = components(joined)
    weight = np.bincount(labels.ravel(), (evidence * changed).ravel(), len(stats))
    weight[0] = 0
    order = [i for i in np.argsort(weight)[::-1][:SHOWN] if weight[i] >= STANDS_OUT / 2]
    return [Box(x=x, y=y, width=w, height=h) for x, y, w, h in stats[order, :4].astype(float)]
