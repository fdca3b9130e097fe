"""The nouns everybody speaks: frozen values, checked on construction, passed from stage to stage.

Values without pixels are pydantic models, so that a `Report` (docscan.report) is made of them as they are; values with
pixels are frozen dataclasses. Pixels are always `uint8` RGB arrays of shape (height, width, 3), x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field

from docscan.geometry import Box, Homography, Pixels, Probability, Region, Value, project
from docscan.icao.formats import Format

Side = Literal["page", "front", "back"]


# --- what came in -----------------------------------------------------------------------------------------------------


class Quality(Value):
    """How well a face was captured. `reasons` are sentences for the person at the scanner; any of them makes the
    verdict `unreadable` rather than a suspicion where `usable` is false."""

    ppi: float | None = None
    sharpness: float
    """10-90 % rise distance of the sharpest edges in millimetres (smaller is sharper)."""
    glare: Probability
    """Share of the face that is blown out."""
    exposure: Probability
    """Mean luminance, 0 black to 1 white."""
    cut_edges: tuple[Literal["left", "top", "right", "bottom"], ...] = ()
    usable: bool = True
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """One file as it came."""

    path: str
    sha256: str
    kind: str
    """jpeg, png, tiff, bmp, webp, heic or pdf; "pixels" for an array handed to the API."""
    pages: int


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of a scan, decoded once."""

    number: int
    """From 1."""
    pixels: Pixels
    ppi: float | None = None
    """As the file says; a hint, often false."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One side of one document: upright, straightened pixels and the way back to the page."""

    pixels: Pixels
    ppmm: float
    """Pixels per millimetre."""
    to_page: Homography
    """Face pixels to page pixels."""
    quality: Quality
    format: Format | None = None
    """From the size or the MRZ; None where neither tells."""
    edges_seen: bool = False
    """True where the outline was seen on the page, so that millimetres count from a true corner."""
    page: int = 1

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            seen = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"Face.pixels must be uint8 of shape (h, w, 3), not {seen}")
        if not self.ppmm > 0:
            raise ValueError(f"Face.ppmm must be positive, not {self.ppmm}")

    @property
    def ppi(self) -> float:
        return self.ppmm * 25.4

    @property
    def from_page(self) -> Homography:
        """Page pixels to face pixels."""
        return np.linalg.inv(self.to_page).astype(np.float64)

    def region(self, box: Box, label: str = "", face: int = 0) -> Region:
        """`box` (pixels of this face) as a region; `face` is this face's place in its document."""
        corners = project(box.corners(), self.to_page)
        return Region(
            face=face,
            label=label,
            box=box,
            mm=box.scaled(1 / self.ppmm),
            on_page=tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners),
        )

    def whole(self, face: int = 0) -> Region:
        """All of this face as a region."""
        height, width = self.pixels.shape[:2]
        return self.region(Box(x=0, y=0, width=width, height=height), "whole side", face)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One travel document: a data page or visa (one face), or a card (one or two)."""

    faces: tuple[Face, ...]
    format: Format | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.faces) <= 2:
            raise ValueError(f"a Document has 1 or 2 faces, not {len(self.faces)}")


# --- what was read ----------------------------------------------------------------------------------------------------


class Symbol(Value):
    """One printed character as seen."""

    char: str
    confidence: Probability
    runners_up: tuple[tuple[str, Probability], ...] = ()
    """Other readings of the same pixels, likeliest first, with their probabilities."""
    box: Box | None = None


class MrzReading(Value):
    """The MRZ as one engine saw it: never corrected, never chosen by check digits."""

    engine: str
    format: Format | None
    lines: tuple[str, ...]
    symbols: tuple[tuple[Symbol, ...], ...] = ()
    """One tuple a line, aligned with `lines`; empty where the engine gives no such detail."""
    face: int = 0
    box: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MrzOnPage:
    """An MRZ found on a page, before anyone knows where its document begins: the anchor that tells which way up a
    document lies and how large it is."""

    reading: MrzReading
    """Without boxes; those are in `quads`."""
    quads: tuple[npt.NDArray[np.float64], ...]
    """One (n, 4, 2) array a line: page pixels of each symbol's corners, clockwise from its own top left."""
    outline: npt.NDArray[np.float64]
    """(4, 2) page pixels, clockwise from the top left of the first line as read."""
    mirrored: bool = False

    def on(self, face: Face, index: int = 0) -> MrzReading:
        """The same reading with boxes in pixels of `face`, which is number `index` of its document."""
        from_page = face.from_page
        on_face = [project(quads.reshape(-1, 2), from_page).reshape(-1, 4, 2) for quads in self.quads]
        symbols = tuple(
            tuple(symbol.model_copy(update={"box": Box.around(quad)}) for symbol, quad in zip(line, quads, strict=True))
            for line, quads in zip(self.reading.symbols, on_face, strict=True)
        )
        box = Box.around(project(self.outline, from_page))
        return self.reading.model_copy(update={"symbols": symbols, "box": box, "face": index})


