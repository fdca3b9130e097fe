"""What the checks that pixels alone decide see: AUC of each measure on each attack and skill, and false alarms.

    scripts/bench traces               captures of the factory (seeds from 900000 on, which nothing else uses)
    scripts/bench traces --rendered    cards of ../shared/data/specimens, forged here and now by three skills

Genuine captures are saved once or again, as forged ones are. A measure that was not taken counts as 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from specimens import make, retouch  # noqa: E402
from specimens.capture import DEVICES, encode  # noqa: E402
from specimens.design import Rect, design_ids  # noqa: E402
from specimens.handiwork import SKILLS  # noqa: E402

from docscan.checks import registry  # noqa: E402
from docscan.document import Outcome  # noqa: E402
from docscan.judging.evaluation import auc  # noqa: E402
from docscan.pipeline import Settings, observe  # noqa: E402

FIRST_SEED = 900_000
ROOMS = ("image.", "capture.", "print.")
ATTACKS = (
    "edited_field",
    "edited_mrz",
    "edited_portrait",
    "edited_copy_move",
    "copy_move",
    "screen",
    "photocopy",
    "print_and_scan",
    "counterfeit",
)
SPECIMENS = ROOT / ".." / "shared" / "data" / "specimens"
MM = 25.4 / 300

Measures = dict[str, float]
Entry = tuple[str, str, bytes]
"""Attack, skill and file."""


def captures(count: int) -> Iterator[Entry]:
    """`count` genuine captures and as many of each attack and skill, designs and devices in turn."""
    designs, devices = design_ids(), tuple(DEVICES.values())
    kinds = [("", SKILLS[0]), *((attack, skill) for attack in ATTACKS for skill in SKILLS)]
    for k, (attack, skill) in enumerate(kinds):
        repeats = count * (1 if attack else 4)
        for i in range(repeats):
            able = [d for d in devices if d.kind == "camera" or attack != "screen"]
            seed = FIRST_SEED + 100 * k + i
            design, device = designs[(5 * i + k) % len(designs)], able[(i + k) % len(able)]
            _, taken = make.shoot(design, seed, device, attack, skill, resaved=bool(i % 2))
            yield attack, skill if attack else "", encode(taken)


def _jpeg(pixels: np.ndarray, quality: int) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, dpi=(300, 300))
    return out.getvalue()


def rendered(count: int) -> Iterator[Entry]:
    """The first `count` cards of each set as they are, saved again, and forged: a field written over, a portrait laid
    on from another card."""
    flat = np.diag([1 / MM, 1 / MM, 1.0])
    for folder in sorted(SPECIMENS.iterdir()):
        notes = {entry["file"]: entry["fields"] for entry in json.loads((folder / "annotations.json").read_text())}
        for number in range(count):
            for side in ("front", "back"):
                path = folder / f"{number:02d}-{side}.jpg"
                card = np.array(Image.open(path).convert("RGB"))
                qualities = (95, 90, 75)
                yield "", "", path.read_bytes()
                yield "", "", _jpeg(card, qualities[number % 3])
                words = {n: f for n, f in notes[path.name].items() if f["value"] and not n.startswith("mrz")}
                for k, skill in enumerate(SKILLS):
                    rng = np.random.default_rng([FIRST_SEED, number, k])
                    name = sorted(words)[int(rng.integers(len(words)))]
                    zone = Rect(*(words[name][key] * MM for key in ("x", "y", "width", "height")))
                    forged = card.copy()
                    colour = retouch.ink_colour(forged, flat, zone)
                    retouch.erase(forged, flat, zone, skill, rng)
                    text, points = words[name]["value"][::-1], 0.7 * zone.h / 25.4 * 72
                    at = (zone.x, zone.bottom - 0.25 * zone.h)
                    retouch.write(forged, flat, text, at, "DejaVuSans", points, colour, skill, rng)
                    yield "field", skill, _jpeg(forged, qualities[(number + k) % 3])
                    if side == "front":
                        other = np.array(Image.open(folder / f"{number + 8:02d}-front.jpg").convert("RGB"))
                        place = Rect(2.5, 14.0, 26.0, 32.0)
                        box = [round(v / MM) for v in (place.x, place.y, place.right, place.bottom)]
                        photo = other[box[1] : box[3], box[0] : box[2]]
                        photo = cv2.resize(photo, None, fx=1.3, fy=1.3, interpolation=cv2.INTER_CUBIC)
                        forged = card.copy()
                        retouch.paste(forged, flat, place, photo, skill, rng)
                        yield "portrait", skill, _jpeg(forged, qualities[(number + k) % 3])


def measured(file: bytes, settings: Settings) -> tuple[Measures, set[str]]:
    """The measures of all documents on a picture, the largest of a name, and the checks that fail."""
    found: Measures = {}
    failed: set[str] = set()
    for seen in observe(np.array(Image.open(BytesIO(file)).convert("RGB")), settings):
        for finding in seen.findings:
            if finding.check.startswith(ROOMS):
                if finding.outcome is Outcome.FAIL:
                    failed.add(finding.check)
                for name, value in finding.measures.items():
                    key = f"{finding.check}/{name}"
                    found[key] = max(found.get(key, 0.0), value)
    return found, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=6, help="captures of each attack and skill")
    parser.add_argument("--rendered", action="store_true", help="forge the shared cards instead")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    settings = Settings(on=date(2026, 6, 1))
    entries = rendered(min(chosen.count, 8)) if chosen.rendered else captures(chosen.count)
    taken: defaultdict[tuple[str, str], list[Measures]] = defaultdict(list)
    alarms: defaultdict[str, int] = defaultdict(int)
    for attack, skill, file in entries:
        measures, failed = measured(file, settings)
        taken[attack, skill].append(measures)
        for check in failed if not attack else ():
            alarms[check] += 1
    genuine = taken.pop(("", ""))
    names = [f"{c.name}/{m}" for c in registry.ALL if c.name.startswith(ROOMS) for m in c.measures]
    table = Table("attack", "skill", "n", *(name.replace("/", "\n") for name in names))
    for (attack, skill), rows in taken.items():
        figures = []
        for name in names:
            seen, usual = (np.array([row.get(name, 0.0) for row in part]) for part in (rows, genuine))
            figures.append(f"{auc(usual, seen):.2f}")
        table.add_row(attack, skill, str(len(rows)), *figures)
    console = Console(width=160)
    console.print(table)
    console.print(f"failed on {len(genuine)} genuine pictures: {dict(alarms) or 'none'}")


if __name__ == "__main__":
    main()
