"""What the checks of the MRZ share: how sure the reading is at each place, and where that place is on the document.

A character is in doubt where another reading of the same pixels would be right and is not less likely by MARGIN. What
an engine does not list it does not exclude: an unlisted character may have all the probability that is left, though no
more than the last runner-up that is listed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from docscan.document import Examination, FieldReading, MrzReading, Symbol
from docscan.geometry import Box, Region
from docscan.icao.check_digits import ALPHABET, FILLER
from docscan.icao.layouts import Place
from docscan.icao.mrz import Mrz, MrzField, parse

MARGIN = math.log(1000)
"""Natural log of the odds from which a reading is believed against its best rival (nats)."""
FINE_MARGIN, FINE_PPMM = 4.0, 190 / 25.4
"""The same for check digits on scans at 200 pixels an inch (faces measure a little less) and more, where the reader's
odds are honest further out: measured on drawn lines, see `check_digits` in models/mrz.json."""
HARD_TO_READ = 0.9
"""A character (or printed field) read with less confidence is one that a person should look at."""
_CERTAIN = 1e-6
"""No engine is surer than one error in a million characters."""

NO_MRZ = "No machine readable zone was read."

LABELS = {
    "document_code": "document code",
    "issuing_state": "issuing State",
    "document_number": "document number",
    "nationality": "nationality",
    "date_of_birth": "date of birth",
    "date_of_expiry": "date of expiry",
    "sex": "sex",
    "name": "name",
    "surname": "surname",
    "given_names": "given names",
    "optional_data": "optional data",
    "optional_data_2": "optional data",
    "issuing_department": "department of issue",
    "issuing_office": "office of issue",
    "composite": "whole MRZ",
}


def digit_margin(exam: Examination) -> float:
    """Nats from which a check digit that does not fit is certain on this picture."""
    mrz = exam.reading.mrz
    fine = mrz is not None and exam.document.faces[mrz.face].ppmm >= FINE_PPMM
    return FINE_MARGIN if fine else MARGIN


def label(name: str) -> str:
    """A field's or check digit's name as a person says it."""
    bare = name.removesuffix("_check").removesuffix("_rest").removesuffix("_end").removesuffix("_continues")
    said = LABELS.get(bare, bare.replace("_", " "))
    return f"check digit of the {said}" if name.endswith("_check") else said


def parsed(exam: Examination) -> Mrz | None:
    """The MRZ as printed, taken apart; None where none was read."""
    reading = exam.reading.mrz
    return None if reading is None else parse(reading.lines, reading.format)


def symbol_at(reading: MrzReading, at: Place) -> Symbol | None:
    """The symbol at a place; None where the engine gives no such detail."""
    if at.line >= len(reading.symbols) or at.column >= len(reading.symbols[at.line]):
        return None
    return reading.symbols[at.line][at.column]


def log_likelihoods(symbol: Symbol) -> Mapping[str, float]:
    """Natural log of the highest probability that each MRZ character may have at a place."""
    listed = {**dict(reversed(symbol.runners_up)), symbol.char: symbol.confidence}
    left = max(0.0, 1.0 - sum(listed.values()))
    unlisted = min([left, *(probability for _, probability in symbol.runners_up)])
    table = dict.fromkeys((*ALPHABET, symbol.char), _log(unlisted))
    return table | {char: _log(probability) for char, probability in listed.items() if char in table}


def _log(probability: float) -> float:
    return math.log(min(max(probability, _CERTAIN), 1 - _CERTAIN))


def char_odds(symbol: Symbol, one: str, other: str) -> float:
    """How much likelier one character is at a place than another, in nats."""
    table = log_likelihoods(symbol)
    return table[one] - table[other]


def log_odds(reading: MrzReading, places: Sequence[Place], rivals: Iterable[str]) -> tuple[float, str]:
    """How much likelier what is printed at `places` is than the likeliest of `rivals` (texts of the same length), in
    nats, and that rival; (inf, "") without rivals. An engine that gives no detail excludes nothing: (0, "")."""
    symbols = [symbol for at in places if (symbol := symbol_at(reading, at)) is not None]
    if len(symbols) < len(places):
        return 0.0, ""
    tables = [log_likelihoods(symbol) for symbol in symbols]
    printed = sum(table[symbol.char] for table, symbol in zip(tables, symbols, strict=True))
    return min(
        (
            (printed - sum(table.get(char, -math.inf) for table, char in zip(tables, rival, strict=True)), rival)
            for rival in rivals
        ),
        default=(math.inf, ""),
    )


def regions(exam: Examination, places: Iterable[Place], text: str) -> tuple[Region, ...]:
    """Where the characters at `places` stand: one region a run of neighbours; the whole MRZ where the engine gives no
    boxes, none where it gives no place at all."""
    reading = exam.reading.mrz
    if reading is None:
        return ()
    boxes = []
    for run in runs(places):
        known = [s.box for at in run if (s := symbol_at(reading, at)) is not None and s.box is not None]
        if known:
            boxes.append(Box.around([corner for box in known for corner in box.corners()]))
    if not boxes and reading.box is not None:
        boxes.append(reading.box)
    return tuple(region for box in boxes for region in _on_face(exam, reading.face, box, text))


def printed_regions(exam: Examination, field: FieldReading) -> tuple[Region, ...]:
    """Where a field of the visual zone stands; none where its reader gives no box."""
    return () if field.box is None else _on_face(exam, field.face, field.box, f"printed {label(field.name)}")


def _on_face(exam: Examination, number: int, box: Box, text: str) -> tuple[Region, ...]:
    if number >= len(exam.document.faces):
        return ()
    return (exam.document.faces[number].region(box, text, number),)


def runs(places: Iterable[Place]) -> list[list[Place]]:
    """Places in runs of neighbours on a line."""
    found: list[list[Place]] = []
    for at in sorted(places):
        if found and found[-1][-1] == (at.line, at.column - 1):
            found[-1].append(at)
        else:
            found.append([at])
    return found


def field_regions(exam: Examination, field: MrzField) -> tuple[Region, ...]:
    return regions(exam, field.places, label(field.name))


def field_odds(exam: Examination, field: MrzField, rivals: Iterable[str]) -> tuple[float, str]:
    """`log_odds` of a whole field."""
    reading = exam.reading.mrz
    return (0.0, "") if reading is None else log_odds(reading, field.places, rivals)


def doubt(other: str) -> str:
    """The sentence on `other`, the rival that `log_odds` names, which may be what is printed."""
    return f"It may be {other.rstrip(FILLER) or FILLER}." if other else "The reader does not say how sure it is."
