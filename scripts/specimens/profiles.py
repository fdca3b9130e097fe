"""Profiles without pictures: workshops, loners and genuine documents drawn from the distributions that were measured.

For counting and timing what pictures would take days to draw. A workshop's place in each measure is drawn from the
distribution between sources, its documents from the one within; a counterfeiter departs in the page, an altering
workshop in its altered fields, portrait and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.series.evidence import SCALES, Evidence
from docscan.series.profile import FaceProfile, Profile
from docscan.series.table import tabulated

ALTERED = ("altered_", "portrait_")


@dataclass(frozen=True, eq=False)
class Simulated:
    profile: Profile
    source: int | None
    """None for a genuine document."""


def simulated(
    model: Evidence, patterns: Sequence[Profile], sizes: Sequence[int], genuine: int, seed: int
) -> Iterator[Simulated]:
    """Documents of as many sources as there are `sizes`, and genuine ones; `patterns` are real profiles that say what
    is measured on which template."""
    rng = np.random.default_rng([seed, 0x5E21])
    columns = [tabulated([pattern]).columns for pattern in patterns]
    for source, size in enumerate(sizes):
        which = int(rng.integers(len(patterns)))
        counterfeit = rng.random() < 0.65
        names = [column.measure for column in columns[which]]
        off = np.array([name.startswith(ALTERED) != counterfeit for name in names])
        place = np.where(off, _places(model, names, rng), 0.0)
        for _ in range(size):
            yield Simulated(_profile(model, patterns[which], names, place, rng), source)
    for _ in range(genuine):
        which = int(rng.integers(len(patterns)))
        names = [column.measure for column in columns[which]]
        yield Simulated(_profile(model, patterns[which], names, np.zeros(len(names)), rng), None)


def _places(model: Evidence, names: Sequence[str], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Where a source lies in each measure, in units of the spread within; all cells of a grid are as far off."""
    scale = {}
    for name in dict.fromkeys(names):
        spread = model.spreads.get(name)
        weights = np.array(spread.weights if spread else (1.0,) + (0.0,) * (len(SCALES) - 1))
        scale[name] = float(rng.choice(SCALES, p=weights / weights.sum()))
    return rng.normal(0, 1, len(names)) * np.array([scale[name] for name in names])


def _profile(
    model: Evidence,
    pattern: Profile,
    names: Sequence[str],
    place: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Profile:
    """One document: `place` and the variation within, put where the pattern has its values."""
    z = place + rng.normal(0, 1, len(names))
    known = [model.spreads.get(name) for name in names]
    values = iter([round(s.centre + s.within * v, 3) if s else 0.0 for s, v in zip(known, z.tolist(), strict=True)])
    faces = tuple(_filled(face, values) for face in pattern.faces)
    return pattern.model_copy(update={"faces": faces, "portrait": None, "document_number": None})


def _filled(face: FaceProfile, values: Iterator[float]) -> FaceProfile:
    """`face` with its numbers replaced, in the order in which a table takes them."""
    grids = {name: tuple(next(values) for _ in cells) for name, cells in face.grids.items()}
    whole = {name: next(values) for name in face.whole}
    fields = {zone: {name: next(values) for name in own} for zone, own in face.fields.items()}
    return face.model_copy(update={"grids": grids, "whole": whole, "fields": fields})
