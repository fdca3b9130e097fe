"""Words as an engine printed them and the segments of text that they form. Nothing here changes a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from docscan.geometry import Box


@dataclass(frozen=True, slots=True)
class Word:
    """One word as an engine printed it."""

    text: str
    confidence: float
    """0 to 1."""
    box: Box
    line: int = 0
    """Which of the engine's lines it belongs to."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one or more lines that stand together."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """That of the least certain word."""
        return min(word.confidence for word in self.words)

    @property
    def box(self) -> Box:
        return around(word.box for word in self.words)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes."""
    corners = [(b.x, b.y, b.right, b.bottom) for b in boxes]
    x, y = min(c[0] for c in corners), min(c[1] for c in corners)
    return Box(x=x, y=y, width=max(c[2] for c in corners) - x, height=max(c[3] for c in corners) - y)


def has_text(text: str) -> bool:
    return any(c.isalnum() for c in text)


def fold(text: str) -> str:
    """Lower-case ASCII letters and digits, words parted by single blanks: for comparing, never for showing."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", "")))


def segments(words: Sequence[Word]) -> tuple[Segment, ...]:
    """The engine's lines, divided where a gap is wider than a word gap, from top to bottom."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        if _believed(word):
            lines.setdefault(word.line, []).append(word)
    found = [Segment(part) for line in lines.values() for part in _split_at_gaps(sorted(line, key=lambda w: w.box.x))]
    return tuple(sorted((s for s in found if has_text(s.text)), key=lambda s: (s.box.y, s.box.x)))


def rows(found: Sequence[Segment]) -> tuple[tuple[Segment, ...], ...]:
    """Segments that stand beside one another, from left to right; rows from top to bottom."""
    placed: list[list[Segment]] = []
    for segment in sorted(found, key=lambda s: s.box.y):
        middle = segment.box.y + segment.box.height / 2
        if placed and middle < placed[-1][0].box.bottom:
            placed[-1].append(segment)
        else:
            placed.append([segment])
    return tuple(tuple(sorted(row, key=lambda s: s.box.x)) for row in placed)


def _believed(word: Word) -> bool:
    """False for what an engine makes of background lines: scraps of a letter or two that it hardly believes itself."""
    letters = sum(c.isalnum() for c in word.text)
    return word.confidence >= (0.6 if letters < 2 else 0.3 if letters < 4 else 0.0)


def _split_at_gaps(row: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    start = 0
    for i in range(1, len(row)):
        gap = row[i].box.x - row[i - 1].box.right
        if gap > 1.1 * max(row[i].box.height, row[i - 1].box.height):
            yield tuple(row[start:i])
            start = i
    yield tuple(row[start:])
