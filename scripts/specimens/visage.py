"""What makes one drawn face differ from another, by seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]

_SKIN = ("f3d3bd", "eac3a5", "e0b08c", "cf9a72", "b97f58", "9a6443", "74482f", "553423")
_HAIR = ("14100e", "241812", "3a2517", "573822", "7a5330", "a67c45", "c9a468", "8b3d1c", "77706b", "b9b4ae")
_GREY_HAIR = ("77706b", "9b958f", "c6c2bd")
_IRIS = ("3a2413", "4c3018", "6b4a22", "5b6a3a", "4d7288", "6f8fa6", "66727a")
_CLOTHES = (
    "26303f",
    "4a1f2b",
    "2f4a3c",
    "55585e",
    "1b1c20",
    "7c6a52",
    "3d3560",
    "8e9aa6",
    "cfd3d6",
    "6b2f2a",
    "26506b",
)


def rgb(colour: str) -> Field:
    """`rrggbb` as three numbers 0-255."""
    return np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Visage:
    """What makes one face differ from another."""

    seed: int
    skin: Field
    hair: Field
    iris: Field
    clothes: Field
    jaw: float
    chin: float
    brow_height: float
    brow_weight: float
    eye_gap: float
    eye_width: float
    eye_open: float
    eye_tilt: float
    nose_width: float
    nose_length: float
    mouth_width: float
    mouth_curve: float
    upper_lip: float
    lower_lip: float
    cheeks: float
    ears: float
    hairline: float
    volume: float
    hair_length: float
    parting: float
    curl: float
    bald: float
    beard: float
    moustache: float
    age: float
    glasses: str
    collar: str
    turn: float
    tilt: float
    light: float

    @classmethod
    def invent(cls, seed: int, sex: str, age: int) -> Visage:
        rng = np.random.default_rng([seed, 0xFACE])
        man = sex == "M" or (sex == "X" and rng.random() < 0.5)
        old = min(1.0, max(0.0, (age - 25) / 50))

        def vary(middle: float, spread: float) -> float:
            return float(np.clip(rng.normal(middle, spread), middle - 2 * spread, middle + 2 * spread))

        skin = rgb(_SKIN[rng.integers(len(_SKIN))]) * vary(1.0, 0.025)
        dark = float(skin.mean()) < 140
        grey = rng.random() < max(0.0, (age - 42) / 28)
        hair = _GREY_HAIR if grey else _HAIR[:3] if dark else _HAIR[:8]
        return cls(
            seed=seed,
            skin=skin,
            hair=rgb(hair[rng.integers(len(hair))]),
            iris=rgb(_IRIS[rng.integers(3 if dark else len(_IRIS))]),
            clothes=rgb(_CLOTHES[rng.integers(len(_CLOTHES))]),
            jaw=vary(0.84 if man else 0.72, 0.055),
            chin=vary(1.33 if man else 1.25, 0.06),
            brow_height=vary(-0.36 if man else -0.40, 0.03),
            brow_weight=vary(0.062 if man else 0.042, 0.012),
            eye_gap=vary(0.425, 0.024),
            eye_width=vary(0.195, 0.015),
            eye_open=vary(0.078 if man else 0.09, 0.012),
            eye_tilt=vary(0.03, 0.05),
            nose_width=vary(0.2 if man else 0.175, 0.026),
            nose_length=vary(0.40, 0.04),
            mouth_width=vary(0.33, 0.035),
            mouth_curve=vary(0.0, 0.03),
            upper_lip=vary(0.048 if man else 0.062, 0.012),
            lower_lip=vary(0.068 if man else 0.085, 0.014),
            cheeks=vary(0.07, 0.04),
            ears=vary(1.0, 0.12),
            hairline=vary(-0.92, 0.05) - (0.12 * old if man else 0),
            volume=vary(0.2, 0.06),
            hair_length=0.0 if man and rng.random() < 0.85 else float(rng.uniform(0.5, 2.6)),
            parting=float(rng.uniform(-0.6, 0.6)),
            curl=float(rng.random() ** 2 * (1.6 if dark else 1.0)),
            bald=float(man and rng.random() < 0.12 + 0.25 * old),
            beard=float(rng.choice([0.0, 0.35, 0.8, 1.0], p=[0.5, 0.25, 0.1, 0.15])) if man else 0.0,
            moustache=float(man and rng.random() < 0.2),
            age=old,
            glasses=str(rng.choice(["", "round", "square"], p=[0.86, 0.07, 0.07])),
            collar=str(rng.choice(["shirt", "round", "v"])),
            turn=vary(0.0, 0.02),
            tilt=vary(0.0, 1.2),
            light=float(rng.choice([-1.0, 1.0])) * vary(0.35, 0.1),
        )
