"""Does the printed page say what the MRZ says, field by field?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from docscan.checks.comparing import EXPLAINED, Difference, Kind
from docscan.checks.comparing_fields import difference, mrz_text
from docscan.checks.mrz_evidence import NO_MRZ, label, parsed, regions
from docscan.checks.mrz_text import MrzText, printed_region
from docscan.checks.printed_shapes import SURE_OF_SHAPE, by_shape, respelt, shape_odds
from docscan.document import Examination, FieldReading, Finding, MrzReading, Outcome
from docscan.geometry import Region
from docscan.icao import Mrz, dates
from docscan.icao.dates import PartialDate
from docscan.icao.layouts import Place
from docscan.reading.printed_dates import printed_dates

READ_WELL = 0.85
"""Confidence of the page's reading from which several differing characters count; a single one needs more."""
READ_VERY_WELL = 0.9
HARDLY_READ, A_FEW = 0.5, 2
"""Confidence below which so many characters that differ are the engine's, as under a hologram, unless the shapes show
it. Another text differs in more; its confidence is that of a word beside it in a script that the engine cannot read."""
COARSEST_PPI = 150.0
BLUNTEST_MM = 0.6
"""On coarser or blunter pictures type of 2 mm is a guess, whatever confidence the engine tells: edges as wide as two
strokes, or fewer than 12 pixels a letter."""

_DISTANCES = {
    "document_number": "number_distance",
    "surname": "name_distance",
    "given_names": "name_distance",
    "name": "name_distance",
    "nationality": "nationality_distance",
    "issuing_state": "issuer_distance",
    "date_of_birth": "birth_distance",
    "date_of_expiry": "expiry_distance",
    "sex": "sex_distance",
    "personal_number": "personal_number_distance",
}
"""The fields that page and MRZ share, and the measure of each."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field, as the MRZ has it and as the page prints it."""

    name: str
    mrz: str | None
    """As printed, padding left out; None where the MRZ has no such field."""
    printed: str | None
    """None where it was not read on the page."""
    outcome: Outcome
    """PASS agree, FAIL contradict, UNSURE the readings do not allow to say, NOT_DONE only one of them was read."""
    differs: tuple[int, ...] = ()
    """Places in `printed` that the MRZ does not explain."""
    distance: float | None = None
    """0 agree to 1, weighted by the certainty of both readings; None where nothing was compared."""
    why: str = ""
    """What makes it UNSURE, as the end of a sentence."""
    explained: bool = False
    """Whether what an OCR engine does explains all that differs, or it hardly read what does."""


class VizMrz:
    """Each field of the printed page against the MRZ: transliterations, truncation, undivided names and the forms of
    dates allowed for.

    A difference is FAIL only if it is clear, that is: another character than one that an OCR engine takes for it, and
    not in doubt in the MRZ; the page read with at least READ_VERY_WELL for a single such character, READ_WELL for
    more, from a picture that is fine enough; and the text surely that field's. Otherwise UNSURE. Where the characters
    were looked at one by one, their shapes decide, whatever the engine's confidence: an 8 that is surely no 6.

    `worst_distance` and the fields' own are of differences that no OCR engine is known to make, `worst_doubt` is of the
    others: how badly a page is read depends on its typeface, not on forgers.
    """

    name = "consistency.viz_mrz"
    measures = ("fields_contradicting", "worst_distance", "worst_doubt", *dict.fromkeys(_DISTANCES.values()))

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.reading.mrz is None:
            return [self._not_done("no_mrz", NO_MRZ)]
        rows = [row for row in compare(exam) if row.distance is not None]
        if not rows:
            return [self._not_done("no_printed_fields", "No field of the printed page was read that the MRZ has too.")]
        totals = {
            "fields_contradicting": float(sum(row.outcome is Outcome.FAIL for row in rows)),
            "worst_distance": max(_unexplained(row) for row in rows),
            "worst_doubt": max((row.distance or 0.0 for row in rows if row.explained), default=0.0),
        }
        found = [self._difference(exam, row, totals) for row in rows if row.outcome is not Outcome.PASS]
        return [*found, *self._agreement(rows, totals)]

    def _difference(self, exam: Examination, row: FieldComparison, totals: dict[str, float]) -> Finding:
        contradicts = row.outcome is Outcome.FAIL
        said = label(row.name)
        told = (
            f"The {said} on the printed page is not the one in the MRZ."
            if contradicts
            else f"The {said} on the page, as read, is not the one in the MRZ. {row.why}"
        )
        printed = exam.reading.field(row.name)
        return Finding(
            check=self.name,
            outcome=row.outcome,
            code="field_contradicts" if contradicts else "field_in_doubt",
            message=told,
            expected=row.mrz or "",
            seen=row.printed or "",
            regions=(printed_region(exam, printed, f"{said} on the page") if printed else ())
            + _mrz_regions(exam, row.name),
            measures=totals | {_DISTANCES[row.name]: _unexplained(row)},
        )

    def _agreement(self, rows: list[FieldComparison], totals: dict[str, float]) -> Iterator[Finding]:
        agree = [row.name for row in rows if row.outcome is Outcome.PASS]
        if agree:
            yield Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="fields_agree",
                message=f"Page and MRZ agree: {', '.join(label(name) for name in agree)}.",
                measures=totals | {_DISTANCES[name]: 0.0 for name in agree},
            )

    def _not_done(self, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=Outcome.NOT_DONE, code=code, message=message)


