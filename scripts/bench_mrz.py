"""MRZ readers side by side: docscan's own, PassportEye and Tesseract, one after the other in one process on one core.

    scripts/bench mrz [--documents N] [--others N] [--negatives N] [--pictures FOLDER] [--out FILE]

Published specimens (../shared/data/mrz beside the repository, skipped where missing), synthetic captures with seeds
that training never used, and pictures with no MRZ. Writes docs/bench_mrz.md. PassportEye and Tesseract take seconds a
picture, so they see the first `--others` synthetic documents of each kind of capture only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from mrz_pages.captures import KINDS, capture
from mrz_pages.documents import Pixels
from mrz_pages.negatives import negative
from rapidfuzz.distance import Levenshtein

from docscan.document import Face, Quality
from docscan.icao.formats import Format
from docscan.icao.mrz import detect_format, parse
from docscan.reading import passporteye, tesseract
from docscan.reading.mrz import read_page

ROOT = Path(__file__).resolve().parent.parent
FIRST_SEED = 7_000_000
"""Of the held-out captures; the lines that training draws have seeds of three parts and cannot meet it."""
HEIGHTS = (0, 6, 8, 10, 12, 16, 20, 28, 40, 80)
Lines = tuple[str, ...]
Reader = Callable[[Pixels, Format], Sequence[Lines]]


@dataclass
class Tally:
    """What one reader made of some documents."""

    documents: int = 0
    exact: int = 0
    nothing: int = 0
    valid_but_wrong: int = 0
    wrong_characters: int = 0
    characters: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, printed: Lines, read: Lines | None) -> None:
        self.documents += 1
        if read is None:
            self.nothing += 1
            return
        self.exact += read == printed
        self.characters += sum(map(len, printed))
        self.wrong_characters += Levenshtein.distance("\n".join(printed), "\n".join(read))
        self.valid_but_wrong += read != printed and _valid(read)

    def row(self, name: str) -> str:
        found = self.documents - self.nothing
        error = f"{self.wrong_characters / self.characters:.2%}" if found else "-"
        times = f"{statistics.median(self.seconds):.3f} | {max(self.seconds):.2f}" if self.seconds else "- | -"
        share = f"{self.exact} of {self.documents} ({self.exact / max(1, self.documents):.1%})"
        return f"| {name} | {share} | {error} | {self.valid_but_wrong} | {self.nothing} | {times} |"


HEAD = """| reader | exact documents | wrong characters if found | valid but wrong | nothing found | median s | max s |
|---|---|---|---|---|---|---|"""


def _valid(lines: Lines) -> bool:
    """Whether all lines have their length and every check digit is right."""
    mrz = parse(lines)
    return bool(mrz.check_digits) and not mrz.misfit and all(digit.right for digit in mrz.check_digits)


def _ours(pixels: Pixels, _: Format) -> list[Lines]:
    return [mrz.reading.lines for mrz in read_page(pixels)]


def _form(lines: Sequence[str]) -> Format:
    form = detect_format(lines)
    if form is None:
        raise ValueError("the printed lines are those of no format")
    return form


def _whole(pixels: Pixels, form: Format) -> Face:
    """The picture as if it were one upright document, which is the best case for the other readers."""
    ppmm = pixels.shape[1] / form.size_mm[0]
    return Face(pixels, ppmm, np.eye(3), Quality(sharpness=0.1, glare=0, exposure=0.5))


def _passporteye(pixels: Pixels, form: Format) -> list[Lines]:
    reading = passporteye.read(_whole(pixels, form))
    return [reading.lines] if reading else []


def _tesseract(pixels: Pixels, form: Format) -> list[Lines]:
    reading = tesseract.read(_whole(pixels, form))
    return [reading.lines] if reading else []


READERS: dict[str, Reader] = {"docscan": _ours, "PassportEye": _passporteye, "Tesseract": _tesseract}


def _pairs(printed: Sequence[Lines], read: Sequence[Lines]) -> Iterator[tuple[Lines, Lines | None]]:
    """Each printed MRZ with the reading likest to it; a reading serves once."""
    left = list(read)
    for lines in printed:
        best = min(left, key=lambda r: Levenshtein.distance("\n".join(lines), "\n".join(r)), default=None)
        if best is not None:
            left.remove(best)
        yield lines, best


def _measure(
    tallies: Iterable[Tally], reader: Reader, pixels: Pixels, form: Format, printed: Sequence[Lines]
) -> list[tuple[Lines, Lines | None]]:
    started = time.perf_counter()
    read = reader(pixels, form)
    seconds = time.perf_counter() - started
    pairs = list(_pairs(printed, read))
    for tally in tallies:
        tally.seconds.append(seconds)
        for truth, got in pairs:
            tally.add(truth, got)
    return pairs


def specimens(folder: Path) -> Iterator[str]:
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    yield f"## {len(truths)} published specimens\n"
    yield HEAD
    missed = []
    for name, reader in READERS.items():
        tally = Tally()
        for truth in truths:
            pixels = cv2.cvtColor(cv2.imread(str(folder / truth["file"])), cv2.COLOR_BGR2RGB)
            pairs = _measure(
                [tally], reader, np.asarray(pixels, np.uint8), _form(truth["lines"]), [tuple(truth["lines"])]
            )
            if reader is _ours and pairs[0][0] != pairs[0][1]:
                missed.append(f"- `{truth['file']}`: {_difference(*pairs[0])}")
        yield tally.row(name)
    yield "\nWhat docscan's own reader missed:\n" if missed else "\ndocscan's own reader missed none."
    yield from missed


def _difference(printed: Lines, read: Lines | None) -> str:
    if read is None:
        return "nothing found"
    if [len(line) for line in printed] != [len(line) for line in read]:
        return f"{len(read)} lines of {len(read[0])} characters read"
    wrong = [
        f"{a} read as {b} (line {row + 1}, character {column + 1})"
        for row, (ours, theirs) in enumerate(zip(printed, read, strict=True))
        for column, (a, b) in enumerate(zip(ours, theirs, strict=True))
        if a != b
    ]
    return ", ".join(wrong[:6]) + (f" and {len(wrong) - 6} more" if len(wrong) > 6 else "")


def synthetic(documents: int, others: int) -> Iterator[str]:
    by_kind: dict[str, Tally] = defaultdict(Tally)
    by_height: dict[int, Tally] = defaultdict(Tally)
    compared = {name: Tally() for name in READERS}
    per_kind = documents // len(KINDS)
    for kind in KINDS:
        number = 0
        while by_kind[kind].documents < per_kind:
            page = capture(FIRST_SEED + number, kind)
            number += 1
            printed = [p.lines for p in page.printed]
            shared = by_kind[kind].documents < others and len(printed) == 1
            both = [by_kind[kind], compared["docscan"]] if shared else [by_kind[kind]]
            pairs = _measure(both, _ours, page.pixels, page.printed[0].format, printed)
            for truth, (lines, got) in zip(page.printed, pairs, strict=True):
                by_height[max(h for h in HEIGHTS if h <= truth.height)].add(lines, got)
            if shared:
                for name in ("PassportEye", "Tesseract"):
                    _measure([compared[name]], READERS[name], page.pixels, page.printed[0].format, printed)
    yield f"\n## {sum(t.documents for t in by_kind.values())} synthetic documents, docscan's own reader\n"
    yield HEAD.replace("reader", "capture", 1)
    yield from (by_kind[kind].row(kind) for kind in KINDS)
    yield "\nBy height of a character:\n"
    yield HEAD.replace("reader", "pixels", 1)
    bounds = zip(HEIGHTS, (*HEIGHTS[1:], 999), strict=True)
    yield from (by_height[low].row(f"{low} to {high}") for low, high in bounds if low in by_height)
    yield f"\nThe first pages of each kind with one document, all readers:\n\n{HEAD}"
    yield from (tally.row(name) for name, tally in compared.items())


def negatives(count: int) -> Iterator[str]:
    seconds, false = [], []
    for number in range(count):
        kind, pixels = negative(FIRST_SEED + number)
        started = time.perf_counter()
        if read_page(pixels):
            false.append(kind)
        seconds.append(time.perf_counter() - started)
    yield f"\n## {count} pictures with no MRZ\n"
    kinds = f" ({', '.join(sorted(set(false)))})" if false else ""
    yield f"docscan's own reader reports an MRZ on {len(false)}{kinds}; {statistics.median(seconds):.3f} s a picture, "
    yield f"at most {max(seconds):.2f} s."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--others", type=int, default=12)
    parser.add_argument("--negatives", type=int, default=500)
    parser.add_argument("--pictures", type=Path, default=ROOT.parent / "shared" / "data" / "mrz")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench_mrz.md")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    warm = np.full((400, 600, 3), 255, np.uint8)
    for reader in READERS.values():
        reader(warm, Format.TD3)
    given.out.write_text("", encoding="utf-8")
    for part in _report(given):
        print(part, flush=True)
        with given.out.open("a", encoding="utf-8") as out:
            out.write(part + "\n")


def _report(given: argparse.Namespace) -> Iterator[str]:
    yield "# MRZ readers side by side\n"
    yield "Written by `scripts/bench mrz`. One core, models loaded; decoding the file is not counted.\n"
    if (given.pictures / "truth.json").exists():
        yield from specimens(given.pictures)
    yield from synthetic(given.documents, given.others)
    yield from negatives(given.negatives)


if __name__ == "__main__":
    main()
