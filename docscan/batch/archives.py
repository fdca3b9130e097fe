"""ZIP archives of scans. Nothing is ever unpacked under a name that an archive chose, so no name can lead anywhere."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from docscan.errors import ArchiveRefused, DamagedSource, EncryptedSource, SourceTooLarge

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 2 * 1024**3
MAX_BYTES = 64 * 1024**3
"""Of all members together."""
MAX_RATIO = 200
"""Between a member's size and what it takes in the archive; scans are compressed already."""
SMALL = 64 * 1024**2
"""A member below this size may have any ratio: a blank page in an uncompressed TIFF has a large one."""
_ARCHIVE, _EMPTY_ARCHIVE = b"PK\x03\x04", b"PK\x05\x06"
_MARKS_OF_OTHERS = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype")
"""Office documents and programs are ZIP files too."""


def begins_one(head: bytes) -> bool:
    return head.startswith((_ARCHIVE, _EMPTY_ARCHIVE))


def is_archive(stream: BinaryIO) -> bool:
    head = stream.read(4)
    stream.seek(0)
    return begins_one(head)


def members(stream: BinaryIO) -> list[tuple[int, str]]:
    """Place and name of each file in the archive. Nothing is unpacked.

    Raises ArchiveRefused, DamagedSource, SourceTooLarge.
    """
    with _reading(stream) as archive:
        entries = [(number, entry) for number, entry in enumerate(archive.infolist()) if not entry.is_dir()]
    if any(entry.filename in _MARKS_OF_OTHERS for _, entry in entries):
        raise ArchiveRefused("The file is an office document or a program, not an archive of scans.")
    if len(entries) > MAX_MEMBERS:
        raise SourceTooLarge(f"The archive has {len(entries)} files; the limit is {MAX_MEMBERS}.")
    if sum(entry.file_size for _, entry in entries) > MAX_BYTES:
        raise SourceTooLarge(f"The archive unpacks to more than {MAX_BYTES // 1024**3} GB.")
    return [(number, entry.filename) for number, entry in entries if not _hidden(entry.filename)]


@contextmanager
def member(stream: BinaryIO, number: int) -> Iterator[BinaryIO]:
    """The bytes of one file in the archive.

    Raises ArchiveRefused, DamagedSource, EncryptedSource, SourceTooLarge; also while they are read.
    """
    with _reading(stream) as archive:
        entry = archive.infolist()[number]
        if entry.flag_bits & 1:
            raise EncryptedSource("The file in the archive needs a password.")
        if entry.file_size > MAX_MEMBER_BYTES:
            raise SourceTooLarge("The file in the archive unpacks to more than 2 GB.")
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * entry.compress_size:
            raise SourceTooLarge(f"The file in the archive unpacks to more than {MAX_RATIO} times its size.")
        with archive.open(entry) as inside:
            if begins_one(inside.read(4)):
                raise ArchiveRefused("The file in the archive is an archive itself.")
        with archive.open(entry) as inside:
            yield inside  # type: ignore[misc]  # zipfile's file is a BinaryIO in all but name


@contextmanager
def _reading(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, UnicodeDecodeError, ValueError) as error:
        raise DamagedSource("The archive is cut off or corrupt.") from error
    except NotImplementedError as error:  # what zipfile says of a version, method or cipher that it does not know
        raise ArchiveRefused("The archive is packed in a way that docscan does not know.") from error


def _hidden(name: str) -> bool:
    """Hidden files, and the twins that a Mac lays beside each file."""
    return any(part == "__MACOSX" or part.removeprefix("..").startswith(".") for part in name.split("/"))
