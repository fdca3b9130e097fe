"""Fitting the classifier, and scoring documents of States and attacks that it did not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier

from docscan.judging import evaluation
from docscan.judging.classifier import Classifier, OperatingPoint
from docscan.judging.verdict import CHECKPOINT, SEIZURE

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Fitted:
    model: Classifier
    """On all rows."""
    unseen: Mapping[str, Classifier]
    """State -> the classifier on the rows of all other States."""
    scores: Floats
    """(n,) probability of each row by the classifier that did not see its State."""


def fit(x: Floats, y: Floats, states: Sequence[str], certain: Bools) -> Fitted:
    """The classifier on all rows, and those that each leave one State out.

    `x` (n, measures) with NaN where a measure was not taken, `y` (n,) 1 for forged, `states` (n,) issuing State,
    `certain` (n,) true where a rule refers the document whatever its score. Operating points are set on the scores of
    States that a classifier did not see, and serve all of them.
    """
    groups = np.asarray(states)
    scores = np.empty(len(y))
    unseen: dict[str, Classifier] = {}
    for state in sorted(set(states)):
        seen = groups != state
        unseen[state] = _fitted(x[seen], y[seen], groups[seen])
        scores[~seen] = unseen[state].probabilities(x[~seen])
    points = operating_points(scores[y == 0], scores[y == 1], certain[y == 0])
    return Fitted(
        model=replace(_fitted(x, y, groups), points=points),
        unseen={state: replace(model, points=points) for state, model in unseen.items()},
        scores=scores,
    )


def without_attack(x: Floats, y: Floats, states: Sequence[str], attacks: Sequence[str], attack: str) -> Floats:
    """(n,) probabilities by models that saw neither a row's State nor `attack`; NaN for forgeries of other attacks."""
    groups, kinds = np.asarray(states), np.asarray(attacks)
    scores = np.full(len(y), np.nan)
    for part in np.array_split(np.unique(groups), min(FOLDS, len(np.unique(groups)))):
        held = np.isin(groups, part)
        seen = ~held & (kinds != attack)
        asked = held & ((kinds == attack) | (y == 0))
        scores[asked] = _fitted(x[seen], y[seen], groups[seen]).probabilities(x[asked])
    return scores


def operating_points(genuine: Floats, forged: Floats, certain: Bools) -> dict[str, OperatingPoint]:
    """Thresholds for the two named points, from scores of documents that training did not see.

    At `checkpoint` 1 % of the genuine documents are flagged, those included which a rule refers (`certain`, of the
    genuine); where rules alone refer more, the score may add half a per cent. One in a thousand may be suspect.
    """
    by_rule = float(np.mean(certain))
    allowed = max(0.005, 0.01 - by_rule) * len(genuine) / max(1, int((~certain).sum()))
    refer = evaluation.threshold_at_bpcer(genuine[~certain], allowed)
    suspect = max(0.5, refer, evaluation.threshold_at_bpcer(genuine, 0.001))
    missing_few = min(refer, evaluation.threshold_at_apcer(forged, 0.05))
    return {
        CHECKPOINT: OperatingPoint(refer=refer, suspect=suspect),
        SEIZURE: OperatingPoint(refer=missing_few, suspect=max(refer, missing_few)),
    }


def _fitted(x: Floats, y: Floats, groups: npt.NDArray[Any]) -> Classifier:
    usual = _usual(x[y == 0])
    filled = np.where(np.isnan(x), usual, x)
    booster = HistGradientBoostingClassifier(
        learning_rate=0.08,
        max_iter=250,
        max_leaf_nodes=6,
        min_samples_leaf=12,
        l2_regularization=2.0,
        interaction_cst="no_interactions",
        monotonic_cst=[1] * x.shape[1],
        early_stopping=False,
        random_state=0,
    )
    parts = np.array_split(np.unique(groups), min(FOLDS, len(np.unique(groups))))
    splits = [(np.flatnonzero(~np.isin(groups, part)), np.flatnonzero(np.isin(groups, part))) for part in parts]
    estimator = CalibratedClassifierCV(booster, method="sigmoid", cv=splits, ensemble=False).fit(filled, y)
    return Classifier(estimator, usual, {})


def _usual(genuine: Floats) -> Floats:
    """Median of each measure over genuine documents; 0 for one that was never taken."""
    taken = ~np.isnan(genuine).all(axis=0)
    usual = np.zeros(genuine.shape[1])
    usual[taken] = np.nanmedian(genuine[:, taken], axis=0)
    return usual
