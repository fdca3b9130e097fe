"""The main job on the samples, as their table promises."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from docscan import templates
from docscan.checks import registry
from docscan.document import Decision
from docscan.pipeline import Settings, examine
from docscan.report import Report

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
TABLE = list(csv.DictReader((SAMPLES / "samples.csv").open(encoding="utf-8", newline="")))
GENUINE = [row for row in TABLE if row["truth"] == "genuine"]
FORGED = [row for row in TABLE if row["truth"] == "forged"]
FLAGGED = {Decision.REFER, Decision.SUSPECT}


@cache
def reports(file: str) -> tuple[Report, ...]:
    settings = Settings(templates=templates.load_all([]), on=date(2026, 6, 1))
    return tuple(inspection.report for inspection in examine(SAMPLES / file, settings))


def boxes(row: dict[str, str]) -> list[tuple[float, float, float, float]]:
    """left, top, right, bottom in pixels of the file"""
    corners = [tuple(map(float, box.split())) for box in row["boxes"].split(";")]
    return [(x, y, x + w, y + h) for x, y, w, h in corners]


def is_met(row: dict[str, str], region) -> bool:
    xs, ys = zip(*region.on_page, strict=True)
    return any(
        min(right, max(xs)) > max(left, min(xs)) and min(bottom, max(ys)) > max(top, min(ys))
        for left, top, right, bottom in boxes(row)
    )


@pytest.mark.parametrize("row", GENUINE, ids=lambda row: row["file"])
def test_no_genuine_sample_is_suspect(row):
    assert reports(row["file"])
    assert all(report.verdict.outcome is not Decision.SUSPECT for report in reports(row["file"]))


@pytest.mark.parametrize("row", FORGED, ids=lambda row: row["file"])
def test_a_forged_sample_is_flagged_for_the_reason_and_at_the_place_that_the_table_names(row):
    flagged = [r for r in reports(row["file"]) if r.verdict.outcome in FLAGGED]
    reasons = [reason for report in flagged for reason in report.verdict.reasons[:3]]
    named = [reason for reason in reasons if reason.check in row["check"].split("|")]
    assert any(is_met(row, region) for reason in named for region in reason.regions), [r.check for r in reasons]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["file"])
def test_a_report_comes_back_from_json_as_it_was(row):
    for report in reports(row["file"]):
        assert Report.model_validate_json(report.model_dump_json()) == report


def test_the_table_names_checks_that_there_are():
    names = {check.name for check in registry.ALL}
    assert {check for row in FORGED for check in row["check"].split("|")} <= names
