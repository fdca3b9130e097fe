"""Every kind of picture comes in as pixels."""

import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from drawn_files import HEIGHT, UPRIGHT, WIDTH, corners, only_page, quadrants
from PIL import Image, ImageCms

from docscan import errors
from docscan.intake import from_pixels, open_scan, open_source, pages


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("a.jpg", {"quality": 95}, "jpeg"),
        ("a.png", {}, "png"),
        ("a.bmp", {}, "bmp"),
        ("a.webp", {"lossless": True}, "webp"),
        ("a.tif", {"compression": "tiff_lzw"}, "tiff"),
    ],
)
def test_each_kind_is_known_by_its_content(tmp_path: Path, name: str, options: dict, kind: str) -> None:
    quadrants().save(tmp_path / name, **options)
    path = (tmp_path / name).rename(tmp_path / "scan.txt")
    scan = open_scan(path)
    assert (scan.kind, scan.pages) == (kind, 1)
    assert re.fullmatch("[0-9a-f]{64}", scan.sha256)
    pixels = only_page(path)
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert corners(pixels) == UPRIGHT


def test_heic() -> None:
    path = Path(__file__).parent / "files" / "quadrants.heic"  # drawn like `quadrants`; pi-heif cannot write
    assert (open_scan(path).kind, open_scan(path).pages) == ("heic", 1)
    assert corners(only_page(path)) == UPRIGHT


def test_heic_that_is_cut_off_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.heic"
    for length in (60, 300, 500):
        path.write_bytes((Path(__file__).parent / "files" / "quadrants.heic").read_bytes()[:length])
        with pytest.raises(errors.DamagedSource):
            list(pages(path))


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGBA", "LA", "YCbCr"])
def test_tiff_of_each_mode(tmp_path: Path, mode: str) -> None:
    quadrants().convert(mode).save(tmp_path / "a.tif")
    pixels = only_page(tmp_path / "a.tif")
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels[-1, -1].min() > 245
    if mode in ("P", "CMYK", "RGBA", "YCbCr"):
        assert corners(pixels) == UPRIGHT


@pytest.mark.parametrize(
    ("samples", "photometric"),
    [
        (np.uint16(65535), "minisblack"),
        (np.uint32(65535), "minisblack"),
        (np.float32(1.0), "minisblack"),
        (np.uint16(65535), "rgb"),
    ],
)
def test_deep_samples_are_scaled(tmp_path: Path, samples: np.generic, photometric: str) -> None:
    ramp = (np.linspace(0, 1, WIDTH) * float(samples)).astype(samples.dtype)
    shape = (HEIGHT, WIDTH, 3) if photometric == "rgb" else (HEIGHT, WIDTH)
    deep = np.broadcast_to(ramp[:, None] if photometric == "rgb" else ramp, shape)
    tifffile.imwrite(tmp_path / "a.tif", np.ascontiguousarray(deep), photometric=photometric)
    pixels = only_page(tmp_path / "a.tif")
    expected = np.linspace(0, 255, WIDTH)
    assert np.abs(pixels[0, :, 0].astype(float) - expected).max() <= 1.0


def test_16_bit_png(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, WIDTH).astype(np.uint16), (HEIGHT, 1))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    assert np.abs(only_page(tmp_path / "a.png")[0, :, 1] - np.linspace(0, 255, WIDTH)).max() <= 1.0


def test_cmyk_jpeg(tmp_path: Path) -> None:
    quadrants().convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert corners(only_page(tmp_path / "a.jpg")) == UPRIGHT


def test_transparent_corners_become_paper(tmp_path: Path) -> None:
    image = quadrants().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 10, 10))
    image.save(tmp_path / "a.png")
    pixels = only_page(tmp_path / "a.png")
    assert pixels[5, 5].tolist() == [255, 255, 255]
    assert corners(pixels) == UPRIGHT


def test_embedded_profile_is_applied_and_a_broken_one_ignored(tmp_path: Path) -> None:
    lab_free = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, profile in (("srgb.png", lab_free), ("broken.png", b"not a profile" * 20)):
        quadrants().save(tmp_path / name, icc_profile=profile)
        assert corners(only_page(tmp_path / name)) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quadrants() if orientation == 1 else quadrants().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert corners(only_page(tmp_path / "a.jpg")) == UPRIGHT


def test_pages_of_a_tiff_without_its_previews(tmp_path: Path) -> None:
    page = np.asarray(quadrants())
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(page, photometric="rgb", resolution=(300, 300), resolutionunit="INCH")
        tiff.write(page[::2, ::2], photometric="rgb", subfiletype=1)
        tiff.write(np.rot90(page).copy(), photometric="rgb")
    assert open_scan(tmp_path / "a.tif").pages == 2
    first, second = pages(tmp_path / "a.tif")
    assert (first.number, second.number) == (1, 2)
    assert (first.ppi, second.ppi) == (300.0, None)
    assert second.pixels.shape == (WIDTH, HEIGHT, 3)


@pytest.mark.parametrize(("dpi", "ppi"), [(300, 300.0), (600, 600.0), (72, None), (96, None), (1, None)])
def test_resolution_only_where_it_is_credible(tmp_path: Path, dpi: int, ppi: float | None) -> None:
    quadrants().save(tmp_path / "a.jpg", dpi=(dpi, dpi))
    (page,) = pages(tmp_path / "a.jpg")
    assert page.ppi == ppi


# --- pixels in memory -------------------------------------------------------------------------------------------------


def test_arrays() -> None:
    rgb = np.asarray(quadrants())
    scan, page = from_pixels(rgb)
    assert (scan.kind, scan.pages, page.number) == ("pixels", 1, 1)
    assert np.array_equal(page.pixels, rgb)
    assert from_pixels(rgb[..., 0])[1].pixels.shape == (HEIGHT, WIDTH, 3)
    rgba = np.dstack([rgb, np.zeros((HEIGHT, WIDTH), np.uint8)])
    assert from_pixels(rgba)[1].pixels.min() == 255
    scan, all_pages = open_source(rgb)
    assert [p.number for p in all_pages] == [1]
    assert scan.sha256 == from_pixels(rgb.copy())[0].sha256 != from_pixels(rgb[:, ::-1])[0].sha256


@pytest.mark.parametrize("array", [np.zeros((50, 50)), np.zeros((50,), np.uint8), np.zeros((50, 50, 2), np.uint8), "a"])
def test_arrays_of_another_shape(array: object) -> None:
    with pytest.raises(errors.UsageError):
        from_pixels(array)


def test_arrays_outside_the_limits() -> None:
    with pytest.raises(errors.EmptySource):
        from_pixels(np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(errors.SourceTooLarge):
        from_pixels(np.broadcast_to(np.uint8(0), (30_000, 30_000, 3)))
