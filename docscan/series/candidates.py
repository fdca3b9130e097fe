"""Pairs worth weighing, found by index: nearly all pairs of a large store have nothing in common.

Within a block the distinctive part of each profile (what lies beyond normal variation, on a logarithmic scale) is
reduced to a few directions, and each document's nearest neighbours there are looked up in a k-d tree. Altered
documents have a genuine page, so portraits get a tree of their own, and so do the hands that altered them. Documents
with nothing distinctive are no candidates: all genuine documents would be neighbours of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan.series.evidence import Pool, Prepared

NEIGHBOURS = 12
DIRECTIONS = 12
USUAL = 2.5
"""Departure, in units of the spread within a source, up to which a value is not distinctive."""
DISTINCTIVE = 2.0
"""Length of the distinctive part from which a document is a candidate."""
LEARN_FROM = 4000
"""Profiles from which directions are learned."""
PORTRAIT, ALTERED = "portrait_", "altered_"
"""Measures with a tree of their own, and those that hands stand for."""

Pairs = npt.NDArray[np.int64]


def pairs(prepared: Prepared) -> Pairs:
    """(n, 2) pairs of rows, the lower first, none twice."""
    places = prepared.hands.places(prepared.sights)
    return _pairs(prepared, prepared.z, np.flatnonzero(prepared.altered), places)


def pairs_of_groups(prepared: Prepared, pools: Sequence[Pool]) -> Pairs:
    """The same of groups, by their means: where a workshop's documents are many, each one's nearest are all of its own
    group, and none of another that is the same workshop's."""
    means = np.array([np.where(pool.count > 0, pool.mean, np.nan) for pool in pools], np.float32)
    altered = np.flatnonzero([pool.altered for pool in pools])
    places = [prepared.hands.places(pool.hand)[0] for pool in pools if pool.altered]
    return _pairs(prepared, means.reshape(-1, len(prepared.columns)), altered, np.array(places))


def _pairs(
    prepared: Prepared, z: npt.NDArray[np.float32], altered: npt.NDArray[np.int64], places: npt.NDArray[Any]
) -> Pairs:
    """Of (n, columns) rows, those at `altered` with their hands at (altered, measures) places."""
    measures = [column.measure for column in prepared.columns]
    portrait = np.array([measure.startswith(PORTRAIT) for measure in measures], bool)
    page = np.array([not measure.startswith((PORTRAIT, ALTERED)) for measure in measures], bool)
    found = [_near(z[:, chosen]) for chosen in (page, portrait) if chosen.any()]
    found += [_nearest(altered, places)]
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0)


def _near(z: npt.NDArray[np.float32]) -> Pairs:
    beyond = np.nan_to_num(z, nan=0.0)
    distinct = (np.sign(beyond) * np.log1p(np.maximum(np.abs(beyond) - USUAL, 0))).astype(np.float32)
    rows = np.flatnonzero(np.linalg.norm(distinct, axis=1) > DISTINCTIVE)
    return _nearest(rows, _reduced(distinct[rows])) if len(rows) > 1 else _nearest(rows[:0], distinct[:0])


def _nearest(rows: npt.NDArray[np.int64], places: npt.NDArray[Any]) -> Pairs:
    """Each of the rows with those whose (n, directions) places are nearest to its own."""
    from scipy.spatial import cKDTree

    if len(rows) < 2:
        return np.zeros((0, 2), np.int64)
    count = min(NEIGHBOURS + 1, len(rows))
    _, nearest = cKDTree(places).query(places, k=count)
    first = np.repeat(rows, count - 1)
    second = rows[nearest[:, 1:].ravel()]
    return np.asarray(np.column_stack([first, second])[first != second], np.int64)


def _reduced(distinct: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(n, DIRECTIONS) in the directions in which the profiles vary most."""
    step = max(1, len(distinct) // LEARN_FROM)
    sample = distinct[::step]
    centre = sample.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(sample.T).reshape(distinct.shape[1], -1))
    return np.asarray((distinct - centre) @ vectors[:, -DIRECTIONS:], np.float32)


def same_numbers(numbers: Sequence[str | None], reach: int = 3) -> Pairs:
    """Pairs of documents whose numbers are equal or follow one another in a run: the same letters, and digits at most
    `reach` apart."""
    runs: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for index, number in enumerate(numbers):
        digits = (number or "")[-6:]
        if number and digits.isdigit():
            runs[number[:-6], len(number)].append((int(digits), index))
    found = []
    for run in runs.values():
        run.sort()
        for place, (value, index) in enumerate(run):
            for other, neighbour in run[place + 1 : place + 1 + NEIGHBOURS]:
                if other - value > reach:
                    break
                found.append((index, neighbour))
    return np.sort(np.array(found, np.int64).reshape(-1, 2), axis=1)


def similar_hashes(hashes: Sequence[str | None], distance: int) -> Pairs:
    """Pairs of 64-bit hashes (hexadecimal) that differ in at most `distance` bits, by multi-index hashing (Norouzi et
    al. 2012): cut into about half as many parts as bits may differ, two such hashes differ in at most one bit in at
    least one part."""
    parts = max(1, (distance + 2) // 2)
    edges = np.linspace(0, 64, parts + 1).astype(int)
    known = [(index, int(text, 16)) for index, text in enumerate(hashes) if text]
    found: set[tuple[int, int]] = set()
    for low, high in pairwise(edges):
        width = int(high - low)
        buckets: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for index, value in known:
            part = value >> int(low) & ((1 << width) - 1)
            for key in (part, *(part ^ (1 << bit) for bit in range(width))):
                for other, theirs in buckets.get(key, ()):
                    if (value ^ theirs).bit_count() <= distance:
                        found.add((other, index))
            buckets[part].append((index, value))
    return np.array(sorted(found), np.int64).reshape(-1, 2)
