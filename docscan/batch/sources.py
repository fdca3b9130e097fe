"""What there is to examine: files in folders, lists and ZIP archives, one after the other, never all at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, NamedTuple

from docscan import intake
from docscan.batch import archives
from docscan.errors import NotPermitted, SourceError, SourceNotFound

STDIN = "-"
_LITTER = frozenset({"Thumbs.db", "desktop.ini"})
"""What file managers leave behind; they are passed over as hidden files are."""
_PICTURES_BEGIN = (b"\xff\xd8\xff", b"\x89PNG", b"II", b"MM", b"BM", b"RIFF", b"GIF8", b"%PDF")


@dataclass(frozen=True)
class Item:
    """One file, or one member of a ZIP archive."""

    path: str
    """Absolute."""
    member: int | None = None
    """Place in the archive, from 0."""
    member_name: str = ""

    @property
    def name(self) -> str:
        """Fit for messages and reports."""
        return intake.printable(self.path + (f"/{self.member_name}" if self.member is not None else ""))

    @cached_property
    def key(self) -> str:
        """One for each item, however long its path."""
        return hashlib.sha256(f"{self.path}\0{self.member}".encode("utf-8", "surrogateescape")).hexdigest()

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its bytes. Raises SourceError."""
        if self.member is None:
            with intake.opened(self.path) as stream:
                yield stream
            return
        try:
            with intake.opened(self.path) as stream, archives.member(stream, self.member) as inside:
                yield inside
        except SourceError as error:  # names the archive only
            said = str(error).removeprefix(f"{intake.printable(self.path)}: ")
            raise type(error)(f"{self.name}: {said}") from error

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A file with its bytes; a member of an archive in a temporary one, under a name that says nothing.

        Raises SourceError.
        """
        if self.member is None:
            yield Path(self.path)
            return
        with tempfile.NamedTemporaryFile(prefix="docscan-") as copy:
            with self.opened() as inside:  # zipfile reads no further than the size that the archive's index tells
                shutil.copyfileobj(inside, copy, 1 << 20)
            copy.flush()
            yield Path(copy.name)

    def sha256(self) -> str:
        """Raises SourceError."""
        with self.opened() as stream:
            digest = hashlib.sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
            return digest.hexdigest()


class Found(NamedTuple):
    """An item, or what is wrong with the place where items should be."""

    item: Item
    error: SourceError | None = None


def walk(sources: Sequence[str], passed_over: Collection[Path] = ()) -> Iterator[Found]:
    """All items of files, folders, lists of paths (text, one path a line; "-" is standard input) and ZIP archives, in
    an order that stays the same. Hidden files, and what is in `passed_over`, are left out."""
    for source in sources:
        yield from _source(source, {path.resolve() for path in passed_over})


def _source(source: str, passed_over: Collection[Path]) -> Iterator[Found]:
    if source == STDIN:
        lines = (os.fsdecode(line) for line in sys.stdin.buffer)
        for path in _listed(lines, Path()):
            yield from _path(path, passed_over)
    elif Path(source).is_dir():
        yield from _folder(source, passed_over)
    elif _is_list(source):
        with Path(source).open("rb") as stream:
            for path in _listed(map(os.fsdecode, stream), Path(source).parent):
                yield from _path(path, passed_over)
    else:
        yield from _file(source)


def _listed(lines: Iterator[str], beside: Path) -> Iterator[str]:
    """Paths of a list; those that are not absolute count from where the list lies."""
    for line in lines:
        if path := line.rstrip("\r\n").removeprefix("\ufeff"):
            yield str(beside / path)


def _path(path: str, passed_over: Collection[Path]) -> Iterator[Found]:
    yield from _folder(path, passed_over) if Path(path).is_dir() else _file(path)


def _folder(folder: str, passed_over: Collection[Path]) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError:
        sentence = f"{intake.printable(folder)}: The folder may not be read."
        yield Found(Item(str(Path(folder).absolute())), NotPermitted(sentence))
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _LITTER or Path(entry.path).resolve() in passed_over:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _folder(entry.path, passed_over)
        elif not entry.is_dir():  # a link to a folder may lead in a circle
            yield from _file(entry.path)


def _file(path: str) -> Iterator[Found]:
    item = Item(str(Path(path).absolute()))
    try:
        with intake.opened(item.path) as stream:
            if not archives.is_archive(stream):
                yield Found(item)
                return
            members = archives.members(stream)
    except SourceError as error:
        yield Found(item, error)
        return
    for number, name in members:
        yield Found(Item(item.path, number, name))


def _is_list(source: str) -> bool:
    """Whether a file is a text of paths; pictures, PDFs and archives begin otherwise, or hold zeros."""
    try:
        with intake.opened(source) as stream:
            head = stream.read(4096)
    except SourceError:
        return False
    if head.startswith(_PICTURES_BEGIN) or b"\0" in head or archives.begins_one(head):
        return False
    first = os.fsdecode(head.splitlines()[0].strip()) if head.strip() else ""
    return bool(first) and (Path(source).parent / first).exists()


def checked(source: str) -> str:
    """A source that is there, absolute. Raises SourceNotFound."""
    if source == STDIN:
        return source
    if not os.path.lexists(source):
        raise SourceNotFound(f"{intake.printable(source)}: There is no such file or folder.")
    return str(Path(source).absolute())
