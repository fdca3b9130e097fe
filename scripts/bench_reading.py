"""How much of a printed page is read to the letter, on specimens that nobody here drew: with the places of the fields
known, as a template tells them, and by labels alone.

    scripts/bench reading
"""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Mapping

import cv2
import numpy as np
from bench_enrolment import SPECIMENS
from PIL import Image

from docscan.document import Document, Face, Ink, Quality
from docscan.geometry import Box, Pixels
from docscan.reading import strips
from docscan.reading.viz import read_fields

PPMM = 12.0
"""Pixels per millimetre of the ink; that of a template at 300 pixels an inch."""
WIDTH_MM = 85.6
NAMES = {
    "gender": "sex",
    "document_number": "document_number",
    "personal_number": "personal_number",
    "family_name": "surname",
    "given_name": "given_names",
    "given_name_1": "given_names",
    "nationality": "nationality",
    "foreign_nationality": "nationality",
    "birth_date": "date_of_birth",
    "expires": "date_of_expiry",
}
"""The annotations' names of fields and docscan's."""
QUALITY = Quality(sharpness=0.1, glare=0.0, exposure=0.5)


def main() -> None:
    print("| specimens | places | fields | to the letter | but for accents, case and marks | ms a side |")
    print("|---|---|---|---|---|---|")
    for folder in sorted(path for path in SPECIMENS.iterdir() if path.is_dir()):
        pages = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
        fronts = [page for page in pages if page["side"] == "front"]
        for places in ("known", "by labels"):
            asked = exact = alike = 0
            started = time.perf_counter()
            for page in fronts:
                wanted = {NAMES[name]: own for name, own in page["fields"].items() if name in NAMES and own["value"]}
                with Image.open(folder / page["file"]) as scan:
                    pixels = np.array(scan.convert("RGB"))
                read = _read(pixels, wanted if places == "known" else None)
                asked += len(wanted)
                exact += sum(read.get(name) == own["value"] for name, own in wanted.items())
                alike += sum(_plain(read.get(name, "")) == _plain(own["value"]) for name, own in wanted.items())
            spent = 1000 * (time.perf_counter() - started) / len(fronts)
            print(f"| {folder.name} | {places} | {asked} | {exact / asked:.0%} | {alike / asked:.0%} | {spent:.0f} |")


def _read(pixels: Pixels, known: Mapping[str, Mapping[str, float]] | None) -> dict[str, str]:
    """Name of a field -> what was read; `known` has the places of the fields, in pixels."""
    ppmm = pixels.shape[1] / WIDTH_MM
    inks = []
    if known is not None:
        finer = PPMM / ppmm
        sized = np.asarray(cv2.resize(pixels, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC), np.uint8)
        boxes = {name: Box(**{key: own[key] for key in ("x", "y", "width", "height")}) for name, own in known.items()}
        zones = {name: box.grown(0.3 * ppmm).scaled(finer) for name, box in boxes.items()}
        to_face = np.diag([1 / finer, 1 / finer, 1.0])
        inks = [Ink(0, strips.flatten(sized, PPMM, PPMM), PPMM, to_face, zones)]
    face = Face(pixels, ppmm, np.eye(3), QUALITY, edges_seen=True)
    return {field.name: field.text for field in read_fields(Document((face,)), None, inks)}


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())


if __name__ == "__main__":
    main()
