from dataclasses import replace

import numpy as np
import pytest

from docscan.checks import _zones, mrz_print
from docscan.judging import additive, classifier, evaluation, training
from docscan.judging.classifier import Steps
from docscan.judging.features import DEVIATES, NAMES, UNREMARKABLE


@pytest.fixture(scope="module")
def world():
    """Genuine documents with small measures, forged ones with one or two large ones, of six States; a third NaN."""
    rng = np.random.default_rng(7)
    n, most = 600, 200
    # As many draws whatever number of measures there is, so that a new check does not make another world.
    x = np.abs(rng.normal(0, 1, (n, most)))[:, : len(NAMES)]
    y = (np.arange(n) % 2).astype(float)
    for row in np.flatnonzero(y):
        x[row, rng.choice(6, 2, replace=False)] += 5
    x[rng.random((n, most))[:, : len(NAMES)] < 0.3] = np.nan
    states = [f"X{n % 6}" for n in range(n)]
    fitted = training.fit(x, y, states, np.zeros(n, dtype=bool))
    return x, y, states, fitted.model, fitted.scores


def test_unseen_states_are_told_apart(world):
    _, y, _, _, scores = world
    assert scores[y == 1].mean() > 0.8
    assert scores[y == 0].mean() < 0.2


def test_no_measure_that_grows_makes_a_document_less_suspect(world):
    x, _, _, model, _ = world
    rng = np.random.default_rng(1)
    for row in x[:100]:
        more = row.copy()
        j = rng.choice(np.flatnonzero(~np.isnan(row)))
        more[j] += rng.uniform(0, 10)
        assert model.probability(more) >= model.probability(row) - 1e-9


def test_contributions_are_the_score(world):
    x, *_, model, _ = world
    for row in x[:50]:
        p = model.probability(row)
        assert np.log(p / (1 - p)) == pytest.approx(model.base + model.shares(row[None]).sum(), abs=1e-6)
        beyond = {name: share for name, share in zip(NAMES, model.shares(row[None])[0], strict=True) if share > 1e-6}
        assert model.contributions(row) == pytest.approx(beyond)


def test_a_measure_not_taken_says_nothing(world):
    x, y, _, model, _ = world
    nothing = np.full(len(NAMES), np.nan)
    usual = np.nanmedian(x[y == 0], axis=0)
    assert model.probability(nothing) == pytest.approx(model.probability(usual))
    assert model.contributions(nothing) == {}


@pytest.mark.parametrize("method", additive.METHODS)
def test_each_way_of_fitting_tells_apart_and_never_falls(world, method):
    x, y, *_ = world
    filled = np.nan_to_num(x[:, :12])
    steps, base = additive.METHODS[method](filled, y)
    scores = base + sum(s(filled[:, j]) for j, s in enumerate(steps))
    # Of 0.955 that can be: one forged document in eleven has neither of its two measures.
    assert evaluation.auc(scores[y == 0], scores[y == 1]) > 0.94
    for s in steps:
        assert (np.diff(s.knots) > 0).all()
        assert (np.diff(s.added) > 0).all()


def test_a_trace_that_no_row_shows_counts_with_steps():
    """Measure 0 tells the forged ones; what measure 1 tells of the next forger, none of them shows."""
    rng = np.random.default_rng(5)
    y = (np.arange(400) % 2).astype(float)
    x = np.abs(rng.normal(0, 1, (400, 2)))
    x[:, 0] += 4 * y
    steps, _ = additive.METHODS["steps"](x, y)
    usual, beyond = np.array([1.0]), np.array([9.0])
    gain = [float((s(beyond) - s(usual))[0]) for s in steps]
    assert gain[0] > gain[1] > 0.5
    seen = np.where(y == 0, x[:, 1].max() + rng.random(400), x[:, 1])
    steps, _ = additive.METHODS["steps"](np.c_[x[:, 0], seen], y)
    assert float(steps[1](np.array([x[:, 1].max() + 0.5]))[0]) == pytest.approx(0, abs=0.05), "genuine rows show it"


