"""The scans themselves: a folder in which each file is named for its content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docscan.errors import DamagedSource, NoSuchRecord, StoreNotPermitted


@dataclass(frozen=True)
class Pictures:
    """Files under `folder/ab/abcd...`, the SHA-256 of their bytes: written once, never changed."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where the file is, or would be."""
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def keep(self, source: BinaryIO, sha256: str) -> Path:
        """A copy of `source`, which is read to its end.

        Raises DamagedSource where its bytes do not have this digest, StoreNotPermitted; OSError where the disk is full.
        """
        target = self.path(sha256)
        if target.exists():
            return target
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".")
        except PermissionError as error:
            raise StoreNotPermitted(f"The store's pictures may not be written to {self.folder}.") from error
        copy = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                shutil.copyfileobj(source, stream, 1 << 20)
                stream.flush()
                os.fsync(descriptor)
            if _digest(copy) != sha256:
                raise DamagedSource("The file changed while it was being examined.")
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)
        return target

    def verified(self, sha256: str) -> Path:
        """The file's path. Raises NoSuchRecord where it is missing, DamagedSource where its bytes were changed."""
        path = self.path(sha256)
        if not path.exists():
            raise NoSuchRecord(f"The picture {sha256[:12]} is not among the store's pictures.")
        if _digest(path) != sha256:
            raise DamagedSource(f"The picture {sha256[:12]} among the store's pictures was changed.")
        return path

    def drop(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
