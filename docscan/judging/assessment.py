"""How good the verdicts on a labelled set are, in the terms of ISO/IEC 30107-3.

The same figures whoever asks: `docscan evaluate` for an installed classifier, the training for its model card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from docscan.document import Decision, Verdict
from docscan.geometry import Box, Value
from docscan.judging import evaluation as ev
from docscan.judging.evaluation import Figure, Scores
from docscan.judging.labels import Label
from docscan.judging.reasons import Place, places

FLAGGED = frozenset({Decision.REFER, Decision.SUSPECT})
TOP = 3
"""Places that a person is expected to look at."""
COVERED = 0.5
"""Share of the change that they must cover."""
BINS = 10
CURVE = 200
"""Points of the DET curve that are kept, at most."""
_RASTER = 256

_GRAVITY = (Decision.UNREADABLE, Decision.CLEAR, Decision.REFER, Decision.SUSPECT)


class Judged(Value):
    """A labelled file and what was said of it."""

    label: Label
    error: str = ""
    """Class of the error, where the file could not be examined."""
    outcome: Decision | None = None
    """The gravest of its documents; None where it could not be examined."""
    score: float | None = None
    """The largest probability of its documents, and no less than the point of referral where a rule referred it; None
    where none could be judged."""
    by_rule: bool = False
    """Whether a rule alone referred it, so that no threshold of the score lets it pass."""
    first: str = ""
    """The check of the first reason."""
    template: str = ""
    """Id of the template that fitted."""
    shown: int = 0
    """Places shown."""
    covered: float | None = None
    """Share of the change that the top places cover; None where no change is marked."""


class Attack(Value):
    """One kind of forgery at one skill, or at all of them."""

    attack: str
    skill: str
    """"" for all together."""
    files: int
    missed: Figure
    """APCER of the verdicts: share that is clear."""
    missed_at_bpcer_1: Figure
    """APCER at the threshold that 1 % of the genuine files reach."""
    named: Figure | None
    """Share of the flagged whose first reason is of a check that should see it."""
    covered: Figure | None
    """Share whose top places cover the change."""


class Group(Value):
    """All files of one device, template or State."""

    name: str
    genuine: Mapping[str, int]
    """Outcome -> files."""
    forged: Mapping[str, int]
    matched: int | None = None
    """Files on which the labelled template was found; None where no template is labelled."""


class Bin(Value):
    """Files whose score lies in one stretch of the scale."""

    score: float
    """Their mean score."""
    forged: float
    """Share of them that is forged."""
    files: int


class Assessment(Value):
    """All figures of a set."""

    operating_point: str
    genuine: int
    forged: int
    unanswered_genuine: int
    """BPNRR's numerator: genuine files that are unreadable or could not be examined. They are in no other figure."""
    unanswered_forged: int
    """APNRR's numerator."""
    apcer: Figure | None
    """Of the verdicts: share of the forged that is clear."""
    bpcer: Figure | None
    """Of the verdicts: share of the genuine that is refer or suspect."""
    suspects: Figure | None
    """Share of the genuine that is suspect."""
    figures: Mapping[str, Figure]
    """Of the score: AUC, EER, BPCER at APCER 5 % and 1 %, APCER at BPCER 1 %; empty where one truth alone is there."""
    attacks: tuple[Attack, ...]
    named: Figure | None
    covered: Figure | None
    """Share of the forged with a marked change whose top places cover it."""
    covered_of_flagged: Figure | None
    false_places: float | None
    """Places shown for each genuine file, in the mean."""
    devices: tuple[Group, ...]
    templates: tuple[Group, ...]
    states: tuple[Group, ...]
    det: tuple[tuple[float, float], ...]
    """(BPCER, APCER) from the strictest threshold to the loosest."""
    reliability: tuple[Bin, ...]
    calibration_error: float | None
    """Mean distance of score and share of forged over the bins, by files."""


