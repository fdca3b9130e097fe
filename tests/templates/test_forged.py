"""The checks against a template: a trace put there is found in its place, and genuine documents show none."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest
from cards import Edit, documents, examination, rect_pixels, specimen

from docscan.checks.base import Check
from docscan.checks.portrait_ghost import PortraitGhost
from docscan.checks.portrait_substitution import PortraitSubstitution
from docscan.checks.template_background import TemplateBackground
from docscan.checks.template_grammar import TemplateGrammar
from docscan.checks.template_layout import TemplateLayout
from docscan.checks.template_typeface import TemplateTypeface
from docscan.document import (
    Examination,
    FieldReading,
    Finding,
    Outcome,
    Pixels,
    Template,
    TemplateMatch,
)

ALL: tuple[Check, ...] = (
    TemplateBackground(),
    TemplateLayout(),
    TemplateTypeface(),
    TemplateGrammar(),
    PortraitSubstitution(),
    PortraitGhost(),
)


def answers(check: Check, exam: Examination) -> list[Finding]:
    found = list(check(exam))
    assert found
    assert all(set(f.measures) <= set(check.measures) for f in found)
    return found


def strongest(findings: Iterable[Finding], measure: str) -> float:
    return max(f.measures.get(measure, 0.0) for f in findings)


def covers(exam: Examination, findings: Iterable[Finding], seed: int, side: str, zone: str) -> bool:
    """True where a region of a finding overlaps a drawn zone."""
    face = ["front", "back"].index(side)
    place = specimen(seed).face(side).zones[zone]
    return any(
        region.face == face
        and region.mm.x < place.right
        and place.x < region.mm.right
        and region.mm.y < place.bottom
        and place.y < region.mm.bottom
        for finding in findings
        if finding.outcome in (Outcome.FAIL, Outcome.UNSURE)
        for region in finding.regions
    )


@pytest.mark.parametrize("seed", [30, 31, 32])
def test_a_genuine_document_fails_nothing(template: Template, seed: int) -> None:
    exam = examination(template, seed)
    for check in ALL:
        assert all(f.outcome is not Outcome.FAIL for f in answers(check, exam)), check.name


def rewritten(seed: int, zone: str, text: str) -> Edit:
    """The field erased with flat colour and written over in another typeface."""

    def edit(pixels: Pixels, side: str) -> Pixels:
        if side == "front":
            rows, columns = rect_pixels(seed, "front", zone)
            part = pixels[rows, columns]
            part[:] = np.percentile(part, 70, axis=(0, 1)).astype(np.uint8)
            place = (columns.start + 6, rows.stop - 6)
            cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_COMPLEX, 0.8, (60, 20, 20), 1, cv2.LINE_AA)
        return pixels

    return edit


def test_a_rewritten_field_is_found_by_background_and_typeface(template: Template) -> None:
    exam = examination(template, 33, rewritten(33, "date_of_birth", "11 MAY 1970"))
    background = answers(TemplateBackground(), exam)
    assert strongest(background, "texture") > 5
    assert covers(exam, background, 33, "front", "date_of_birth")
    typeface = answers(TemplateTypeface(), exam)
    assert any(f.outcome is Outcome.FAIL for f in typeface)
    assert covers(exam, typeface, 33, "front", "date_of_birth")


def test_a_field_moved_by_a_millimetre_is_out_of_place(template: Template) -> None:
    def edit(pixels: Pixels, side: str) -> Pixels:
        if side == "front":
            rows, columns = rect_pixels(34, "front", "surname")
            by = round(1.0 * specimen(34).face("front").ppi / 25.4)
            pixels[rows, columns.start + by : columns.stop] = pixels[rows, columns.start : columns.stop - by].copy()
        return pixels

    exam = examination(template, 34, edit)
    layout = answers(TemplateLayout(), exam)
    assert strongest(layout, "left") > 3
    assert covers(exam, layout, 34, "front", "surname")


def test_an_erased_background_without_text_is_found(template: Template) -> None:
    def edit(pixels: Pixels, side: str) -> Pixels:
        if side == "front":
            rows, columns = rect_pixels(35, "front", "personal_number")
            pixels[rows, columns] = cv2.GaussianBlur(pixels, (0, 0), 12)[rows, columns]
        return pixels

    exam = examination(template, 35, edit)
    found = answers(TemplateBackground(), exam)
    assert any(f.outcome is Outcome.FAIL for f in found)
    assert covers(exam, found, 35, "front", "personal_number")


def swapped(seed: int, other: int) -> Edit:
    def edit(pixels: Pixels, side: str) -> Pixels:
        if side == "front":
            at = rect_pixels(seed, "front", "portrait")
            pixels[at] = specimen(other).face("front").pixels[at]
        return pixels

    return edit


def test_a_swapped_portrait_is_not_the_ghosts_face(template: Template) -> None:
    exam = examination(template, 36, swapped(36, 37))
    found = answers(PortraitGhost(), exam)
    assert any(f.outcome is Outcome.FAIL and f.code == "other_face" for f in found)
    assert covers(exam, found, 36, "front", "portrait")


def test_a_blurred_portrait_has_another_grain(template: Template) -> None:
    def edit(pixels: Pixels, side: str) -> Pixels:
        if side == "front":
            at = rect_pixels(38, "front", "portrait")
            pixels[at] = cv2.GaussianBlur(pixels[at], (0, 0), 2.5)
        return pixels

    genuine = answers(PortraitSubstitution(), examination(template, 38))
    found = answers(PortraitSubstitution(), examination(template, 38, edit))
    assert max(strongest(found, name) for name in ("overlay", "noise", "grain")) > 3
    assert strongest(found, "overlay") > strongest(genuine, "overlay")


def test_a_value_of_another_form_breaches_the_grammar(template: Template) -> None:
    exam = examination(template, 39)
    date = FieldReading(
        name="date_of_birth", text="1970-05-11", confidence=0.96, engine="test", found_by="template", face=0
    )
    exam = Examination(exam.document, exam.reading.model_copy(update={"fields": (date,)}), exam.match, on=exam.on)
    (finding,) = answers(TemplateGrammar(), exam)
    assert finding.outcome is Outcome.FAIL
    assert finding.expected == "DD MMM YYYY"


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)
def test_without_a_template_nothing_is_said(template: Template, check: Check) -> None:
    document, reading = documents(40)
    exam = Examination(document, reading, None, on=examination(template, 40).on)
    (finding,) = check(exam)
    assert finding.outcome is Outcome.NOT_DONE
    assert finding.measures == {}


def test_a_claimed_design_that_does_not_fit_is_a_finding(template: Template) -> None:
    document, reading = documents(40)
    claimed = TemplateMatch(template=template, faces=(), score=0.0)
    exam = Examination(document, reading, claimed, on=examination(template, 40).on)
    (finding,) = answers(TemplateLayout(), exam)
    assert finding.code == "design_does_not_fit"
    assert finding.outcome is Outcome.FAIL
