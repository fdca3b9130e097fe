from dataclasses import replace

import numpy as np
import pytest
from cards import documents

from docscan.document import Document, Reading, Template
from docscan.templates import match, matching, registration


def test_a_genuine_document_is_laid_on_both_faces(template: Template) -> None:
    document, reading = documents(20)
    found = match(document, reading, (template,))
    assert found is not None
    assert found.template is template
    assert [r.face for r in found.faces] == [0, 1]
    assert all(r.residual < 0.1 for r in found.faces)


def test_a_document_whose_mrz_names_its_template_is_laid_by_its_edges_alone(
    template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    def features(*_: object) -> None:
        raise AssertionError("features were matched")

    monkeypatch.setattr(registration, "features", features)
    document, reading = documents(20)
    found = match(document, reading, (template,))
    assert found is not None
    assert [r.template_face.side for r in found.faces] == ["front", "back"]
    assert all(r.residual < 0.1 for r in found.faces)


def test_a_front_without_mrz_is_matched(template: Template) -> None:
    document, _ = documents(21)
    found = match(Document(faces=document.faces[:1]), Reading(), (template,))
    assert found is not None
    assert found.faces[0].template_face.side == "front"


def test_a_card_taken_for_a_page_by_its_outline_is_matched(template: Template) -> None:
    """Seen askew it had the proportions of neither, and a page is half as wide again."""
    document, _ = documents(21)
    front = document.faces[0]
    taken = replace(front, format=None, ppmm=front.ppmm * 85.6 / 125)
    found = match(Document(faces=(taken,)), Reading(), (template,))
    assert found is not None
    assert found.faces[0].template_face.side == "front"
    assert found.faces[0].residual < 0.1


def test_a_back_alone_is_matched(template: Template) -> None:
    document, _ = documents(21)
    found = match(Document(faces=document.faces[1:]), Reading(), (template,))
    assert found is not None
    assert found.faces[0].template_face.side == "back"


def test_an_upside_down_face_is_matched_and_turned(template: Template) -> None:
    upright, _ = documents(22)
    turned, _ = documents(22, upside_down=True)
    found = match(turned, Reading(), (template,))
    right_way = match(upright, Reading(), (template,))
    assert found is not None
    assert right_way is not None
    difference = found.faces[0].pixels.astype(int) - right_way.faces[0].pixels
    assert np.abs(difference).mean() < 4


def test_another_design_is_not_matched(template: Template) -> None:
    document, _ = documents(3, design_id="QSK-I-2016")
    assert match(document, Reading(), (template,)) is None


def test_a_design_that_only_claims_the_state_is_answered_without_faces(template: Template) -> None:
    other, _ = documents(3, design_id="QSK-I-2016")
    _, reading = documents(23)
    found = match(other, reading, (template,))
    assert found is not None
    assert found.faces == ()
    assert found.score == 0


def test_a_template_of_its_state_is_tried_whatever_type_the_mrz_says(template: Template) -> None:
    """A forger who gets the document code wrong does not hide what the page is held against."""
    document, reading = documents(20)
    own = replace(template, type="P")
    many = [*(replace(template, id=f"{i}", state=f"X{i}Z") for i in range(matching.TRIED)), own]
    of_state, claimed = matching.named_by(reading.mrz, many)
    assert not claimed
    assert matching.candidates(document, of_state, many)[0] is own
    assert all(tried is not own for tried in matching.candidates(document, (), many))


def test_nothing_to_match_is_no_match(template: Template) -> None:
    document, reading = documents(24)
    assert match(document, reading, ()) is None


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_is_no_match(template: Template, value: int) -> None:
    document, _ = documents(24)
    blank = [
        type(face)(pixels=np.full_like(face.pixels, value), ppmm=face.ppmm, to_page=face.to_page, quality=face.quality)
        for face in document.faces
    ]
    assert match(Document(faces=tuple(blank)), Reading(), (template,)) is None
