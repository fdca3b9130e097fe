"""Specimens that another generator drew: twelve enrolled, the other four are no suspects."""

import bench_enrolment as bench
import pytest

from docscan.document import Decision
from docscan.pipeline import Settings

FOLDER = bench.SPECIMENS / "rp_card_td1"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the specimens beside the repository, ../shared/data, are not here")
def test_the_genuine_ones_left_out_are_laid_on_their_template_and_none_is_suspect(tmp_path) -> None:
    enrolled, questioned = bench.split(FOLDER, 0)
    assert (len(enrolled), len(questioned)) == (24, 8)
    template = bench.learn(FOLDER, enrolled, tmp_path)
    assert [face.side for face in template.faces] == ["front", "back"]
    asked = list(bench.question(questioned, Settings(templates=(template,), on=bench.ON)))
    assert len(asked) == 8
    assert all(one.faces_laid == 1 for one in asked)
    assert not [one.file for one in asked if one.inspection.report.verdict.outcome is Decision.SUSPECT]
