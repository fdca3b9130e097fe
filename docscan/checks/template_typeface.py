"""Are the fields written as genuine specimens are: height, weight, slant, ink, letters?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docscan.checks._zones import STANDS_OUT, answers, judged_faces, outcome, region, type_deviates, words, worst
from docscan.document import Examination, Finding, Outcome, RegisteredFace
from docscan.templates.normal import of_many, of_squares

MEASURES = {
    "height": ("height", "Its letters are of another height."),
    "stroke": ("stroke", "Its strokes are of another weight."),
    "slant": ("slant", "Its letters lean otherwise."),
    "depth": ("ink", "Its ink is of another colour."),
    "hue_a": ("ink", "Its ink is of another colour."),
    "hue_b": ("ink", "Its ink is of another colour."),
    "advance": ("advance", "Its letters are set at other distances."),
    "crispness": ("crispness", "Its edges are of another sharpness."),
    "glyphs": ("letters", "Its letters are of another shape."),
    "oddest_glyph": ("letters", "Its letters are of another shape."),
}
"""What is measured of a field -> the check's measure and what it means."""
ONE_SIDED = ("glyphs", "oddest_glyph")
TOGETHER = (
    "height",
    "stroke",
    "slant",
    "depth",
    "hue_a",
    "hue_b",
    "advance",
    "crispness",
    "glyphs",
    "left",
    "baseline",
)
"""What of one field says little each, but much together."""
FARTHEST = 3.0
"""Deviate beyond which one of them counts no more, so that several have to agree."""
FEWEST = 4
"""Measures of a field without which nothing comes together."""


class TemplateTypeface:
    """Compares how each field is written with the same field of the specimens and with its siblings.

    Each measure is that of the field that departs most; `together` is of small departures in many of them.
    """

    name = "template.typeface"
    measures = ("height", "stroke", "slant", "ink", "advance", "crispness", "letters", "together")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        faces, findings = judged_faces(self.name, exam)
        yield from findings
        for registered in faces:
            yield from self._face(exam, registered)

    def _face(self, exam: Examination, registered: RegisteredFace) -> Iterable[Finding]:
        assert exam.match is not None  # noqa: S101 - a registered face has a match
        zones = {zone.name: zone for zone in registered.template_face.zones}
        deviates = type_deviates(registered, exam.match.template.specimens)
        measures: dict[str, float] = {}
        found: list[Finding] = []
        for zone, values in deviates.items():
            own: dict[str, float] = {}
            said: list[str] = []
            for name, (measure, meaning) in MEASURES.items():
                if name not in values:
                    continue
                z = of_many(values[name] if name in ONE_SIDED else abs(values[name]), len(deviates))
                own[measure] = max(own.get(measure, 0.0), z)
                if z >= STANDS_OUT and meaning not in said:
                    said.append(meaning)
            own["together"] = of_many(_together(values), len(deviates))
            if own["together"] >= STANDS_OUT and not said:
                said.append("It differs a little in many things.")
            for measure, z in own.items():
                measures[measure] = max(measures.get(measure, 0.0), z)
            if said:
                found.append(
                    Finding(
                        check=self.name,
                        outcome=outcome(worst(own.values())),
                        code="field_written_otherwise",
                        message=" ".join([f"The field {words(zone)} is not written as on genuine specimens.", *said]),
                        regions=(region(exam, registered, zones[zone].box, words(zone)),),
                        measures=own,
                    )
                )
        if not deviates:
            agreed = Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="nothing_written",
                message="The template knows no field on this side, or none is written in.",
            )
        else:
            agreed = Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="typeface_agrees",
                message="The fields are written as on genuine specimens.",
            )
        yield from answers(found, measures, agreed)


def _together(values: Mapping[str, float]) -> float:
    """The deviate of all measures of one field as one."""
    deviates = [
        min(max(0.0, values[name]) if name in ONE_SIDED else abs(values[name]), FARTHEST)
        for name in TOGETHER
        if name in values
    ]
    return float(of_squares(sum(z**2 for z in deviates), len(deviates))) if len(deviates) >= FEWEST else 0.0
