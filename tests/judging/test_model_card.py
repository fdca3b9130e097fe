"""From examined captures to the model card, on captures that are made up."""

import json
from multiprocessing.pool import ThreadPool

import classifier_figures
import make_docs
import numpy as np
import pytest
from specimens.design import design
from specimens.holder import invent
from training_set import Examined, Row

from docscan.checks import registry
from docscan.document import Finding, Outcome
from docscan.geometry import Box, Region
from docscan.judging import training
from docscan.judging.labels import Label

PLACES = {"template.typeface": 100.0, "portrait.substitution": 400.0}


def finding(check: str, measures: dict[str, float]) -> Finding:
    box = Box(x=PLACES.get(check, 0.0), y=0, width=40, height=20)
    region = Region(box=box, mm=box, on_page=tuple((float(x), float(y)) for x, y in box.corners()))
    large = max(measures.values()) > 5
    return Finding(
        check=check,
        outcome=Outcome.FAIL if large else Outcome.PASS,
        code="odd",
        message="",
        regions=(region,) if large else (),
        measures=measures,
    )


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Thirty genuine and thirty forged captures of three States; each attack shows in one check."""
    rng = np.random.default_rng(5)
    made = []
    for i in range(180):
        forged, check = i % 2 == 1, tuple(PLACES)[i // 2 % 2]
        findings = []
        for asked in registry.ALL:
            if asked.name not in PLACES:
                continue
            hit = forged and asked.name == check and i % 20 > 1
            values = np.abs(rng.normal(8 if hit else 0, 1, len(asked.measures)))
            findings.append(finding(asked.name, dict(zip(asked.measures, map(float, values), strict=True))))
        label = Label(
            file=f"{i}.jpg",
            truth="forged" if forged else "genuine",
            attack=check.split(".")[0] if forged else "",
            skill=("crude", "careful")[i // 4 % 2] if forged else "",
            device="flatbed-300",
            state=("UTO", "QMR", "QSK")[i // 2 % 3],
            template="T",
            checks=(check,) if forged else (),
            boxes=(Box(x=PLACES[check], y=0, width=40, height=20),) if forged else (),
        )
        document = Examined(findings=tuple(findings), obstacles=(), template="T")
        made.append(Row(label=label, documents=(document,)))
    return made


def test_rows_survive_the_cache(rows: list[Row]) -> None:
    assert [Row.model_validate_json(row.model_dump_json(exclude_defaults=True)) for row in rows] == rows


def test_the_card_says_what_unseen_states_and_attacks_cost(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, referred = classifier_figures.matrix(rows)
    fitted = training.fit(x, y, [row.label.state for row in rows], referred)
    found = json.loads(json.dumps(classifier_figures.figures(rows, x, y, referred, fitted, map)))
    seen = found["leave_one_state_out"]
    assert (seen["genuine"], seen["forged"]) == (90, 90)
    assert seen["figures"]["AUC"]["value"] > 0.9
    assert seen["named"]["value"] > 0.95
    assert seen["covered_of_flagged"]["value"] > 0.95
    assert set(found["leave_one_attack_out"]) == {"template", "portrait"}
    with ThreadPool(2) as pool:
        again = training.fit(x, y, [row.label.state for row in rows], referred, pool.map)
    assert np.array_equal(again.scores, fitted.scores)

    made = found | {"command": "c", "seed": 1, "fitting_minutes": 2.0, "sha256": "0" * 64}
    monkeypatch.setattr(make_docs, "card", lambda name: made)
    section = make_docs.classifier_section()
    assert "| template | careful |" in section
    assert f"| AUC | {seen['figures']['AUC']['value']:.3f}" in section


def test_what_a_rule_refers_is_not_missed(rows: list[Row]) -> None:
    x, y, _ = classifier_figures.matrix(rows)
    # All forgeries without a trace are of one attack; the other's are beyond all genuine rows, though none was learned.
    for referred, caught in ((np.zeros(len(y), bool), {"portrait"}), (y == 1, {"portrait", "template"})):
        found = classifier_figures._unseen_attacks(rows, x, y, referred, "steps", map)
        assert set(found) == {"portrait", "template"}
        assert {attack for attack, row in found.items() if not any(row["apcer_at_checkpoint"].values())} == caught


def test_genuine_holders_have_documents_of_their_series() -> None:
    for name in ("UTO-P-2020", "UTO-P-2012", "XBZ-I-2010"):
        first, last = design(name).valid
        assert all(first <= invent(design(name), seed).issue.year <= last for seed in range(60))
