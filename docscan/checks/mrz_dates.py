"""Are the dates of the MRZ dates, and do they go together?

Impossible days are FAIL unless the characters may be misread; so are dates in an impossible order, where the page gives
them beyond doubt. A validity longer than the issuing State's is FAIL where that is firmly known, else UNSURE. That a
document has expired is told, it is no suspicion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from docscan import states
from docscan.checks.mrz_evidence import (
    HARD_TO_READ,
    MARGIN,
    NO_MRZ,
    doubt,
    field_regions,
    label,
    log_odds,
    parsed,
    printed_regions,
)
from docscan.document import Examination, FieldReading, Finding, Outcome
from docscan.geometry import Region
from docscan.icao import dates
from docscan.icao.dates import PartialDate, Span
from docscan.icao.formats import Format
from docscan.icao.mrz import Mrz, MrzField

_YEAR = timedelta(days=365.2425)
_LONGEST_USUAL = {Format.TD3: 10 * _YEAR}
_LONGEST_USUAL_OF_OTHERS = 15 * _YEAR
"""Where nothing is known of the issuer: passports 10 years, cards and visas 15."""
_DAYS_OF_GRACE = timedelta(days=31)
_CREDITED = timedelta(days=300)
"""Some issuers credit what an old document had left, nine months at most, and not all are known to do so."""


class MrzDates:
    name = "mrz.dates"
    measures = ("dates_wrong", "validity_excess")
    """Dates or orders of dates that certainly are wrong; years by which the validity exceeds the longest known."""

    def __call__(self, exam: Examination) -> Iterator[Finding]:
        mrz = parsed(exam)
        if mrz is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
            return
        fields = [f for name in ("date_of_birth", "date_of_expiry") if (f := mrz.field(name)) is not None]
        if not fields:
            said = f"No date could be placed. {mrz.misfit}"
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_dates", message=said)
            return
        life = Life.of(exam, mrz)
        excess = _Excess.of(exam, mrz, life)
        found = [
            *(finding for field in fields for finding in self._impossible(exam, field)),
            *self._order(exam, life),
            *self._validity(excess, life),
        ]
        measured = {"dates_wrong": float(sum(finding.outcome is Outcome.FAIL for finding in found))}
        if excess is not None:
            measured["validity_excess"] = max(0.0, excess.time / _YEAR)
        for finding in found or [self._possible(exam, life)]:
            yield finding.model_copy(update={"measures": measured})

    def _impossible(self, exam: Examination, field: MrzField) -> Iterator[Finding]:
        if dates.read(field.text) is not None:
            return
        said = f"The {label(field.name)} {field.text} is no date."
        odds, other = likeliest_date(exam, field)
        if "00" in (field.text[2:4], field.text[4:]) and dates.read(field.text.replace("00", "<<")) is not None:
            code, why = "date_with_zeros", "Some issuers print zeros for what is not known."
        elif odds < MARGIN:
            code, why = "date_doubtful", doubt(other)
        else:
            code, why = "date_impossible", "It is read as year, month, day."
        yield Finding(
            check=self.name,
            outcome=Outcome.FAIL if code == "date_impossible" else Outcome.UNSURE,
            code=code,
            message=f"{said} {why}",
            seen=field.text,
            regions=field_regions(exam, field),
        )

    def _order(self, exam: Examination, life: Life) -> Iterator[Finding]:
        born, expires, issued = life.born, life.expires, life.issued
        if born and born.earliest > exam.on:
            yield self._disorder(life, "born_in_future", f"The date of birth, {_day(born)}, is still to come.")
        if life.last_born and expires and life.last_born.earliest > expires.latest:
            message = f"The document expired on {_day(expires)}, before its holder was born ({_day(life.last_born)})."
            if life.century_printed:
                yield self._disorder(life, "expired_before_birth", message)
            else:
                message = f"{message} The holder may have been born a hundred years earlier."
                yield self._disorder(life, "expired_before_birth", message, sure=False)
        if issued is None:
            return
        if issued > exam.on:
            yield self._disorder(life, "issued_in_future", f"The date of issue, {issued}, is still to come.")
        if expires and issued > expires.latest:
            message = f"The document expired on {_day(expires)}, before it was issued ({issued})."
            yield self._disorder(life, "expired_before_issue", message)
        if born and issued < born.earliest:
            message = f"The document was issued on {issued}, before its holder was born ({_day(born)})."
            yield self._disorder(life, "issued_before_birth", message)

    def _disorder(self, life: Life, code: str, message: str, *, sure: bool = True) -> Finding:
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if sure and life.sure else Outcome.UNSURE,
            code=code,
            message=message,
            regions=life.where,
        )

    def _validity(self, excess: _Excess | None, life: Life) -> Iterator[Finding]:
        if excess is None or excess.time <= (_DAYS_OF_GRACE if excess.state else _CREDITED):
            return
        longest, valid = f"{excess.longest / _YEAR:.1f}", f"{excess.valid / _YEAR:.1f}"
        usual = (
            f"Such documents of {excess.state} are valid for {longest} years at most."
            if excess.state
            else f"Such documents are seldom valid for more than {longest} years."
        )
        expires = (
            f"The document expires {valid} years after it was issued."
            if life.issued
            else f"The document expires {valid} years after it was examined."
        )
        yield Finding(
            check=self.name,
            outcome=Outcome.FAIL if excess.firm and excess.time > _CREDITED and life.sure else Outcome.UNSURE,
            code="validity_too_long",
            message=f"{expires} {usual}",
            expected=f"at most {longest} years",
            seen=f"{valid} years",
            regions=life.where,
        )

    def _possible(self, exam: Examination, life: Life) -> Finding:
        said = ["The dates are possible."]
        if life.born:
            said.append(f"The holder is {dates.years_between(life.born.earliest, exam.on)} years old.")
        expired = life.expires is not None and life.expires.latest < exam.on
        if life.expires:
            day = _day(life.expires)
            said.append(f"The document expired on {day}." if expired else f"The document expires on {day}.")
        code = "expired" if expired else "dates_right"
        return Finding(check=self.name, outcome=Outcome.PASS, code=code, message=" ".join(said))


def likeliest_date(exam: Examination, field: MrzField) -> tuple[float, str]:
    """`log_odds` of a field against all dates: year and day are told apart, for only 29 February ties them."""
    reading = exam.reading.mrz
    if reading is None:
        return 0.0, ""
    years = [log_odds(reading, field.places[:2], dates.year_texts(leap))[1] for leap in (False, True)]
    days = [log_odds(reading, field.places[2:], dates.day_texts() - without)[1] for without in (set(), {"0229"})]
    return log_odds(reading, field.places, [y + d for y in years for d in days if dates.read(y + d) is not None])


@dataclass(frozen=True, slots=True)
class Life:
    """What the dates say, centuries resolved."""

    born: Span | None
    last_born: Span | None
    """The latest days that the date of birth may mean, whatever the date of expiry."""
    century_printed: bool
    """The page prints the year of birth in full."""
    issued: date | None
    expires: Span | None
    sure: bool
    """The check digits of both dates fit, and what was taken from the page was read well."""
    where: tuple[Region, ...]

    @classmethod
    def of(cls, exam: Examination, mrz: Mrz) -> Life:
        birth, expiry = (dates.read(mrz.text(name)) for name in ("date_of_birth", "date_of_expiry"))
        full_birth, full_expiry = (
            _in_full(exam, name, printed) for name, printed in (("date_of_birth", birth), ("date_of_expiry", expiry))
        )
        expires = full_expiry or (dates.expiry(expiry, exam.on) if expiry else None)
        last_born = full_birth or (dates.birth(birth, exam.on) if birth else None)
        born = full_birth or (dates.birth(birth, exam.on, expires.latest if expires else None) if birth else None)
        issue = exam.reading.field("date_of_issue")
        issued = dates.printed_day(issue.text, exam.on) if issue else None
        digits = [digit for digit in mrz.check_digits if digit.name in ("date_of_birth", "date_of_expiry")]
        used = [field for field in (issue,) if field is not None and issued is not None]
        return cls(
            born,
            last_born,
            full_birth is not None,
            issued,
            expires,
            sure=bool(digits) and all(digit.right for digit in digits) and all(map(_read_well, used)),
            where=tuple(
                region
                for name in ("date_of_birth", "date_of_expiry")
                if (field := mrz.field(name)) is not None
                for region in field_regions(exam, field)
            )
            + tuple(region for field in used for region in printed_regions(exam, field)),
        )


def _in_full(exam: Examination, name: str, printed: PartialDate | None) -> Span | None:
    """The days of an MRZ date in the year that the page prints in full; None where it does not, or has another date."""
    field = exam.reading.field(name)
    if field is None or printed is None or not _read_well(field):
        return None
    years = {d.year for d in dates.read_printed(field.text) if d.year is not None and d.year > 99 and d.agrees(printed)}
    return dates.span(years.pop(), printed) if len(years) == 1 else None


def _read_well(field: FieldReading) -> bool:
    """Whether a printed date is read surely and surely the one it is taken for."""
    return field.confidence >= HARD_TO_READ and field.found_by in ("template", "label")


@dataclass(frozen=True, slots=True)
class _Excess:
    """How much longer a document is valid than such documents are."""

    valid: timedelta
    """From issue, or at least from the day of examination, to expiry."""
    longest: timedelta
    state: str
    """Whose rule `longest` is; empty for the usual one."""
    firm: bool

    @property
    def time(self) -> timedelta:
        return self.valid - self.longest

    @classmethod
    def of(cls, exam: Examination, mrz: Mrz, life: Life) -> _Excess | None:
        """None where the day of expiry is not known."""
        if life.expires is None or mrz.format is None:
            return None
        valid = life.expires.earliest - (life.issued or exam.on)
        state = states.load(mrz.value("issuing_state"))
        rule = state.longest_validity(mrz.value("document_code"), life.issued) if state else None
        if state is not None and rule is not None:
            return cls(valid, rule.months / 12 * _YEAR, state.name, rule.firm)
        return cls(valid, _LONGEST_USUAL.get(mrz.format, _LONGEST_USUAL_OF_OTHERS), "", firm=False)


def _day(span: Span) -> str:
    return str(span.earliest) if span.earliest == span.latest else f"{span.earliest} - {span.latest}"
