"""Fitting the classifier, and scoring documents of States and attacks that it did not see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier

from docscan.judging import evaluation
from docscan.judging.classifier import Classifier, OperatingPoint
from docscan.judging.verdict import CHECKPOINT, SEIZURE

Floats = npt.NDArray[np.float64]

FOLDS = 5


def fit(x: Floats, y: Floats, states: Sequence[str]) -> tuple[Classifier, Floats]:
    """The classifier on all rows, and the leave-one-State-out probability of each row.

    `x` (n, measures) with NaN where a measure was not taken, `y` (n,) 1 for forged, `states` (n,) issuing State.
    Operating points are set on the leave-one-State-out probabilities.
    """
    groups = np.asarray(states)
    scores = np.empty(len(y))
    for state in np.unique(groups):
        seen = groups != state
        scores[~seen] = _fitted(x[seen], y[seen], groups[seen]).probabilities(x[~seen])
    final = _fitted(x, y, groups)
    return Classifier(final.estimator, final.usual, operating_points(scores[y == 0], scores[y == 1])), scores


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


def operating_points(genuine: Floats, forged: Floats) -> dict[str, OperatingPoint]:
    """Thresholds for the two named points, from scores of documents that training did not see."""
    refer = evaluation.threshold_at_bpcer(genuine, 0.01)
    suspect = max(0.5, evaluation.threshold_at_bpcer(genuine, 0.001))
    missing_few = min(refer, evaluation.threshold_at_apcer(forged, 0.05))
    return {
        CHECKPOINT: OperatingPoint(refer=min(refer, suspect), suspect=suspect),
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
