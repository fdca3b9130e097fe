"""Make pictures of specimens: samples, enrolment specimens of a design, a labelled set for training.

    python -m specimens enrolment OUT --design UTO-P-2020 --count 12
    python -m specimens training OUT --count 40 --jobs 2
    python -m specimens samples samples

(with `scripts/` on the Python path). Holders of the three kinds never meet: their seeds lie in ranges of their own.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from . import digital, forge
from .capture import DEVICES, Capture, Device, capture, save
from .design import Design, design, design_ids
from .draw import Specimen, SpecimenFace, draw
from .forge import Truth
from .handiwork import SKILLS, Skill
from .holder import invent
from .wear import worn

ATTACKS = (*forge.ATTACKS, *digital.ATTACKS)
"""Forgeries of the document itself, then forgeries of its scan."""
RESAVED = 0.25
"""Share of pairs that somebody opened and saved again, genuine and forged alike."""
ENROLMENT_SEEDS, TRAINING_SEEDS, SAMPLE_SEEDS = 0, 100_000, 500_000
COLUMNS = (
    "file",
    "truth",
    "state",
    "design",
    "format",
    "holder",
    "attack",
    "skill",
    "device",
    "check",
    "what",
    "boxes",
)

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One document before the camera: its faces and, where forged, the truth."""

    design: Design
    holder: int
    faces: tuple[SpecimenFace, ...]
    truth: Truth | None
    drawn: Specimen
    """As it left the press or the forger, before use and dirt."""

    def boxes(self, taken: Capture, first: int = 0) -> tuple[Box, ...]:
        """Each change in pixels of the picture; `first` is the place of this document's first face in it."""
        if self.truth is None:
            return ()
        sides = [face.side for face in self.faces]
        return tuple(taken.locate(first + sides.index(c.side), c.rect) for c in self.truth.changes)

    def label(self, taken: Capture, file: str, first: int = 0) -> dict[str, str]:
        """One row of labels.csv: several checks are parted by `|`, boxes are `x y w h` parted by `;`."""
        truth = self.truth
        return {
            "file": file,
            "truth": "forged" if truth else "genuine",
            "state": self.design.state.code,
            "design": self.design.id,
            "format": str(self.design.format),
            "holder": str(self.holder),
            "attack": truth.attack if truth else "",
            "skill": truth.skill if truth else "",
            "device": taken.device.name,
            "check": "|".join(truth.checks) if truth else "",
            "what": "; ".join(dict.fromkeys(c.what for c in truth.changes)) if truth else "",
            "boxes": ";".join(" ".join(map(str, box)) for box in self.boxes(taken, first)),
        }


def specimen(
    design_id: str,
    holder: int,
    attack: str = "",
    skill: Skill = "careful",
    seed: int = 0,
    wear: float = 0.3,
    ppi: float = 600,
) -> Shot:
    """A document with use and dirt on it; genuine where `attack` is empty. KeyError for an attack on scans."""
    d = design(design_id)
    drawn, truth = draw(d, invent(d, holder), ppi), None
    if attack:
        forged = forge.forge(drawn, attack, skill, seed)
        drawn, truth = forged.specimen, forged.truth
    faces = tuple(replace(f, pixels=worn(f.pixels, f.ppi, holder + i, wear)) for i, f in enumerate(drawn.faces))
    return Shot(d, holder, faces, truth, drawn)


def shoot(
    design_id: str,
    holder: int,
    device: Device,
    attack: str = "",
    skill: Skill = "careful",
    *,
    wear: float = 0.3,
    glare: float = 0.0,
    resaved: bool = False,
) -> tuple[Shot, Capture]:
    """A document and its picture: captured, then edited where `attack` is one on scans, or merely saved again."""
    edited = attack in digital.ATTACKS
    shot = specimen(design_id, holder, "" if edited else attack, skill, holder, wear)
    taken = capture(shot.faces, device, holder, glare=glare)
    if edited:
        taken, truth = digital.edit(shot.drawn, taken, attack, skill, holder)
        shot = replace(shot, truth=truth)
    elif resaved:
        taken = digital.saved_again(taken, holder)
    return shot, taken


