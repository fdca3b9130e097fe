"""Captures of specimens for the classifier: drawn once, examined once, both kept in .cache/classifier.

Pictures are kept under a hash of the factory's code, templates and findings under one of docscan's rooms below judging
as well, so that a change makes anew what it touches and nothing else; an interrupted run goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from docscan.document import Finding
from docscan.geometry import Value
from docscan.judging.labels import Label, label

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "classifier"
ENROLLED = 12
CHUNK = 6
"""Pairs of a genuine and a forged capture that are drawn and examined at a time."""
LEAST_PPI = 300
"""Resolution of the devices that the set is taken with."""
CAPTURED = date(2026, 6, 1)
ABOVE = frozenset({"judging", "reporting", "cli", "web", "batch", "cases", "series"})
"""Rooms of docscan that have no say in what is found."""


class Examined(Value):
    """One document of a capture, before anyone judges it."""

    findings: tuple[Finding, ...]
    obstacles: tuple[str, ...]
    template: str
    """Id of the template that fitted; "" where none did."""


class Row(Value):
    """One capture and what was found on it."""

    label: Label
    documents: tuple[Examined, ...]


@dataclass(frozen=True)
class Chunk:
    """Some pairs of one design."""

    design: str
    first: int
    count: int

    @property
    def name(self) -> str:
        return f"{self.design}-{self.first:05d}-{self.count}"


@dataclass(frozen=True)
class Folders:
    """Where this state of the code keeps what it made."""

    pictures: Path
    templates: Path
    rows: Path


def folders() -> Folders:
    pictures = digest(sorted((ROOT / "scripts" / "specimens").rglob("*")), b"")
    findings = digest(examining(), pictures)
    made = CACHE / f"findings-{findings.hex()[:12]}"
    return Folders(CACHE / f"pictures-{pictures.hex()[:12]}", made / "templates", made / "rows")


def examining() -> list[Path]:
    """The files of docscan that have a say in what is found."""
    rooms = [
        path
        for path in sorted((ROOT / "docscan").rglob("*"))
        if path.suffix in (".py", ".toml") and path.relative_to(ROOT / "docscan").parts[0] not in ABOVE
    ]
    return [*rooms, *sorted((ROOT / "models").glob("*.onnx"))]


def digest(paths: Sequence[Path], before: bytes) -> bytes:
    """SHA-256 of what was before and of the files' places and contents."""
    seen = hashlib.sha256(before)
    for path in paths:
        if path.is_file() and path.suffix != ".pyc":
            seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.digest()


def examined(designs: Sequence[str], pairs: int, jobs: int) -> list[Row]:
    """`pairs` genuine and as many forged captures of each design, drawn and examined where the cache lacks them."""
    kept = folders()
    for folder in (kept.pictures, kept.templates, kept.rows):
        folder.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs) as pool:
        todo = [(design, kept) for design in designs if not (kept.templates / design).exists()]
        for done in pool.imap_unordered(_enrol, todo):
            print(f"enrolled {done}", flush=True)
    chunks = [Chunk(d, i, min(CHUNK, pairs - i)) for i in range(0, pairs, CHUNK) for d in designs]
    with context.Pool(jobs, _start, (kept, tuple(designs))) as pool:
        todo_chunks = [chunk for chunk in chunks if not _file(kept, chunk).exists()]
        for number, done in enumerate(pool.imap_unordered(_examine, todo_chunks), start=1):
            print(f"examined {done}, {number} of {len(todo_chunks)}", flush=True)
    return [row for chunk in sorted(chunks, key=lambda c: c.name) for row in read(_file(kept, chunk))]


def newest() -> list[Row]:
    """The rows of the largest set, of several the one made last, whatever has changed since."""
    sets = CACHE.glob("findings-*/rows")
    made = max(sets, key=lambda folder: (len(list(folder.glob("*.jsonl"))), folder.stat().st_mtime))
    return [row for path in sorted(made.glob("*.jsonl")) for row in read(path)]


def read(path: Path) -> Iterator[Row]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Row.model_validate_json(line)


def _file(kept: Folders, chunk: Chunk) -> Path:
    return kept.rows / f"{chunk.name}.jsonl"


# --- in a process of its own ------------------------------------------------------------------------------------------

_kept: Any = None
_settings: Any = None


def _start(kept: Folders, designs: tuple[str, ...]) -> None:
    global _kept, _settings  # noqa: PLW0603 - each worker loads the templates once
    from docscan import templates
    from docscan.pipeline import Settings

    one_thread()
    _kept = kept
    _settings = Settings(templates=tuple(templates.load(kept.templates / d) for d in designs), on=CAPTURED)


def one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)


def _enrol(job: tuple[str, Folders]) -> str:
    from specimens import make
    from specimens.capture import DEVICES
    from specimens.design import design as drawn

    from docscan import templates
    from docscan.enrolment import specimens_in

    one_thread()
    design, kept = job
    paths = make.enrolment(kept.pictures / "enrolled", design, ENROLLED, DEVICES["flatbed-300"])
    found = [specimen for path in paths for specimen in specimens_in(path)]
    state, kind, _ = design.split("-")
    first, last = drawn(design).valid
    learned = templates.enrol(found, id=design, state=state, type=kind)
    templates.save(replace(learned, issued=(date(first, 1, 1), date(last, 12, 31))), kept.templates)
    return design


def _examine(chunk: Chunk) -> str:
    """Findings on the captures of a chunk, one JSON line each; the pictures are drawn where the cache lacks them."""
    labels = _kept.pictures / f"{chunk.name}.json"
    if not labels.exists():
        _draw(chunk, labels)
    rows = [_row(row) for row in json.loads(labels.read_text(encoding="utf-8"))]
    lines = [row.model_dump_json(exclude_defaults=True) + "\n" for row in rows]
    write(_file(_kept, chunk), "".join(lines).encode())
    return chunk.name


def _draw(chunk: Chunk, labels: Path) -> None:
    from specimens import make
    from specimens.capture import DEVICES, save

    devices = tuple(device for device in DEVICES.values() if device.ppi >= LEAST_PPI)
    written = []
    for shot, taken, name in make.balanced(chunk.design, chunk.count, devices, make.TRAINING_SEEDS, chunk.first):
        save(taken, _kept.pictures / name)
        written.append(shot.label(taken, name))
    write(labels, json.dumps(written).encode())


def write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.rename(path)


def _row(written: dict[str, str]) -> Row:
    from docscan.judging.verdict import obstacles
    from docscan.pipeline import observe

    documents = tuple(
        Examined(
            findings=tuple(_short(finding) for finding in seen.findings),
            obstacles=obstacles(seen.exam),
            template=seen.exam.match.template.id if seen.exam.match and seen.exam.match.faces else "",
        )
        for seen in observe(_kept.pictures / written["file"], _settings)
    )
    return Row(label=label(written, "labels"), documents=documents)


def _short(finding: Finding) -> Finding:
    return finding.model_copy(update={"message": "", "expected": "", "seen": ""})
