from dataclasses import replace

import numpy as np
import pytest
from specimens import press

from docscan.checks.print_process import PrintProcess
from docscan.document import Examination, Outcome

check = PrintProcess()
WITH_TEMPLATE = ("01-passport.jpg", "03-passport-phone.jpg", "07-card-both-sides.jpg")


@pytest.fixture(scope="module")
def matched(scans) -> dict[str, Examination]:
    from docscan import templates

    enrolled = templates.load_all([])
    found = {}
    for name in WITH_TEMPLATE:
        exam = scans[name]
        found[name] = replace(exam, match=templates.match(exam.document, exam.reading, enrolled))
    return found


def printed_by_inkjet(exam: Examination) -> Examination:
    """The same sides, laid on the template, made of dots."""
    assert exam.match is not None
    rng = np.random.default_rng(4)
    faces = []
    for face in exam.match.faces:
        dots = press.halftone(face.pixels.astype(np.float32), rng, 0.6, depth=0.8)
        faces.append(replace(face, pixels=np.clip(dots, 0, 255).astype(np.uint8)))
    return replace(exam, match=replace(exam.match, faces=tuple(faces)))


def test_genuine_print_is_even(matched):
    for name, exam in matched.items():
        assert [f.code for f in check(exam)] == ["grain_agrees"] * len(exam.match.faces), name


def test_strewn_dots_are_seen(matched):
    for name, exam in matched.items():
        for finding in check(printed_by_inkjet(exam)):
            assert (finding.outcome, finding.code) == (Outcome.FAIL, "grainy_colours"), name
            assert finding.measures["grain"] > 0.85


def test_without_a_template_or_below_150_pixels_an_inch_nothing_is_said(matched, scans):
    (finding,) = check(scans["01-passport.jpg"])
    assert (finding.outcome, finding.code) == (Outcome.NOT_DONE, "no_template")
    exam = matched["01-passport.jpg"]
    coarse = tuple(replace(face, ppmm=5.0) for face in exam.document.faces)
    (finding,) = check(replace(exam, document=replace(exam.document, faces=coarse)))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "too_coarse_for_grain")
