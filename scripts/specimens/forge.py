"""Forged specimens: one attack of one skill on one genuine specimen, with the truth about it.

The change is made at print resolution, before any capture. Each attack names the checks that should see it, likeliest
first; it leaves what such a forger would leave (a ghost portrait, check digits, a personal number).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import cv2
import numpy as np
import numpy.typing as npt

from docscan.icao import mrz
from docscan.icao.layouts import LAYOUTS

from . import draw, handiwork, holder, lettering, press, reproduce
from .design import Design, Place, Rect, design, design_ids
from .draw import Specimen, SpecimenFace, Writing
from .faces import portrait
from .handiwork import Skill
from .holder import Holder

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Change:
    """One changed rectangle, in millimetres of a face."""

    side: str
    rect: Rect
    what: str


@dataclass(frozen=True, slots=True)
class Truth:
    attack: str
    skill: Skill
    checks: tuple[str, ...]
    """Any of these should see it."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Forged:
    specimen: Specimen
    truth: Truth


@dataclass(slots=True, eq=False)
class _Job:
    """One forgery under work."""

    specimen: Specimen
    skill: Skill
    rng: np.random.Generator
    pages: dict[str, Pixels]
    texts: dict[str, dict[str, str]]
    changes: list[Change] = field(default_factory=list)

    def note(self, side: str, rect: Rect, what: str) -> None:
        width, height = self.specimen.design.size
        x, y = max(0.0, rect.x), max(0.0, rect.y)
        kept = Rect(x, y, min(width, rect.right) - x, min(height, rect.bottom) - y)
        self.changes.append(Change(side, kept, what))

    def note_pages(self, what: str) -> None:
        for face in self.specimen.faces:
            self.note(face.side, Rect(0, 0, *self.specimen.design.size), what)

    def has(self, name: str) -> bool:
        return any(place.name == name for one in self.specimen.design.layouts for place in one.places)

    def the_place(self, name: str) -> tuple[str, Place]:
        found = ((one.side, place) for one in self.specimen.design.layouts for place in one.places)
        return next((side, place) for side, place in found if place.name == name)

    def draw_anew(self, other: Design, who: Holder) -> None:
        """Replace all pages, and what is known of them, by another specimen."""
        self.specimen = draw.draw(other, who, self.specimen.faces[0].ppi)
        self.pages = {face.side: face.pixels for face in self.specimen.faces}
        self.texts = {face.side: dict(face.texts) for face in self.specimen.faces}

    def rewrite(self, name: str, text: str, what: str) -> None:
        """Put `text` in the place of a field."""
        side, place = self.the_place(name)
        rect = handiwork.rewrite(self.pages[side], self.specimen, side, place, text, self.skill, self.rng)
        self.texts[side][name] = text
        self.note(side, rect, what)

    def rewrite_mrz(self, line: int, column: int, text: str, what: str) -> None:
        """Put `text` in the place of the MRZ's characters from (line, column) on, both from 0."""
        side, key = handiwork.mrz_side(self.specimen), f"mrz.{line + 1}"
        rect = handiwork.rewrite_mrz(self.pages[side], self.specimen, line, column, text, self.skill, self.rng)
        before = self.texts[side][key]
        self.texts[side][key] = before[:column] + text + before[column + len(text) :]
        self.note(side, rect, what)


_DATES = ("date_of_birth", "date_of_expiry", "date_of_issue")
ALTERED = ("surname", "given_names", "date_of_birth", "date_of_expiry", "document_number")


