"""How much two profiles speak for one workshop: likelihood ratios, learned from documents of known source.

For each measure two distributions are known: how far documents of one workshop differ in it, scanners and machines
included (a normal deviation, `within`), and how workshops and genuine documents lie in it (a mixture of normal
distributions about the genuine value, from "as genuine" to "far off"). They give a likelihood ratio for each pair
of values (Lindley 1977): two rare values that agree speak for one source, common ones hardly do. That both are as
genuine documents are is not allowed to speak for anything; what is only measured because it stands out, like the place
of a photograph that was put over the page, speaks whatever its value.

Measures are not independent, so their sums by group are weighed by a logistic regression over pairs of known source,
and what comes out is bounded by what so many pairs can support (Vergeer et al. 2016). Two pages of the true press with
another hand's fields are weighed by a regression of their own: there the hand is all that tells, while of a counterfeit
everything does. What hands say is weighed as a whole (`hands`), and so is what a photograph says that was put over a
page of the true press.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from docscan import models
from docscan.errors import ModelError
from docscan.series import hands, levels, photo
from docscan.series.hands import Hands
from docscan.series.levels import Levels, Sights
from docscan.series.table import Column, Floats, Table

MODEL = "series.json"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "place of static print": ("shift_x", "shift_y"),
    "static lettering": ("letters_added", "letters_missing"),
    "colours": ("tone_l", "tone_a", "tone_b", "paper_a", "paper_b", "pattern_l", "pattern_a", "pattern_b"),
    "printing": ("texture", "misprint", "noise"),
    "dot screen": ("screen_",),
    "typeface": ("type_",),
    "fields": ("field_",),
    "altered fields": ("altered_",),
    "portrait": ("portrait_",),
    "machine-readable zone": ("mrz_",),
}
"""Group -> the measures in it; a name that ends in `_` stands for all that begin so."""

ALTERED = "altered_"
"""What begins so is the middle of the fields that are another hand's, for telling; weighed are the hands themselves."""
HAND, PHOTO = (list(GROUPS).index(name) for name in ("altered fields", "portrait"))
BY_HAND = "altered fields", "portrait"
"""Groups that tell of one who alters; the rest of such a page is the true press's."""
SCALES = (0.0, 1.5, 3.0, 6.0, 12.0, 24.0, 48.0)
"""Standard deviations, in units of `within`, of the components of the distribution between sources."""
MOST_FOR, MOST_AGAINST = 4.0, 1.0
"""Nats that one measure may count; against one workshop less, as a measurement may have gone wrong."""
PLAIN = 6.0
"""Nats of a group up to which its sum counts in full."""
STEPS_PER_UNIT, FARTHEST = 16, 64
"""Resolution and reach of the tabulated densities, in units of `within`."""
AT_ONCE = 1024
"""Pairs weighed at once, so that they stay in the processor's cache."""
MOST_COUNTED = 3
"""Documents that a mean of several is trusted like: a workshop's machines and days do not average out."""

Groups = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """The two distributions of one measure."""

    centre: float
    """Of genuine documents; of the sources where it stands out."""
    usual: float
    """Departure from it up to which a value is as genuine ones are, whatever the place: it counts as none."""
    within: float
    """Standard deviation between documents of one source."""
    weights: tuple[float, ...]
    """Of SCALES, between sources; they sum to 1."""
    stands_out: bool = False
    """Whether it is only measured on what is not as on genuine documents."""


@dataclass(frozen=True)
class Weights:
    """Of the groups' sums of nats, by group, and what is added to them."""

    by_group: Mapping[str, float]
    intercept: float

    def nats(self, sums: Groups) -> Groups:
        """(n, groups) what each group adds."""
        return np.asarray(sums * np.array([self.by_group[name] for name in GROUPS]), np.float64)


@dataclass(frozen=True, eq=False)
class Sums:
    """What pairs say."""

    nats: Groups
    """(n, groups) tempered sums by group."""
    altered: npt.NDArray[np.bool_]
    """(n,) whether both are pages of the true press with another hand's fields."""

    def at(self, pairs: npt.NDArray[np.int64]) -> Sums:
        return Sums(self.nats[pairs], self.altered[pairs])


