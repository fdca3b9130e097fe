"""From the network's dense answers to the characters of one line: a comb of even pitch, read at its teeth.

The comb is all that is assumed of the line: characters stand at an even, slowly changing pitch (Doc 9303 part 3,
section 4.4: OCR-B size 1 at 10 characters per inch), 30, 36 or 44 of them. What they say plays no part.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SYMBOLS = string.ascii_uppercase + string.digits + "<"
"""The 37 symbols, in the order of the distributions."""
NOTHING = len(SYMBOLS)
"""The column of "no MRZ character" in a distribution."""
LENGTHS = (30, 36, 44)
"""Characters of a line: TD1; TD2, MRV-B and the French card; TD3 and MRV-A."""

_PEAK = 0.25
"""A centre this likely counts when the comb is fitted."""
_NARROWEST, _WIDEST = 11.0, 34.0
"""Pitches in strip pixels that a line cut to a cap height of 20 can have."""
_REACH = 0.28
"""How far from the comb's tooth, in pitches, a character's own centre is looked for."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What the network says along one strip, cell by cell; cells are `stride` pixels wide, 0 is the strip's edge."""

    stride: int
    centre: Floats
    """(t,) probability that a character's centre lies in or near the cell."""
    offset: Floats
    """(t,) from the cell's middle to that centre, pixels."""
    middle: Floats
    """(t,) row of the middle of the capitals there."""
    cap: Floats
    """(t,) cap height there, rows."""
    log_symbol: Floats
    """(t, 38) log of the distribution over SYMBOLS and NOTHING."""


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """n characters from left to right; in pixels of the strip, whose centres are at whole numbers."""

    chars: str
    """The most likely of the 37 symbols at each place."""
    probabilities: Floats
    """(n, 38) over SYMBOLS and NOTHING."""
    centres: Floats
    """(n,) x of the characters' centres."""
    middles: Floats
    """(n,) y of the middle of the capitals."""
    caps: Floats
    """(n,) cap height."""
    seen: Floats
    """(n,) probability that a character is printed there at all."""
    pitch: float
    score: float
    """0 to 1: how far every place is filled by an MRZ character and none lies outside."""


_NONE = np.zeros(0)
UNREADABLE = LineReading(
    chars="",
    probabilities=np.zeros((0, NOTHING + 1)),
    centres=_NONE,
    middles=_NONE,
    caps=_NONE,
    seen=_NONE,
    pitch=0.0,
    score=0.0,
)
"""The reading of a strip in which no comb stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Where characters may stand along a strip."""

    response: Response
    places: Floats
    """(m,) positions, two pitches past each end of the strip."""
    seen: Floats
    """(m,) probability that a character stands there."""
    pitch: float


def found_line(response: Response) -> Line | None:
    """None where no comb stands."""
    teeth = _comb(response)
    if teeth is None:
        return None
    pitch = float(np.median(np.diff(teeth)))
    return Line(response, *_own_centres(response, teeth, pitch), pitch)


def decode(response: Response, lengths: Sequence[int] | None = LENGTHS) -> LineReading:
    """The best reading whose length is one of `lengths`; of whatever length is printed where None."""
    return read_line(found_line(response), lengths)


def read_line(
    line: Line | None, lengths: Sequence[int] | None = LENGTHS, *, begins: float | None = None
) -> LineReading:
    """The same of a line that was found before; `begins` is the middle of its first character where that is known."""
    if line is None:
        return UNREADABLE
    response, places, seen, pitch = line.response, line.places, line.seen, line.pitch
    total = np.concatenate([[0.0], np.cumsum(2 * seen - 1)])
    if lengths is None:
        spans = [_fullest(total)]
    elif begins is None:
        spans = [_fullest_of(total, n) for n in lengths if n <= len(places)]
    else:
        first = int(np.abs(places - 0.5 - begins).argmin())
        spans = [(float(total[first + n] - total[first]), first, first + n) for n in lengths if first + n < len(total)]
    if not spans or max(spans)[0] <= 0:
        return UNREADABLE
    _, first, last = max(spans)
    chosen = slice(first, last)
    probabilities = np.exp(sample(response.log_symbol, places[chosen], response.stride))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    filled = seen[chosen] * (1 - probabilities[:, NOTHING])
    outside = float(seen.sum() - seen[chosen].sum())
    return LineReading(
        chars="".join(SYMBOLS[i] for i in probabilities[:, :NOTHING].argmax(axis=1)),
        probabilities=probabilities,
        centres=places[chosen] - 0.5,
        middles=sample(response.middle, places[chosen], response.stride) - 0.5,
        caps=sample(response.cap, places[chosen], response.stride),
        seen=seen[chosen],
        pitch=pitch,
        score=float(filled.sum() / (len(filled) + outside)),
    )


def _fullest_of(total: Floats, length: int) -> tuple[float, int, int]:
    """Gain, first and last + 1 of the run of `length` teeth with the largest sum of gains; `total` are running sums."""
    sums = total[length:] - total[:-length]
    first = int(sums.argmax())
    return float(sums[first]), first, first + length


def _fullest(total: Floats) -> tuple[float, int, int]:
    """The same for a run of any length."""
    low = np.minimum.accumulate(total)
    last = int((total - low).argmax())
    first = int(total[: last + 1].argmin())
    return float(total[last] - total[first]), first, last


