"""Where the lines of an MRZ may lie: rows of equally spaced, equally large marks, at any angle.

An MRZ is set in one pitch, so wherever its characters come apart as marks, any three neighbours stand at equal steps.
Such triples are joined to combs, combs are followed outward to characters that were missed, and parallel combs of one
pitch are put together. Nothing is assumed of angle, size or side; whether a comb really holds an MRZ is for the
recogniser to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docscan.reading.mrz.combs import Comb, Floats
from docscan.reading.mrz.marks import Gray, Marks, Neighbours, find_marks


@dataclass(frozen=True, slots=True)
class Effort:
    """How closely a picture is searched."""

    long_side: int
    """Pixels of the copy that is searched; on 1400, A4 has a pitch of 12 pixels."""
    most_enlarged: float
    least_chain: int
    """Marks in an unbroken row from which a comb may grow."""
    most_groups: int
    """So many of the fullest groups are handed on: a page of print has hundreds."""


QUICK = Effort(1400, 2.0, 7, 12)
THOROUGH = Effort(2200, 2.5, 5, 6)


def find_combs(gray: Gray, effort: Effort = QUICK) -> tuple[tuple[Comb, ...], ...]:
    """Groups of 2 or more parallel combs that may be the lines of an MRZ, the fullest first.

    `gray` is a (h, w) picture with dark characters on a lighter ground.
    """
    height, width = gray.shape
    scale = min(effort.most_enlarged, effort.long_side / max(height, width))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    marks = find_marks(np.asarray(small, np.uint8))
    groups = [completed(own, marks) for own in group(list(_combs(marks, effort.least_chain)))]
    groups = [own for own in groups if len(own) > 1][: effort.most_groups]
    # Pixel centres: x on the copy is (x + 0.5) * scale - 0.5.
    return tuple(tuple(c.scaled(1 / scale, 0.5 / scale - 0.5) for c in own) for own in groups)


def _combs(marks: Marks, least_chain: int) -> Iterator[Comb]:
    """Combs among the marks, longest first; a mark belongs to one comb."""
    if len(marks.centres) < MIN_SEEN:
        return
    tree = Neighbours(marks.centres)
    used = np.zeros(len(marks.centres), bool)
    for chain in _chains(marks, tree):
        if len(chain) < least_chain or used[chain].mean() > 0.3:
            continue
        members = _follow(chain, marks, tree)
        comb = _fit(members, marks)
        if comb is None:
            continue
        used[list(members.values())] = True
        yield comb


MIN_SEEN = 12
MIN_CELLS = 20
LEAST_SEEN = 0.5
ROUGHEST = 0.11
"""Root mean square distance of the marks from the comb, in pitches; boxes of O and I, 1 and < differ in their middles,
worst at 45 degrees."""


def _chains(marks: Marks, tree: Neighbours) -> list[npt.NDArray[np.intp]]:
    """Marks joined by overlapping equally spaced triples, in order, longest chain first."""
    xy, large = marks.centres, marks.sizes.max(axis=1)
    n = len(xy)
    near = min(11, n)
    distance, other = tree.of(xy, near)
    i, j = np.repeat(np.arange(n), near - 1), other[:, 1:].ravel()
    step = distance[:, 1:].ravel()
    ratio = large[i] / large[j]
    mean = (large[i] + large[j]) / 2
    pair = (step > 0.7 * mean) & (step < 1.7 * mean) & (ratio > 0.55) & (ratio < 1.8)
    i, j, step = i[pair], j[pair], step[pair]
    if not len(i):
        return []
    miss, k = (found[:, 0] for found in tree.of(2 * xy[j] - xy[i], 1))
    ratio = large[k] / large[i]
    triple = (miss < 0.2 * step) & (ratio > 0.55) & (ratio < 1.8) & (k != j)
    i, j, k = i[triple], j[triple], k[triple]
    if not len(i):
        return []
    # Chains are joined edge to edge, not mark to mark: rows that cross in a mark stay apart.
    edges, number = np.unique(np.sort(np.concatenate([np.c_[i, j], np.c_[j, k]]), axis=1), axis=0, return_inverse=True)
    first, second = np.split(number.ravel(), 2)
    label = _connected(first, second, len(edges))
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    chains = [np.unique(edges[g]) for g in groups if len(g) >= 4]
    return sorted(chains, key=len, reverse=True)[:80]


def _connected(first: npt.NDArray[np.intp], second: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """(count,) the lowest number that each of `count` things is joined to, by pairs `first[i]`, `second[i]`."""
    label = np.arange(count)
    while True:
        lowest = np.minimum(label[first], label[second])
        lower = label.copy()
        np.minimum.at(lower, first, lowest)
        np.minimum.at(lower, second, lowest)
        lower = lower[lower]
        if np.array_equal(lower, label):
            return label
        label = lower


def _follow(chain: npt.NDArray[np.intp], marks: Marks, tree: Neighbours) -> dict[int, int]:
    """Character number -> mark, followed outward from a chain over gaps of up to five characters."""
    xy = marks.centres[chain]
    axis = np.linalg.svd(xy - xy.mean(axis=0), full_matrices=False)[2][0]
    chain = chain[np.argsort(xy @ axis)]
    steps = np.diff(marks.centres[chain] @ axis)
    pitch = float(np.median(steps))
    if pitch <= 0:
        return {}
    number = np.concatenate([[0], np.cumsum(np.rint(steps / pitch))]).astype(int)
    members = {int(n): int(m) for n, m in zip(number, chain, strict=True)}
    size = float(np.median(marks.sizes[chain].max(axis=1)))
    for way in (1, -1):
        end = max(members) if way > 0 else min(members)
        known = [(n, *marks.centres[members[n]].tolist()) for n in sorted(members, key=lambda n: -n * way)[:_MEMORY]]
        gap = 1
        while gap <= _WIDEST_GAP and len(members) < _LONGEST:
            guess = _extrapolated(known, end + way * gap)
            mark = tree.within(0.27 * pitch, guess)
            if mark is not None and 0.5 * size < marks.sizes[mark].max() < 1.7 * size:
                end += way * gap
                members[end] = mark
                known = [(end, *marks.centres[mark].tolist()), *known[: _MEMORY - 1]]
                gap = 1
            else:
                gap += 1
    return members


_MEMORY = 12
"""So many of the last marks tell where the next one should be."""
_WIDEST_GAP = 6
_LONGEST = 60


def _extrapolated(known: Sequence[tuple[int, float, float]], at: int) -> tuple[float, float]:
    """The least-squares line through (n, x, y), at another n. Plain numbers: it is called for every character."""
    count = len(known)
    sum_n = sum_x = sum_y = sum_nn = sum_nx = sum_ny = 0.0
    for n, x, y in known:
        n -= at  # noqa: PLW2901
        sum_n += n
        sum_x += x
        sum_y += y
        sum_nn += n * n
        sum_nx += n * x
        sum_ny += n * y
    spread = sum_nn - sum_n * sum_n / count
    if not spread:
        return sum_x / count, sum_y / count
    slope_x = (sum_nx - sum_n * sum_x / count) / spread
    slope_y = (sum_ny - sum_n * sum_y / count) / spread
    return (sum_x - slope_x * sum_n) / count, (sum_y - slope_y * sum_n) / count


def _fit(members: dict[int, int], marks: Marks) -> Comb | None:
    """Quadratics through the marks, without those that stand off; None for too few or too irregular marks."""
    if len(members) < MIN_SEEN:
        return None
    n = np.array(sorted(members))
    xy = marks.centres[[members[k] for k in n]]
    size = marks.sizes[[members[k] for k in n]]
    keep = np.ones(len(n), bool)
    for _ in range(4):
        t = n.astype(float)
        x, y = np.polyfit(t[keep], xy[keep], 2).T
        miss = np.hypot((x[0] * t + x[1]) * t + x[2] - xy[:, 0], (y[0] * t + y[1]) * t + y[2] - xy[:, 1])
        bound = max(2.5 * float(np.sqrt(np.mean(miss[keep] ** 2))), 0.04 * float(np.median(size)))
        again = miss < bound
        if again.sum() < MIN_SEEN or (again == keep).all():
            break
        keep = again
    comb = Comb(x, y, int(n[keep][0]), int(n[keep][-1]), 0.0, int(keep.sum()))
    rough = float(np.sqrt(np.mean(miss[keep] ** 2))) / max(comb.pitch, 1e-6)
    if comb.cells < MIN_CELLS or rough > ROUGHEST or comb.seen < LEAST_SEEN * comb.cells:
        return None
    return replace(comb, size=_height(size[keep], comb))


def _height(sizes: Floats, comb: Comb) -> float:
    """Height of a character from the boxes of turned marks: a box of a w x h character turned by a is
    w cos + h sin by w sin + h cos."""
    ax, ay = np.abs(comb.along([comb.middle])[0]) / comb.pitch
    width, height = np.percentile(sizes, 75, axis=0)
    if (
        abs(ax - ay) < 0.25
    ):  # near 45 degrees both equations say the same; an OCR-B letter is about 0.62 as wide as high
        return float((width + height) / 2 / ((ax + ay) * 0.81))
    return float((height * ax - width * ay) / (ax * ax - ay * ay))


def group(combs: Sequence[Comb]) -> list[tuple[Comb, ...]]:
    """Parallel combs of one pitch at an MRZ's distance put together, each counted alike from one left end."""
    left = sorted(combs, key=lambda c: -c.seen)
    groups: list[tuple[Comb, ...]] = []
    while left:
        own = [left.pop(0)]
        grown = True
        while grown and len(own) < 4:
            grown = False
            for other in left:
                aligned = next((a for a in (_aligned(member, other) for member in own) if a is not None), None)
                if aligned is not None and all(_across(member, aligned) > _LEAST_SPACING for member in own):
                    own.append(aligned)
                    left.remove(other)
                    grown = True
                    break
        groups.append(tuple(own))
    return sorted(groups, key=lambda g: -sum(c.seen for c in g) * (1 if len(g) > 1 else 0.5))