def altered(who: Holder, d: Design, name: str, rng: np.random.Generator) -> Holder:
    """The holder as the forger wants them, one field changed."""
    while True:
        other = holder.invent(d, int(rng.integers(2**31)))
        if name == "surname" and other.surname != who.surname:
            return replace(who, surname=other.surname)
        if name == "given_names" and other.given_names != who.given_names and other.sex == who.sex:
            return replace(who, given_names=other.given_names)
        if name == "date_of_birth":
            years = int(rng.choice([-9, -7, -4, -3, 3, 4, 6, 8]))
            return replace(who, birth=_moved(who.birth, years, rng))
        if name == "date_of_expiry":
            return replace(who, expiry=_moved(who.expiry, int(rng.integers(1, 6)), rng))
        if name == "document_number" and other.number != who.number:
            keep = len(who.number) - int(rng.integers(2, 4))
            if other.number[keep:] != who.number[keep:]:
                return replace(who, number=who.number[:keep] + other.number[keep:])


def _moved(day: date, years: int, rng: np.random.Generator) -> date:
    return date(day.year + years, day.month, int(rng.integers(1, 29)))


def _alter_viz(job: _Job, who: Holder) -> None:
    """Rewrite every printed field that the wanted holder has differently."""
    old, new = (holder.values(job.specimen.design, h) for h in (job.specimen.holder, who))
    for name in (n for n in new if new[n] != old[n]):
        if job.has(name):
            job.rewrite(name, new[name], f"{name} erased and written over")


def _alter_mrz(job: _Job, who: Holder, recompute: bool) -> None:
    """Rewrite each run of the MRZ's characters that the wanted holder has differently."""
    d = job.specimen.design
    old, new = (holder.mrz_lines(d, h) for h in (job.specimen.holder, who))
    digits = set() if recompute else {(rule.digit.line, rule.digit.column) for rule in LAYOUTS[d.format].digits}
    for line, (before, after) in enumerate(zip(old, new, strict=True)):
        columns = [c for c in range(len(before)) if before[c] != after[c] and (line, c) not in digits]
        for first, last in _runs(columns):
            job.rewrite_mrz(line, first, after[first : last + 1], f"MRZ line {line + 1} written over")


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    """Neighbouring columns joined."""
    runs: list[tuple[int, int]] = []
    for c in columns:
        if runs and c - runs[-1][1] <= 1:
            runs[-1] = (runs[-1][0], c)
        else:
            runs.append((c, c))
    return runs


def relations(name: str) -> tuple[str, ...]:
    """The check that sees a date no longer fit what follows from it, where the field is a date."""
    return ("template.relations",) if name in _DATES else ()


def _field(job: _Job, names: tuple[str, ...] = ALTERED) -> str:
    return str(job.rng.choice([n for n in names if job.has(n)]))


# --- attacks: change the job, name the checks -------------------------------------------------------------------------


def _portrait(job: _Job) -> tuple[str, ...]:
    who = job.specimen.holder
    side = next(one.side for one in job.specimen.design.layouts if one.portrait)
    face = portrait(int(job.rng.integers(2**31)), who.sex, who.age)
    rect = handiwork.paste_portrait(job.pages[side], job.specimen, side, face, job.skill, job.rng)
    if job.skill == "professional":
        covered = job.pages[side].copy()
        draw.lay_foil(covered, job.specimen.design, side, job.specimen.face(side).ppi)
        at = press.window(covered, rect, job.specimen.face(side).ppi)
        job.pages[side][at] = covered[at]
    job.note(side, rect, "portrait replaced, ghost left as it was")
    return "portrait.substitution", "portrait.ghost"


def _viz(job: _Job) -> tuple[str, ...]:
    name = _field(job)
    _alter_viz(job, altered(job.specimen.holder, job.specimen.design, name, job.rng))
    return "consistency.viz_mrz", "template.typeface", "template.background", *relations(name)


def _viz_and_mrz(job: _Job) -> tuple[str, ...]:
    name = _field(job, ALTERED[2:])
    who = altered(job.specimen.holder, job.specimen.design, name, job.rng)
    _alter_viz(job, who)
    _alter_mrz(job, who, recompute=job.skill != "crude")
    seen = ("template.typeface", "template.background", "mrz.print", *relations(name))
    return seen if _digits_right(job) else ("mrz.check_digits", *seen)


