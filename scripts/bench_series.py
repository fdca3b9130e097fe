"""Does linking find the workshops, and how fast? A simulated seizure is drawn, scanned, profiled and linked.

    scripts/bench series --draw       draw and profile what is not in .cache/series yet (hours on one core; may be
                                      interrupted, and several may run at once)
    scripts/bench series              link the profiles of the cache; then time 5,000 and 20,000 profiles

The seizure: 400 forged documents of 12 workshops, 200 of loners, 400 genuine; other workshops, holders and seeds than
those that `scripts/train_series.py` learns from.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache as cache_once
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

if TYPE_CHECKING:
    from docscan.series import Profile

CACHE = ROOT / ".cache" / "series"
PPI = 300
CAPTURED = date(2026, 6, 1)
SIZES = (60, 52, 46, 40, 36, 32, 30, 28, 24, 20, 18, 14)
LONERS, GENUINE = 200, 400
JUDGED, LONE, CALIBRATING = 1000, 2000, 5000
"""First numbers of the workshops of each kind."""
CALIBRATION_WORKSHOPS, CALIBRATION_EACH, CALIBRATION_GENUINE = 80, 5, 250
ALTERING, ALTERING_SIZES = 40, (30, 14, 8, 4, 4)
"""So many altering workshops more to learn from, and their sizes by turns: what they leave is little, so that how hands
differ takes many workshops, and joining takes large ones."""
SCANNERS = {
    "flatbed-300": 0.4,
    "flatbed-400": 0.15,
    "flatbed-200": 0.1,
    "document-camera": 0.1,
    "phone-a": 0.15,
    "phone-b": 0.1,
}
"""Devices on which the documents of a seizure come in, and their shares."""
CHUNK = 8


@dataclass(frozen=True)
class Chunk:
    """Some documents of one source, profiled together."""

    purpose: str
    """calibration or judged"""
    source: int | None
    """Number of the workshop; None for genuine documents."""
    seeds: tuple[int, ...]

    @property
    def path(self) -> Path:
        return cache() / self.purpose / f"{'genuine' if self.source is None else self.source}-{self.seeds[0]}.jsonl"


@cache_once
def cache() -> Path:
    """Profiles are relative to the templates that come with docscan, so each version of these has its own folder."""
    from hashlib import sha256

    from docscan import templates

    versions = sorted(template.version for template in templates.load_all([]))
    return CACHE / sha256("".join(versions).encode()).hexdigest()[:12]


def chunks() -> list[Chunk]:
    """All of both sets: the calibration first; then a first part of the seizure that has every workshop and loners and
    genuine documents in proportion, so that there is something to judge early; then the rest."""
    workshops = list(_split("judged", {JUDGED + i: size for i, size in enumerate(SIZES)}))
    loners = list(_split("judged", {LONE + i: 1 for i in range(LONERS)}))
    genuine = list(_genuine("judged", GENUINE, 8_000_000))
    first = [chunk for chunk in workshops if chunk.seeds[0] % 1000 == 0]
    share = sum(len(chunk.seeds) for chunk in first) / sum(SIZES)
    early = first + loners[: round(share * len(loners))] + genuine[: round(share * len(genuine))]
    late = [chunk for chunk in workshops + loners + genuine if chunk not in early]
    calibration = [
        *_split("calibration", {CALIBRATING + i: CALIBRATION_EACH for i in range(CALIBRATION_WORKSHOPS)}),
        *_split("calibration", dict(zip(_altering(), itertools.cycle(ALTERING_SIZES), strict=False))),
        *_genuine("calibration", CALIBRATION_GENUINE, 9_000_000),
    ]
    order = random.Random(1)
    for part in (calibration, early, late):
        order.shuffle(part)
    return [*calibration, *early, *late]


def _altering() -> list[int]:
    """Numbers of the first altering workshops after the calibration's others."""
    from specimens.workshops import workshop

    every = itertools.count(CALIBRATING + CALIBRATION_WORKSHOPS)
    return list(itertools.islice((number for number in every if workshop(number).knife), ALTERING))


def _split(purpose: str, sizes: dict[int, int]) -> Iterator[Chunk]:
    for number, size in sizes.items():
        seeds = tuple(number * 1000 + i for i in range(size))
        for first in range(0, size, CHUNK):
            yield Chunk(purpose, number, seeds[first : first + CHUNK])


def _genuine(purpose: str, count: int, first: int) -> Iterator[Chunk]:
    for start in range(0, count, CHUNK):
        yield Chunk(purpose, None, tuple(first + i for i in range(start, min(count, start + CHUNK))))


def draw() -> None:
    """Profiles every chunk that nobody has begun."""
    import cv2

    from docscan import templates

    cv2.setNumThreads(1)
    known = templates.load_all([])
    for chunk in chunks():
        chunk.path.parent.mkdir(parents=True, exist_ok=True)
        part = chunk.path.with_suffix(".part")
        if chunk.path.exists():
            continue
        try:
            out = part.open("x", encoding="utf-8")
        except FileExistsError:
            continue
        with out:
            for seed in chunk.seeds:
                for profile in profiles_of(picture(chunk.source, seed), known):
                    out.write(profile.model_dump_json() + "\n")
        part.rename(chunk.path)
        print(chunk.path.name, flush=True)


