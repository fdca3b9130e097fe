"""Profiles of one block side by side: a matrix with a column for each measure of each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from docscan.geometry import Box
from docscan.series import defects, hands, photo
from docscan.series.hands import Hands
from docscan.series.profile import FaceProfile, Profile

PRINTING = ("portrait_overlay", "portrait_noise", "portrait_grain_fine", "portrait_grain_middle")
"""By these a portrait is known to be replaced, and so they are much the same on all that were."""
ANOTHER_PRESS = 7.0
"""Deviate of the portrait's print from which it did not come from the page's press."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure in one place of one side."""

    side: str
    measure: str
    """As in the profile; a field's with `field_` before it, so that it is told from the side's."""
    place: str = ""
    """A zone's name, or the number of a grid's cell; empty for the side as a whole."""

    @property
    def name(self) -> str:
        return "/".join(part for part in (self.side, self.measure, self.place) if part)

    def box(self, face: FaceProfile) -> Box:
        """Where it is seen, in template millimetres."""
        if self.place in face.zones:
            return face.zones[self.place]
        if self.place.isdigit():
            return defects.cell_box(int(self.place), face.size_mm)
        for zone in ("portrait", "mrz"):
            if self.measure.startswith(zone) and zone in face.zones:
                return face.zones[zone]
        return Box(x=0, y=0, width=face.size_mm[0], height=face.size_mm[1])


@dataclass(frozen=True, eq=False)
class Table:
    columns: tuple[Column, ...]
    values: Floats
    """(profiles, columns), NaN where not measured."""
    altered: tuple[npt.NDArray[np.float64], ...]
    """Of each profile, (fields, hands.MEASURES) of the fields that another hand wrote."""
    photos: npt.NDArray[np.float64]
    """(profiles, photo.MEASURES) of the photograph that was put over a page of the true press; NaN where none was."""

    def of(self, rows: npt.NDArray[np.int64]) -> Table:
        """Some of the profiles."""
        return Table(self.columns, self.values[rows], tuple(self.altered[int(row)] for row in rows), self.photos[rows])


def tabulated(profiles: Iterable[Profile], model: Hands) -> Table:
    """Profiles as a table; columns in the order in which they are met."""
    builder = Builder(model)
    for profile in profiles:
        builder.add(profile)
    return builder.table()


class Builder:
    """Takes profiles one by one and keeps of each no more than its numbers."""

    def __init__(self, model: Hands) -> None:
        self._model = model
        self._altered: list[npt.NDArray[np.float64]] = []
        self._photos: list[npt.NDArray[np.float64]] = []
        self._columns: list[Column] = []
        self._single: dict[tuple[str, str, str], int] = {}
        self._grids: dict[tuple[str, str, int], int] = {}
        self._rows: list[tuple[npt.NDArray[np.int32], Floats]] = []

    def add(self, profile: Profile) -> None:
        at: list[npt.NDArray[np.int32]] = []
        values: list[Floats] = []
        altered: list[npt.NDArray[np.float64]] = []
        for face in profile.faces:
            for name, cells in face.grids.items():
                start = self._grid(face.side, name, len(cells))
                at.append(np.arange(start, start + len(cells), dtype=np.int32))
                values.append(np.array(cells, np.float32))
            own = self._model.altered(face)
            altered += own.values()
            measured = _measured(face, own)
            at.append(np.array([self._place(key) for key, _ in measured], np.int32))
            values.append(np.array([value for _, value in measured], np.float32))
        empty = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self._photos.append(put_over(profile))
        self._altered.append(np.array(altered, np.float64).reshape(-1, len(hands.MEASURES)))
        self._rows.append((np.concatenate(at), np.concatenate(values)) if at else empty)

    def table(self) -> Table:
        table = np.full((len(self._rows), len(self._columns)), np.nan, np.float32)
        for row, (at, values) in zip(table, self._rows, strict=True):
            row[at] = values
        photos = np.array(self._photos).reshape(-1, len(photo.MEASURES))
        return Table(tuple(self._columns), table, tuple(self._altered), photos)

    def _grid(self, side: str, name: str, cells: int) -> int:
        start = self._grids.get((side, name, cells))
        if start is None:
            start = self._grids[side, name, cells] = len(self._columns)
            self._columns += [Column(side, name, str(index)) for index in range(cells)]
        return start

    def _place(self, key: tuple[str, str, str]) -> int:
        place = self._single.get(key)
        if place is None:
            place = self._single[key] = len(self._columns)
            self._columns.append(Column(*key))
        return place


def put_over(profile: Profile) -> npt.NDArray[np.float64]:
    """(photo.MEASURES,) of the photograph that was put over a page of the true press; NaN where none was."""
    for face in profile.faces:
        if hands.true_page(face) and _replaced_portrait(face.whole):
            return np.array([face.whole.get(f"portrait_{name}", np.nan) for name in photo.MEASURES], np.float64)
    return np.full(len(photo.MEASURES), np.nan)


def _measured(
    face: FaceProfile, altered: Mapping[str, npt.NDArray[np.float64]]
) -> list[tuple[tuple[str, str, str], float]]:
    """What a side tells of its workshop, cells aside. A portrait that is as the template's tells nothing, as another
    document's may have been replaced; nor does one altered field by itself."""
    whole = dict(face.whole)
    if altered:
        for name, values in zip(hands.MEASURES, np.array(list(altered.values())).T, strict=True):
            if np.isfinite(values).any():
                whole[f"altered_{name}"] = float(np.nanmedian(values))
    silent = PRINTING if _replaced_portrait(whole) else ("portrait_",)
    whole = {name: value for name, value in whole.items() if not name.startswith(silent)}
    found: list[tuple[tuple[str, str, str], float]] = [((face.side, name, ""), value) for name, value in whole.items()]
    for zone in sorted(face.fields.keys() - altered.keys()):
        found += [((face.side, f"field_{name}", zone), value) for name, value in face.fields[zone].items()]
    return found


def _replaced_portrait(whole: Mapping[str, float]) -> bool:
    """Whether the portrait is printed otherwise than the template's."""
    return max(abs(whole.get(name, 0.0)) for name in PRINTING) > ANOTHER_PRESS