def _digits_right(job: _Job) -> bool:
    """Once in ten times a check digit that nobody recomputed fits all the same."""
    texts, form = job.texts[handiwork.mrz_side(job.specimen)], job.specimen.design.format
    printed = mrz.parse([texts[f"mrz.{i}"] for i in range(1, form.rows + 1)], form)
    return all(digit.right for digit in printed.check_digits)


def _mrz(job: _Job) -> tuple[str, ...]:
    name = _field(job, ALTERED[2:])
    _alter_mrz(job, altered(job.specimen.holder, job.specimen.design, name, job.rng), recompute=True)
    return "consistency.viz_mrz", "mrz.print", *relations(name)


def _mrz_digit(job: _Job) -> tuple[str, ...]:
    """One digit of a date or number changed, its check digit left as it was."""
    layout = LAYOUTS[job.specimen.design.format]
    lines = holder.mrz_lines(job.specimen.design, job.specimen.holder)
    slots = [s for s in layout.slots if s.name in ("document_number", "date_of_birth", "date_of_expiry")]
    cells = [(p, s.name) for s in slots for p in s.places if lines[p.line][p.column].isdigit()]
    at, name = cells[int(job.rng.integers(len(cells)))]
    digit = str((int(lines[at.line][at.column]) + int(job.rng.integers(1, 9))) % 10)
    job.rewrite_mrz(
        at.line, at.column, digit, f"one digit of MRZ line {at.line + 1} changed, check digit not recomputed"
    )
    return "mrz.check_digits", "consistency.viz_mrz", "mrz.print", *relations(name)


def _mrz_print(job: _Job) -> tuple[str, ...]:
    """The whole MRZ printed again, in another face, pitch or place."""
    d, side = job.specimen.design, handiwork.mrz_side(job.specimen)
    ppi, page = job.specimen.face(side).ppi, job.pages[side]
    zone = job.specimen.face(side).zones["mrz"]
    at = press.window(page, zone.grown(0.6), ppi)
    page[at] = handiwork.bare_copy(job.specimen, side, at, job.rng)
    font = {"crude": "DejaVuSansMono", "careful": "NotoSansMono-Regular", "professional": lettering.OCR_B}[job.skill]
    pitch = draw.MRZ_PITCH * {"crude": 0.955, "careful": 0.985, "professional": 1.012}[job.skill]
    points = draw.VALUE_PT * {"crude": 1.0, "careful": 1.06, "professional": 0.95}[job.skill]
    rise = {"crude": -1.6, "careful": 0.9, "professional": 0.35}[job.skill]
    how = Writing(font, points, *job.specimen.press.shift, strength=0.96)
    touched = zone
    for i, (x, y) in enumerate(draw.mrz_places(d), 1):
        text = job.specimen.face(side).texts[f"mrz.{i}"]
        touched = touched.union(draw.write_mrz_line(page, text, x, y + rise, ppi, "inkjet", job.rng, how, pitch))
    job.note(side, touched.grown(0.3), f"MRZ printed again in {font} at a pitch of {pitch:.2f} mm")
    return ("mrz.print",)


