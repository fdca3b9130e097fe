"""One page of one file, examined: what a worker does, wherever it is. Idempotent, and touches no store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from docscan import intake, templates
from docscan.batch.sources import Item
from docscan.cases.engines import Engine
from docscan.cases.watchlist import load as load_watchlist
from docscan.checks.base import Check
from docscan.document import Scan
from docscan.errors import DocscanError, PageTooHungry, SourceError, WorkerDiffers
from docscan.judging import CHECKPOINT
from docscan.pipeline import Settings, examine
from docscan.report import Report
from docscan.series import profile_of


@dataclass(frozen=True)
class Setup:
    """What a worker needs to make its own `Settings`: small, so that it can be sent with each page."""

    on: date
    as_of_named: bool = False
    """Whether somebody named the day `on`."""
    template_folders: tuple[str, ...] = ()
    thorough: bool = False
    operating_point: str = CHECKPOINT
    watchlist: str = ""
    """Path of a CSV file."""
    checks: tuple[str, ...] = ()
    """Checks of one's own, asked besides docscan's: "module:name" of each."""


@dataclass(frozen=True)
class Work:
    """A page to examine."""

    item: Item
    page: int
    """From 1."""
    sha256: str
    """Of the item's bytes when they were found."""


@dataclass(frozen=True, eq=False)
class Examined:
    """A page, and the documents that were found on it."""

    scan: Scan
    reports: tuple[Report, ...]
    profiles: tuple[Mapping[str, Any], ...]
    """Of docscan.series, one a report."""
    seconds: float


@dataclass(frozen=True)
class Failed:
    """Why a page could not be examined: the class of an error, and what to say."""

    error: str
    exit_code: int
    message: str
    remedy: str
    seconds: float = 0.0
    pages: int | None = None
    """How many the file has, where it could be opened."""

    @classmethod
    def by(cls, error: Exception, seconds: float = 0.0, pages: int | None = None) -> Failed:
        if not isinstance(error, DocscanError):  # what an unforeseen error says may be of the holder
            error = DocscanError(f"Examining it failed in a way that nobody foresaw ({type(error).__name__}).")
        return cls(type(error).__name__, error.exit_code, str(error), error.remedy, round(seconds, 3), pages)


@cache
def settings_of(setup: Setup) -> Settings:
    """Templates, watchlist and checks are loaded once a process.

    Raises TemplateError, WatchlistError; ImportError for a check that is not there.
    """
    import cv2

    cv2.setNumThreads(1)  # the other cores have pages of their own
    return Settings(
        templates=templates.load_all([Path(folder) for folder in setup.template_folders]),
        on=setup.on,
        thorough=setup.thorough,
        operating_point=setup.operating_point,
        checks=tuple(map(_check, setup.checks)),
        watchlist=load_watchlist(Path(setup.watchlist)) if setup.watchlist else None,
    )


@cache
def engine_of(setup: Setup) -> Engine:
    """Raises as `settings_of`, and ModelError or EngineError where the installation is not whole."""
    engine = Engine.of(settings_of(setup), as_of_named=setup.as_of_named)
    return replace(engine, settings={**engine.settings, "checks": ",".join(setup.checks)}) if setup.checks else engine


def examine_page(setup: Setup, engine: str, work: Work) -> Examined | Failed:
    """All documents of a page. Whatever is wrong with the page is an answer, not an error.

    Raises WorkerDiffers where this process is not the `engine` that is asked for, and what `engine_of` raises.
    """
    if engine_of(setup).id != engine:
        raise WorkerDiffers("A worker has another version of docscan, of its models or templates.")
    started = time.perf_counter()
    pages: int | None = None

    def failed(error: Exception) -> Failed:
        return Failed.by(error, time.perf_counter() - started, pages)

    try:
        with work.item.on_disk() as path:
            try:
                scan = intake.open_scan(path)
                pages = scan.pages
                inspections = list(examine(scan, settings_of(setup), work.page))
            except SourceError as error:  # names the temporary file of a ZIP's member
                raise type(error)(str(error).replace(intake.printable(str(path)), work.item.name)) from error
        reports = tuple(_named(inspection.report, work.item) for inspection in inspections)
        profiles = tuple(profile_of(i.exam, i.report.findings).model_dump(mode="json") for i in inspections)
        return Examined(scan, reports, profiles, round(time.perf_counter() - started, 3))
    except MemoryError:
        return failed(PageTooHungry("Examining the page needs more memory than it may have."))
    except Exception as error:
        return failed(error)


def count_pages(item: Item) -> int | None:
    """How many pages an item has; None where it does not open."""
    try:
        with item.on_disk() as path:
            return intake.open_scan(path).pages
    except SourceError:
        return None


def _named(report: Report, item: Item) -> Report:
    return report.model_copy(update={"source": report.source.model_copy(update={"path": item.name})})


def _check(place: str) -> Check:
    module, _, name = place.partition(":")
    check: Check = getattr(import_module(module), name)
    return check