class FieldReading(Value):
    """One field of the visual inspection zone (VIZ) as one engine saw it."""

    name: str
    """Doc 9303's name in snake case: document_number, surname, given_names, nationality, date_of_birth, sex,
    date_of_issue, date_of_expiry, place_of_birth, personal_number, issuing_state, authority ...; else the label."""
    text: str
    confidence: Probability
    engine: str
    found_by: Literal["template", "label", "layout", "mrz"]
    face: int = 0
    box: Box | None = None
    symbols: tuple[Symbol, ...] = ()
    """Its letters and digits by their shape alone, as capitals without accents; () where that was not asked."""


class Reading(Value):
    mrz: MrzReading | None = None
    opinions: tuple[MrzReading, ...] = ()
    """What other engines read of the same MRZ: kept beside, never merged."""
    fields: tuple[FieldReading, ...] = ()

    def field(self, name: str) -> FieldReading | None:
        return next((f for f in self.fields if f.name == name), None)


# --- what genuine looks like ------------------------------------------------------------------------------------------


class Zone(Value):
    """One zone of a template face and how genuine specimens vary in it."""

    name: str
    kind: Literal["portrait", "ghost", "mrz", "field", "label", "signature", "relief"]
    """A signature is any scrawl; relief is print with light and dark sides (embossed, engraved, tilted)."""
    box: Box
    """Millimetres from the top left corner of the face: where the zone's content may stand."""
    normal: Mapping[str, tuple[float, float]] = Field(default_factory=dict)
    """Measure name -> (median, spread) over the specimens."""
    grammar: Mapping[str, str] = Field(default_factory=dict)
    """What the values look like: `form` (date form or pattern), `case`, `length` ..."""
    light_on_dark: bool = False
    """True where the field is lighter than what is printed below it."""
    source: Box | None = None
    """Of a ghost: the part of the portrait that it repeats, in millimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class TemplateFace:
    side: Side
    ppmm: float
    reference: Pixels
    """Median of the registered specimens."""
    spread: npt.NDArray[np.float32]
    """(h, w) normal variation of each pixel, in units of CIELAB distance."""
    zones: tuple[Zone, ...]
    arrays: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    """Whatever else was learned, by name."""
    normal: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Measures of the face as a whole -> (median, spread) over the specimens."""

    def zone(self, name: str) -> Zone | None:
        return next((z for z in self.zones if z.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What a genuine document of one issuing State, type and series looks like, learned from specimens."""

    id: str
    state: str
    type: str
    """First letters of the document code: P, I, V ..."""
    format: Format
    version: str
    """SHA-256 over the folder's files."""
    specimens: int
    faces: tuple[TemplateFace, ...]
    issued: tuple[date | None, date | None] = (None, None)
    """First and last day on which this series was issued, where an authority says so."""


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredFace:
    """A face laid on its template face."""

    face: int
    template_face: TemplateFace
    pixels: Pixels
    """The face resampled onto the template face's pixels."""
    to_template: Homography
    """Face pixels to template pixels."""
    inliers: int
    residual: float
    """Root mean square distance of matched points, millimetres."""
    covered: npt.NDArray[np.bool_]
    """(h, w) template pixels that the face shows."""
    flow: npt.NDArray[np.float32]
    """(n, 4) tracked points of the static print: x, y in template pixels and dx, dy left after the homography."""
    bent: npt.NDArray[np.float32]
    """(n, 2) the part of dx, dy that the points around share: the page is bent there."""


@dataclass(frozen=True, slots=True, eq=False)
class TemplateMatch:
    template: Template
    faces: tuple[RegisteredFace, ...]
    score: float
    """0 (nothing fits) to 1."""
    kin: tuple[Template, ...] = ()
    """Templates of other series of the same State, type and format."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What is written on a face whose own print a template has taken away."""

    face: int
    pixels: npt.NDArray[np.uint8]
    """(h, w) template pixels: 255 bare, 0 full ink."""
    ppmm: float
    to_face: Homography
    """Pixels of the ink to pixels of the face."""
    places: Mapping[str, Box]
    """Where each field may stand, in pixels of the ink."""


# --- what is asked and answered ---------------------------------------------------------------------------------------


class Sighting(Value):
    """A document that was examined before."""

    document: int
    """Its number in the case store."""
    type: str
    """Document code, as the fields below as the MRZ printed it; empty where that was not read."""
    name: str
    """Surname, comma, given names."""
    date_of_birth: str
    date_of_expiry: str
    sure: bool
    """Whether its number is beyond doubt."""


class History(Protocol):
    """What was seen before."""

    def with_number(self, state: str, number: str) -> Sequence[Sighting]:
        """Other documents of an issuing State that bear the same number, in the order of their numbers in the store."""
        ...

    def portraits_near(self, hash: str, bits: int) -> Sequence[tuple[Sighting, str]]:
        """Documents whose portrait's perceptual hash (64 bits, hexadecimal) differs in at most so many bits, each with
        its likeness (docscan.templates.likeness) as JSON."""
        ...


class Listing(Value):
    """One entry of a watchlist."""

    kind: Literal["lost", "stolen", "stolen_blank", "revoked"]
    first: str
    last: str
    """The range of numbers, both included; one number where they are the same."""
    source: str
    """The list and line it stands in, for the person who has to look it up."""


class Watchlist(Protocol):
    """Numbers of documents that are not to be used."""

    def find(self, state: str, type: str, number: str) -> Listing | None:
        """The entry that covers a number of an issuing State's documents of a type (its document code)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """All that a check may look at."""

    document: Document
    reading: Reading
    match: TemplateMatch | None
    on: date
    """The day as of which validity is asked."""
    known_states: frozenset[str] = frozenset()
    """Issuers of templates enrolled here: known on this installation even if no public list has them."""
    page: Page | None = None
    """The page that the document lies on, pixel by pixel as the file has it: straightening a face resamples it, which
    wipes out what compression and editing leave on the grid of pixels."""
    history: History | None = None
    watchlist: Watchlist | None = None

    def registered(self, face: int) -> RegisteredFace | None:
        if self.match is None:
            return None
        return next((r for r in self.match.faces if r.face == face), None)


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    UNSURE = "unsure"
    NOT_DONE = "not_done"


class Finding(Value):
    """One answer of one check."""

    check: str
    outcome: Outcome
    code: str
    """Snake case, stable, documented in docs/checks.md."""
    message: str
    """One sentence an officer understands, full stop included."""
    expected: str = ""
    seen: str = ""
    regions: tuple[Region, ...] = ()
    measures: Mapping[str, float] = Field(default_factory=dict)
    """Named numbers; each grows with suspicion. Of several findings of a check the largest of a name counts."""


class Decision(StrEnum):
    CLEAR = "clear"
    REFER = "refer"
    SUSPECT = "suspect"
    UNREADABLE = "unreadable"


class Reason(Value):
    check: str
    code: str
    message: str
    term: str = ""
    """What document examiners call it: photo substitution, alteration of data, counterfeit ..."""
    weight: float
    """Share of this reason in the score, in log-odds."""
    expected: str = ""
    seen: str = ""
    regions: tuple[Region, ...] = ()


class NotDone(Value):
    check: str
    code: str
    message: str


class Verdict(Value):
    outcome: Decision
    probability: Probability
    """Calibrated; likelier forged upward."""
    operating_point: str
    reasons: tuple[Reason, ...] = ()
    """In order of weight."""
