"""Documents of one workshop are linked, others are not, and the cost does not grow with the square."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from simulated import Alterer, Workshop, genuine, model

from docscan.errors import ModelError
from docscan.geometry import Box
from docscan.series import candidates, joining
from docscan.series.evidence import GROUPS, Sums, Weights, decoded, encoded
from docscan.series.explaining import explain
from docscan.series.table import tabulated
from docscan.series.terminal import where


def pile():
    """Three workshops of 12, 8 and 5, twenty loners and forty genuine documents, mixed."""
    made = [(source, Workshop(source)) for source, size in ((1, 12), (2, 8), (3, 5)) for _ in range(size)]
    shops = {source: Workshop(source) for source in (1, 2, 3)}
    documents = [(shops[source].document(), source) for source, _ in made]
    documents += [(Workshop(100 + i).document(), 100 + i) for i in range(20)]
    documents += [(genuine(1000 + i).document(), None) for i in range(40)]
    order = np.random.default_rng(7).permutation(len(documents))
    return [documents[i] for i in order]


@pytest.fixture(scope="module")
def linked():
    documents = pile()
    return documents, joining.find([profile for profile, _ in documents], model())


def test_each_workshop_is_one_series(linked):
    documents, series = linked
    assert [{documents[m][1] for m in one.members} for one in series] == [{1}, {2}, {3}]
    assert [len(one.members) for one in series] == [12, 8, 5]


def test_no_series_holds_a_genuine_document_or_a_loner(linked):
    documents, series = linked
    members = {documents[m][1] for one in series for m in one.members}
    assert members == {1, 2, 3}


def test_links_are_told_strongest_first_and_within_the_series(linked):
    _, series = linked
    for one in series:
        strengths = [link.strength for link in one.links]
        assert strengths == sorted(strengths, reverse=True)
        assert {m for link in one.links for m in (link.one, link.other)} == set(one.members)


def test_the_order_of_documents_does_not_matter(linked):
    documents, series = linked
    turned = joining.find([profile for profile, _ in reversed(documents)], model())
    last = len(documents) - 1
    assert {frozenset(one.members) for one in series} == {frozenset(last - m for m in one.members) for one in turned}


def test_documents_of_other_templates_are_never_compared():
    shop = Workshop(5)
    assert joining.find([shop.document(), shop.document(template="QMR-P-2018")], model()) == []


def test_nothing_is_found_among_nothing():
    assert joining.find([], model()) == []


def test_sharing_normality_says_nothing():
    """Two genuine documents share a template; a defect that is common says less than one that is rare."""
    evidence = model()

    def ratio(one, other):
        prepared = evidence.prepared(tabulated([one, other], evidence.hands))
        return evidence.log10_ratio(prepared, prepared.pool([0]), prepared.pool([1]))

    shop = Workshop(6)
    near = Workshop(7, off=2.0)
    assert ratio(genuine(1).document(), genuine(2).document()) < 1.0
    assert ratio(shop.document(), shop.document()) > ratio(near.document(), near.document())
    assert ratio(shop.document(), genuine(3).document()) < -3.0


def test_two_pools_of_one_say_what_two_documents_say():
    evidence = model()
    prepared = evidence.prepared(tabulated([Workshop(6).document(), Workshop(7, off=2.0).document()], evidence.hands))
    pooled = prepared.pooled(prepared.pool([0]), prepared.pool([1]))
    assert pooled.nats == pytest.approx(prepared.sums(np.array([[0, 1]])).nats, abs=0.05)


def test_a_document_says_more_to_many_that_agree_than_to_each_of_them():
    shop = Workshop(21, off=5.0, only=("mrz_pitch", "mrz_left", "type_height", "left", "height"))
    evidence = model()
    prepared = evidence.prepared(tabulated([shop.document() for _ in range(9)], evidence.hands))
    gains = []
    for member in range(9):
        own, rest = prepared.pool([member]), [m for m in range(9) if m != member]
        singly = [evidence.log10_ratio(prepared, own, prepared.pool([m])) for m in rest]
        gains.append(evidence.log10_ratio(prepared, own, prepared.pool(rest)) - np.mean(singly))
    assert np.mean(gains) > 0.3


def test_a_missing_measure_counts_for_nothing():
    evidence = model()
    shop = Workshop(8)
    one, other = shop.document(), shop.document()
    face = other.faces[0].model_copy(
        update={"grids": {name: (None,) * len(cells) for name, cells in other.faces[0].grids.items()}}
    )
    prepared = evidence.prepared(tabulated([one, other.model_copy(update={"faces": (face,)})], evidence.hands))
    sums = prepared.sums(np.array([[0, 1]])).nats[0]
    assert sums[list(GROUPS).index("place of static print")] == 0.0
    assert sums[list(GROUPS).index("typeface")] != 0.0


def test_no_ratio_exceeds_what_the_calibration_supports():
    shop = Workshop(9, off=40.0)
    told = explain(shop.document(), shop.document(), model(bound=3.5))
    assert told.strength == 3.5


def test_a_chain_of_two_workshops_is_not_one_series():
    """A document half of one and half of another workshop joins one of them, not both to each other."""
    first, second = Workshop(11), Workshop(12)
    documents = [first.document() for _ in range(6)] + [second.document() for _ in range(6)]
    a, b = first.document().faces[0], second.document().faces[0]
    mixed = a.model_copy(update={"grids": {**a.grids, "tone_l": b.grids["tone_l"], "texture": b.grids["texture"]}})
    documents.append(documents[0].model_copy(update={"faces": (mixed,)}))
    for one in joining.find(documents, model()):
        assert not {0, 1, 2, 3, 4, 5} & set(one.members) or not {6, 7, 8, 9, 10, 11} & set(one.members)


def test_two_machines_of_a_large_workshop_are_one_series(monkeypatch):
    """Each document's nearest are all of its own machine, so only the groups find each other."""
    machines = Workshop(21), Workshop(21)
    shift = {name: np.random.default_rng(3).normal(0, 1.5, len(place)) for name, place in machines[1].place.items()}
    machines[1].place = {name: place + shift[name] for name, place in machines[1].place.items()}
    documents = [machine.document() for machine in machines for _ in range(30)]
    (series,) = joining.find(documents, model())
    assert len(series.members) == 60
    assert any(link.one < 30 <= link.other for link in series.links), "the two hang together"
    strengths = [link.strength for link in series.links]
    assert strengths == sorted(strengths, reverse=True)
    monkeypatch.setattr(candidates, "pairs_of_groups", lambda *_: np.zeros((0, 2), np.int64))
    assert [len(one.members) for one in joining.find(documents, model())] == [30, 30]


