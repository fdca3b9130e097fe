"""Fields that fell apart: where all specimens have some letters in common, as the century of a date, only what stands
beside those varies. The MRZ tells which parts belong together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from docscan.document import MrzReading, Zone
from docscan.geometry import Box
from docscan.templates.naming import AGREE, Texts, said_by

Parts = tuple[Zone, ...]

APART_MM = 4.5
"""Most that lies between two parts of one field: two or three letters."""
MOST_PARTS = 3


def rows(zones: Sequence[Zone]) -> list[Parts]:
    """Fields that stand close beside one another, from left to right; those with none beside them are left out."""
    found: list[list[Zone]] = []
    for zone in sorted((zone for zone in zones if zone.kind == "field"), key=lambda zone: zone.box.x):
        row = next((row for row in found if _beside(row[-1].box, zone.box)), None)
        if row is None:
            found.append([zone])
        else:
            row.append(zone)
    return [tuple(row) for row in found if len(row) > 1]


def candidates(row: Parts) -> dict[str, Parts]:
    """Name -> parts of a row that might be one field."""
    several = (
        row[first : first + count] for count in range(2, MOST_PARTS + 1) for first in range(len(row) - count + 1)
    )
    return {"+".join(zone.name for zone in parts): parts for parts in several}


def _beside(left: Box, right: Box) -> bool:
    overlap = min(left.bottom, right.bottom) - max(left.y, right.y)
    return overlap > 0.6 * min(left.height, right.height) and -0.5 < right.x - left.right < APART_MM


def whole(parts: Parts) -> Box:
    """The box around all parts."""
    return Box.around([corner for zone in parts for corner in zone.box.corners()])


def belonging(
    found: Mapping[str, Parts], together: Sequence[Texts], alone: Sequence[Texts], mrzs: Sequence[MrzReading | None]
) -> list[Parts]:
    """Those candidates that together say what the MRZ says and no part of them alone, the shortest first; none that
    shares a part with another. `together` are the texts of the candidates, `alone` of the parts, of each specimen."""
    as_one, as_parts = _votes(together, mrzs), _votes(alone, mrzs)
    specimens = sum(mrz is not None for mrz in mrzs)
    needed = max(2, AGREE * specimens)
    chosen: list[Parts] = []
    for name, parts in sorted(found.items(), key=lambda one: len(one[1])):
        known = {field for zone in parts for field, count in as_parts[zone.name].items() if count >= needed}
        says = any(count >= needed for count in as_one[name].values())
        if says and not known and not any(zone in other for other in chosen for zone in parts):
            chosen.append(parts)
    return chosen


def _votes(texts: Sequence[Texts], mrzs: Sequence[MrzReading | None]) -> defaultdict[str, Counter[str]]:
    """Zone -> field of the MRZ -> specimens on which the zone says it."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for face, mrz in zip(texts, mrzs, strict=True):
        if mrz is not None:
            for zone, text in face.items():
                votes[zone].update(said_by(text, mrz))
    return votes