_LEAST_SPACING, _MOST_SPACING = 1.2, 3.4
"""Distance of two lines of an MRZ, in pitches: 2.5 by the standard, from 1.6 up in documents."""


def _across(one: Comb, other: Comb) -> float:
    """Distance of the middle of `other` from the line of `one`, in pitches of `one`."""
    n = np.arange(one.first - 20, one.last + 21)
    off = other.at([other.middle])[0] - one.at(n)
    nearest = int(np.argmin(np.hypot(*off.T)))
    step = one.along([n[nearest]])[0]
    return float(abs(step[0] * off[nearest, 1] - step[1] * off[nearest, 0])) / float(step @ step)


def _aligned(one: Comb, other: Comb) -> Comb | None:
    """`other` counted so that its characters stand below or above those of `one` of the same number; None where the
    two cannot be lines of one MRZ."""
    if not 0.93 < other.pitch / one.pitch < 1.07:
        return None
    if one.along([one.middle])[0] @ other.along([other.middle])[0] < 0:
        other = other.turned()
    n = np.arange(one.first - 20, one.last + 21)
    nearest = int(n[np.argmin(np.hypot(*(one.at(n) - other.at([other.middle])).T))])
    step, turn = one.along([nearest])[0] / one.pitch, other.along([other.middle])[0] / other.pitch
    parallel = abs(step[0] * turn[1] - step[1] * turn[0])
    if not _LEAST_SPACING < _across(one, other) < _MOST_SPACING or parallel > 0.06:
        return None
    moved = other.counted_from(round(other.middle - nearest))
    overlap = min(one.last, moved.last) - max(one.first, moved.first)
    return moved if overlap > 8 else None


