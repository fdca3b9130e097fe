"""A State's emblem as outlines: shield, charge and wreath from a handful of shapes. Unit: the emblem's radius."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Curve = npt.NDArray[np.float64]


def _moved(shape: Curve, dx: float, dy: float) -> Curve:
    return shape + np.array([dx, dy])


def _ring(radius: float, count: int = 120) -> Curve:
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return radius * np.column_stack([np.cos(t), np.sin(t)])


def _star(points: int, outer: float, inner: float) -> Curve:
    t = np.arange(2 * points) * np.pi / points - np.pi / 2
    r = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.column_stack([r * np.cos(t), r * np.sin(t)])


def _leaf(at: tuple[float, float], angle: float, length: float, width: float) -> Curve:
    t = np.linspace(0, 1, 14)
    half = width * np.sin(np.pi * t) ** 0.8
    shape = np.vstack([np.column_stack([t * length, half]), np.column_stack([t[::-1] * length, -half[::-1]])])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return shape @ turn + np.array(at)


def _shield(kind: str) -> Curve:
    if kind == "round":
        return _ring(0.66)
    if kind == "oval":
        return _ring(0.68) * np.array([0.82, 1.0])
    t = np.linspace(0, 1, 30)
    side = np.column_stack([0.56 * np.cos(t * np.pi / 2) ** 0.6, -0.1 + 0.85 * t**1.1])
    return np.vstack([[[-0.56, -0.66], [0.56, -0.66]], side, side[::-1] * np.array([-1, 1])])


def _crescent() -> list[Curve]:
    t = np.linspace(0.6, 2 * np.pi - 0.6, 60)
    outer = 0.42 * np.column_stack([np.cos(t), np.sin(t)])
    back = np.linspace(2 * np.pi - 0.76, 0.76, 60)
    inner = _moved(0.36 * np.column_stack([np.cos(back), np.sin(back)]), 0.11, 0)
    return [np.vstack([outer, inner]), _moved(_star(6, 0.15, 0.07), 0.28, 0.0)]


def _waves(y: float) -> list[Curve]:
    x = np.linspace(-0.42, 0.42, 40)
    top = y + 0.035 * np.sin(x * 22)
    return [np.vstack([np.column_stack([x, top]), np.column_stack([x[::-1], top[::-1] + 0.06])])]


def _charge(kind: str) -> list[Curve]:
    if kind == "sun":
        rays = [_leaf((0.22 * np.cos(a), 0.22 * np.sin(a)), a, 0.26, 0.035) for a in np.arange(16) * np.pi / 8]
        return [_ring(0.18), *rays]
    if kind == "star":
        return [_star(5, 0.46, 0.19)]
    if kind == "mountain":
        peaks = np.array([[-0.45, 0.3], [-0.2, -0.1], [-0.06, 0.08], [0.14, -0.3], [0.45, 0.3]])
        return [peaks, _moved(_star(5, 0.11, 0.045), -0.2, -0.34), *_waves(0.38)]
    if kind == "ship":
        hull = np.array([[-0.42, 0.12], [0.42, 0.12], [0.3, 0.32], [-0.3, 0.32]])
        return [
            hull,
            np.array([[-0.03, 0.08], [-0.03, -0.45], [-0.36, 0.08]]),
            np.array([[0.04, 0.08], [0.04, -0.4], [0.32, 0.08]]),
            *_waves(0.4),
        ]
    if kind == "bird":
        wing = [_leaf((0.0, 0.02), a, 0.48 - 0.05 * k, 0.06) for k, a in enumerate((-0.35, -0.65, -0.95, -1.25))]
        body = [_leaf((0.0, -0.3), np.pi / 2, 0.72, 0.12)]
        return [*wing, *[w * np.array([-1, 1]) for w in wing], *body, _moved(_ring(0.075), 0, -0.33)]
    if kind == "tree":
        crown = [_ring(0.17) + np.array(c) for c in ((0, -0.3), (-0.2, -0.12), (0.2, -0.12), (0, -0.05))]
        return [*crown, np.array([[-0.05, 0.0], [0.05, 0.0], [0.1, 0.42], [-0.1, 0.42]])]
    if kind == "tower":
        wall = [
            [-0.28, 0.4],
            [-0.24, -0.2],
            [-0.32, -0.2],
            [-0.32, -0.42],
            [-0.19, -0.42],
            [-0.19, -0.32],
            [-0.07, -0.32],
            [-0.07, -0.42],
        ]
        left = np.array(wall)
        return [np.vstack([left, left[::-1] * np.array([-1, 1])]), *_waves(0.46)]
    if kind == "fish":
        fish = _leaf((-0.42, 0.0), 0.0, 0.66, 0.15)
        tail = np.array([[0.16, 0.0], [0.42, -0.17], [0.34, 0.0], [0.42, 0.17]])
        back = np.array([-0.8, 0.8])
        return [_moved(part, 0, -0.16) for part in (fish, tail)] + [
            _moved(part * back, 0, 0.2) for part in (fish, tail)
        ]
    return _crescent()


def _wreath(kind: str) -> list[Curve]:
    if kind == "none":
        return []
    length, width, count = {"olive": (0.24, 0.055, 9), "laurel": (0.27, 0.07, 8), "wheat": (0.2, 0.045, 12)}[kind]
    leaves = []
    for k in range(count):
        a = np.pi / 2 + 0.25 + k * (2.1 / count)
        at = (0.86 * np.cos(a), 0.86 * np.sin(a))
        for lean in (0.55, -0.35):
            leaf = _leaf(at, a + np.pi / 2 + lean, length, width)
            leaves += [leaf, leaf * np.array([-1, 1])]
    return leaves


def outlines(parts: tuple[str, str, str]) -> tuple[list[Curve], list[Curve]]:
    """(filled shapes, lines) of an emblem within the unit circle, y down."""
    charge, shield, wreath = parts
    border = _shield(shield)
    return [*_charge(charge), *_wreath(wreath)], [border, border * 0.92]


def disc() -> Curve:
    """The unit circle."""
    return _ring(1.0)
