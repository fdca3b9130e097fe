"""The application: what it is made of, in one place."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from docscan.cases import open_store
from docscan.version import VERSION
from docscan.web import (
    accounts,
    api,
    checkpoint,
    entrance,
    failures,
    jobs,
    overview,
    review,
    series,
    trail,
    training,
)
from docscan.web.gallery import Gallery
from docscan.web.notices import Notices
from docscan.web.results import Results
from docscan.web.roles import Keys
from docscan.web.security import BodyLimit, SafeAnswers
from docscan.web.sessions import Attempts, Sessions
from docscan.web.settings import MEGABYTE, WebSettings
from docscan.web.state import State
from docscan.web.watching import Watcher
from docscan.web.workers import Workers

ROUTERS = (
    entrance.router,
    checkpoint.router,
    review.router,
    training.desk,
    training.router,
    overview.router,
    series.router,
    trail.router,
    accounts.router,
    accounts.own,
    api.router,
)
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


def create_app(settings: WebSettings) -> FastAPI:
    """The application on its store, its workers not yet started. Raises StoreError."""
    store = open_store(settings.store)

    @contextlib.asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        state = _state(settings, app)
        watcher = asyncio.create_task(Watcher(state).watch()) if settings.watch else None
        await state.workers.warm()
        try:
            yield
        finally:
            if watcher:
                watcher.cancel()
            state.workers.close()
            state.results.close()
            store.close()

    app = FastAPI(
        title="docscan",
        version=VERSION,
        description="Finds likely forgeries of travel documents in scans. A person decides.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.state.store = store
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    failures.handle(app)
    hosts = [*_LOCAL, settings.host, *settings.hosts]
    app.add_middleware(BodyLimit, upload_bytes=settings.upload_bytes, uploads=("/check", "/api/check"))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SafeAnswers)
    return app


def _state(settings: WebSettings, app: FastAPI) -> State:
    workers = Workers(
        settings.workers,
        jobs.start,
        (_setup(settings),),
        longest_s=settings.longest_s,
        most_waiting=settings.most_waiting,
        megabytes=settings.worker_megabytes,
    )
    state = State(
        settings=settings,
        store=app.state.store,
        workers=workers,
        gallery=Gallery(app.state.store, workers, settings.result_megabytes * MEGABYTE),
        results=Results(settings.result_minutes * 60, settings.result_megabytes * MEGABYTE),
        sessions=Sessions(settings.idle_minutes * 60, settings.session_hours * 3600),
        attempts=Attempts(settings.logins_in_a_row, settings.login_wait_minutes * 60),
        keys=Keys(),
        notices=Notices(),
    )
    app.state.docscan = state
    return state


def _setup(settings: WebSettings) -> jobs.Setup:
    return jobs.Setup(
        templates=settings.templates,
        operating_point=settings.operating_point,
        thorough=settings.thorough,
        store=settings.store,
        watchlist=settings.watchlist,
        threads=settings.threads,
        warmed=settings.warmed,
    )
