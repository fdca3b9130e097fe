"""Does the ghost portrait show the face of the portrait?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from docscan.checks._zones import STANDS_OUT, judged_faces, outcome, region, words
from docscan.document import Examination, Finding, Outcome, RegisteredFace, Zone
from docscan.geometry import Box
from docscan.templates import laying, portrait
from docscan.templates.normal import deviate


class PortraitGhost:
    """Compares each ghost with the part of the portrait that it repeats.

    `other_face`: how much less alike the two are than on genuine specimens.
    """

    name = "portrait.ghost"
    measures = ("other_face",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        faces, findings = judged_faces(self.name, exam)
        yield from findings
        owner = next(((r, z) for r in faces for z in r.template_face.zones if z.kind == "portrait"), None)
        ghosts = [(r, z) for r in faces for z in r.template_face.zones if z.kind == "ghost" and z.source is not None]
        if owner is not None:
            for registered, zone in ghosts:
                yield self._ghost(exam, owner[0], registered, zone)
        if faces and (owner is None or not ghosts):
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="no_ghost",
                message="The sides that were scanned do not have both a portrait and a ghost of it.",
            )

    def _ghost(self, exam: Examination, owner: RegisteredFace, registered: RegisteredFace, zone: Zone) -> Finding:
        assert exam.match is not None  # noqa: S101 - a registered face has a match
        assert zone.source is not None  # noqa: S101 - asked by the caller
        likeness = portrait.same_face(
            _likeness(owner, zone.source.scaled(owner.template_face.ppmm)),
            _likeness(registered, zone.box.scaled(registered.template_face.ppmm)),
        )
        z = max(0.0, -float(deviate(likeness, *zone.normal["same_face"], exam.match.template.specimens)))
        if z < STANDS_OUT:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="same_face",
                message="Portrait and ghost portrait show the same face.",
                measures={"other_face": z},
            )
        portrait_zone = next(zone for zone in owner.template_face.zones if zone.kind == "portrait")
        return Finding(
            check=self.name,
            outcome=outcome(z),
            code="other_face",
            message="The ghost portrait does not show the face of the portrait.",
            expected=f"likeness {zone.normal['same_face'][0]:.2f}",
            seen=f"{likeness:.2f}",
            regions=(
                region(exam, owner, portrait_zone.box, words(portrait_zone.name)),
                region(exam, registered, zone.box, "ghost portrait"),
            ),
            measures={"other_face": z},
        )


def _likeness(registered: RegisteredFace, box: Box) -> npt.NDArray[np.float32]:
    laid = laying.laid(registered)
    return portrait.likeness(laid.lightness, laid.ground.planes[0], box)
