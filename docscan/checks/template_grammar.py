"""Does each field hold what such a field can hold?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from docscan.arrays import cut
from docscan.checks._zones import NO_TEMPLATE, judged_faces, region, words
from docscan.checks.printed_shapes import SURE_OF_SHAPE, shape_odds
from docscan.document import Examination, FieldReading, Finding, Outcome, RegisteredFace, Zone
from docscan.geometry import Region
from docscan.icao import dates
from docscan.icao.dates import PartialDate
from docscan.reading.printed_dates import mendings
from docscan.templates import grammar, laying
from docscan.templates.laying import LaidFace

SURE = 0.85
"""Confidence from which a reading is held against a field."""
EMPTY = 5.0
GROUND = 10.0
"""Departure (L) from the template's ground up to which a pixel may be that ground."""
RULES = {
    "text": "The field {0} holds another text than genuine specimens.",
    "date": "The field {0} holds a date of another form than genuine specimens.",
    "characters": "The field {0} holds other characters than genuine specimens.",
    "shape": "The field {0} holds a value of another form than genuine specimens.",
    "case": "The field {0} holds a value in another letter case than genuine specimens.",
}
IMPOSSIBLE = "The field {0} holds a date that cannot be."


class TemplateGrammar:
    """Compares the form of each field's value with the specimens': date form, characters, form, letter case, a few
    texts, and whether there is a value at all. A date must be a day of the calendar in a year that a document can bear.

    `breach`: how surely the field that departs most was read, times 5; 0 where every field keeps to its form. `empty`:
    5 where a field that every specimen has filled in shows nothing but its ground, else 0.
    """

    name = "template.field_grammar"
    measures = ("breach", "empty")

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.match is None or not exam.match.faces:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE)
            return
        yield from self._empty(exam)
        asked = broken = 0
        for registered in exam.match.faces:
            zones = {z.name: z for z in registered.template_face.zones if z.kind == "field" and z.grammar}
            for field in exam.reading.fields:
                if field.face != registered.face or field.found_by != "template" or field.name not in zones:
                    continue
                asked += 1
                impossible = self._impossible(exam, registered, zones[field.name], field)
                if impossible is not None:
                    broken += 1
                    yield impossible
                    continue
                for rule, expected, seen in grammar.breaches(field.text, zones[field.name].grammar)[:1]:
                    broken += 1
                    yield Finding(
                        check=self.name,
                        outcome=Outcome.FAIL if field.confidence >= SURE else Outcome.UNSURE,
                        code=f"{rule}_departs",
                        message=RULES[rule].format(words(field.name)),
                        expected=expected,
                        seen=seen,
                        regions=(_written(exam, registered, zones[field.name], field),),
                        measures={"breach": 5 * field.confidence},
                    )
        if asked == 0:
            yield Finding(
                check=self.name,
                outcome=Outcome.NOT_DONE,
                code="nothing_read",
                message="No field whose form the template knows was read.",
            )
        elif broken == 0:
            yield Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="grammar_agrees",
                message="The values have the form that genuine specimens have.",
                measures={"breach": 0.0},
            )

    def _impossible(
        self, exam: Examination, registered: RegisteredFace, zone: Zone, field: FieldReading
    ) -> Finding | None:
        """What speaks against a date, by the shapes of the digits that would have to be others."""
        if "date" not in zone.grammar:
            return None

        def possible(printed: PartialDate) -> bool:
            past = zone.name in ("date_of_birth", "date_of_issue")
            return (dates.may_be_past if past else dates.may_expire)(printed, exam.on)

        ways = mendings(field.text, possible)
        if not ways:
            return None
        told = [odds for way in ways if (odds := shape_odds(field, way)) is not None]
        if told and min(told) <= 0:
            return None  # The engine misread it.
        odds = min(told) if len(told) == len(ways) else 0.0
        return Finding(
            check=self.name,
            outcome=Outcome.FAIL if odds >= SURE_OF_SHAPE else Outcome.UNSURE,
            code="date_impossible",
            message=IMPOSSIBLE.format(words(zone.name)),
            seen=field.text,
            regions=(_written(exam, registered, zone, field),),
            measures={"breach": 5 * min(1.0, odds / SURE_OF_SHAPE)},
        )

    def _empty(self, exam: Examination) -> Iterable[Finding]:
        faces, _ = judged_faces(self.name, exam)
        asked = empty = 0
        for registered in faces:
            for zone in registered.template_face.zones:
                if zone.grammar.get("empty") != "never":
                    continue
                laid = laying.laid(registered)
                if not _is_seen(zone, registered, laid):
                    continue
                asked += 1
                if zone.name not in laid.written:
                    empty += 1
                    yield Finding(
                        check=self.name,
                        outcome=Outcome.FAIL,
                        code="field_empty",
                        message=f"The field {words(zone.name)} is empty; on genuine specimens it never is.",
                        regions=(region(exam, registered, zone.box, words(zone.name)),),
                        measures={"empty": EMPTY},
                    )
        if asked and not empty:
            yield Finding(
                check=self.name,
                outcome=Outcome.PASS,
                code="fields_filled",
                message="No field that genuine specimens have filled in is empty.",
                measures={"empty": 0.0},
            )


def _written(exam: Examination, registered: RegisteredFace, zone: Zone, field: FieldReading) -> Region:
    """What is written there, which may be longer than what belongs there."""
    if field.box is None:
        return region(exam, registered, zone.box, words(zone.name))
    return exam.document.faces[field.face].region(field.box, words(zone.name), field.face)


def _is_seen(zone: Zone, registered: RegisteredFace, laid: LaidFace) -> bool:
    """Whether the ground of a zone lies open, so that glare or a finger does not pass for an empty field."""
    box = zone.box.scaled(registered.template_face.ppmm)
    open_ground = np.abs(cut(laid.darkness, box)) < GROUND
    return bool(cut(registered.covered, box).mean() > 0.95 and open_ground.mean() > 0.5)
