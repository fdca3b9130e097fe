"""How many kinds of evidence speak against one place.

A stain disturbs the ground of a field, a poor picture its reading, a worn ribbon its ink. Who writes another date there
disturbs them all, each a little: that they meet at one place says more than each of them does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from docscan.document import Finding, Outcome
from docscan.geometry import Region

TEXT, TYPE = "text", "type"
KINDS = {
    "consistency.viz_mrz": TEXT,
    "mrz.check_digits": TEXT,
    "mrz.dates": TEXT,
    "mrz.format": TEXT,
    "state.document_number": TEXT,
    "state.personal_number": TEXT,
    "template.field_grammar": TEXT,
    "template.relations": TEXT,
    "template.layout": TYPE,
    "template.typeface": TYPE,
}
"""Checks that look at the same thing: one misread character makes several of the first speak, one badly printed line
both of the last. Every other check is a kind of its own."""
HIGHEST_MM = 12.0
"""Of a place where something is written; on a portrait or a page anything meets."""
ON_ONE_ANOTHER = 0.5
"""Share of the smaller of two regions that lies on the larger where both are at one place."""


class Agreement(NamedTuple):
    """What meets at the place where most kinds do."""

    kinds: int
    checks: frozenset[str]


def agreement(findings: Iterable[Finding]) -> Agreement:
    """Kinds of evidence that meet at one place, and their checks; 0 where nothing speaks against any place."""
    told = list(_told(findings))
    best = Agreement(0, frozenset())
    for _, region in told:
        checks = frozenset(check for check, other in told if _meet(region, other))
        best = max(best, Agreement(len({KINDS.get(check, check) for check in checks}), checks), key=lambda a: a.kinds)
    return best


def _told(findings: Iterable[Finding]) -> Iterator[tuple[str, Region]]:
    for finding in findings:
        if finding.outcome in (Outcome.FAIL, Outcome.UNSURE):
            yield from ((finding.check, region) for region in finding.regions if region.mm.height < HIGHEST_MM)


def _meet(a: Region, b: Region) -> bool:
    smaller = min(a.mm.width * a.mm.height, b.mm.width * b.mm.height)
    return a.face == b.face and a.mm.shared(b.mm) > ON_ONE_ANOTHER * smaller
