"""Findings as numbers: the measures of all checks side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from docscan.checks.registry import ALL
from docscan.document import Finding

Vector = npt.NDArray[np.float64]

UNSCORED = frozenset({"mrz.codes"})
"""Left to the floor: which issuers are known differs between installations; that one is not is no trace of forgery."""

NAMES: tuple[str, ...] = tuple(
    f"{check.name}/{measure}" for check in ALL if check.name not in UNSCORED for measure in check.measures
)


def vector(findings: Iterable[Finding]) -> Vector:
    """(len(NAMES),) measures in the order of NAMES, NaN where none was taken; of several the largest counts."""
    values = dict.fromkeys(NAMES, np.nan)
    for finding in findings:
        if finding.check in UNSCORED:
            continue
        for measure, value in finding.measures.items():
            name = f"{finding.check}/{measure}"
            values[name] = np.fmax(values[name], value)
    return np.array([values[name] for name in NAMES], dtype=np.float64)
