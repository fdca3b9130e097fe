"""Findings -> probability -> verdict."""

from docscan import models
from docscan.judging import classifier
from docscan.judging.verdict import CHECKPOINT, SEIZURE, judge

__all__ = ["CHECKPOINT", "SEIZURE", "judge", "model_version"]


def model_version() -> str:
    return models.version(classifier.FILE)
