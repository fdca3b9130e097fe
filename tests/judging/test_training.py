import numpy as np
import pytest

from docscan.judging import classifier, training
from docscan.judging.features import NAMES


@pytest.fixture(scope="module")
def world():
    """Genuine documents with small measures, forged ones with one or two large ones, of six States; a third NaN."""
    rng = np.random.default_rng(7)
    n = 600
    x = np.abs(rng.normal(0, 1, (n, len(NAMES))))
    y = (np.arange(n) % 2).astype(float)
    for row in np.flatnonzero(y):
        x[row, rng.choice(6, 2, replace=False)] += 5
    x[rng.random(x.shape) < 0.3] = np.nan
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
    x, _, _, model, _ = world
    usual = np.full(len(NAMES), np.nan)

    def log_odds(measures):
        p = model.probability(measures)
        return np.log(p / (1 - p))

    rows = [row for row in x if (np.nan_to_num(row, nan=-1) >= np.where(np.isnan(row), -1, model.usual)).all()]
    for row in [*rows, np.where(np.arange(len(NAMES)) < 2, 9.0, np.nan)]:
        total = sum(model.contributions(row).values())
        assert total == pytest.approx(log_odds(row) - log_odds(usual), abs=1e-4)


def test_a_measure_not_taken_says_nothing(world):
    *_, model, _ = world
    assert model.probability(np.full(len(NAMES), np.nan)) == pytest.approx(model.probability(model.usual))
    assert model.contributions(np.full(len(NAMES), np.nan)) == {}


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


def test_an_attack_left_out_is_scored_by_models_that_never_saw_it(world):
    x, y, states, _, _ = world
    attacks = [("a" if n % 4 == 1 else "b") if forged else "" for n, forged in enumerate(y)]
    scores = training.without_attack(x, y, states, attacks, "a")
    assert np.isnan(scores[np.array(attacks) == "b"]).all()
    assert not np.isnan(scores[np.array(attacks) == "a"]).any()
    assert not np.isnan(scores[y == 0]).any()


def test_a_measure_that_training_did_not_see_says_nothing(world):
    from sklearn.linear_model import LogisticRegression

    x, y, *_ = world
    few = NAMES[2:6]
    estimator = LogisticRegression().fit(np.nan_to_num(x[:, 2:6]), y)
    model = classifier.Classifier(estimator, np.zeros(4), {}, few)
    all_large = np.full(len(NAMES), 9.0)
    few_large = np.where(np.isin(NAMES, few), 9.0, np.nan)
    assert model.probability(all_large) == pytest.approx(model.probability(few_large))
    assert len(model.contributions(all_large)) > 0
    assert set(model.contributions(all_large)) <= set(few)


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
