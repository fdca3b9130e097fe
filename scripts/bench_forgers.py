"""Forgeries by another hand on a foreign set: 12 of 16 documents enrolled, the other 4 forged in every way there is.

    scripts/bench forgers                        every fold of every folder in ../shared/data/specimens
    scripts/bench forgers --fold 0 --only NAME   one of them
    scripts/bench forgers --device flatbed-200   printed and taken once more, instead of the file as it was saved
    scripts/bench forgers --keep FOLDER          keep the pictures and labels.csv of each fold there

Nothing of it was trained on. The figures are those of `docscan evaluate`, by the same code; the genuine documents are
the same four, laid on a page and saved in the same way.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bench_enrolment
import foreign_forger as forger
import numpy as np
from PIL import Image
from specimens.capture import DEVICES, Device, capture, save
from specimens.draw import Rect, SpecimenFace

from docscan.evaluate import evaluate
from docscan.judging import labels
from docscan.judging.assessment import FLAGGED, Judged, assess
from docscan.judging.verdict import CHECKPOINT
from docscan.pipeline import Settings

PPI = bench_enrolment.PPI
COLUMNS = ("file", "truth", "attack", "device", "check", "boxes")


def write(folder: Path, numbers: list[str], device: Device | None, out: Path) -> None:
    """Pictures of the documents, genuine and forged in every way, and their labels.csv."""
    documents = [forger.read(folder, number) for number in numbers]
    with (out / labels.TABLE).open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        for number, way, document in _altered(documents):
            file = f"{numbers[number]}-{way.__name__ if way else 'genuine'}.jpg"
            row = {"file": file, "truth": "forged" if way else "genuine"}
            row |= {"device": device.name if device else "editor"}
            row |= {"boxes": ";".join(_take(document, device, number, out / file))}
            if way:
                row |= {"attack": way.__name__, "check": "|".join((*forger.WAYS[way], *forger.EDITED))}
            table.writerow(row)


def _altered(documents: list[forger.Document]) -> Iterator[tuple[int, forger.Way | None, forger.Document]]:
    """Each document as it is and changed in every way, with its place among them."""
    for number, genuine in enumerate(documents):
        yield number, None, genuine
        other = next(d for d in documents[number + 1 :] + documents[:number] if not forger.same_portrait(d, genuine))
        for seed, way in enumerate(forger.WAYS):
            document = genuine.copy()
            way(document, other, np.random.default_rng([number, seed]))
            yield number, way, document


def _take(document: forger.Document, device: Device | None, seed: int, path: Path) -> list[str]:
    """The file of a document, and the changed places in it as labels.csv has them."""
    if device is None:
        sheet, boxes = forger.page(document)
        Image.fromarray(sheet).save(path, quality=forger.QUALITY, dpi=(PPI, PPI))
        return [f"{b.x:.0f} {b.y:.0f} {b.width:.0f} {b.height:.0f}" for b in boxes]
    order = sorted(document.sides, reverse=True)
    taken = capture([SpecimenFace(s, document.sides[s], PPI, {}, {}) for s in order], device, seed)
    save(taken, path)
    mm = 25.4 / PPI
    places = [(order.index(s), Rect(b.x * mm, b.y * mm, b.width * mm, b.height * mm)) for s, b in document.changed]
    return [" ".join(map(str, taken.locate(face, place))) for face, place in places]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fold", type=int, choices=range(bench_enrolment.FOLDS), help="one fold only")
    parser.add_argument("--only", help="one folder only")
    parser.add_argument("--device", choices=sorted(DEVICES), help="take the forged documents once more with it")
    parser.add_argument("--keep", type=Path, help="folder to keep the pictures in")
    chosen = parser.parse_args()
    device = DEVICES[chosen.device] if chosen.device else None
    judged: list[Judged] = []
    for folder in sorted(
        p for p in bench_enrolment.SPECIMENS.iterdir() if p.is_dir() and chosen.only in (None, p.name)
    ):
        for fold in range(bench_enrolment.FOLDS) if chosen.fold is None else [chosen.fold]:
            enrolled, questioned = bench_enrolment.split(folder, fold)
            numbers = sorted({path.name[:2] for path in questioned})
            with tempfile.TemporaryDirectory() as temporary:
                out = (chosen.keep or Path(temporary)) / f"{folder.name}-{fold}"
                out.mkdir(parents=True, exist_ok=True)
                template = bench_enrolment.learn(folder, enrolled, Path(temporary))
                write(folder, numbers, device, out)
                rows = labels.read(out / labels.TABLE)
                for file in evaluate(out, rows, Settings(templates=(template,), on=bench_enrolment.ON)):
                    judged.append(file)
                    score = "" if file.score is None else f"{file.score:.3f}"
                    print(f"{out.name}/{file.label.file:<38} {file.outcome!s:<10} {score} {file.first}", flush=True)
    show(judged)


def show(judged: list[Judged]) -> None:
    """A table: each way, how many were referred and suspect, named by the first reason, and covered by places."""
    assessment = assess(judged, CHECKPOINT)
    print("\n| forged how | files | flagged | suspect | named | covered |\n|---|---|---|---|---|---|")
    for attack in assessment.attacks:
        files = [file for file in judged if file.label.attack == attack.attack]
        flagged = sum(file.outcome in FLAGGED for file in files)
        suspect = sum(file.outcome == "suspect" for file in files)
        shares = (f"{figure.value:.2f}" if figure else "-" for figure in (attack.named, attack.covered))
        print(f"| {attack.attack} | {len(files)} | {flagged} | {suspect} | {' | '.join(shares)} |")
    genuine = [file for file in judged if not file.label.forged]
    outcomes = [sum(file.outcome == name for file in genuine) for name in ("clear", "refer", "suspect")]
    print(f"\ngenuine: {outcomes[0]} clear, {outcomes[1]} refer, {outcomes[2]} suspect of {len(genuine)}")
    if auc := assessment.figures.get("AUC"):
        print(f"AUC {auc.value:.3f} ({auc.low:.3f}-{auc.high:.3f})")


if __name__ == "__main__":
    main()