def compare(exam: Examination) -> tuple[FieldComparison, ...]:
    """Every field that page and MRZ share or might share, in Doc 9303's order; () without an MRZ."""
    mrz, reading = parsed(exam), exam.reading.mrz
    if mrz is None or reading is None:
        return ()
    return tuple(_rows(exam, mrz, reading))


def agreements(exam: Examination) -> tuple[tuple[frozenset[Place], tuple[Region, ...]], ...]:
    """Each field in which page and MRZ agree: its places in the MRZ, that of its check digit with them, and where the
    page prints it."""
    mrz, reading = parsed(exam), exam.reading.mrz
    if mrz is None or reading is None:
        return ()
    digits = [(digit.place, set(digit.covered)) for digit in mrz.check_digits if digit.name != "composite"]
    found = []
    for row in compare(exam):
        printed = exam.reading.field(row.name)
        if row.outcome is Outcome.PASS and printed is not None:
            own = set(mrz_text(mrz, reading, row.name).places)
            places = own | {place for place, covered in digits if covered & own}
            found.append((frozenset(places), printed_region(exam, printed, f"{label(row.name)} on the page")))
    return tuple(found)


def _rows(exam: Examination, mrz: Mrz, reading: MrzReading) -> Iterator[FieldComparison]:
    whole_name = exam.reading.field("name") is not None and exam.reading.field("surname") is None
    for name in _DISTANCES:
        if name in (("surname", "given_names") if whole_name else ("name",)):
            continue
        text = mrz_text(mrz, reading, name)
        printed = exam.reading.field(name)
        has = text.text or None
        if printed is None or not any(char.isalnum() for char in printed.text):
            if has is not None:
                yield FieldComparison(name, has, None, Outcome.NOT_DONE)
            continue
        printed, found = _compared(exam, mrz, text, printed)
        if found is None:
            yield FieldComparison(name, has, printed.text, Outcome.NOT_DONE)
        else:
            yield _judged(exam, mrz, text, printed, found)


def _compared(
    exam: Examination, mrz: Mrz, text: MrzText, printed: FieldReading
) -> tuple[FieldReading, Difference | None]:
    """The field, put right where its shapes tell that the engine misread it, and how it differs from the MRZ."""
    first = difference(exam, mrz, text, printed)
    if first is not None and first.kind == "unread":
        again = by_shape(printed)
    else:
        again = respelt(printed, dict(first.instead if first else ()), first is not None and first.same)
    return (printed, first) if again is printed else (again, difference(exam, mrz, text, again))


