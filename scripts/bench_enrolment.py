"""False alarms on a foreign set: each folder of specimens enrolled from 12 of 16, the other 4 questioned, every fold.

    scripts/bench enrolment                        every fold of every folder in ../shared/data/specimens
    scripts/bench enrolment --fold 0 --only NAME   one of them
    scripts/bench enrolment --devices              the same as other devices would take the documents, too

A folder holds `NN-front.jpg` and `NN-back.jpg` of so many genuine documents; each file is examined by itself, as
`docscan templates enrol` and `docscan check` would. Devices are those of scripts/specimens up to the resolution of the
specimens; they take the scan for the document, so what they show is a little worse than a document would be.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image
from specimens.capture import DEVICES, Device, capture, save
from specimens.draw import SpecimenFace

from docscan import enrolment
from docscan.document import Outcome, Template
from docscan.pipeline import Inspection, Settings, examine

SPECIMENS = Path(__file__).resolve().parents[2] / "shared" / "data" / "specimens"
FOLDS = 4
ON = date(2026, 8, 1)
"""After the last of them was issued, and before the first expires."""
PPI = 300.0
"""Of the specimens."""
AS_SCANNED, UNLAID = "as scanned", "unlaid"


@dataclass(frozen=True, eq=False)
class Asked:
    """A genuine specimen that was not enrolled."""

    file: str
    inspection: Inspection

    @property
    def faces_laid(self) -> int:
        match = self.inspection.exam.match
        return 0 if match is None else len(match.faces)

    @property
    def failed(self) -> tuple[str, ...]:
        findings = self.inspection.report.findings
        return tuple(f"{f.check}:{f.code}" for f in findings if f.outcome is Outcome.FAIL)


def split(folder: Path, fold: int) -> tuple[list[Path], list[Path]]:
    """Files to enrol and files to question: every fourth document is questioned."""
    documents = sorted({path.name.split("-")[0] for path in folder.glob("*-front.jpg")})
    held = set(documents[fold::FOLDS])
    files = sorted(folder.glob("*-*.jpg"))
    return [f for f in files if f.name[:2] not in held], [f for f in files if f.name[:2] in held]


def state_of(folder: Path) -> str:
    """The issuing State as the MRZs have it."""
    pages = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    issuers = Counter(page["fields"]["mrz_1"]["value"][2:5] for page in pages if "mrz_1" in page["fields"])
    return issuers.most_common(1)[0][0]


def learn(folder: Path, files: Sequence[Path], out: Path) -> Template:
    return enrolment.enrol(files, template_id=folder.name.upper(), state=state_of(folder), type="I", out=out)


def question(files: Sequence[Path], settings: Settings) -> Iterator[Asked]:
    for path in files:
        for inspection in examine(path, settings):
            yield Asked(path.name, inspection)


def taken(files: Sequence[Path], device: Device, out: Path) -> list[Path]:
    """The documents of these files as a device takes them, in files of the same names."""
    found = []
    for seed, path in enumerate(files):
        with Image.open(path) as scan:
            face = SpecimenFace(path.stem, np.array(scan.convert("RGB")), PPI, {}, {})
        save(capture([face], device, seed), out / path.name)
        found.append(out / path.name)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="one fold only")
    parser.add_argument("--only", help="one folder only")
    parser.add_argument("--devices", action="store_true", help="as other devices take the documents, too")
    chosen = parser.parse_args()
    devices = [None, *(d for d in DEVICES.values() if chosen.devices and d.ppi <= PPI)]
    outcomes = {device.name if device else AS_SCANNED: Counter[str]() for device in devices}
    for folder in sorted(p for p in SPECIMENS.iterdir() if p.is_dir() and chosen.only in (None, p.name)):
        for fold in range(FOLDS) if chosen.fold is None else [chosen.fold]:
            enrolled, questioned = split(folder, fold)
            with tempfile.TemporaryDirectory() as out:
                started = time.perf_counter()
                template = learn(folder, enrolled, Path(out))
                took = time.perf_counter() - started
            sides = ", ".join(face.side for face in template.faces)
            print(f"{folder.name} fold {fold}: {len(enrolled)} files enrolled in {took:.0f} s: {sides}", flush=True)
            for device, counted in zip(devices, outcomes.values(), strict=True):
                with tempfile.TemporaryDirectory() as out:
                    files = taken(questioned, device, Path(out)) if device else questioned
                    ask(files, Settings(templates=(template,), on=ON), device.name if device else "", counted)
    for name, counted in outcomes.items():
        unlaid = counted.pop(UNLAID, 0)
        asked = f"{name}: {sum(counted.values())} genuine faces questioned: {dict(counted)}"
        print(f"{asked}; {unlaid} not laid on their template")


def ask(files: Sequence[Path], settings: Settings, device: str, counted: Counter[str]) -> None:
    """Prints what is found on genuine documents, and counts the verdicts."""
    for asked in question(files, settings):
        verdict = asked.inspection.report.verdict
        counted[verdict.outcome.value] += 1
        counted[UNLAID] += asked.faces_laid == 0
        what = f"{verdict.outcome:<10} {verdict.probability:.3f}  laid {asked.faces_laid}"
        print(f"  {asked.file:<14} {device:<15} {what}  {' '.join(asked.failed)}", flush=True)


if __name__ == "__main__":
    main()
