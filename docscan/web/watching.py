"""A folder that a scanner writes to: each new file in it becomes a result by itself."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple

from docscan.errors import DocscanError, SourceTooLarge
from docscan.web import receiving
from docscan.web.notices import Notice
from docscan.web.state import State
from docscan.web.workers import WorkFailed

_EVERY_S = 0.4


class _Looks(NamedTuple):
    size: int
    changed: int


class Watcher:
    """Looks into the folder again and again. A file is taken when it has stayed as it is between two looks; what lay
    there before the server started is left alone."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._taken: dict[str, _Looks] = {}
        self._growing: dict[str, _Looks] = {}

    async def watch(self) -> None:
        self._taken = await asyncio.to_thread(self._look)
        while True:
            await asyncio.sleep(_EVERY_S)
            seen = await asyncio.to_thread(self._look)
            ready = [n for n, looks in seen.items() if self._growing.get(n) == looks and self._taken.get(n) != looks]
            self._growing = seen
            self._taken = {name: looks for name, looks in self._taken.items() if name in seen}
            for name in sorted(ready, key=lambda n: seen[n].changed):
                self._taken[name] = seen[name]
                await self._take(name)

    async def _take(self, name: str) -> None:
        started = time.monotonic()
        try:
            spooled = await asyncio.to_thread(self._copy, name)
            await receiving.examine(self._state, spooled, name, started, owner=None, by="watched folder")
        except DocscanError as error:
            self._state.notices.add(Notice(name, str(error), error.remedy))
        except (OSError, WorkFailed):
            self._state.notices.add(Notice(name, "The work on this came to nothing.", "Scan it again."))

    def _look(self) -> dict[str, _Looks]:
        """Regular files, by name; none while the folder is not there."""
        assert self._state.settings.watch is not None  # noqa: S101 - there is no watcher without a folder
        found = {}
        try:
            with os.scandir(self._state.settings.watch) as entries:
                for entry in entries:
                    looks = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(looks.st_mode) and looks.st_size and not entry.name.startswith("."):
                        found[entry.name] = _Looks(looks.st_size, looks.st_mtime_ns)
        except OSError:
            return {}
        return found

    def _copy(self, name: str) -> Path:
        """The scanner may write over its file: what is examined is a copy in the spool."""
        settings, spooled = self._state.settings, self._state.results.spool()
        assert settings.watch is not None  # noqa: S101
        left = settings.upload_bytes
        descriptor = os.open(settings.watch / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as source, spooled.open("xb") as target:
            while chunk := source.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    spooled.unlink()
                    raise SourceTooLarge(f"The file has more than {settings.upload_megabytes} MB.")
                target.write(chunk)
        return spooled
