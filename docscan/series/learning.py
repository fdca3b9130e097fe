"""Learning the evidence model from profiles of known source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.series.evidence import FARTHEST, GROUPS, SCALES, Evidence, Groups, Spread
from docscan.series.profile import Profile
from docscan.series.table import Table, tabulated

FOLDS = 5
LEAST_PAIRS = 20
"""Pairs of one source from which a measure's spread is told; measures with fewer are left out."""
NARROWEST = 0.01
"""Smallest spread that a measure may claim, in its own unit: profiles are rounded to thousandths."""
PULL = 0.02
"""Weight of the pull of the regression's weights towards zero, which keeps them finite where pairs are parted."""

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Known:
    """Profiles of one block, and the number of each one's source; every genuine document is a source of its own."""

    table: Table
    sources: Labels
    genuine: npt.NDArray[np.bool_]

    def of(self, chosen: npt.NDArray[np.bool_]) -> Known:
        return Known(Table(self.table.columns, self.table.values[chosen]), self.sources[chosen], self.genuine[chosen])


def fit(profiles: Sequence[Profile], workshops: Sequence[int | None]) -> tuple[Evidence, Groups, Labels]:
    """The model, and what its regression learned from: (pairs, groups) sums by group of held-out pairs and (pairs,) 1
    for one source. `workshops` holds None for genuine documents."""
    blocks = _blocks(profiles, workshops)
    every = np.unique(np.concatenate([block.sources for block in blocks]))
    fold = {int(source): index % FOLDS for index, source in enumerate(np.random.default_rng(0).permutation(every))}
    sums: list[Groups] = []
    labels: list[Labels] = []
    for held in range(FOLDS):
        inside = [np.array([fold[int(s)] == held for s in block.sources]) for block in blocks]
        model = Evidence(spreads([b.of(~i) for b, i in zip(blocks, inside, strict=True)]), {}, 0.0, 0.0)
        for block, chosen in zip(blocks, inside, strict=True):
            part = block.of(chosen)
            if len(part.sources) < 2:
                continue
            pairs = np.column_stack(np.triu_indices(len(part.sources), 1)).astype(np.int64)
            sums.append(model.prepared(part.table.columns, part.table.values).groups(pairs))
            labels.append((part.sources[pairs[:, 0]] == part.sources[pairs[:, 1]]).astype(np.int64))
    groups, same = np.concatenate(sums), np.concatenate(labels)
    weights, intercept = _regression(groups, same)
    bound = float(np.log10(np.count_nonzero(same == 0)))
    return Evidence(spreads(blocks), weights, intercept, bound), groups, same


def _blocks(profiles: Sequence[Profile], workshops: Sequence[int | None]) -> list[Known]:
    rows: dict[str, list[int]] = defaultdict(list)
    for index, profile in enumerate(profiles):
        rows[profile.block].append(index)
    blocks = []
    for own in rows.values():
        named = [workshops[i] for i in own]
        blocks.append(
            Known(
                table=tabulated([profiles[i] for i in own]),
                sources=np.array([-i if w is None else w for i, w in zip(own, named, strict=True)], np.int64),
                genuine=np.array([w is None for w in named]),
            )
        )
    return blocks


def spreads(blocks: Sequence[Known]) -> dict[str, Spread]:
    """Each measure's two distributions, over all its places in all blocks."""
    columns: dict[str, list[tuple[Known, int]]] = defaultdict(list)
    for block in blocks:
        for index, column in enumerate(block.table.columns):
            columns[column.measure].append((block, index))
    found = {}
    for measure, places in columns.items():
        spread = _spread([(b.table.values[:, i], b.sources, b.genuine) for b, i in places])
        if spread is not None:
            found[measure] = spread
    return found


def _spread(places: Sequence[tuple[npt.NDArray[np.float32], Labels, npt.NDArray[np.bool_]]]) -> Spread | None:
    genuine = np.concatenate([values[mask & np.isfinite(values)] for values, _, mask in places])
    centre = float(np.median(genuine)) if len(genuine) else 0.0
    differences: list[npt.NDArray[np.float64]] = []
    means: list[tuple[float, int]] = []
    for values, sources, _ in places:
        known = np.isfinite(values)
        for source in np.unique(sources[known]):
            own = values[known & (sources == source)].astype(np.float64)
            means.append((float(own.mean()) - centre, len(own)))
            if len(own) > 1:
                i, j = np.triu_indices(len(own), 1)
                differences.append(np.abs(own[i] - own[j]))
    apart = np.concatenate(differences) if differences else np.zeros(0)
    if len(apart) < LEAST_PAIRS:
        return None
    # The 80th of a hundred: wide enough for the noisier of the sources, deaf to measurements that went wrong.
    within = max(NARROWEST, float(np.percentile(apart, 80)) / (1.2816 * np.sqrt(2)))
    return Spread(centre, within, _mixture(np.array(means), within))


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


def _regression(groups: Groups, same: Labels) -> tuple[dict[str, float], float]:
    """Weights (none negative) and intercept by logistic regression, both classes counting alike."""
    from scipy.optimize import minimize

    balance = np.where(same == 1, 0.5 / max(1, same.sum()), 0.5 / max(1, (same == 0).sum()))
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
    return dict(zip(GROUPS, (float(w) for w in found[1:] / scale), strict=True)), float(found[0])
