"""Seizures of known source: what they hold, and how what is linked is counted."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import seizures
from simulated import Workshop, genuine, model


def test_pairs_are_counted_by_source():
    """A series that lacks one of six documents, one that holds a stranger, and a genuine document in none."""
    shop, other = Workshop(31), Workshop(32)
    known = [seizures.Profiled(shop.document(), 31) for _ in range(5)]
    known += [seizures.Profiled(other.document(), 31)]
    known += [seizures.Profiled(other.document(), 32) for _ in range(3)]
    known += [seizures.Profiled(genuine(40).document(), None)]
    found = seizures.joined(known, model())
    assert (found.series, found.right, found.wrong, found.genuine) == (2, 10 + 3, 3, 0)
    assert found.pairs == 15 + 3
    assert (found.precision, found.recall) == (13 / 16, 13 / 18)
    assert dict(found.by_source) == {31: 10, 32: 3}


def test_the_sets_share_no_workshop_and_no_holder():
    chunks = seizures.chunks()
    sets = {purpose: [c for c in chunks if c.purpose == purpose] for purpose in ("calibration", "judged")}
    sources, seeds = (
        [{value for c in part for value in values(c)} for part in sets.values()]
        for values in (lambda c: {c.source} - {None}, lambda c: set(c.seeds))
    )
    assert not sources[0] & sources[1]
    assert not seeds[0] & seeds[1]
    judged = sets["judged"]
    assert sum(len(c.seeds) for c in judged if c.source is None) == 400
    assert sum(len(c.seeds) for c in judged if c.source is not None and c.source >= seizures.LONE) == 200
    assert sum(len(c.seeds) for c in judged if c.source is not None and c.source < seizures.LONE) == 400
    assert len({c.source for c in judged if c.source is not None and c.source < seizures.LONE}) == 12
    assert len({c.name for c in chunks}) == len(chunks)
