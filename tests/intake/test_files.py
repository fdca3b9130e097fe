"""Every kind of file comes in as pixels or goes out as one sentence."""

import os
import re
import resource
import socket
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFile

from docscan import errors
from docscan.intake import from_pixels, open_scan, open_source, pages, printable

WIDTH, HEIGHT = 120, 80


def quadrants() -> Image.Image:
    """Red, green, blue and white quadrants: turned or flipped, it shows."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH // 2 - 1, HEIGHT // 2 - 1), fill=(255, 0, 0))
    draw.rectangle((WIDTH // 2, 0, WIDTH, HEIGHT // 2 - 1), fill=(0, 255, 0))
    draw.rectangle((0, HEIGHT // 2, WIDTH // 2 - 1, HEIGHT), fill=(0, 0, 255))
    return image


def corners(pixels: np.ndarray) -> list[str]:
    h, w = pixels.shape[:2]
    spots = [
        pixels[h // 4, w // 4],
        pixels[h // 4, 3 * w // 4],
        pixels[3 * h // 4, w // 4],
        pixels[3 * h // 4, 3 * w // 4],
    ]
    return ["".join("1" if v > 127 else "0" for v in spot) for spot in spots]


UPRIGHT = ["100", "010", "001", "111"]


def only_page(path: Path) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (page,) = pages(path)
    assert page.pixels.dtype == np.uint8
    assert page.pixels.flags.c_contiguous
    return page.pixels


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


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf_of(pictures: list[Image.Image], path: Path, ppi: float = 200.0) -> None:
    pictures[0].save(path, save_all=True, append_images=pictures[1:], resolution=ppi)


def noisy(size: tuple[int, int], seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))


def test_scanned_pdf_gives_its_pictures_as_they_are(tmp_path: Path) -> None:
    shots = [quadrants(), quadrants().resize((240, 160))]
    pdf_of(shots, tmp_path / "a.pdf")
    assert open_scan(tmp_path / "a.pdf").pages == 2
    first, second = pages(tmp_path / "a.pdf")
    assert first.pixels.shape == (HEIGHT, WIDTH, 3)
    assert second.pixels.shape == (160, 240, 3)
    assert first.ppi == pytest.approx(200, rel=0.02)
    assert corners(first.pixels) == corners(second.pixels) == UPRIGHT


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_shown_as_a_viewer_shows_it(tmp_path: Path, turn: int) -> None:
    pdf_of([quadrants()], tmp_path / "a.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    document[0].set_rotation(turn)
    document.save(tmp_path / "b.pdf")
    viewer = np.asarray(document[0].render(scale=2).to_pil().convert("RGB"))
    assert corners(only_page(tmp_path / "b.pdf")) == corners(viewer)


@pytest.mark.parametrize(
    "matrix", [(0, 57, -86, 0, 86, 0), (0, -57, 86, 0, 0, 57), (-86, 0, 0, 57, 86, 0), (86, 0, 0, -57, 0, 57)]
)
def test_placed_picture_is_turned_as_its_matrix_says(tmp_path: Path, matrix: tuple[float, ...]) -> None:
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(86, 57)
    picture = pypdfium2.PdfImage.new(document)
    picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(quadrants()))
    picture.set_matrix(pypdfium2.PdfMatrix(*matrix))
    page.insert_obj(picture)
    page.gen_content()
    document.save(tmp_path / "a.pdf")
    viewer = np.asarray(document[0].render(scale=2).to_pil().convert("RGB"))
    assert corners(only_page(tmp_path / "a.pdf")) == corners(viewer)


def test_pdf_with_more_than_a_picture_is_rendered(tmp_path: Path) -> None:
    pdf_of([quadrants()], tmp_path / "a.pdf", ppi=50)
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    page = document[0]
    picture = next(iter(page.get_objects()))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(60, 40).translate(20, 20))
    page.gen_content()
    document.save(tmp_path / "b.pdf")
    (rendered,) = pages(tmp_path / "b.pdf")
    assert rendered.ppi == pytest.approx(400)
    assert rendered.pixels.shape[1] == pytest.approx(WIDTH / 50 * 400, abs=2)


def test_huge_pdf_page_is_rendered_within_the_limit(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(9000, 9000)
    document.save(tmp_path / "a.pdf")
    (page,) = pages(tmp_path / "a.pdf")
    assert page.pixels.size // 3 <= 80_000_000


# --- what cannot be examined ------------------------------------------------------------------------------------------


def png_header(width: int, height: int) -> bytes:
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (ihdr, data, b"IEND")
    )


def truncated(name: str, **options: object) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        noisy((200, 200)).save(folder / name, **options)
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])
        return folder / name

    return make


def written(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def animated(name: str, **options: object) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        noisy((64, 64)).save(folder / name, save_all=True, append_images=[noisy((64, 64), 1)], **options)
        return folder / name

    return make


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo.jpg")
    return folder / "fifo.jpg"


def unix_socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "s.jpg"))
    return folder / "s.jpg"


def loop(folder: Path) -> Path:
    (folder / "a.jpg").symlink_to(folder / "b.jpg")
    (folder / "b.jpg").symlink_to(folder / "a.jpg")
    return folder / "a.jpg"


def encrypted_pdf(folder: Path) -> Path:
    """A PDF whose encryption dictionary no empty password fits."""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"3 0 obj<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>endobj\n"
    )
    trailer = b"trailer<</Root 1 0 R/Encrypt 3 0 R/Size 4/ID[(a)(a)]>>\n"
    (folder / "a.pdf").write_bytes(body + trailer + b"startxref\n0\n%%EOF")
    return folder / "a.pdf"


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (written("empty.jpg", b""), errors.EmptySource),
        (written("text.jpg", b"P<UTOERIKSSON<<ANNA<MARIA"), errors.UnknownKind),
        (written("bm.txt", b"BM stands for British Museum, and this is a text."), errors.UnknownKind),
        (written("bomb.png", png_header(30_000, 30_000)), errors.SourceTooLarge),
        (written("bomb9.png", png_header(9_500, 9_500)), errors.SourceTooLarge),
        (written("long.png", png_header(40_000, 100)), errors.SourceTooLarge),
        (written("dot.png", png_header(1, 1)), errors.EmptySource),
        (written("a.pdf", b"%PDF-1.7\nnothing"), errors.DamagedSource),
        (truncated("a.jpg"), errors.DamagedSource),
        (truncated("a.png"), errors.DamagedSource),
        (truncated("a.bmp"), errors.DamagedSource),
        (truncated("a.webp"), errors.DamagedSource),
        (truncated("a.tif", compression="tiff_lzw"), errors.DamagedSource),
        (truncated("b.tif"), errors.DamagedSource),
        (animated("a.gif"), errors.UnknownKind),
        (animated("a.png"), errors.UnknownKind),
        (animated("a.webp"), errors.UnknownKind),
        (fifo, errors.NotAFile),
        (unix_socket, errors.NotAFile),
        (loop, errors.SourceNotFound),
        (encrypted_pdf, errors.EncryptedSource),
        (lambda folder: folder, errors.NotAFile),
        (lambda _: Path("/dev/zero"), errors.NotAFile),
        (lambda folder: folder / "missing.jpg", errors.SourceNotFound),
        (lambda folder: folder / ("x" * 300), errors.SourceNotFound),
        (lambda folder: str(folder) + "/a\0b", errors.SourceNotFound),
    ],
)
def test_what_cannot_be_examined_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path], error: type[errors.SourceError]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors.SourceError) as raised:
            list(pages(path))
    assert type(raised.value) is error
    assert str(raised.value).startswith(printable(os.fspath(path)))
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_half_a_picture_is_refused_whatever_another_library_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing WeasyPrint, as a PDF report does, lets Pillow fill cut-off pictures with grey, process-wide."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(errors.DamagedSource):
        list(pages(truncated("a.png")(tmp_path)))


def test_file_without_permission(tmp_path: Path) -> None:
    """Asked as another user where the tests run as root, whom no permission stops."""
    path = tmp_path / "a.png"
    quadrants().save(path)
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(folder.stat().st_mode | 0o755)
    code = (
        "import os, sys\n"
        "from docscan import errors\nfrom docscan.intake import open_scan\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try: open_scan(sys.argv[1])\n"
        "except errors.NotPermitted: print('not permitted')\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert run.stdout == "not permitted\n", run.stderr


def test_bomb_costs_no_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tif"
    tifffile.imwrite(bomb, np.zeros((30_000, 30_000), np.uint8), compression="zlib", rowsperstrip=3000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(errors.SourceTooLarge):
        open_scan(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_odd_file_names(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n\x1b[31m.png")
    quadrants().save(name)
    scan = open_scan(name)
    assert corners(next(pages(scan)).pixels) == UPRIGHT
    assert printable(name).endswith("\\udcff\\n\\x1b[31m.png")
    Path(name).write_bytes(b"")
    with pytest.raises(errors.EmptySource, match=r"\\udcff\\n") as raised:
        open_scan(name)
    str(raised.value).encode()


def test_file_that_changes_after_it_was_opened(tmp_path: Path) -> None:
    quadrants().save(tmp_path / "a.png")
    scan = open_scan(tmp_path / "a.png")
    quadrants().rotate(180).save(tmp_path / "a.png")
    with pytest.raises(errors.DamagedSource, match="changed"):
        list(pages(scan))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(["a.jpg", "a.png", "a.bmp", "a.webp", "a.tif", "a.pdf"]))
def test_corrupt_bytes_give_pixels_or_a_source_error(tmp_path: Path, data: st.DataObject, name: str) -> None:
    quadrants().save(tmp_path / name)
    whole = bytearray((tmp_path / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / f"c-{name}").write_bytes(whole)
    try:
        for page in pages(tmp_path / f"c-{name}"):
            assert page.pixels.ndim == 3
    except errors.SourceError as error:
        assert str(error).endswith(".")  # noqa: PT017


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
