"""Is the document number of a form that the issuing State is known to use?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from docscan import states
from docscan.checks.mrz_evidence import MARGIN, NO_MRZ, parsed, regions
from docscan.checks.mrz_text import MrzText, document_number, field_text, printed_region
from docscan.document import Examination, Finding, MrzReading, Outcome
from docscan.geometry import Region
from docscan.icao import Mrz, dates
from docscan.reading.printed_dates import printed_dates
from docscan.states import NumberPattern, State

_READ_WELL = 0.8
"""Confidence from which a printed date of issue is taken as it was read."""


class StateDocumentNumber:
    """The number in the MRZ against the State's patterns for the document code, and their series against the date of
    issue (printed; else between the expiry less the longest validity, and the expiry).

    One soft pattern leaves room for series that nobody has told of: then no mismatch is more than UNSURE.
    """

    name = "state.document_number"
    measures = ("mismatch", "firm_mismatch", "series_mismatch")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        yield self._answer(exam)

    def _answer(self, exam: Examination) -> Finding:
        mrz, reading = parsed(exam), exam.reading.mrz
        if mrz is None or reading is None:
            return self._not_done("no_mrz", NO_MRZ)
        state = states.load(mrz.value("issuing_state"))
        if state is None:
            return self._not_done("state_not_known", "No facts are known of this issuing State.")
        patterns = state.number_patterns(mrz.value("document_code"))
        if not patterns:
            return self._not_done("no_number_facts", f"No form of number is known for this document of {state.name}.")
        number = document_number(mrz, reading)
        if not number.text:
            return self._not_done("no_number", "No document number was read.")
        region = regions(exam, number.places, "document number")
        fitting = [pattern for pattern in patterns if pattern.matches(number.text)]
        if fitting:
            return self._series(exam, mrz, reading, state, patterns, fitting, region)
        return self._misfit(state, patterns, number, region)

    def _misfit(
        self, state: State, patterns: Sequence[NumberPattern], number: MrzText, region: tuple[Region, ...]
    ) -> Finding:
        firm = all(pattern.firm for pattern in patterns)
        rival = next(
            (nats for nats, text in number.likely_readings() if any(pattern.matches(text) for pattern in patterns)),
            None,
        )
        misfit = 1.0 if rival is None else rival / MARGIN
        if rival is not None:
            outcome, code = Outcome.UNSURE, "number_in_doubt"
            message = f"As read, the number is of no form known of {state.name}, but its characters are in doubt."
        else:
            outcome = Outcome.FAIL if firm and number.sure else Outcome.UNSURE
            code = "number_of_unknown_form"
            message = f"The document number is of no form known of {state.name}."
        return Finding(
            check=self.name,
            outcome=outcome,
            code=code,
            message=message,
            expected="; ".join(pattern.pattern for pattern in patterns),
            seen=number.text,
            regions=region,
            measures={"mismatch": misfit} | ({"firm_mismatch": misfit} if firm else {}),
        )

    def _series(
        self,
        exam: Examination,
        mrz: Mrz,
        reading: MrzReading,
        state: State,
        patterns: Sequence[NumberPattern],
        fitting: Sequence[NumberPattern],
        region: tuple[Region, ...],
    ) -> Finding:
        firm = all(pattern.firm for pattern in patterns)
        fits = {"mismatch": 0.0} | ({"firm_mismatch": 0.0} if firm else {})
        earliest, latest, sure = _issued(exam, mrz, reading, state)
        if any(pattern.in_period(earliest, latest) for pattern in fitting):
            return Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="number_of_known_form",
                message=f"The document number is of a form that {state.name} uses.",
                regions=region,
                measures=fits | {"series_mismatch": 0.0},
            )
        number, printed = document_number(mrz, reading), exam.reading.field("date_of_issue")
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if firm and sure and number.sure else Outcome.UNSURE,
            code="number_outside_series",
            message=f"{state.name} did not use this form of number when the document is said to have been issued.",
            expected="; ".join(
                f"{p.pattern} from {p.issued_from or '...'} to {p.issued_until or '...'}" for p in fitting
            ),
            seen=f"{number.text}, issued from {earliest or '...'} to {latest or '...'}",
            regions=region + (printed_region(exam, printed, "date of issue on the page") if printed else ()),
            measures=fits | {"series_mismatch": 1.0},
        )

    def _not_done(self, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=Outcome.NOT_DONE, code=code, message=message)


def _issued(exam: Examination, mrz: Mrz, reading: MrzReading, state: State) -> tuple[date | None, date | None, bool]:
    """The first and last day on which the document can have been issued, and whether that is sure."""
    printed = exam.reading.field("date_of_issue")
    if printed is not None and printed.confidence >= _READ_WELL:
        spans = [span for day in printed_dates(printed.text) if (span := dates.birth(day, exam.on))]
        if spans:
            return min(span.earliest for span in spans), max(span.latest for span in spans), True
    field = field_text(mrz, reading, "date_of_expiry")
    partial = dates.read(field.text)
    expiry = dates.expiry(partial, exam.on) if partial else None
    if expiry is None:
        return None, None, False
    validity = state.longest_validity(mrz.value("document_code"))
    if validity is None:
        return None, expiry.latest, field.sure
    return _months_before(expiry.earliest, validity.months), expiry.latest, field.sure and validity.firm


def _months_before(day: date, months: int) -> date:
    """The first of the month that lies `months` before `day`: early enough, whatever the lengths of months."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(max(year, 1), month + 1, 1)
