"""Does each field hold what such a field can hold?"""

from __future__ import annotations

from collections.abc import Iterable

from docscan.checks._zones import NO_TEMPLATE, region, words
from docscan.document import Examination, Finding, Outcome
from docscan.templates import grammar

SURE = 0.85
"""Confidence from which a reading is held against a field."""
RULES = {
    "text": "text other",
    "date": "date of another form",
    "characters": "value of other characters",
    "shape": "value of another form",
    "case": "value in another letter case",
}


class TemplateGrammar:
    """Compares the form of each field's value with the specimens': date form, characters, form, letter case.

    `breach`: how surely the field that departs most was read, times 5; 0 where every field keeps to its form.
    """

    name = "template.field_grammar"
    measures = ("breach",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.match is None or not exam.match.faces:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE)
            return
        asked = broken = 0
        for registered in exam.match.faces:
            zones = {z.name: z for z in registered.template_face.zones if z.kind == "field" and z.grammar}
            for field in exam.reading.fields:
                if field.face != registered.face or field.found_by != "template" or field.name not in zones:
                    continue
                asked += 1
                for rule, expected, seen in grammar.breaches(field.text, zones[field.name].grammar)[:1]:
                    broken += 1
                    yield Finding(
                        check=self.name,
                        outcome=Outcome.FAIL if field.confidence >= SURE else Outcome.UNSURE,
                        code=f"{rule}_departs",
                        message=f"The field {words(field.name)} holds a {RULES[rule]} than genuine specimens.",
                        expected=expected,
                        seen=seen,
                        regions=(region(exam, registered, zones[field.name].box, words(field.name)),),
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
