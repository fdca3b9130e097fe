"""Learning a template from specimens of one document model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from docscan.document import Document, Face, FieldReading, MrzReading, Quality, Reading, Side, Template, Zone
from docscan.errors import EnrolmentError
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.reading.viz import read_fields
from docscan.templates import folder, grammar, ink, learning, naming, parted, portrait, relations, sketching
from docscan.templates.naming import Texts
from docscan.templates.normal import normal
from docscan.templates.plates import MIN_SPECIMENS, Sighting, sort_sides, superpose
from docscan.templates.sketching import Sketch

UNVERSIONED = ""
MARK_MM = 2.5
"""Width below which a field has no room for more than one letter."""
LABEL_HEIGHT = 0.8
"""Of the type of fields, below which print is a label's."""
ISSUED = "date_of_issue"
REPEATED = frozenset(
    {
        "document_number",
        "surname",
        "given_names",
        "name",
        "nationality",
        "date_of_birth",
        "date_of_expiry",
        "sex",
    }
)
"""Fields that consistency.viz_mrz holds against the MRZ as they are."""


def enrol(specimens: Sequence[tuple[Document, Reading]], *, id: str, state: str, type: str) -> Template:
    """Learns a template from at least three genuine specimens.

    A specimen is a document as found on a scan with the reading of its MRZ; fronts and backs may come as documents of
    their own. Raises EnrolmentError where no three faces lie on one another, EngineError where Tesseract is missing.
    """
    sightings = [
        Sighting(number, index, face, reading)
        for number, (document, reading) in enumerate(specimens)
        for index, face in enumerate(document.faces)
    ]
    plates = [plate for side in sort_sides(sightings) if (plate := superpose(side)) is not None]
    if not plates:
        raise EnrolmentError(f"Of {len(specimens)} specimens no {MIN_SPECIMENS} show the same side of one design.")
    sketches = [sketching.sketch(plate) for plate in plates]
    format_ = _format(sightings)
    texts = [_texts(s) for s in sketches]
    mrzs = _mrzs(sketches, texts)
    joined = [_joined(s, t, m) for s, t, m in zip(sketches, texts, mrzs, strict=True)]
    texts = [t if after is s else _texts(after) for s, after, t in zip(sketches, joined, texts, strict=True)]
    sketches = joined
    sketches = _with_ghosts(sketches, mrzs)
    named = [_named(s, t, m) for s, t, m in zip(sketches, texts, mrzs, strict=True)]
    faces = [
        learning.learn(s, zones, side)
        for s, zones, side in zip(sketches, named, _sides(sketches, format_), strict=True)
    ]
    faces.sort(key=lambda face: face.side != "front")
    count = min(len(plate.sightings) for plate in plates)
    return folder.versioned(
        Template(
            id=id, state=state, type=type, format=format_, version=UNVERSIONED, specimens=count, faces=tuple(faces)
        )
    )


def _format(sightings: Sequence[Sighting]) -> Format:
    """What most faces or MRZs say, else the format whose shape is nearest."""
    said = [f for s in sightings if (f := s.face.format or (s.reading.mrz and s.reading.mrz.format))]
    if said:
        return max(sorted(set(said)), key=said.count)
    shape = float(np.median([s.face.pixels.shape[1] / s.face.pixels.shape[0] for s in sightings]))
    return min((Format.TD1, Format.TD2, Format.TD3), key=lambda f: abs(f.size_mm[0] / f.size_mm[1] - shape))


def _sides(sketches: Sequence[Sketch], format_: Format) -> list[Side]:
    """The front of a card is the side with the portrait."""
    if len(sketches) == 1:
        is_page = format_ in (Format.TD3, Format.MRV_A, Format.MRV_B)
        return ["page" if is_page else "front" if sketches[0].portrait else "back"]
    first = sketches.index(_with_portrait(sketches))
    return ["front" if i == first else "back" for i in range(len(sketches))]


def _with_portrait(sketches: Sequence[Sketch]) -> Sketch:
    def size(sketched: Sketch) -> float:
        zone = sketched.portrait
        return zone.box.width * zone.box.height if zone else 0.0

    return max(sketches, key=size)


# --- reading the specimens --------------------------------------------------------------------------------------------


