from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from cards import documents, specimen

from docscan import templates
from docscan.document import Document, Template, TemplateFace, Zone
from docscan.errors import EnrolmentError, TemplateError
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.templates.enrolment import _dated


def face(template: Template, side: str) -> TemplateFace:
    return next(f for f in template.faces if f.side == side)


def test_a_card_has_front_and_back(template: Template) -> None:
    assert [f.side for f in template.faces] == ["front", "back"]
    assert template.format is Format.TD1
    assert template.specimens == 8


def test_zones_are_found_where_they_were_drawn(template: Template) -> None:
    drawn = specimen(0).face("front").zones
    for kind, name in (("portrait", "portrait"), ("ghost", "ghost")):
        zone = next(z for z in face(template, "front").zones if z.kind == kind)
        place = drawn[name]
        overlap_w = min(zone.box.right, place.right) - max(zone.box.x, place.x)
        overlap_h = min(zone.box.bottom, place.bottom) - max(zone.box.y, place.y)
        assert overlap_w * overlap_h > 0.5 * place.w * place.h, kind


def test_fields_get_the_names_that_the_mrz_gives_them(template: Template) -> None:
    drawn = specimen(0).face("front").zones
    for name in ("surname", "given_names", "document_number", "date_of_birth", "date_of_expiry"):
        zone = face(template, "front").zone(name)
        assert zone is not None, name
        assert abs(zone.box.x - drawn[name].x) < 1.5, name
        assert abs(zone.box.y - drawn[name].y) < 2.0, name


def test_grammar_is_learned(template: Template) -> None:
    zone = face(template, "front").zone("date_of_expiry")
    assert zone is not None
    assert zone.grammar.get("date") == "DD MMM YYYY"


def test_what_follows_from_the_mrz_is_learned(template: Template) -> None:
    zones = {zone.name: zone.grammar for f in template.faces for zone in f.zones}
    assert (zones["date_of_issue"]["years"], zones["date_of_issue"]["days"]) == ("10", "-1")
    assert zones["personal_number"]["birth"] == "YYMMDD"
    assert not {"years", "birth"} & {*zones["date_of_birth"], *zones["date_of_expiry"]}


@pytest.mark.parametrize("names", [("place", "date_of_issue"), ("date_of_issue", "place"), ("place", "town")])
def test_one_zone_that_the_expiry_follows_is_the_date_of_issue(names: tuple[str, str]) -> None:
    """Also where a label gave the name to another, or the date stands twice."""
    box, rule = Box(x=1, y=1, width=9, height=2), {"years": "10", "days": "0"}
    for others in ({}, rule):
        zones = [
            Zone(name=names[0], kind="field", box=box, grammar=rule),
            Zone(name=names[1], kind="field", box=box, grammar=others),
        ]
        named = [zone.name for zone in _dated(zones)]
        assert len({*named}) == 2
        issued = [zone for zone in _dated(zones) if zone.name == "date_of_issue"]
        assert [zone.grammar for zone in issued] == [rule]


def test_the_ground_shows_no_letters(template: Template) -> None:
    front = face(template, "front")
    zone = front.zone("date_of_birth")
    assert zone is not None
    shown = zone.box.scaled(front.ppmm).crop(front.reference)
    # The ink is nearly black, the guilloche pale.
    assert np.percentile(shown.mean(axis=2), 1) > 110


def test_front_and_back_may_come_apart(template: Template) -> None:
    apart = []
    for seed in range(4):
        document, reading = documents(seed)
        front, back = document.faces
        assert reading.mrz is not None
        apart.append((Document(faces=(front,)), reading.model_copy(update={"mrz": None})))
        own = reading.mrz.model_copy(update={"face": 0})
        apart.append((Document(faces=(back,)), reading.model_copy(update={"mrz": own})))
    learned = templates.enrol(apart, id="APART", state="UTO", type="I")
    assert [f.side for f in learned.faces] == ["front", "back"]
    assert face(learned, "front").zone("surname") is not None
    assert any(z.kind == "ghost" for z in face(learned, "front").zones)


