"""From findings to a verdict: the score of the classifier, and a floor of rules that no score may overrule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from docscan.document import Decision, Examination, Finding, Outcome, Reason, Verdict
from docscan.judging import classifier, features

CHECKPOINT = "checkpoint"
"""Bona fide travellers first: few genuine documents are flagged."""
SEIZURE = "seizure"
"""Miss nothing first."""

FLOOR = frozenset(
    {
        "mrz.check_digits",
        "mrz.format",
        "mrz.codes",
        "mrz.dates",
        "state.document_number",
        "state.personal_number",
        "consistency.viz_mrz",
        "mrz.print",
        "portrait.substitution",
        "portrait.ghost",
    }
)
"""Checks whose FAIL a person looks at whatever the score says: those of what is written, where it is certain by rule,
and those whose FAIL genuine captures next to never show (`genuine_fails` in models/classifier.json). The rest of how
print looks is a matter of degree, and left to the score."""
FLOOR_WEIGHT = 3.0
"""Log-odds that a FAIL of these checks adds to its reason: what is certain is named before what is likely."""


def judge(exam: Examination, findings: Sequence[Finding], operating_point: str = CHECKPOINT) -> Verdict:
    """The verdict on one document. Raises ModelError where the classifier cannot be used."""
    model = classifier.load()
    measures = features.vector(findings)
    probability = model.probability(measures)
    obstacles = _obstacles(exam)
    if obstacles:
        return Verdict(
            outcome=Decision.UNREADABLE,
            probability=probability,
            operating_point=operating_point,
            reasons=tuple(Reason(check="quality", code="unreadable", message=text, weight=0.0) for text in obstacles),
        )
    point = model.points[operating_point]
    contributions = model.contributions(measures)
    scored = {name.split("/")[0] for name in contributions}
    outcome = Decision.CLEAR
    # Doubt alone, however much of it, makes nobody a suspect: one of the checks that weigh must have failed.
    if probability >= point.suspect and any(f.outcome is Outcome.FAIL and f.check in scored for f in findings):
        outcome = Decision.SUSPECT
    elif probability >= point.refer or any(f.check in FLOOR and f.outcome is Outcome.FAIL for f in findings):
        outcome = Decision.REFER
    return Verdict(
        outcome=outcome,
        probability=probability,
        operating_point=operating_point,
        reasons=_reasons(findings, contributions) if outcome is not Decision.CLEAR else (),
    )


def _obstacles(exam: Examination) -> tuple[str, ...]:
    """Why the picture does not allow a verdict; a bad picture is never a suspicion."""
    reasons = tuple(r for face in exam.document.faces if not face.quality.usable for r in face.quality.reasons)
    if reasons:
        return tuple(dict.fromkeys(reasons))
    if exam.reading.mrz is None and exam.match is None:
        return (
            "Nothing here can be checked: no machine-readable zone was found and no template fits. "
            "Scan the whole data page, or the side of the card that has the MRZ.",
        )
    return ()


def _reasons(findings: Sequence[Finding], contributions: Mapping[str, float]) -> tuple[Reason, ...]:
    """What speaks against the document, heaviest first: each check once, by its gravest finding.

    A check's weight is what its measures add to the log-odds; a FAIL counts even where the classifier is unmoved.
    """
    gains: defaultdict[str, float] = defaultdict(float)
    for name, gain in contributions.items():
        gains[name.split("/")[0]] += gain
    by_check: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.outcome in (Outcome.FAIL, Outcome.UNSURE):
            by_check[finding.check].append(finding)
    reasons = [
        _reason(check, asked, gains[check])
        for check, asked in by_check.items()
        if gains[check] > 0 or any(f.outcome is Outcome.FAIL for f in asked)
    ]
    return tuple(sorted(reasons, key=lambda reason: -reason.weight))


def _reason(check: str, asked: Sequence[Finding], gain: float) -> Reason:
    grave = [f for f in asked if f.outcome is Outcome.FAIL] or list(asked)
    worst = max(grave, key=lambda f: max(f.measures.values(), default=0.0))
    regions = worst.regions + tuple(r for f in grave if f is not worst for r in f.regions)
    return Reason(
        check=check,
        code=worst.code,
        message=worst.message,
        weight=gain + (FLOOR_WEIGHT if check in FLOOR and worst.outcome is Outcome.FAIL else 0.0),
        expected=worst.expected,
        seen=worst.seen,
        regions=regions,
    )
