"""Does the holder's national number agree with the birth date and the sex in the MRZ?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from docscan import states
from docscan.checks.comparing import LOOKALIKES
from docscan.checks.mrz_evidence import NO_MRZ, parsed, regions
from docscan.checks.mrz_text import MrzText, field_text, printed_region
from docscan.document import Examination, Finding, MrzReading, Outcome
from docscan.geometry import Region
from docscan.icao import Mrz
from docscan.states import Claims, NationalNumber, State

_READ_WELL = 0.9
"""Confidence from which a printed number is taken as it was read: one wrong digit would be enough."""

_SAID = {"birth": "date of birth", "sex": "sex"}
_OTHER = {
    "birth": "The {0} belongs to a person of another date of birth.",
    "sex": "The {0} belongs to a person of another sex.",
}


@dataclass(frozen=True)
class _Number:
    """A national number as it was found."""

    fact: NationalNumber
    text: str
    on_page: bool
    firm: bool
    """Whether this kind of number is surely meant here."""
    confidence: float
    surely_read: bool
    others: Callable[[], Iterable[str]]
    """Other likely readings."""
    regions: tuple[Region, ...]


class StatePersonalNumber:
    """A national number on the printed page or in the optional data against birth date and sex, by the State's rule.

    FAIL where the rule is firm, number, birth date and sex are surely read, and no likely other reading of the number
    has the MRZ's birth date. (Nearly every digit has a lookalike of the other parity: of the sex this is not asked.)
    Optional data that is no such number says nothing: States use it as they like.
    """

    name = "state.personal_number"
    measures = ("birth_mismatch", "sex_mismatch", "malformed")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            return [self._not_done("no_mrz", NO_MRZ)]
        state = states.load(mrz.value("issuing_state"))
        if state is None:
            return [self._not_done("state_not_known", "No facts are known of this issuing State.")]
        if not state.national_numbers:
            return [self._not_done("no_personal_number_facts", f"No national number of {state.name} is known.")]
        birth, sex = (field_text(mrz, reading, name) for name in ("date_of_birth", "sex"))
        numbers = _numbers(exam, mrz, reading, state)
        found = [finding for number in numbers for finding in self._compare(exam, number, birth, sex)]
        return found or [self._not_done("no_personal_number", "No national number was read.")]

    def _compare(self, exam: Examination, number: _Number, birth: MrzText, sex: MrzText) -> Iterator[Finding]:
        claims = number.fact.read(number.text)
        if claims is None:
            if number.on_page:
                yield self._finding(
                    number,
                    Outcome.UNSURE,
                    "personal_number_malformed",
                    f"The printed personal number is no {number.fact.name}.",
                    measures={"malformed": number.confidence},
                )
            return
        told = {
            what: contradicts
            for what, contradicts in (("birth", _other_birth(claims, birth)), ("sex", _other_sex(claims, sex)))
            if contradicts is not None
        }
        if not told:
            yield self._not_done("personal_number_silent", "The national number says nothing that the MRZ has.")
        elif not any(told.values()):
            yield self._finding(
                number,
                Outcome.PASS,
                "personal_number_agrees",
                f"The {number.fact.name} and the MRZ agree: {', '.join(_SAID[what] for what in told)}.",
                measures={f"{what}_mismatch": 0.0 for what in told} | {"malformed": 0.0},
            )
        if told.get("birth"):
            others = (other for text in number.others() if (other := number.fact.read(text)) is not None)
            doubted = any(_other_birth(other, birth) is False for other in others)
            yield self._contradiction(exam, number, "birth", birth, ", ".join(sorted(claims.births)), doubted)
        if told.get("sex"):
            yield self._contradiction(exam, number, "sex", sex, claims.sex or "", False)

    def _contradiction(
        self, exam: Examination, number: _Number, what: str, field: MrzText, expected: str, doubted: bool
    ) -> Finding:
        certain = number.firm and number.surely_read and field.sure and not doubted
        return self._finding(
            number,
            Outcome.FAIL if certain else Outcome.UNSURE,
            f"personal_number_contradicts_{what}",
            _OTHER[what].format(number.fact.name),
            expected=expected,
            seen=field.text,
            regions=regions(exam, field.places, f"{_SAID[what]} in the MRZ"),
            measures={f"{what}_mismatch": min(number.confidence, field.confidence) * (0.5 if doubted else 1.0)},
        )

    def _finding(
        self,
        number: _Number,
        outcome: Outcome,
        code: str,
        message: str,
        *,
        measures: dict[str, float],
        expected: str = "",
        seen: str = "",
        regions: tuple[Region, ...] = (),
    ) -> Finding:
        return Finding(
            check=self.name,
            outcome=outcome,
            code=code,
            message=message,
            expected=expected,
            seen=seen or number.text,
            regions=number.regions + regions,
            measures=measures,
        )

    def _not_done(self, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=Outcome.NOT_DONE, code=code, message=message)


def _numbers(exam: Examination, mrz: Mrz, reading: MrzReading, state: State) -> Iterator[_Number]:
    printed = exam.reading.field("personal_number")
    for fact in state.national_numbers:
        if fact.page and printed is not None and printed.text.strip():
            yield _Number(
                fact,
                printed.text.strip(),
                on_page=True,
                firm=fact.firm,
                confidence=printed.confidence,
                surely_read=printed.confidence >= _READ_WELL,
                others=partial(_lookalikes, printed.text.strip()),
                regions=printed_region(exam, printed, "personal number on the page"),
            )
        optional = (field_text(mrz, reading, name).only(fillers=True) for name in ("optional_data", "optional_data_2"))
        for text in optional:
            if fact.optional_data and text.text:
                yield _Number(
                    fact,
                    _unprinted(text.text),
                    on_page=False,
                    firm=fact.firm and fact.optional_data == "firm",
                    confidence=text.confidence,
                    surely_read=text.sure,
                    others=partial(_other_readings, text),
                    regions=regions(exam, text.places, "optional data in the MRZ"),
                )


def _other_readings(text: MrzText) -> Iterator[str]:
    return (_unprinted(reading) for _, reading in islice(text.likely_readings(), 1, None))


def _unprinted(text: str) -> str:
    """Optional data as its issuer writes it: the MRZ prints a hyphen as a filler (Doc 9303-3 section 4.6)."""
    return text.replace("<", "-")


def _lookalikes(text: str) -> Iterator[str]:
    """The text with one character taken for another that an OCR engine takes it for."""
    for index, char in enumerate(text):
        for other in LOOKALIKES.get(char.upper(), ""):
            yield text[:index] + other + text[index + 1 :]


def _other_birth(claims: Claims, birth: MrzText) -> bool | None:
    """Whether the number has another birth date; None where it or the MRZ does not tell the whole date."""
    if not claims.births or not birth.text.isdecimal():
        return None
    return birth.text not in claims.births


def _other_sex(claims: Claims, sex: MrzText) -> bool | None:
    if claims.sex is None or sex.text not in ("M", "F"):
        return None
    return claims.sex != sex.text
