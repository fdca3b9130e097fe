"""Workshops repeat their hand and nothing else."""

from functools import cache

import numpy as np
import pytest
from specimens import draw, holder, workshops

PPI = 120


@cache
def first(kind):
    return next(w for n in range(100) if (w := workshops.workshop(n)).kind == kind)


@cache
def page(kind, seed):
    return workshops.made(first(kind), seed, PPI).faces[0].pixels.astype(int)


@pytest.mark.parametrize("kind", ["counterfeit", "alteration"])
def test_a_document_follows_from_its_numbers_and_others_are_others(kind):
    again = workshops.made(first(kind), 1, PPI)
    assert (again.faces[0].pixels == page(kind, 1)).all()
    assert (page(kind, 1) != page(kind, 2)).any()
    assert again.holder == holder.invent(first(kind).base, 1)


def test_a_counterfeit_departs_from_the_genuine_page_more_than_two_of_its_kind_from_each_other():
    shop = first("counterfeit")
    true = draw.draw(shop.base, holder.invent(shop.base, 1), PPI).faces[0].pixels.astype(int)
    rim = (slice(0, 20), slice(0, None))
    own = np.abs(page("counterfeit", 1)[rim] - page("counterfeit", 2)[rim]).mean()
    assert np.abs(page("counterfeit", 1)[rim] - true[rim]).mean() > 1.3 * own


def test_an_alteration_leaves_most_of_the_genuine_page():
    shop = first("alteration")
    true = draw.draw(shop.base, holder.invent(shop.base, 1), PPI).faces[0].pixels
    same = (page("alteration", 1) == true).all(axis=2).mean()
    assert 0.6 < same < 1.0


def test_both_kinds_and_all_designs_occur():
    made = [workshops.workshop(n) for n in range(40)]
    assert {w.kind for w in made} == {"counterfeit", "alteration"}
    assert {w.base.id for w in made} == set(workshops.DESIGNS)


def test_misprints_are_not_the_true_label():
    wrong = [pair for n in range(40) if (a := workshops.workshop(n).artwork) for pair in a.design.misprints]
    assert wrong
    for field, text in wrong:
        assert text != workshops.label(field, "fr")[0]