def _copy_move(job: _Job) -> tuple[str, ...]:
    """A character of a field replaced by a copy of another one from the same field."""
    d, run = job.specimen.design, job.specimen.press
    name = _field(job, ("date_of_birth", "date_of_expiry", "document_number"))
    side, place = job.the_place(name)
    face = job.specimen.face(side)
    text = face.texts[name]
    how = draw.fitted(text, draw.value_writing(d, run), place.room)
    pairs = [(i, j) for i in range(len(text)) for j in range(len(text)) if text[i].isdigit() and text[j].isdigit()]
    source, target = next(p for p in job.rng.permutation(pairs).tolist() if text[p[0]] != text[p[1]])
    boxes = [glyph_box(text, k, place, how) for k in (source, target)]
    page, ppi = job.pages[side], face.ppi
    rows, columns = press.window(page, boxes[0], ppi)
    patch = page[rows, columns].copy()
    top, left = round(boxes[1].y * ppi / 25.4), round(boxes[1].x * ppi / 25.4)
    below = page[top : top + patch.shape[0], left : left + patch.shape[1]]
    patch = patch[: below.shape[0], : below.shape[1]]
    soft = {"crude": 0.1, "careful": 4.0, "professional": 6.0}[job.skill]
    mask = press.feather(patch.shape[:2], soft)[..., None]
    if job.skill == "professional":
        mask = cv2.GaussianBlur(mask, (0, 0), 2.0)[..., None]
    below[...] = below + (patch.astype(np.float32) - below) * mask
    job.texts[side][name] = text[:target] + text[source] + text[target + 1 :]
    job.note(side, boxes[1].grown(0.1), f"a character of {name} covered by a copy of another one")
    return "consistency.viz_mrz", "template.typeface", "image.copy_move", *relations(name)


def glyph_box(text: str, index: int, place: Place, how: Writing) -> Rect:
    mm = how.points / 72 * 25.4 / 100
    left = lettering.length(text[:index], how.font, 100.0) * mm
    width = lettering.length(text[index], how.font, 100.0) * mm
    return Rect(place.x + how.dx + left, place.y + how.dy - 2.7, width, 3.2)


def _erasure(job: _Job) -> tuple[str, ...]:
    """A field made to vanish."""
    name = _field(job, ("place_of_birth", "personal_number", "authority", "date_of_issue", "visa_type"))
    side, _ = job.the_place(name)
    rect = handiwork.erase(job.pages[side], job.specimen, side, job.specimen.face(side).zones[name], job.skill, job.rng)
    job.texts[side][name] = ""
    job.note(side, rect, f"{name} erased")
    return "template.background", "template.field_grammar"


def _counterfeit(job: _Job) -> tuple[str, ...]:
    d, who = job.specimen.design, job.specimen.holder
    job.draw_anew(reproduce.redrawn(d, job.skill, job.rng), who)
    job.specimen = replace(job.specimen, design=d)
    if job.skill != "professional":
        ppi = job.specimen.faces[0].ppi
        job.pages = {s: reproduce.printed_again(p, ppi, "professional", job.rng) for s, p in job.pages.items()}
    job.note_pages("whole page drawn anew and printed by inkjet")
    return "template.claim", "template.background", "template.layout", "print.process"


def _wrong_series(job: _Job) -> tuple[str, ...]:
    """The page of another series of the State where there is one, else of another State's design, with this MRZ."""
    d, who = job.specimen.design, job.specimen.holder
    others = [design(i) for i in design_ids() if i != d.id and design(i).format is d.format]
    kin = [o for o in others if o.state.code == d.state.code]
    # A format that one design alone has: its page of a series that never was.
    pool = kin or others or [reproduce.redrawn(d, job.skill, job.rng)]
    other = pool[int(job.rng.integers(len(pool)))]
    other = replace(other, state=d.state, code=d.code, number=d.number)
    late = replace(
        who, issue=date(other.valid[1] + 1 + int(job.rng.integers(2)), who.issue.month, who.issue.day % 28 + 1)
    )
    job.draw_anew(other, late if kin else who)
    job.note_pages(f"page of {other.id} instead of {d.id}")
    return "template.claim", "template.background", "template.layout"


def _print_and_scan(job: _Job) -> tuple[str, ...]:
    ppi = job.specimen.faces[0].ppi
    job.pages = {s: reproduce.printed_again(p, ppi, job.skill, job.rng) for s, p in job.pages.items()}
    job.note_pages("scanned and printed again")
    return "print.process", "template.background"


def _photocopy(job: _Job) -> tuple[str, ...]:
    ppi = job.specimen.faces[0].ppi
    job.pages = {s: reproduce.photocopied(p, ppi, job.skill, job.rng) for s, p in job.pages.items()}
    job.note_pages("copied on a laser copier")
    return "capture.recapture", "print.process", "template.background"


