from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from specimens.design import design
from specimens.draw import Specimen, draw
from specimens.forge import ATTACKS, LOCAL, forge
from specimens.handiwork import SKILLS, Skill
from specimens.holder import invent

from docscan.checks import registry
from docscan.icao import mrz

PPI = 120
CHECKS = {check.name for check in registry.ALL}
IDS = ("UTO-P-2020", "UTO-I-2021", "QMR-V-2019")


@lru_cache
def genuine(design_id: str) -> Specimen:
    d = design(design_id)
    return draw(d, invent(d, 4), PPI)


def mrz_of(specimen: Specimen) -> mrz.Mrz:
    face = next(f for f in specimen.faces if "mrz.1" in f.texts)
    lines = [face.texts[f"mrz.{i}"] for i in range(1, specimen.design.format.rows + 1)]
    return mrz.parse(lines, specimen.design.format)


def test_there_are_enough_attacks_and_skills() -> None:
    assert len(ATTACKS) >= 12
    assert len(SKILLS) == 3
    assert set(LOCAL) < set(ATTACKS)


@pytest.mark.parametrize(("attack", "skill"), list(product(ATTACKS, SKILLS)))
def test_the_truth_says_where_and_who_should_see_it(attack: str, skill: Skill) -> None:
    for design_id in IDS:
        specimen = genuine(design_id)
        forged = forge(specimen, attack, skill, 7)
        truth, (width, height) = forged.truth, specimen.design.size
        assert (truth.attack, truth.skill) == (attack, skill)
        assert truth.checks
        assert set(truth.checks) <= CHECKS
        assert truth.changes
        for change in truth.changes:
            assert change.rect.w > 0.5
            assert change.rect.h > 0.5
            assert change.rect.x >= 0
            assert change.rect.right <= width + 1e-6
            assert change.rect.y >= 0
            assert change.rect.bottom <= height + 1e-6


@pytest.mark.parametrize(("attack", "skill"), list(product(LOCAL, SKILLS)))
def test_a_local_attack_changes_pixels_in_its_boxes_and_nowhere_else(attack: str, skill: Skill) -> None:
    for design_id in IDS:
        specimen = genuine(design_id)
        forged = forge(specimen, attack, skill, 3)
        for before, after in zip(specimen.faces, forged.specimen.faces, strict=True):
            changed = np.any(before.pixels != after.pixels, axis=2)
            boxes = [c.rect for c in forged.truth.changes if c.side == before.side]
            assert changed.any() == bool(boxes)
            for rect in boxes:
                x, y, right, bottom = (round(v * PPI / 25.4) for v in (rect.x, rect.y, rect.right, rect.bottom))
                assert changed[y:bottom, x:right].any()
                changed[max(0, y - 2) : bottom + 2, max(0, x - 2) : right + 2] = False
            assert not changed.any()


def test_forging_leaves_the_genuine_specimen_alone_and_is_the_same_for_the_same_seed() -> None:
    specimen = genuine("UTO-P-2020")
    before = specimen.faces[0].pixels.copy()
    for attack in ATTACKS:
        one, again = (forge(specimen, attack, "careful", 5) for _ in range(2))
        assert np.array_equal(one.specimen.faces[0].pixels, again.specimen.faces[0].pixels)
        assert one.truth == again.truth
    assert np.array_equal(before, specimen.faces[0].pixels)


@pytest.mark.parametrize("design_id", IDS)
@pytest.mark.parametrize("skill", SKILLS)
def test_check_digits_are_recomputed_by_those_who_know_how(design_id: str, skill: Skill) -> None:
    for seed in range(8):
        specimen = genuine(design_id)
        assert all(d.right for d in mrz_of(forge(specimen, "mrz_alteration", skill, seed).specimen).check_digits)
        assert not all(d.right for d in mrz_of(forge(specimen, "mrz_digit", skill, seed).specimen).check_digits)
        both = forge(specimen, "viz_and_mrz_alteration", skill, seed)
        right = all(d.right for d in mrz_of(both.specimen).check_digits)
        assert right == ("mrz.check_digits" not in both.truth.checks)
        assert right or skill == "crude"


def test_an_alteration_of_the_page_alone_contradicts_the_mrz() -> None:
    specimen = genuine("UTO-P-2020")
    for seed in range(6):
        forged = forge(specimen, "viz_alteration", "careful", seed).specimen
        before, after = specimen.faces[0].texts, forged.faces[0].texts
        changed = {name for name in before if before[name] != after[name]}
        assert changed
        assert not any(name.startswith("mrz") for name in changed)


def test_a_replaced_portrait_leaves_the_ghost() -> None:
    specimen = genuine("UTO-P-2020")
    ghost = specimen.faces[0].zones["ghost"]
    for skill in SKILLS:
        truth = forge(specimen, "portrait_substitution", skill, 1).truth
        assert all(change.rect.overlap(ghost) == 0 for change in truth.changes)


def test_a_fantasy_issuer_is_in_nobodys_list() -> None:
    forged = forge(genuine("UTO-P-2020"), "camouflage", "careful", 2).specimen
    assert mrz_of(forged).text("issuing_state") not in {design(i).state.code for i in IDS}


def test_an_unknown_attack_is_refused() -> None:
    with pytest.raises(ValueError, match="not in list"):
        forge(genuine("UTO-P-2020"), "bribery", "careful", 1)
