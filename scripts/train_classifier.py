"""Makes models/classifier.skops from nothing: draw, enrol, capture, examine, fit, and judge on States it never saw.

    .venv/bin/python scripts/train_classifier.py            all of it; about an hour on 2 cores
    .venv/bin/python scripts/train_classifier.py --fit-only from the examined captures kept in .cache/classifier

Every capture goes through the same flow as a user's scan. What it gave is kept design by design, so that an
interrupted run goes on where it was; remove .cache/classifier after a change of reader, templates or checks. The
figures are leave-one-State-out and leave-one-attack-out; operating points are set on leave-one-State-out scores, never
on scores of a model that saw the document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
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

ENROLLED = 12
PAIRS = 10
"""Genuine captures of a design, and forged ones; each pair shares device, wear and light."""
CAPTURED = date(2026, 6, 1)
CACHE = ROOT / ".cache" / "classifier"
MODEL = ROOT / "models" / "classifier.skops"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """What an examined capture gave."""

    state: str
    design: str
    device: str
    attack: str
    skill: str
    matched: bool
    failed: tuple[str, ...]
    measures: dict[str, float]


def _decoded(taken: Any) -> Any:
    """The capture as an (h, w, 3) array, through the file that the device writes."""
    from PIL import Image
    from specimens.capture import encode

    return np.array(Image.open(BytesIO(encode(taken))).convert("RGB"))


def enrol_all(designs: Sequence[str]) -> Path:
    """A template of ENROLLED flatbed captures for each design, kept in the cache."""
    folder = CACHE / "templates"
    todo = [(design, folder) for design in designs if not (folder / design).exists()]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        for done in pool.imap_unordered(_enrol, todo):
            print(f"enrolled {done}", flush=True)
    return folder


def _enrol(job: tuple[str, Path]) -> str:
    from specimens import capture, make

    from docscan import templates
    from docscan.enrolment import specimens_in

    design, folder = job
    device = capture.DEVICES["flatbed-300"]
    found = []
    for seed in range(make.ENROLMENT_SEEDS, make.ENROLMENT_SEEDS + ENROLLED):
        taken = capture.capture(make.specimen(design, seed, wear=0.15).faces, device, seed)
        found += list(specimens_in(_decoded(taken)))
    state, kind, _ = design.split("-")
    templates.save(templates.enrol(found, id=design, state=state, type=kind), folder)
    return design


_settings: Any = None


def _start(folder: Path) -> None:
    global _settings  # noqa: PLW0603 - each worker loads the templates once
    from docscan import templates
    from docscan.pipeline import Settings

    _settings = Settings(templates=templates.load_all([folder]), on=CAPTURED)


def _examine(design: str) -> str:
    """All captures of a design, one JSON line each in the cache."""
    from specimens import make
    from specimens.capture import DEVICES

    lines = []
    for shot, taken, _ in make.balanced(design, PAIRS, tuple(DEVICES.values()), make.TRAINING_SEEDS):
        label = shot.label(taken, "")
        lines.append(json.dumps(asdict(_row(label, _decoded(taken)))))
    path = _rows_of(design)
    path.with_suffix(".part").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".part").rename(path)
    return design


def _row(label: Mapping[str, str], picture: Any) -> Row:
    from docscan.document import Outcome
    from docscan.judging import features
    from docscan.pipeline import observe

    seen = list(observe(picture, _settings))
    measures: dict[str, float] = {}
    failed: set[str] = set()
    for document in seen:
        failed |= {f"{f.check}:{f.code}" for f in document.findings if f.outcome is Outcome.FAIL}
        for name, value in zip(features.NAMES, features.vector(document.findings), strict=True):
            if not np.isnan(value):
                measures[name] = max(measures.get(name, -np.inf), float(value))
    matches = [document.exam.match for document in seen]
    return Row(
        label["state"],
        label["design"],
        label["device"],
        label["attack"],
        label["skill"],
        any(match is not None and match.template.id == label["design"] for match in matches),
        tuple(sorted(failed)),
        measures,
    )


def _rows_of(design: str) -> Path:
    return CACHE / f"{design}.jsonl"


def examined() -> list[Row]:
    """All rows; a design whose captures the cache has is not examined again."""
    from specimens.design import design_ids

    CACHE.mkdir(parents=True, exist_ok=True)
    templates = enrol_all(design_ids())
    todo = [design for design in design_ids() if not _rows_of(design).exists()]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), _start, (templates,)) as pool:
        for design in pool.imap_unordered(_examine, todo):
            print(f"examined {design}", flush=True)
    return kept()


def kept() -> list[Row]:
    rows = []
    for path in sorted(CACHE.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            rows.append(Row(**{**entry, "failed": tuple(entry["failed"])}))
    return rows


def matrix(rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """(n, measures) NaN where none was taken, and (n,) 1 for forged."""
    from docscan.judging.features import NAMES

    x = np.array([[row.measures.get(name, np.nan) for name in NAMES] for row in rows])
    return x, np.array([float(bool(row.attack)) for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit-only", action="store_true", help="use the examined captures of the cache")
    rows = kept() if parser.parse_args().fit_only else examined()
    from classifier_figures import figures
    from specimens import make

    from docscan.judging import classifier, training

    x, y = matrix(rows)
    model, scores = training.fit(x, y, [row.state for row in rows])
    classifier.save(model, str(MODEL))
    digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    card = {"file": MODEL.name, "sha256": digest, "seed": make.TRAINING_SEEDS, "command": "scripts/train_classifier.py"}
    card |= figures(rows, x, y, scores, model)
    (MODEL.with_suffix(".json")).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    manifest = json.loads((MODEL.parent / "manifest.json").read_text(encoding="utf-8"))
    manifest[MODEL.name] = digest
    (MODEL.parent / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
