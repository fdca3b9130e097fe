"""Combs: rows of equally spaced characters, counted along a gentle curve."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Comb:
    """A row of equally spaced characters: character n stands at the centre `at(n)`, for n from `first` to `last`."""

    x: Floats
    """(3,) coefficients of x(n), highest power first; pixels."""
    y: Floats
    first: int
    last: int
    size: float
    """Height of a character, pixels."""
    seen: int
    """How many of its characters were seen as marks of their own."""

    def at(self, n: npt.ArrayLike) -> Floats:
        """(k, 2) centres."""
        t = np.atleast_1d(np.asarray(n, float))
        return np.stack([(c[0] * t + c[1]) * t + c[2] for c in (self.x, self.y)], axis=-1)

    def along(self, n: npt.ArrayLike) -> Floats:
        """(k, 2) steps from a character to the next one."""
        t = np.atleast_1d(np.asarray(n, float))
        return np.stack([2 * c[0] * t + c[1] for c in (self.x, self.y)], axis=-1)

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2

    @property
    def pitch(self) -> float:
        return float(np.hypot(*self.along([self.middle])[0]))

    @property
    def cells(self) -> int:
        return self.last - self.first + 1

    def scaled(self, factor: float, offset: float) -> Comb:
        """The comb on a picture `factor` times as large, moved by `offset` pixels."""
        shift = np.zeros_like(self.x)
        shift[-1] = offset
        return replace(self, x=self.x * factor + shift, y=self.y * factor + shift, size=self.size * factor)

    def turned(self) -> Comb:
        """The same characters counted from the other end."""
        return replace(self, x=self.x * _MIRRORED, y=self.y * _MIRRORED, first=-self.last, last=-self.first)

    def counted_from(self, origin: int) -> Comb:
        """The same characters, `origin` being number 0."""
        x, y = (_moved(coefficients, origin) for coefficients in (self.x, self.y))
        return replace(self, x=x, y=y, first=self.first - origin, last=self.last - origin)


def _moved(quadratic: Floats, by: int) -> Floats:
    """Coefficients of what the quadratic says of n + `by`."""
    a, b, c = quadratic
    steeper = a * by + b
    return np.array([a, a * by + steeper, steeper * by + c])


_MIRRORED = np.array([1.0, -1.0, 1.0])
"""What becomes of a quadratic's coefficients where -n is put for n."""
