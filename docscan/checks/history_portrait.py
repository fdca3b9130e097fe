"""Was this portrait seen before, under another identity?"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from docscan.checks._zones import NO_TEMPLATE, region, words
from docscan.checks.history_number import listed
from docscan.checks.mrz_evidence import parsed
from docscan.document import Examination, Finding, Outcome, RegisteredFace, Sighting
from docscan.icao import Mrz
from docscan.templates.likeness import Likeness, likeness_of, same_picture

BITS = 14
"""Of the 64 of a perceptual hash that may differ where the pictures are compared in earnest."""
SAME, MAYBE = 0.8, 0.72
"""Correlation of two likenesses from which they are one picture, and from which they may be."""
OTHER_NAME = 60.0
"""Likeness of two names, 0 to 100, below which they are two persons'."""


class HistoryPortrait:
    """The same picture of a face in two persons' documents. The same face in another picture is not found: this is no
    face recognition.

    `other_identities`: documents with this picture under another name or date of birth.
    """

    name = "history.portrait"
    measures = ("other_identities",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        yield self._answer(exam)

    def _answer(self, exam: Examination) -> Finding:
        if exam.history is None:
            said = "No case store was named to look the portrait up in."
            return self._finding(Outcome.NOT_DONE, "no_store", said)
        faces = exam.match.faces if exam.match is not None else ()
        owner = next(((face, seen) for face in faces if (seen := likeness_of(face)) is not None), None)
        if owner is None:
            said = "The template has no portrait on the sides that were scanned." if faces else NO_TEMPLATE
            return self._finding(Outcome.NOT_DONE, "no_portrait", said)
        mrz = parsed(exam)
        alike = [
            (sighting, same_picture(owner[1], Likeness.model_validate_json(kept)))
            for sighting, kept in exam.history.portraits_near(owner[1].hash, BITS)
            if mrz is not None and _another_person(mrz, sighting)
        ]
        found = [(sighting, likeness) for sighting, likeness in alike if likeness >= MAYBE]
        if not found:
            said = "No other person's document in the case store has this portrait."
            return self._finding(Outcome.PASS, "portrait_new", said)
        return self._resembles(exam, owner[0], found)

    def _resembles(self, exam: Examination, face: RegisteredFace, found: list[tuple[Sighting, float]]) -> Finding:
        sure = [sighting for sighting, likeness in found if likeness >= SAME]
        where = listed(sure or [sighting for sighting, _ in found])
        told = f"The portrait is in the case store under another identity, as document {where}."
        zone = next(zone for zone in face.template_face.zones if zone.kind == "portrait")
        return self._finding(
            Outcome.FAIL if sure else Outcome.UNSURE,
            "portrait_of_another_person",
            told if sure else f"{told} The two pictures are not surely one.",
            expected=f"likeness below {MAYBE:.2f}",
            seen=f"{max(likeness for _, likeness in found):.2f}",
            regions=(region(exam, face, zone.box, words(zone.name)),),
            measures={"other_identities": float(len(sure))},
        )

    def _finding(self, outcome: Outcome, code: str, message: str, **more: object) -> Finding:
        return Finding.model_validate(
            {"check": self.name, "outcome": outcome, "code": code, "message": message, **more}
        )


def _another_person(mrz: Mrz, sighting: Sighting) -> bool:
    """Both a date of birth or a name that was read on both, and is another."""
    birth, name = mrz.value("date_of_birth"), " ".join(part for group in mrz.names[:2] for part in group)
    if birth and sighting.date_of_birth and birth != sighting.date_of_birth:
        return True
    return bool(name and sighting.name) and fuzz.token_sort_ratio(name, sighting.name.replace(",", " ")) < OTHER_NAME
