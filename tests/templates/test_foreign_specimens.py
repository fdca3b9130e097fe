"""Specimens that another generator drew: twelve enrolled, the other four are no suspects."""

import bench_enrolment as bench

from docscan.document import Decision
from docscan.pipeline import Settings


def test_the_genuine_ones_left_out_are_laid_on_their_template_and_none_is_suspect(specimens, tmp_path) -> None:
    folder = specimens / "rp_card_td1"
    enrolled, questioned = bench.split(folder, 0)
    assert (len(enrolled), len(questioned)) == (24, 8)
    template = bench.learn(folder, enrolled, tmp_path)
    assert [face.side for face in template.faces] == ["front", "back"]
    asked = list(bench.question(questioned, Settings(templates=(template,), on=bench.ON)))
    assert len(asked) == 8
    assert all(one.faces_laid == 1 for one in asked)
    assert not [one.file for one in asked if one.inspection.report.verdict.outcome is Decision.SUSPECT]
