"""What links two documents, measure by measure, and where it is seen on both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from docscan.geometry import Box, Value
from docscan.series import evidence, wording
from docscan.series.evidence import GROUPS, Evidence
from docscan.series.profile import FaceProfile, Profile
from docscan.series.table import Column, Floats, tabulated

TOLD = 12
"""Measures told on each side, the heaviest first."""
TELLING = 0.5
"""Nats from which a measure is told."""

Quad = tuple[tuple[float, float], ...]


class Seen(Value):
    """A measure as one document shows it."""

    value: float
    places: tuple[str, ...]
    """Names of its fields; () where it is no field's."""
    mm: Box
    """On the template."""
    on_page: Quad


class Shared(Value):
    """One measure in one place on both documents."""

    measure: str
    words: str
    unit: str
    side: str
    one: Seen
    other: Seen
    genuine: float | None
    """What genuine documents have; None where none has it."""
    nats: float
    """What it says for one workshop, before groups are weighed; negative: against it."""


class Explanation(Value):
    strength: float
    """log10 likelihood ratio: one workshop against two."""
    words: str
    """On ENFSI's verbal scale."""
    groups: Mapping[str, float]
    """Share of each group of measures in `strength`; what is missing to the sum is the base line and the bound."""
    speaks_for: tuple[Shared, ...]
    speaks_against: tuple[Shared, ...]


class _Faces(NamedTuple):
    one: FaceProfile
    other: FaceProfile


def explain(one: Profile, other: Profile, model: Evidence | None = None) -> Explanation | None:
    """None where the two cannot be compared: another template, or none, or other sides of it."""
    model = model or evidence.shipped()
    sides: dict[str, _Faces] = {a.side: _Faces(a, b) for a in one.faces for b in other.faces if a.side == b.side}
    if one.block != other.block or not sides:
        return None
    table = tabulated([one, other], model.hands)
    prepared = model.prepared(table)
    pair = np.array([[0, 1]], np.int64)
    sums = prepared.sums(pair)
    nats = prepared.nats(pair)[0]
    values = dict(zip(table.columns, table.values.T, strict=True))
    # What has no weight between such documents is not what links them.
    weights = np.array([model.weights_of(sums).by_group[name] for name in GROUPS])[prepared.group]
    order = [int(i) for i in np.argsort(-np.abs(nats * weights), kind="stable") if weights[i] > 0]
    told = [_shared(model, prepared.columns[i], values[prepared.columns[i]], float(nats[i]), sides) for i in order]
    strength = float(model.fused(sums)[0])
    return Explanation(
        strength=round(strength, 2),
        words=wording.strength(strength),
        groups={name: round(float(v), 2) for name, v in zip(GROUPS, model.shares(sums)[0], strict=True)},
        speaks_for=tuple(s for s in told if s is not None and s.nats >= TELLING)[:TOLD],
        speaks_against=tuple(s for s in told if s is not None and s.nats <= -TELLING)[:TOLD],
    )


def _shared(
    model: Evidence,
    column: Column,
    values: Floats,
    nats: float,
    sides: Mapping[str, _Faces],
) -> Shared | None:
    if column.side not in sides or not np.isfinite(values).all():
        return None
    one, other = (
        _seen(model, column, face, float(value)) for face, value in zip(sides[column.side], values, strict=True)
    )
    known = model.spreads[column.measure]
    return Shared(
        measure=column.measure,
        words=wording.measure(column.measure),
        unit=wording.unit(column.measure),
        side=column.side,
        one=one,
        other=other,
        genuine=None if known.stands_out else round(known.centre, 3),
        nats=round(nats, 2),
    )


def _seen(model: Evidence, column: Column, face: FaceProfile, value: float) -> Seen:
    """Another hand's fields are each document's own."""
    if column.measure.startswith(evidence.ALTERED):
        places = tuple(sorted(model.hands.altered(face)))
        box = Box.around(np.concatenate([face.zones[zone].corners() for zone in places]))
    else:
        places = (column.place,) if column.place in face.zones else ()
        box = column.box(face)
    return Seen(value=round(value, 3), places=places, mm=box, on_page=face.on_page(box))
