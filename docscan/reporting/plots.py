"""Plots as SVG, drawn by hand: two small figures are no reason for a plotting library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist

from docscan.judging.assessment import Bin

SIZE, LEFT, BOTTOM = 360, 52, 44
RATES = (0.001, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8)
"""Marks of the DET plot's axes."""
_LEAST, _MOST = 0.0005, 0.9
_deviate = NormalDist().inv_cdf


def det(curve: Sequence[tuple[float, float]]) -> str:
    """Detection error trade-off: APCER over BPCER, both on a normal deviate's scale (ISO/IEC 19795-1)."""
    if not curve:
        return ""

    def place(rate: float) -> float:
        clipped = min(_MOST, max(_LEAST, rate))
        return (_deviate(clipped) - _deviate(_LEAST)) / (_deviate(_MOST) - _deviate(_LEAST))

    line = _line([(place(b), place(a)) for b, a in curve], "curve")
    equal = _line([(0.0, 0.0), (1.0, 1.0)], "guide")
    return _figure("BPCER", "APCER", [(place(rate), _percent(rate)) for rate in RATES], equal + line)


def reliability(bins: Sequence[Bin]) -> str:
    """Share of forged files over the score; dots grow with the files they stand for."""
    if not bins:
        return ""
    most = max(b.files for b in bins)
    dots = "".join(
        f'<circle class="dot" cx="{_x(b.score):.1f}" cy="{_y(b.forged):.1f}" r="{3 + 7 * (b.files / most) ** 0.5:.1f}">'
        f"<title>{b.files} files, score {b.score:.2f}, {_percent(b.forged)} forged</title></circle>"
        for b in bins
    )
    drawn = _line([(0.0, 0.0), (1.0, 1.0)], "guide") + _line([(b.score, b.forged) for b in bins], "curve") + dots
    return _figure("score", "share forged", [(t / 5, f"{t / 5:.1f}") for t in range(6)], drawn)


def _figure(across: str, up: str, marks: Sequence[tuple[float, str]], drawn: str) -> str:
    """A square with the same marks on both axes."""
    low, high = _y(0.0), _y(1.0)
    left, right = _x(0.0), _x(1.0)
    parts = [f'<svg viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{up} over {across}">']
    for at, text in marks:
        x, y = _x(at), _y(at)
        parts.append(f'<path class="grid" d="M{x:.1f} {low:.1f}V{high:.1f}M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts.append(f'<text x="{x:.1f}" y="{low + 16:.1f}" text-anchor="middle">{text}</text>')
        parts.append(f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    parts.append(drawn)
    parts.append(f'<text class="axis" x="{(left + right) / 2}" y="{SIZE - 6}" text-anchor="middle">{across}</text>')
    middle = (low + high) / 2
    parts.append(f'<text class="axis" transform="translate(12 {middle}) rotate(-90)" text-anchor="middle">{up}</text>')
    return "".join([*parts, "</svg>"])


def _line(points: Sequence[tuple[float, float]], kind: str) -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}"/>'


def _scaled(start: float, end: float) -> Callable[[float], float]:
    return lambda share: start + share * (end - start)


_x = _scaled(LEFT, SIZE - 10)
_y = _scaled(SIZE - BOTTOM, 10)


def _percent(rate: float) -> str:
    return f"{100 * rate:g} %"
