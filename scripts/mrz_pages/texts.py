"""MRZs of invented holders, every check digit as Doc 9303 counts it."""

from __future__ import annotations

import numpy as np
from mrz_lines.texts import DIGITS, LETTERS, name

from docscan.icao.check_digits import check_digit
from docscan.icao.formats import Format
from docscan.icao.layouts import LAYOUTS, Place

_CODES = {
    Format.TD1: ("I<", "ID", "IR", "AC", "C<"),
    Format.TD2: ("I<", "ID", "AC", "P<"),
    Format.TD3: ("P<", "PP", "PD", "PO", "P<"),
    Format.MRV_A: ("V<", "VC", "VD"),
    Format.MRV_B: ("V<", "VC", "VD"),
    Format.FRA_ID: ("ID",),
}
_STATES = ("UTO", "XPA", "XPB", "QMA", "QZZ", "D<<")


def mrz(rng: np.random.Generator, form: Format) -> tuple[str, ...]:
    """The lines of one document."""
    rows = [["<"] * form.columns for _ in range(form.rows)]
    layout = LAYOUTS[form]
    state = "FRA" if form is Format.FRA_ID else str(rng.choice(_STATES))
    for slot in layout.slots:
        room = slot.end - slot.start
        rows[slot.line][slot.start : slot.end] = f"{_value(rng, form, slot.name, state, room):<<{room}}"[:room]
    for rule in layout.digits:
        text = "".join(_at(rows, place) for place in rule.covered)
        digit = check_digit(text)
        if digit is None:
            raise AssertionError("an MRZ of MRZ characters has check digits")
        rows[rule.digit.line][rule.digit.column] = digit
    return tuple("".join(row) for row in rows)


def _at(rows: list[list[str]], place: Place) -> str:
    return rows[place.line][place.column]


def _value(rng: np.random.Generator, form: Format, field: str, state: str, room: int) -> str:
    match field:
        case "document_code":
            return str(rng.choice(_CODES[form]))
        case "issuing_state" | "nationality":
            return state
        case "name":
            given = "<".join(name(rng) for _ in range(rng.integers(1, 4)))
            return f"{'<'.join(name(rng) for _ in range(rng.integers(1, 3)))}<<{given}"
        case "surname" | "given_names":
            return name(rng)
        case "document_number":
            letters = "".join(rng.choice(list(LETTERS), rng.integers(0, 3)))
            return letters + "".join(rng.choice(list(DIGITS), rng.integers(6, 8) if room < 12 else 12))
        case "date_of_birth" | "date_of_expiry":
            return f"{rng.integers(0, 100):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}"
        case "sex":
            return str(rng.choice(list("MF<")))
        case "issuing_department" | "issuing_office":
            return "".join(rng.choice(list(DIGITS), room))
        case "optional_data" | "optional_data_2" if rng.random() < 0.35:
            return "".join(rng.choice(list(DIGITS + LETTERS), rng.integers(4, room + 1)))
    return ""