STATISTICS: Mapping[str, ev.Statistic] = {
    "AUC": ev.auc,
    "EER": ev.eer,
    "BPCER at APCER 5 %": ev.bpcer_at_apcer(0.05),
    "BPCER at APCER 1 %": ev.bpcer_at_apcer(0.01),
    "APCER at BPCER 1 %": ev.apcer_at_bpcer(0.01),
}


# --- one file ---------------------------------------------------------------------------------------------------------


def judged(label: Label, verdicts: Sequence[Verdict], refer: float, template: str = "") -> Judged:
    """A file by the verdicts on its documents; `refer` is the probability from which one is referred."""
    if not verdicts:
        return Judged(label=label, error="nothing found")
    gravest = max(verdicts, key=lambda v: (_GRAVITY.index(v.outcome), v.probability))
    if gravest.outcome is Decision.UNREADABLE:
        return Judged(label=label, outcome=gravest.outcome, template=template)
    flagged = [verdict for verdict in verdicts if verdict.outcome in FLAGGED]
    probability = max(v.probability for v in verdicts if v.outcome is not Decision.UNREADABLE)
    shown = sorted((place for verdict in flagged for place in places(verdict.reasons)), key=lambda place: -place.weight)
    return Judged(
        label=label,
        outcome=gravest.outcome,
        score=max(probability, refer) if flagged else probability,
        by_rule=bool(flagged) and probability < refer,
        first=gravest.reasons[0].check if gravest.reasons else "",
        template=template,
        shown=len(shown),
        covered=covered(label.boxes, shown[:TOP]) if label.boxes else None,
    )


def covered(boxes: Sequence[Box], shown: Sequence[Place]) -> float:
    """Share of the area of `boxes` that the shown places cover together; all in pixels of the picture."""
    around = Box.around(np.concatenate([box.corners() for box in boxes]))
    scale = _RASTER / max(around.width, around.height, 1.0)

    def drawn(corners: npt.NDArray[np.float64], canvas: npt.NDArray[np.uint8]) -> None:
        at = np.rint((corners - [around.x, around.y]) * scale).astype(np.int32)
        cv2.fillPoly(canvas, [at], 1)

    size = (round(around.height * scale) + 1, round(around.width * scale) + 1)
    change, seen = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    for box in boxes:
        drawn(box.corners(), change)
    for place in shown:
        drawn(np.asarray(place.region.on_page, np.float64), seen)
    return float((change & seen).sum() / max(1, change.sum()))


# --- a set ------------------------------------------------------------------------------------------------------------


def assess(files: Sequence[Judged], operating_point: str) -> Assessment:
    """All figures of a judged set."""
    answered = [file for file in files if file.score is not None]
    genuine = [file for file in answered if not file.label.forged]
    forged = [file for file in answered if file.label.forged]
    good, bad = _ranks(genuine), _ranks(forged)
    threshold = ev.threshold_at_bpcer(good, 0.01) if len(good) else np.inf
    changed = [file for file in forged if file.covered is not None]
    reliability = _reliability(answered)
    return Assessment(
        operating_point=operating_point,
        genuine=sum(not file.label.forged for file in files),
        forged=sum(file.label.forged for file in files),
        unanswered_genuine=sum(not file.label.forged for file in files) - len(genuine),
        unanswered_forged=sum(file.label.forged for file in files) - len(forged),
        apcer=_share(forged, lambda file: file.outcome not in FLAGGED),
        bpcer=_share(genuine, lambda file: file.outcome in FLAGGED),
        suspects=_share(genuine, lambda file: file.outcome is Decision.SUSPECT),
        figures={name: ev.with_interval(statistic, good, bad) for name, statistic in STATISTICS.items()}
        if genuine and forged
        else {},
        attacks=tuple(_attacks(forged, threshold)),
        named=_named(forged),
        covered=_share(changed, _is_covered),
        covered_of_flagged=_share([file for file in changed if file.outcome in FLAGGED], _is_covered),
        false_places=float(np.mean([file.shown for file in genuine])) if genuine else None,
        devices=_groups(files, lambda label: label.device),
        templates=_groups(files, lambda label: label.template, templates=True),
        states=_groups(files, lambda label: label.state),
        det=_det(good, bad) if genuine and forged else (),
        reliability=reliability,
        calibration_error=sum(abs(b.score - b.forged) * b.files for b in reliability) / len(answered)
        if answered
        else None,
    )