def sample(values: Floats, at: Floats, stride: int) -> Floats:
    """`values` (t, ...) interpolated linearly at strip positions `at` (n,)."""
    position = np.clip(at / stride - 0.5, 0, len(values) - 1)
    left = np.minimum(position.astype(int), len(values) - 2)
    share = (position - left).reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray(values[left] * (1 - share) + values[left + 1] * share)


def peaks(response: Response) -> tuple[Floats, Floats]:
    """Positions and probabilities of the local maxima of the centre map."""
    p = response.centre
    before, after = np.concatenate([[0.0], p[:-1]]), np.concatenate([p[1:], [0.0]])
    cells = np.flatnonzero((p >= _PEAK) & (p >= before) & (p > after))
    return (cells + 0.5) * response.stride + response.offset[cells], p[cells]


def _comb(response: Response) -> Floats | None:
    """(m,) positions of the teeth over the whole strip, two pitches past each end; None where no comb stands.

    Peaks are numbered by the steps between them, a curve in that number is fitted by reweighted least squares, and the
    peaks are numbered anew by it, from a straight line to a cubic."""
    at, weight = peaks(response)
    steps = np.diff(at)
    usual = steps[(steps > _NARROWEST) & (steps < _WIDEST)]
    if len(usual) < 4:
        return None
    pitch = float(np.median(usual))
    places = _numbered(at, weight, pitch)
    used = places >= 0
    at, weight, number = at[used], weight[used], places[used].astype(np.float64)
    for degree in (1, 2, 3, 3):
        if len(at) < 5:
            return None
        curve = _fitted(number, at, weight, pitch, degree)
        number = _inverse(curve, at, number)
        clear = np.abs(at - curve.at(np.round(number))) < 0.3 * pitch
        at, weight, number = at[clear], weight[clear], np.round(number[clear])
    inside = curve.at(np.arange(number.min(), number.max() + 1))
    steps = np.diff(inside)
    if len(steps) < 3 or steps.min() < _NARROWEST or steps.max() > _WIDEST:
        return None
    return _continued(inside, len(response.centre) * response.stride)


def _numbered(at: Floats, weight: Floats, pitch: float) -> npt.NDArray[np.int64]:
    """A running number of the tooth for each peak; -1 for one that stands between teeth."""
    number = np.full(len(at), -1)
    last = int(weight.argmax())
    number[last] = 1000
    for order in (range(last + 1, len(at)), range(last - 1, -1, -1)):
        previous, local = last, pitch
        for i in order:
            step = abs(at[i] - at[previous])
            count = round(step / local)
            if count == 0 or abs(step / local - count) > 0.3 + 0.02 * count:
                continue
            number[i] = number[previous] + (count if i > previous else -count)
            if count == 1:
                local = 0.8 * local + 0.2 * step
            previous = i
    return number


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """Position over number: a polynomial, highest power first, of (number - middle) / half."""

    coefficients: Floats
    middle: float
    half: float

    def at(self, number: Floats) -> Floats:
        return np.asarray(np.polyval(self.coefficients, (number - self.middle) / self.half), np.float64)

    def slope(self, number: Floats) -> Floats:
        powers = np.arange(len(self.coefficients) - 1, 0, -1)
        inner = self.coefficients[:-1] * powers
        return np.asarray(np.polyval(inner, (number - self.middle) / self.half) / self.half, np.float64)


def _fitted(number: Floats, at: Floats, weight: Floats, pitch: float, degree: int) -> _Curve:
    """Curvature is held back where few peaks speak."""
    middle, half = float(number.mean()), max(1.0, float(np.ptp(number)) / 2)
    unit = (number - middle) / half
    design = np.vander(unit, degree + 1)
    hold = np.diag([1e-2 * max(0, degree - i - 1) for i in range(degree + 1)])
    strength = weight
    for _ in range(4):
        weighted = design * strength[:, None]
        inner = np.linalg.solve(design.T @ weighted + hold, weighted.T @ at)
        rest = np.abs(at - design @ inner) / (0.08 * pitch)
        strength = weight / np.maximum(1.0, rest) ** 2
    return _Curve(np.asarray(inner, np.float64), middle, half)


def _inverse(curve: _Curve, at: Floats, start: Floats) -> Floats:
    """Numbers (not whole) at which `curve` passes the positions `at`."""
    number = start
    for _ in range(2):
        number = number - (curve.at(number) - at) / np.maximum(curve.slope(number), 5.0)
    return np.asarray(number)


def _continued(inside: Floats, width: int) -> Floats:
    """The teeth between the outermost peaks, continued beyond both ends of the strip at the pitch there."""
    left, right = inside[1] - inside[0], inside[-1] - inside[-2]
    before = inside[0] - left * np.arange(int(inside[0] / left) + 2, 0, -1)
    after = inside[-1] + right * np.arange(1, int((width - inside[-1]) / right) + 3)
    return np.concatenate([before, inside, after])


def _own_centres(response: Response, teeth: Floats, pitch: float) -> tuple[Floats, Floats]:
    """For each tooth the centre of the character that stands at it (the tooth itself where none is seen) and the
    probability that one does."""
    at, weight = peaks(response)
    centres, seen = teeth.copy(), np.zeros(len(teeth))
    inside = (teeth > 0) & (teeth < len(response.centre) * response.stride)
    seen[inside] = sample(response.centre, teeth[inside], response.stride)
    seen[inside] = np.minimum(seen[inside], _PEAK)
    nearest = np.abs(teeth[:, None] - at[None]).argmin(axis=1)
    close = np.abs(teeth - at[nearest]) < _REACH * pitch
    centres[close], seen[close] = at[nearest[close]], weight[nearest[close]]
    return centres, seen
