"""From docscan/states/data/*.toml to `State`.

A file's name is the State's codes joined by hyphens (`DEU-D.toml`), so that a code leads to its file without any other
file being opened.
"""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from docscan.errors import StateDataError
from docscan.states.state import State

DATA = Path(__file__).with_name("data")


def load(code: str) -> State | None:
    """The State with an issuer code as printed in the MRZ (`MYS`, `D<<`, `D`); None where it has no file.

    Raises StateDataError where its file has a mistake.
    """
    path = _files().get(code.rstrip("<").upper())
    return None if path is None else read(path)


def all_states() -> tuple[State, ...]:
    """Every State with a file, in order of file name. Raises StateDataError."""
    return tuple(read(path) for path in sorted(set(_files().values())))


@cache
def read(path: Path) -> State:
    """One file, validated. Raises StateDataError naming file and key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise StateDataError(f"{path.name}: {error}") from error
    try:
        state = State.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise StateDataError(f"{path.name}: {key}: {first['msg']}") from error
    if set(state.codes) != set(path.stem.split("-")):
        raise StateDataError(f"{path.name}: codes: {list(state.codes)} are not those of the file's name")
    return state


@cache
def _files() -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(DATA.glob("*.toml")):
        for code in path.stem.split("-"):
            if code in files:
                raise StateDataError(f"{path.name}: codes: {code} is already in {files[code].name}")
            files[code] = path
    return files
