from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from specimens.capture import DEVICES, Device, Pose, capture, encode, scattered
from specimens.design import Rect
from specimens.draw import SpecimenFace
from specimens.wear import worn

PPI = 300
MARK = Rect(30.0, 20.0, 6.0, 4.0)


def card(mark: bool = True) -> SpecimenFace:
    """A white card with one black rectangle at a known place."""
    pixels = np.full((round(54.0 * PPI / 25.4), round(85.6 * PPI / 25.4), 3), 235, dtype=np.uint8)
    if mark:
        x, y, right, bottom = (round(v * PPI / 25.4) for v in (MARK.x, MARK.y, MARK.right, MARK.bottom))
        pixels[y:bottom, x:right] = 0
    return SpecimenFace("page", pixels, PPI, {}, {})


def centre_of_dark(picture: np.ndarray, box: tuple[int, int, int, int]) -> tuple[float, float]:
    """Centre of gravity of what is dark, looked for around a box."""
    x, y, w, h = box
    window = 255.0 - picture[y - 8 : y + h + 8, x - 8 : x + w + 8].mean(axis=2)
    weight = np.clip(window - 110, 0, None)
    rows, columns = np.mgrid[0 : window.shape[0], 0 : window.shape[1]]
    return float((columns * weight).sum() / weight.sum()) + x - 8, float((rows * weight).sum() / weight.sum()) + y - 8


def test_there_are_enough_devices() -> None:
    assert {d.ppi for d in DEVICES.values() if d.kind == "flatbed"} >= {200, 300, 400, 600}
    assert sum(d.kind == "camera" for d in DEVICES.values()) >= 3


@pytest.mark.parametrize("device", DEVICES.values(), ids=lambda d: d.name)
@pytest.mark.parametrize("turn", [0.0, 90.0, 187.0])
def test_a_mark_is_found_where_the_homography_says(device: Device, turn: float) -> None:
    taken = capture([card()], device, 3, poses=[Pose(60, 60, turn)], page=(120, 120))
    box = taken.locate(0, MARK)
    x, y = centre_of_dark(taken.picture, box)
    assert x == pytest.approx(box[0] + (box[2] - 1) / 2, abs=1.6)
    assert y == pytest.approx(box[1] + (box[3] - 1) / 2, abs=1.6)


@pytest.mark.parametrize("device", [d for d in DEVICES.values() if d.kind == "flatbed"], ids=lambda d: d.name)
def test_a_flatbed_keeps_the_scale(device: Device) -> None:
    taken = capture([card()], device, 1, poses=[Pose(60, 50, 0)], page=(120, 100))
    assert taken.picture.shape[:2] == (round(100 * device.ppi / 25.4), round(120 * device.ppi / 25.4))
    assert taken.locate(0, Rect(0, 0, 25.4, 25.4))[2] == pytest.approx(device.ppi, abs=2)


def test_a_capture_is_the_same_for_the_same_seed() -> None:
    one, again, other = (capture([card()], DEVICES["phone-a"], seed, glare=0.3) for seed in (1, 1, 2))
    assert np.array_equal(one.picture, again.picture)
    assert one.picture.shape != other.picture.shape or not np.array_equal(one.picture, other.picture)


def test_glare_blows_a_place_out() -> None:
    plain, bright = (capture([card()], DEVICES["phone-b"], 4, glare=glare) for glare in (0.0, 0.9))
    assert (bright.picture.min(axis=2) > 250).sum() > (plain.picture.min(axis=2) > 250).sum() + 500


def test_faces_scattered_on_a_page_lie_apart() -> None:
    faces = [card(), card(), card()]
    rng = np.random.default_rng(1)
    poses = scattered(faces, (210.0, 297.0), rng)
    taken = capture(faces, DEVICES["flatbed-200"], 1, poses=poses, page=(210.0, 297.0))
    boxes = [taken.locate(i, Rect(0, 0, 85.6, 54.0)) for i in range(3)]
    for i, (x, y, w, h) in enumerate(boxes):
        assert 0 <= x < x + w <= taken.picture.shape[1]
        assert 0 <= y < y + h <= taken.picture.shape[0]
        for ox, oy, ow, oh in boxes[i + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        scattered([card()] * 4, (100.0, 100.0), np.random.default_rng(1))


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".png", "PNG"), (".tif", "TIFF")])
def test_files_carry_the_devices_resolution(suffix: str, kind: str) -> None:
    image = Image.open(BytesIO(encode(capture([card()], DEVICES["flatbed-300"], 1), suffix)))
    assert image.format == kind
    assert float(image.info["dpi"][0]) == pytest.approx(300, abs=1)


def test_a_pdf_is_a_pdf() -> None:
    assert encode(capture([card()], DEVICES["flatbed-200"], 1), ".pdf").startswith(b"%PDF")


def test_wear_is_the_same_for_the_same_seed_and_grows() -> None:
    page = card(mark=False).pixels
    assert np.array_equal(worn(page, PPI, 5, 0.0), page)
    assert np.array_equal(worn(page, PPI, 5, 0.8), worn(page, PPI, 5, 0.8))
    change = [float(np.abs(worn(page, PPI, s, a).astype(float) - page).mean()) for a in (0.1, 1.0) for s in range(6)]
    assert sum(change[6:]) > sum(change[:6])
