"""Fitting the classifier, and scoring documents of States and attacks that it did not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from docscan.judging import evaluation, features
from docscan.judging.additive import METHODS
from docscan.judging.classifier import Classifier, OperatingPoint, Steps
from docscan.judging.verdict import CHECKPOINT, SEIZURE

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""`map`, or that of a pool of processes."""

FOLDS = 5
UNREMARKABLE_SHARE = 0.15
"""Of the genuine rows: so many are added to them, in equal parts for each deviate, which no check shows."""


@dataclass(frozen=True, eq=False)
class Fitted:
    model: Classifier
    """On all rows."""
    unseen: Mapping[str, Classifier]
    """State -> the classifier on the rows of all other States."""
    scores: Floats
    """(n,) probability of each row by the classifier that did not see its State."""


def fit(x: Floats, y: Floats, states: Sequence[str], referred: Bools, spread: Spread = map) -> Fitted:
    """The classifier on all rows, and those that each leave one State out.

    `x` (n, measures) with NaN where a measure was not taken, `y` (n,) 1 for forged, `states` (n,) issuing State,
    `referred` (n,) true where a rule refers the document whatever its score. Operating points are set on the scores of
    States that a classifier did not see, and serve all of them.
    """
    groups = np.asarray(states)
    scores = np.empty(len(y))
    left_out = sorted(set(states))
    whole, *others = spread(partial(_without, x, y, groups), [None, *left_out])
    unseen = dict(zip(left_out, others, strict=True))
    for state, model in unseen.items():
        scores[groups == state] = model.probabilities(x[groups == state])
    points = operating_points(scores[y == 0], scores[y == 1], referred[y == 0])
    return Fitted(
        model=replace(whole, points=points),
        unseen={state: replace(model, points=points) for state, model in unseen.items()},
        scores=scores,
    )


def _without(x: Floats, y: Floats, groups: npt.NDArray[Any], state: str | None) -> Classifier:
    """The classifier on the rows of all States but this one; on all where it is None."""
    seen = np.ones(len(y), bool) if state is None else groups != state
    return _fitted(x[seen], y[seen], groups[seen])


def without_attack(
    x: Floats, y: Floats, states: Sequence[str], attacks: Sequence[str], method: str, attack: str
) -> Floats:
    """(n,) probabilities by models that saw neither a row's State nor `attack`; NaN for forgeries of other attacks."""
    groups, kinds = np.asarray(states), np.asarray(attacks)
    scores = np.full(len(y), np.nan)
    for part in np.array_split(np.unique(groups), min(FOLDS, len(np.unique(groups)))):
        held = np.isin(groups, part)
        seen = ~held & (kinds != attack)
        asked = held & ((kinds == attack) | (y == 0))
        scores[asked] = _fitted(x[seen], y[seen], groups[seen], [method]).probabilities(x[asked])
    return scores


def operating_points(genuine: Floats, forged: Floats, referred: Bools) -> dict[str, OperatingPoint]:
    """Thresholds for the two named points, from scores of documents that training did not see.

    At `checkpoint` 1 % of the genuine documents are flagged, those included which a rule refers (`referred`, of the
    genuine); where rules alone refer more, the score may add half a per cent. One in a thousand may be suspect.
    """
    by_rule = float(np.mean(referred))
    allowed = max(0.005, 0.01 - by_rule) * len(genuine) / max(1, int((~referred).sum()))
    refer = evaluation.threshold_at_bpcer(genuine[~referred], allowed)
    suspect = max(0.5, refer, evaluation.threshold_at_bpcer(genuine, 0.001))
    missing_few = min(refer, evaluation.threshold_at_apcer(forged, 0.05))
    return {
        CHECKPOINT: OperatingPoint(refer=refer, suspect=suspect),
        SEIZURE: OperatingPoint(refer=missing_few, suspect=max(refer, missing_few)),
    }


def _fitted(x: Floats, y: Floats, groups: npt.NDArray[Any], methods: Iterable[str] = METHODS) -> Classifier:
    """The classifier of the method that does best on States left out of these rows, calibrated on its scores there."""
    parts = np.array_split(np.unique(groups), min(FOLDS, len(np.unique(groups))))
    unseen: dict[str, Floats] = {}
    for method in methods:
        scores = np.empty(len(y))
        for part in parts:
            held = np.isin(groups, part)
            scores[held] = _log_odds(METHODS[method](*_rows(x[~held], y[~held])), x[held])
        unseen[method] = scores
    best = min(unseen, key=lambda method: missed(unseen[method][y == 0], unseen[method][y == 1]))
    slope, offset = _sigmoid(unseen[best], y)
    steps, base = _as_usual(METHODS[best](*_rows(x, y)), _usual(x[y == 0]))
    return Classifier(
        steps=tuple(Steps(s.knots, slope * s.added) for s in steps),
        base=slope * base + offset,
        points={},
        method=best,
    )


def missed(genuine: Floats, forged: Floats) -> float:
    """Mean APCER at a BPCER of 1, 2 and 5 %: what a checkpoint would lose."""
    return float(np.mean([evaluation.apcer_at_bpcer(share)(genuine, forged) for share in (0.01, 0.02, 0.05)]))


def _log_odds(fitted: tuple[list[Steps], float], x: Floats) -> Floats:
    steps, base = fitted
    return np.asarray(base + np.sum([s(x[:, j]) for j, s in enumerate(steps)], axis=0), dtype=np.float64)


def _as_usual(fitted: tuple[list[Steps], float], usual: Floats) -> tuple[list[Steps], float]:
    """The same sum with the share of each measure counted from its usual value."""
    steps, base = fitted
    at_usual = [float(s(usual[j : j + 1])[0]) for j, s in enumerate(steps)]
    counted = [Steps(s.knots, s.added - there) for s, there in zip(steps, at_usual, strict=True)]
    return counted, base + sum(at_usual)


def _sigmoid(scores: Floats, y: Floats) -> tuple[float, float]:
    """Slope and offset that make log-odds of scores (Platt's scaling); the slope is never negative."""
    fitted = LogisticRegression(C=1e6).fit(scores[:, None], y)
    return max(0.0, float(fitted.coef_[0, 0])), float(fitted.intercept_[0])


def _rows(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """What is learned from: measures that were not taken as usual, and genuine rows with a deviate that no check would
    show, so that the classifier does not make a trace of what the checks do not call one."""
    once = features.unremarkable()
    more = np.tile(once, (max(1, round(UNREMARKABLE_SHARE * np.sum(y == 0) / len(once))), 1))
    filled = np.vstack([x, more])
    return np.where(np.isnan(filled), _usual(x[y == 0]), filled), np.r_[y, np.zeros(len(more))]


def _usual(genuine: Floats) -> Floats:
    """Median of each measure over genuine documents; 0 for one that was never taken."""
    taken = ~np.isnan(genuine).all(axis=0)
    usual = np.zeros(genuine.shape[1])
    usual[taken] = np.nanmedian(genuine[:, taken], axis=0)
    return usual