def write_labels(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def enrolment(out: Path, design_id: str, count: int, device: Device, first: int = ENROLMENT_SEEDS) -> list[Path]:
    """`count` genuine captures of one design, each with all its faces on one picture."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for seed in range(first, first + count):
        shot = specimen(design_id, seed, wear=0.15)
        paths.append(out / f"{design_id}-{seed:06d}.jpg")
        save(capture(shot.faces, device, seed), paths[-1])
    return paths


def plan(turn: int, devices: Sequence[Device]) -> tuple[str, Skill, Device]:
    """Attack, skill and device of a pair: in turn, so that each meets each. A screen is photographed, never laid on a
    flatbed, where there is a camera among the devices."""
    attack = ATTACKS[turn % len(ATTACKS)]
    able = [d for d in devices if d.kind == "camera" or attack != "screen"] or devices
    step = turn % len(ATTACKS) + turn // len(ATTACKS)
    return attack, SKILLS[step % len(SKILLS)], able[step % len(able)]


def balanced(
    design_id: str, count: int, devices: Sequence[Device], first: int, start: int = 0
) -> Iterator[tuple[Shot, Capture, str]]:
    """`count` genuine and as many forged captures of one design, (shot, capture, name) pair by pair: the same device,
    wear and path; where the forgery is one of the scan, the genuine one was saved again too. From pair number `start`
    on; a pair is the same whichever went before."""
    offset = design(design_id).seed
    for i in range(start, start + count):
        rng = np.random.default_rng([offset, first + i])
        attack, skill, device = plan(i + offset, devices)
        wear, glare = float(rng.random() ** 2), float(rng.random() < 0.2) * 0.25
        resaved = attack in digital.ATTACKS or bool(rng.random() < RESAVED)
        for forged in (False, True):
            seed = first + 2 * i + forged
            kind = attack if forged else ""
            yield (
                *shoot(design_id, seed, device, kind, skill, wear=wear, glare=glare, resaved=resaved),
                f"{design_id}-{seed:06d}.jpg",
            )


def _train_one(task: tuple[Path, str, int, tuple[str, ...], int]) -> list[dict[str, str]]:
    out, design_id, count, devices, first = task
    cv2.setNumThreads(1)
    rows = []
    for shot, taken, name in balanced(design_id, count, [DEVICES[d] for d in devices], first):
        save(taken, out / name)
        rows.append(shot.label(taken, name))
    return rows


def training(
    out: Path,
    designs: Sequence[str],
    count: int,
    devices: Sequence[str],
    jobs: int = 1,
    first: int = TRAINING_SEEDS,
) -> Path:
    """A folder with `count` genuine and `count` forged captures of each design and `labels.csv`; its path."""
    out.mkdir(parents=True, exist_ok=True)
    tasks = [(out, d, count, tuple(devices), first) for d in designs]
    if jobs == 1:
        parts = [_train_one(task) for task in tasks]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            parts = list(pool.map(_train_one, tasks))
    labels = out / "labels.csv"
    write_labels(labels, [row for part in parts for row in part])
    return labels


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="specimens", description="Pictures of specimens of invented States.")
    commands = parser.add_subparsers(dest="command", required=True)
    some = commands.add_parser("enrolment", help="genuine captures of one design")
    some.add_argument("out", type=Path)
    some.add_argument("--design", required=True, choices=design_ids())
    some.add_argument("--count", type=int, default=12)
    some.add_argument("--device", default="flatbed-300", choices=tuple(DEVICES))
    many = commands.add_parser("training", help="genuine and forged captures with labels.csv")
    many.add_argument("out", type=Path)
    many.add_argument("--designs", nargs="+", default=design_ids(), choices=design_ids(), metavar="ID")
    many.add_argument("--count", type=int, default=42, help="genuine, and as many forged, of each design")
    many.add_argument("--devices", nargs="+", default=tuple(DEVICES), choices=tuple(DEVICES), metavar="NAME")
    many.add_argument("--jobs", type=int, default=1)
    few = commands.add_parser("samples", help="the pictures of samples/")
    few.add_argument("out", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "enrolment":
        enrolment(chosen.out, chosen.design, chosen.count, DEVICES[chosen.device])
    elif chosen.command == "training":
        training(chosen.out, chosen.designs, chosen.count, chosen.devices, chosen.jobs)
    else:
        from .samples import make_samples

        make_samples(chosen.out)


if __name__ == "__main__":
    main()
