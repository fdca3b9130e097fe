"""The forger of foreign specimens: what is changed, that it is told, and that nothing else is touched."""

import bench_forgers
import foreign_forger as forger
import numpy as np
import pytest

from docscan.icao import mrz
from docscan.icao.formats import Format
from docscan.judging import labels


@pytest.fixture(scope="module", params=["id_card_td1_b", "rp_card_td1"])
def documents(request, specimens):
    return [forger.read(specimens / request.param, number) for number in ("00", "04")]


@pytest.mark.parametrize("way", forger.WAYS, ids=lambda way: way.__name__)
def test_a_way_changes_the_places_that_it_tells_and_no_others(documents, way):
    genuine, other = documents
    before = {side: pixels.copy() for side, pixels in genuine.sides.items()}
    forged = genuine.copy()
    way(forged, other, np.random.default_rng(3))
    assert forged.changed
    for side, pixels in forged.sides.items():
        assert np.array_equal(genuine.sides[side], before[side])
        different = (pixels != before[side]).any(axis=2)
        boxes = [box.grown(forger.MARGIN + 1) for at, box in forged.changed if at == side]
        assert all(box.crop(different).any() for box in boxes)
        for box in boxes:
            box.crop(different)[...] = False
        assert not different.any()


def test_a_later_expiry_has_check_digits_that_fit(documents):
    lines = [documents[0].the(f"mrz_{i}")[1].value for i in (1, 2, 3)]
    later = forger.middle_line_expiring_later(lines[0], lines[1], 3)
    assert int(later[8:10]) == int(lines[1][8:10]) + 3
    assert all(digit.right for digit in mrz.parse([lines[0], later, lines[2]], Format.TD1).check_digits)


def test_pictures_and_labels_of_all_ways(specimens, tmp_path):
    bench_forgers.write(specimens / "rp_card_td1", ["00", "04"], None, tmp_path)
    rows = labels.read(tmp_path / labels.TABLE)
    assert [row.attack for row in rows if row.forged] == [way.__name__ for way in forger.WAYS] * 2
    assert sum(not row.forged for row in rows) == 2
    assert all((tmp_path / row.file).exists() for row in rows)
    assert all(bool(row.boxes) is row.forged for row in rows)
