"""What the workers do: the same `examine` as on the command line, and whatever else takes long."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from docscan import templates
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


def start(folders: Sequence[Path], operating_point: str, thorough: bool, threads: int = 1, warmed: int = 0) -> None:
    """Loads templates and models; `threads` are those that imaging may use. `warmed` templates are examined: what is
    slow once is done before anybody waits."""
    global _settings  # noqa: PLW0603 - a worker has one set of models for its life
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import cv2

    cv2.setNumThreads(threads)
    _settings = Settings(
        templates=templates.load_all(list(folders)), operating_point=operating_point, thorough=thorough
    )
    for template in _settings.templates[:warmed]:
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
