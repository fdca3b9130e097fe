"""A local list of documents that are not to be used: lost, stolen, stolen blank, revoked; single numbers and ranges.

A CSV file with a heading: `state,type,first,last,kind`. A type is a document code, or the beginning of one ("P" is
every passport), or empty for any; an empty `last` is a single number. Kept in memory and sorted: a look-up costs the
same however long the list is.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docscan import intake
from docscan.cases.rows import number_key
from docscan.document import Listing
from docscan.errors import WatchlistError

COLUMNS = ("state", "type", "first", "last", "kind")
KINDS = ("lost", "stolen", "stolen_blank", "revoked")
_LONGEST = 30
"""Characters of a document number."""


class Block(NamedTuple):
    """Numbers are compared only with numbers of one State, type and shape; among those, as texts."""

    state: str
    type: str
    shape: str
    """The number with a 9 for each digit and an A for each letter."""


@dataclass(frozen=True, slots=True)
class Entry:
    listing: Listing
    reach: str
    """The highest last number of this entry and all that begin before it: how far back a covering one can lie."""
    line: int


class Ranges:
    """A `docscan.document.Watchlist`."""

    def __init__(self, rows: Iterable[tuple[int, Block, Listing]]) -> None:
        blocks: defaultdict[Block, list[tuple[str, int, Listing]]] = defaultdict(list)
        for line, block, listing in rows:
            blocks[block].append((listing.first, line, listing))
        self._blocks = {block: _ordered(found) for block, found in blocks.items()}

    def __len__(self) -> int:
        return sum(map(len, self._blocks.values()))

    def find(self, state: str, type: str, number: str) -> Listing | None:
        """The first line of the list that covers the number."""
        key = number_key(number)
        covering = [
            entry
            for end in range(len(type) + 1)
            for entry in self._covering(Block(state.upper(), type[:end].upper(), shape(key)), key)
        ]
        first = min(covering, key=lambda entry: entry.line, default=None)
        return first.listing if first else None

    def _covering(self, block: Block, key: str) -> Iterator[Entry]:
        entries = self._blocks.get(block, [])
        place = bisect_right(entries, key, key=lambda entry: entry.listing.first)
        while place and entries[place - 1].reach >= key:
            place -= 1
            if entries[place].listing.last >= key:
                yield entries[place]


def load(path: Path) -> Ranges:
    """The list in a CSV file. Raises WatchlistError, naming the line, for the first row that cannot be used."""
    name = intake.printable(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return Ranges(list(_rows(stream, name)))
    except OSError as error:
        raise WatchlistError(f"{name}: The watchlist cannot be read.") from error
    except UnicodeDecodeError as error:
        raise WatchlistError(f"{name}: The watchlist is not text in UTF-8.") from error
    except csv.Error as error:
        raise WatchlistError(f"{name}: The watchlist is not a CSV file.") from error


def shape(key: str) -> str:
    return "".join("9" if char.isdigit() else "A" for char in key)


def _ordered(found: list[tuple[str, int, Listing]]) -> list[Entry]:
    entries, reach = [], ""
    for _, line, listing in sorted(found, key=lambda row: row[:2]):
        reach = max(reach, listing.last)
        entries.append(Entry(listing, reach, line))
    return entries


def _rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, Block, Listing]]:
    reader = csv.DictReader(lines, strict=True)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise WatchlistError(f"{name}, line 1: The heading lacks {', '.join(missing)}; it is {','.join(COLUMNS)}.")
    for row in reader:
        line = reader.line_num
        try:
            yield line, *_row(row, f"{name}, line {line}")
        except ValueError as error:
            raise WatchlistError(f"{name}, line {line}: {error}") from error


def _row(row: Mapping[str | None, str | None], source: str) -> tuple[Block, Listing]:
    """Raises ValueError with a sentence."""
    if None in row or None in row.values():
        raise ValueError(f"The row does not have {len(row) - (None in row)} columns, as the heading has.")
    state, type, first, last, kind = ((row[column] or "").strip() for column in COLUMNS)
    first, last = number_key(first), number_key(last or first)
    if not (1 <= len(state) <= 3 and state.isascii() and state.isalpha()):
        raise ValueError("The state is not the code that an MRZ has: one to three letters.")
    if len(type) > 2 or not (type.isascii() and (type.isalnum() or not type)):
        raise ValueError("The type is not a document code of at most two characters.")
    if not first or len(first) > _LONGEST or not (first.isascii() and last.isascii()):
        raise ValueError(f"The first number is not one of at most {_LONGEST} letters and digits.")
    if shape(first) != shape(last):
        raise ValueError("First and last number do not have letters and digits at the same places.")
    if last < first:
        raise ValueError("The last number comes before the first.")
    kind = kind.lower().replace(" ", "_")
    if kind not in KINDS:
        raise ValueError(f"The kind is none of {', '.join(KINDS)}.")
    listing = Listing.model_validate({"kind": kind, "first": first, "last": last, "source": source})
    return Block(state.upper(), type.upper(), shape(first)), listing
