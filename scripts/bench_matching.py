"""The right template among hundreds: how long choosing and laying take, and how often the right one is among the few
that are tried.

    scripts/bench matching [--templates 300]

The templates that come with docscan and turned, mirrored and recoloured copies of them stand for hundreds of States;
questioned are the genuine samples whose template comes with docscan.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from docscan import intake, reading, templates
from docscan.document import Document, Reading, Template, TemplateFace
from docscan.templates import matching

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def strange(template: Template, number: int) -> Template:
    """A template of another State: the design of `template` moved, mirrored and in other colours."""
    rng = np.random.default_rng(number)
    mixed = np.eye(3) + rng.normal(0, 0.5, (3, 3))
    shift, mirror = rng.integers(0, 200, 2), bool(rng.integers(2))

    def changed(face: TemplateFace) -> TemplateFace:
        pixels = face.reference[:, ::-1] if mirror else face.reference
        colours = np.clip(128 + (np.roll(pixels, shift, (0, 1)).astype(np.float32) - 128) @ mixed, 0, 255)
        arrays = {**face.arrays, "support": np.roll(face.arrays["support"], shift, (0, 1))}
        spread = np.roll(face.spread, shift, (0, 1))
        return replace(face, reference=colours.astype(np.uint8), arrays=arrays, spread=spread)

    faces = tuple(changed(face) for face in template.faces)
    return replace(
        template, id=f"{number:04d}", state=f"X{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}", faces=faces
    )


def documents(known: Sequence[Template]) -> list[tuple[str, Document, Reading]]:
    """(id of its template, document, its MRZ) of each genuine sample of a known template."""
    with (SAMPLES / "samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = []
    for row in rows:
        if row["truth"] == "genuine" and row["design"] in {template.id for template in known}:
            for page in intake.open_source(SAMPLES / row["file"])[1]:
                mrzs = reading.read_page(page.pixels)
                for document in intake.group_faces(intake.find_faces(page, mrzs), mrzs):
                    found.append((row["design"], document, Reading(mrz=reading.mrz_of(document, mrzs))))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--templates", type=int, default=300)
    count = parser.parse_args().templates
    known = templates.load_all([])
    many = (*known, *(strange(known[i % len(known)], i) for i in range(count - len(known))))
    asked = documents(known)
    blind = [(design, document, Reading()) for design, document, _ in asked]
    for title, questions in (("with MRZ", asked), ("without MRZ", blind)):
        matching.candidates(questions[0][1], (), many)  # the thumbnails of the templates are made once
        choosing, matched, hits, right = [], [], 0, 0
        for design, document, read in questions:
            started = time.perf_counter()
            few = matching.candidates(document, matching.named_by(read.mrz, many)[0], many)
            choosing.append(1000 * (time.perf_counter() - started))
            started = time.perf_counter()
            best = matching.match(document, read, many)
            matched.append(1000 * (time.perf_counter() - started))
            hits += design in {template.id for template in few}
            right += best is not None and best.template.id == design
        print(
            f"{title}, {len(many)} templates: chosen in {statistics.median(choosing):.1f} ms "
            f"(longest {max(choosing):.1f}), chosen and laid in {statistics.median(matched):.0f} ms; the right one is "
            f"among the {matching.TRIED} tried for {hits} of {len(questions)} and fits best for {right}"
        )


if __name__ == "__main__":
    main()
