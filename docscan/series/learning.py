"""Learning the evidence model from profiles of known source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan.series import learning_hands
from docscan.series.evidence import (
    ALTERED,
    BY_HAND,
    FARTHEST,
    GROUPS,
    SCALES,
    Evidence,
    Groups,
    Spread,
    Sums,
    Weights,
    beyond,
)
from docscan.series.hands import Hands
from docscan.series.profile import Profile
from docscan.series.table import Table, tabulated

FOLDS = 5
LEAST_PAIRS = 20
"""Pairs of one source from which a measure's spread is told; measures with fewer are left out."""
STANDS_OUT = (ALTERED, "portrait_")
USUAL = 95
"""Percentage of genuine values that are as usual."""
NARROWEST = 0.01
"""Smallest spread that a measure may claim, in its own unit: profiles are rounded to thousandths."""
PULL = 0.0005
"""Weight of the pull of the regression's weights towards zero, which keeps them finite where pairs are parted."""

NO_WEIGHTS = Weights({}, 0.0)
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Known:
    """Profiles of one block, and the number of each one's source; every genuine document is a source of its own."""

    table: Table
    rows: Labels
    """Places in the list of profiles."""
    sources: Labels
    genuine: npt.NDArray[np.bool_]

    def of(self, chosen: npt.NDArray[np.bool_]) -> Known:
        table = self.table.of(np.flatnonzero(chosen))
        return Known(table, self.rows[chosen], self.sources[chosen], self.genuine[chosen])


def fit(profiles: Sequence[Profile], workshops: Sequence[int | None]) -> tuple[Evidence, Sums, Labels]:
    """The model, and what its regressions learned from: the sums of pairs whose first document's
    source the spreads had not seen, and (pairs,) 1 for one source. `workshops` holds None for genuine documents."""
    source = np.array([-i if w is None else w for i, w in enumerate(workshops)], np.int64)
    every = np.unique(source)
    fold = np.random.default_rng(0).permutation(np.arange(len(every)) % FOLDS)[np.searchsorted(every, source)]
    sums: list[Sums] = []
    labels: list[Labels] = []
    counts: list[npt.NDArray[np.float64]] = []
    plain: list[npt.NDArray[np.bool_]] = []
    for held in range(FOLDS):
        learned = [i for i, own in enumerate(fold) if own != held]
        hands = learning_hands.fit([profiles[i] for i in learned], [workshops[i] for i in learned])
        blocks = _blocks(profiles, source, hands)
        inside = [np.array([fold[i] == held for i in block.rows]) for block in blocks]
        known = spreads([b.of(~i) for b, i in zip(blocks, inside, strict=True)])
        photos = learning_hands.fit_photos([profiles[i] for i in learned], [workshops[i] for i in learned])
        model = Evidence(hands, photos, known, NO_WEIGHTS, NO_WEIGHTS, 0.0)
        for block, chosen in zip(blocks, inside, strict=True):
            pairs = np.column_stack(np.triu_indices(len(block.sources), 1)).astype(np.int64)
            pairs = pairs[chosen[pairs[:, 0]]]
            prepared = model.prepared(block.table)
            sums.append(prepared.sums(pairs))
            # Nothing on an altered page and one on which nothing is seen could say that they are of one source.
            plain.append(~prepared.altered[pairs].any(axis=1))
            one, other = block.sources[pairs].T
            labels.append((one == other).astype(np.int64))
            # Each workshop counts alike, or the regression would learn the largest by heart.
            counts.append(np.where(one == other, 1 / np.maximum(np.bincount(np.maximum(source, 0)), 1)[one] ** 2, 1.0))
    every_pair = Sums(np.concatenate([s.nats for s in sums]), np.concatenate([s.altered for s in sums]))
    same, count = np.concatenate(labels), np.concatenate(counts)
    hands = learning_hands.fit(profiles, workshops)
    by_hand = np.isin(list(GROUPS), BY_HAND)
    both, neither = every_pair.altered, np.concatenate(plain)
    model = Evidence(
        hands=hands,
        photos=learning_hands.fit_photos(profiles, workshops),
        spreads=spreads(_blocks(profiles, source, hands)),
        weights=_regression(every_pair.nats[neither], same[neither], count[neither]),
        altered=_regression(every_pair.nats[both] * by_hand, same[both], count[both]),
        bound=float(np.log10(np.count_nonzero(same == 0))),
    )
    return model, every_pair, same


