"""Which of many printed characters stands out in which of several measures: empirical Bayes with robust estimates.

Characters of one kind (one symbol) are siblings. A measure may drift along a line (curved pages, light, focus) and may
differ from kind to kind (another foundry's cut); both are estimated from the rest, each as far as the rest tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    """(m, n) signed normal deviates of the characters from what their siblings let expect, by measure."""
    levels: Floats
    """(m, lines) of each line, kinds and drift put aside; NaN for a line without characters."""


def outstanding(values: Floats, errors: Floats, places: Places, floors: Floats) -> Outstanding:
    """`values` (m, n) are m measures of n characters, `errors` (m, n) the measurement's own; `floors` (m,) are the
    spreads that genuine print has at least."""
    groups = [np.flatnonzero(places.kinds == kind) for kind in np.unique(places.kinds)]
    offsets = np.zeros_like(values)
    for _ in range(_ROUNDS):
        drift, levels = _drifts(values - offsets, places)
        rest = values - drift
        offsets = _offsets(rest, groups, floors)
    expected, spread = _expected(rest, groups, floors)
    z = deviate(rest - expected, 0.0, np.sqrt(spread**2 + errors**2), values.shape[1])
    return Outstanding(z, levels)


def _drifts(values: Floats, places: Places) -> tuple[Floats, Floats]:
    """(m, n) a slow curve along each line, and (m, lines) its middle."""
    drift, levels = np.zeros_like(values), np.full((len(values), int(places.lines.max()) + 1), np.nan)
    for line in np.unique(places.lines):
        own = np.flatnonzero(places.lines == line)
        x = places.columns[own] / max(1.0, float(places.columns.max())) * 2 - 1
        drift[:, own] = _robust(x, values[:, own], 2 if len(own) >= _FEW else 0)
        levels[:, line] = _median(drift[:, own])
    return drift, levels


def _robust(x: Floats, y: Floats, degree: int) -> Floats:
    """(m, k) polynomials of `x` (k,) through each row of `y` (m, k) by reweighted least squares (Tukey's biweight), so
    that what stands out does not draw them near."""
    powers = np.vander(x, degree + 1)
    weight = np.ones_like(y)
    for _ in range(6):
        weighted = powers.T * (weight[:, None] + 1e-9)
        curve = np.linalg.solve(weighted @ powers, weighted @ y[..., None])[..., 0]
        fitted = curve @ powers.T
        scale = np.maximum(1.4826 * _median(np.abs(y - fitted)), 1e-9)[:, None]
        weight = np.clip(1 - ((y - fitted) / (4.7 * scale)) ** 2, 0, None) ** 2
    return np.asarray(fitted)


def _median(values: Floats) -> Floats:
    """Of each row. As np.median, which spends more on looking at its arguments than on a few numbers."""
    ordered = np.sort(values, axis=-1)
    middle = ordered.shape[-1] // 2
    return ordered[..., middle] if ordered.shape[-1] % 2 else (ordered[..., middle - 1] + ordered[..., middle]) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Spreads:
    """(m,) each."""

    within: Floats
    """Within a kind."""
    between: Floats
    """Of the kinds' middles."""
    middle: Floats
    """The middle of those."""


def _spreads(rest: Floats, groups: Sequence[Numbers], floors: Floats) -> _Spreads:
    middles = np.stack([_median(rest[:, own]) for own in groups], axis=1)
    sizes = np.array([len(own) for own in groups])
    inner = [
        np.abs(rest[:, own] - middle[:, None]) * np.sqrt(len(own) / (len(own) - 1))
        for own, middle in zip(groups, middles.T, strict=True)
        if len(own) > 2
    ]
    # Each kind counts alike, or the many fillers would speak for all.
    typical = _median(np.stack([_median(part) for part in inner], axis=1)) if inner else np.zeros(len(rest))
    pooled = _median(np.concatenate(inner, axis=1)) if inner else np.zeros(len(rest))
    within = np.maximum(floors, 1.4826 * np.maximum(pooled, typical))
    middle = _median(middles)
    seen = 1.4826 * _median(np.abs(middles - middle[:, None]))
    between = np.sqrt(np.maximum(0.0, seen**2 - _median(within[:, None] ** 2 / sizes)))
    return _Spreads(within, np.maximum(between, floors / 2), middle)


def _offsets(rest: Floats, groups: Sequence[Numbers], floors: Floats) -> Floats:
    """(m, n) how far each character's kind lies from the middle of the kinds, shrunk by what its few members cannot
    tell."""
    known = _spreads(rest, groups, floors)
    offsets = np.zeros_like(rest)
    for own in groups:
        trust = known.between**2 / (known.between**2 + known.within**2 / len(own))
        offsets[:, own] = (trust * (_median(rest[:, own]) - known.middle))[:, None]
    return offsets


def _expected(rest: Floats, groups: Sequence[Numbers], floors: Floats) -> tuple[Floats, Floats]:
    """(m, n) what each character's siblings, without itself, let expect, and (m, n) the spread about that."""
    known = _spreads(rest, groups, floors)
    expected = np.repeat(known.middle[:, None], rest.shape[1], axis=1)
    spread = np.repeat(np.hypot(known.within, known.between)[:, None], rest.shape[1], axis=1)
    for own in groups:
        if len(own) == 1:
            continue
        doubt = known.within**2 / (len(own) - 1) * (1.0 if len(own) < 4 else np.pi / 2)
        trust = known.between**2 / (known.between**2 + doubt)
        for place in own:
            others = _median(rest[:, own[own != place]])
            expected[:, place] = known.middle + trust * (others - known.middle)
        spread[:, own] = np.sqrt(known.within**2 + trust * doubt)[:, None]
    return expected, spread
