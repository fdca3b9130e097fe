"""The classifier, set anew on what reviewers decided: what a score means here, and from which one on to flag.

What each measure is worth was learned from far more documents than one office decides on, and stays. What changes with
an office's scanners and documents is how high the scores lie: the sigmoid that turns log-odds into a probability is
fitted again, held near the old one by a prior, and so are the operating points. New figures come from cross-validation:
no document is judged by a classifier that saw it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from docscan import models
from docscan.cases import audit, lessons, searching, tables
from docscan.cases.store import Store
from docscan.document import Decision, Finding
from docscan.errors import OutputError, UsageError
from docscan.judging import classifier, features, floor, training
from docscan.judging.assessment import Assessment, Judged, assess, judged
from docscan.judging.classifier import Classifier, Steps
from docscan.judging.labels import Label
from docscan.judging.verdict import CHECKPOINT, weigh

LEAST = 30
"""Genuine and forged documents, each, below which nothing is fitted."""
FOLDS = 5
_PRIOR = 4.0
"""How many documents' worth of belief there is in the sigmoid as it was."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Corrected:
    """A document on which the reviewers agree."""

    document: int
    forged: bool
    kind: str
    state: str
    template: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class Retrained:
    model: Classifier
    old: Assessment
    """Of the installed classifier, on the corrected documents."""
    new: Assessment
    """Of the new one, each document judged by a classifier that did not see it."""


def corrected(session: Session) -> list[Corrected]:
    """Documents that all reviewers who decided hold forged, or genuine, and that could be judged."""
    found = []
    for truth in lessons.truths(session):
        report = searching.report(searching.document(session, truth.document))
        if report.verdict.outcome is not Decision.UNREADABLE:
            document = searching.document(session, truth.document)
            template = report.template.id if report.template else ""
            forged = truth.ruling == "forged"
            found.append(
                Corrected(truth.document, forged, truth.kind, document.state, template, tuple(report.findings))
            )
    return found


def retrain(installed: Classifier, documents: Sequence[Corrected]) -> Retrained:
    """Raises UsageError where the documents are too few."""
    y = np.array([float(document.forged) for document in documents])
    if min(int(y.sum()), int((1 - y).sum()), len(y)) < LEAST:
        raise UsageError(
            f"The store has {int((1 - y).sum())} documents decided genuine and {int(y.sum())} decided forged; "
            f"{LEAST} of each are the least to learn from."
        )
    x = np.array([features.vector(document.findings) for document in documents])
    referred = np.array([floor.refers(document.findings) for document in documents])
    order = np.argsort([tables.digest(f"fold {document.document}") for document in documents])
    fold = np.empty(len(y), dtype=int)
    for truth in (0.0, 1.0):
        of_truth = order[y[order] == truth]
        fold[of_truth] = np.arange(len(of_truth)) % FOLDS
    unseen = [recalibrated(installed, x[fold != k], y[fold != k]) for k in range(FOLDS)]
    scores = np.array([unseen[k].probability(row) for k, row in zip(fold, x, strict=True)])
    points = training.operating_points(scores[y == 0], scores[y == 1], referred[y == 0])
    judges = [replace(unseen[k], points=points) for k in fold]
    return Retrained(
        model=replace(recalibrated(installed, x, y), points=points),
        old=_assessed(documents, [installed] * len(documents)),
        new=_assessed(documents, judges),
    )


def recalibrated(model: Classifier, x: Floats, y: Floats) -> Classifier:
    """The same classifier with its sigmoid fitted to (n, measures) rows `x`, `y` 1 for forged."""
    from scipy.optimize import minimize

    p = np.clip(model.probabilities(x), 1e-9, 1 - 1e-9)
    z = np.log(p / (1 - p))

    def loss(at: Floats) -> float:
        margin = (2 * y - 1) * (at[0] * z + at[1])
        return float(np.logaddexp(0.0, -margin).sum() + _PRIOR * ((at[0] - 1) ** 2 + at[1] ** 2 / 4))

    slope, shift = minimize(loss, np.array([1.0, 0.0]), bounds=[(0.05, 5.0), (-8.0, 8.0)]).x
    steps = tuple(Steps(one.knots, slope * one.added) for one in model.steps)
    return replace(model, steps=steps, base=slope * model.base + shift)


def figures(retrained: Retrained) -> dict[str, Any]:
    """What goes beside the file: both assessments, without names."""
    both = {"old": retrained.old, "new": retrained.new}
    said: dict[str, Any] = {name: json.loads(assessment.model_dump_json()) for name, assessment in both.items()}
    return said | {"points": {name: vars(point) for name, point in retrained.model.points.items()}}


def save(retrained: Retrained, folder: Path) -> Path:
    """Writes the classifier and its figures, and gives the classifier's path."""
    path = folder / classifier.FILE
    classifier.save(retrained.model, str(path))
    path.with_suffix(".json").write_text(json.dumps(figures(retrained), indent=1) + "\n", encoding="utf-8")
    return path


def install(store: Store, path: Path, *, by: str, documents: int) -> None:
    """Puts a classifier in the installed one's place, which is kept beside it, and writes that into the audit trail.

    Raises OutputError where the installation may not be written.
    """
    target, manifest = models.folder() / classifier.FILE, models.folder() / "manifest.json"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    before = models.version(classifier.FILE)
    try:
        shutil.copyfile(target, target.with_name(target.name + ".old"))
        shutil.copyfile(path, target)
        sums = json.loads(manifest.read_text(encoding="utf-8")) | {classifier.FILE: digest}
        manifest.write_text(json.dumps(sums, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The installed classifier cannot be replaced: {error.strerror}.") from error
    with store.writing() as session:
        details = {"documents": documents, "from": before, "to": digest[:12]}
        audit.append(session, "train", "classifier", by=by, details=details)


def _assessed(documents: Sequence[Corrected], judges: Sequence[Classifier]) -> Assessment:
    return assess([_judged(*pair) for pair in zip(documents, judges, strict=True)], CHECKPOINT)


def _judged(document: Corrected, model: Classifier) -> Judged:
    verdict = weigh(model, document.findings, CHECKPOINT)
    label = Label(
        file=f"document {document.document}",
        truth="forged" if document.forged else "genuine",
        attack=document.kind if document.forged else "",
        state=document.state,
        template=document.template,
    )
    return judged(label, [verdict], model.points[CHECKPOINT].refer, document.template)
