"""How many documents of this kind the score was calibrated on: said where they are enough, else nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

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


def counted(figures: Mapping[str, Any]) -> dict[str, Calibrated]:
    """By template, from the classifier's figures."""
    groups = figures.get("leave_one_state_out", {}).get("templates", [])
    return {g["name"]: Calibrated(sum(g["genuine"].values()), sum(g["forged"].values())) for g in groups}


@cache
def _kinds() -> dict[str, Calibrated]:
    try:
        return counted(json.loads((models.folder() / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
