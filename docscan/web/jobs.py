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
from docscan.pipeline import Settings, examine
from docscan.reporting import page
from docscan.reporting.page import Sheet

_WARMED_ON = 2
"""Templates that a worker examines before its first job: what is slow once is done before anybody waits."""

_settings = Settings()


def start(folders: Sequence[Path], operating_point: str, thorough: bool) -> None:
    """Loads templates and models."""
    global _settings  # noqa: PLW0603 - a worker has one set of models for its life
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import cv2

    cv2.setNumThreads(1)
    _settings = Settings(
        templates=templates.load_all(list(folders)), operating_point=operating_point, thorough=thorough
    )
    for template in _settings.templates[:_WARMED_ON]:
        for inspection in examine(template.faces[0].reference, _settings):
            page.sheet(inspection)


def examined(path: Path, name: str) -> tuple[Sheet, ...]:
    """The documents of a file, drawn; reports name it `name`. Raises SourceError."""
    today = replace(_settings, on=date.today())
    try:
        return tuple(_named(page.sheet(inspection), name) for inspection in examine(path, today))
    except SourceError as error:
        raise type(error)(str(error).replace(str(path), name)) from None


def pdf(sheets: Sequence[Sheet], language_code: str) -> bytes:
    return page.pdf(sheets, language(language_code))


def _named(sheet: Sheet, name: str) -> Sheet:
    report = sheet.report
    return replace(sheet, report=report.model_copy(update={"source": report.source.model_copy(update={"path": name})}))
