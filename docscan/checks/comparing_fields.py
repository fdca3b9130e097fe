"""How each field of the printed page differs from what the MRZ has for it, by what kind of field it is."""

from __future__ import annotations

from dataclasses import replace

from docscan import states
from docscan.checks.comparing import EXPLAINED, LOOKALIKES, SAME, Difference, aligned_difference, text_difference
from docscan.checks.comparing_names import components, name_difference
from docscan.checks.mrz_text import MrzText, document_number, field_text
from docscan.checks.printed_codes import countries, names_code, sexes
from docscan.document import Examination, FieldReading, MrzReading
from docscan.icao import Mrz, could_print, dates
from docscan.icao.dates import PartialDate
from docscan.reading.printed_dates import altered, another_year, differing, lost_digit, printed_dates

_SAME_KIND = 0.5
"""Texts that differ by more are not the same field, unless a template says so."""


def mrz_text(mrz: Mrz, reading: MrzReading, name: str) -> MrzText:
    """What the MRZ has for a field of the page, without fillers where they say nothing."""
    if name == "document_number":
        return document_number(mrz, reading)
    if name == "personal_number":
        first, second = (field_text(mrz, reading, n).only(fillers=True) for n in ("optional_data", "optional_data_2"))
        return first if first.text else second
    if name in ("surname", "given_names", "name"):
        return _name_text(mrz, reading, name)
    text = field_text(mrz, reading, name)
    # Fillers say that the sex is unspecified, or a part of the date of birth unknown.
    return text if name in ("sex", "date_of_birth") else text.only(fillers=True)


def _name_text(mrz: Mrz, reading: MrzReading, name: str) -> MrzText:
    """The whole name field, or the part of it that is the primary or the secondary identifier."""
    own = field_text(mrz, reading, name)
    if own.text:
        return own.only(fillers=True)
    whole = field_text(mrz, reading, "name").only(fillers=True)
    if name == "name":
        return whole
    end = whole.text.find("<<")
    end = len(whole.text) if end < 0 else end
    part = slice(0, end) if name == "surname" else slice(end + 2, None)
    return MrzText(whole.text[part], whole.places[part], reading)


def difference(exam: Examination, mrz: Mrz, text: MrzText, printed: FieldReading) -> Difference | None:
    """How a printed field differs from what the MRZ has for it; None where the two cannot be compared."""
    if printed.name in ("surname", "given_names", "name"):
        return _names(exam, mrz, text, printed)
    if not text.text:
        return None
    if printed.name.startswith("date_of_"):
        return _dates(text, printed.text)
    if printed.name == "sex":
        return _sexes(text, printed.text)
    if printed.name in ("nationality", "issuing_state"):
        return _codes(mrz, text, printed.text)
    found = text_difference(text.only(fillers=False), printed.text)
    if found.distance <= _SAME_KIND or (printed.found_by == "template" and printed.name == "document_number"):
        return found
    # Optional data need not be the personal number, and a label may be another field's.
    return None if printed.name == "personal_number" else replace(found, kind="other")


def _names(exam: Examination, mrz: Mrz, text: MrzText, printed: FieldReading) -> Difference | None:
    parts = [
        part for name in ("name", "surname", "given_names") for part in components(field_text(mrz, text.reading, name))
    ]
    if not parts:
        return None
    field = mrz.field("name")
    if field is not None and could_print(*_printed_names(exam, printed), field.text):
        return SAME
    cut = mrz.names.maybe_truncated
    own = components(text)
    state = states.load(mrz.value("issuing_state"))
    divided = state is None or state.names is None or state.names.divided
    if own and divided:
        return name_difference(own, [part for part in parts if part not in own], printed.text, cut=cut)
    # The MRZ does not tell the identifiers apart: a printed one may be any part of the name.
    found = name_difference(parts, (), printed.text, cut=cut)
    return SAME if found.kind == "fewer" and printed.name != "name" else found


def _printed_names(exam: Examination, printed: FieldReading) -> tuple[str, str]:
    """Primary and secondary identifier as the page prints them."""
    if printed.name == "name":
        return printed.text, ""
    surname, given = (exam.reading.field(name) for name in ("surname", "given_names"))
    return surname.text if surname else "", given.text if given else ""


def _dates(text: MrzText, printed: str) -> Difference | None:
    if len(text.text) != len("YYMMDD"):
        return None
    expected = dates.read(text.text)
    found = [_date(text, printed, day) for day in printed_dates(printed)]
    if SAME in found:
        return SAME
    if expected is not None and (place := lost_digit(printed, expected)) is not None:
        return Difference(EXPLAINED, 0, (place,), "unread")
    if not found:
        instead: tuple[tuple[int, str], ...] = ()
        if expected is not None and text.sure:
            instead = altered(printed, expected) or another_year(printed, expected)
        return Difference(EXPLAINED, 0, tuple(range(len(printed))), "unread", instead)
    return min(found, key=lambda d: (d.distance, d.clear))


def _date(text: MrzText, printed: str, day: PartialDate) -> Difference:
    """A printed date against the MRZ's, which may be no date of any calendar."""
    expected = dates.read(text.text)
    if expected is not None and day.agrees(expected):
        return SAME
    digits = "".join("<<" if part is None else f"{part % 100:02}" for part in day)
    found = aligned_difference(text, digits)
    if expected is None:
        return replace(found, differs=tuple(range(len(printed))), instead=())
    instead = differing(printed, day, expected)
    known = bool(found.instead) and all(char for _, char in instead)
    return replace(found, differs=tuple(place for place, _ in instead), instead=instead if known else ())


def _sexes(text: MrzText, printed: str) -> Difference | None:
    said = sexes(printed)
    if not said:
        return None
    if text.text in said:
        return SAME
    mistaken = any(text.text in sexes(other) for other in LOOKALIKES.get(printed.strip().upper(), ""))
    clear = len(said) == 1 and text.sure and not mistaken
    return Difference(text.confidence if clear else EXPLAINED, int(clear), tuple(range(len(printed))))


def _codes(mrz: Mrz, text: MrzText, printed: str) -> Difference | None:
    """A code, a State's name or an adjective against the MRZ's code."""
    if names_code(printed, text.text):
        return SAME
    others = countries(printed)
    if not others:
        return None
    everywhere = tuple(range(len(printed)))
    if text.text == mrz.value("issuing_state") and not mrz.value("document_code").startswith("P"):
        return Difference(0.0, 0, everywhere, "issuer")  # It is how some States fill the MRZ, and says nothing.
    found = min((text_difference(text, code) for code in others), key=lambda d: (d.distance, d.clear))
    return replace(found, differs=everywhere, instead=())
