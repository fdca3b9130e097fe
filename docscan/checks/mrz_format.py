"""Does the MRZ have the shape, the characters and the fillers that its format allows?

Rules: Doc 9303 Part 3 sections 4.3, 4.6 and 4.10, Parts 4-7 sections 4.2 (7.2 for MRV-B). A rule broken by characters
that may be misread is UNSURE, and so is a line too short: a reader may have missed a character, or not seen the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from docscan.checks.mrz_evidence import (
    HARD_TO_READ,
    MARGIN,
    NO_MRZ,
    doubt,
    label,
    log_odds,
    parsed,
    regions,
)
from docscan.document import Examination, Finding, MrzReading, Outcome, Symbol
from docscan.icao.check_digits import FILLER
from docscan.icao.formats import Format
from docscan.icao.layouts import Charset, Place
from docscan.icao.mrz import Mrz, MrzField
from docscan.icao.names import SEPARATOR, must_be_cut

_PITCH_TOLERANCE = 0.35
"""Characters whose distances stay within this share of the line's median distance stand in an even row."""
_CODES = ("issuing_state", "nationality")
_LEFT_ALIGNED = ("document_number", *_CODES)


_ALLOWED = {
    Charset.LETTERS: "The {0} may hold letters and fillers only.",
    Charset.DIGITS: "The {0} may hold a digit only.",
    Charset.DATE: "The {0} may hold digits and fillers only.",
    Charset.SEX: "The {0} may hold F, M or a filler only.",
    Charset.ANY: "The {0} may hold A to Z, 0 to 9 and fillers only.",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that the printed lines break."""

    code: str
    message: str
    places: tuple[Place, ...]
    certain: bool
    seen: str = ""


class MrzFormat:
    name = "mrz.format"
    measures = ("violations",)
    """Rules that are certainly broken."""

    def __call__(self, exam: Examination) -> Iterator[Finding]:
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
            return
        if mrz.format is None:
            said = "The lines read are not those of any machine readable zone of Doc 9303."
            yield Finding(check=self.name, outcome=Outcome.UNSURE, code="no_format", message=said)
            return
        breaches = [*_lengths(mrz, mrz.format, reading), *_characters(mrz, reading), *_fillers(mrz, reading)]
        breaches += _names(exam, mrz)
        measured = {"violations": float(sum(breach.certain for breach in breaches))}
        for breach in breaches:
            yield Finding(
                check=self.name,
                outcome=Outcome.FAIL if breach.certain else Outcome.UNSURE,
                code=breach.code,
                message=breach.message,
                seen=breach.seen,
                regions=regions(exam, breach.places, "machine readable zone"),
                measures=measured,
            )
        if not breaches:
            right = f"The lines have the shape and the characters of format {mrz.format}."
            yield Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="format_right",
                message=f"{right} The name fills its field, so it may be cut." if mrz.names.maybe_truncated else right,
                measures=measured,
            )


def _lengths(mrz: Mrz, format: Format, reading: MrzReading) -> Iterator[Breach]:
    if len(mrz.lines) != format.rows:
        message = f"Of the {format.rows} lines of format {format}, {len(mrz.lines)} were read."
        yield Breach("line_count", message, (), certain=False)
        return
    for index, line in enumerate(mrz.lines):
        spare = len(line) - format.columns
        if spare == 0:
            continue
        symbols = reading.symbols[index] if index < len(reading.symbols) else ()
        certain = spare > 0 and len(symbols) == len(line) and _even_row(symbols)
        message = f"Line {index + 1} has {len(line)} characters; format {format} has {format.columns}."
        yield Breach(
            "line_length",
            message if certain else f"{message} The reader may have missed or added a character.",
            tuple(Place(index, column) for column in range(len(line))),
            certain,
            seen=str(len(line)),
        )


def _even_row(symbols: tuple[Symbol, ...]) -> bool:
    """Whether each symbol is read surely and stands as far from the next as all others do."""
    boxes = [symbol.box for symbol in symbols if symbol.box is not None and symbol.confidence >= HARD_TO_READ]
    if len(boxes) < len(symbols):
        return False
    steps = [right.x + right.width / 2 - left.x - left.width / 2 for left, right in pairwise(boxes)]
    pitch = float(np.median(steps))
    return all(abs(step - pitch) <= _PITCH_TOLERANCE * pitch for step in steps)


def _characters(mrz: Mrz, reading: MrzReading) -> Iterator[Breach]:
    for field in mrz.fields:
        for place, char in zip(field.places, field.text, strict=True):
            if char in field.charset.value:
                continue
            odds, other = log_odds(reading, [place], field.charset.value)
            certain = odds >= MARGIN
            allowed = _ALLOWED[field.charset].format(label(field.name))
            message = f"{allowed} Line {place.line + 1}, character {place.column + 1} is {char}."
            if not certain:
                message = f"{message} {doubt(other)}"
            elif field.charset is Charset.SEX and char == "X":
                certain, message = False, f"{message} Some issuers print the X of the page."
            yield Breach(
                "impossible_character",
                message,
                (place,),
                certain,
                seen=char,
            )


def _fillers(mrz: Mrz, reading: MrzReading) -> Iterator[Breach]:
    for field in mrz.fields:
        said, text = label(field.name), field.text
        if field.name in _LEFT_ALIGNED and text.startswith(FILLER):
            message = f"The {said} does not begin at the left of its field."
            yield _filler("does_not_begin_left", message, field, slice(0, 1), reading)
        elif field.name in _CODES and FILLER in field.value:
            at = text.index(FILLER)
            yield _filler("filler_inside", f"The {said} has a filler inside.", field, slice(at, at + 1), reading)
        elif field.name in ("name", "surname") and not field.value:
            yield _filler("no_name", "The name is empty.", field, slice(0, 1), reading)
        elif field.name in ("name", "surname", "given_names"):
            for gap in re.finditer("(?<=[^<])<{3,}(?=[^<])", text):
                message = f"Inside the {said} stand {len(gap.group())} fillers; there are never more than two."
                yield _filler("fillers_inside_name", message, field, slice(*gap.span()), reading)


def _filler(code: str, message: str, field: MrzField, where: slice, reading: MrzReading) -> Breach:
    """A breach by fillers in a field: certain if none of them may be another character."""
    places = field.places[where]
    others = field.charset.value.replace(FILLER, "")
    certain = min(log_odds(reading, [place], others)[0] for place in places) >= MARGIN
    told = message if certain else f"{message} A character may not have been read."
    return Breach(code, told, places, certain, seen=field.text)


def _names(exam: Examination, mrz: Mrz) -> Iterator[Breach]:
    """What the rule forbids in a name, but some issuers do: never certain."""
    field = mrz.field("name")
    if field is None or not field.value:
        return
    if field.text.startswith(FILLER):
        message = "The name begins with a filler, as if there were no primary identifier."
        yield Breach("no_primary_identifier", message, field.places[:1], certain=False, seen=field.text)
    if field.value.lstrip(FILLER).count(SEPARATOR) > 1:
        message = "The name is divided by more than one double filler."
        yield Breach("name_in_three_parts", message, field.places, certain=False, seen=field.text)
    surname, given_names = exam.reading.field("surname"), exam.reading.field("given_names")
    if surname is None or given_names is None or min(surname.confidence, given_names.confidence) < HARD_TO_READ:
        return
    if must_be_cut(surname.text, given_names.text, len(field.text)) and field.text.endswith(FILLER):
        message = "The name is too long for the MRZ, where a cut name must end in a letter; this one ends in a filler."
        yield Breach("cut_name_ends_in_filler", message, field.places[-1:], certain=False, seen=field.text)