def _texts(sketched: Sketch) -> list[Texts]:
    """What is read in each zone of each specimen."""
    found: list[Texts] = []
    plate = sketched.plate
    for sighting, to_frame, laid in zip(
        plate.sightings, plate.to_frame, learning.lay_specimens(sketched, sketched.zones), strict=True
    ):
        written = ink.ink(laid, sketched.zones, face=0, to_face=np.linalg.inv(to_frame).astype(np.float64))
        fields = read_fields(Document(faces=(sighting.face,)), None, [written])
        found.append({field.name: field.text for field in fields})
    return found


def _joined(sketched: Sketch, texts: Sequence[Texts], mrzs: Sequence[MrzReading | None]) -> Sketch:
    """The sketch with those fields whole that fell apart."""
    rows = parted.rows(sketched.zones)
    if not rows:
        return sketched
    found = {name: parts for row in rows for name, parts in parted.candidates(row).items()}
    trial = sketching.sketch(sketched.plate, [parted.whole(row) for row in rows])
    others = [zone for zone in trial.zones if zone.kind != "field"]
    asked = [parts[0].model_copy(update={"name": name, "box": parted.whole(parts)}) for name, parts in found.items()]
    together = _texts(replace(trial, zones=(*others, *(zone for row in rows for zone in row), *asked)))
    whole = [parted.whole(parts) for parts in parted.belonging(found, together, texts, mrzs)]
    return sketching.sketch(sketched.plate, whole) if whole else sketched


def _mrzs(sketches: Sequence[Sketch], texts: Sequence[Sequence[Texts]]) -> list[list[MrzReading | None]]:
    """Each face's MRZ: its document's own, else that of the face among the other side's which prints the same."""
    own = [[s.reading.mrz for s in sketched.plate.sightings] for sketched in sketches]
    found = []
    for i, read in enumerate(texts):
        alone = [k for k, mrz in enumerate(own[i]) if mrz is None]
        elsewhere = [mrz for j, side in enumerate(own) if j != i for mrz in side if mrz is not None]
        partners = naming.partner_mrz([read[k] for k in alone], elsewhere) if elsewhere else [None] * len(alone)
        side = list(own[i])
        for k, mrz in zip(alone, partners, strict=True):
            side[k] = mrz
        found.append(side)
    return found


def _named(sketched: Sketch, texts: Sequence[Texts], mrzs: Sequence[MrzReading | None]) -> tuple[Zone, ...]:
    """The zones with names and grammar: by the MRZ's values, else by the labels."""
    fields = [zone for zone in sketched.zones if zone.kind == "field"]
    names = naming.names_by_mrz(fields, texts, mrzs)
    rest = [zone for zone in fields if zone.name not in names]
    by_label = naming.names_by_label(rest, [_labelled(sketched, i) for i in range(len(texts))], sketched.plate.ppmm)
    standing = sketching.standing_texts(sketched)
    names |= {zone: name for zone, name in by_label.items() if name not in names.values()}
    heights = [zone.box.height for zone in fields if zone.name in names]
    labels = LABEL_HEIGHT * float(np.median(heights)) if heights else 0.0
    learned = []
    for zone in sketched.zones:
        values = [t.get(zone.name, "") for t in texts]
        name, small = names.get(zone.name), zone.box.height < labels
        named = _as_field(zone, name, values, zone.name in standing, small) if zone.kind == "field" else zone
        learned.append(_related(named, values, mrzs))
    return tuple(_dated(learned))


def _related(zone: Zone, values: Sequence[str], mrzs: Sequence[MrzReading | None]) -> Zone:
    """A zone with how its values follow from what the MRZ says; a field that the MRZ repeats needs no such rule."""
    if zone.kind == "mrz":
        rules = relations.learn_mrz(mrzs)
    else:
        rules = relations.learn(values, mrzs) if zone.kind == "field" and zone.name not in REPEATED else {}
    return zone.model_copy(update={"grammar": {**zone.grammar, **rules}})


def _dated(zones: Sequence[Zone]) -> Iterator[Zone]:
    """The zones, one that the date of expiry follows named the date of issue; what a label called so changes names with
    it."""
    following = [zone for zone in zones if "years" in zone.grammar]
    issued = next((zone for zone in following if zone.name == ISSUED), following[0] if following else None)
    for zone in zones:
        if zone is issued:
            yield zone.model_copy(update={"name": ISSUED})
        elif issued is not None and zone.name == ISSUED:
            yield zone.model_copy(update={"name": issued.name})
        else:
            yield zone


