"""Findings -> probability -> verdict."""

from docscan import models
from docscan.judging import classifier
from docscan.judging.verdict import CHECKPOINT, SEIZURE, amend, judge

__all__ = ["CHECKPOINT", "SEIZURE", "amend", "judge", "model_version"]


def model_version() -> str:
    return models.version(classifier.FILE)