def completed(combs: tuple[Comb, ...], marks: Marks) -> tuple[Comb, ...]:
    """The group with a line that was too broken to make a comb of its own, where enough marks stand beside the group
    in its step."""
    base = max(combs, key=lambda c: c.seen)
    if len(combs) > 2 or base.seen < 0.8 * base.cells:
        return combs
    step = base.along([base.middle])[0] / base.pitch
    large = marks.sizes.max(axis=1)
    own = marks.centres[(large > 0.5 * base.size) & (large < 1.6 * base.size)] - base.at([base.middle])[0]
    along, across = own @ step / base.pitch, own @ np.array([-step[1], step[0]]) / base.pitch
    half = base.cells / 2
    taken = [0.0] + [
        float(np.array([-step[1], step[0]]) @ (c.at([c.middle]) - base.at([base.middle]))[0]) / base.pitch
        for c in combs
        if c is not base
    ]
    open_ = (np.abs(along) < half) & (np.abs(across) < _MOST_SPACING * len(combs))
    for t in taken:
        open_ &= np.abs(across - t) > _LEAST_SPACING
    if open_.sum() < _LEAST_BESIDE:
        return combs
    along, across = along[open_], across[open_]
    count = (np.abs(across[:, None] - across[None]) < 0.2).sum(axis=1)
    row = np.abs(across - across[int(count.argmax())]) < 0.2
    phase = np.exp(2j * np.pi * along[row])
    in_step = float(np.abs(phase.mean()))
    if row.sum() < _LEAST_BESIDE or in_step < 0.6:
        return combs
    shift = float(np.angle(phase.mean())) / (2 * np.pi) - base.middle
    shift -= round(shift)
    off = base.pitch * (float(np.median(across[row])) * np.array([-step[1], step[0]]) + shift * step)
    moved = [c + np.array([0.0, 0.0, o]) for c, o in zip((base.x, base.y), off, strict=True)]
    return (*combs, replace(base, x=moved[0], y=moved[1], seen=int(row.sum())))


_LEAST_BESIDE = 7
