from collections.abc import Callable

import numpy as np
import pytest

from docscan.document import Decision
from docscan.geometry import Box
from docscan.pipeline import Inspection
from docscan.reporting import annotate
from docscan.reporting.annotate import Mark

PLAIN = np.full((600, 1000, 3), 128, np.uint8)
SCALE = annotate.WIDTH / 1000
Make = Callable[..., Inspection]


def changed(drawn: list[Mark]) -> np.ndarray:
    """Where marks were drawn, without the margin, in pixels of the picture."""
    blank = annotate.annotated(PLAIN, [])
    return np.any(annotate.annotated(PLAIN, drawn) != blank, axis=2)


def inside(box: Box, margin: float = 3.0) -> tuple[slice, slice]:
    edge = (annotate.annotated(PLAIN, []).shape[1] - annotate.WIDTH) / 2
    at = box.scaled(SCALE).grown(-margin)
    return slice(int(at.y + edge) + 1, int(at.bottom + edge)), slice(int(at.x + edge) + 1, int(at.right + edge))


@pytest.mark.parametrize("certain", [True, False])
def test_nothing_covers_what_a_mark_is_around(certain: bool) -> None:
    boxes = [
        Box(x=100, y=100, width=200, height=80),
        Box(x=100, y=185, width=200, height=60),
        Box(x=0, y=0, width=60, height=40),
    ]
    touched = changed([Mark(i, box, certain) for i, box in enumerate(boxes, start=1)])
    assert touched.any()
    for box in boxes:
        assert not touched[inside(box)].any()


def test_certain_and_doubtful_differ_without_colour() -> None:
    box = Box(x=300, y=200, width=300, height=150)
    rows, columns = inside(box)
    above = rows.start - 5
    solid, dashed = changed([Mark(1, box, True)]), changed([Mark(1, box, False)])
    assert solid[above, columns].all()
    assert 0.5 < dashed[above, columns].mean() < 0.9


def test_marks_at_the_edge_and_beyond_stay_on_the_picture() -> None:
    for box in (Box(x=-50, y=-50, width=5000, height=5000), Box(x=4000, y=4000, width=10, height=10)):
        assert changed([Mark(1, box, True)]).any()


def test_marks_carry_the_rank_of_their_reason(make: Make) -> None:
    found = annotate.marks(make().report, 0)
    assert [(m.number, m.certain) for m in found] == [(1, True), (2, False)]
    assert annotate.marks(make().report, 1) == ()


def test_closeups_show_the_same_place_of_the_genuine_document(make: Make) -> None:
    inspection = make()
    (birth,) = annotate.closeups(inspection.exam, inspection.report.verdict.reasons[0])
    assert birth.genuine is not None
    assert birth.seen.shape == birth.genuine.shape
    difference = np.abs(birth.seen.astype(int) - birth.genuine.astype(int)).max(axis=2)
    assert difference.max() > 100, "the date stands on one of them only"
    assert (difference < 30).mean() > 0.5, "the background is laid exactly"
    assert birth.width_mm == pytest.approx(28, abs=1)


def test_closeups_without_template_show_the_document_alone(make: Make) -> None:
    inspection = make(Decision.REFER, with_template=False)
    assert [c.genuine for c in annotate.closeups(inspection.exam, inspection.report.verdict.reasons[0])] == [None]


def test_a_whole_face_is_not_enlarged(make: Make) -> None:
    inspection = make()
    reason = inspection.report.verdict.reasons[0]
    face = inspection.exam.document.faces[0]
    height, width = face.pixels.shape[:2]
    whole = face.region(Box(x=0, y=0, width=width, height=height))
    assert list(annotate.closeups(inspection.exam, reason.model_copy(update={"regions": (whole,)}))) == []


def test_a_region_off_the_face_is_left_out(make: Make) -> None:
    inspection = make()
    away = inspection.exam.document.faces[0].region(Box(x=90000, y=90000, width=10, height=10))
    reason = inspection.report.verdict.reasons[0].model_copy(update={"regions": (away,)})
    assert list(annotate.closeups(inspection.exam, reason)) == []
