"""From nothing to the model card: draw, enrol, capture, examine, fit models/classifier.skops, judge it on States that
it never saw.

    .venv/bin/python scripts/train_classifier.py              all of it
    .venv/bin/python scripts/train_classifier.py --pairs 6    a small set, to see that all works; --out elsewhere
    .venv/bin/python scripts/train_classifier.py --fit-only   from the largest set of captures that was examined

Every capture goes through the same flow as a user's scan. What was made is kept in .cache/classifier as long as the
code that made it is the same, so an interrupted run goes on where it was. The figures are leave-one-State-out and
leave-one-attack-out, by the code that `docscan evaluate` uses; operating points are set on leave-one-State-out scores,
never on scores of a model that saw the document.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")
# The processes keep the memory of large pictures instead of having it cleared and given anew for each.
os.environ.setdefault("GLIBC_TUNABLES", f"glibc.malloc.mmap_threshold={1 << 31}:glibc.malloc.trim_threshold={1 << 32}")

import make_docs
from classifier_figures import figures, matrix
from specimens import make
from specimens.design import design_ids
from training_set import examined, newest

from docscan.judging import classifier, training

MODELS = Path(__file__).resolve().parent.parent / "models"
PAIRS = 168
"""Genuine captures of a design, and forged ones: over 3,000 of each with 18 designs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=PAIRS, help="genuine captures of a design, and forged ones")
    parser.add_argument("--designs", nargs="+", default=design_ids(), choices=design_ids(), metavar="ID")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--fit-only", action="store_true", help="use the largest set examined, whatever changed")
    parser.add_argument("--examine-only", action="store_true", help="draw, enrol and examine, and fit nothing")
    parser.add_argument("--out", type=Path, default=MODELS, help="folder of the model and its figures")
    chosen = parser.parse_args()
    rows = newest() if chosen.fit_only else examined(chosen.designs, chosen.pairs, chosen.jobs)
    if chosen.examine_only:
        return
    started = time.perf_counter()
    x, y, referred = matrix(rows)
    with multiprocessing.get_context("spawn").Pool(chosen.jobs) as pool:
        fitted = training.fit(x, y, [row.label.state for row in rows], referred, pool.map)
        measured = figures(rows, x, y, referred, fitted, pool.map)
    path = chosen.out / classifier.FILE
    classifier.save(fitted.model, str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = {"file": path.name, "sha256": digest, "seed": make.TRAINING_SEEDS, "command": _command(chosen.pairs)}
    card |= measured
    card["fitting_minutes"] = round((time.perf_counter() - started) / 60, 1)
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    manifest = chosen.out / "manifest.json"
    sums = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    manifest.write_text(json.dumps(sums | {path.name: digest}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if chosen.out.resolve() == MODELS:
        make_docs.main()


def _command(pairs: int) -> str:
    return "scripts/train_classifier.py" + (f" --pairs {pairs}" if pairs != PAIRS else "")


if __name__ == "__main__":
    main()
