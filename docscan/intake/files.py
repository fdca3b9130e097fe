"""Files -> scans and pages. What a file is, its bytes decide, never its name."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import numpy as np
import numpy.typing as npt

from docscan.document import Page, Scan
from docscan.errors import (
    DamagedSource,
    EmptySource,
    NotAFile,
    NotPermitted,
    SourceError,
    SourceNotFound,
    SourceTooLarge,
    UnknownKind,
    UsageError,
)
from docscan.geometry import Pixels
from docscan.intake.pdf import count_pdf, read_pdf
from docscan.intake.pictures import check_size, count_pictures, read_pictures

MAX_BYTES = 2 * 1024**3
"""A hundred uncompressed A4 pages in colour at 300 ppi take 2.6 GB; nobody sends that as one file."""
MAX_PAGES = 2000
_HEAD = 1024
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
_TIFF_HEADS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def open_source(source: str | os.PathLike[str] | Scan | Pixels, only: int | None = None) -> tuple[Scan, Iterator[Page]]:
    """A file (`open_scan`, `pages`), opened before or not, or an array (`from_pixels`) in the same shape; `only` is the
    number of a page that alone is wanted."""
    if isinstance(source, (str, os.PathLike, Scan)):
        scan = source if isinstance(source, Scan) else open_scan(source)
        return scan, pages(scan, only)
    scan, page = from_pixels(source)
    return scan, iter((page,))


def open_scan(path: str | os.PathLike[str]) -> Scan:
    """What the file is: kind by its content, SHA-256 of its bytes, number of pages. Nothing is decoded.

    Raises:
        SourceError: one of its kinds; the message names the file, control characters escaped.
    """
    name = os.fspath(path)
    with opened(name) as stream:
        kind = _kind(stream)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        pages = count_pdf(stream) if kind == "pdf" else count_pictures(stream, kind)
        if pages > MAX_PAGES:
            raise SourceTooLarge(f"The file has {pages} pages; the limit is {MAX_PAGES}.")
    return Scan(path=name, sha256=digest, kind=kind, pages=pages)


def pages(source: str | os.PathLike[str] | Scan, only: int | None = None) -> Iterator[Page]:
    """The pages one after the other, or `only` the one of that number, each decoded once, upright as the file's own
    tags say.

    Raises (while iterating):
        SourceError: one of its kinds. `DamagedSource` also where the bytes are no longer those of the `Scan`.
    """
    scan = source if isinstance(source, Scan) else open_scan(source)
    with opened(scan.path) as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != scan.sha256:
            raise DamagedSource("The file changed while it was being examined.")
        stream.seek(0)
        decoded = read_pdf(stream, only) if scan.kind == "pdf" else read_pictures(stream, scan.kind, only)
        for number, (pixels, ppi) in enumerate(decoded, start=only or 1):
            yield Page(number=number, pixels=pixels, ppi=ppi)


def from_pixels(array: npt.ArrayLike) -> tuple[Scan, Page]:
    """A picture that is already in memory: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4; alpha over white).

    Raises:
        UsageError: another type or shape.
        EmptySource, SourceTooLarge: sizes outside the limits.
    """
    pixels = np.asarray(array)
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise UsageError(f"Pixels must be uint8, (h, w), (h, w, 3) or (h, w, 4), not {pixels.dtype} {pixels.shape}.")
    check_size(pixels.shape[1], pixels.shape[0])
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    elif pixels.shape[2] == 4:
        alpha = pixels[..., 3:].astype(np.uint16)
        pixels = ((pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    pixels = np.ascontiguousarray(pixels)
    digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()
    return Scan(path="", sha256=digest, kind="pixels", pages=1), Page(number=1, pixels=pixels)


def printable(path: str) -> str:
    """A file name fit for messages and reports: control characters and undecodable bytes escaped."""
    text = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


@contextmanager
def opened(path: str) -> Iterator[BufferedReader]:
    """The regular file at `path`, open for reading; every failure, also in the block, names the file.

    Raises:
        SourceError: one of its kinds.
    """
    try:
        try:
            if not stat.S_ISREG(Path(path).stat().st_mode):  # asked before opening: opening a device can do things
                raise NotAFile("It is a folder, pipe, socket or device, not a file.")
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise _explained(error) from error
        with os.fdopen(descriptor, "rb") as stream:
            size = os.fstat(descriptor).st_size
            if size == 0:
                raise EmptySource("The file has 0 bytes.")
            if size > MAX_BYTES:
                raise SourceTooLarge(f"The file has {size / 1024**3:.1f} GB; the limit is {MAX_BYTES // 1024**3} GB.")
            yield stream
    except SourceError as error:
        raise type(error)(f"{printable(path)}: {error}") from error


def _explained(error: OSError | ValueError) -> SourceError:
    """ValueError: a NUL character, which no path holds."""
    code = error.errno if isinstance(error, OSError) else errno.ENOENT
    if code in (errno.EACCES, errno.EPERM):
        return NotPermitted("The file may not be read.")
    if code in (errno.ENXIO, errno.EISDIR):
        return NotAFile("It is a folder, pipe, socket or device, not a file.")
    if code == errno.ELOOP:
        return SourceNotFound("Its symbolic links lead in a circle.")
    if code in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        return SourceNotFound("There is no such file.")
    return DamagedSource("The file cannot be read from where it lies.")


def _kind(stream: BufferedReader) -> str:
    head = stream.read(_HEAD)
    stream.seek(0)
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(_TIFF_HEADS):
        return "tiff"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and (head[8:12] in _HEIC_BRANDS or b"heic" in head[16:64]):
        return "heic"
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"BM") and len(head) > 26 and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        raise UnknownKind("The file is a GIF, which has too few colours to be examined.")
    raise UnknownKind("The file is not a picture or a PDF.")
