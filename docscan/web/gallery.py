"""Pictures of documents in the store, drawn when they are first looked at and kept in memory for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool

from docscan.cases import Store, searching
from docscan.report import Report
from docscan.web import jobs
from docscan.web.viewing import FaceView
from docscan.web.workers import Workers


class Gallery:
    """The last pictures that were looked at, as many as fit. Each is drawn once, however many ask for it at once."""

    def __init__(self, store: Store, workers: Workers, most_bytes: int) -> None:
        self._store, self._workers, self._most_bytes = store, workers, most_bytes
        self._kept: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._coming: dict[tuple[str, int], asyncio.Future[Any]] = {}

    async def views(self, document: int) -> tuple[FaceView, ...]:
        """Raises NoSuchRecord, SourceError, WorkFailed."""
        report = await run_in_threadpool(self._report, document)

        async def draw() -> tuple[FaceView, ...]:
            scan = await run_in_threadpool(self._store.pictures.verified, report.source.sha256)
            return await self._workers.run(jobs.views, report, scan)

        found: tuple[FaceView, ...] = await self._once(("views", document), draw)
        return found

    async def redacted(self, document: int) -> tuple[FaceView, ...]:
        """As a class may see it. Raises NoSuchRecord, SourceError, WorkFailed."""
        report = await run_in_threadpool(self._report, document)

        async def draw() -> tuple[FaceView, ...]:
            scan = await run_in_threadpool(self._store.pictures.verified, report.source.sha256)
            return await self._workers.run(jobs.redacted, report, scan)

        found: tuple[FaceView, ...] = await self._once(("redacted", document), draw)
        return found

    async def thumbnail(self, document: int) -> bytes:
        """JPEG of the first face. Raises NoSuchRecord, SourceError, WorkFailed."""
        report = await run_in_threadpool(self._report, document)

        async def draw() -> bytes:
            scan = await run_in_threadpool(self._store.pictures.verified, report.source.sha256)
            return await self._workers.run(jobs.thumbnail, report, scan, urgent=False)

        found: bytes = await self._once(("thumbnail", document), draw)
        return found

    def _report(self, document: int) -> Report:
        """Asked each time: what was purged from the store is shown no longer."""
        with self._store.reading() as session:
            return searching.report(searching.document(session, document))

    async def _once(self, key: tuple[str, int], draw: Callable[[], Awaitable[Any]]) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._coming:
            self._coming[key] = asyncio.ensure_future(draw())
            self._coming[key].add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(self._coming[key])

    def _keep(self, key: tuple[str, int], done: asyncio.Future[Any]) -> None:
        del self._coming[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = done.result()
        while len(self._kept) > 1 and sum(map(_size, self._kept.values())) > self._most_bytes:
            self._kept.popitem(last=False)


def _size(picture: bytes | tuple[FaceView, ...]) -> int:
    return len(picture) if isinstance(picture, bytes) else sum(view.size for view in picture)
