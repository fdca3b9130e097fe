"""Do values that depend on one another on all specimens go together here?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from docscan.checks._zones import NO_TEMPLATE
from docscan.checks.mrz_evidence import MARGIN, field_regions, label, log_odds, parsed, regions
from docscan.checks.mrz_text import printed_region
from docscan.checks.printed_shapes import SURE_OF_SHAPE, shape_odds
from docscan.document import Examination, FieldReading, Finding, Outcome, Zone
from docscan.geometry import Region
from docscan.icao import dates
from docscan.icao.dates import PartialDate
from docscan.icao.mrz import Mrz, MrzField
from docscan.reading.printed_dates import altered, differing, printed_dates
from docscan.templates import relations

UNTOLD = 1.0
"""Nats for a value that another engine read otherwise, where its shapes do not tell how surely."""
MOST = 30.0
"""Nats beyond which nothing is surer."""
NOT_SURELY = "The page was not read surely enough."


class TemplateRelations:
    """Holds the date of issue against the date of expiry and numbers against the date of birth, by the rules that the
    template learned (docscan/templates/relations.py).

    `validity`, `birth`: nats by which what is printed is likelier than the nearest value that goes with the other date,
    by the characters' shapes; 0 where it goes with it. `years`: the same where day and month go together, but the
    document is valid for another number of years than any specimen.
    """

    name = "template.relations"
    measures = ("validity", "years", "birth")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.match is None or not exam.match.faces:
            return [self._not_done("no_template", NO_TEMPLATE)]
        mrz = parsed(exam)
        rules = [
            (registered.face, zone)
            for registered in exam.match.faces
            for zone in registered.template_face.zones
            if {"years", "birth"} & zone.grammar.keys()
        ]
        if mrz is None or not rules:
            return [self._not_done("no_relations", "The template knows no values that follow from others.")]
        asked = [finding for face, zone in rules for finding in self._asked(exam, mrz, face, zone)]
        if not asked:
            return [self._not_done("not_read", "The values that follow from others were not read surely.")]
        measures = {
            name: max(f.measures[name] for f in asked if name in f.measures)
            for name in self.measures
            if any(name in f.measures for f in asked)
        }
        departing = [finding for finding in asked if finding.outcome is not Outcome.PASS]
        return [f.model_copy(update={"measures": {**measures, **f.measures}}) for f in departing] or [
            Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="relations_agree",
                message="Values that follow from others follow from them as on genuine specimens.",
                measures=measures,
            )
        ]

    def _asked(self, exam: Examination, mrz: Mrz, face: int, zone: Zone) -> Iterator[Finding]:
        """What each comparison that could be made found."""
        if zone.kind == "mrz":
            yield from self._birth_in_mrz(exam, mrz, zone)
            return
        printed = next((f for f in exam.reading.fields if (f.name, f.face) == (zone.name, face)), None)
        if printed is None or printed.found_by != "template" or not printed.text.strip():
            return
        if "years" in zone.grammar:
            yield from self._validity(exam, mrz, zone, printed)
        else:
            yield from self._birth(exam, mrz, zone, printed)

    # --- date of issue ------------------------------------------------------------------------------------------------

    def _validity(self, exam: Examination, mrz: Mrz, zone: Zone, printed: FieldReading) -> Iterator[Finding]:
        expires, where = _known(exam, mrz, "date_of_expiry")
        expected = relations.issue_dates(expires, zone.grammar) if expires is not None else frozenset()
        if expires is None or not expected:
            return
        said = printed_dates(printed.text)
        odds, nearest = min(_odds_against(printed, said, expected), default=(None, expires))
        if odds is None:
            return
        terms = {term for day in said if day.complete for term in relations.terms(day, expires)}
        usual = {int(years) for years in zone.grammar["years"].split(" | ")}
        if odds and any(days == int(zone.grammar["days"]) and years not in usual for years, days in terms):
            measure, code = "years", "validity_unusual"
            told = "The document is valid for another number of years than genuine specimens."
            outcome = Outcome.UNSURE
        else:
            measure, code = "validity", "validity_departs"
            told = "The date of issue does not go with the date of expiry as on genuine specimens."
            outcome = _outcome(odds, SURE_OF_SHAPE)
        doubtful = outcome is Outcome.UNSURE and measure == "validity"
        yield Finding(
            check=self.name,
            outcome=outcome,
            code=code,
            message=f"{told} {NOT_SURELY}" if doubtful else told,
            expected=_day(nearest),
            seen=printed.text,
            regions=(*printed_region(exam, printed, "date of issue on the page"), *where),
            measures={measure: odds},
        )

    # --- date of birth ------------------------------------------------------------------------------------------------

    def _birth(self, exam: Examination, mrz: Mrz, zone: Zone, printed: FieldReading) -> Iterator[Finding]:
        born, where = _known(exam, mrz, "date_of_birth")
        if born is None:
            return
        instead = relations.birth_instead(printed.text, zone.grammar["birth"], born)
        if instead is not None and not (instead and relations.birth_lost(printed.text, zone.grammar, born)):
            region = printed_region(exam, printed, f"{label(zone.name)} on the page")
            odds = _nats(printed, instead)
            yield self._born(_outcome(odds, SURE_OF_SHAPE), odds, printed.text, instead, (*region, *where))

    def _birth_in_mrz(self, exam: Examination, mrz: Mrz, zone: Zone) -> Iterator[Finding]:
        born, where = _known(exam, mrz, "date_of_birth")
        held, reading = relations.optional_data(mrz), exam.reading.mrz
        if born is None or held is None or reading is None:
            return
        instead = relations.birth_instead(held.text, zone.grammar["birth"], born)
        if instead is not None:
            places = [held.places[at] for at, _ in instead]
            against = log_odds(reading, places, ["".join(digit for _, digit in instead)])[0]
            odds = min(MOST, max(0.0, against))
            shown = (*regions(exam, held.places, label(held.name)), *where)
            yield self._born(_outcome(odds, MARGIN), odds, held.value, instead, shown)

    def _born(
        self, outcome: Outcome, odds: float, seen: str, instead: Sequence[tuple[int, str]], where: tuple[Region, ...]
    ) -> Finding:
        told = "A number does not hold the date of birth as on genuine specimens."
        wanted = dict(instead)
        return Finding(
            check=self.name,
            outcome=outcome,
            code="birth_departs",
            message=f"{told} {NOT_SURELY}" if outcome is Outcome.UNSURE else told,
            expected="".join(wanted.get(at, char) for at, char in enumerate(seen)),
            seen=seen,
            regions=where,
            measures={"birth": odds},
        )

    def _not_done(self, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=Outcome.NOT_DONE, code=code, message=message)


def _known(exam: Examination, mrz: Mrz, name: str) -> tuple[PartialDate | None, tuple[Region, ...]]:
    """A date of the MRZ whose check digit fits, and where it stands; None where it is not known so surely."""
    field: MrzField | None = mrz.field(name)
    digit = next((digit for digit in mrz.check_digits if digit.name == name), None)
    known = dates.read(field.text) if field is not None and digit is not None and digit.right else None
    if field is None or known is None or not known.complete:
        return None, ()
    printed = exam.reading.field(name)
    on_page = printed_region(exam, printed, f"{label(name)} on the page") if printed is not None else ()
    return known, (*on_page, *field_regions(exam, field))


def _odds_against(
    printed: FieldReading, said: Iterable[PartialDate], expected: Iterable[PartialDate]
) -> Iterator[tuple[float, PartialDate]]:
    """Nats by which what is printed is likelier than an expected date, and that date; nothing for what is no date."""
    for day in sorted(expected):
        if any(one.agrees(day) for one in said):
            yield 0.0, day
            continue
        for instead in [differing(printed.text, one, day) for one in said] or [altered(printed.text, day)]:
            if instead:
                yield _nats(printed, instead), day


def _nats(printed: FieldReading, instead: Sequence[tuple[int, str]]) -> float:
    """How much likelier the characters that are printed are than those of `instead`, between 0 and MOST. What another
    month's letters should be is not known, so that such a word leaves a doubt whatever the digits say."""
    if not instead:
        return 0.0
    digits = [(place, char) for place, char in instead if char]
    odds = shape_odds(printed, digits)
    least = UNTOLD if odds is None or len(digits) < len(instead) else 0.0
    return min(MOST, max(least, odds or 0.0))


def _outcome(odds: float, margin: float) -> Outcome:
    return Outcome.PASS if odds <= 0 else Outcome.FAIL if odds >= margin else Outcome.UNSURE


def _day(day: PartialDate) -> str:
    """As YYMMDD: the MRZ knows no century."""
    return "".join(f"{(part or 0) % 100:02}" for part in day)
