from itertools import pairwise

import numpy as np
import pytest

from docscan.document import Decision, Reason, Verdict
from docscan.geometry import Box, Region
from docscan.judging.assessment import Judged, assess, covered, judged
from docscan.judging.labels import Label
from docscan.judging.reasons import places


def verdict(outcome: Decision, probability: float, *reasons: Reason) -> Verdict:
    return Verdict(outcome=outcome, probability=probability, operating_point="checkpoint", reasons=reasons)


def reason(weight: float, *boxes: Box, check: str = "template.typeface") -> Reason:
    regions = tuple(
        Region(box=box, mm=box, on_page=tuple((float(x), float(y)) for x, y in box.corners())) for box in boxes
    )
    return Reason(check=check, code="c", message="C.", weight=weight, regions=regions)


def box(x: float, y: float, width: float = 10.0, height: float = 10.0) -> Box:
    return Box(x=x, y=y, width=width, height=height)


FORGED = Label(file="f", truth="forged", attack="erasure", boxes=(box(100, 100, 40, 20),))
GENUINE = Label(file="g", truth="genuine")


def test_half_a_change_is_covered() -> None:
    shown = places([reason(1.0, box(100, 100, 20, 20))])
    assert covered(FORGED.boxes, shown) == pytest.approx(0.5, abs=0.02)


def test_what_lies_elsewhere_covers_nothing() -> None:
    assert covered(FORGED.boxes, places([reason(1.0, box(0, 0, 90, 90))])) == 0


def test_only_the_first_three_places_count() -> None:
    elsewhere = [reason(5.0 - i, box(300 * (i + 1), 0)) for i in range(3)]
    hit = reason(1.0, box(100, 100, 40, 20))
    assert judged(FORGED, [verdict(Decision.SUSPECT, 0.9, *elsewhere[:2], hit)], 0.6).covered == pytest.approx(1.0)
    assert judged(FORGED, [verdict(Decision.SUSPECT, 0.9, *elsewhere, hit)], 0.6).covered == 0


def test_a_file_is_its_gravest_document() -> None:
    file = judged(FORGED, [verdict(Decision.CLEAR, 0.3), verdict(Decision.SUSPECT, 0.8, reason(1.0))], 0.6)
    assert (file.outcome, file.score, file.first) == (Decision.SUSPECT, 0.8, "template.typeface")


def test_what_a_rule_refers_scores_as_referred() -> None:
    file = judged(FORGED, [verdict(Decision.REFER, 0.2, reason(3.0))], 0.6)
    assert (file.score, file.by_rule) == (0.6, True)
    assert not judged(FORGED, [verdict(Decision.REFER, 0.7, reason(3.0))], 0.6).by_rule
    assert not judged(FORGED, [verdict(Decision.CLEAR, 0.2)], 0.6).by_rule


def test_an_unreadable_file_has_no_score() -> None:
    assert judged(GENUINE, [verdict(Decision.UNREADABLE, 0.99)], 0.6).score is None
    assert judged(GENUINE, [], 0.6).score is None


