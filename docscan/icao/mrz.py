"""Taking an MRZ apart and laying one out. What is printed is what is parsed: nothing is repaired or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from docscan.icao import names
from docscan.icao.check_digits import ALPHABET, FILLER, check_digit
from docscan.icao.formats import Format
from docscan.icao.layouts import LAYOUTS, Charset, DigitRule, Layout, Place, Slot
from docscan.icao.transliteration import transliterate

_NUMBER = "document_number"
_STRAY_CHARACTERS = 2
"""So many too many or too few in a line still tell which format was meant."""


@dataclass(frozen=True, slots=True)
class MrzField:
    """One field as printed, fillers included; columns `start <= column < end` of `line`, all from 0."""

    name: str
    text: str
    line: int
    start: int
    end: int
    charset: Charset

    @property
    def value(self) -> str:
        """The text without the fillers that pad it."""
        return self.text.rstrip(FILLER)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(Place(self.line, column) for column in range(self.start, self.end))


@dataclass(frozen=True, slots=True)
class CheckDigit:
    """One check digit: what it covers, what is printed, what would be right."""

    name: str
    text: str
    """The covered characters, in the order of the weights."""
    covered: tuple[Place, ...]
    """Where each of them stands."""
    printed: str
    place: Place
    """Where the digit stands."""
    expected: str | None
    """None where a covered character is none of the MRZ's 37."""

    @property
    def accepted(self) -> str:
        """The characters that may stand here: the digit, and where all that is covered are fillers, the filler too.

        The standard says so of empty optional data (Part 4, 4.2.2.2); issuers do it over unknown dates as well.
        """
        return (self.expected or "") + (FILLER if self.may_be_blank and not self.text.strip(FILLER) else "")

    @property
    def may_be_blank(self) -> bool:
        return self.name != "composite"

    @property
    def right(self) -> bool:
        return self.printed in self.accepted


@dataclass(frozen=True, slots=True)
class Mrz:
    """A printed MRZ, taken apart. Fields lie only in lines of the right length; each of their characters is in one."""

    format: Format | None
    lines: tuple[str, ...]
    fields: tuple[MrzField, ...]
    check_digits: tuple[CheckDigit, ...]
    misfit: str = ""
    """Why the lines do not have the shape of `format`; empty where they do."""

    def field(self, name: str) -> MrzField | None:
        return next((field for field in self.fields if field.name == name), None)

    def text(self, name: str) -> str:
        """The field as printed; empty where there is no such field."""
        field = self.field(name)
        return field.text if field else ""

    def value(self, name: str) -> str:
        """The field without padding; empty where there is no such field."""
        return self.text(name).rstrip(FILLER)

    @property
    def document_number(self) -> str:
        """Without padding, with its continuation where it is longer than its field."""
        return self.value(_NUMBER) + self.value("document_number_rest")

    @property
    def names(self) -> names.Names:
        """Primary and secondary identifier, also of the French card, which prints them in two fields."""
        if self.format is not Format.FRA_ID:
            return names.split(self.text("name"))
        surname, given = names.split(self.text("surname")), names.split(self.text("given_names"))
        return names.Names(
            surname.primary + surname.secondary,
            given.primary + given.secondary,
            surname.maybe_truncated or given.maybe_truncated,
        )


def detect_format(lines: Sequence[str]) -> Format | None:
    """The format that the number of lines, their lengths and the first letters tell; None where they do not.

    Lengths may be off by up to two characters a line, so that an MRZ with a spare or missing character is still known
    for what it was meant to be.
    """
    head = lines[0] if lines else ""
    if len(lines) == Format.TD1.rows:
        meant = Format.TD1
    elif len(lines) == Format.TD3.rows:
        wide = sum(map(len, lines)) > Format.TD3.columns + Format.TD2.columns
        if head.startswith("V"):
            meant = Format.MRV_A if wide else Format.MRV_B
        elif head.startswith("IDFRA") and not wide:
            meant = Format.FRA_ID
        else:
            meant = Format.TD3 if wide else Format.TD2
    else:
        return None
    return meant if all(abs(len(line) - meant.columns) <= _STRAY_CHARACTERS for line in lines) else None


def parse(lines: Sequence[str], format: Format | None = None) -> Mrz:
    """Takes printed lines apart as `format`, or as what they look like. Never raises: lines of another shape give a
    value without the fields that cannot be placed, and `misfit` says why."""
    printed = tuple(lines)
    known = format or detect_format(printed)
    if known is None:
        return Mrz(None, printed, (), (), "These are not the lines of any known format.")
    if len(printed) != known.rows:
        return Mrz(known, printed, (), (), f"{known} has {known.rows} lines, not {len(printed)}.")
    layout = _with_long_number(LAYOUTS[known], printed)
    whole = {index for index, line in enumerate(printed) if len(line) == known.columns}
    misfits = (
        f"Line {index + 1} has {len(line)} characters, not {known.columns}."
        for index, line in enumerate(printed)
        if index not in whole
    )
    return Mrz(
        known,
        printed,
        tuple(
            MrzField(slot.name, printed[slot.line][slot.start : slot.end], *slot[1:])
            for slot in layout.slots
            if slot.line in whole
        ),
        tuple(
            _check_digit(printed, rule)
            for rule in layout.digits
            if whole.issuperset(place.line for place in (rule.digit, *rule.covered))
        ),
        " ".join(misfits),
    )