def _screen(job: _Job) -> tuple[str, ...]:
    ppi = job.specimen.faces[0].ppi
    job.pages = {s: reproduce.shown_on_screen(p, ppi, job.skill, job.rng) for s, p in job.pages.items()}
    job.note_pages("photographed from a screen")
    return "capture.recapture", "template.background"


_FANTASY = (
    ("NVD", "PRINCIPALITY OF NORVANDIA", "PRINCIPAUTÉ DE NORVANDIE"),
    ("OLV", "FREE STATE OF OLVARIA", "ÉTAT LIBRE D’OLVARIE"),
)


def _camouflage(job: _Job) -> tuple[str, ...]:
    """A document of an issuer that nobody knows."""
    d, who = job.specimen.design, job.specimen.holder
    code, name, own = _FANTASY[int(job.rng.integers(len(_FANTASY)))]
    state = replace(d.state, code=code, name=(name, own), nationality=name.split()[-1], language="fr")
    job.draw_anew(replace(reproduce.redrawn(d, "careful", job.rng), state=state, id=f"{code}{d.id[3:]}"), who)
    job.note_pages(f"issuer {code} does not exist")
    return "mrz.codes", "template.claim", "template.background", "template.layout"


def _field_grammar(job: _Job) -> tuple[str, ...]:
    """A field that holds what it cannot hold, written in the right type."""
    d, who = job.specimen.design, job.specimen.holder
    name = _field(job, ("date_of_issue", "date_of_expiry", "nationality", "sex"))
    form = "%Y/%m/%d" if job.skill == "crude" else "%b %d %Y" if "%m" in d.date_form else "%d.%m.%Y"
    text = {
        "date_of_issue": holder.print_date(who.issue, form),
        "date_of_expiry": holder.print_date(who.expiry, form),
        "nationality": who.place,
        "sex": "MALE" if who.sex == "M" else "FEMALE",
    }[name]
    job.rewrite(name, text, f"{name} written in a form that the State does not use")
    return "template.field_grammar", "template.typeface", "consistency.viz_mrz"


ATTACKS: dict[str, Callable[[_Job], tuple[str, ...]]] = {
    "portrait_substitution": _portrait,
    "viz_alteration": _viz,
    "viz_and_mrz_alteration": _viz_and_mrz,
    "mrz_alteration": _mrz,
    "mrz_digit": _mrz_digit,
    "mrz_print": _mrz_print,
    "copy_move": _copy_move,
    "erasure": _erasure,
    "counterfeit": _counterfeit,
    "wrong_series": _wrong_series,
    "print_and_scan": _print_and_scan,
    "photocopy": _photocopy,
    "screen": _screen,
    "camouflage": _camouflage,
    "field_grammar": _field_grammar,
}
LOCAL = (
    "portrait_substitution",
    "viz_alteration",
    "viz_and_mrz_alteration",
    "mrz_alteration",
    "mrz_digit",
    "copy_move",
    "erasure",
    "field_grammar",
)
"""Attacks that leave most of the page as it was printed."""


def forge(specimen: Specimen, attack: str, skill: Skill, seed: int) -> Forged:
    """`specimen` after `attack`; the same for the same arguments. KeyError for an unknown attack."""
    rng = np.random.default_rng([seed, list(ATTACKS).index(attack), handiwork.SKILLS.index(skill)])
    pages = {f.side: f.pixels.copy() for f in specimen.faces}
    job = _Job(specimen, skill, rng, pages, {f.side: dict(f.texts) for f in specimen.faces})
    checks = ATTACKS[attack](job)
    faces = tuple(
        SpecimenFace(f.side, job.pages[f.side], f.ppi, f.zones, job.texts[f.side]) for f in job.specimen.faces
    )
    return Forged(replace(job.specimen, faces=faces), Truth(attack, skill, checks, tuple(job.changes)))
