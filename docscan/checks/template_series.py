"""Was this series issued when the document says it was?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from docscan.checks._zones import NO_TEMPLATE, judged_sides
from docscan.checks.mrz_dates import Life
from docscan.checks.mrz_evidence import parsed
from docscan.document import Examination, Finding, Outcome, Template
from docscan.icao.mrz import Mrz

_YEAR = timedelta(days=365.2425)
LONGEST = 15 * _YEAR
"""No document is taken to be valid for longer: where the date of issue was not read, the date of expiry bounds it."""
OVERLAP = timedelta(days=183)
"""Offices use up old blanks for a while: half a year beyond the period leaves room for doubt."""


class TemplateSeries:
    """Compares the date of issue with the days on which the template's series was issued.

    `years`: how far the date of issue lies outside them; 0 inside.
    """

    name = "template.series"
    measures = ("years",)

    def __call__(self, exam: Examination) -> Iterable[Finding]:
        if exam.match is None or not exam.match.faces:
            yield Finding(check=self.name, outcome=Outcome.NOT_DONE, code="no_template", message=NO_TEMPLATE)
            return
        template, mrz = exam.match.template, parsed(exam)
        if template.issued == (None, None):
            yield self._not_done("no_period", "The template does not say when its series was issued.")
            return
        life = Life.of(exam, mrz) if mrz is not None else None
        if life is None or (life.issued is None and life.expires is None):
            yield self._not_done("no_date_of_issue", "Neither the date of issue nor that of expiry was read.")
            return
        earliest, latest = span(life)
        off = outside(template, earliest, latest)
        measures = {"years": off / _YEAR}
        if not off:
            message = "This series was issued at the time that the document says."
            yield Finding(check=self.name, outcome=Outcome.PASS, code="series_fits", message=message, measures=measures)
            return
        sure = life.sure and off > OVERLAP
        yield Finding(
            check=self.name,
            outcome=Outcome.FAIL if sure else Outcome.UNSURE,
            code="wrong_series",
            message="The document is of a series that was not issued at the time that it says.",
            expected="; ".join([period(template), *_then(exam.match.kin, earliest, latest)]),
            seen=f"issued on {life.issued}" if life.issued else f"expires on {latest}, issued before",
            regions=(*judged_sides(exam), *life.where),
            measures=measures,
        )

    def _not_done(self, code: str, message: str) -> Finding:
        return Finding(check=self.name, outcome=Outcome.NOT_DONE, code=code, message=message)


def span(life: Life) -> tuple[date, date]:
    """The days on which a document may have been issued: one, or those that its date of expiry allows.

    One of both dates must be known.
    """
    if life.issued is not None:
        return life.issued, life.issued
    assert life.expires is not None  # noqa: S101 - asked by the caller
    return life.expires.earliest - LONGEST, life.expires.latest


def outside(template: Template, earliest: date, latest: date) -> timedelta:
    """How far a span of days lies outside those on which a template's series was issued."""
    first, last = template.issued
    if first is not None and latest < first:
        return first - latest
    return earliest - last if last is not None and earliest > last else timedelta()


def issued_with(template: Template, exam: Examination, mrz: Mrz) -> bool | None:
    """Whether the template's series was issued when the document was; None where nothing tells."""
    life = Life.of(exam, mrz)
    if template.issued == (None, None) or (life.issued is None and life.expires is None):
        return None
    return outside(template, *span(life)) <= OVERLAP


def period(template: Template) -> str:
    first, last = template.issued
    if first is None:
        return f"{template.id}: issued until {last}"
    return f"{template.id}: issued since {first}" if last is None else f"{template.id}: issued {first} to {last}"


def _then(kin: Iterable[Template], earliest: date, latest: date) -> Iterator[str]:
    """The series that were issued then, as far as they are enrolled."""
    then = [t.id for t in kin if t.issued != (None, None) and not outside(t, earliest, latest)]
    if then:
        yield f"at that time {', '.join(then)}"
