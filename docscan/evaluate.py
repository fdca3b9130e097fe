"""A labelled set examined file by file, and what was said of each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from docscan.document import Decision
from docscan.errors import SourceError
from docscan.judging import classifier
from docscan.judging.assessment import Judged, judged
from docscan.judging.labels import Label
from docscan.pipeline import Settings, examine


def evaluate(folder: Path, labels: Sequence[Label], settings: Settings, jobs: int = 1) -> Iterator[Judged]:
    """What is said of each labelled file of `folder`, in the order of the labels; `jobs` are processes.

    A file that cannot be examined is told as such. Raises ModelError where the classifier cannot be used.
    """
    if jobs == 1:
        yield from (_judge(label, folder, settings) for label in labels)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(settings,)) as pool:
        yield from pool.map(partial(_judge_here, folder), labels)


_settings: Settings | None = None


def _start(settings: Settings) -> None:
    """A process of the pool gets the settings, templates and all, once."""
    global _settings  # noqa: PLW0603
    _settings = settings


def _judge_here(folder: Path, label: Label) -> Judged:
    assert _settings is not None  # noqa: S101 - set when the process began
    return _judge(label, folder, _settings)


def _judge(label: Label, folder: Path, settings: Settings) -> Judged:
    try:
        reports = [inspection.report for inspection in examine(folder / label.file, settings)]
    except SourceError as error:
        return Judged(label=label, error=type(error).__name__)
    readable = [report for report in reports if report.verdict.outcome is not Decision.UNREADABLE]
    matched = [report.template.id for report in readable or reports if report.template and report.template.score > 0]
    refer = classifier.load().points[settings.operating_point].refer
    # Changes are marked in pixels of the first page.
    verdicts = [
        report.verdict
        if report.source.page == 1
        else report.verdict.model_copy(
            update={"reasons": tuple(reason.model_copy(update={"regions": ()}) for reason in report.verdict.reasons)}
        )
        for report in reports
    ]
    return judged(label, verdicts, refer, matched[0] if matched else "")