def test_candidates_hold_the_workshops_pairs_and_few_others():
    documents = pile()
    prepared = model().prepared(tabulated([profile for profile, _ in documents], model().hands))
    found = {tuple(pair) for pair in candidates.pairs(prepared).tolist()}
    every = len(documents) * (len(documents) - 1) // 2
    assert len(found) < 0.35 * every
    small = [i for i, (_, source) in enumerate(documents) if source == 3]
    assert all((i, j) in found for i in small for j in small if i < j)


def test_genuine_documents_are_no_candidates():
    table = tabulated([genuine(i).document() for i in range(50)], model().hands)
    found = candidates.pairs(model().prepared(table))
    assert len(found) < 50


@pytest.mark.parametrize(
    ("numbers", "pairs"),
    [
        (["X1234567", "X1234569", "X9234567"], [[0, 1]]),
        (["X1234567", "X1234567"], [[0, 1]]),
        (["A1234567", "X1234567"], []),
        ([None, "", "ABC", "X12", "X12"], []),
    ],
)
def test_numbers_of_one_run(numbers, pairs):
    assert candidates.same_numbers(numbers).tolist() == pairs


def test_similar_hashes_are_all_found():
    rng = np.random.default_rng(3)
    values = [int(rng.integers(2**62)) for _ in range(150)]
    values += [v ^ sum(1 << int(b) for b in rng.choice(64, 6, replace=False)) for v in values[:40]]
    hashes = [f"{v:016x}" for v in values]
    expected = {
        (i, j)
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if (values[i] ^ values[j]).bit_count() <= 8
    }
    assert {tuple(pair) for pair in candidates.similar_hashes(hashes, 8).tolist()} == expected
    assert len(expected) >= 40


# --- explaining -------------------------------------------------------------------------------------------------------


def test_an_explanation_names_what_is_shared_and_where():
    shop = Workshop(20, only=("shift_x",))
    told = explain(shop.document(), shop.document(), model())
    assert told.strength >= joining.LINK
    assert max(told.groups, key=told.groups.get) == "place of static print"
    first = told.speaks_for[0]
    assert first.measure == "shift_x"
    assert abs(first.one.value) > 3
    assert first.one.on_page[0] == pytest.approx((10 * first.one.mm.x + 5, 10 * first.one.mm.y + 7))
    assert "support for one workshop" in told.words


def test_what_another_hand_wrote_is_shown_in_each_documents_own_fields():
    hand = Alterer(5)
    told = explain(hand.document(("surname",)), hand.document(("date_of_birth", "place_of_birth")), model())
    altered = [shared for shared in told.speaks_for if shared.measure.startswith("altered_")]
    assert altered
    for shared in altered:
        assert (shared.one.places, shared.other.places) == (("surname",), ("date_of_birth", "place_of_birth"))
        assert (shared.one.mm, shared.other.mm) == (
            Box(x=10, y=0, width=20, height=3),
            Box(x=10, y=14, width=20, height=24),
        )
    assert where(altered[0]) == "page, Surname / Date of birth, Place of birth"


def test_what_has_no_weight_between_such_documents_is_not_told():
    hand = Alterer(5)
    documents = hand.document(("surname",)), hand.document(("surname",))
    silent = Weights({name: 0.6 * (name != "altered fields") for name in GROUPS}, 0.0)
    told = explain(*documents, replace(model(), altered=silent))
    assert not [shared for shared in told.speaks_for if shared.measure.startswith("altered_")]


def test_an_explanation_names_what_speaks_against():
    told = explain(Workshop(21).document(), Workshop(22).document(), model())
    assert told.strength < -3
    assert told.speaks_against
    assert "against one workshop" in told.words


def test_documents_of_two_templates_cannot_be_explained():
    assert explain(Workshop(23).document(), Workshop(23).document(template="QMR-P-2018"), model()) is None


def test_two_altered_documents_are_weighed_by_weights_of_their_own():
    """Of a counterfeit everything tells, of an altered document the hand alone."""
    said = Sums(np.full((3, len(GROUPS)), 2.0), np.array([True, False, True]))
    hand = {name: 4.0 * (name == "altered fields") for name in GROUPS}
    evidence = replace(model(), altered=Weights(hand, 0.0))
    shares = evidence.shares(said) * np.log(10)
    assert shares[0] == pytest.approx([2.0 * hand[name] for name in GROUPS])
    assert shares[1] == pytest.approx(np.full(len(GROUPS), 1.2))
    assert evidence.fused(said)[0] == evidence.fused(said)[2] == pytest.approx(4 * 2.0 / np.log(10))


def test_a_model_is_what_its_file_says():
    stored = encoded(model())
    assert encoded(decoded(stored)) == stored
    with pytest.raises(ModelError):
        decoded({**stored, "altered": {}})
