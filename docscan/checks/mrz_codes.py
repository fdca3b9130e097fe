"""Are issuer, nationality and document code ones that exist, and right for this document?

A code that no list has is FAIL, unless the characters may be misread for one that a list has. A specimen is told, not
accused. Issuers whose templates are enrolled here are known.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product

from docscan.checks.mrz_evidence import (
    HARD_TO_READ,
    MARGIN,
    NO_MRZ,
    doubt,
    field_odds,
    field_regions,
    label,
    parsed,
    printed_regions,
)
from docscan.document import Examination, Finding, Outcome
from docscan.geometry import Region
from docscan.icao import codes, dates
from docscan.icao.check_digits import FILLER, LETTERS
from docscan.icao.codes import Code, CodeKind
from docscan.icao.formats import Format
from docscan.icao.mrz import Mrz, MrzField

_YEARS_AFTER_WITHDRAWAL = 11
"""A passport issued on a code's last day expires within ten years, and some months that are credited."""


class MrzCodes:
    name = "mrz.codes"
    measures = ("codes_wrong",)
    """Codes that certainly are wrong."""

    def __call__(self, exam: Examination) -> Iterator[Finding]:
        mrz = parsed(exam)
        if mrz is None:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_mrz", message=NO_MRZ)
            return
        found = [*self._codes(exam, mrz), *self._printed_issuer(exam)]
        wrong = {"codes_wrong": float(sum(finding.outcome is Outcome.FAIL for finding in found))}
        if not found:
            said = f"No code could be placed. {mrz.misfit}"
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_codes", message=said)
        for finding in found:
            yield finding.model_copy(update={"measures": wrong})

    def _codes(self, exam: Examination, mrz: Mrz) -> Iterator[Finding]:
        specimen = "SPECIMEN" in (*mrz.names.primary, *mrz.names.secondary)
        for name in ("issuing_state", "nationality"):
            field = mrz.field(name)
            if field is not None:
                yield self._state(exam, mrz, field, specimen)
        field = mrz.field("document_code")
        if field is not None and mrz.format is not None:
            yield self._document_code(exam, mrz, field, mrz.format)
        if specimen:
            said = "The name says SPECIMEN: this is a specimen, not a travel document."
            yield Finding(check=self.name, outcome=Outcome.PASS, code="specimen", message=said)

    def _on(self, exam: Examination, field: MrzField, outcome: Outcome, code: str, message: str) -> Finding:
        return Finding(
            check=self.name,
            outcome=outcome,
            code=code,
            message=message,
            seen=field.text,
            regions=() if outcome is Outcome.PASS else field_regions(exam, field),
        )

    def _state(self, exam: Examination, mrz: Mrz, field: MrzField, specimen: bool) -> Finding:
        """One finding on an issuer or a nationality."""
        code, said, name = codes.lookup(field.text), label(field.name), field.name
        issuer = name == "issuing_state"
        if code.code in exam.known_states:
            return self._on(exam, field, Outcome.PASS, f"{name}_enrolled", f"The {said} {code.code} is enrolled here.")
        if code.kind is CodeKind.SPECIMEN:
            message = f"The {said} {code.code} is {code.name}, the State of specimens: this is no travel document."
            return self._on(exam, field, Outcome.PASS, "specimen", message)
        if code.issues or (code.may_be_nationality and not issuer):
            message = f"The {said} {code.code} is that of {code.name}."
            return self._on(exam, field, Outcome.PASS, f"{name}_known", message)
        why = _why_wrong(code, said)
        right = (codes.issuing_codes() if issuer else codes.nationality_codes()) | exam.known_states
        odds, other = field_odds(exam, field, (code.ljust(3, FILLER) for code in sorted(right)))
        if odds < MARGIN:
            return self._on(exam, field, Outcome.UNSURE, f"{name}_doubtful", f"{why} {doubt(other)}")
        if code.withdrawn is not None and not (issuer and _too_late(mrz, code.withdrawn, exam.on)):
            message = f"{why} Older documents may still bear it."
            return self._on(exam, field, Outcome.UNSURE, f"{name}_withdrawn", message)
        country = codes.two_letter_name(code.code)
        if country is not None:
            message = f"The {said} {code.code} has two letters, those of {country}, where the standard wants three."
            return self._on(exam, field, Outcome.UNSURE, f"{name}_of_two_letters", message)
        if specimen:
            message = f"{why} The name says SPECIMEN, though."
            return self._on(exam, field, Outcome.UNSURE, f"{name}_of_specimen", message)
        wrong = self._on(exam, field, Outcome.FAIL, f"{name}_{code.kind}", why)
        return wrong.model_copy(update={"regions": (*wrong.regions, *_sides(exam))}) if issuer else wrong

    def _document_code(self, exam: Examination, mrz: Mrz, field: MrzField, format: Format) -> Finding:
        code, types = field.text, codes.passport_types()
        fault = codes.wrong_document_code(format, code)
        if fault:
            pairs = ("".join(pair) for pair in product(LETTERS, LETTERS + FILLER))
            right = [pair for pair in pairs if not codes.wrong_document_code(format, pair)]
            message = f"The document code {code} is not right. {fault}"
            return self._unless_misread(exam, field, right, "document_code_wrong", message)
        if format is not Format.TD3:
            message = f"The document code {code} is allowed."
            return self._on(exam, field, Outcome.PASS, "document_code_right", message)
        right_letter = codes.second_letter_right(code, _issued(exam), _expires(mrz, exam.on), exam.on)
        if right_letter:
            message = (
                f"The document code {code} is right: {types[code]}."
                if code in types
                else f"The document code {code} was in use before second letters were fixed."
            )
            return self._on(exam, field, Outcome.PASS, "document_code_right", message)
        message = (
            f"The document code {code} is none of today's; only passports issued before 2026 (without a second letter: "
            "before 2028) and expiring before 2038 may bear it."
        )
        if right_letter is None:
            message = f"{message} The date of issue is not known."
            return self._on(exam, field, Outcome.UNSURE, "document_code_depends", message)
        return self._unless_misread(exam, field, types, "document_code_out_of_use", message)

    def _unless_misread(
        self, exam: Examination, field: MrzField, right: Iterable[str], code: str, message: str
    ) -> Finding:
        odds, other = field_odds(exam, field, right)
        if odds < MARGIN:
            return self._on(exam, field, Outcome.UNSURE, f"{field.name}_doubtful", f"{message} {doubt(other)}")
        return self._on(exam, field, Outcome.FAIL, code, message)

    def _printed_issuer(self, exam: Examination) -> Iterator[Finding]:
        printed = exam.reading.field("issuing_state")
        name = codes.no_state_in(printed.text) if printed is not None else None
        if printed is None or name is None:
            return
        sure = printed.confidence >= HARD_TO_READ
        yield Finding(
            check=self.name,
            outcome=Outcome.FAIL if sure else Outcome.UNSURE,
            code="printed_issuer_fantasy" if sure else "printed_issuer_doubtful",
            message=f"The page names {name} as issuer, which issues no travel documents.",
            seen=name,
            regions=printed_regions(exam, printed),
        )


