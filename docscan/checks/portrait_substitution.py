"""Is the portrait printed and joined to the page as genuine specimens' portraits are?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from docscan.checks._zones import STANDS_OUT, judged_faces, outcome, region, words, worst
from docscan.document import Examination, Finding, Outcome, RegisteredFace, Zone
from docscan.templates import laying, portrait
from docscan.templates.normal import deviate, of_many

MEANING = {
    "edge": "its edge",
    "overlay": "the pattern printed over it",
    "noise": "its noise against the page's",
    "grain": "its grain against the page's",
}
EDGE_FLOOR = 0.35
"""Smallest spread (logarithm) of an edge profile that a template may claim."""


class PortraitSubstitution:
    """Compares the portrait's edge, overprint, noise and grain with the specimens'."""

    name = "portrait.substitution"
    measures = ("edge", "overlay", "noise", "grain")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        faces, findings = judged_faces(self.name, exam)
        yield from findings
        pictured = [(r, z) for r in faces for z in r.template_face.zones if z.kind == "portrait" and z.normal]
        for registered, zone in pictured:
            yield self._portrait(exam, registered, zone)
        if faces and not pictured:
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="no_portrait",
                message="The template has no portrait on the sides that were scanned.",
            )

    def _portrait(self, exam: Examination, registered: RegisteredFace, zone: Zone) -> Finding:
        assert exam.match is not None  # noqa: S101 - a registered face has a match
        face, specimens = registered.template_face, exam.match.template.specimens
        laid = laying.laid(registered)
        box = zone.box.scaled(face.ppmm)
        measured = portrait.measure(laid.lightness, laid.ground.planes[0], laid.bare, box, face.ppmm)
        deviates = {name: float(deviate(measured[name], *zone.normal[name], specimens)) for name in portrait.FLOORS}
        measures = {
            "edge": _edge(registered, laid, zone, specimens),
            "overlay": max(0.0, deviates["overlay"]),
            "noise": abs(deviates["noise"]),
            "grain": of_many(max(abs(deviates["grain_fine"]), abs(deviates["grain_middle"])), 2),
        }
        odd = [MEANING[name] for name, z in measures.items() if z >= STANDS_OUT]
        if not odd:
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="portrait_agrees",
                message="The portrait is printed and joined to the page as on genuine specimens.",
                measures=measures,
            )
        return Finding(
            check=self.name,
            outcome=outcome(worst(measures.values())),
            code="portrait_departs",
            message=f"The portrait is not as on genuine specimens: {', '.join(odd)}.",
            regions=(region(exam, registered, zone.box, words(zone.name)),),
            measures=measures,
        )


def _edge(registered: RegisteredFace, laid: laying.LaidFace, zone: Zone, specimens: int) -> float:
    """The deviate of the portrait's edge: of each side's profile, the mean of its three oddest neighbouring steps."""
    arrays = registered.template_face.arrays
    ppmm = registered.template_face.ppmm
    profile = portrait.edge_profile(laid.lightness, zone.box.scaled(ppmm), ppmm)
    spread = np.hypot(arrays["edge_spread"], EDGE_FLOOR)
    deviates = deviate(profile, arrays["edge_median"], spread, specimens)
    runs = np.array([np.convolve(side, np.ones(3) / 3, mode="valid") for side in deviates])
    return of_many(float(np.abs(runs).max()), runs.size // 3)
