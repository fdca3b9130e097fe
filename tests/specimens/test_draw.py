import cv2
import numpy as np
import pytest
from specimens.background import background
from specimens.design import Design, design, design_ids
from specimens.draw import Specimen, draw
from specimens.faces import portrait
from specimens.holder import invent

PPI = 120
DESIGNS = [design(i) for i in design_ids()]


def drawn(d: Design, seed: int) -> Specimen:
    return draw(d, invent(d, seed), PPI)


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_a_face_has_its_size_and_everything_lies_on_it(d: Design) -> None:
    width, height = d.size
    for face in drawn(d, 3).faces:
        assert face.pixels.shape == (round(height * PPI / 25.4), round(width * PPI / 25.4), 3)
        assert face.pixels.dtype == np.uint8
        for name, rect in face.zones.items():
            assert rect.x >= 0, name
            assert rect.y >= 0, name
            assert rect.right <= width, name
            assert rect.bottom <= height, name


@pytest.mark.parametrize("d", DESIGNS, ids=lambda d: d.id)
def test_no_value_stands_on_another_or_on_the_portrait(d: Design) -> None:
    for seed in range(4):
        for face in drawn(d, seed).faces:
            fields = [name for name in face.texts if not name.startswith("mrz")]
            solid = [*fields, *(z for z in ("portrait", "mrz") if z in face.zones)]
            for i, one in enumerate(solid):
                for other in solid[i + 1 :]:
                    assert face.zones[one].overlap(face.zones[other]) < 0.05, (one, other)


def test_drawing_is_the_same_for_the_same_seed_and_differs_otherwise() -> None:
    d = design("UTO-I-2021")
    first, again, other = drawn(d, 1), drawn(d, 1), drawn(d, 2)
    for a, b, c in zip(first.faces, again.faces, other.faces, strict=True):
        assert np.array_equal(a.pixels, b.pixels)
        assert not np.array_equal(a.pixels, c.pixels)


def test_every_design_has_a_background_of_its_own() -> None:
    """Nets of two designs correlate less than two copies of one."""

    def lines(d: Design) -> np.ndarray:
        grey = cv2.cvtColor(background(d, d.layouts[0].side, PPI), cv2.COLOR_RGB2GRAY).astype(np.float32)
        small = grey[: round(50 * PPI / 25.4), : round(80 * PPI / 25.4)]
        fine = small - cv2.GaussianBlur(small, (0, 0), 3)
        return (fine - fine.mean()) / fine.std()

    nets = [lines(d) for d in DESIGNS]
    for i, one in enumerate(nets):
        for other in nets[i + 1 :]:
            assert abs(float((one * other).mean())) < 0.5


def test_the_blank_page_is_kept_from_harm() -> None:
    with pytest.raises(ValueError, match="read-only"):
        background(DESIGNS[0], "page", PPI)[0, 0] = 0


def test_faces_differ_from_holder_to_holder() -> None:
    faces = [portrait(seed, "MF"[seed % 2], 20 + seed).astype(np.float32) for seed in range(10)]
    for i, one in enumerate(faces):
        for other in faces[i + 1 :]:
            assert float(np.abs(one - other).mean()) > 5
    assert np.array_equal(portrait(3, "F", 30), portrait(3, "F", 30))


def test_a_face_detector_takes_the_drawings_for_faces() -> None:
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    detector = Cascade(lbp_frontal_face_cascade_filename())
    found = 0
    for seed in range(12):
        grey = cv2.cvtColor(portrait(seed, "MF"[seed % 2], 22 + 4 * seed), cv2.COLOR_RGB2GRAY)
        found += bool(detector.detect_multi_scale(cv2.resize(grey, (210, 270)), 1.2, 1, (60, 60), (200, 200)))
    assert found >= 9
