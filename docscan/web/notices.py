"""What could not be examined by itself, told to whoever stands at the checkpoint."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

_MOST = 5


class Notice(NamedTuple):
    """A file of the watched folder that could not be examined."""

    name: str
    message: str
    remedy: str


class Notices:
    """The last few, the newest first."""

    def __init__(self) -> None:
        self.count = 0
        """How many there ever were."""
        self._last: deque[Notice] = deque(maxlen=_MOST)

    def add(self, notice: Notice) -> None:
        self.count += 1
        self._last.appendleft(notice)

    def last(self) -> tuple[Notice, ...]:
        return tuple(self._last)