def _sides(exam: Examination) -> tuple[Region, ...]:
    """What nobody issued is false as a whole; but on a template that fits, the code alone may be altered."""
    if exam.match is not None and exam.match.faces:
        return ()
    return tuple(face.whole(number) for number, face in enumerate(exam.document.faces))


def _why_wrong(code: Code, said: str) -> str:
    if not code.code:
        return f"The {said} is empty."
    match code.kind:
        case CodeKind.FANTASY:
            return f"The {said} {code.code} stands for {code.name}, which is no State: a fantasy document."
        case CodeKind.WITHDRAWN:
            when = code.withdrawn.year if code.withdrawn else ""
            return f"The {said} {code.code} ({code.name}) was withdrawn in {when}."
        case CodeKind.PERSON:
            return f"The {said} {code.code} ({code.name}) is a status of persons and issues nothing."
        case CodeKind.UNPRINTED:
            return f"The {said} {code.code} ({code.name}) is never printed on a document."
    if codes.user_assigned(code.code):
        return f"The {said} {code.code} is from the codes that ISO 3166 gives to no State."
    return f"The {said} {code.code} is that of no State or organization."


def _too_late(mrz: Mrz, withdrawn: date, on: date) -> bool:
    """Whether the document expires later than one issued on the last day of its issuer's code could."""
    expires = _expires(mrz, on)
    return expires is not None and dates.years_between(withdrawn, expires) >= _YEARS_AFTER_WITHDRAWAL


def _expires(mrz: Mrz, on: date) -> date | None:
    printed = dates.read(mrz.text("date_of_expiry"))
    span = dates.expiry(printed, on) if printed is not None else None
    return span.earliest if span is not None else None


def _issued(exam: Examination) -> date | None:
    field = exam.reading.field("date_of_issue")
    return dates.printed_day(field.text, exam.on) if field is not None and field.confidence >= HARD_TO_READ else None
