"""Makes models/classifier.skops from nothing: draw, enrol, capture, examine, fit, and judge on States it never saw.

    .venv/bin/python scripts/train_classifier.py            all of it; about an hour and a half on 2 cores
    .venv/bin/python scripts/train_classifier.py --fit-only from the examined captures kept in .cache/classifier

Every capture goes through the same flow as a user's scan. Those examined are kept one JSON line each, so that an
interrupted run goes on where it was. The figures are leave-one-State-out and leave-one-attack-out; operating points
are set on leave-one-State-out scores, never on scores of a model that saw the document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

SEED = 20_260
ENROLLED = 12
GENUINE, FORGED = 42, 42
"""Captures a design."""
CAPTURED = date(2026, 6, 1)
CACHE = ROOT / ".cache" / "classifier"
MODEL = ROOT / "models" / "classifier.skops"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    design: str
    holder: int
    device: str
    attack: str = ""
    skill: str = ""

    @property
    def key(self) -> str:
        return "/".join((self.design, str(self.holder), self.device, self.attack, self.skill))

    @property
    def state(self) -> str:
        return self.design.split("-")[0]


@dataclass(frozen=True)
class Row:
    """What an examined capture gave."""

    key: str
    state: str
    device: str
    attack: str
    skill: str
    matched: bool
    failed: tuple[str, ...]
    measures: dict[str, float]


def tasks() -> list[Task]:
    """GENUINE and FORGED captures of every design; each holder travels once, each device and attack in turn."""
    from specimens.capture import DEVICES
    from specimens.design import design_ids
    from specimens.forge import ATTACKS
    from specimens.handiwork import SKILLS

    rng = np.random.default_rng(SEED)
    devices, found = list(DEVICES), []
    kinds = [(attack, skill) for attack in ATTACKS for skill in SKILLS]
    for design in design_ids():
        order = rng.permutation(len(kinds))
        for n in range(GENUINE + FORGED):
            attack, skill = kinds[order[(n - GENUINE) % len(kinds)]] if n >= GENUINE else ("", "")
            found.append(Task(design, 10_000 + n, devices[int(rng.integers(len(devices)))], attack, skill))
    return found


def picture_of(task: Task) -> Any:
    """The capture as an (h, w, 3) array, through the file that the device writes."""
    from PIL import Image
    from specimens import capture, design, draw, forge, holder

    drawn = design.design(task.design)
    specimen = draw.draw(drawn, holder.invent(drawn, task.holder))
    if task.attack:
        specimen = forge.forge(specimen, task.attack, task.skill, task.holder).specimen
    taken = capture.capture(specimen.faces, capture.DEVICES[task.device], task.holder)
    return np.array(Image.open(BytesIO(capture.encode(taken))).convert("RGB"))


def enrol_all(designs: Sequence[str]) -> Path:
    """A template of ENROLLED flatbed captures for each design, kept in the cache."""
    folder = CACHE / "templates"
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for done in pool.imap_unordered(
            _enrol, [(design, folder) for design in designs if not (folder / design).exists()]
        ):
            print(f"enrolled {done}", flush=True)
    return folder


def _enrol(job: tuple[str, Path]) -> str:
    from docscan import templates
    from docscan.enrolment import specimens_in

    design, folder = job
    pictures = (picture_of(Task(design, 1 + n, "flatbed-300")) for n in range(ENROLLED))
    found = [specimen for picture in pictures for specimen in specimens_in(picture)]
    state, kind, _ = design.split("-")
    templates.save(templates.enrol(found, id=design, state=state, type=kind), folder)
    return design


_settings: Any = None


def _start(folder: Path) -> None:
    global _settings  # noqa: PLW0603 - each worker loads the templates once
    from docscan import templates
    from docscan.pipeline import Settings

    _settings = Settings(templates=templates.load_all([folder]), on=CAPTURED)


def _examine(task: Task) -> Row:
    from docscan.document import Outcome
    from docscan.judging import features
    from docscan.pipeline import observe

    seen = list(observe(picture_of(task), _settings))
    measures: dict[str, float] = {}
    failed: set[str] = set()
    for document in seen:
        failed |= {f"{f.check}:{f.code}" for f in document.findings if f.outcome is Outcome.FAIL}
        for name, value in zip(features.NAMES, features.vector(document.findings), strict=True):
            if not np.isnan(value):
                measures[name] = max(measures.get(name, -np.inf), float(value))
    matches = [document.exam.match for document in seen]
    matched = any(match is not None and match.template.id == task.design for match in matches)
    return Row(task.key, task.state, task.device, task.attack, task.skill, matched, tuple(sorted(failed)), measures)


def examined() -> list[Row]:
    """All tasks' rows, those of the cache as they are."""
    from specimens.design import design_ids

    CACHE.mkdir(parents=True, exist_ok=True)
    templates = enrol_all(design_ids())
    kept = {row.key: row for row in _kept()}
    todo = [task for task in tasks() if task.key not in kept]
    with (
        multiprocessing.get_context("spawn").Pool(os.cpu_count(), _start, (templates,)) as pool,
        (CACHE / "rows.jsonl").open("a", encoding="utf-8") as out,
    ):
        for n, row in enumerate(pool.imap_unordered(_examine, todo), start=1):
            kept[row.key] = row
            out.write(json.dumps(asdict(row)) + "\n")
            out.flush()
            if n % 50 == 0:
                print(f"examined {n} of {len(todo)}", flush=True)
    return [kept[task.key] for task in tasks()]


def _kept() -> Iterator[Row]:
    path = CACHE / "rows.jsonl"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            yield Row(**{**entry, "failed": tuple(entry["failed"])})


def matrix(rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """(n, measures) NaN where none was taken, and (n,) 1 for forged."""
    from docscan.judging.features import NAMES

    x = np.array([[row.measures.get(name, np.nan) for name in NAMES] for row in rows])
    return x, np.array([float(bool(row.attack)) for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit-only", action="store_true", help="use the examined captures of the cache")
    rows = list(_kept()) if parser.parse_args().fit_only else examined()
    from classifier_figures import figures

    from docscan.judging import classifier, training

    x, y = matrix(rows)
    model, scores = training.fit(x, y, [row.state for row in rows])
    classifier.save(model, str(MODEL))
    digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    card = {"file": MODEL.name, "sha256": digest, "seed": SEED, "command": "scripts/train_classifier.py"}
    card |= figures(rows, x, y, scores, model)
    (MODEL.with_suffix(".json")).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    manifest = json.loads((MODEL.parent / "manifest.json").read_text(encoding="utf-8"))
    manifest[MODEL.name] = digest
    (MODEL.parent / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