def _blocks(profiles: Sequence[Profile], sources: Labels, hands: Hands) -> list[Known]:
    rows: dict[str, list[int]] = defaultdict(list)
    for index, profile in enumerate(profiles):
        rows[profile.block].append(index)
    return [
        Known(tabulated([profiles[i] for i in own], hands), np.array(own), sources[own], sources[own] <= 0)
        for own in rows.values()
    ]


def spreads(blocks: Sequence[Known]) -> dict[str, Spread]:
    """Each measure's two distributions, over all its places in all blocks."""
    columns: dict[str, list[tuple[Known, int]]] = defaultdict(list)
    for block in blocks:
        for index, column in enumerate(block.table.columns):
            columns[column.measure].append((block, index))
    found = {}
    for measure, places in columns.items():
        spread = _spread(
            [(b.table.values[:, i], b.sources, b.genuine) for b, i in places], measure.startswith(STANDS_OUT)
        )
        if spread is not None:
            found[measure] = spread
    return found


def _spread(
    places: Sequence[tuple[npt.NDArray[np.float32], Labels, npt.NDArray[np.bool_]]], stands_out: bool
) -> Spread | None:
    own = [values[mask & np.isfinite(values)].astype(np.float64) for values, _, mask in places]
    # The true press is a source too: what two genuine documents differ by tells no two workshops apart.
    pressed = [_apart(one) for one in own]
    made = [
        values[known & (sources == source)].astype(np.float64)
        for values, sources, _ in places
        for known in [np.isfinite(values)]
        for source in np.unique(sources[known])
    ]
    differences = [_apart(one) for one in made]
    if sum(map(len, differences)) < LEAST_PAIRS:
        return None
    genuine = np.concatenate(own)
    # Where something stands out, near nothing is as telling as far off.
    if stands_out:
        centre, usual = float(np.median([one.mean() for one in made])), 0.0
    else:
        centre = float(np.median(genuine)) if len(genuine) else 0.0
        usual = float(np.percentile(np.abs(genuine - centre), USUAL)) if len(genuine) else 0.0
    # The 80th of a hundred: wide enough for the noisier of the sources, deaf to measurements that went wrong.
    apart = [np.percentile(all_, 80) for each in (differences, pressed) if len(all_ := np.concatenate(each))]
    within = max(NARROWEST, float(max(apart)) / (1.2816 * np.sqrt(2)))
    means = np.array([(beyond(one - centre, usual).mean(), len(one)) for one in made])
    return Spread(centre, usual, within, _mixture(means, within), stands_out)


def _apart(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Distances of all pairs."""
    i, j = np.triu_indices(len(values), 1)
    return np.asarray(np.abs(values[i] - values[j]), np.float64)


def _mixture(means: npt.NDArray[np.float64], within: float) -> tuple[float, ...]:
    """Weights of SCALES in (n, 2) means of sources and their counts, by expectation maximisation."""
    x = np.clip(means[:, 0] / within, -FARTHEST, FARTHEST)
    variance = np.square(SCALES)[None] + 1.0 / means[:, 1:]
    density = np.exp(-(x[:, None] ** 2) / (2 * variance)) / np.sqrt(variance) + 1e-12
    weights = np.full(len(SCALES), 1 / len(SCALES))
    for _ in range(60):
        share = density * weights
        share /= share.sum(axis=1, keepdims=True)
        weights = (share.sum(axis=0) + 0.5) / (len(x) + 0.5 * len(SCALES))
    return tuple(float(w) for w in weights)


def _regression(groups: Groups, same: Labels, count: npt.NDArray[np.float64]) -> Weights:
    """Weights (none negative) and intercept by logistic regression, both classes counting alike; `count` is how much
    each pair counts in its class."""
    from scipy.optimize import minimize

    totals = np.bincount(same, weights=count, minlength=2)
    balance = 0.5 * count / np.maximum(totals, 1e-9)[same]
    sign = np.where(same == 1, 1.0, -1.0)
    scale = groups.std(axis=0) + 1e-6

    def loss(at: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (groups / scale @ at[1:] + at[0])
        pushed = -balance * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        gradient = np.concatenate([[pushed.sum()], groups.T @ pushed / scale + PULL * at[1:] / len(at)])
        value = float((balance * np.logaddexp(0, -margin)).sum() + 0.5 * PULL * (at[1:] ** 2).sum() / len(at))
        return value, gradient

    bounds = [(None, None)] + [(0.0, None)] * len(GROUPS)
    found = minimize(loss, np.zeros(len(GROUPS) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return Weights(dict(zip(GROUPS, (float(w) for w in found[1:] / scale), strict=True)), float(found[0]))
