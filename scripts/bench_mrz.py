"""MRZ readers side by side: docscan's own, PassportEye and Tesseract, one after the other in one process on one core.

    scripts/bench mrz [--documents N] [--others N] [--negatives N] [--pictures FOLDER] [--pages FOLDER] [--out FILE]

Published specimens (../shared/data/mrz beside the repository, skipped where missing), synthetic captures with seeds
that training never used, and pictures with no MRZ. Writes docs/bench_mrz.md. PassportEye and Tesseract take seconds a
picture, so they see the first `--others` pages of each kind of capture that hold one document. Drawing takes longer
than reading: `--pages` keeps what was drawn (some 20 GB) for the next run.

Seconds are of processor time, sub-processes included: what a quiet core takes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from mrz_pages.captures import KINDS, Captured, Printed, capture, kept
from mrz_pages.documents import CAP_MM, Pixels
from mrz_pages.negatives import negative
from mrz_pages.readers import ANSWER, NAMES, OURS, SLOW, Reader, docscan
from mrz_pages.tally import HEAD, Lines, Tally, difference, paired

from docscan.checks.mrz_check_digits import CheckDigits
from docscan.document import Document, Examination, Face, MrzOnPage, MrzReading, Outcome, Quality, Reading
from docscan.icao.formats import Format
from docscan.icao.mrz import detect_format
from docscan.reading.mrz import read_page

ROOT = Path(__file__).resolve().parent.parent
FIRST_SEED = 7_000_000
"""Of the held-out captures; the lines that training draws have seeds of three parts and cannot meet it."""
HEIGHTS = (0, 6, 8, 10, 12, 16, 20, 28, 40, 80)


def _seconds() -> float:
    """Processor time of this process and its children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def _measure(
    tallies: dict[str, Tally], reader: Reader, pixels: Pixels, form: Format, printed: Sequence[Lines]
) -> dict[str, list[Lines]]:
    """Adds what `reader` makes of a page to its tallies; returns it."""
    started = _seconds()
    readings = reader(pixels, form)
    seconds = _seconds() - started
    for name, read in readings.items():
        tallies[name].seconds.append(seconds)
        for truth, got in paired(printed, read):
            tallies[name].add(truth, got)
    return readings


def _form(lines: Sequence[str]) -> Format:
    form = detect_format(lines)
    if form is None:
        raise ValueError("the printed lines are those of no format")
    return form


def _faster(tallies: dict[str, Tally]) -> str:
    ratio = tallies[ANSWER].median / tallies[OURS].median
    return f"\nPassportEye's median takes {ratio:.0f} times as long as docscan's."


def specimens(folder: Path) -> Iterator[str]:
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    tallies: dict[str, Tally] = defaultdict(Tally)
    missed = []
    for truth in truths:
        bgr = cv2.imread(str(folder / truth["file"]))
        pixels = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
        printed = [tuple(truth["lines"])]
        for reader in (docscan, *SLOW):
            readings = _measure(tallies, reader, pixels, _form(truth["lines"]), printed)
            if reader is docscan and readings[OURS] != printed:
                missed += [f"- `{truth['file']}`: {difference(*pair)}" for pair in paired(printed, readings[OURS])]
    yield f"## {len(truths)} published specimens\n"
    yield HEAD.format("reader")
    yield from (tallies[name].row(name) for name in NAMES)
    yield _faster(tallies)
    yield "\nWhat docscan's own reader missed:\n" if missed else "\ndocscan's own reader missed none."
    yield from missed


class _Synthetic:
    """The tables over synthetic documents."""

    def __init__(self) -> None:
        self.kinds: dict[str, Tally] = defaultdict(Tally)
        self.formats: dict[str, Tally] = defaultdict(Tally)
        self.heights: dict[int, Tally] = defaultdict(Tally)
        self.compared: dict[str, Tally] = defaultdict(Tally)
        self.readings = self.false_fails = 0

    def add(self, page: Captured, others: bool) -> None:
        printed, form = [p.lines for p in page.printed], page.printed[0].format
        started = _seconds()
        found = read_page(page.pixels)
        self.kinds[page.kind].seconds.append(_seconds() - started)
        pairs = list(paired(printed, [mrz.reading.lines for mrz in found]))
        for truth, (lines, got) in zip(page.printed, pairs, strict=True):
            height = max(h for h in HEIGHTS if h <= truth.height)
            for tally in (self.kinds[page.kind], self.formats[truth.format.name], self.heights[height]):
                tally.add(lines, got)
        if others:
            for reader in (docscan, *SLOW):
                _measure(self.compared, reader, page.pixels, form, printed)
        for mrz in found:
            self._ask_digits(mrz, page)

    def _ask_digits(self, mrz: MrzOnPage, page: Captured) -> None:
        """Every document is genuine: a check digit that is called wrong is called so falsely."""
        near = min(page.printed, key=lambda p: float(np.abs(p.outline.mean(0) - mrz.outline.mean(0)).sum()))
        findings = CheckDigits()(_examination(mrz.reading, near))
        self.readings += 1
        self.false_fails += any(finding.outcome is Outcome.FAIL for finding in findings)


