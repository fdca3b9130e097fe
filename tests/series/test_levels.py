"""Measures that hang together: photographs that one workshop put over pages are known again."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from simulated import Alterer, model, photos, true_page

from docscan.series import hands, learning_hands, levels, photo
from docscan.series.evidence import GROUPS
from docscan.series.levels import MISTAKEN
from docscan.series.table import PRINTING, put_over, tabulated

SIZE = len(photo.MEASURES)


def laid_over(profile, values, printed=9.0):
    """The page with a photograph put over it, which is printed so otherwise than the template's."""
    whole = {f"portrait_{name}": float(v) for name, v in zip(photo.MEASURES, values, strict=True)}
    face = profile.faces[0].model_copy(update={"whole": whole | {PRINTING[0]: printed}})
    return profile.model_copy(update={"faces": (face,)})


def said(one, other):
    sights = photos().sights(np.array([one, other]))
    return float(photos().nats(sights.at(np.array([0])), sights.at(np.array([1])))[0])


def test_photographs_that_agree_speak_for_one_workshop_and_others_against_it(rng):
    place = rng.normal(0, 5, SIZE)
    assert said(place, place + rng.normal(0, 0.5, SIZE)) > 8
    assert said(place, rng.normal(0, 5, SIZE)) == pytest.approx(np.log(MISTAKEN), abs=0.1)


def test_what_was_not_measured_says_nothing(rng):
    nothing = np.full(SIZE, np.nan)
    assert said(nothing, rng.normal(0, 5, SIZE)) == pytest.approx(0.0, abs=1e-9)
    place = rng.normal(0, 5, SIZE)
    some = np.where(np.arange(SIZE) < 3, place, np.nan)
    assert 0 < said(place, some) < said(place, place)


def test_a_photograph_counts_where_the_portrait_was_replaced_on_a_true_page(rng):
    values = rng.normal(0, 5, SIZE)
    page = true_page({zone: np.zeros(len(hands.MEASURES)) for zone in Alterer.ZONES})
    assert put_over(laid_over(page, values)) == pytest.approx(values)
    assert np.isnan(put_over(laid_over(page, values, printed=1.0))).all()
    moved = page.faces[0].model_copy(update={"grids": {"shift_x": (0.3,) * 24, "shift_y": (0.0,) * 24}})
    assert np.isnan(put_over(laid_over(page.model_copy(update={"faces": (moved,)}), values))).all()


def test_photographs_add_to_what_hands_say(rng):
    """Two documents of one altering workshop, with and without its photograph."""
    hand, place = Alterer(3), rng.normal(0, 5, SIZE)
    documents = [hand.document() for _ in range(2)]
    pair = np.array([[0, 1]])
    group = list(GROUPS).index("portrait")
    nats = []
    for shown in (documents, [laid_over(one, place) for one in documents]):
        prepared = model().prepared(tabulated(shown, model().hands))
        sums = prepared.sums(pair)
        assert sums.altered.all()
        nats.append(float(sums.nats[0, group]))
        pooled = prepared.pooled(prepared.pool([0]), prepared.pool([1]))
        assert pooled.nats[0, group] == pytest.approx(nats[-1])
    assert nats[0] == pytest.approx(0.0, abs=1e-9)
    assert nats[1] > 8


def test_levels_are_learned(rng):
    """From simulated workshops of eight documents each."""
    page = true_page({zone: np.zeros(len(hands.MEASURES)) for zone in Alterer.ZONES})
    known = []
    for source in range(60):
        place = rng.normal(2.0, 4.0, SIZE)
        known += [(laid_over(page, place + rng.normal(0, 0.5, SIZE)), source) for _ in range(8)]
    known += [(page, None)] * 5
    found = learning_hands.fit_photos([profile for profile, _ in known], [source for _, source in known])
    assert found.mean == pytest.approx(np.full(SIZE, 2.0), abs=1.8)
    assert np.sqrt(np.diag(found.within)) == pytest.approx(np.full(SIZE, 0.5), rel=0.15)
    assert np.sqrt(np.diag(found.between)) == pytest.approx(np.full(SIZE, 4.0), rel=0.35)


def test_without_photographs_nothing_is_learned_and_nothing_is_said(rng):
    found = learning_hands.fit_photos([true_page({})], [1])
    sights = found.sights(np.full((2, SIZE), np.nan))
    assert found.nats(sights, sights) == pytest.approx(np.zeros(2), abs=1e-9)


def test_they_come_back_from_the_model_file():
    stored = levels.encoded(photos(), photo.MEASURES)
    kept = levels.decoded(stored, photo.MEASURES)
    assert levels.encoded(kept, photo.MEASURES) == stored
    assert kept.between == pytest.approx(photos().between)
    with pytest.raises(ValueError, match="other measures"):
        levels.decoded({**stored, "measures": ["across"]}, photo.MEASURES)
