"""National identity numbers: what a number says of its holder.

Birth dates are spoken of as the MRZ prints them (YYMMDD): the century, which many numbers leave open, never matters.
python-stdnum knows most numbers' forms and check digits; where the sex or the date is in the number but not in
python-stdnum, it is read here.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType
from typing import Literal

Sex = Literal["M", "F"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a well-formed number says."""

    births: frozenset[str] = frozenset()
    """Birth dates (YYMMDD) that agree with it; empty where the number carries none."""
    sex: Sex | None = None


Rule = Callable[[str], Claims | None]
"""Text of a number, separators allowed -> its claims; None where it is no such number."""
ReadSex = Callable[[str], Sex | None]
ReadBirth = Callable[[str], str | None]


def mykad(text: str) -> Claims | None:
    """Malaysia: YYMMDD-PB-###G, PB a place of birth, G odd for men. No check digit."""
    number = re.fullmatch(r"(\d{6})[- ]?(\d{2})[- ]?\d{3}(\d)", text.strip(), re.ASCII)
    if number is None or int(number[2]) in _NO_PLACE or not _is_day(number[1]):
        return None
    return Claims(frozenset({number[1]}), _odd_is_male(number[3]))


_NO_PLACE = frozenset({0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97})
"""Place codes that were never given out."""


def nic(text: str) -> Claims | None:
    """Sri Lanka: YYDDDNNNC and V or X, or YYYYDDDNNNNC since 2016; DDD is the day of the year, 500 more for women.

    Some registers count 29 February in every year, so a day more or less agrees too. The check digit's weights are not
    public.
    """
    number = re.fullmatch(r"(?:(\d{2})(\d{3})\d{4}[VX]|((?:19|20)\d{2})(\d{3})\d{5})", text.strip().upper(), re.ASCII)
    if number is None:
        return None
    year = int(number[3]) if number[3] else 1900 + int(number[1])
    count = int(number[2] or number[4])
    sex: Sex = "F" if count > 500 else "M"
    day = count - 500 if sex == "F" else count
    if not 1 <= day <= 366:
        return None
    middle = date(year, 1, 1) + timedelta(days=day - 1)
    near = (middle + timedelta(days=shift) for shift in (-1, 0, 1))
    return Claims(frozenset(f"{d:%y%m%d}" for d in near if d.year == year), sex)


def ukrainian_record(text: str) -> Claims | None:
    """Ukraine: record number in the demographic register, YYYYMMDD-NNNNN (odd for men in the last but one digit)."""
    number = re.fullmatch(r"(?:19|20)(\d{6})[- ]?\d{5}", text.strip(), re.ASCII)
    if number is None or not _is_day(number[1]):
        return None
    return Claims(frozenset({number[1]}))


def kazakh_iin(text: str) -> Claims | None:
    """Kazakhstan: YYMMDD, century and sex (1 3 5 men, 2 4 6 women), four digits, check digit."""
    if re.fullmatch(r"\d{12}", text, re.ASCII) is None or not _is_day(text[:6]):
        return None
    digits = [int(c) for c in text]
    check = sum(weight * digit for weight, digit in zip(range(1, 12), digits, strict=False)) % 11
    if check == 10:
        check = sum(((i + 2) % 11 + 1) * digit for i, digit in enumerate(digits[:11])) % 11
    if check != digits[11] or text[6] not in "123456":
        return None
    return Claims(frozenset({text[:6]}), _odd_is_male(text[6]))


def _is_day(yymmdd: str) -> bool:
    """Whether YYMMDD is a day of some century."""
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    leap = isleap(2000 + year) or isleap(1900 + year)
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 and leap else _DAYS[month - 1])


_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _odd_is_male(digit: str) -> Sex:
    return "M" if int(digit) % 2 else "F"


# --- numbers that python-stdnum validates -----------------------------------------------------------------------------


