"""What an officer works out from the dates of a document: is it valid, and how old is who holds it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docscan.icao import dates
from docscan.report import Report


@dataclass(frozen=True)
class Dates:
    """As the MRZ prints them; None where it does not tell."""

    expires: date | None
    expired: bool
    days_left: int | None
    """Negative where it has expired."""
    age: int | None
    """Full years."""


def of(report: Report, on: date | None = None) -> Dates:
    """As of `on`, today where not given. Of a date that may mean several days the latest counts."""
    on = on or date.today()
    printed = {field.name: dates.read(field.text) for field in report.mrz.fields} if report.mrz else {}
    expiry, birth = printed.get("date_of_expiry"), printed.get("date_of_birth")
    ends = dates.expiry(expiry, on) if expiry else None
    born = dates.birth(birth, on, ends.latest if ends else None) if birth else None
    return Dates(
        expires=ends.latest if ends else None,
        expired=ends is not None and ends.latest < on,
        days_left=(ends.latest - on).days if ends else None,
        age=dates.years_between(born.latest, on) if born else None,
    )
