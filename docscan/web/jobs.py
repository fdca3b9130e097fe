"""What the workers do: the same `examine` as on the command line, and whatever else takes long."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from docscan import templates
from docscan.cases import open_store, watchlist
from docscan.cases.history import InStore
from docscan.errors import SourceError
from docscan.languages import language
from docscan.pipeline import Inspection, Settings, examine
from docscan.report import Report
from docscan.reporting import page
from docscan.reporting.page import Sheet
from docscan.web import handout, redaction, restoring, viewing
from docscan.web.handout import HandoutPage
from docscan.web.viewing import FaceView

_settings = Settings()


@dataclass(frozen=True)
class Setup:
    """What a worker starts with."""

    templates: tuple[Path, ...] = ()
    operating_point: str = "checkpoint"
    thorough: bool = False
    store: str | None = None
    """The case store in which document numbers are looked up."""
    watchlist: Path | None = None
    threads: int = 1
    """That imaging may use."""
    warmed: int = 0
    """Templates that are examined at once: what is slow the first time is done before anybody waits."""


def start(setup: Setup) -> None:
    """Loads templates, models and the watchlist. Raises TemplateError, WatchlistError, StoreError."""
    global _settings  # noqa: PLW0603 - a worker has one set of models for its life
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import cv2

    cv2.setNumThreads(setup.threads)
    _settings = Settings(
        templates=templates.load_all(list(setup.templates)),
        operating_point=setup.operating_point,
        thorough=setup.thorough,
        history=InStore(open_store(setup.store, create=False)) if setup.store else None,
        watchlist=watchlist.load(setup.watchlist) if setup.watchlist else None,
    )
    for template in _settings.templates[: setup.warmed]:
        for inspection in examine(template.faces[0].reference, _settings):
            page.sheet(inspection)


def examined(path: Path, name: str) -> tuple[Sheet, ...]:
    """The documents of a file, drawn; reports name it `name`. Raises SourceError."""
    today = replace(_settings, on=date.today())
    try:
        return tuple(_named(page.sheet(inspection), name) for inspection in examine(path, today))
    except SourceError as error:
        raise type(error)(str(error).replace(str(path), name)) from None


def views(report: Report, scan: Path) -> tuple[FaceView, ...]:
    """The faces of a document in the store. Raises SourceError."""
    return viewing.views(report, scan, _settings.templates)


def thumbnail(report: Report, scan: Path) -> bytes:
    return viewing.thumbnail(report, scan)


def redacted(report: Report, scan: Path) -> tuple[FaceView, ...]:
    """The faces of a document in the store, as a class may see them. Raises SourceError."""
    return redaction.redacted(report, scan, _settings.templates)


def handout_pdf(name: str, pages: Sequence[HandoutPage], language_code: str) -> bytes:
    return handout.pdf(name, pages, language(language_code))


def report_pdf(report: Report, scan: Path, language_code: str) -> bytes:
    """The page of the report on a document in the store. Raises SourceError."""
    exam = restoring.examination(report, scan, _settings.templates)
    return page.pdf([page.sheet(Inspection(report, exam))], language(language_code))


def pdf(sheets: Sequence[Sheet], language_code: str) -> bytes:
    return page.pdf(sheets, language(language_code))


def _named(sheet: Sheet, name: str) -> Sheet:
    report = sheet.report
    return replace(sheet, report=report.model_copy(update={"source": report.source.model_copy(update={"path": name})}))
