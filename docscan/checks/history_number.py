"""Was this document number seen before, on another document or for another person?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from docscan.checks.mrz_evidence import NO_MRZ, parsed, regions
from docscan.checks.mrz_text import document_number, field_text
from docscan.document import Examination, Finding, Outcome, Sighting
from docscan.icao import Mrz

_SAME_NAME, _OTHER_NAME = 85.0, 60.0
"""Likeness of two names, 0 to 100, from which they are one person's, and below which surely they are not."""
_LISTED = 4


class HistoryNumber:
    """A State gives a number to one document of one person.

    FAIL only where the number is surely read and its check digit fits: documents of one workshop bear numbers that
    differ in a digit, and a digit misread must make nobody somebody else. The same document seen again is told, no
    suspicion.
    """

    name = "history.number"
    measures = ("other_identities",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        yield self._answer(exam)

    def _answer(self, exam: Examination) -> Finding:
        if exam.history is None:
            return self._finding(Outcome.NOT_DONE, "no_store", "No case store was named to look the number up in.")
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            return self._finding(Outcome.NOT_DONE, "no_mrz", NO_MRZ)
        number = document_number(mrz, reading)
        if not number.text:
            return self._finding(Outcome.NOT_DONE, "no_number", "No document number was read.")
        seen = exam.history.with_number(mrz.value("issuing_state"), number.text)
        places = {"seen": number.text, "regions": regions(exam, number.places, "document number")}
        others = [sighting for sighting in seen if not _same_person(mrz, sighting)]
        if others:
            sure = is_sure(exam) and any(_surely_another(exam, mrz, sighting) for sighting in others)
            told = f"The same number is in the case store for another person, as document {listed(others)}."
            return self._finding(
                Outcome.FAIL if sure else Outcome.UNSURE,
                "number_of_another_person",
                told if sure else f"{told} Number or holder are not surely read.",
                measures={"other_identities": float(len(others)) if sure else 0.0},
                **places,
            )
        if unlike := [sighting for sighting in seen if not _same_document(mrz, sighting)]:
            told = (
                "The same number is in the case store for the same person, with another date of expiry or type, "
                f"as document {listed(unlike)}."
            )
            return self._finding(Outcome.UNSURE, "number_on_another_document", told, **places)
        if seen:
            told = f"This document was seen before, as document {listed(seen)} of the case store."
            return self._finding(Outcome.PASS, "number_seen_before", told)
        return self._finding(Outcome.PASS, "number_new", "No other document in the case store has this number.")

    def _finding(self, outcome: Outcome, code: str, message: str, **more: object) -> Finding:
        return Finding.model_validate(
            {"check": self.name, "outcome": outcome, "code": code, "message": message, **more}
        )


def is_sure(exam: Examination) -> bool:
    """Whether the document number is beyond doubt: each character surely read, and the check digit fits."""
    mrz, reading = parsed(exam), exam.reading.mrz
    if mrz is None or reading is None:
        return False
    digit = next((digit for digit in mrz.check_digits if digit.name == "document_number"), None)
    return digit is not None and digit.right and document_number(mrz, reading).sure


def _same_person(mrz: Mrz, sighting: Sighting) -> bool:
    """What is not known on either side speaks for nobody."""
    return _agree(mrz.value("date_of_birth"), sighting.date_of_birth) and (
        not sighting.name or not _name(mrz) or _likeness(mrz, sighting) >= _SAME_NAME
    )


def _surely_another(exam: Examination, mrz: Mrz, sighting: Sighting) -> bool:
    reading = exam.reading.mrz
    if reading is None or not sighting.sure:
        return False
    birth = field_text(mrz, reading, "date_of_birth")
    other_birth = not _agree(birth.only(fillers=False).text, sighting.date_of_birth) and birth.sure
    return other_birth or (bool(sighting.name and _name(mrz)) and _likeness(mrz, sighting) < _OTHER_NAME)


def _same_document(mrz: Mrz, sighting: Sighting) -> bool:
    return _agree(mrz.value("date_of_expiry"), sighting.date_of_expiry) and _agree(
        mrz.value("document_code"), sighting.type
    )


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _name(mrz: Mrz) -> str:
    primary, secondary, _ = mrz.names
    return " ".join((*primary, *secondary))


def _likeness(mrz: Mrz, sighting: Sighting) -> float:
    return float(fuzz.token_sort_ratio(_name(mrz), sighting.name.replace(",", " ")))


def listed(sightings: Sequence[Sighting]) -> str:
    """Numbers of documents in the store, the first few of many."""
    numbers = [str(sighting.document) for sighting in sightings]
    return ", ".join(numbers if len(numbers) <= _LISTED else [*numbers[:_LISTED], "..."])
