"""Learning how hands lie, and photographs that were put over pages, from documents of known source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from docscan.series import photo
from docscan.series.hands import MEASURES, Hands, lines
from docscan.series.levels import Floats, Levels
from docscan.series.profile import Profile
from docscan.series.table import put_over

GENUINE = 99.9
"""Percentage of genuine fields that are not taken for another hand's."""
FARTHEST = 3.0
"""Robust spreads beyond which a departure counts as this: a measurement that went wrong says nothing of the others."""
PULL = 0.05
"""Share by which correlations are pulled towards none: there are more of them than workshops."""
LEAST = 0.001, 0.01
"""Smallest variance, in any direction, within a hand and between hands."""


def fit(profiles: Sequence[Profile], workshops: Sequence[int | None]) -> Hands:
    """`workshops` holds None for genuine documents."""
    pages = [[lines(face)[1] for face in profile.faces] for profile in profiles]
    own = [page for faces, source in zip(pages, workshops, strict=True) if source is None for page in faces]
    genuine = np.concatenate([np.zeros((0, len(MEASURES))), *own])
    unit = np.eye(len(MEASURES))
    hands = Hands(_products(genuine, LEAST[0]), np.inf, np.zeros(len(MEASURES)), unit, unit, unit)
    if len(genuine):
        hands = replace(hands, limit=float(np.percentile(hands.deviates(genuine), GENUINE)))
    # What is like other hands is known once some are: first all that departs, then what is like them.
    for by in (Hands.deviating, Hands.altered):
        seen: dict[int, list[Floats]] = defaultdict(list)
        for profile, source in zip(profiles, workshops, strict=True):
            fields = [values for face in profile.faces for values in by(hands, face).values()]
            if source is not None and fields:
                seen[source].append(np.array(fields))
        hands = _spread(hands, list(seen.values()))
    return hands


def fit_photos(profiles: Sequence[Profile], workshops: Sequence[int | None]) -> Levels:
    """How the photographs lie that workshops put over pages of the true press."""
    seen: dict[int, list[Floats]] = defaultdict(list)
    for profile, source in zip(profiles, workshops, strict=True):
        values = put_over(profile)
        if source is not None and np.isfinite(values).any():
            seen[source].append(values)
    if not seen:
        unit = np.eye(len(photo.MEASURES))
        return Levels(np.zeros(len(unit)), unit, unit)
    sources = [np.array(own) for own in seen.values()]
    within = _products(np.concatenate([_apart(own) for own in sources]), LEAST[0])
    middles = np.array([_mean(own) for own in sources])
    mean = np.nan_to_num(_mean(middles))
    per_source = 1 / np.mean([1 / len(own) for own in sources])
    return Levels(mean, _positive(_products(middles - mean, LEAST[1]) - within / per_source, LEAST[1]), within)


def _spread(known: Hands, hands: Sequence[Sequence[Floats]]) -> Hands:
    """The two levels by moments: of each hand, the (fields, measures) of its documents."""
    if not hands:
        return known
    fields = _products(np.concatenate([_apart(document) for hand in hands for document in hand]), LEAST[0])
    means = [np.array([_mean(document) for document in hand]) for hand in hands]
    whole = _products(np.concatenate([_apart(hand) for hand in means]), LEAST[0])
    middles = np.array([_mean(hand) for hand in means])
    per_document = 1 / np.mean([1 / len(document) for hand in hands for document in hand])
    per_hand = 1 / np.mean([1 / len(hand) for hand in hands])
    mean = np.nan_to_num(_mean(middles))
    return Hands(
        genuine=known.genuine,
        limit=known.limit,
        mean=mean,
        between=_positive(_products(middles - mean, LEAST[1]) - whole / per_hand, LEAST[1]),
        documents=_positive(whole - fields / per_document, LEAST[0]),
        fields=fields,
    )


def _mean(values: Floats) -> Floats:
    """(measures,) NaN where none has it."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _apart(values: Floats) -> Floats:
    """Departures from the mean of (n, measures), so widened that their squares are those of the source; none of a
    single one."""
    count = np.isfinite(values).sum(axis=0)
    return (values - _mean(values)) * np.where(count > 1, np.sqrt(count / np.maximum(count - 1, 1)), np.nan)


def _products(departures: Floats, least: float) -> Floats:
    """Mean products of (n, measures), each pair of measures over what has both."""
    size = departures.shape[1]
    known = np.isfinite(departures)
    middle = [np.median(np.abs(departures[known[:, i], i])) if known[:, i].any() else 0.0 for i in range(size)]
    far = np.maximum(FARTHEST * 1.4826 * np.array(middle), 1e-3)
    kept = np.where(known, np.clip(np.where(known, departures, 0.0), -far, far), 0.0)
    both = known.astype(np.float64).T @ known
    products = np.where(both > 0, kept.T @ kept / np.maximum(both, 1), np.eye(size))
    return _positive((1 - PULL) * products + PULL * np.diag(np.diag(products)), least)


def _positive(matrix: Floats, least: float) -> Floats:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, least)) @ vectors.T)
