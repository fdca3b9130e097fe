"""Where trained things lie, and the proof that each is the one its manifest names."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path

from docscan.errors import ModelError


def folder() -> Path:
    """`models/` of this installation; DOCSCAN_MODELS names another."""
    return Path(os.environ.get("DOCSCAN_MODELS") or Path(__file__).resolve().parent.parent / "models")


@cache
def verified(name: str) -> Path:
    """The path of a model file whose SHA-256 is the manifest's, checked once a process.

    Raises ModelError where the file or its entry is missing, or the file is another.
    """
    path = folder() / name
    try:
        manifest = json.loads((folder() / "manifest.json").read_text(encoding="utf-8"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        raise ModelError(f"models/{name} cannot be verified: {type(error).__name__}.") from error
    if manifest.get(name) != digest:
        raise ModelError(f"models/{name} is not the file that models/manifest.json names.")
    return path


def version(name: str) -> str:
    """The first 12 digits of a model file's SHA-256."""
    return hashlib.sha256(verified(name).read_bytes()).hexdigest()[:12]
