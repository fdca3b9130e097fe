import json
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from docscan import models
from docscan.cases import deciding, retraining, saving
from docscan.cases.retraining import LEAST, Corrected
from docscan.cli import app
from docscan.document import Finding, Outcome
from docscan.errors import UsageError
from docscan.judging import classifier, features


def documents(count: int, seed: int = 0) -> list[Corrected]:
    """Genuine documents of an office whose scanner makes every background look odd, and forged ones that look odder."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(2 * count):
        forged = number % 2 == 1
        odd = float(abs(rng.normal(3.0 + 4.0 * forged, 1.0)))
        measures = {"texture": odd, "tone": odd / 2, "field": odd / 2, "share": odd, "misprint": odd, "unlisted": odd}
        finding = Finding(
            check="template.background", outcome=Outcome.UNSURE, code="x", message="It departs.", measures=measures
        )
        made.append(Corrected(number + 1, forged, "counterfeit" if forged else "", "UTO", "UTO-P-2020", (finding,)))
    return made


@pytest.fixture(scope="module")
def made():
    return retraining.retrain(classifier.load(), documents(60))


def test_scores_keep_their_order_and_mean_more(made):
    installed = classifier.load()
    x = np.array([features.vector(d.findings) for d in documents(60, seed=1)])
    old, new = installed.probabilities(x), made.model.probabilities(x)
    assert (np.diff(new[np.argsort(old, kind="stable")]) >= -1e-12).all()
    assert made.new.calibration_error < made.old.calibration_error


def test_both_are_judged_on_the_same_documents(made):
    assert (made.old.genuine, made.old.forged) == (made.new.genuine, made.new.forged) == (60, 60)
    assert made.new.figures["AUC"].value > 0.9


def test_the_new_one_is_a_classifier_like_the_old(made, tmp_path, monkeypatch):
    path = retraining.save(made, tmp_path)
    assert json.loads(path.with_suffix(".json").read_text())["new"]["forged"] == 60
    assert path.stat().st_size > 0
    monkeypatch.setattr(classifier.models, "verified", lambda name: tmp_path / name)
    classifier.load.cache_clear()
    kept = classifier.load()
    classifier.load.cache_clear()
    x = np.array([features.vector(d.findings) for d in documents(3)])
    assert np.allclose(kept.probabilities(x), made.model.probabilities(x))


def test_too_few_are_refused():
    with pytest.raises(UsageError, match=rf"{LEAST - 1} documents decided genuine"):
        retraining.retrain(classifier.load(), documents(LEAST - 1))


def test_it_is_installed_on_a_persons_word_alone(made, tmp_path, monkeypatch, store):
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("classifier.skops", "manifest.json"):
        shutil.copyfile(models.folder() / name, folder / name)
    before = (folder / "classifier.skops").read_bytes()
    monkeypatch.setenv("DOCSCAN_MODELS", str(folder))
    path = retraining.save(made, tmp_path)
    assert (folder / "classifier.skops").read_bytes() == before
    retraining.install(store, path, by="anna", documents=120)
    assert (folder / "classifier.skops").read_bytes() == path.read_bytes()
    assert (folder / "classifier.skops.old").read_bytes() == before
    models.verified.cache_clear()
    assert models.verified("classifier.skops") == folder / "classifier.skops"
    models.verified.cache_clear()


def test_only_what_reviewers_agree_on_is_learned_from(store, make_report, engine):
    with store.writing() as session:
        numbers = [saving.save(session, make_report(sha256=f"{i:064x}"), engine, by="x").document for i in range(1, 5)]
        forged, genuine, inconclusive = (deciding.Ruling(r) for r in ("forged", "genuine", "inconclusive"))
        for number, by, ruling in (
            (numbers[0], "anna", forged),
            (numbers[1], "anna", genuine),
            (numbers[2], "anna", inconclusive),
            (numbers[3], "anna", forged),
            (numbers[3], "bert", genuine),
        ):
            deciding.decide(session, number, ruling, by=by)
    with store.reading() as session:
        assert {(c.document, c.forged) for c in retraining.corrected(session)} == {
            (numbers[0], True),
            (numbers[1], False),
        }


def test_the_command_says_what_is_missing(store, store_url):
    done = CliRunner().invoke(app, ["train", "--from-store", store_url, "--by", "anna"])
    assert isinstance(done.exception, UsageError)
