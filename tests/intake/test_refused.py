"""What cannot be examined goes out as one sentence."""

import os
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
import pytest
import tifffile
from drawn_files import UPRIGHT, corners, noisy, quadrants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageFile

from docscan import errors
from docscan.intake import open_scan, pages, printable


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
