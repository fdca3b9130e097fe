"""The report on one document: everything that was seen, asked and answered, and by which version of what.

One schema for the command line, the API and the store. `Report.model_validate_json(report.model_dump_json())` gives the
same report back; docs/report.schema.json is made from it by `scripts/make_docs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from docscan.document import FieldReading, Finding, MrzReading, NotDone, Outcome, Quality, Side, Symbol, Verdict
from docscan.geometry import Box, Value
from docscan.icao.formats import Format


class Source(Value):
    path: str
    sha256: str
    """Of the whole file."""
    kind: str
    page: int
    """From 1."""
    document: int
    """Place on the page, from 1, in reading order."""


class FaceRecord(Value):
    """Where a face lies on its page and how well it was captured."""

    side: Side | None
    """None where nothing tells front from back."""
    width: int
    height: int
    ppmm: float
    to_page: tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
    edges_seen: bool
    quality: Quality


class MrzField(Value):
    """One field of the MRZ as printed, fillers included."""

    name: str
    text: str
    line: int
    """From 0."""
    start: int
    """Column, from 0."""


class MrzRecord(Value):
    engine: str
    format: Format | None
    lines: tuple[str, ...]
    fields: tuple[MrzField, ...]
    symbols: tuple[tuple[Symbol, ...], ...]
    face: int
    box: Box | None
    opinions: tuple[MrzReading, ...]


class FieldRow(Value):
    """One field, as the MRZ has it and as the page prints it."""

    name: str
    mrz: str | None
    printed: str | None
    outcome: Outcome
    """PASS agree, FAIL contradict, UNSURE the reading does not allow to say, NOT_DONE only one of them was read."""
    differs: tuple[int, ...] = ()
    """Places in `printed` that the MRZ does not explain."""
    reading: FieldReading | None = None


class TemplateRecord(Value):
    id: str
    version: str
    score: float
    residual_mm: float
    """Largest registration residual of its faces."""


class Report(Value):
    schema_version: Literal[1] = 1
    source: Source
    verdict: Verdict
    format: Format | None
    """Of the document, by its size or its MRZ."""
    faces: tuple[FaceRecord, ...]
    mrz: MrzRecord | None
    fields: tuple[FieldRow, ...]
    findings: tuple[Finding, ...]
    template: TemplateRecord | None
    quality: Quality
    """The worst of the faces."""
    not_done: tuple[NotDone, ...]
    versions: Mapping[str, str]
    """docscan, each engine and each model that had a say."""
    elapsed_ms: float
    """For this document; its share of the work on the whole page included."""
    stages_ms: Mapping[str, float] = Field(default_factory=dict)
