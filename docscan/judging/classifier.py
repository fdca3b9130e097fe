"""The classifier: an additive model over the measures, so that every reason is a true share of the score.

Gradient boosting in which no tree sees two features (`interaction_cst="no_interactions"`) and no score falls when a
measure grows (`monotonic_cst`): a generalised additive model. Its log-odds are a sum over measures, a measure that was
not taken counts as usual and says nothing, and no document is cleared for being odd.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan import models
from docscan.errors import ModelError
from docscan.judging.features import NAMES, Vector

FILE = "classifier.skops"

# All that the file may hold; skops refuses to load anything else.
TRUSTED = (
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)


@dataclass(frozen=True)
class OperatingPoint:
    """Probabilities from which a document is referred and from which it is suspect."""

    refer: float
    suspect: float


@dataclass(frozen=True, eq=False)
class Classifier:
    estimator: Any
    """A fitted CalibratedClassifierCV with one sigmoid over one additive HistGradientBoostingClassifier."""
    usual: Vector
    """Median of each of its measures over genuine training documents: what contributions are counted from."""
    points: Mapping[str, OperatingPoint]
    names: tuple[str, ...] = NAMES
    """The measures that it was trained on, in its order. One that checks take but training did not see says nothing."""

    def probability(self, measures: Vector) -> float:
        """Calibrated probability of forgery given (len(NAMES),) measures."""
        return float(self.probabilities(measures[None])[0])

    def probabilities(self, measures: Vector) -> Vector:
        """(n,) of (n, len(NAMES)) measures."""
        known = measures[:, self._columns]
        filled = np.where(np.isnan(known), self.usual, known)
        return np.asarray(self.estimator.predict_proba(filled)[:, 1], dtype=np.float64)

    def contributions(self, measures: Vector) -> dict[str, float]:
        """Log-odds that each measure adds beyond its usual value; measures that add nothing are left out."""
        taken = np.flatnonzero(~np.isnan(measures[self._columns]))
        columns = self._columns[taken]
        without = np.tile(measures, (len(taken) + 1, 1))
        without[np.arange(len(taken)), columns] = self.usual[taken]
        log_odds = _logit(self.probabilities(without))
        gains = log_odds[-1] - log_odds[:-1]
        return {self.names[j]: float(gain) for j, gain in zip(taken, gains, strict=True) if gain > 1e-6}

    @cached_property
    def _columns(self) -> npt.NDArray[np.intp]:
        """Where in NAMES each of its measures stands."""
        return np.array([NAMES.index(name) for name in self.names], dtype=np.intp)


def _logit(p: Vector) -> Vector:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


@cache
def load() -> Classifier:
    """The installed classifier. Raises ModelError where the file is not the manifest's or not for these measures."""
    from skops.io import load as load_skops

    try:
        content = load_skops(models.verified(FILE), trusted=list(TRUSTED))
    except (TypeError, ValueError, KeyError) as error:
        raise ModelError(f"models/{FILE} holds something else than a classifier: {type(error).__name__}.") from error
    names = tuple(content["names"])
    if not set(names) <= set(NAMES):
        raise ModelError(f"models/{FILE} was trained on measures that this version does not take.")
    points = {name: OperatingPoint(**point) for name, point in content["points"].items()}
    return Classifier(content["estimator"], np.asarray(content["usual"]), points, names)


def save(classifier: Classifier, path: str) -> None:
    from skops.io import dump

    dump(
        {
            "names": list(classifier.names),
            "estimator": classifier.estimator,
            "usual": classifier.usual,
            "points": {name: vars(point) for name, point in classifier.points.items()},
        },
        path,
    )
