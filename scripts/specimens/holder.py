"""Invented holders: names, dates and numbers by seed, in the form that the design prints."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from docscan.icao.formats import Format
from docscan.icao.mrz import build

from .design import Design

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Holder:
    """One invented person and the data of one document issued to them."""

    seed: int
    surname: str
    given_names: str
    sex: str
    birth: date
    issue: date
    expiry: date
    number: str
    personal: str
    place: str
    authority: str
    height: int
    address: str
    passport_number: str
    face: int
    """Seed of the portrait."""

    @property
    def age(self) -> int:
        return (self.issue - self.birth).days // 365


@lru_cache
def _names() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "names.toml").read_text(encoding="utf-8"))


def _pick(rng: np.random.Generator, items: tuple[str, ...] | list[str]) -> str:
    return items[int(rng.integers(len(items)))]


def fill(pattern: str, rng: np.random.Generator, birth: date, sex: str) -> str:
    """A number of the form `pattern`: A a letter, 9 a digit, {YYMMDD} the date of birth, {S} odd for men."""
    parity = int(rng.integers(5)) * 2 + (1 if sex == "M" else 0)
    text = pattern.replace("{YYMMDD}", "\0").replace("{S}", "\1")
    out = ""
    for c in text:
        if c == "9":
            out += str(rng.integers(10))
        elif c == "A":
            out += _LETTERS[int(rng.integers(len(_LETTERS)))]
        else:
            out += {"\0": f"{birth:%y%m%d}", "\1": str(parity)}.get(c, c)
    return out


def invent(design: Design, seed: int) -> Holder:
    """The holder number `seed` of this design; the same for the same arguments."""
    rng = np.random.default_rng([seed, design.seed, 0x401D])
    state, pool = design.state, _names()[design.state.people]
    sex = _pick(rng, ["M", "F"])
    first, last = design.valid
    years = int(rng.integers(1, 3)) if design.is_visa else state.validity
    issue = date(first, 1, 1) + timedelta(days=int(rng.integers((last - first + 1) * 365)))
    birth = issue - timedelta(days=int(rng.integers(19 * 365, 72 * 365)))
    expiry = _years_on(issue, years) - timedelta(days=0 if design.is_visa else 1)
    place = _pick(rng, state.cities)
    return Holder(
        seed=seed,
        surname=_pick(rng, pool["surname"]),
        given_names=_pick(rng, pool[sex]),
        sex=sex,
        birth=birth,
        issue=issue,
        expiry=expiry,
        number=fill(design.number, rng, birth, sex),
        personal=fill(state.personal, rng, birth, sex),
        place=place,
        authority=_pick(rng, state.authority),
        height=int(rng.integers(152, 199)),
        address=f"{int(rng.integers(1, 240))} {_pick(rng, state.cities)} AVENUE, {_pick(rng, state.cities)}",
        passport_number=fill("A9999999", rng, birth, sex),
        face=int(rng.integers(2**31)),
    )


def _years_on(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def print_date(day: date, form: str) -> str:
    """English months in capitals whatever the locale."""
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[day.month - 1]
    return day.strftime(form.replace("%b", month))


def values(design: Design, holder: Holder) -> Mapping[str, str]:
    """What the page prints in each field."""
    state = design.state
    return {
        "document_code": design.code,
        "issuing_state": state.code,
        "document_number": holder.number,
        "surname": holder.surname.replace("/", " / "),
        "given_names": holder.given_names.replace("/", " / "),
        "nationality": state.nationality if not design.is_visa else state.code,
        "personal_number": holder.personal,
        "date_of_birth": print_date(holder.birth, design.date_form),
        "sex": holder.sex,
        "place_of_birth": holder.place,
        "date_of_issue": print_date(holder.issue, design.date_form),
        "date_of_expiry": print_date(holder.expiry, design.date_form),
        "authority": holder.authority,
        "height": f"{holder.height} CM",
        "address": holder.address,
        "valid_for": state.name[0],
        "entries": ("MULT", "01", "02")[holder.seed % 3],
        "visa_type": ("C - VISIT", "D - LONG STAY", "B - TRANSIT")[holder.seed // 3 % 3],
        "passport_number": holder.passport_number,
        "place_of_issue": holder.place,
    }


def mrz_lines(design: Design, holder: Holder) -> tuple[str, ...]:
    """The holder's MRZ, every check digit right."""
    surname, given = (name.split("/")[-1] for name in (holder.surname, holder.given_names))
    plain = "".join(c for c in holder.personal if c.isalnum())
    carries = not design.is_visa and len(plain) <= 14 and design.format is not Format.TD2
    return build(
        design.format,
        document_code=design.code,
        issuing_state=design.state.code,
        surname=surname,
        given_names=given,
        document_number=holder.number,
        nationality="UTO" if design.is_visa else design.state.code,
        date_of_birth=f"{holder.birth:%y%m%d}",
        sex=holder.sex,
        date_of_expiry=f"{holder.expiry:%y%m%d}",
        **({"optional_data": plain} if carries else {}),
    )