@pytest.fixture(scope="module")
def files() -> list[Judged]:
    """Forty genuine and forty forged files, told apart but for two of each, and one unreadable of each."""
    rng = np.random.default_rng(3)
    made = []
    for i in range(41):
        for truth in ("genuine", "forged"):
            wrong, forged = i < 2, truth == "forged"
            score = float(rng.uniform(0.7, 1.0) if forged != wrong else rng.uniform(0.0, 0.4))
            label = Label(
                file=f"{truth}-{i}",
                truth=truth,
                attack=("erasure", "counterfeit")[i % 2] if forged else "",
                skill=("crude", "careful")[i // 2 % 2] if forged else "",
                device=("phone", "flatbed")[i % 2],
                template="UTO-P-2020",
                checks=("template.background",) if forged else (),
                boxes=FORGED.boxes if forged else (),
            )
            outcome = Decision.SUSPECT if score >= 0.6 else Decision.CLEAR
            if i == 40:
                made.append(Judged(label=label, outcome=Decision.UNREADABLE))
                continue
            made.append(
                Judged(
                    label=label,
                    outcome=outcome,
                    score=score,
                    first="template.background" if i % 4 else "mrz.print",
                    template="UTO-P-2020" if i % 10 else "",
                    shown=2 if outcome is Decision.SUSPECT else 0,
                    covered=(0.6 if outcome is Decision.SUSPECT else 0.0) if forged else None,
                )
            )
    return made


def test_figures_of_a_set(files: list[Judged]) -> None:
    found = assess(files, "checkpoint")
    assert (found.genuine, found.forged, found.unanswered_genuine, found.unanswered_forged) == (41, 41, 1, 1)
    assert found.apcer is not None
    assert found.apcer.value == pytest.approx(2 / 40)
    assert found.bpcer is not None
    assert found.bpcer.value == pytest.approx(2 / 40)
    assert found.figures["EER"].value == pytest.approx(2 / 40)
    assert 0.94 < found.figures["AUC"].value < 1
    assert found.covered is not None
    assert found.covered.value == pytest.approx(38 / 40)
    assert found.covered_of_flagged is not None
    assert found.covered_of_flagged.value == 1
    assert found.false_places == pytest.approx(2 * 2 / 40)
    assert found.named is not None
    assert found.named.value == pytest.approx(29 / 38)


def test_each_attack_and_skill_has_its_row(files: list[Judged]) -> None:
    rows = {(row.attack, row.skill): row for row in assess(files, "checkpoint").attacks}
    assert set(rows) == {(a, s) for a in ("erasure", "counterfeit") for s in ("", "crude", "careful")}
    assert rows["erasure", ""].files == rows["erasure", "crude"].files + rows["erasure", "careful"].files
    assert rows["erasure", "crude"].missed.value == pytest.approx(1 / 10)
    assert rows["erasure", "careful"].missed.value == 0


def test_what_a_rule_refers_is_flagged_at_every_threshold(files: list[Judged]) -> None:
    ruled = [
        file.model_copy(update={"score": 0.6, "by_rule": True, "outcome": Decision.REFER})
        if file.label.attack == "erasure" and file.score is not None
        else file
        for file in files
    ]
    before, after = (
        {row.attack: row for row in assess(some, "checkpoint").attacks if not row.skill} for some in (files, ruled)
    )
    assert before["erasure"].missed_at_bpcer_1.value > 0
    assert after["erasure"].missed_at_bpcer_1.value == 0
    assert after["counterfeit"].missed_at_bpcer_1 == before["counterfeit"].missed_at_bpcer_1


def test_groups_count_every_file(files: list[Judged]) -> None:
    found = assess(files, "checkpoint")
    assert [group.name for group in found.devices] == ["flatbed", "phone"]
    assert sum(sum(group.forged.values()) for group in found.devices) == 41
    (template,) = found.templates
    assert template.matched == 2 * 36
    assert template.genuine["unreadable"] == 1


def test_the_curve_goes_from_strict_to_loose(files: list[Judged]) -> None:
    curve = assess(files, "checkpoint").det
    assert curve[0] == (0.0, 1.0)
    assert curve[-1] == (1.0, 0.0)
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in pairwise(curve))


def test_bins_hold_all_answered_files(files: list[Judged]) -> None:
    bins = assess(files, "checkpoint").reliability
    assert sum(b.files for b in bins) == 80
    assert bins[0].forged < 0.2
    assert bins[-1].forged > 0.8


@pytest.mark.parametrize("truth", ["genuine", "forged"])
def test_a_set_of_one_truth_has_the_figures_that_it_can(files: list[Judged], truth: str) -> None:
    found = assess([file for file in files if file.label.truth == truth], "checkpoint")
    assert found.figures == {}
    assert found.det == ()
    assert (found.bpcer is None) == (truth == "forged")


def test_nothing_answered_is_no_error() -> None:
    found = assess([Judged(label=GENUINE, error="DamagedSource")], "checkpoint")
    assert found.unanswered_genuine == 1
    assert found.bpcer is None
