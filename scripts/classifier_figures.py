"""The figures of the classifier's model card: what it gets wrong on States and attacks it did not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan.judging import evaluation as ev
from docscan.judging import training
from docscan.judging.classifier import Classifier
from docscan.judging.verdict import CHECKPOINT, FLOOR

Floats = npt.NDArray[np.float64]


def figures(rows: Sequence[Any], x: Floats, y: Floats, scores: Floats, model: Classifier) -> dict[str, Any]:
    """All figures as plain values; `scores` are leave-one-State-out probabilities."""
    genuine, forged = scores[y == 0], scores[y == 1]
    states, attacks = [row.state for row in rows], [row.attack for row in rows]
    at_one = ev.threshold_at_bpcer(genuine, 0.01)
    return {
        "data": {"genuine": int((y == 0).sum()), "forged": int((y == 1).sum()), "states": len(set(states))},
        "points": {name: asdict(point) for name, point in model.points.items()},
        "leave_one_state_out": {
            name: asdict(ev.with_interval(statistic, genuine, forged))
            for name, statistic in {
                "AUC": ev.auc,
                "EER": ev.eer,
                "BPCER at APCER 5 %": ev.bpcer_at_apcer(0.05),
                "BPCER at APCER 1 %": ev.bpcer_at_apcer(0.01),
                "APCER at BPCER 1 %": ev.apcer_at_bpcer(0.01),
            }.items()
        },
        "apcer_at_bpcer_1": {
            attack: {
                skill: _share_missed(rows, scores, at_one, attack, skill)
                for skill in ("crude", "careful", "professional")
            }
            for attack in sorted(set(attacks) - {""})
        },
        "leave_one_attack_out_auc": {
            attack: _unseen_attack(x, y, states, attacks, attack) for attack in sorted(set(attacks) - {""})
        },
        "verdicts": _verdicts(rows, scores, model),
        "genuine_fails": dict(Counter(code for row in rows if not row.attack for code in row.failed).most_common()),
    }


def _share_missed(rows: Sequence[Any], scores: Floats, threshold: float, attack: str, skill: str) -> list[int]:
    """[missed, all]"""
    asked = [s for row, s in zip(rows, scores, strict=True) if (row.attack, row.skill) == (attack, skill)]
    return [int(sum(s < threshold for s in asked)), len(asked)]


def _unseen_attack(x: Floats, y: Floats, states: Sequence[str], attacks: Sequence[str], attack: str) -> float:
    scores = training.without_attack(x, y, states, attacks, attack)
    of_attack = np.asarray(attacks) == attack
    return round(ev.auc(scores[y == 0], scores[of_attack]), 4)


def _verdicts(rows: Sequence[Any], scores: Floats, model: Classifier) -> dict[str, dict[str, int]]:
    """Documents by outcome at the operating point `checkpoint`, floor of rules included."""
    point = model.points[CHECKPOINT]
    found: dict[str, Counter[str]] = {"genuine": Counter(), "forged": Counter()}
    for row, score in zip(rows, scores, strict=True):
        broken = any(failed.split(":")[0] in FLOOR for failed in row.failed)
        outcome = "suspect" if score >= point.suspect else "refer" if score >= point.refer or broken else "clear"
        found["forged" if row.attack else "genuine"][outcome] += 1
    return {truth: dict(counts) for truth, counts in found.items()}