@dataclass(frozen=True, eq=False)
class Evidence:
    """The model: hands, photographs, spreads by measure, weights by group."""

    hands: Hands
    photos: Levels
    spreads: Mapping[str, Spread]
    weights: Weights
    altered: Weights
    """Of pairs that are both altered."""
    bound: float
    """Largest log10 likelihood ratio that the pairs it was learned from support."""

    @cached_property
    def _tables(self) -> dict[str, tuple[Floats, Floats, float]]:
        return {name: _densities(spread.weights) for name, spread in self.spreads.items()}

    def prepared(self, table: Table) -> Prepared:
        """The columns that the model knows, in units of their spread, and what is seen of hands."""
        known = [i for i, column in enumerate(table.columns) if column.measure in self.spreads]
        spreads = [self.spreads[table.columns[i].measure] for i in known]
        parts = np.array([(one.centre, one.usual, one.within) for one in spreads], np.float32)
        centre, usual, within = parts.reshape(-1, 3).T
        z = np.clip(beyond(table.values[:, known] - centre, usual) / within, -FARTHEST, FARTHEST).astype(np.float32)
        tables = [self._tables[table.columns[i].measure] for i in known]
        joint = np.stack([one[0] for one in tables]) if tables else np.zeros((0, 1), np.float32)
        single = np.stack([one[1] for one in tables]) if tables else np.zeros((0, 1), np.float32)
        row = np.arange(len(known))
        marginal = single[row, _index(z)] if known else z
        altered = np.array([len(fields) > 0 for fields in table.altered], bool)
        return Prepared(
            hands=self.hands,
            photos=self.photos,
            altered=altered,
            hand=np.cumsum(altered) - 1,
            sights=self.hands.sights([fields for fields in table.altered if len(fields)]),
            laid_over=self.photos.sights(table.photos[altered]),
            columns=tuple(table.columns[i] for i in known),
            z=z,
            marginal=marginal.astype(np.float32),
            joint=joint,
            normal=np.array([0.0 if s.stands_out else t[2] for t, s in zip(tables, spreads, strict=True)], np.float32),
            group=np.array([_group(table.columns[i].measure) for i in known], np.int64),
            weights=np.array([one.weights for one in spreads]).reshape(-1, len(SCALES)),
            stands_out=np.array([one.stands_out for one in spreads], bool),
        )

    def log10_ratio(self, prepared: Prepared, first: Pool, second: Pool) -> float:
        """log10 likelihood ratio of two sets of documents: of one source against of two."""
        return float(self.fused(prepared.pooled(first, second))[0])

    def fused(self, sums: Sums) -> npt.NDArray[np.float64]:
        """(n,) log10 likelihood ratios."""
        added = np.where(sums.altered, self.altered.intercept, self.weights.intercept) / np.log(10)
        return np.asarray(np.clip(self.shares(sums).sum(axis=1) + added, -self.bound, self.bound), np.float64)

    def weights_of(self, pair: Sums) -> Weights:
        """By which a single pair is weighed."""
        return self.altered if pair.altered[0] else self.weights

    def shares(self, sums: Sums) -> Groups:
        """(n, groups) what each group of measures adds to the log10 likelihood ratio."""
        nats = np.where(sums.altered[:, None], self.altered.nats(sums.nats), self.weights.nats(sums.nats))
        return np.asarray(nats / np.log(10), np.float64)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table of one block, ready for pairs to be weighed."""

    hands: Hands
    photos: Levels
    altered: npt.NDArray[np.bool_]
    """(profiles,) whether they are pages of the true press with another hand's fields."""
    hand: npt.NDArray[np.int64]
    """(profiles,) place in `sights` and `laid_over`, of those that are altered."""
    sights: Sights
    laid_over: Sights
    """Of their photographs."""
    columns: tuple[Column, ...]
    z: Floats
    """(profiles, columns) in units of `within`, NaN where not measured."""
    marginal: Floats
    joint: Floats
    normal: Floats
    group: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    """(columns, components) of the distribution between sources."""
    stands_out: npt.NDArray[np.bool_]
    """(columns,)"""

    def nats(self, pairs: npt.NDArray[np.int64]) -> Floats:
        """(n, columns) what each measure says of each pair; 0 where one of them lacks it."""
        first, second = pairs[:, 0], pairs[:, 1]
        a, b = self.z[first], self.z[second]
        difference = a - b
        together = self.joint[np.arange(len(self.columns)), _index(0.5 * (a + b))]
        ratio = together - 0.25 * difference * difference - self.marginal[first] - self.marginal[second] - self.normal
        return np.asarray(np.clip(np.nan_to_num(ratio, nan=0.0), -MOST_AGAINST, MOST_FOR), np.float32)

    def sums(self, pairs: npt.NDArray[np.int64]) -> Sums:
        to_group = self._to_group()
        sums = np.zeros((len(pairs), len(GROUPS)))
        altered = np.asarray(self.altered[pairs].all(axis=1))
        for start in range(0, len(pairs), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            sums[some] = tempered(np.asarray(self.nats(pairs[some]) @ to_group, np.float64))
            one, other = self.hand[pairs[some][altered[some]]].T
            sums[some, HAND][altered[some]] = self.hands.nats(self.sights.at(one), self.sights.at(other))
            sums[some, PHOTO][altered[some]] = self.photos.nats(self.laid_over.at(one), self.laid_over.at(other))
        return Sums(sums, altered)

    def _to_group(self) -> Floats:
        """(columns, groups) 1 where a column's nats are a group's; the hand's are those of its columns together."""
        own = self.group[:, None] == np.arange(len(GROUPS))
        own[:, HAND] = False
        return np.asarray(own, np.float32)

    def pool(self, rows: Sequence[int]) -> Pool:
        """What some documents say together."""
        z = self.z[list(rows)]
        count = np.isfinite(z).sum(axis=0)
        own = np.array(rows)[self.altered[list(rows)]]
        return Pool(
            mean=np.nansum(z, axis=0) / np.maximum(count, 1),
            count=np.minimum(count, MOST_COUNTED),
            altered=2 * len(own) > len(rows),
            hand=self.sights.at(self.hand[own]).together(),
            photo=self.laid_over.at(self.hand[own]).together(),
        )

    def pooled(self, first: Pool, second: Pool) -> Sums:
        """What two sets of documents say, as `sums` has it for two documents, with the spread of means."""
        seen = (first.count > 0) & (second.count > 0)
        a, b, weights = first.mean[seen], second.mean[seen], self.weights[seen]
        one, other = first.count[seen], second.count[seen]
        ratio = _ratio(a, b, one, other, weights)
        as_genuine = _ratio(np.zeros_like(a), np.zeros_like(b), one, other, weights)
        ratio -= np.where(self.stands_out[seen], 0.0, as_genuine)
        sums = tempered(np.clip(ratio, -MOST_AGAINST, MOST_FOR)[None] @ self._to_group()[seen])
        altered = first.altered and second.altered
        if altered:
            sums[:, HAND] = self.hands.nats(first.hand, second.hand)
            sums[:, PHOTO] = self.photos.nats(first.photo, second.photo)
        return Sums(sums, np.array([altered]))


@dataclass(frozen=True, eq=False)
class Pool:
    """Means of several documents' columns, in units of `within`, and of how many each is; 0 where none has it."""

    mean: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]
    altered: bool
    """Whether most of them are pages of the true press with another hand's fields."""
    hand: Sights
    """One group of those that are."""
    photo: Sights
    """The same of their photographs."""


