"""Findings as numbers: the measures of all checks side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from docscan.checks.registry import ALL
from docscan.document import Finding
from docscan.judging import floor
from docscan.judging.agreement import agreement

Vector = npt.NDArray[np.float64]

UNSCORED = frozenset({"mrz.codes", "history.number", "history.portrait", "history.watchlist"})
"""Left to the floor: which issuers, numbers and lists are known differs between installations, and is no trace of
forgery on the document."""

_SCORED = tuple(check for check in ALL if check.name not in UNSCORED)

FAILED = "rules/failed"
"""How many checks of the floor failed: each of them fails too seldom to learn from, all of them together do not."""

DOUBTED = "rules/doubted"
"""How many checks by rule leave a doubt, for the same reason."""

AGREEING = "places/agreeing"
"""How many kinds of evidence meet at one place, beyond the first."""

NAMES: tuple[str, ...] = (
    *(f"{check.name}/{measure}" for check in _SCORED for measure in check.measures),
    FAILED,
    DOUBTED,
    AGREEING,
)

DEVIATES = frozenset(
    {
        "mrz.print",
        "portrait.ghost",
        "portrait.substitution",
        "template.background",
        "template.layout",
        "template.typeface",
    }
)
"""Checks whose measures are normal deviates from specimens or siblings, but for `template.background/share`."""
UNREMARKABLE = 3.5
"""Deviate below which they show a place to nobody."""

_DEVIATES = [
    place for place, name in enumerate(NAMES) if name.split("/")[0] in DEVIATES and name != "template.background/share"
]


def unremarkable() -> npt.NDArray[np.float64]:
    """(deviates, len(NAMES)) genuine documents that might be: one deviate each as large as can be without being shown
    to anybody, and nothing else measured. One factory's specimens are printed more evenly than the world's documents.
    """
    rows = np.full((len(_DEVIATES), len(NAMES)), np.nan)
    rows[np.arange(len(_DEVIATES)), _DEVIATES] = UNREMARKABLE
    return rows


def vector(findings: Iterable[Finding]) -> Vector:
    """(len(NAMES),) measures in the order of NAMES, NaN where none was taken; of several the largest counts."""
    scored = {check.name for check in _SCORED}
    values = dict.fromkeys(NAMES, np.nan)
    own = [finding for finding in findings if finding.check in scored]
    values[FAILED] = float(len({finding.check for finding in own if floor.holds(finding)}))
    values[DOUBTED] = float(len({finding.check for finding in own if floor.doubts(finding)}))
    values[AGREEING] = float(max(0, agreement(own).kinds - 1))
    for finding in own:
        for measure, value in finding.measures.items():
            name = f"{finding.check}/{measure}"
            values[name] = np.fmax(values[name], value)
    return np.array([values[name] for name in NAMES], dtype=np.float64)