def _stdnum(module: str, *, birth: ReadBirth | None = None, sex: ReadSex | None = None) -> Rule:
    """A rule over `stdnum.<module>`; `birth` and `sex` read the compact number where the module itself does not."""

    def rule(text: str) -> Claims | None:
        number_of = import_module(f"stdnum.{module}")
        try:
            number = number_of.validate(text)
        except number_of.ValidationError:
            return None
        born = birth(number) if birth else _stdnum_birth(number_of, number)
        return Claims(frozenset({born} if born else ()), sex(number) if sex else _stdnum_sex(number_of, number))

    return rule


def _stdnum_birth(number_of: ModuleType, number: str) -> str | None:
    if not hasattr(number_of, "get_birth_date"):
        return None
    try:
        born = number_of.get_birth_date(number)
    except number_of.ValidationError:
        return None
    return f"{born:%y%m%d}" if born else None


def _stdnum_sex(number_of: ModuleType, number: str) -> Sex | None:
    if not hasattr(number_of, "get_gender"):
        return None
    sex = number_of.get_gender(number)
    return sex if sex in ("M", "F") else None


def _parity(position: int, *, odd: Sex = "M") -> ReadSex:
    """The sex from a digit's parity, `position` counted as in Python."""
    even: Sex = "F" if odd == "M" else "M"
    return lambda number: odd if int(number[position]) % 2 else even


def _month_above(threshold: int) -> ReadSex:
    return lambda number: "F" if int(number[2:4]) > threshold else "M"


def _ddmmyy(number: str) -> str | None:
    birth = number[4:6] + number[2:4] + number[:2]
    return birth if _is_day(birth) else None


def _yymmdd_after_one(number: str) -> str | None:
    return number[1:7] if _is_day(number[1:7]) else None


RULES: Mapping[str, Rule] = {
    "my.nric": mykad,
    "lk.nic": nic,
    "ua.record": ukrainian_record,
    "kz.iin": kazakh_iin,
    "be.nn": _stdnum("be.nn"),
    "bg.egn": _stdnum("bg.egn", sex=_parity(8, odd="F")),
    "cl.rut": _stdnum("cl.rut"),
    "cn.ric": _stdnum("cn.ric", sex=_parity(16)),
    "cu.ni": _stdnum("cu.ni"),
    "cz.rc": _stdnum("cz.rc", sex=_month_above(50)),
    "dk.cpr": _stdnum("dk.cpr", sex=_parity(9)),
    "ee.ik": _stdnum("ee.ik"),
    "es.dni": _stdnum("es.dni"),
    "fi.hetu": _stdnum("fi.hetu", birth=_ddmmyy, sex=_parity(9)),
    "hr.oib": _stdnum("hr.oib"),
    "id.nik": _stdnum("id.nik", sex=lambda number: "F" if int(number[6:8]) > 40 else "M"),
    "il.idnr": _stdnum("il.idnr"),
    "is.kennitala": _stdnum("is_.kennitala", birth=_ddmmyy),
    "it.codicefiscale": _stdnum("it.codicefiscale"),
    "jmbg": _stdnum("si.emso"),
    "kr.rrn": _stdnum("kr.rrn", sex=_parity(6)),
    "lt.asmens": _stdnum("lt.asmens", birth=_yymmdd_after_one, sex=_parity(0)),
    "md.idno": _stdnum("md.idno"),
    "mx.curp": _stdnum("mx.curp"),
    "nl.bsn": _stdnum("nl.bsn"),
    "no.fodselsnummer": _stdnum("no.fodselsnummer"),
    "pe.cui": _stdnum("pe.cui"),
    "pk.cnic": _stdnum("pk.cnic"),
    "pl.pesel": _stdnum("pl.pesel"),
    "ro.cnp": _stdnum("ro.cnp", sex=_parity(0)),
    "se.personnummer": _stdnum("se.personnummer"),
    "th.pin": _stdnum("th.pin"),
    "tr.tckimlik": _stdnum("tr.tckimlik"),
    "za.idnr": _stdnum("za.idnr"),
}
