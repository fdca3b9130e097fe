"""What is asked of a document as a whole: its State's template, its series, the standard's geometry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest
from pages import laid_on

from docscan.checks import format_geometry
from docscan.checks.format_geometry import FormatGeometry
from docscan.checks.template_claim import TemplateClaim
from docscan.checks.template_series import TemplateSeries
from docscan.document import (
    Document,
    Examination,
    FieldReading,
    Finding,
    Outcome,
    Template,
    TemplateFace,
)
from docscan.geometry import Box
from docscan.icao.formats import Format

MakeExam = Callable[..., Examination]
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F2404152ZE184226B<<<<<10")
"""Doc 9303's specimen, but for its date of expiry: 15 April 2024."""
FACE = TemplateFace(
    side="page", ppmm=2.0, reference=np.zeros((4, 4, 3), np.uint8), spread=np.zeros((4, 4), np.float32), zones=()
)


def template(state: str = "UTO", number: int = 2010, first: date | None = None, last: date | None = None) -> Template:
    return Template(
        id=f"{state}-P-{number}",
        state=state,
        type="P",
        format=Format.TD3,
        version="",
        specimens=12,
        faces=(FACE,),
        issued=(first, last),
    )


def only(findings: object) -> Finding:
    (finding,) = findings  # type: ignore[misc]
    assert isinstance(finding, Finding)
    return finding


# --- template.claim ---------------------------------------------------------------------------------------------------


def test_a_document_of_its_own_state_is_no_finding(make_exam: MakeExam) -> None:
    finding = only(TemplateClaim()(laid_on(make_exam(PASSPORT), template())))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "claim_agrees")
    assert set(finding.measures.values()) == {0.0}


def test_a_design_that_no_template_of_the_state_knows(make_exam: MakeExam) -> None:
    finding = only(TemplateClaim()(laid_on(make_exam(PASSPORT), template(), fits=False)))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "design_does_not_fit")
    assert finding.measures == {"misfit": 5.0}


def test_a_bad_picture_that_fits_nothing_is_only_doubtful(make_exam: MakeExam) -> None:
    exam = laid_on(make_exam(PASSPORT), template(), fits=False)
    face = exam.document.faces[0]
    dark = replace(face, quality=face.quality.model_copy(update={"usable": False}))
    assert only(TemplateClaim()(replace(exam, document=Document((dark,))))).outcome is Outcome.UNSURE


def test_a_series_that_is_not_enrolled_is_a_limit_and_no_suspicion(make_exam: MakeExam) -> None:
    exam = make_exam(PASSPORT, date_of_issue="16 APR 2014")
    later = template(number=2020, first=date(2020, 1, 1))
    finding = only(TemplateClaim()(laid_on(exam, later, fits=False)))
    assert (finding.outcome, finding.code) == (Outcome.NOT_DONE, "series_not_enrolled")
    then = template(number=2010, first=date(2010, 1, 1), last=date(2019, 12, 31))
    assert only(TemplateClaim()(laid_on(exam, later, then, fits=False))).outcome is Outcome.FAIL


@pytest.mark.parametrize(("known", "outcome", "measure"), [({"UTO"}, "fail", 5.0), (set(), "unsure", 2.5)])
def test_another_states_design(make_exam: MakeExam, known: set[str], outcome: str, measure: float) -> None:
    exam = replace(laid_on(make_exam(PASSPORT), template("QMR")), known_states=frozenset(known))
    finding = only(TemplateClaim()(exam))
    assert (finding.outcome, finding.code) == (outcome, "other_state")
    assert finding.measures == {"other_state": measure}
    assert (finding.expected, finding.seen) == ("QMR", "UTO")
    assert [region.label for region in finding.regions] == ["whole side", "issuing State"]


def test_nothing_claimed_or_nothing_enrolled(make_exam: MakeExam) -> None:
    assert only(TemplateClaim()(laid_on(make_exam(), template()))).code == "no_mrz"
    assert only(TemplateClaim()(make_exam(PASSPORT))).code == "no_template"


# --- template.series --------------------------------------------------------------------------------------------------

OLD = template(number=2010, first=date(2010, 1, 1), last=date(2019, 12, 31))
NEW = template(number=2020, first=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("issued", "known", "outcome"),
    [
        ("16 APR 2014", OLD, Outcome.PASS),
        (("16 APR 2014", 0.99), NEW, Outcome.FAIL),
        ("20 NOV 2019", NEW, Outcome.UNSURE),  # six weeks too early
        (("16 APR 2014", 0.3), NEW, Outcome.UNSURE),  # hardly legible
    ],
)
def test_series_and_date_of_issue(make_exam: MakeExam, issued: object, known: Template, outcome: Outcome) -> None:
    finding = only(TemplateSeries()(laid_on(make_exam(PASSPORT, date_of_issue=issued), known)))
    assert finding.outcome is outcome
    assert (finding.measures["years"] > 0) == (outcome is not Outcome.PASS)


