"""Simulated seizures for the series: documents of known workshops, drawn, scanned and profiled once.

Two sets, of other workshops, holders and seeds: the calibration, from which `scripts/train_series.py` learns, and the
seizure by which `scripts/bench series` judges (400 forged documents of 12 workshops, 200 of loners, 400 genuine).

Pictures are kept in .cache/series under a hash of the factory's code, profiles under one of the code and the templates
that they come from as well, so that another measure costs no drawing. An interrupted run goes on where it was.
"""

from __future__ import annotations

import itertools
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training_set import ROOT, digest, examining, one_thread, write

if TYPE_CHECKING:
    from docscan.series import Profile
    from docscan.series.evidence import Evidence

CACHE = ROOT / ".cache" / "series"
CAPTURED = date(2026, 6, 1)
SIZES = (60, 52, 46, 40, 36, 32, 30, 28, 24, 20, 18, 14)
LONERS, GENUINE = 200, 400
JUDGED, LONE, CALIBRATING = 1000, 2000, 5000
"""First numbers of the workshops of each kind."""
CALIBRATION_WORKSHOPS, CALIBRATION_EACH, CALIBRATION_GENUINE = 80, 5, 250
ALTERING, ALTERING_SIZES = 40, (30, 14, 8, 4, 4)
"""So many altering workshops more to learn from, and their sizes by turns: what they leave is little, so that how hands
differ takes many workshops, and joining takes large ones."""
CHUNK = 8
MEASURING = ("defects", "photo", "profile", "profiling", "screens")
"""Modules of docscan.series that have a say in what a profile holds."""


@dataclass(frozen=True)
class Chunk:
    """Some documents of one source, drawn and profiled together."""

    purpose: str
    """calibration or judged"""
    source: int | None
    """Number of the workshop; None for genuine documents."""
    seeds: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.purpose}-{'genuine' if self.source is None else self.source}-{self.seeds[0]}"

    def picture(self, seed: int) -> Path:
        return folders()[0] / f"{self.purpose}-{seed}"

    @property
    def profiles(self) -> Path:
        return folders()[1] / f"{self.name}.jsonl"


@dataclass(frozen=True, eq=False)
class Profiled:
    profile: Profile
    source: int | None


@cache
def folders() -> tuple[Path, Path]:
    """Where this state of the code keeps pictures and profiles."""
    from docscan import templates

    drawn = digest(sorted((ROOT / "scripts" / "specimens").rglob("*")), b"")
    versions = sorted(template.version for template in templates.load_all([]))
    series = [ROOT / "docscan" / "series" / f"{module}.py" for module in MEASURING]
    measured = digest([*examining(), *series], drawn + "".join(versions).encode())
    return CACHE / f"pictures-{drawn.hex()[:12]}", CACHE / f"profiles-{measured.hex()[:12]}"


def chunks() -> list[Chunk]:
    return [
        *_split("calibration", {CALIBRATING + i: CALIBRATION_EACH for i in range(CALIBRATION_WORKSHOPS)}),
        *_split("calibration", dict(zip(_altering(), itertools.cycle(ALTERING_SIZES), strict=False))),
        *_genuine("calibration", CALIBRATION_GENUINE, 9_000_000),
        *_split("judged", {JUDGED + i: size for i, size in enumerate(SIZES)}),
        *_split("judged", {LONE + i: 1 for i in range(LONERS)}),
        *_genuine("judged", GENUINE, 8_000_000),
    ]


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


def profiled(purpose: str) -> list[Profiled]:
    """The profiles of a set that the cache has; a picture in which no document was found has none."""
    from docscan.series import Profile

    return [
        Profiled(Profile.model_validate_json(line), chunk.source)
        for chunk in chunks()
        if chunk.purpose == purpose and chunk.profiles.exists()
        for line in chunk.profiles.read_text(encoding="utf-8").splitlines()
    ]


@dataclass(frozen=True)
class Joined:
    """What linking makes of documents of known source; counts are of pairs."""

    series: int
    right: int
    wrong: int
    genuine: int
    """Genuine documents in a series."""
    sizes: Counter[int]
    """Documents of each source."""
    by_source: Counter[int]
    """Of those that were rightly put into one series."""

    @property
    def pairs(self) -> int:
        return sum(map(pairs_of, self.sizes.values()))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.pairs)


def joined(documents: Sequence[Profiled], model: Evidence | None = None) -> Joined:
    """Links documents, by the model that is shipped or by another."""
    from docscan.series.joining import find

    series = find([one.profile for one in documents], model)
    wrong = genuine = 0
    by_source: Counter[int] = Counter()
    for one in series:
        own = Counter(documents[member].source for member in one.members)
        genuine += own.pop(None, 0)
        together = {source: pairs_of(n) for source, n in own.items() if source is not None}
        wrong += pairs_of(sum(own.values())) - sum(together.values())
        by_source.update(together)
    sizes = Counter(one.source for one in documents if one.source is not None)
    return Joined(len(series), by_source.total(), wrong, genuine, sizes, by_source)


def pairs_of(count: int) -> int:
    return count * (count - 1) // 2


def draw(jobs: int) -> None:
    """Draws and profiles what the cache lacks, the calibration first."""
    for folder in folders():
        folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(jobs, one_thread) as pool:
        for work, todo in (
            (_draw, [c for c in chunks() if not all(c.picture(seed).exists() for seed in c.seeds)]),
            (_profile, [c for c in chunks() if not c.profiles.exists()]),
        ):
            # The large workshops take longest to draw their first page, so let nobody wait for them at the end.
            random.Random(1).shuffle(todo)
            todo.sort(key=lambda chunk: chunk.purpose != "calibration")
            for number, done in enumerate(pool.imap_unordered(work, todo), start=1):
                print(f"{done}, {number} of {len(todo)}", flush=True)


# --- in a process of its own ------------------------------------------------------------------------------------------


def _draw(chunk: Chunk) -> str:
    from specimens.seizure import captured

    for seed in chunk.seeds:
        if not chunk.picture(seed).exists():
            write(chunk.picture(seed), captured(chunk.source, seed))
    return f"drawn {chunk.name}"


def _profile(chunk: Chunk) -> str:
    lines = [
        profile.model_dump_json() + "\n"
        for seed in chunk.seeds
        for profile in profiles_of(chunk.picture(seed).read_bytes())
    ]
    write(chunk.profiles, "".join(lines).encode())
    return f"profiled {chunk.name}"


def profiles_of(file: bytes) -> Iterator[Profile]:
    """Through docscan's own stages, without those that a profile does not use: the printed page is not read."""
    import numpy as np
    from PIL import Image

    from docscan import intake, reading, templates
    from docscan.document import Examination, Page, Reading
    from docscan.series import profile_of

    pixels = np.array(Image.open(BytesIO(file)).convert("RGB"))
    mrzs = reading.read_page(pixels)
    for document in intake.group_faces(intake.find_faces(Page(1, pixels), mrzs), mrzs):
        read = Reading(mrz=reading.mrz_of(document, mrzs))
        match = templates.match(document, read, _known())
        yield profile_of(Examination(document, read, match, on=CAPTURED))


@cache
def _known() -> Any:
    from docscan import templates

    return templates.load_all([])