def test_too_few_specimens_are_refused() -> None:
    with pytest.raises(EnrolmentError):
        templates.enrol([documents(seed) for seed in range(2)], id="FEW", state="UTO", type="I")


def test_a_saved_template_is_the_same_again(template: Template, tmp_path: Path) -> None:
    folder = templates.save(template, tmp_path)
    again = templates.load(folder)
    assert again.version == template.version
    for learned, loaded in zip(template.faces, again.faces, strict=True):
        assert [(z.name, z.kind, z.grammar) for z in loaded.zones] == [
            (z.name, z.kind, z.grammar) for z in learned.zones
        ]
        assert np.abs(loaded.reference.astype(int) - learned.reference).mean() < 2
        assert np.allclose(loaded.spread, learned.spread, atol=0.11) or loaded.spread.max() >= 50
        assert set(loaded.arrays) == set(learned.arrays)
    assert sum(p.stat().st_size for p in folder.iterdir()) < 1_500_000
    assert template.id in {t.id for t in templates.load_all([tmp_path])}


def test_a_corrected_zone_makes_another_version(template: Template, tmp_path: Path) -> None:
    folder = templates.save(template, tmp_path)
    toml = folder / "template.toml"
    toml.write_text(toml.read_text().replace('name = "surname"', 'name = "family_name"'))
    again = templates.load(folder)
    assert again.version != template.version
    assert again.faces[0].zone("family_name") is not None


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("template.toml", b"id = "),
        ("template.toml", b'id = "X"\n[[faces]]\nside = "front"\n'),
        ("front.jpg", b"no picture"),
        ("front.npz", b"no arrays"),
        ("back.npz", None),
    ],
)
def test_a_damaged_folder_is_a_template_error(
    template: Template, tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = templates.save(template, tmp_path)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(TemplateError):
        templates.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "portrait"', 'kind = "face"', r"template.toml, front, zone \d+ \(portrait.*\): kind"),
        ("  box = [", "  box = [900.0, ", r"zone 1 \(.*\): box: give \[x, y, width, height\]"),
        ("  box = [", "  box = [9", r"box reaches beyond the face"),
        ('name = "given_names"', 'name = "surname"', r"\(surname\): name is taken"),
        ('grammar.years = "10"', 'grammar.years = "ten"', r"\(date_of_issue\): grammar.years: write years as"),
        ("specimens = 8", 'specimens = 8\nissued_from = "2020"', r"issued_from: write a day as 2020-01-31"),
        ("specimens = 8", "specimens = 8\nissued_from = 2020-01-01\nissued_until = 2019-01-01", "is later than"),
    ],
)
def test_a_mistake_in_a_correction_is_told_with_its_place(
    template: Template, tmp_path: Path, old: str, new: str, said: str
) -> None:
    toml = templates.save(template, tmp_path) / "template.toml"
    assert old in toml.read_text()
    toml.write_text(toml.read_text().replace(old, new, 1))
    with pytest.raises(TemplateError, match=said):
        templates.load(toml.parent)


def test_the_days_of_issue_are_kept(template: Template, tmp_path: Path) -> None:
    dated = templates.versioned(replace(template, issued=(date(2021, 3, 1), None)))
    assert dated.version != template.version
    again = templates.load(templates.save(dated, tmp_path))
    assert again.issued == (date(2021, 3, 1), None)
    assert again.version == dated.version


def test_dates_of_the_templates_that_come_along_are_whole() -> None:
    zones = [(t.id, zone) for t in templates.load_all([]) for face in t.faces for zone in face.zones]
    dates = [(id, zone) for id, zone in zones if zone.name.startswith("date_of_")]
    assert len(dates) >= 9
    assert [(id, zone.name) for id, zone in dates if "date" not in zone.grammar] == []


def test_a_missing_folder_is_a_template_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        templates.load_all([tmp_path / "nowhere"])
