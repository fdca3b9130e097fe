"""Ways to fit an additive model in which no score falls when a measure grows; training takes the one that does best.

`boosting` grows trees that see one measure each (scikit-learn's HistGradientBoostingClassifier) and follows any shape.
`steps` is a logistic regression on whether a measure exceeds each of a few quantiles, with weights that are never
negative; it has fewer ways to go wrong where rows are few, and expects of what no genuine row shows that it speaks for
forgery even where no forged row shows it: the next forger may leave another trace than those that were learned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from docscan.judging.classifier import Steps

Floats = npt.NDArray[np.float64]
Fitted = tuple[list[Steps], float]
"""Steps of each measure, and the log-odds to which they add."""

GENUINE_QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
FORGED_QUANTILES = (0.5, 0.75, 0.9, 0.97)
"""Where steps may be: the tail of genuine documents matters, and how far forged ones lie beyond it."""
BEYOND = 1.5
"""Log-odds that a value beyond all genuine ones adds as long as rows say nothing else."""


def boosting(x: Floats, y: Floats, *, rate: float, leaves: int, least: int) -> Fitted:
    """`x` (n, measures) without NaN, `y` (n,) 1 for forged; `least` rows a leaf."""
    booster = HistGradientBoostingClassifier(
        learning_rate=rate,
        max_iter=250,
        max_leaf_nodes=leaves,
        min_samples_leaf=least,
        l2_regularization=2.0,
        interaction_cst="no_interactions",
        monotonic_cst=[1] * x.shape[1],
        early_stopping=False,
        random_state=0,
    ).fit(x, y)
    # No tree sees two measures, so what one adds can be read off while all others stand still.
    still = np.median(x, axis=0)
    base = float(booster.decision_function(still[None])[0])
    steps = []
    for j in range(x.shape[1]):
        knots = np.asarray(booster._bin_mapper.bin_thresholds_[j], dtype=np.float64)
        asked = np.tile(still, (len(knots) + 1, 1))
        asked[:-1, j] = knots
        asked[-1, j] = np.inf
        steps.append(_short(knots, booster.decision_function(asked) - base))
    return steps, base


def stepwise(x: Floats, y: Floats, *, weight: float) -> Fitted:
    """The same by logistic regression; `weight` is that of the penalty on squared departures of steps from what is
    expected of them: BEYOND of the one beyond all genuine rows, nothing of the others."""
    genuine, forged = x[y == 0], x[y == 1]
    knots = [
        np.unique(np.r_[np.quantile(genuine[:, j], GENUINE_QUANTILES), np.quantile(forged[:, j], FORGED_QUANTILES)])
        for j in range(x.shape[1])
    ]
    expected = np.concatenate([np.where(k == genuine[:, j].max(), BEYOND, 0.0) for j, k in enumerate(knots)])
    exceeds = np.concatenate([x[:, j, None] > knots[j] for j in range(x.shape[1])], axis=1).astype(np.float64)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        base, rises = parameters[0], parameters[1:]
        log_odds = base + exceeds @ rises
        unexpected = rises - expected
        value = float(np.sum(np.logaddexp(0, log_odds) - y * log_odds) + weight / 2 * unexpected @ unexpected)
        off = expit(log_odds) - y
        return value, np.r_[off.sum(), exceeds.T @ off + weight * unexpected]

    bounds = [(None, None), *[(0.0, None)] * exceeds.shape[1]]
    found = minimize(loss, np.r_[0.0, expected], jac=True, method="L-BFGS-B", bounds=bounds).x
    ends = np.cumsum([len(k) for k in knots])[:-1]
    rises = np.split(found[1:], ends)
    return [_short(k, np.r_[0.0, np.cumsum(r)]) for k, r in zip(knots, rises, strict=True)], float(found[0])


def _short(knots: Floats, added: Floats) -> Steps:
    """Without knots at which nothing changes."""
    rises = np.diff(added) > 1e-9
    return Steps(knots[rises], np.r_[added[:-1][rises], added[-1:]])


METHODS: Mapping[str, Callable[[Floats, Floats], Fitted]] = {
    "boosting": partial(boosting, rate=0.08, leaves=6, least=12),
    "boosting, cautious": partial(boosting, rate=0.04, leaves=4, least=25),
    "steps": partial(stepwise, weight=3.0),
    "steps, cautious": partial(stepwise, weight=15.0),
}