def _examination(reading: MrzReading, printed: Printed) -> Examination:
    quality = Quality(sharpness=0.1, glare=0, exposure=0.5)
    face = Face(np.zeros((8, 8, 3), np.uint8), printed.height / CAP_MM, np.eye(3), quality)
    return Examination(Document((face,)), Reading(mrz=reading), None, date(2026, 1, 1))


def synthetic(documents: int, others: int, pages: Path | None) -> Iterator[str]:
    done = _Synthetic()
    per_kind = documents // len(KINDS)
    for kind in KINDS:
        number = compared = 0
        while done.kinds[kind].documents < per_kind:
            page = kept(pages, FIRST_SEED + number, kind) if pages else capture(FIRST_SEED + number, kind)
            number += 1
            alone = compared < others and len(page.printed) == 1
            compared += alone
            done.add(page, alone)
    kinds = done.kinds.values()
    yield f"\n## {sum(tally.documents for tally in kinds)} synthetic documents, docscan's own reader\n"
    for title, tallies in (
        ("capture", {kind: done.kinds[kind] for kind in KINDS}),
        ("format", dict(sorted(done.formats.items()))),
        ("character height, pixels", _named(done.heights)),
    ):
        yield HEAD.format(title)
        yield from (tally.row(name) for name, tally in tallies.items())
        yield ""
    share = done.false_fails / max(1, done.readings)
    yield f"Of {done.readings} readings of these genuine documents `mrz.check_digits` calls {done.false_fails} FAIL"
    yield f"({share:.2%})."
    yield f"\n## The first {others} pages of each kind with one document, all readers\n\n{HEAD.format('reader')}"
    yield from (done.compared[name].row(name) for name in NAMES)
    yield _faster(done.compared)


def _named(heights: dict[int, Tally]) -> dict[str, Tally]:
    bounds = zip(HEIGHTS, (*HEIGHTS[1:], None), strict=True)
    return {f"{low} to {high}" if high else f"{low} and more": heights[low] for low, high in bounds if low in heights}


def negatives(count: int) -> Iterator[str]:
    seconds, false = [], []
    for number in range(count):
        kind, pixels = negative(FIRST_SEED + number)
        started = _seconds()
        if read_page(pixels):
            false.append(kind)
        seconds.append(_seconds() - started)
    yield f"\n## {count} pictures with no MRZ\n"
    kinds = f" ({', '.join(sorted(set(false)))})" if false else ""
    yield f"docscan's own reader reports an MRZ on {len(false)}{kinds}; {statistics.median(seconds):.3f} s a picture,"
    yield f"at most {max(seconds):.2f} s."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--others", type=int, default=12)
    parser.add_argument("--negatives", type=int, default=500)
    parser.add_argument("--pictures", type=Path, default=ROOT.parent / "shared" / "data" / "mrz")
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "bench_mrz.md")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    warm = np.full((400, 600, 3), 255, np.uint8)
    for reader in (docscan, *SLOW):
        reader(warm, Format.TD3)
    given.out.write_text("", encoding="utf-8")
    for part in _report(given):
        print(part, flush=True)
        with given.out.open("a", encoding="utf-8") as out:
            out.write(part + "\n")


def _report(given: argparse.Namespace) -> Iterable[str]:
    yield "# MRZ readers side by side\n"
    asked = f"--documents {given.documents} --others {given.others} --negatives {given.negatives}"
    yield f"Written by `scripts/bench mrz {asked}`. One core, models"
    yield "loaded; seconds of processor time a page, sub-processes included, decoding the file not counted."
    yield "*Valid but wrong*: every check digit right, a character wrong.\n"
    if (given.pictures / "truth.json").exists():
        yield from specimens(given.pictures)
    yield from synthetic(given.documents, given.others, given.pages)
    yield from negatives(given.negatives)


if __name__ == "__main__":
    main()
