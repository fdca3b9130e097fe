"""A template as a folder: `template.toml` to read and to correct by hand, and for each face a reference picture and
compressed arrays. The version is a hash over the files."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from docscan import models
from docscan.arrays import Floats
from docscan.document import Template, TemplateFace, Zone
from docscan.errors import OutputError, TemplateError
from docscan.geometry import Box, Pixels
from docscan.icao.formats import Format
from docscan.templates import relations

TOML = "template.toml"
JPEG_QUALITY = 93
BESIDE = 3.0
"""Millimetres by which a zone may reach beyond its face: print runs off the edge, and edges are seldom seen exactly."""
ISSUED = ("issued_from", "issued_until")
"""Keys of the first and last day of issue; both may be missing."""

_QUANTA: Mapping[str, tuple[str, float]] = {
    "support": ("u1", 1 / 200),
    "spread": ("u1", 0.2),
    "texture_median": ("i1", 1 / 20),
    "texture_spread": ("i1", 1 / 20),
    "tone_median": ("i1", 1 / 20),
    "tone_spread": ("i1", 1 / 20),
    "glyphs": ("u1", 1.0),
    "sift": ("u1", 1.0),
    "sift_xy": ("u2", 1 / 256),
    "points": ("u2", 1 / 16),
    "edge_median": ("f4", 1.0),
    "edge_spread": ("f4", 1.0),
}
"""How each array is stored: type and unit. The lowest value of a signed type stands for NaN."""


def versioned(template: Template) -> Template:
    """The template with the version that it will have on disk."""
    return replace(template, version=_version(_files(template)))


def save(template: Template, out: Path) -> Path:
    """Writes a template to the folder `out / template.id` and returns that. Raises OutputError."""
    folder = Path(out) / template.id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _files(template).items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise OutputError(f"The template cannot be written to {folder}: {error.strerror}.") from error
    return folder


def load(folder: Path) -> Template:
    """The template in a folder. Raises TemplateError naming the file and what is wrong with it."""
    folder = Path(folder)
    try:
        files = {TOML: (folder / TOML).read_bytes()}
        for face in _faces(tomllib.loads(files[TOML].decode())):
            for name in (f"{face}.jpg", f"{face}.npz"):
                files[name] = (folder / name).read_bytes()
    except OSError as error:
        raise TemplateError(f"{folder / (error.filename or TOML)}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(f"{folder / TOML}: {error}.") from error
    return _parse(files, str(folder))


def load_all(folders: Iterable[Path]) -> tuple[Template, ...]:
    """The templates that come with docscan and those in `folders`, each either a template or a folder of templates;
    of two with one id the later. Raises TemplateError."""
    found: dict[str, Template] = {}
    shipped = models.folder() / "templates"
    for folder in [shipped, *map(Path, folders)]:
        if not folder.is_dir():
            if folder is shipped:
                continue
            raise TemplateError(f"{folder} is not a folder.")
        inside = [folder] if (folder / TOML).exists() else sorted(p.parent for p in folder.glob(f"*/{TOML}"))
        for path in inside:
            template = load(path)
            found[template.id] = template
    return tuple(found.values())


# --- to files ---------------------------------------------------------------------------------------------------------


def _files(template: Template) -> dict[str, bytes]:
    files = {TOML: _toml(template).encode()}
    for face in template.faces:
        files[f"{face.side}.jpg"] = encoded(face.reference)
        files[f"{face.side}.npz"] = _pack({"spread": face.spread, **face.arrays})
    return files


def encoded(reference: Pixels) -> bytes:
    bgr = cv2.cvtColor(reference, cv2.COLOR_RGB2BGR)
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY, *sampling])[1].tobytes()


def decoded(picture: bytes) -> Pixels | None:
    bgr = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    return None if bgr is None else np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def _pack(arrays: Mapping[str, Floats]) -> bytes:
    """A compressed .npz whose bytes depend on nothing but the arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            one = io.BytesIO()
            np.save(one, _quantised(name, arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _quantised(name: str, array: Floats) -> npt.NDArray[Any]:
    kind, unit = _QUANTA[name]
    if kind == "f4":
        return array.astype(np.float32)
    limits = np.iinfo(kind)
    lowest = limits.min + 1 if limits.min < 0 else 0
    values = np.clip(np.rint(np.nan_to_num(array) / unit), lowest, limits.max)
    return np.where(np.isfinite(array), values, limits.min).astype(kind)


def _toml(template: Template) -> str:
    lines = [
        "# A docscan template. Zones may be corrected by hand: boxes are [x, y, width, height] in millimetres from the",
        "# top left corner; normal values are [median, spread] over the specimens. issued_from and issued_until",
        "# (days such as 2020-01-31) say when this series was issued.",
        f"id = {_string(template.id)}",
        f"state = {_string(template.state)}",
        f"type = {_string(template.type)}",
        f"format = {_string(template.format)}",
        f"specimens = {template.specimens}",
        *(f"{key} = {day.isoformat()}" for key, day in zip(ISSUED, template.issued, strict=True) if day is not None),
    ]
    for face in template.faces:
        lines += ["", "[[faces]]", f"side = {_string(face.side)}", f"ppmm = {face.ppmm:.5f}"]
        lines += _table("normal", {k: _pair(v) for k, v in face.normal.items()})
        for zone in face.zones:
            lines += ["", "  [[faces.zones]]", f"  name = {_string(zone.name)}", f"  kind = {_string(zone.kind)}"]
            lines.append(f"  box = {_box(zone.box)}")
            if zone.source is not None:
                lines.append(f"  source = {_box(zone.source)}")
            if zone.light_on_dark:
                lines.append("  light_on_dark = true")
            lines += ["  " + line for line in _table("grammar", {k: _string(v) for k, v in zone.grammar.items()})]
            lines += ["  " + line for line in _table("normal", {k: _pair(v) for k, v in zone.normal.items()})]
    return "\n".join(lines) + "\n"


def _table(name: str, values: Mapping[str, str]) -> list[str]:
    return [f"{name}.{key} = {value}" for key, value in values.items()]


def _string(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=True)


def _pair(values: tuple[float, float]) -> str:
    return f"[{values[0]:.5f}, {values[1]:.5f}]"


def _box(box: Box) -> str:
    return f"[{box.x:.2f}, {box.y:.2f}, {box.width:.2f}, {box.height:.2f}]"


# --- from files -------------------------------------------------------------------------------------------------------


def _faces(table: Mapping[str, Any]) -> list[str]:
    faces = table.get("faces")
    if not isinstance(faces, list) or not 1 <= len(faces) <= 2:
        raise TemplateError(f"{TOML}: a template has 1 or 2 [[faces]].")
    sides = [face.get("side") for face in faces]
    if any(side not in ("page", "front", "back") for side in sides) or len(set(sides)) != len(sides):
        raise TemplateError(f"{TOML}: the sides of the faces are page, front or back, each once.")
    return [str(side) for side in sides]


def _parse(files: Mapping[str, bytes], where: str) -> Template:
    table = tomllib.loads(files[TOML].decode())
    try:
        return Template(
            id=str(table["id"]),
            state=str(table["state"]),
            type=str(table["type"]),
            format=Format(table["format"]),
            version=_version(files),
            specimens=int(table["specimens"]),
            faces=tuple(_face(face, files) for face in table["faces"]),
            issued=_issued(table),
        )
    except KeyError as error:
        raise TemplateError(f"{where}: {error.args[0]} is missing.") from error
    except (ValidationError, ValueError, TypeError, zipfile.BadZipFile, cv2.error) as error:
        raise TemplateError(f"{where}: {_first_line(error)}") from error


def _issued(table: Mapping[str, Any]) -> tuple[date | None, date | None]:
    first, last = (table.get(key) for key in ISSUED)
    for key, day in zip(ISSUED, (first, last), strict=True):
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            raise ValueError(f"{key}: write a day as 2020-01-31, without quotation marks.")
    if first is not None and last is not None and first > last:
        raise ValueError(f"{ISSUED[0]} is later than {ISSUED[1]}.")
    return first, last


def _version(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _face(table: Mapping[str, Any], files: Mapping[str, bytes]) -> TemplateFace:
    side = table["side"]
    reference = decoded(files[f"{side}.jpg"])
    if reference is None:
        raise ValueError(f"{side}.jpg is not a picture.")
    with np.load(io.BytesIO(files[f"{side}.npz"]), allow_pickle=False) as archive:
        arrays = {name: _restored(name, archive[name]) for name in archive.files}
    missing = set(_QUANTA) - set(arrays) - {"edge_median", "edge_spread"}
    if missing:
        raise ValueError(f"{side}.npz lacks {', '.join(sorted(missing))}.")
    if arrays["support"].shape != reference.shape[:2] or arrays["spread"].shape != reference.shape[:2]:
        raise ValueError(f"{side}.npz and {side}.jpg are of different sizes.")
    return TemplateFace(
        side=side,
        ppmm=float(table["ppmm"]),
        reference=reference,
        spread=arrays.pop("spread"),
        zones=_zones(table, side, (reference.shape[1], reference.shape[0])),
        arrays=arrays,
        normal={name: (float(a), float(b)) for name, (a, b) in table.get("normal", {}).items()},
    )


def _restored(name: str, stored: npt.NDArray[Any]) -> Floats:
    if name not in _QUANTA:
        raise ValueError(f"unknown array {name}.")
    kind, unit = _QUANTA[name]
    values = stored.astype(np.float32) * unit
    if kind.startswith("i"):
        values[stored == np.iinfo(kind).min] = np.nan
    return np.asarray(values, np.float32)


def _zones(face: Mapping[str, Any], side: str, size: tuple[int, int]) -> tuple[Zone, ...]:
    """The zones of a face of so many pixels, as a person may have corrected them."""
    zones: list[Zone] = []
    for number, table in enumerate(face.get("zones", []), start=1):
        where = f"{TOML}, {side}, zone {number} ({table.get('name', 'without a name')})"
        try:
            zone = _zone(table)
        except (ValidationError, ValueError, TypeError) as error:
            raise ValueError(f"{where}: {_first_line(error)}") from error
        width, height = (pixels / float(face["ppmm"]) for pixels in size)
        around = Box(x=0, y=0, width=width, height=height).grown(BESIDE)
        if zone.box.shared(around) < 0.999 * zone.box.width * zone.box.height:
            raise ValueError(f"{where}: box reaches beyond the face, which is {width:.1f} x {height:.1f} mm.")
        if any(other.name == zone.name for other in zones):
            raise ValueError(f"{where}: name is taken by another zone of this face.")
        zones.append(zone)
    return tuple(zones)


def _zone(table: Mapping[str, Any]) -> Zone:
    values = dict(table)
    for key in ("box", "source"):
        if key in values:
            if not isinstance(values[key], list) or len(values[key]) != 4:
                raise ValueError(f"{key}: give [x, y, width, height].")
            x, y, width, height = values[key]
            try:
                values[key] = Box(x=x, y=y, width=width, height=height)
            except ValidationError as error:
                raise ValueError(f"{key}: {_first_line(error)}") from error
    zone = Zone(**values)
    relations.demand_sense(zone.grammar)
    return zone