def _as_field(zone: Zone, name: str | None, values: Sequence[str], standing: bool, small: bool) -> Zone:
    """A field with its name and grammar. A label where nothing can be learned of it: it holds one of several texts in
    `small` type, or `standing` ones that cannot be read, or is a mark that nobody reads, as the rim of a picture."""
    known = grammar.standing_texts(values) if standing and name is None else {}
    if name is None and not known:
        is_mark = zone.box.width < MARK_MM and not grammar.is_read(values)
        if is_mark or (standing and (small or not grammar.is_read(values))):
            return zone.model_copy(update={"kind": "label"})
    return zone.model_copy(update={"name": name or zone.name, "grammar": known or grammar.learn(values)})


def _labelled(sketched: Sketch, specimen: int) -> tuple[FieldReading, ...]:
    """A specimen's fields found without the template, in pixels of the plate."""
    plate = sketched.plate
    face = Face(
        pixels=plate.pixels[specimen],
        ppmm=plate.ppmm,
        to_page=np.eye(3),
        quality=Quality(sharpness=0.0, glare=0.0, exposure=0.5),
    )
    return read_fields(Document(faces=(face,)), None)


# --- ghosts -----------------------------------------------------------------------------------------------------------


def _with_ghosts(sketches: Sequence[Sketch], mrzs: Sequence[Sequence[MrzReading | None]]) -> list[Sketch]:
    """Pictures beside the portrait are its ghosts if they repeat it; what does not repeat it is left to itself."""
    main = _with_portrait(sketches)
    if main.portrait is None:
        return list(sketches)
    done = []
    for sketched, own in zip(sketches, mrzs, strict=True):
        pairs = _pairs(main, mrzs[sketches.index(main)], sketched, own)
        tried = [
            _as_ghost(zone, main, sketched, pairs)
            if zone.kind in ("portrait", "ghost", "signature") and zone is not main.portrait
            else zone
            for zone in sketched.zones
        ]
        done.append(replace(sketched, zones=_whole_ghosts(tried)))
    return done


def _whole_ghosts(zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """The zones without the ghosts and scrawls that are part of a larger ghost on which they lie."""
    ghosts: list[Zone] = []
    for zone in sorted(zones, key=lambda z: -z.box.width * z.box.height):
        if zone.kind == "ghost" and not any(_overlap(zone.box, ghost.box) for ghost in ghosts):
            ghosts.append(zone)
    return tuple(
        zone
        for zone in zones
        if zone in ghosts
        or zone.kind not in ("ghost", "signature")
        or not any(_overlap(zone.box, ghost.box) for ghost in ghosts)
    )


def _overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def _pairs(
    main: Sketch, main_mrzs: Sequence[MrzReading | None], other: Sketch, other_mrzs: Sequence[MrzReading | None]
) -> list[tuple[int, int]]:
    """Which face of `main` and which of `other` are of one specimen."""
    return [
        (i, j)
        for i, (a, a_mrz) in enumerate(zip(main.plate.sightings, main_mrzs, strict=True))
        for j, (b, b_mrz) in enumerate(zip(other.plate.sightings, other_mrzs, strict=True))
        if a.document == b.document or (a_mrz is not None and b_mrz is not None and a_mrz.lines == b_mrz.lines)
    ]


def _as_ghost(zone: Zone, main: Sketch, other: Sketch, pairs: Sequence[tuple[int, int]]) -> Zone:
    assert main.portrait is not None  # noqa: S101 - asked by the caller
    box, ghost = main.portrait.box.scaled(main.plate.ppmm), zone.box.scaled(other.plate.ppmm)
    portraits = [(main.plate.labs[i][..., 0], main.without(i).lab[..., 0]) for i, _ in pairs]
    ghosts = [(other.plate.labs[j][..., 0], other.without(j).lab[..., 0]) for _, j in pairs]
    found = portrait.ghost_source(portraits, ghosts, box, ghost) if len(pairs) >= MIN_SPECIMENS else None
    if found is None:
        return zone.model_copy(update={"kind": "signature"})
    source, same, strangers = found
    values = {"same_face": normal(same, portrait.GHOST_FLOOR), "other_face": normal(strangers, portrait.GHOST_FLOOR)}
    return zone.model_copy(update={"kind": "ghost", "source": source.scaled(1 / main.plate.ppmm), "normal": values})
