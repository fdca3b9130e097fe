"""From findings to a verdict: the score of the classifier, and a floor of rules that no score may overrule."""

from __future__ import annotations

from collections.abc import Sequence

from docscan.document import Decision, Examination, Finding, Outcome, Reason, Verdict
from docscan.judging import classifier, features, floor
from docscan.judging.classifier import Classifier
from docscan.judging.reasons import explain

CHECKPOINT = "checkpoint"
"""Bona fide travellers first: few genuine documents are flagged."""
SEIZURE = "seizure"
"""Miss nothing first."""


def judge(exam: Examination, findings: Sequence[Finding], operating_point: str = CHECKPOINT) -> Verdict:
    """The verdict on one document. Raises ModelError where the classifier cannot be used."""
    return weigh(classifier.load(), findings, operating_point, obstacles(exam))


def weigh(
    model: Classifier, findings: Sequence[Finding], operating_point: str, obstacles: Sequence[str] = ()
) -> Verdict:
    """The verdict of a classifier on findings; unreadable where there are obstacles to a verdict."""
    measures = features.vector(findings)
    probability = model.probability(measures)
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
    if features.FAILED in contributions:
        scored |= floor.FLOOR
    scored -= floor.DOUBTFUL
    outcome = Decision.CLEAR
    # Doubt alone, however much of it, makes nobody a suspect: one of the checks that weigh must have failed,
    # and another one than those that wear or a rare value makes fail.
    if probability >= point.suspect and any(f.outcome is Outcome.FAIL and f.check in scored for f in findings):
        outcome = Decision.SUSPECT
    elif probability >= point.refer or floor.refers(findings):
        outcome = Decision.REFER
    return Verdict(
        outcome=outcome,
        probability=probability,
        operating_point=operating_point,
        reasons=explain(findings, contributions) if outcome is not Decision.CLEAR else (),
    )


def amend(verdict: Verdict, finding: Finding) -> Verdict:
    """The verdict where one check of the floor that no score depends on has another answer now. What was flagged stays
    flagged; a FAIL makes a clear document one to refer."""
    reasons = tuple(reason for reason in verdict.reasons if reason.check != finding.check)
    if finding.outcome is not Outcome.FAIL or verdict.outcome is Decision.UNREADABLE:
        return verdict.model_copy(update={"reasons": reasons})
    outcome = Decision.REFER if verdict.outcome is Decision.CLEAR else verdict.outcome
    (added,) = explain([finding], {})
    at = next((i for i, reason in enumerate(reasons) if reason.weight < added.weight), len(reasons))
    return verdict.model_copy(update={"outcome": outcome, "reasons": (*reasons[:at], added, *reasons[at:])})


def obstacles(exam: Examination) -> tuple[str, ...]:
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
