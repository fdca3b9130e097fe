"""Why: the contributions of the measures, given to the findings that carry them, and ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from docscan.document import Finding, Outcome, Reason
from docscan.geometry import Region
from docscan.judging import features, floor, glossary
from docscan.judging.agreement import agreement

SAME_PLACE = 0.3
"""Intersection over union from which two regions are one place."""
WHOLE_PAGE = frozenset({"page_departs", "other_state", "design_does_not_fit", "wrong_series"})
NO_STATE = frozenset({"issuing_state_fantasy", "issuing_state_unknown", "printed_issuer_fantasy"})
"""What nobody issued departs from every template; that is the reason before all others."""
EXPLAINED = frozenset(
    {"portrait.substitution", "portrait.ghost", "template.layout", "template.typeface", "template.field_grammar"}
)
"""A page of another print or another model explains that its parts depart from the template; they do not explain it."""
IN_A_ROW = 2.0
"""Heights between two places of one line from which they are two: three characters of an MRZ."""
FURTHER = 1.5
"""How fast the further places of a reason lose weight: the first of another one tells more."""
FRAME_MM = 0.4
"""Shown around what a finding speaks of, so that a frame hides nothing of it."""


def explain(findings: Sequence[Finding], contributions: Mapping[str, float]) -> tuple[Reason, ...]:
    """What speaks against the document, heaviest first, but an issuer that is no State before all, and a page that
    certainly is another before what that explains: each check once, by its gravest finding.

    `contributions` are log-odds by measure ("check/measure"). A check's weight is what its measures add, with its share
    of what failed rules, rules in doubt and the meeting of several checks at one place add; a FAIL, and what refers a
    document, counts even where the classifier is unmoved. A reason's regions are in the order of what their findings
    add.
    """
    broken = {f.check for f in findings if floor.holds(f) and f.check not in features.UNSCORED}
    rule = contributions.get(features.FAILED, 0.0) / max(1, len(broken))
    doubted = {f.check for f in findings if floor.doubts(f)}
    doubt = contributions.get(features.DOUBTED, 0.0) / max(1, len(doubted))
    meeting = agreement(f for f in findings if f.check not in features.UNSCORED).checks
    met = contributions.get(features.AGREEING, 0.0) / max(1, len(meeting))
    by_check: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.outcome in (Outcome.FAIL, Outcome.UNSURE):
            by_check[finding.check].append(finding)
    reasons = []
    for check, asked in by_check.items():
        gains = {
            name.split("/")[1]: gain for name, gain in contributions.items() if name.split("/")[0] == check and gain > 0
        }
        beside = (doubt if check in doubted else 0.0) + (met if check in meeting else 0.0)
        if gains or beside > 0 or floor.refers(asked) or any(f.outcome is Outcome.FAIL for f in asked):
            by_rule = rule if check in broken and rule else floor.WEIGHT
            reasons.append(_reason(check, asked, gains, by_rule, beside))
    failed = {(f.check, f.code) for f in findings if f.outcome is Outcome.FAIL}
    nobody = {at for at in failed if at[1] in NO_STATE}
    reasons.sort(key=lambda reason: ((reason.check, reason.code) not in nobody, -reason.weight))
    certain = {at for at in failed if at[1] in WHOLE_PAGE}
    whole = next((i for i, reason in enumerate(reasons) if (reason.check, reason.code) in certain), None)
    if whole is not None:
        part = next((i for i, reason in enumerate(reasons) if reason.check in EXPLAINED), whole)
        reasons.insert(min(part, whole), reasons.pop(whole))
    return tuple(reasons)


def _reason(check: str, asked: Sequence[Finding], gains: Mapping[str, float], rule: float, beside: float) -> Reason:
    carried = _carried(asked, gains)

    def gravity(i: int) -> tuple[bool, float, float]:
        return asked[i].outcome is Outcome.FAIL, carried[i], max(asked[i].measures.values(), default=0.0)

    order = sorted(range(len(asked)), key=gravity, reverse=True)
    worst = asked[order[0]]
    return Reason(
        check=check,
        code=worst.code,
        message=worst.message,
        term=glossary.term(worst),
        weight=sum(gains.values()) + (rule if floor.holds(worst) else 0.0) + beside,
        expected=worst.expected,
        seen=worst.seen,
        regions=_by_runs([region.framed(FRAME_MM) for i in order for region in asked[i].regions]),
    )


def _by_runs(regions: Sequence[Region]) -> tuple[Region, ...]:
    """The regions, those of the same kind that stand close to one another in a line as one: what was written over a
    date is one place, whichever of its digits show it."""
    runs: list[Region] = []
    for region in regions:
        near = [run for run in runs if _in_a_row(run, region)]
        at = runs.index(near[0]) if near else len(runs)
        runs = [run for run in runs if run not in near]
        runs.insert(at, reduce(Region.joined, [*near, region]))
    return tuple(runs)


def _in_a_row(a: Region, b: Region) -> bool:
    """Whether both stand in one line, no further apart than `IN_A_ROW`."""
    height = min(a.mm.height, b.mm.height)
    apart = max(a.mm.x, b.mm.x) - min(a.mm.right, b.mm.right)
    shared = min(a.mm.bottom, b.mm.bottom) - max(a.mm.y, b.mm.y)
    return (a.face, a.label) == (b.face, b.label) and shared > 0.7 * height and apart < IN_A_ROW * height


def _carried(asked: Sequence[Finding], gains: Mapping[str, float]) -> list[float]:
    """What each finding adds: a measure's gain goes to the finding on which it is largest; of equals to the one that
    speaks of little else."""
    carried = [0.0] * len(asked)
    for measure, gain in gains.items():
        holders = [i for i, finding in enumerate(asked) if measure in finding.measures]
        if holders:
            first = max(holders, key=lambda i: (asked[i].measures[measure], -len(asked[i].measures)))
            carried[first] += gain
    return carried


class Place(NamedTuple):
    """A place to look at, and the log-odds of all that speaks against it."""

    region: Region
    weight: float


def places(reasons: Sequence[Reason]) -> tuple[Place, ...]:
    """Where to look, the most suspect place first.

    Each reason gives its weight to its first region and less to each further one (`FURTHER`); regions of several
    reasons that lie on one another are one place and add up.
    """
    found: list[Place] = []
    for reason in reasons:
        for rank, region in enumerate(reason.regions, start=1):
            weight = max(reason.weight, 0.0) / rank**FURTHER
            same = next((i for i, place in enumerate(found) if _same(place.region, region)), None)
            if same is None:
                found.append(Place(region, weight))
            else:
                found[same] = Place(found[same].region, found[same].weight + weight)
    return tuple(sorted(found, key=lambda place: -place.weight))


def _same(a: Region, b: Region) -> bool:
    shared = a.mm.shared(b.mm)
    union = a.mm.width * a.mm.height + b.mm.width * b.mm.height - shared
    return a.face == b.face and shared >= SAME_PLACE * max(union, 1e-9)
