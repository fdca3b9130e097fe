"""Another hand on a true page: told from the true press's, known again, and learned."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from simulated import Alterer, hands, model, true_page

from docscan.series import joining, learning_hands
from docscan.series.hands import ALTERED, FADING, MEASURES, decoded, encoded, lines
from docscan.series.levels import MISTAKEN, MOST_COUNTED

ZONES = Alterer.ZONES


def face_of(profile):
    return profile.faces[0]


def calm(**zones):
    """Fields that depart by nothing but those named, which depart by so much in everything."""
    return {zone: np.full(len(MEASURES), zones.get(zone, 0.0)) for zone in ZONES}


# --- which fields -----------------------------------------------------------------------------------------------------


def test_the_fields_of_another_hand_are_told_from_their_siblings():
    for seed in range(20):
        assert set(hands().altered(face_of(Alterer(seed).document(("surname", "date_of_birth"))))) == {
            "surname",
            "date_of_birth",
        }


def test_a_true_page_has_no_other_hand():
    assert not any(hands().altered(face_of(Alterer(seed).document(()))) for seed in range(50))


def test_where_most_fields_depart_the_page_is_another():
    three, four = (calm(**dict.fromkeys(ZONES[:count], 6.0)) for count in (3, 4))
    assert set(hands().altered(face_of(true_page(three)))) == set(ZONES[:3])
    assert hands().altered(face_of(true_page(four))) == {}


def test_a_page_whose_print_is_out_of_place_is_a_counterfeit():
    moved = true_page(calm(surname=6.0), grids={"shift_x": (0.3,) * 24, "shift_y": (0.0,) * 24})
    assert hands().altered(face_of(moved)) == {}


def test_small_lettering_is_a_label_and_no_field_of_the_holder():
    page = true_page(calm(surname=6.0))
    zones = dict(face_of(page).zones)
    zones["surname"] = zones["surname"].model_copy(update={"height": 1.4})
    assert "surname" not in lines(face_of(page).model_copy(update={"zones": zones}))[0]
    assert set(hands().altered(face_of(page))) == {"surname"}


def test_what_departs_but_is_like_no_hand_is_a_measurement_that_went_wrong():
    """Hands here lie far off in everything, so one measure far off is the likelier a mistake."""
    far = replace(hands(), mean=np.full(len(MEASURES), 8.0), between=np.eye(len(MEASURES)))
    one = np.zeros(len(MEASURES))
    one[MEASURES.index("left")] = 9.0
    page = face_of(true_page({**calm(), "surname": one}))
    assert set(far.deviating(page)) == {"surname"}
    assert far.altered(page) == {}
    assert set(far.altered(face_of(true_page(calm(surname=8.0))))) == {"surname"}


def test_a_capture_that_loses_colour_is_made_up_for():
    sharp, soft = (
        lines(face_of(true_page(calm(surname=4.0), whole={"pattern_a": kept, "pattern_b": kept})))[1]
        for kept in (1.0, 0.4)
    )
    row = sorted(ZONES).index("surname")
    hue, depth, left = (MEASURES.index(name) for name in ("hue_a", "depth", "left"))
    assert sharp[row, hue] == pytest.approx(4.0)
    assert soft[row, hue] == pytest.approx(4.0 / (1 - 0.6 * FADING))
    assert soft[row, left] == pytest.approx(4.0)
    assert sharp[row, depth] == pytest.approx(4.0)
    assert np.isnan(soft[row, depth])


# --- what two say -----------------------------------------------------------------------------------------------------


def seen(*documents):
    return hands().sights([np.array(list(hands().altered(face_of(one)).values())) for one in documents])


def first(sights, index):
    return sights.at(np.array([index]))


def test_documents_of_one_hand_say_so_and_of_two_deny_it():
    one, other = Alterer(1), Alterer(2)
    sights = seen(one.document(), one.document(), other.document())
    assert hands().nats(first(sights, 0), first(sights, 1))[0] > 10
    sights = replace(sights, odds=np.full(3, 50.0))
    assert hands().nats(first(sights, 0), first(sights, 2))[0] == pytest.approx(np.log(MISTAKEN), abs=0.1)


def test_it_does_not_matter_which_is_named_first():
    sights = seen(Alterer(1).document(), Alterer(1).document(ZONES[:3]))
    there, back = (hands().nats(first(sights, a), first(sights, b))[0] for a, b in ((0, 1), (1, 0)))
    assert there == pytest.approx(back)


def test_measures_that_hang_together_are_no_two_witnesses():
    """Two measures that always depart alike say hardly more than one of them."""
    field = np.full((1, len(MEASURES)), np.nan)
    field[0, 0] = 5.0
    both = field.copy()
    both[0, 1] = 5.0

    def gain(share):
        """Nats that the second measure adds where hands share so much of their variance."""
        tied = np.eye(len(MEASURES))
        tied[0, 1] = tied[1, 0] = share
        own = replace(hands(), between=25.0 * tied)
        said = []
        for values in (field, both):
            sights = replace(own.sights([values, values]), odds=np.full(2, 50.0))
            said.append(float(own.nats(first(sights, 0), first(sights, 1))[0]))
        return said[1] - said[0]

    assert gain(0.0) > 1.0
    assert gain(0.999) < 0.3 * gain(0.0)


def test_what_was_not_measured_says_nothing():
    values = np.full((1, len(MEASURES)), np.nan)
    nothing = replace(hands().sights([values, values]), odds=np.full(2, 50.0))
    assert hands().nats(first(nothing, 0), first(nothing, 1))[0] == pytest.approx(0.0, abs=1e-9)


def test_several_documents_know_a_hand_better_than_one():
    gains = []
    for seed in range(12):
        hand = Alterer(seed)
        sights = seen(*(hand.document() for _ in range(4)))
        singly = np.mean([hands().nats(first(sights, 0), first(sights, i))[0] for i in (1, 2, 3)])
        gains.append(hands().nats(first(sights, 0), sights.at(np.array([1, 2, 3])).together())[0] - singly)
    assert np.mean(gains) > 0.5


def test_many_documents_are_trusted_like_a_few():
    """What a scanner adds is shared: the mean of thirty is not thirty times as exact."""
    hand = Alterer(4)
    sights = seen(*(hand.document() for _ in range(31)))
    many = sights.at(np.arange(1, 31)).together()
    assert many.trusted().precision == pytest.approx(sights.at(np.arange(1, 1 + MOST_COUNTED)).together().precision)


def test_a_field_that_is_hardly_another_hands_links_nothing():
    sights = seen(Alterer(1).document(), Alterer(1).document())
    both = (replace(sights, odds=np.full(2, odds)) for odds in (50.0, 0.0))
    sure, unsure = (float(hands().nats(first(one, 0), first(one, 1))[0]) for one in both)
    assert sure - unsure == pytest.approx(2 * np.log1p(np.exp(ALTERED)), abs=0.01)


# --- series, model file and learning ----------------------------------------------------------------------------------


def test_altering_workshops_are_series_and_genuine_documents_are_in_none():
    sources = [s for s, size in ((1, 8), (2, 5), (3, 3)) for _ in range(size)] + list(range(10, 30))
    shops = {source: Alterer(source) for source in sources}
    fields = [ZONES[i % 4 : i % 4 + 1 + i % 2] for i in range(len(sources))]
    documents = [shops[s].document(f if s < 20 else ()) for s, f in zip(sources, fields, strict=True)]
    order = np.random.default_rng(1).permutation(len(documents))
    series = joining.find([documents[i] for i in order], model())
    assert [sorted({sources[order[m]] for m in one.members}) for one in series] == [[1], [2], [3]]
    assert [len(one.members) for one in series] == [8, 5, 3]


def test_hands_come_back_from_their_file():
    kept = decoded(encoded(hands()))
    assert encoded(kept) == encoded(hands())
    assert kept.between == pytest.approx(hands().between)
    with pytest.raises(ValueError, match="measures"):
        decoded({**encoded(hands()), "measures": ["left"]})


def test_both_levels_are_learned_from_documents_of_known_source():
    makers = [Alterer(seed) for seed in range(60)]
    known = [(maker.document(ZONES[:3]), number) for number, maker in enumerate(makers, 1) for _ in range(4)]
    known += [(Alterer(1000 + i).document(()), None) for i in range(60)]
    found = learning_hands.fit([profile for profile, _ in known], [source for _, source in known])
    assert np.diag(found.genuine) == pytest.approx(np.ones(len(MEASURES)), abs=0.25)
    assert np.diag(found.fields) == pytest.approx(np.full(len(MEASURES), 0.2), abs=0.05)
    assert np.mean(np.diag(found.documents)) == pytest.approx(0.1, abs=0.04)
    assert np.mean(np.diag(found.between)) == pytest.approx(25.0, rel=0.25)
    off = found.between - np.diag(np.diag(found.between))
    assert np.abs(off).mean() < 5.0
    assert 1.2 < found.limit < 2.0


def test_without_genuine_documents_or_hands_nothing_is_another_hand():
    profile = Alterer(1).document()
    for known in ([], [(profile, 1), (profile, 1)]):
        found = learning_hands.fit([p for p, _ in known], [s for _, s in known])
        assert found.altered(face_of(profile)) == {}
