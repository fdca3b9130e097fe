"""What was examined and nobody has referred: kept in memory and a spool for some minutes, then forgotten."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from docscan.reporting.page import Referral, Sheet

_MOST = 300
"""Results kept at once, whatever their size."""


@dataclass(frozen=True)
class Result:
    """One file that was examined."""

    id: str
    owner: int | None
    """The account that may see it; None for a watched folder's, which every officer may."""
    name: str
    scan: Path
    """Its bytes, in the spool."""
    sheets: tuple[Sheet, ...]
    seconds: float
    """From the last byte that came to the answer."""
    at: float
    done: dict[int, str] = field(default_factory=dict)
    """What the officer did with each document, by its place from 1."""

    @property
    def size(self) -> int:
        pictures = (p for sheet in self.sheets for p in sheet.pictures)
        places = (place for sheet in self.sheets for reason in sheet.reasons for place in reason.places)
        shown = sum(len(picture.jpeg) for picture in pictures)
        return shown + sum(len(p.seen.jpeg) + (len(p.genuine.jpeg) if p.genuine else 0) for p in places)

    def next_open(self, after: int) -> int | None:
        """The next document, from the beginning again, with which nothing was done."""
        order = [*range(after + 1, len(self.sheets) + 1), *range(1, after + 1)]
        return next((n for n in order if n not in self.done), None)


class Results:
    def __init__(self, keep_s: float, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s, self._most_bytes, self._clock = keep_s, most_bytes, clock
        self._kept: dict[str, Result] = {}
        self._lock = Lock()
        self.folder = Path(tempfile.mkdtemp(prefix="docscan-"))

    def spool(self) -> Path:
        """A new name in the spool; nobody can guess it, and nothing of the file's own name is in it."""
        return self.folder / secrets.token_hex(16)

    def add(self, owner: int | None, name: str, scan: Path, sheets: tuple[Sheet, ...], seconds: float) -> Result:
        result = Result(secrets.token_urlsafe(12), owner, name, scan, sheets, seconds, self._clock())
        with self._lock:
            self._kept[result.id] = result
            self._forget()
        return result

    def get(self, id: str, account: int) -> Result | None:
        """A result that this account may see."""
        with self._lock:
            self._forget()
            result = self._kept.get(id)
        return result if result is not None and result.owner in (None, account) else None

    def watched(self) -> tuple[Result, ...]:
        """The watched folder's, the newest first."""
        with self._lock:
            self._forget()
            return tuple(reversed([result for result in self._kept.values() if result.owner is None]))

    def refer(self, result: Result, number: int, referral: Referral) -> None:
        """Notes on a document's sheet that it was referred."""
        result.done[number] = "refer"
        sheets = list(result.sheets)
        sheets[number - 1] = replace(sheets[number - 1], referral=referral)
        with self._lock:
            if result.id in self._kept:
                self._kept[result.id] = replace(result, sheets=tuple(sheets))

    def drop(self, result: Result) -> None:
        with self._lock:
            self._kept.pop(result.id, None)
        result.scan.unlink(missing_ok=True)

    def close(self) -> None:
        self._kept.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget(self) -> None:
        now, size = self._clock(), sum(result.size for result in self._kept.values())
        for result in list(self._kept.values()):
            old = now - result.at > self._keep_s
            if not old and size <= self._most_bytes and len(self._kept) <= _MOST:
                return
            if len(self._kept) == 1 and not old:
                return
            size -= result.size
            del self._kept[result.id]
            result.scan.unlink(missing_ok=True)