def _ranks(files: Sequence[Judged]) -> Scores:
    """Scores, the highest for what rules flag at every threshold."""
    return np.array([1.0 if file.by_rule else file.score for file in files], dtype=np.float64)


def _share(files: Sequence[Judged], holds: Callable[[Judged], bool]) -> Figure | None:
    return ev.share(sum(map(holds, files)), len(files)) if files else None


def _is_covered(file: Judged) -> bool:
    return (file.covered or 0.0) >= COVERED


def _named(forged: Sequence[Judged]) -> Figure | None:
    """Of the flagged files of which it is known which checks should see the forgery."""
    asked = [file for file in forged if file.outcome in FLAGGED and file.label.checks]
    return _share(asked, lambda file: file.first in file.label.checks)


def _attacks(forged: Sequence[Judged], threshold: float) -> list[Attack]:
    """Each kind of forgery at each skill, and where there are several at all of them."""
    kinds = sorted({file.label.attack for file in forged})
    rows = []
    for attack in kinds:
        of_kind = [file for file in forged if file.label.attack == attack]
        skills = sorted({file.label.skill for file in of_kind})
        for skill in ["", *skills] if len(skills) > 1 else skills:
            some = of_kind if skill == "" else [file for file in of_kind if file.label.skill == skill]
            changed = [file for file in some if file.covered is not None]
            missed = ev.share(sum(file.outcome not in FLAGGED for file in some), len(some))
            at_one = ev.share(int((_ranks(some) < threshold).sum()), len(some))
            rows.append(
                Attack(
                    attack=attack,
                    skill=skill,
                    files=len(some),
                    missed=missed,
                    missed_at_bpcer_1=at_one,
                    named=_named(some),
                    covered=_share(changed, _is_covered),
                )
            )
    return rows


def _groups(files: Sequence[Judged], of: Callable[[Label], str], templates: bool = False) -> tuple[Group, ...]:
    groups = []
    for name in sorted({of(file.label) for file in files} - {""}):
        some = [file for file in files if of(file.label) == name]
        groups.append(
            Group(
                name=name,
                genuine=_outcomes([file for file in some if not file.label.forged]),
                forged=_outcomes([file for file in some if file.label.forged]),
                matched=sum(file.template == name for file in some) if templates else None,
            )
        )
    return tuple(groups)


def _outcomes(files: Sequence[Judged]) -> dict[str, int]:
    names = [str(file.outcome) if file.outcome else "error" for file in files]
    return {name: names.count(name) for name in (*map(str, Decision), "error") if name in names}


def _det(genuine: Scores, forged: Scores) -> tuple[tuple[float, float], ...]:
    thresholds = np.unique(np.concatenate([genuine, forged, [np.inf]]))[::-1]
    missed = np.searchsorted(np.sort(forged), thresholds, side="left") / len(forged)
    alarmed = 1 - np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    kept = np.unique(np.linspace(0, len(thresholds) - 1, min(CURVE, len(thresholds))).round().astype(int))
    return tuple((round(float(alarmed[i]), 5), round(float(missed[i]), 5)) for i in kept)


def _reliability(files: Sequence[Judged]) -> tuple[Bin, ...]:
    scores = np.array([file.score for file in files], dtype=np.float64)
    forged = np.array([file.label.forged for file in files], dtype=np.float64)
    which = np.minimum((scores * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(score=float(scores[at].mean()), forged=float(forged[at].mean()), files=int(at.sum()))
        for i in range(BINS)
        if (at := which == i).any()
    )
