"""The main job, top to bottom: a scan goes in, a report on each document in it comes out.

    open scan -> pages -> read MRZs -> find documents -> match template -> read printed page -> run checks -> judge

The MRZs are read first because they are the anchors of a page: they tell which way up a document lies, how large it is
and where it ends when its edges cannot be seen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from docscan import intake, judging, reading, templates
from docscan.checks import registry
from docscan.checks.base import Check
from docscan.document import (
    Document,
    Examination,
    Finding,
    History,
    MrzOnPage,
    Page,
    Reading,
    Scan,
    Template,
    Watchlist,
)
from docscan.geometry import Pixels
from docscan.recording import record
from docscan.report import Report


@dataclass(frozen=True)
class Settings:
    """What one run does the same for every document."""

    templates: tuple[Template, ...] = ()
    on: date = field(default_factory=date.today)
    """The day as of which validity is asked."""
    thorough: bool = False
    """Ask the other MRZ engines where the own reader is unsure or finds nothing."""
    operating_point: str = judging.CHECKPOINT
    checks: tuple[Check, ...] = ()
    """Asked besides docscan's own; none of them weighs in the score."""
    history: History | None = None
    """What was seen before, where a case store is at hand."""
    watchlist: Watchlist | None = None

    @cached_property
    def known_states(self) -> frozenset[str]:
        return frozenset(template.state for template in self.templates)


@dataclass(frozen=True, eq=False)
class Observation:
    """All that was seen and asked of one document, before anyone judges it."""

    scan: Scan
    page: Page
    number: int
    """The document's place on the page, from 1."""
    exam: Examination
    findings: tuple[Finding, ...]
    stages_ms: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Inspection:
    """A report with the pixels it speaks of, for whoever draws it."""

    report: Report
    exam: Examination


def inspect(
    source: str | Path | Pixels,
    *,
    template_folders: Sequence[str | Path] = (),
    on: date | None = None,
    thorough: bool = False,
    operating_point: str = judging.CHECKPOINT,
) -> list[Report]:
    """Reports on all documents of a file, or of an RGB array of shape (h, w, 3).

    `template_folders` are searched besides the templates that come with docscan. Raises SourceError for a file that
    cannot be examined, TemplateError for a template folder that cannot be used.
    """
    settings = Settings(
        templates=templates.load_all([Path(folder) for folder in template_folders]),
        on=on or date.today(),
        thorough=thorough,
        operating_point=operating_point,
    )
    return [inspection.report for inspection in examine(source, settings)]


def examine(source: str | Path | Scan | Pixels, settings: Settings, only: int | None = None) -> Iterator[Inspection]:
    """Each document of each page, or of `only` the page of that number, in reading order, judged; one page in memory at
    a time."""
    for seen in observe(source, settings, only):
        watch = Stopwatch(seen.stages_ms)
        with watch.stage("judge"):
            verdict = judging.judge(seen.exam, seen.findings, settings.operating_point)
        report = record(seen.scan, seen.page, seen.number, seen.exam, seen.findings, verdict, watch.stages_ms)
        yield Inspection(report, seen.exam)


def observe(source: str | Path | Scan | Pixels, settings: Settings, only: int | None = None) -> Iterator[Observation]:
    """Each document of each page, or of `only` the page of that number, in reading order, read and checked."""
    scan, pages = intake.open_source(source, only)
    for page in pages:
        watch = Stopwatch()
        with watch.stage("read MRZ"):
            mrzs = reading.read_page(page.pixels)
        with watch.stage("find documents"):
            documents = intake.group_faces(intake.find_faces(page, mrzs), mrzs)
        for number, document in enumerate(documents, start=1):
            share = watch.share(len(documents))
            exam, findings = _ask(document, page, mrzs, settings, share)
            yield Observation(scan, page, number, exam, findings, share.stages_ms)


def _ask(
    document: Document, page: Page, mrzs: Sequence[MrzOnPage], settings: Settings, watch: Stopwatch
) -> tuple[Examination, tuple[Finding, ...]]:
    with watch.stage("second opinions"):
        mrz = reading.mrz_of(document, mrzs)
        opinions = reading.opinions(document, mrz) if settings.thorough else ()
    with watch.stage("match template"):
        match = templates.match(document, Reading(mrz=mrz, opinions=opinions), settings.templates)
    with watch.stage("read printed page"):
        read = Reading(mrz=mrz, opinions=opinions, fields=reading.read_fields(document, mrz, templates.inks(match)))
    exam = Examination(
        document,
        read,
        match,
        on=settings.on,
        known_states=settings.known_states,
        page=page,
        history=settings.history,
        watchlist=settings.watchlist,
    )
    with watch.stage("run checks"):
        findings = registry.run(exam, settings.checks)
    return exam, findings


class Stopwatch:
    """Milliseconds a stage took."""

    def __init__(self, stages_ms: Mapping[str, float] | None = None) -> None:
        self.stages_ms = dict(stages_ms or {})

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.stages_ms[name] = round((time.perf_counter() - started) * 1000, 2)

    def share(self, parts: int) -> Stopwatch:
        """A new watch that starts with one of `parts` equal shares of the time so far."""
        return Stopwatch({name: round(ms / parts, 2) for name, ms in self.stages_ms.items()})
