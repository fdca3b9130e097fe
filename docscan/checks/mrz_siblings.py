"""Which of many printed characters stands out in a measure: empirical Bayes with robust estimates.

Characters of one kind (one symbol) are siblings. A measure may drift along a line (curved pages, light, focus) and may
differ from kind to kind (another foundry's cut); both are estimated from the rest, each as far as the rest tells it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.templates.normal import deviate

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

_ROUNDS = 3
_FEW = 9
"""Characters under which a line's drift is taken to be level."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where n characters stand and what they are."""

    lines: Numbers
    columns: Numbers
    kinds: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Outstanding:
    deviates: Floats
    """(n,) signed normal deviates of the characters from what their siblings let expect."""
    levels: Floats
    """(lines,) of each line, kinds and drift put aside; NaN for a line without characters."""
    spread: float
    """Of one character about its expectation, in units of the measure."""


def outstanding(values: Floats, errors: Floats, places: Places, floor: float) -> Outstanding:
    """`errors` (n,) are the measurement's own; `floor` is the spread that genuine print has at least."""
    offsets = np.zeros(int(places.kinds.max()) + 1)
    for _ in range(_ROUNDS):
        drift, levels = _drifts(values - offsets[places.kinds], places)
        rest = values - drift
        offsets = _offsets(rest, places.kinds, floor)
    expected, spread, within = _expected(rest, places.kinds, floor)
    z = deviate(rest - expected, 0.0, np.sqrt(spread**2 + errors**2), len(values))
    return Outstanding(z, levels, within)


def _drifts(values: Floats, places: Places) -> tuple[Floats, Floats]:
    """(n,) a slow curve along each line, and (lines,) its middle."""
    drift, levels = np.zeros_like(values), np.full(int(places.lines.max()) + 1, np.nan)
    for line in np.unique(places.lines):
        own = places.lines == line
        x = places.columns[own] / max(1.0, float(places.columns.max())) * 2 - 1
        curve = _robust(x, values[own], 2 if own.sum() >= _FEW else 0)
        drift[own] = np.polyval(curve, x)
        levels[line] = _median(drift[own])
    return drift, levels


def _robust(x: Floats, y: Floats, degree: int) -> Floats:
    """Polynomial by reweighted least squares (Tukey's biweight), so that what stands out does not draw it near."""
    powers = np.vander(x, degree + 1)
    weight = np.ones_like(y)
    for _ in range(6):
        weighted = powers.T * (weight + 1e-9)
        curve = np.linalg.solve(weighted @ powers, weighted @ y)
        off = y - powers @ curve
        scale = max(1.4826 * _median(np.abs(off)), 1e-9)
        weight = np.clip(1 - (off / (4.7 * scale)) ** 2, 0, None) ** 2
    return np.asarray(curve)


def _median(values: Floats) -> float:
    """As np.median, which spends more on looking at its arguments than on a few numbers."""
    ordered = np.sort(values)
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else float(ordered[middle - 1] + ordered[middle]) / 2


def _spreads(rest: Floats, kinds: Numbers, floor: float) -> tuple[float, float, float]:
    """Spread within a kind, spread of the kinds' middles, and the middle of those."""
    inner, middles, ownerships = [], [], []
    for kind in np.unique(kinds):
        own = rest[kinds == kind]
        middles.append(_median(own))
        ownerships.append(len(own))
        if len(own) > 2:
            inner.append(np.abs(own - middles[-1]) * np.sqrt(len(own) / (len(own) - 1)))
    # Each kind counts alike, or the many fillers would speak for all.
    typical = [_median(part) for part in inner]
    pooled = _median(np.concatenate(inner)) if inner else 0.0
    within = max(floor, 1.4826 * max(pooled, _median(np.array(typical)) if typical else 0.0))
    middle = _median(np.array(middles))
    seen = 1.4826 * _median(np.abs(np.array(middles) - middle))
    between = np.sqrt(max(0.0, seen**2 - _median(within**2 / np.array(ownerships))))
    return within, max(float(between), floor / 2), middle


def _offsets(rest: Floats, kinds: Numbers, floor: float) -> Floats:
    """(kinds,) how far each kind lies from the middle of the kinds, shrunk by what its few members cannot tell."""
    within, between, middle = _spreads(rest, kinds, floor)
    offsets = np.zeros(int(kinds.max()) + 1)
    for kind in np.unique(kinds):
        own = rest[kinds == kind]
        trust = between**2 / (between**2 + within**2 / len(own))
        offsets[kind] = trust * (_median(own) - middle)
    return offsets


def _expected(rest: Floats, kinds: Numbers, floor: float) -> tuple[Floats, Floats, float]:
    """(n,) what each character's siblings, without itself, let expect, (n,) the spread about that, and the spread
    within a kind."""
    within, between, middle = _spreads(rest, kinds, floor)
    expected, spread = np.full_like(rest, middle), np.full_like(rest, np.hypot(within, between))
    for kind in np.unique(kinds):
        members = np.flatnonzero(kinds == kind)
        if len(members) == 1:
            continue
        doubt = within**2 / (len(members) - 1) * (1.0 if len(members) < 4 else np.pi / 2)
        trust = between**2 / (between**2 + doubt)
        for place in members:
            others = _median(rest[members[members != place]])
            expected[place] = middle + trust * (others - middle)
        spread[members] = np.sqrt(within**2 + trust * doubt)
    return expected, spread, within
