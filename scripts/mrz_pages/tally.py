"""What a reader made of documents whose MRZ is known."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from docscan.icao.mrz import parse

Lines = tuple[str, ...]

HEAD = """| {} | exact documents | wrong characters if found | valid but wrong | nothing found | median s | max s |
|---|---|---|---|---|---|---|"""


@dataclass
class Tally:
    documents: int = 0
    exact: int = 0
    nothing: int = 0
    valid_but_wrong: int = 0
    wrong_characters: int = 0
    characters: int = 0
    seconds: list[float] = field(default_factory=list)
    """A page each."""

    def add(self, printed: Lines, read: Lines | None) -> None:
        self.documents += 1
        if read is None:
            self.nothing += 1
            return
        self.exact += read == printed
        self.characters += sum(map(len, printed))
        self.wrong_characters += Levenshtein.distance("\n".join(printed), "\n".join(read))
        self.valid_but_wrong += read != printed and valid(read)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def row(self, name: str) -> str:
        """One line of the table that HEAD begins."""
        error = f"{self.wrong_characters / self.characters:.2%}" if self.characters else "-"
        times = f"{self.median:.3f} | {max(self.seconds):.2f}" if self.seconds else "- | -"
        share = f"{self.exact} of {self.documents} ({self.exact / max(1, self.documents):.1%})"
        return f"| {name} | {share} | {error} | {self.valid_but_wrong} | {self.nothing} | {times} |"


def valid(lines: Lines) -> bool:
    """Whether all lines have their length and every check digit is right."""
    mrz = parse(lines)
    return bool(mrz.check_digits) and not mrz.misfit and all(digit.right for digit in mrz.check_digits)


def paired(printed: Sequence[Lines], read: Sequence[Lines]) -> Iterator[tuple[Lines, Lines | None]]:
    """Each printed MRZ with the reading likest to it; a reading serves once."""
    left = list(read)
    for lines in printed:
        best = min(left, key=lambda r: Levenshtein.distance("\n".join(lines), "\n".join(r)), default=None)
        if best is not None:
            left.remove(best)
        yield lines, best


def difference(printed: Lines, read: Lines | None) -> str:
    """What was read otherwise, as a person says it."""
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