def test_what_no_check_shows_is_no_trace_though_no_row_has_it(world):
    """One factory prints more evenly than the world: where its rows end at 1, a deviate of 3 accuses nobody."""
    x, y, *_ = world
    place = NAMES.index("mrz.print/height")
    even = x.copy()
    even[:, place] = np.minimum(even[:, place], 1.0)
    steps, _ = additive.METHODS["steps"](*training._rows(even, y))
    usual, shown_to_nobody, shown = steps[place](np.array([0.5, UNREMARKABLE, UNREMARKABLE + 0.1]))
    assert shown_to_nobody - usual < 0.2
    assert shown - shown_to_nobody > 1.0


def test_checks_show_nobody_what_training_takes_for_unremarkable():
    assert min(_zones.STANDS_OUT, mrz_print.STANDS_OUT) >= UNREMARKABLE
    scored = {name.split("/")[0] for name in NAMES}
    assert scored >= DEVIATES


def test_boosting_read_off_measure_by_measure_is_the_boosters_own_score(world, monkeypatch):
    x, y, *_ = world
    filled = np.nan_to_num(x[:, :8])
    made = []
    booster = additive.HistGradientBoostingClassifier
    monkeypatch.setattr(
        additive, "HistGradientBoostingClassifier", lambda **how: made.append(booster(**how)) or made[0]
    )
    steps, base = additive.METHODS["boosting"](filled, y)
    own = base + sum(s(filled[:, j]) for j, s in enumerate(steps))
    assert own == pytest.approx(made[0].decision_function(filled))


def test_the_file_gives_the_same_classifier_back(world, tmp_path, monkeypatch):
    x, *_, model, _ = world
    path = tmp_path / classifier.FILE
    classifier.save(model, str(path))
    monkeypatch.setattr(classifier.models, "verified", lambda name: tmp_path / name)
    classifier.load.cache_clear()
    again = classifier.load()
    classifier.load.cache_clear()
    assert np.array_equal(again.probabilities(x), model.probabilities(x))
    assert again.points == model.points


def test_the_same_classifier_makes_the_same_file(world, tmp_path):
    *_, model, _ = world
    again = replace(
        model, steps=tuple(Steps(s.knots.copy(), s.added.copy()) for s in model.steps), names=(*model.names,)
    )
    for name, one in (("first", model), ("again", again)):
        classifier.save(one, str(tmp_path / name))
    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()


def test_an_attack_left_out_is_scored_by_models_that_never_saw_it(world):
    x, y, states, _, _ = world
    attacks = [("a" if n % 4 == 1 else "b") if forged else "" for n, forged in enumerate(y)]
    scores = training.without_attack(x, y, states, attacks, "steps", "a")
    assert np.isnan(scores[np.array(attacks) == "b"]).all()
    assert not np.isnan(scores[np.array(attacks) == "a"]).any()
    assert not np.isnan(scores[y == 0]).any()


def test_a_measure_that_training_did_not_see_says_nothing():
    few = NAMES[2:6]
    steps = tuple(classifier.Steps(np.array([1.0]), np.array([0.0, 2.0])) for _ in few)
    model = classifier.Classifier(steps, -1.0, {}, few)
    all_large = np.full(len(NAMES), 9.0)
    few_large = np.where(np.isin(NAMES, few), 9.0, np.nan)
    assert model.probability(all_large) == pytest.approx(model.probability(few_large))
    assert set(model.contributions(all_large)) == set(few)


def test_a_document_that_rules_refer_counts_among_the_flagged():
    genuine = np.linspace(0.0, 0.9, 1000)
    by_rule = np.zeros(1000, dtype=bool)
    by_rule[:5] = True
    forged = np.full(100, 0.95)
    refer = training.operating_points(genuine, forged, by_rule)["checkpoint"].refer
    flagged = (genuine >= refer) | by_rule
    assert 0.009 <= flagged.mean() <= 0.01


def test_where_rules_refer_many_the_score_still_has_a_say():
    genuine = np.linspace(0.0, 0.9, 1000)
    by_rule = np.zeros(1000, dtype=bool)
    by_rule[:50] = True
    refer = training.operating_points(genuine, np.full(100, 0.95), by_rule)["checkpoint"].refer
    assert 0.004 <= (genuine >= refer).mean() <= 0.005