def _check_digit(lines: Sequence[str], rule: DigitRule) -> CheckDigit:
    text = "".join(lines[place.line][place.column] for place in rule.covered)
    printed = lines[rule.digit.line][rule.digit.column]
    return CheckDigit(rule.name, text, rule.covered, printed, rule.digit, check_digit(text))


def _with_long_number(layout: Layout, lines: Sequence[str]) -> Layout:
    """The layout of these lines: where a filler stands for the number's check digit, the number and then its digit go
    on at the start of the optional data, closed by a filler (Part 5 and Part 6, 4.2.2, note j)."""
    if not layout.continues:
        return layout
    slots = {slot.name: slot for slot in layout.slots}
    number, check, optional = (slots[name] for name in (_NUMBER, "document_number_check", "optional_data"))
    line = lines[number.line]
    rest, closing, _ = line[optional.start : optional.end].partition(FILLER)
    if line[check.start : check.end] != FILLER or FILLER in line[number.start : number.end] or len(rest) < 2:
        return layout
    digit = optional.start + len(rest) - 1
    after = digit + 1 + len(closing)
    parts = (
        Slot("document_number_continues", number.line, check.start, check.end, Charset.ANY),
        Slot("document_number_rest", number.line, optional.start, digit, Charset.ANY),
        Slot("document_number_check", number.line, digit, digit + 1, Charset.DIGITS),
        Slot("document_number_end", number.line, digit + 1, after, Charset.ANY),
        Slot("optional_data", number.line, after, optional.end, Charset.ANY),
    )
    rule = DigitRule(_NUMBER, Place(number.line, digit), number.places + parts[1].places)
    return Layout(
        tuple(s for s in layout.slots if s not in (check, optional)) + tuple(s for s in parts if s.end > s.start),
        tuple(rule if old.name == _NUMBER else old for old in layout.digits),
        continues=True,
    )


def build(format: Format, *, blank: Literal["0", "<"] = "<", **values: str) -> tuple[str, ...]:
    """The printed lines for these values, check digits computed.

    `values` are named as the format's fields (`document_code`, `issuing_state`, `document_number`, `nationality`,
    `date_of_birth` and `date_of_expiry` as YYMMDD, `sex`, `optional_data` ...), names as the page prints them in
    `surname` and `given_names`; what is left out is filled. `blank` is the check digit of empty optional data.

    Raises ValueError for a value that is unknown to the format, too long or not of the MRZ's characters.
    """
    layout = LAYOUTS[format]
    texts = _texts(layout, values)
    cells = [[FILLER] * format.columns for _ in range(format.rows)]
    for slot in layout.slots:
        text = texts.pop(slot.name, "")
        if len(text) > slot.end - slot.start:
            raise ValueError(f"{slot.name} has room for {slot.end - slot.start} characters, not {len(text)}")
        if not set(text) <= set(ALPHABET):
            raise ValueError(f"{slot.name} may only hold A-Z, 0-9 and <")
        cells[slot.line][slot.start : slot.start + len(text)] = text
    if texts:
        raise ValueError(f"{format} has no field {', '.join(sorted(texts))}")
    for rule in layout.digits:
        lines = ["".join(row) for row in cells]
        printed = _check_digit(lines, rule)
        continued = rule.name == _NUMBER and layout.continues and len(values.get(_NUMBER, "")) > len(rule.covered)
        if not continued:
            optional = rule.name == "optional_data" and not printed.text.strip(FILLER)
            cells[rule.digit.line][rule.digit.column] = blank if optional else printed.expected or FILLER
    return tuple("".join(row) for row in cells)


def _texts(layout: Layout, values: dict[str, str]) -> dict[str, str]:
    """What is printed in each field, check digits apart."""
    texts = dict(values)
    widths = {slot.name: slot.end - slot.start for slot in layout.slots}
    surname, given = texts.pop("surname", ""), texts.pop("given_names", "")
    if "name" in widths:
        texts["name"] = names.lay_out(surname, given, widths["name"])
    else:
        texts["surname"] = transliterate(surname)[: widths["surname"]]
        texts["given_names"] = names.SEPARATOR.join(map(transliterate, given.split()))[: widths["given_names"]]
    number = texts.get(_NUMBER, "")
    if layout.continues and len(number) > widths[_NUMBER]:
        texts[_NUMBER] = number[: widths[_NUMBER]]
        rest = number[widths[_NUMBER] :] + (check_digit(number) or "") + FILLER
        texts["optional_data"] = rest + texts.get("optional_data", "")
    return texts
