import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.judging import evaluation as ev

scores = st.lists(st.floats(0, 1), min_size=2, max_size=60).map(np.array)


def test_a_perfect_score_has_no_error():
    genuine, forged = np.array([0.1, 0.2]), np.array([0.8, 0.9])
    assert ev.auc(genuine, forged) == 1.0
    assert ev.eer(genuine, forged) == 0.0
    assert ev.bpcer_at_apcer(0.0)(genuine, forged) == 0.0
    assert ev.apcer_at_bpcer(0.0)(genuine, forged) == 0.0


def test_a_reversed_score_is_wrong_everywhere():
    genuine, forged = np.array([0.8, 0.9]), np.array([0.1, 0.2])
    assert ev.auc(genuine, forged) == 0.0
    assert ev.apcer_at_bpcer(0.0)(genuine, forged) == 1.0


@given(scores, scores)
def test_auc_is_the_share_of_pairs_in_order(genuine, forged):
    pairs = [(f > g) + 0.5 * (f == g) for f in forged for g in genuine]
    assert ev.auc(genuine, forged) == pytest.approx(np.mean(pairs))


@given(scores, scores)
def test_auc_is_symmetric(genuine, forged):
    assert ev.auc(genuine, forged) == pytest.approx(1 - ev.auc(forged, genuine))


@given(scores, st.floats(0, 0.99))
def test_a_threshold_keeps_its_promise_to_genuine_documents(genuine, share):
    assert ev.bpcer(genuine, ev.threshold_at_bpcer(genuine, share)) <= share


@given(scores, st.floats(0, 0.99))
def test_a_threshold_keeps_its_promise_about_forgeries(forged, share):
    assert ev.apcer(forged, ev.threshold_at_apcer(forged, share)) <= share


@given(scores, scores)
def test_eer_lies_between_nothing_and_everything(genuine, forged):
    assert 0 <= ev.eer(genuine, forged) <= 1


def test_the_interval_holds_the_value_and_repeats():
    rng = np.random.default_rng(1)
    genuine, forged = rng.normal(0, 1, 200), rng.normal(1, 1, 200)
    first = ev.with_interval(ev.auc, genuine, forged, rounds=200)
    assert first.low < first.value < first.high
    assert first == ev.with_interval(ev.auc, genuine, forged, rounds=200)


@given(st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_is_never_certain(counts):
    hits, of = counts
    figure = ev.share(hits, of)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert figure.low < figure.high
