"""The classifier: an additive model over the measures, so that every reason is a true share of the score.

For each measure a table of steps says how many log-odds it adds, and no step goes down when the measure grows: a
generalised additive model, whoever fitted it (judging/training.py). A measure that was not taken counts as usual and
says nothing, and no document is cleared for being odd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from docscan import models
from docscan.errors import ModelError
from docscan.judging.features import NAMES, Vector

FILE = "classifier.skops"


@dataclass(frozen=True)
class OperatingPoint:
    """Probabilities from which a document is referred and from which it is suspect."""

    refer: float
    suspect: float


@dataclass(frozen=True, eq=False)
class Steps:
    """How many log-odds a measure adds to those of its usual value."""

    knots: Vector
    """(k,) ascending values; a measure that does not exceed one lies below it."""
    added: Vector
    """(k + 1,) log-odds below the first knot, between knots and above the last; never falling."""

    def __call__(self, measures: Vector) -> Vector:
        """(n,) log-odds of (n,) values; 0 where one is NaN."""
        return np.where(np.isnan(measures), 0.0, self.added[np.searchsorted(self.knots, measures)])


@dataclass(frozen=True, eq=False)
class Classifier:
    steps: tuple[Steps, ...]
    """Of each of its measures."""
    base: float
    """Calibrated log-odds of a document on which everything is as usual."""
    points: Mapping[str, OperatingPoint]
    names: tuple[str, ...] = NAMES
    """The measures that it was trained on, in its order. One that checks take but training did not see says nothing."""
    method: str = ""
    """How it was fitted."""

    def probability(self, measures: Vector) -> float:
        """Calibrated probability of forgery given (len(NAMES),) measures."""
        return float(self.probabilities(measures[None])[0])

    def probabilities(self, measures: Vector) -> Vector:
        """(n,) of (n, len(NAMES)) measures."""
        return np.asarray(1 / (1 + np.exp(-self.base - self.shares(measures).sum(axis=1))), dtype=np.float64)

    def shares(self, measures: Vector) -> Vector:
        """(n, len(names)) log-odds that each measure adds to those of its usual value."""
        own = measures[:, self._columns]
        return np.stack([steps(own[:, j]) for j, steps in enumerate(self.steps)], axis=1)

    def contributions(self, measures: Vector) -> dict[str, float]:
        """Log-odds that each measure adds beyond its usual value; measures that add nothing are left out."""
        shares = self.shares(measures[None])[0]
        return {name: float(gain) for name, gain in zip(self.names, shares, strict=True) if gain > 1e-6}

    @cached_property
    def _columns(self) -> npt.NDArray[np.intp]:
        """Where in NAMES each of its measures stands."""
        return np.array([NAMES.index(name) for name in self.names], dtype=np.intp)


@cache
def load() -> Classifier:
    """The installed classifier. Raises ModelError where the file is not the manifest's or not for these measures."""
    from skops.io import load as load_skops

    try:
        content = load_skops(models.verified(FILE), trusted=[])
        names = tuple(content["names"])
        steps = tuple(Steps(np.asarray(s["knots"]), np.asarray(s["added"])) for s in content["steps"])
        points = {name: OperatingPoint(**point) for name, point in content["points"].items()}
        found = Classifier(steps, float(content["base"]), points, names, str(content["method"]))
    except (TypeError, ValueError, KeyError) as error:
        raise ModelError(f"models/{FILE} holds something else than a classifier: {type(error).__name__}.") from error
    if not set(names) <= set(NAMES):
        raise ModelError(f"models/{FILE} was trained on measures that this version does not take.")
    return found


def save(classifier: Classifier, path: str) -> None:
    """The same classifier makes the same file, byte for byte."""
    from skops.io import dumps

    content = dumps(
        {
            "names": list(classifier.names),
            "method": classifier.method,
            "base": classifier.base,
            "steps": [{"knots": steps.knots, "added": steps.added} for steps in classifier.steps],
            "points": {name: vars(point) for name, point in classifier.points.items()},
        }
    )
    Path(path).write_bytes(_numbered(content))


def _numbered(content: bytes) -> bytes:
    """A skops archive whose objects are numbered as they come, and without dates: skops numbers them by where they lay
    in memory."""
    numbers: dict[str, str] = {}
    made = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(made, "w") as kept:

        def numbered(found: re.Match[str]) -> str:
            return found[1] + numbers.setdefault(found[2], str(len(numbers)))

        schema = re.sub(r'("__id__": |"file": ")(\d+)', numbered, parts.read("schema.json").decode("utf-8"))
        arrays = {
            f"{number}.npy": parts.read(f"{old}.npy")
            for old, number in numbers.items()
            if f"{old}.npy" in parts.namelist()
        }
        for name, part in {**arrays, "schema.json": schema.encode("utf-8")}.items():
            kept.writestr(ZipInfo(name), part)
    return made.getvalue()
