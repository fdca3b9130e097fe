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
"""Measures told on each side, the strongest first."""
TELLING = 0.5
"""Nats from which a measure is told."""

Quad = tuple[tuple[float, float], ...]


class Shared(Value):
    """One measure in one place on both documents."""

    measure: str
    words: str
    unit: str
    side: str
    place: str
    """A field's name, or empty."""
    one: float
    other: float
    genuine: float
    """What genuine documents have."""
    nats: float
    """What it says for one workshop, before groups are weighed; negative: against it."""
    mm: Box
    """On the template."""
    one_on_page: Quad
    other_on_page: Quad


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
    order = np.argsort(-np.abs(nats), kind="stable")
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
    faces = sides[column.side]
    box = column.box(faces.one)
    return Shared(
        measure=column.measure,
        words=wording.measure(column.measure),
        unit=wording.unit(column.measure),
        side=column.side,
        place="" if column.place.isdigit() else column.place,
        one=round(float(values[0]), 3),
        other=round(float(values[1]), 3),
        genuine=round(model.spreads[column.measure].centre, 3),
        nats=round(nats, 2),
        mm=box,
        one_on_page=faces.one.on_page(box),
        other_on_page=faces.other.on_page(box),
    )
