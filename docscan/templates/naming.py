"""Giving found zones their names: by what the MRZ of the same specimen says, else by the label beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from docscan.document import FieldReading, MrzReading, Zone
from docscan.geometry import Box
from docscan.icao.mrz import parse
from docscan.reading.layout import Segment, Word
from docscan.reading.printed import printed_fields

Texts = Mapping[str, str]
"""Zone name -> what is read there on one specimen."""

AGREE = 0.5
"""Share of the specimens that must agree on a name."""


def said_by(text: str, mrz: MrzReading) -> set[str]:
    """The MRZ's fields whose value a printed text holds; a single letter only where it is the whole text."""
    nowhere = Box(x=0, y=0, width=0, height=0)
    segment = Segment(tuple(Word(word, 1.0, nowhere) for word in text.split()))
    found = {name for name, _ in printed_fields([segment], mrz, set())} if segment.words else set()
    sex = parse(mrz.lines, mrz.format).value("sex")
    if text.strip() and text.strip() in (sex, "X" if sex == "" else sex):
        found.add("sex")
    return found


def partner_mrz(texts: Sequence[Texts], mrzs: Sequence[MrzReading]) -> list[MrzReading | None]:
    """For the printed texts of each face, the MRZ that says most of the same (at least two fields); each MRZ once."""
    agreement = np.array(
        [[len(set().union(*(said_by(t, mrz) for t in face.values()))) for mrz in mrzs] for face in texts]
    ).reshape(len(texts), len(mrzs))
    partners: list[MrzReading | None] = [None] * len(texts)
    while agreement.size and agreement.max() >= 2:
        face, which = np.unravel_index(int(np.argmax(agreement)), agreement.shape)
        partners[int(face)] = mrzs[int(which)]
        agreement[face, :] = -1
        agreement[:, which] = -1
    return partners


def names_by_mrz(zones: Sequence[Zone], texts: Sequence[Texts], mrzs: Sequence[MrzReading | None]) -> dict[str, str]:
    """Zone name -> field name, where the specimens' MRZs agree."""
    votes: dict[str, Counter[str]] = {}
    asked: Counter[str] = Counter()
    for face, mrz in zip(texts, mrzs, strict=True):
        if mrz is None:
            continue
        for zone, text in face.items():
            asked[zone] += 1
            votes.setdefault(zone, Counter()).update(said_by(text, mrz))
    ranked = sorted(
        (
            (-count / asked[zone], zone, name)
            for zone, counter in votes.items()
            for name, count in counter.items()
            if count >= max(2, AGREE * asked[zone])
        ),
    )
    return _assigned((zone, name) for _, zone, name in ranked)


def names_by_label(zones: Sequence[Zone], labelled: Sequence[Sequence[FieldReading]], ppmm: float) -> dict[str, str]:
    """Zone name -> field name, where labels beside the zone say so on most specimens that show any label.

    `labelled` are each specimen's fields found by label, boxes in pixels of the template face.
    """
    votes: Counter[tuple[str, str]] = Counter()
    for fields in labelled:
        for field in fields:
            if field.box is None or field.found_by == "mrz":
                continue
            box = field.box.scaled(1 / ppmm)
            best = max(zones, key=lambda z: _overlap(z.box, box), default=None)
            if best is not None and _overlap(best.box, box) > 0.3:
                votes[best.name, field.name] += 1
    needed = max(2.0, 0.3 * len(labelled))
    return _assigned(pair for pair, count in sorted(votes.items(), key=lambda v: (-v[1], v[0])) if count >= needed)


def _assigned(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each zone and each name once, first come first served."""
    chosen: dict[str, str] = {}
    for zone, name in pairs:
        if zone not in chosen and name not in chosen.values():
            chosen[zone] = name
    return chosen


def _overlap(a: Box, b: Box) -> float:
    """Intersection over the smaller of two boxes."""
    width = min(a.right, b.right) - max(a.x, b.x)
    height = min(a.bottom, b.bottom) - max(a.y, b.y)
    smaller = min(a.width * a.height, b.width * b.height)
    return 0.0 if min(width, height) <= 0 else width * height / max(smaller, 1e-6)
