"""The figures of the classifier's model card: what it gets wrong on States and attacks it did not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from training_set import Row

from docscan.document import Outcome
from docscan.judging import evaluation as ev
from docscan.judging import features, floor, training
from docscan.judging.assessment import Judged, assess, judged
from docscan.judging.classifier import Classifier
from docscan.judging.training import Fitted, Spread
from docscan.judging.verdict import CHECKPOINT, weigh

Floats = npt.NDArray[np.float64]


def matrix(rows: Sequence[Row]) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """(n, measures) NaN where none was taken, (n,) 1 for forged, (n,) whether a rule refers it whatever its score."""
    findings = [[f for document in row.documents for f in document.findings] for row in rows]
    x = np.array([features.vector(found) for found in findings])
    referred = np.array([floor.refers(found) for found in findings])
    return x, np.array([float(row.label.forged) for row in rows]), referred


def figures(
    rows: Sequence[Row], x: Floats, y: Floats, referred: npt.NDArray[np.bool_], fitted: Fitted, spread: Spread
) -> dict[str, Any]:
    """All figures as plain values; `x`, `y` and `referred` as `matrix` gives them, `spread` a `map` on all cores."""
    files = [_judged(row, fitted.unseen[row.label.state]) for row in rows]
    return {
        "points": {name: asdict(point) for name, point in fitted.model.points.items()},
        "leave_one_state_out": assess(files, CHECKPOINT).model_dump(mode="json"),
        "leave_one_attack_out": _unseen_attacks(rows, x, y, referred, fitted.model.method, spread),
        "method": fitted.model.method,
        "methods_of_folds": {state: model.method for state, model in fitted.unseen.items()},
        "genuine_fails": _genuine_fails(rows),
    }


def _judged(row: Row, model: Classifier) -> Judged:
    verdicts = [weigh(model, d.findings, CHECKPOINT, d.obstacles) for d in row.documents]
    matched = next((d.template for d in row.documents if d.template), "")
    return judged(row.label, verdicts, model.points[CHECKPOINT].refer, matched)


def _unseen_attacks(
    rows: Sequence[Row], x: Floats, y: Floats, referred: npt.NDArray[np.bool_], method: str, spread: Spread
) -> dict[str, Any]:
    """For each attack, by classifiers that saw neither it nor the State: AUC, EER, and by skill the share missed at the
    threshold that 1 % of the genuine captures reach; the same where the rules refer as well, which saw neither, and
    score and rules together flag 1 %."""
    states, attacks = [row.label.state for row in rows], [row.label.attack for row in rows]
    skills = np.array([row.label.skill for row in rows])
    found = {}
    of_all = sorted(set(attacks) - {""})
    scored = spread(partial(training.without_attack, x, y, states, attacks, method), of_all)
    for attack, scores in zip(of_all, scored, strict=True):
        genuine, of_attack = scores[y == 0], np.asarray(attacks) == attack
        at_one = ev.threshold_at_bpcer(genuine, 0.01)
        point = training.operating_points(genuine, scores[of_attack], referred[y == 0])[CHECKPOINT].refer
        each = {skill: of_attack & (skills == skill) for skill in sorted(set(skills[of_attack]))}
        found[attack] = {
            "auc": round(ev.auc(genuine, scores[of_attack]), 4),
            "eer": round(ev.eer(genuine, scores[of_attack]), 4),
            "apcer_at_bpcer_1": {skill: round(ev.apcer(scores[some], at_one), 4) for skill, some in each.items()},
            "apcer_at_checkpoint": {
                skill: round(float(np.mean((scores[some] < point) & ~referred[some])), 4)
                for skill, some in each.items()
            },
        }
    return found


def _genuine_fails(rows: Sequence[Row]) -> dict[str, int]:
    """Check and code of each FAIL on genuine captures -> captures."""
    failed: Counter[str] = Counter()
    for row in rows:
        if not row.label.forged:
            findings = [f for document in row.documents for f in document.findings]
            failed.update({f"{f.check}:{f.code}" for f in findings if f.outcome is Outcome.FAIL})
    return dict(failed.most_common())
