"""From profiles to series: pairs are weighed, strong links join documents, and only groups that hold together stay.

Joining is conservative. The strongest link is taken first; two groups become one only where the pairs between them, on
the average, speak for one source. So no chain of weak links joins what has nothing in common at its ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from docscan.series import candidates, evidence
from docscan.series.evidence import Evidence, Prepared
from docscan.series.profile import Profile
from docscan.series.table import Builder

FIRST = 3.0
"""log10 likelihood ratio from which two documents by themselves are a series: "strong support"."""
LINK = 2.0
"""The same from which a document is linked to one of a series, "moderately strong support", where the others agree."""
TOGETHER = 2.0
"""Mean log10 likelihood ratio between two groups from which they may become one."""
SAMPLED = 40
"""Pairs between two groups that are weighed for that mean."""


@dataclass(frozen=True)
class Link:
    """Two documents (places in the list of profiles, the lower first) and the strength of what links them."""

    one: int
    other: int
    strength: float
    """log10 likelihood ratio: one workshop against two."""
    groups: tuple[float, ...]
    """Shares of evidence.GROUPS in it, before its bound."""


@dataclass(frozen=True)
class Series:
    members: tuple[int, ...]
    """Places in the list of profiles, ascending."""
    links: tuple[Link, ...]
    """Strongest first."""


def find(profiles: Iterable[Profile], model: Evidence | None = None) -> list[Series]:
    """The series among profiles, the largest first. Of each profile only its numbers are kept."""
    model = model or evidence.shipped()
    tables: dict[str, Builder] = defaultdict(Builder)
    rows: dict[str, list[int]] = defaultdict(list)
    for index, profile in enumerate(profiles):
        if profile.faces:
            tables[profile.block].add(profile)
            rows[profile.block].append(index)
    found: list[Series] = []
    for block, places in rows.items():
        table = tables.pop(block).table()
        joined = _joined(model, model.prepared(table.columns, table.values))
        found += [_placed(one, np.array(places)) for one in joined]
    return sorted(found, key=lambda series: (-len(series.members), series.members))


def _placed(series: Series, places: npt.NDArray[np.int64]) -> Series:
    return Series(
        members=tuple(int(places[m]) for m in series.members),
        links=tuple(replace(link, one=int(places[link.one]), other=int(places[link.other])) for link in series.links),
    )


def _joined(model: Evidence, prepared: Prepared) -> list[Series]:
    pairs = candidates.pairs(prepared)
    sums = prepared.groups(pairs)
    strength = model.fused(sums)
    shares = model.shares(sums)
    strong = np.flatnonzero(strength >= LINK)
    groups = {int(row): [int(row)] for row in np.unique(pairs[strong])}
    leader = {row: row for row in groups}
    rng = np.random.default_rng(0)
    for index in strong[np.argsort(-strength[strong], kind="stable")]:
        a, b = leader[int(pairs[index, 0])], leader[int(pairs[index, 1])]
        if a == b:
            continue
        alone = len(groups[a]) == len(groups[b]) == 1
        if strength[index] < FIRST if alone else not _together(model, prepared, groups[a], groups[b], rng):
            continue
        for row in groups[b]:
            leader[row] = a
        groups[a] += groups.pop(b)
    links: dict[int, list[Link]] = defaultdict(list)
    for index in strong:
        one, other = (int(v) for v in pairs[index])
        if leader[one] == leader[other]:
            share = tuple(round(float(v), 2) for v in shares[index])
            links[leader[one]].append(Link(one, other, round(float(strength[index]), 2), share))
    return [
        Series(
            tuple(sorted(groups[first])), tuple(sorted(own, key=lambda link: (-link.strength, link.one, link.other)))
        )
        for first, own in links.items()
    ]


def _together(
    model: Evidence, prepared: Prepared, first: Sequence[int], second: Sequence[int], rng: np.random.Generator
) -> bool:
    """Whether the pairs between two groups speak for one source, on the average."""
    between = np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2).astype(np.int64)
    if len(between) > SAMPLED:
        between = between[rng.choice(len(between), SAMPLED, replace=False)]
    return float(model.log10_ratios(prepared, between).mean()) >= TOGETHER
