"""How many documents of this kind the score was calibrated on: said where they are enough, else nothing."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from docscan import models
from docscan.report import Report

FILE = "classifier.json"


class Calibrated(NamedTuple):
    genuine: int
    forged: int


def of(report: Report, floor: int) -> Calibrated | None:
    """Genuine and forged documents of the report's template; None where either is fewer than `floor`, or not known."""
    if report.template is None:
        return None
    known = _kinds().get(report.template.id)
    return known if known is not None and min(known) >= floor else None


@cache
def _kinds() -> dict[str, Calibrated]:
    """By template, as the classifier's figures say (`data.kinds`)."""
    try:
        figures = json.loads((models.folder() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    kinds = figures.get("data", {}).get("kinds", {})
    return {name: Calibrated(int(kind["genuine"]), int(kind["forged"])) for name, kind in kinds.items()}
