"""What a profile says of a genuine document and of a counterfeit."""

import numpy as np
import pytest
from pydantic import ValidationError

from docscan.document import Document, Examination, Face, Quality, Reading
from docscan.geometry import Box
from docscan.series import Profile, profile_of
from docscan.series.profile import Fraud


def grid(profile, name):
    return np.array([np.nan if v is None else v for v in profile.faces[0].grids[name]], float)


def test_a_profile_comes_back_from_json(profiles):
    for profile in profiles.values():
        assert Profile.model_validate_json(profile.model_dump_json()) == profile


def test_a_profile_of_another_edition_is_refused(profiles):
    other = profiles["genuine"].model_dump() | {"edition": 0}
    with pytest.raises(ValidationError):
        Profile.model_validate(other)


def test_general_features(profiles):
    genuine, counterfeit = profiles["genuine"], profiles["counterfeit"]
    assert (genuine.state, genuine.type, genuine.template) == ("UTO", "P", "UTO-P-2020")
    assert genuine.document_number == "S9518724"
    assert genuine.fraud == ()
    assert Fraud.COUNTERFEIT in counterfeit.fraud
    assert "background" not in genuine.processes
    assert "background" in counterfeit.processes


def test_static_print_stands_still_on_the_genuine_page_and_not_on_the_counterfeit(profiles):
    assert np.nanmax(np.abs(grid(profiles["genuine"], "shift_x"))) < 0.05
    assert np.nanmax(np.abs(grid(profiles["counterfeit"], "shift_x"))) > 0.2


def test_lettering_is_the_templates_on_the_genuine_page_and_not_on_the_counterfeit(profiles):
    assert np.nanmax(grid(profiles["genuine"], "letters_added")) < 1.0
    assert np.nanmax(grid(profiles["counterfeit"], "letters_added")) > 5.0


def test_the_mrz_is_measured_in_true_millimetres(profiles):
    assert profiles["genuine"].faces[0].whole["mrz_pitch"] == pytest.approx(2.54, abs=0.01)
    assert profiles["genuine"].faces[0].whole["mrz_spacing"] == pytest.approx(6.35, abs=0.15)


def test_places_lead_back_to_the_page(profiles):
    face = profiles["genuine"].faces[0]
    corners = np.array(face.on_page(Box(x=0, y=0, width=125, height=88)))
    assert np.linalg.norm(corners[1] - corners[0]) == pytest.approx(125 / 25.4 * 300, rel=0.03)


def test_a_document_without_template_has_general_features_alone():
    quality = Quality(sharpness=0.1, glare=0, exposure=0.8)
    face = Face(np.full((300, 400, 3), 200, np.uint8), 4.0, np.eye(3), quality)
    from datetime import date

    profile = profile_of(Examination(Document((face,)), Reading(), None, date(2026, 6, 1)))
    assert profile.faces == ()
    assert profile.portrait is None
    assert profile.template is None
    assert profile.block == "?-?"