def test_the_series_of_that_time_is_named(make_exam: MakeExam) -> None:
    finding = only(TemplateSeries()(laid_on(make_exam(PASSPORT, date_of_issue="16 APR 2014"), NEW, OLD)))
    assert "UTO-P-2010" in finding.expected
    assert finding.measures["years"] == pytest.approx(5.71, abs=0.01)


def test_a_date_of_expiry_bounds_the_date_of_issue(make_exam: MakeExam) -> None:
    future = template(number=2025, first=date(2025, 1, 1))
    finding = only(TemplateSeries()(laid_on(make_exam(PASSPORT), future)))
    assert finding.code == "wrong_series"
    assert finding.regions[0].label == "whole side"
    assert only(TemplateSeries()(laid_on(make_exam(PASSPORT), NEW))).outcome is Outcome.PASS


def test_where_it_cannot_be_asked(make_exam: MakeExam) -> None:
    codes = [
        only(TemplateSeries()(exam)).code
        for exam in (
            make_exam(PASSPORT),
            laid_on(make_exam(PASSPORT), template()),
            laid_on(make_exam(), NEW),
        )
    ]
    assert codes == ["no_template", "no_period", "no_date_of_issue"]


# --- format.geometry --------------------------------------------------------------------------------------------------


def page(make_exam: MakeExam, mrz_y: float = 68.0, *fields: Box, edges: bool = True) -> Examination:
    """A passport's data page of 10 pixels a millimetre whose MRZ begins `mrz_y` mm from the top."""
    exam = make_exam(PASSPORT)
    face = replace(exam.document.faces[0], pixels=np.full((880, 1250, 3), 230, np.uint8), ppmm=10.0, edges_seen=edges)
    assert exam.reading.mrz is not None
    mrz = exam.reading.mrz.model_copy(update={"box": Box(x=60, y=10 * mrz_y, width=1118, height=95)})
    printed = tuple(
        FieldReading(name="surname", text="X", confidence=0.9, engine="test", found_by="label", box=box)
        for box in fields
    )
    reading = exam.reading.model_copy(update={"mrz": mrz, "fields": printed})
    return replace(exam, document=Document((face,)), reading=reading)


def test_a_page_as_the_standard_has_it(make_exam: MakeExam) -> None:
    field = Box(x=450, y=200, width=200, height=30)
    finding = only(FormatGeometry()(page(make_exam, 68.0, field)))
    assert (finding.outcome, set(finding.measures.values())) == (Outcome.PASS, {0.0})


@pytest.mark.parametrize(("y", "outcome"), [(62.4, Outcome.UNSURE), (55.0, Outcome.FAIL), (78.5, Outcome.UNSURE)])
def test_an_mrz_out_of_its_zone(make_exam: MakeExam, y: float, outcome: Outcome) -> None:
    finding = only(FormatGeometry()(page(make_exam, y)))
    assert (finding.outcome, finding.code) == (outcome, "mrz_out_of_zone")


def test_text_where_none_belongs(make_exam: MakeExam) -> None:
    low, edge = Box(x=450, y=700, width=200, height=30), Box(x=2, y=200, width=200, height=30)
    codes = [finding.code for finding in FormatGeometry()(page(make_exam, 68.0, low, edge))]
    assert codes == ["field_in_mrz_zone", "text_in_margin"]


@pytest.mark.parametrize(("x", "size", "code"), [(60, 250, ""), (900, 250, "portrait_out_of_zone")])
def test_the_portraits_place(
    make_exam: MakeExam, monkeypatch: pytest.MonkeyPatch, x: int, size: int, code: str
) -> None:
    monkeypatch.setattr(format_geometry, "heads", lambda pixels: (Box(x=x, y=250, width=size, height=size),))
    finding = only(FormatGeometry()(page(make_exam)))
    assert finding.code == (code or "geometry_agrees")


def test_a_head_is_found_on_a_drawn_portrait() -> None:
    from specimens.faces import portrait

    from docscan.intake.portrait import heads

    face = portrait(7, "F", 30)
    canvas = np.full((880, 1250, 3), 225, np.uint8)
    pasted = cv2.resize(face, (350, 450), interpolation=cv2.INTER_AREA)
    canvas[200:650, 50:400] = pasted
    (head,) = heads(canvas)
    assert 50 < head.x + head.width / 2 < 400
    assert 150 < head.height < 400


def test_without_edges_or_with_a_template_it_is_not_asked(make_exam: MakeExam) -> None:
    assert only(FormatGeometry()(page(make_exam, edges=False))).code == "edges_not_seen"
    assert only(FormatGeometry()(laid_on(page(make_exam), template()))).code == "template_tells"
    assert only(FormatGeometry()(make_exam())).code == "no_mrz"