def _judged(exam: Examination, mrz: Mrz, text: MrzText, printed: FieldReading, found: Difference) -> FieldComparison:
    odds = shape_odds(printed, found.instead)
    if odds is not None:
        found = _by_shape(found, odds)
    surely = odds is not None and odds >= SURE_OF_SHAPE
    hardly = not surely and printed.confidence < HARDLY_READ and found.clear <= A_FEW
    why = ""
    if not found.same:
        why = _misplaced(exam, mrz, printed) or _doubt(found, 1.0 if surely else printed.confidence)
        why = why or _illegible(exam, printed)
    return FieldComparison(
        name=printed.name,
        mrz=text.text,
        printed=printed.text,
        outcome=Outcome.PASS if found.same else Outcome.UNSURE if why else Outcome.FAIL,
        differs=found.differs,
        distance=found.distance * (1.0 if surely else printed.confidence),
        why=why,
        explained=not found.same and (found.clear == 0 or found.kind in _WHY_UNSURE or hardly),
    )


def _by_shape(found: Difference, odds: float) -> Difference:
    """A difference between like characters is clear where their shapes tell them apart, and none is where they speak
    for the MRZ."""
    if odds >= SURE_OF_SHAPE and not found.clear:
        distance, differs = min(1.0, found.distance / EXPLAINED), found.differs
        if found.kind == "unread":
            distance, differs = len(found.instead) / len("YYMMDD"), tuple(place for place, _ in found.instead)
        return replace(found, kind="characters", clear=len(found.instead), distance=distance, differs=differs)
    if odds <= 0 and found.clear:
        return replace(found, clear=0, distance=found.distance * EXPLAINED)
    return found


def _unexplained(row: FieldComparison) -> float:
    return 0.0 if row.explained or row.distance is None else row.distance


_WHY_UNSURE: dict[Kind, str] = {
    "more": "The page may print more than the MRZ does.",
    "fewer": "Not every word may have been read.",
    "other": "What was read may belong to another field.",
    "unread": "What was read there cannot be understood.",
    "issuer": "The MRZ of a card may repeat its issuer in place of the holder's nationality.",
}


def _doubt(found: Difference, confidence: float) -> str:
    """Why a difference does not show that page and MRZ contradict each other; empty where it does."""
    if found.kind in _WHY_UNSURE:
        return _WHY_UNSURE[found.kind]
    if found.clear == 0:
        return "The characters that differ are easily taken for one another."
    if confidence < (READ_VERY_WELL if found.clear == 1 else READ_WELL):
        return "The page was not read surely enough."
    return ""


def _illegible(exam: Examination, printed: FieldReading) -> str:
    """Why the picture does not allow to rely upon the page's reading; empty where it does."""
    if printed.face >= len(exam.document.faces):
        return ""
    face = exam.document.faces[printed.face]
    blunt = face.ppi < COARSEST_PPI or face.quality.sharpness > BLUNTEST_MM
    return "The picture is too coarse to read the page surely." if blunt else ""


def _misplaced(exam: Examination, mrz: Mrz, printed: FieldReading) -> str:
    """Why a date that no template places may be another of the document's dates; empty where it may not."""
    if printed.found_by == "template" or not printed.name.startswith("date_of_"):
        return ""
    other = "date_of_birth" if printed.name == "date_of_expiry" else "date_of_expiry"
    elsewhere = dates.read(mrz.value(other))
    read = printed_dates(printed.text)
    is_other = elsewhere is not None and any(day.agrees(elsewhere) for day in read)
    issue = exam.reading.field("date_of_issue")
    issue_is_elsewhere = issue is not None and not (read & printed_dates(issue.text))
    may_be_issue = (
        printed.name == "date_of_expiry" and not issue_is_elsewhere and _earlier(read, mrz.value(printed.name))
    )
    return "What was read may be another date." if is_other or may_be_issue else ""


def _earlier(read: frozenset[PartialDate], expiry: str) -> bool:
    """Whether a date stands in an earlier year than the expiry, as the date of issue does."""
    expected = dates.read(expiry)
    if expected is None or expected.year is None:
        return False
    return any(day.year is not None and (expected.year - day.year) % 100 in range(1, 50) for day in read)


def _mrz_regions(exam: Examination, name: str) -> tuple[Region, ...]:
    mrz, reading = parsed(exam), exam.reading.mrz
    if mrz is None or reading is None:
        return ()
    return regions(exam, mrz_text(mrz, reading, name).places, f"{label(name)} in the MRZ")
