"""Is the document of the State that its MRZ names?"""

from __future__ import annotations

from collections.abc import Iterable

from docscan.checks._zones import NO_TEMPLATE, judged_sides
from docscan.checks.mrz_evidence import NO_MRZ, field_regions, parsed
from docscan.checks.template_series import issued_with
from docscan.document import Examination, Face, Finding, Outcome
from docscan.icao.mrz import Mrz

CERTAIN = 5.0
"""The measure of a document that fits none of the templates of the State it names."""
DOUBTFUL = 2.5
"""Where that State's design is not enrolled, so that two States may share one; where only a part is seen."""
ALL = 0.9
"""Share of its format's size from which a face is seen as a whole."""


class TemplateClaim:
    """Compares the issuing State and type that the MRZ names with the template that the document fits.

    `misfit`: 5 where a template of the model that the MRZ names is enrolled and does not fit; `other_state`: 5 where
    the document fits another State's template although that of the State it names is enrolled, 2.5 where it is not.
    """

    name = "template.claim"
    measures = ("misfit", "other_state")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        mrz = parsed(exam)
        if mrz is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
        elif exam.match is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE)
        elif not exam.match.faces:
            yield self._misfit(exam, mrz)
        elif (state := mrz.value("issuing_state")) and state != exam.match.template.state.upper():
            yield self._other_state(exam, mrz, state)
        else:
            yield Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="claim_agrees",
                message="The document fits a template of the State that its machine-readable zone names.",
                measures={"misfit": 0.0, "other_state": 0.0},
            )

    def _misfit(self, exam: Examination, mrz: Mrz) -> Finding:
        """No enrolled series fits, which is no wonder where all that are enrolled were issued at another time."""
        assert exam.match is not None  # noqa: S101 - asked by the caller
        enrolled = (exam.match.template, *exam.match.kin)
        size = exam.match.template.format.size_mm
        seen = all(face.quality.usable and _shows_all(face, size) for face in exam.document.faces)
        if all(issued_with(template, exam, mrz) is False for template in enrolled):
            return Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="series_not_enrolled",
                message="The series of this State that was issued at the time is not enrolled here.",
            )
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if seen else Outcome.UNSURE,
            code="design_does_not_fit",
            message="The machine-readable zone names a model that is enrolled here, but the design is another.",
            expected=", ".join(template.id for template in enrolled),
            regions=(exam.document.faces[0].whole(),),
            measures={"misfit": CERTAIN if seen else DOUBTFUL},
        )

    def _other_state(self, exam: Examination, mrz: Mrz, state: str) -> Finding:
        assert exam.match is not None  # noqa: S101 - asked by the caller
        known = state in exam.known_states
        issuer = mrz.field("issuing_state")
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if known else Outcome.UNSURE,
            code="other_state",
            message="The design is that of another State than the machine-readable zone names.",
            expected=exam.match.template.state,
            seen=state,
            regions=(*judged_sides(exam), *(field_regions(exam, issuer) if issuer else ())),
            measures={"other_state": CERTAIN if known else DOUBTFUL},
        )


def _shows_all(face: Face, size_mm: tuple[float, float]) -> bool:
    """False for a strip cut out around the machine-readable zone, which has no design to compare."""
    height, width = (pixels / face.ppmm for pixels in face.pixels.shape[:2])
    return not face.quality.cut_edges and width * height >= ALL * size_mm[0] * size_mm[1]