def _ratio(
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
    one: npt.NDArray[np.int64],
    other: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """(n,) nats for one source of means `a` of `one` values and `b` of `other`."""
    apart = 1 / one + 1 / other
    together = _log_density((one * a + other * b) / (one + other), 1 / (one + other), weights)
    together -= 0.5 * ((a - b) ** 2 / apart + np.log(2 * np.pi * apart))
    return np.asarray(together - _log_density(a, 1 / one, weights) - _log_density(b, 1 / other, weights))


def _log_density(
    x: npt.NDArray[np.float64], variance: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """(n,) log density of means with a `variance` within sources."""
    total = np.square(SCALES) + variance[:, None]
    there = (weights + 1e-9) * np.exp(-(x[:, None] ** 2) / (2 * total)) / np.sqrt(2 * np.pi * total)
    return np.asarray(np.log(np.maximum(there.sum(axis=1), 1e-300)))


def tempered(nats: npt.NDArray[np.float64]) -> Groups:
    """Sums as they are up to PLAIN, growing with their logarithm beyond: a hundred cells of one page are no hundred
    witnesses."""
    size = np.abs(nats)
    return np.asarray(
        np.sign(nats) * np.where(size <= PLAIN, size, PLAIN * (1 + np.log(np.maximum(size, PLAIN) / PLAIN)))
    )


def beyond(departure: npt.NDArray[Any], usual: npt.NDArray[Any] | float) -> npt.NDArray[Any]:
    """What of a departure is more than usual."""
    return np.asarray(np.sign(departure) * np.maximum(np.abs(departure) - usual, 0.0))


def _group(measure: str) -> int:
    for index, measures in enumerate(GROUPS.values()):
        if any(measure == name or (name.endswith("_") and measure.startswith(name)) for name in measures):
            return index
    raise ModelError(f"models/{MODEL} names the measure {measure}, which is in no group.")


def _index(z: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Place in the tabulated densities, which are even; NaN goes anywhere."""
    return np.asarray(np.nan_to_num(np.abs(z) * STEPS_PER_UNIT, nan=0.0), np.int64)


def _densities(weights: Sequence[float]) -> tuple[Floats, Floats, float]:
    """Logarithms of the joint density of two of one source over their mean (the part that depends on it), of the
    density of one, and of the ratio where both are at the genuine value."""
    x = (np.arange(FARTHEST * STEPS_PER_UNIT + 1) + 0.0) / STEPS_PER_UNIT
    share = np.array(weights) + 1e-9
    tau2 = np.square(SCALES)

    def log_mixture(variance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        exponent = -(x[:, None] ** 2) / (2 * variance) - 0.5 * np.log(2 * np.pi * variance) + np.log(share)
        top = exponent.max(axis=1, keepdims=True)
        return np.asarray((top + np.log(np.exp(exponent - top).sum(axis=1, keepdims=True)))[:, 0])

    joint = log_mixture(tau2 + 0.5) - 0.5 * np.log(4 * np.pi)
    single = log_mixture(tau2 + 1.0)
    return joint.astype(np.float32), single.astype(np.float32), float(joint[0] - 2 * single[0])


# --- the model file ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def shipped() -> Evidence:
    """The model in models/; ModelError where it is missing or another than its manifest names."""
    return decoded(json.loads(models.verified(MODEL).read_text(encoding="utf-8")))


def decoded(stored: Mapping[str, Any]) -> Evidence:
    try:
        return Evidence(
            hands=hands.decoded(stored["hands"]),
            photos=levels.decoded(stored["photos"], photo.MEASURES),
            spreads={
                name: Spread(
                    centre=float(one["centre"]),
                    usual=float(one["usual"]),
                    within=float(one["within"]),
                    weights=tuple(float(w) for w in one["weights"]),
                    stands_out=bool(one["stands_out"]),
                )
                for name, one in stored["spreads"].items()
            },
            weights=_weights(stored["weights"]),
            altered=_weights(stored["altered"]),
            bound=float(stored["bound"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"models/{MODEL} cannot be used: {error!r}.") from error


def encoded(model: Evidence) -> dict[str, Any]:
    return {
        "hands": hands.encoded(model.hands),
        "photos": levels.encoded(model.photos, photo.MEASURES),
        "spreads": {
            name: {
                "centre": round(one.centre, 4),
                "usual": round(one.usual, 4),
                "within": round(one.within, 4),
                "weights": [round(w, 4) for w in one.weights],
                "stands_out": one.stands_out,
            }
            for name, one in sorted(model.spreads.items())
        },
        "weights": _stored(model.weights),
        "altered": _stored(model.altered),
        "bound": round(model.bound, 2),
    }


def _weights(stored: Mapping[str, Any]) -> Weights:
    return Weights({name: float(stored["by_group"][name]) for name in GROUPS}, float(stored["intercept"]))


def _stored(weights: Weights) -> dict[str, Any]:
    by_group = {name: round(weight, 4) for name, weight in weights.by_group.items()}
    return {"by_group": by_group, "intercept": round(weights.intercept, 4)}
