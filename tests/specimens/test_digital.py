from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from specimens import digital
from specimens.capture import DEVICES, Capture, capture
from specimens.design import design
from specimens.draw import Specimen, draw
from specimens.handiwork import SKILLS, Skill
from specimens.holder import invent
from specimens.make import shoot

from docscan.checks import registry

PPI = 200


@lru_cache
def scanned(design_id: str) -> tuple[Specimen, Capture]:
    d = design(design_id)
    specimen = draw(d, invent(d, 4), PPI)
    return specimen, capture(specimen.faces, DEVICES["flatbed-200"], 4)


@pytest.mark.parametrize(("attack", "skill"), list(product(digital.ATTACKS, SKILLS)))
def test_an_edit_changes_pixels_in_its_boxes_and_nowhere_else(attack: str, skill: Skill) -> None:
    for design_id in ("UTO-P-2020", "UTO-I-2021"):
        specimen, taken = scanned(design_id)
        before = digital.saved_again(taken, 7)
        after, truth = digital.edit(specimen, taken, attack, skill, 7)
        assert (truth.attack, truth.skill) == (attack, skill)
        assert set(truth.checks) <= {check.name for check in registry.ALL}
        assert after.device == before.device
        changed = np.any(after.picture != before.picture, axis=2)
        sides = [face.side for face in specimen.faces]
        for change in truth.changes:
            x, y, w, h = after.locate(sides.index(change.side), change.rect)
            assert changed[y : y + h, x : x + w].any()
        for change in truth.changes:
            x, y, w, h = after.locate(sides.index(change.side), change.rect)
            changed[y - 4 : y + h + 4, x - 4 : x + w + 4] = False
        assert not changed.any()


def test_an_edit_is_the_same_for_the_same_seed_and_leaves_the_capture_alone() -> None:
    specimen, taken = scanned("UTO-P-2020")
    kept = taken.picture.copy()
    for attack in digital.ATTACKS:
        (one, truth), (again, same) = (digital.edit(specimen, taken, attack, "careful", 5) for _ in range(2))
        assert np.array_equal(one.picture, again.picture)
        assert truth == same
    assert np.array_equal(taken.picture, kept)


def test_genuine_pictures_are_saved_again_as_forged_ones_are() -> None:
    device = DEVICES["flatbed-200"]
    _, plain = shoot("XVL-V-2020", 9, device)
    _, again = shoot("XVL-V-2020", 9, device, resaved=True)
    forged, edited = shoot("XVL-V-2020", 9, device, "edited_field", resaved=True)
    assert plain.device == device
    assert again.device == edited.device
    assert forged.truth is not None
    assert 0 < float(np.mean(np.any(again.picture != edited.picture, axis=2))) < 0.1
