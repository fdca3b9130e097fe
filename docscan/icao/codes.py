"""Issuer, nationality and document codes (Doc 9303 Part 3 section 5; Part 4 sections 4.2.2 and 4.4; Parts 5-7)."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import pycountry

from docscan.icao.check_digits import FILLER, LETTERS
from docscan.icao.formats import Format


class CodeKind(StrEnum):
    STATE = "state"
    ORGANIZATION = "organization"
    PERSON = "person"
    """A status in place of a nationality; issues nothing."""
    SPECIMEN = "specimen"
    UNPRINTED = "unprinted"
    """Known to the standard, but for no document."""
    WITHDRAWN = "withdrawn"
    FANTASY = "fantasy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Code:
    """A three-letter code and whom it stands for."""

    code: str
    kind: CodeKind
    name: str = ""
    withdrawn: date | None = None
    """When a withdrawn code ceased; of those of which only the year is known, its last day."""

    @property
    def issues(self) -> bool:
        """Whether documents with this issuer are issued today."""
        return self.kind in (CodeKind.STATE, CodeKind.ORGANIZATION, CodeKind.SPECIMEN)

    @property
    def may_be_nationality(self) -> bool:
        return self.issues or self.kind is CodeKind.PERSON


def lookup(code: str) -> Code:
    """What a printed code (`MYS`, `D<<`) stands for; of kind UNKNOWN where no list has it."""
    bare = code.rstrip(FILLER)
    return _codes().get(bare, Code(bare, CodeKind.UNKNOWN))


def issuing_codes() -> frozenset[str]:
    """Every code that a document issued today may print as issuer."""
    return frozenset(entry.code for entry in _codes().values() if entry.issues)


def nationality_codes() -> frozenset[str]:
    """Every code that a document issued today may print as nationality."""
    return frozenset(entry.code for entry in _codes().values() if entry.may_be_nationality)


def user_assigned(code: str) -> bool:
    """Whether ISO 3166-1 leaves the code to its users (AAA-AAZ, QMA-QZZ, XAA-XZZ, ZZA-ZZZ): no State will ever have
    it."""
    return re.fullmatch(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]", code) is not None


def two_letter_name(code: str) -> str | None:
    """The country of a two-letter ISO 3166-1 code, which some genuine cards print where three letters belong."""
    country = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    return str(country.name) if country is not None else None


def no_state_in(text: str) -> str | None:
    """The camouflage or fantasy issuer that a printed name of a State names, None where there is none."""
    words = " ".join(re.findall(r"\w+", text.upper()))
    return next((name for name in _raw()["no_states"]["names"] if re.search(rf"\b{name}\b", words)), None)


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(files("docscan.icao").joinpath("data/codes.toml").read_text(encoding="utf-8"))


@cache
def _codes() -> Mapping[str, Code]:
    def listed() -> Iterator[Code]:
        for country in pycountry.historic_countries:
            yield Code(country.alpha_3, CodeKind.WITHDRAWN, country.name, _last_day(country.withdrawal_date))
        for code, entry in _raw()["withdrawn"].items():
            yield Code(code, CodeKind.WITHDRAWN, entry["name"], entry["on"])
        for country in pycountry.countries:
            yield Code(country.alpha_3, CodeKind.STATE, country.name)
        for section, kind in (
            ("states", CodeKind.STATE),
            ("organizations", CodeKind.ORGANIZATION),
            ("persons", CodeKind.PERSON),
            ("specimens", CodeKind.SPECIMEN),
            ("unprinted", CodeKind.UNPRINTED),
            ("fantasy", CodeKind.FANTASY),
        ):
            for code, name in _raw()[section].items():
                yield Code(code, kind, name)

    return {entry.code: entry for entry in listed()}


def _last_day(withdrawn: str) -> date:
    return date.fromisoformat(withdrawn if "-" in withdrawn else f"{withdrawn}-12-31")


# --- document codes ---------------------------------------------------------------------------------------------------

SECOND_LETTER_HARMONIZED = date(2026, 1, 1)
"""Issued from this day, a passport with a second letter has one of Part 4, section 4.4."""
SECOND_LETTER_REQUIRED = date(2028, 1, 1)
"""Issued from this day, every passport has one."""
OLD_CODES_END = date(2038, 1, 1)
"""Passports without one expire before this day."""


def passport_types() -> Mapping[str, str]:
    """Document code -> what it stands for (Part 4, section 4.4)."""
    types: dict[str, str] = _raw()["passports"]
    return types


def wrong_document_code(format: Format, code: str) -> str:
    """What is wrong with a document code whenever it was issued, as a sentence; empty where nothing is."""
    first, second = code[:1], code[1:2]
    if second not in (*LETTERS, FILLER):
        return "The second character of a document code must be a letter or a filler."
    match format:
        case Format.TD3:
            return "" if first == "P" else "The document code of a passport begins with P."
        case Format.MRV_A | Format.MRV_B:
            return "" if first == "V" else "The document code of a visa begins with V."
        case Format.FRA_ID:
            return "" if code == "ID" else "The document code of the French identity card is ID."
    if first not in ("A", "C", "I"):
        return "The document code of a card begins with A, C or I."
    if second == "V":
        return "V must not be the second letter of the document code of a card."
    if first == "A" and (second, format) in (("I", Format.TD1), ("C", Format.TD2)):
        return f"{second} must not follow A in the document code of such a card."
    return ""


def second_letter_right(code: str, issued: date | None, expires: date | None, on: date) -> bool | None:
    """Whether a passport's second letter was right on the day of its issue; None where that day decides and is not
    known.

    `expires` may be unknown too; `on` is the day of examination, before which the passport must have been issued.
    """
    if code in passport_types():
        return True
    if expires is not None and expires >= OLD_CODES_END:
        return False
    rule_since = SECOND_LETTER_REQUIRED if code[1:] == FILLER else SECOND_LETTER_HARMONIZED
    latest = min(day for day in (issued, expires, on) if day is not None)
    if latest < rule_since:
        return True
    return None if issued is None else False
