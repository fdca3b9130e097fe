"""The pictures of samples/, their samples.csv and README.md, from `data/samples.toml`."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .capture import DEVICES, Capture, capture, save, scattered, stacked
from .make import SAMPLE_SEEDS, Shot, specimen

COLUMNS = ("file", "truth", "shows", "attack", "skill", "device", "design", "what", "check", "boxes")

_README = """# Samples

Specimens of invented States, drawn by `scripts/specimens` and taken by its virtual scanners and phones. Nobody shown
exists, every face is drawn, no real State's design is imitated, and SPECIMEN stands on each page. They may be used,
copied and changed freely, as everything in this repository. `python -m specimens samples samples` (with `scripts/` on
the Python path) makes them again.

`samples.csv` holds this table and, for the forged ones, what was changed, the checks that should see it (any of them,
parted by `|`) and the boxes of the change in pixels of the file (`x y w h`, parted by `;`).

| file | truth | what it shows | check that should see it |
|---|---|---|---|
"""


def _entries() -> list[Mapping[str, Any]]:
    path = Path(__file__).parent / "data" / "samples.toml"
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["sample"])


def _shots(entry: Mapping[str, Any]) -> list[Shot]:
    shots = []
    for i, words in enumerate(text.split() for text in entry["of"]):
        holder = SAMPLE_SEEDS + int(words[1])
        attack = entry.get("attack", "") if i == 0 else ""
        shots.append(specimen(words[0], holder, attack, entry.get("skill", "careful"), holder, wear=0.2))
    return shots


def _take(entry: Mapping[str, Any], shots: list[Shot]) -> Capture:
    faces = [face for shot in shots for face in shot.faces]
    device, seed = DEVICES[entry.get("device", "flatbed-300")], shots[0].holder
    device = replace(device, quality=min(device.quality, 72))
    rng = np.random.default_rng([seed, 0x5A3])
    if "page" in entry:
        page = tuple(entry["page"])
        return capture(faces, device, seed, poses=scattered(faces, page, rng), page=page)
    poses, page = stacked(faces, rng)
    if "turn" in entry:
        poses, page = tuple(replace(p, x=p.y, y=p.x, turn=p.turn + entry["turn"]) for p in poses), page[::-1]
    return capture(faces, device, seed, poses=poses, page=page)


def make_samples(out: Path) -> None:
    """Write every sample, samples.csv and README.md into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for entry in _entries():
        shots = _shots(entry)
        taken = _take(entry, shots)
        save(taken, out / entry["file"])
        label = shots[0].label(taken, entry["file"])
        designs = " ".join(shot.design.id for shot in shots)
        rows.append({**{k: label.get(k, "") for k in COLUMNS}, "shows": entry["shows"], "design": designs})
    with (out / "samples.csv").open("w", newline="", encoding="utf-8") as table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    lines = [
        f"| [{r['file']}]({r['file']}) | {r['truth']} | {r['shows']} | {r['check'].replace('|', ', ')} |" for r in rows
    ]
    (out / "README.md").write_text(_README + "\n".join(lines) + "\n", encoding="utf-8")
