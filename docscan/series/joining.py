"""From profiles to series: pairs are weighed, strong links join documents, and only groups that hold together stay.

Joining is conservative. The strongest link is taken first; two groups become one only where what the one shows on the
average and what the other shows speak for one source. So no chain of weak links joins what has nothing in common at its
ends; and a document that says little to any other by itself may still join many that agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from docscan.series import candidates, evidence
from docscan.series.evidence import Evidence, Pool, Prepared, Sums
from docscan.series.profile import Profile
from docscan.series.table import Builder

JOINED = 2.5
"""log10 likelihood ratio from which two documents by themselves are a series, and from which two groups become one: of
the pairs so put together in the set that was learned from, one in a hundred is wrong."""
LINK = 2.0
"""The same from which two documents of a series are shown as linked: "moderately strong support"."""
HINT = 0.5
"""The same from which a document is tried on the series of another."""
ROUNDS = 3
"""So often are all pairs gone through."""
TRIED = 50
"""Documents of each part of a series among which the link between two parts is sought."""


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
    tables: dict[str, Builder] = defaultdict(lambda: Builder(model.hands))
    rows: dict[str, list[int]] = defaultdict(list)
    for index, profile in enumerate(profiles):
        if profile.faces:
            tables[profile.block].add(profile)
            rows[profile.block].append(index)
    found: list[Series] = []
    for block, places in rows.items():
        joined = _joined(model, model.prepared(tables.pop(block).table()))
        found += [_placed(one, np.array(places)) for one in joined]
    return sorted(found, key=lambda series: (-len(series.members), series.members))


def _placed(series: Series, places: npt.NDArray[np.int64]) -> Series:
    return Series(
        members=tuple(int(places[m]) for m in series.members),
        links=tuple(replace(link, one=int(places[link.one]), other=int(places[link.other])) for link in series.links),
    )


def _joined(model: Evidence, prepared: Prepared) -> list[Series]:
    pairs = candidates.pairs(prepared)
    sums = prepared.sums(pairs)
    strength = model.fused(sums)
    order = np.argsort(-strength, kind="stable")
    order = order[strength[order] >= HINT]
    hinted = [(int(pairs[i, 0]), int(pairs[i, 1]), float(strength[i])) for i in order]
    groups = _grouped(model, prepared, hinted)
    leader = {row: first for first, rows in groups.items() for row in rows}
    links: dict[int, list[Link]] = defaultdict(list)
    parts = {row: row for row in leader}
    inside = order[[a in leader and leader[a] == leader.get(b) for a, b in pairs[order].tolist()]]
    for link in _links(model, pairs[inside], sums.at(inside)):
        first, one, other = leader[link.one], parts[link.one], parts[link.other]
        # However weak, the links by which all of a series hangs together are shown.
        if link.strength >= LINK or one != other:
            links[first].append(link)
            parts |= {row: one for row in groups[first] if parts[row] == other}
    for first, rows in groups.items():
        links[first] += _bridges(model, prepared, rows, parts)
    return [
        Series(tuple(sorted(rows)), tuple(sorted(links[first], key=lambda link: -link.strength)))
        for first, rows in groups.items()
    ]


def _links(model: Evidence, pairs: npt.NDArray[np.int64], sums: Sums) -> list[Link]:
    return [
        Link(int(one), int(other), round(float(strength), 2), tuple(round(float(v), 2) for v in shares))
        for (one, other), strength, shares in zip(pairs, model.fused(sums), model.shares(sums), strict=True)
    ]


def _bridges(model: Evidence, prepared: Prepared, rows: Sequence[int], parts: Mapping[int, int]) -> list[Link]:
    """The strongest link from each further part of a series to the first: groups were joined by their means, and no two
    of their documents may have been each other's nearest."""
    members: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        members[parts[row]].append(row)
    found = []
    first, *others = (part[:TRIED] for part in members.values())
    for other in others:
        pairs = np.sort(np.array([(a, b) for a in first for b in other], np.int64), axis=1)
        sums = prepared.sums(pairs)
        best = np.array([np.argmax(model.fused(sums))])
        found += _links(model, pairs[best], sums.at(best))
    return found


def _grouped(model: Evidence, prepared: Prepared, hinted: Sequence[tuple[int, int, float]]) -> dict[int, list[int]]:
    """Rows that belong together, by their first: along (one, other, strength), the strongest first; then once more, for
    what the first time met a group that was still small; then groups that are each other's nearest."""
    groups = _Groups(model, prepared)
    for _ in range(ROUNDS):
        for one, other, strength in hinted:
            groups.offer(one, other, strength)
    for _ in range(ROUNDS):
        firsts = list(groups.rows)
        near = candidates.pairs_of_groups(prepared, [groups.pool(first) for first in firsts])
        offers = [(groups.ratio(firsts[i], firsts[j]), firsts[i], firsts[j]) for i, j in near]
        joined = [groups.offer(one, other, strength) for strength, one, other in sorted(offers, reverse=True)]
        if not any(joined):
            break
    return groups.rows


class _Groups:
    """Groups as they grow."""

    def __init__(self, model: Evidence, prepared: Prepared) -> None:
        self.rows: dict[int, list[int]] = {}
        """By their first."""
        self._model, self._prepared = model, prepared
        self._leader: dict[int, int] = {}
        self._pools: dict[int, Pool] = {}
        self._refused: dict[tuple[int, int], tuple[int, int]] = {}

    def offer(self, one: int, other: int, strength: float) -> bool:
        """Joins the groups of two rows, which by themselves have that strength, where they are of one source; whether
        they were joined."""
        a, b = self._leader.get(one, one), self._leader.get(other, other)
        rows, more = self.rows.get(a, [a]), self.rows.get(b, [b])
        sizes = len(rows), len(more)
        if a == b or self._refused.get((a, b)) == sizes:
            return False
        if (strength if sizes == (1, 1) else self.ratio(a, b)) < JOINED:
            self._refused[a, b] = sizes
            return False
        self.rows[a] = rows + more
        self.rows.pop(b, None)
        self._leader |= dict.fromkeys(self.rows[a], a)
        self._pools.pop(a, None)
        self._pools.pop(b, None)
        return True

    def ratio(self, first: int, second: int) -> float:
        """log10 likelihood ratio of two groups, by their firsts."""
        return self._model.log10_ratio(self._prepared, self.pool(first), self.pool(second))

    def pool(self, first: int) -> Pool:
        if first not in self._pools:
            self._pools[first] = self._prepared.pool(self.rows.get(first, [first]))
        return self._pools[first]
