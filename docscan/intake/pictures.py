"""Pictures as files hold them -> uint8 RGB pixels, checked by the header before anything is decoded."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from docscan.errors import DamagedSource, DocscanError, EmptySource, SourceTooLarge, UnknownKind
from docscan.geometry import Pixels

MAX_PIXELS = 80_000_000
"""A3 at 600 ppi is 70 million. With the copies that examining needs, 80 million stay below 2 GB."""
MAX_SIDE = 32_000
"""OpenCV cannot warp pictures with a longer side."""
MIN_SIDE = 32
"""Two MRZ lines that anybody could read are higher than this."""
_PLAUSIBLE_PPI = (50.0, 2400.0)
"""Outside this a resolution tag is a default or a mistake (72 of most cameras says nothing either)."""
_SAYS_NOTHING = (72.0, 96.0)
_PIL_FORMAT = {"jpeg": "JPEG", "png": "PNG", "tiff": "TIFF", "bmp": "BMP", "webp": "WEBP"}
_REDUCED = 1
"""Bit of TIFF's NewSubfileType that marks a preview of another page."""


def check_size(width: int, height: int) -> None:
    """Refuse what is too small to hold a document or too large for the machine.

    Raises:
        EmptySource, SourceTooLarge: sizes in pixels are outside the limits.
    """
    if min(width, height) < MIN_SIDE:
        raise EmptySource(f"The picture has {width} x {height} pixels; no document can be read from that.")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise SourceTooLarge(
            f"The picture has {width} x {height} pixels; the limit is {MAX_PIXELS // 10**6} million, {MAX_SIDE} a side."
        )


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Whatever a decoder raises becomes one `DamagedSource`; its warnings stay inside.

    Decoders meet hostile bytes and raise nearly anything (struct.error, IndexError, SyntaxError ...), hence the broad
    `except`.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process; half a scan is no scan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except DocscanError:
            raise
        except MemoryError as error:
            raise SourceTooLarge(f"The {what} needs more memory than there is.") from error
        except Image.DecompressionBombError as error:
            raise SourceTooLarge(
                f"The {what} has far more pixels than the limit of {MAX_PIXELS // 10**6} million."
            ) from error
        except Exception as error:
            raise DamagedSource(f"The {what} is cut off or corrupt.") from error


def count_pictures(stream: BinaryIO, kind: str) -> int:
    """How many pages the file holds, by its headers alone.

    Raises:
        UnknownKind: an animation, or a colour layout that is not supported.
        DamagedSource, EmptySource, SourceTooLarge: as `read_pictures`.
    """
    if kind == "heic":
        import pi_heif

        with decoding("HEIC"):
            return len(pi_heif.open_heif(stream))
    with _opened(stream, kind) as image:
        return len(_page_frames(image, kind))


def read_pictures(stream: BinaryIO, kind: str, only: int | None = None) -> Iterator[tuple[Pixels, float | None]]:
    """Each page's (h, w, 3) uint8 sRGB pixels, turned as EXIF says, and its ppi if the file says a credible one; `only`
    is the number of a page that alone is wanted.

    One page is in memory at a time. Sizes are judged by the header, before decoding.

    Raises:
        DamagedSource, EmptySource, SourceTooLarge, UnknownKind
    """
    if kind == "heic":
        yield from _read_heic(stream, only)
        return
    with _opened(stream, kind) as image:
        for frame in _wanted(_page_frames(image, kind), only):
            with decoding(kind.upper()):
                if frame != image.tell():
                    image.info.clear()  # Pillow would hand on the last page's resolution and profile
                    image.seek(frame)
                check_size(*image.size)
                pixels, ppi = to_rgb(image), _credible_ppi(image.info.get("dpi"))
            yield pixels, ppi


@contextmanager
def _opened(stream: BinaryIO, kind: str) -> Iterator[Image.Image]:
    with decoding(kind.upper()):
        try:
            image = Image.open(stream, formats=(_PIL_FORMAT[kind],))
        except UnidentifiedImageError as error:
            raise DamagedSource(f"The {kind.upper()} is cut off, corrupt or of a rare colour layout.") from error
        check_size(*image.size)
    yield image


def _page_frames(image: Image.Image, kind: str) -> list[int]:
    """Indices of the frames that are pages. A JPEG's further pictures are previews and depth maps."""
    with decoding(kind.upper()):
        frames = 1 if kind == "jpeg" else int(getattr(image, "n_frames", 1))
        if kind != "tiff":
            if frames > 1:
                raise UnknownKind(f"The {kind.upper()} is an animation of {frames} pictures, not a scan.")
            return [0]
        pages = []
        for frame in range(frames):
            image.seek(frame)
            if not int(getattr(image, "tag_v2", {}).get(254, 0)) & _REDUCED:
                pages.append(frame)
        return pages or [0]


def _wanted(frames: Sequence[int], only: int | None) -> Sequence[int]:
    return frames if only is None else frames[only - 1 : only]


def _read_heic(stream: BinaryIO, only: int | None) -> Iterator[tuple[Pixels, float | None]]:
    import pi_heif

    with decoding("HEIC"):
        heif = pi_heif.open_heif(stream)
    for index in _wanted(range(len(heif)), only):
        with decoding("HEIC"):
            check_size(*heif[index].size)
            pixels = to_rgb(heif[index].to_pillow())
        yield pixels, None


def to_rgb(image: Image.Image) -> Pixels:
    """Any picture as (h, w, 3) uint8 sRGB: deep samples scaled, colours by the embedded profile, alpha over white."""
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_to_bytes(np.asarray(image)))
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("LA", "La", "RGBA", "RGBa"):
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        paper.info = image.info
        image = paper.convert("RGB")
    image = _to_srgb(image)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile is no reason to lose the picture
    return image if converted is None else converted


def _to_bytes(samples: npt.NDArray[Any]) -> Pixels:
    """Grey samples of any depth over the full range of their kind: 0-1 floats, 0-255, 16 or 32 bits."""
    values = np.nan_to_num(samples.astype(np.float32), posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    full = next((full for full in (1.0, 255.0, 65535.0) if top <= full), top)
    if np.issubdtype(samples.dtype, np.integer):
        full = max(full, 65535.0)
    return np.asarray(np.clip(values * (255.0 / full) + 0.5, 0, 255), dtype=np.uint8)


def _credible_ppi(dpi: object) -> float | None:
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    try:
        across, down = float(dpi[0]), float(dpi[1])
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not (math.isfinite(across) and math.isfinite(down) and abs(across - down) <= 0.02 * max(across, down)):
        return None
    if any(abs(across - default) < 0.5 for default in _SAYS_NOTHING):
        return None
    return across if _PLAUSIBLE_PPI[0] <= across <= _PLAUSIBLE_PPI[1] else None
