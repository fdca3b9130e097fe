"""Where no template is enrolled: does everything stand where Doc 9303 puts it on any document of the format?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docscan.checks.mrz_evidence import NO_MRZ
from docscan.document import Examination, Face, Finding, MrzReading, Outcome
from docscan.geometry import Region
from docscan.icao.geometry import MARGIN, MRZ_TOLERANCE, Geometry, geometry
from docscan.intake.portrait import heads

ALLOWED = 1.0
"""Millimetres by which genuine documents miss the standard; Doc 9303 grants as much to the MRZ's boundary."""
CLEARLY = 3.0
"""Millimetres from which a place is certainly not the standard's."""
FACE_OF_HEAD = (0.45, 1.1)
"""Height of what the detector takes for a face, as a share of chin to crown."""


class FormatGeometry:
    """The generic template of the format: the MRZ's zone, margins, the portrait's place and size.

    In millimetres beyond what the standard allows: `mrz_zone`: the MRZ, or the page's text in its zone; `margin`: text
    nearer to the edge than 2 mm; `portrait`: the head outside the portrait's zone, or too small or large for it.
    """

    name = "format.geometry"
    measures = ("mrz_zone", "margin", "portrait")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        mrz = exam.reading.mrz
        if exam.match is not None and exam.match.faces:
            message = "The template tells more exactly than the standard where everything stands."
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="template_tells", message=message)
            return
        if mrz is None or mrz.format is None or mrz.box is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
            return
        face = exam.document.faces[mrz.face]
        if not face.edges_seen:
            message = "The edges of the document were not seen, so nothing can be measured from them."
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="edges_not_seen", message=message)
            return
        found = list(self._departures(exam, mrz, face, geometry(mrz.format)))
        measures = dict.fromkeys(self.measures, 0.0)
        for finding in found:
            for name, value in finding.measures.items():
                measures[name] = max(measures[name], value)
        message = "MRZ, margins and portrait stand where Doc 9303 puts them."
        agreed = Finding(check=self.name, outcome=Outcome.PASS, code="geometry_agrees", message=message)
        first, *rest = sorted(found, key=lambda f: -max(f.measures.values())) or [agreed]
        yield first.model_copy(update={"measures": measures})
        yield from rest

    def _departures(self, exam: Examination, mrz: MrzReading, face: Face, known: Geometry) -> Iterator[Finding]:
        assert mrz.box is not None  # noqa: S101 - asked by the caller
        lines = mrz.box.scaled(1 / face.ppmm)
        fields = [(f.name, f.box) for f in exam.reading.fields if f.box is not None and f.face == mrz.face]
        high = known.mrz_top - MRZ_TOLERANCE - lines.y
        yield from self._odd(
            "mrz_out_of_zone",
            "mrz_zone",
            max(high, lines.bottom - known.height + MARGIN),
            "The machine-readable zone is not in the lowest 23.2 mm of the document.",
            face.region(mrz.box, "MRZ", mrz.face),
        )
        for name, box in fields:
            at = box.scaled(1 / face.ppmm)
            region = face.region(box, name.replace("_", " "), mrz.face)
            middle = at.y + at.height / 2
            message = "A printed field stands in the zone that Doc 9303 keeps for the machine-readable lines."
            yield from self._odd("field_in_mrz_zone", "mrz_zone", middle - known.mrz_top, message, region)
            near = max(MARGIN - at.x, MARGIN - at.y, at.right - known.width + MARGIN)
            message = "Text stands nearer to the edge of the document than 2 mm."
            yield from self._odd("text_in_margin", "margin", near, message, region)
        yield from self._portrait(exam, mrz, face, known)

    def _portrait(self, exam: Examination, mrz: MrzReading, face: Face, known: Geometry) -> Iterator[Finding]:
        if known.portrait_right is None or known.head is None:
            return
        seen = heads(face.pixels)
        if not seen:
            return
        largest = max(seen, key=lambda box: box.height)
        at = largest.scaled(1 / face.ppmm)
        off = max(at.x + at.width / 2 - known.portrait_right, 0.0)
        small, large = FACE_OF_HEAD[0] * known.head[0], FACE_OF_HEAD[1] * known.head[1]
        yield from self._odd(
            "portrait_out_of_zone",
            "portrait",
            max(off, small - at.height, at.height - large),
            "The portrait is not where, or not of the size that, Doc 9303 fixes for a passport.",
            face.region(largest, "portrait", mrz.face),
        )

    def _odd(self, code: str, measure: str, off: float, message: str, region: Region) -> Iterator[Finding]:
        if off > ALLOWED:
            yield Finding(
                check=self.name,
                outcome=Outcome.FAIL if off > CLEARLY else Outcome.UNSURE,
                code=code,
                message=message,
                seen=f"{off:.1f} mm beyond it",
                regions=(region,),
                measures={measure: off},
            )