def picture(source: int | None, seed: int) -> Any:
    """(h, w, 3) RGB: one document of a workshop, or a genuine one, as somebody scanned it."""
    import numpy as np
    from PIL import Image
    from specimens import capture, wear, workshops
    from specimens.design import design
    from specimens.draw import draw as drawn
    from specimens.holder import invent

    rng = np.random.default_rng([seed, 0x5CA])
    if source is None:
        base = design(str(rng.choice(workshops.DESIGNS)))
        faces = drawn(base, invent(base, seed), PPI).faces
    else:
        faces = workshops.made(workshops.workshop(source), seed, PPI).faces
    from dataclasses import replace

    used = float(rng.random() ** 2) * 0.5
    faces = tuple(replace(f, pixels=wear.worn(f.pixels, f.ppi, seed + i, used)) for i, f in enumerate(faces))
    device = capture.DEVICES[str(rng.choice(list(SCANNERS), p=list(SCANNERS.values())))]
    taken = capture.capture(faces, device, seed)
    return np.array(Image.open(BytesIO(capture.encode(taken))).convert("RGB"))


def profiles_of(pixels: Any, known: Any) -> Iterator[Profile]:
    """Through docscan's own stages, without those that a profile does not use: the printed page is not read."""
    from docscan import intake, reading, templates
    from docscan.document import Examination, Page, Reading
    from docscan.series import profile_of

    mrzs = reading.read_page(pixels)
    for document in intake.group_faces(intake.find_faces(Page(1, pixels), mrzs), mrzs):
        read = Reading(mrz=reading.mrz_of(document, mrzs))
        match = templates.match(document, read, known)
        yield profile_of(Examination(document, read, match, on=CAPTURED))


@dataclass(frozen=True, eq=False)
class Profiled:
    profile: Profile
    source: int | None


def profiled(purpose: str) -> list[Profiled]:
    """The profiles of a set that the cache has; a picture in which no document was found has none."""
    from docscan.series import Profile

    found = []
    for chunk in chunks():
        if chunk.purpose == purpose and chunk.path.exists():
            lines = chunk.path.read_text(encoding="utf-8").splitlines()
            found += [Profiled(Profile.model_validate_json(line), chunk.source) for line in lines]
    return found


def judge(documents: Sequence[Profiled]) -> None:
    """Links a seizure and counts the pairs that were put into one series."""
    from specimens.workshops import workshop

    from docscan.series.joining import find

    started = time.process_time()
    series = find([one.profile for one in documents])
    seconds = time.process_time() - started
    sizes = Counter(one.source for one in documents if one.source is not None)
    right = wrong = genuine = 0
    found: Counter[int | None] = Counter()
    for one in series:
        own = Counter(documents[member].source for member in one.members)
        genuine += own.pop(None, 0)
        together = {source: pairs_of(n) for source, n in own.items()}
        right += sum(together.values())
        wrong += pairs_of(len(one.members)) - sum(together.values())
        found.update(together)
    pairs = sum(pairs_of(n) for n in sizes.values())
    many = sum(n for n in sizes.values() if n > 1)
    print(f"{len(documents)} documents: {many} of workshops, {len(sizes)} sources, the rest loners and genuine")
    print(f"linked in {seconds:.1f} s of one core: {len(series)} series")
    print(f"precision {right / max(1, right + wrong):.4f} over {right + wrong} pairs put into one series")
    print(f"recall    {right / max(1, pairs):.4f} over {pairs} pairs of one workshop")
    print(f"genuine documents in a series: {genuine}")
    for source, size in sizes.items():
        if size > 1:
            what = workshop(source)
            recall = found[source] / pairs_of(size)
            print(f"  {source} {what.kind:11} {what.base.id}: {size} documents, recall {recall:.2f}")


def time_it(patterns: Sequence[Profile]) -> None:
    """Links 5,000 and 20,000 profiles drawn from the model's distributions: two fifths of workshops of 33, a fifth of
    loners, the rest genuine, as in the seizure."""
    from specimens.profiles import simulated

    from docscan.series import Profile, evidence
    from docscan.series.joining import find

    taken = []
    for count in (5_000, 20_000):
        sizes = [33] * (2 * count // 5 // 33) + [1] * (count // 5)
        kept = [
            one.profile.model_dump_json()
            for one in simulated(evidence.shipped(), patterns, sizes, count - sum(sizes), seed=count)
        ]
        started = time.process_time()
        series = find(Profile.model_validate_json(text) for text in kept)
        taken.append(time.process_time() - started)
        print(f"{len(kept)} profiles linked in {taken[-1]:.1f} s of one core, JSON read: {len(series)} series")
    print(f"four times as many profiles take {taken[1] / taken[0]:.1f} times as long")


def pairs_of(count: int) -> int:
    return count * (count - 1) // 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="draw and profile what the cache lacks")
    if parser.parse_args().draw:
        draw()
        return
    documents = profiled("judged") or profiled("calibration")
    if not documents:
        print("nothing to judge: scripts/bench series --draw first")
        return
    judge(documents)
    patterns = {one.profile.template: one.profile for one in documents if one.profile.faces}
    time_it(list(patterns.values()))


if __name__ == "__main__":
    main()
