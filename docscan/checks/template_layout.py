"""Does everything stand where the template has it?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from docscan.checks._zones import STANDS_OUT, answers, judged_faces, outcome, region, type_deviates, words
from docscan.document import Examination, Finding, Outcome, RegisteredFace
from docscan.geometry import Box
from docscan.templates import laying
from docscan.templates.normal import of_many

POSITIONS = {"left": "left margin", "baseline": "baseline"}
STATIC_SPREAD_MM = 0.05
"""How exactly a point of the static print can be tracked."""
NEIGHBOURS = 4


class TemplateLayout:
    """Compares where fields begin and rest, and where static print stands, with the specimens.

    `left`, `baseline`: the field that is most out of place; `static_shift`: labels and other static print out
    of place among their surroundings.
    """

    name = "template.layout"
    measures = ("left", "baseline", "static_shift")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        faces, findings = judged_faces(self.name, exam)
        yield from findings
        for registered in faces:
            yield from self._face(exam, registered)

    def _face(self, exam: Examination, registered: RegisteredFace) -> Iterable[Finding]:
        assert exam.match is not None  # noqa: S101 - a registered face has a match
        deviates = type_deviates(registered, exam.match.template.specimens)
        zones = {zone.name: zone for zone in registered.template_face.zones}
        written = laying.laid(registered).written
        measures: dict[str, float] = {}
        found: list[Finding] = []
        for position, word in POSITIONS.items():
            for zone, values in deviates.items():
                if position not in values:
                    continue
                z = of_many(abs(values[position]), len(deviates))
                measures[position] = max(measures.get(position, 0.0), z)
                if z >= STANDS_OUT:
                    normal, spread = zones[zone].normal[position]
                    found.append(
                        Finding(
                            check=self.name,
                            outcome=outcome(z),
                            code="field_out_of_place",
                            message=f"The {word} of the field {words(zone)} is not where genuine specimens have it.",
                            expected=f"{normal:.1f} mm (usually within {2 * spread:.1f} mm)",
                            seen=f"{written[zone].measures[position]:.1f} mm",
                            regions=(region(exam, registered, zones[zone].box, words(zone)),),
                            measures={position: z},
                        )
                    )
        shift, place = _static_shift(registered)
        measures["static_shift"] = shift
        if shift >= STANDS_OUT:
            found.append(
                Finding(
                    check=self.name,
                    outcome=outcome(shift),
                    code="static_print_out_of_place",
                    message="Static print stands elsewhere among its surroundings than on genuine specimens.",
                    regions=(region(exam, registered, place, "static print"),),
                    measures={"static_shift": shift},
                )
            )
        agreed = Finding(
            check=self.name,
            outcome=Outcome.PASS,
            code="layout_agrees",
            message="Fields and static print stand where genuine specimens have them.",
        )
        yield from answers(found, measures, agreed)


def _static_shift(registered: RegisteredFace) -> tuple[float, Box]:
    """The deviate of the group of neighbouring tracked points that moved most against their surroundings, and the box
    (millimetres) around that group."""
    ppmm = registered.template_face.ppmm
    size = (registered.template_face.reference.shape[1], registered.template_face.reference.shape[0])
    rim = laying.MARGIN_MM * ppmm
    inside = ((registered.flow[:, :2] > rim) & (registered.flow[:, :2] < np.array(size) - rim)).all(axis=1)
    flow = registered.flow[inside].astype(np.float64)
    if len(flow) < NEIGHBOURS:
        return 0.0, Box(x=0, y=0, width=0, height=0)
    moved: npt.NDArray[np.float64] = (flow[:, 2:] - registered.bent[inside]) / ppmm
    usual = max(STATIC_SPREAD_MM, 1.4826 * float(np.median(np.linalg.norm(moved, axis=1))))
    across, down = (flow[:, None, axis] - flow[None, :, axis] for axis in (0, 1))
    distance = np.sqrt(across**2 + down**2)
    groups = np.argpartition(distance, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
    middle = np.median(moved[groups], axis=1)
    apart = np.median(np.linalg.norm(moved[groups] - middle[:, None], axis=2), axis=1)
    together = np.maximum(np.linalg.norm(middle, axis=1) - 2 * apart, 0.0)
    tight = distance[np.arange(len(flow)), groups[:, -1]] < 6 * ppmm
    scores = np.where(tight, together, 0.0) / usual
    first = int(np.argmax(scores))
    box = Box.around(flow[groups[first], :2] / ppmm).grown(1.0)
    return of_many(float(scores[first]), len(flow) // NEIGHBOURS), box
